package sensitive

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/checktest"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestCases(t *testing.T) { checktest.Run(t, Check) }

// added is a file with a text, all of it new.
func added(path, text string) pull.File {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return pull.File{Path: path, Status: pull.Added, Added: len(lines), Patch: patchOf("+", lines)}
}

func patchOf(op string, lines []string) string {
	n := itoa(len(lines))
	head := "@@ -0,0 +1," + n + " @@\n"
	if op == "-" {
		head = "@@ -1," + n + " +0,0 @@\n"
	}
	return head + op + strings.Join(lines, "\n"+op)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// rules runs the check on files, and says which rules failed and which were only seen, by line.
func rules(files ...pull.File) []string {
	l := look{input: &check.Input{Pull: &pull.Request{Files: files, Known: pull.AllFacts}}}
	l.scan = newScan(l.input.Pull)
	var out []string
	for i := range files {
		l.file(&files[i])
	}
	for _, s := range l.seen {
		word := s.rule
		if s.fails {
			word += "!"
		}
		if s.Line > 1 {
			word += " " + itoa(s.Line)
		}
		out = append(out, word)
	}
	return out
}

func expect(t *testing.T, path, text, want string) {
	t.Helper()
	got := strings.Join(rules(added(path, text)), ", ")
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("%s:\n%s\ngot %q, want %q", path, text, got, want)
	}
}

func TestSQL(t *testing.T) {
	for text, want := range map[string]string{
		"DROP TABLE users;":                                                "drop-table!",
		"drop table if exists public.\"Users\" cascade":                    "drop-table!",
		"DROP TABLE a, b;":                                                 "drop-table!, drop-table!",
		"DROP /* x */ TABLE -- y\n users;":                                 "drop-table!",
		"ALTER TABLE users\n  ADD COLUMN x int,\n  DROP email;":            "drop-column! 3",
		"ALTER TABLE users DROP COLUMN IF EXISTS email, DROP COLUMN name;": "drop-column!, drop-column!",
		"ALTER TABLE [dbo].[Users] DROP COLUMN [Email]\nGO":                "drop-column!",
		"ALTER TABLE users ALTER COLUMN email DROP NOT NULL;":              "",
		"ALTER TABLE users ALTER COLUMN email DROP DEFAULT;":               "",
		"ALTER TABLE users DROP CONSTRAINT users_pk;":                      "drop-object",
		"ALTER TABLE users ADD CHECK (state <> 'DROP TABLE');":             "",
		"ALTER TABLE users RENAME COLUMN a TO b;":                          "rename",
		"ALTER TABLE users RENAME TO people;":                              "rename",
		"ALTER TABLE m DROP PARTITION p0;":                                 "drop-table!",
		"DROP INDEX CONCURRENTLY IF EXISTS i;":                             "drop-object",
		"DROP SCHEMA billing CASCADE;":                                     "drop-database!",
		"DROP DATABASE prod":                                               "drop-database!",
		"TRUNCATE users;":                                                  "truncate!",
		"truncate table users restart identity":                            "truncate!",
		"SELECT TRUNCATE(1.5, 1);":                                         "",
		"DELETE FROM users;":                                               "delete-all!",
		"DELETE FROM users\nWHERE id = 1;":                                 "",
		"DELETE FROM a USING b WHERE a.id = b.id;":                         "",
		"DELETE FROM users; SELECT 1 WHERE true;":                          "delete-all!",
		"-- DROP TABLE users;":                                             "",
		"/* DROP TABLE users;\nDROP TABLE b; */":                           "",
		"INSERT INTO log VALUES ('DROP TABLE users; it''s');":              "",
		"INSERT INTO log VALUES ('x');\nDROP TABLE a;":                     "drop-table! 2",
		"CREATE TEMP TABLE t (a int); DROP TABLE t;":                       "",
		"CREATE TABLE new_users (a int); DROP TABLE users; ALTER TABLE new_users RENAME TO users;": "rename, rename",
		"DO $$ BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE a; END IF; END $$;":                      "drop-table!",
		"CREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM a; END $$ LANGUAGE plpgsql;":     "",
		"CREATE FUNCTION f() RETURNS void AS $x$ DELETE FROM a; $x$; DROP TABLE b;":                "drop-table!",
		"CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; END;\nDROP TABLE c;":              "drop-table! 2",
		"IF OBJECT_ID('a') IS NOT NULL DROP TABLE a":                                               "drop-table!",
		"EXEC sp_rename 'a', 'b'":                                                                       "rename",
		"GRANT DROP ON t TO x; CREATE TABLE dropped (truncate int);":                                    "",
		"-- +goose Up\nCREATE TABLE a (b int);\n-- +goose Down\nDROP TABLE a;":                          "",
		"-- +goose Up\nDROP TABLE a;\n-- +goose Down\nCREATE TABLE a (b int);":                          "drop-table! 2",
		"-- migrate:up\nALTER TABLE a DROP b;\n-- migrate:down\nDROP TABLE a;":                          "drop-column! 2",
		"-- +migrate Down\nDROP TABLE a;\n-- +migrate Up\nDROP TABLE b;":                                "drop-table! 4",
		"--liquibase formatted sql\n--changeset a:1\nCREATE TABLE a (b int);\n--rollback DROP TABLE a;": "",
		"DROP POLICY p ON t;":       "drop-object",
		"ON CONFLICT DO NOTHING;":   "",
		"it's; DROP TABLE a;":       "drop-table!",
		"DROP TABLE a -- it's gone": "drop-table!",
	} {
		if want != "" {
			want = ", " + want
		}
		got := ""
		for _, r := range rules(added("db/migrations/001_x.sql", text)) {
			got += ", " + r
		}
		if got != want {
			t.Errorf("%s\ngot %q, want %q", text, got, want)
		}
	}
}

func TestMigrationsInCode(t *testing.T) {
	rails := "class A < ActiveRecord::Migration[7.1]\n  def %s\n    remove_column :users, :email\n    drop_table :a\n  end\nend"
	expect(t, "db/migrate/20240101000000_a.rb", strings.Replace(rails, "%s", "up", 1), "drop-column! 3, drop-table! 4")
	expect(t, "db/migrate/20240101000000_a.rb", strings.Replace(rails, "%s", "change", 1), "drop-column! 3, drop-table! 4")
	expect(t, "db/migrate/20240101000000_a.rb", strings.Replace(rails, "%s", "down", 1), "")
	expect(t, "db/migrate/20240101000000_a.rb", "def change\n  reversible do |dir|\n    dir.down do\n      drop_table :a\n    end\n    dir.up { execute 'DROP TABLE b' }\n  end\n  # drop_table :c\nend", "drop-table! 6")
	expect(t, "db/migrate/20240101000000_a.rb", "def up\n  execute <<~SQL\n    ALTER TABLE users\n      DROP COLUMN email;\n  SQL\n  say \"drop_table done\"\nend\ndef down\n  execute <<~SQL\n    DROP TABLE b;\n  SQL\nend", "drop-column! 4")
	expect(t, "shop/migrations/0002_x.py", "class Migration(migrations.Migration):\n    operations = [\n        migrations.RemoveField(model_name='a', name='b'),\n        migrations.DeleteModel(name='c'),\n        migrations.RunSQL(sql='DROP TABLE d', reverse_sql='DROP TABLE e'),\n        migrations.RunSQL('DELETE FROM f'),\n        migrations.AddField(),\n    ]", "drop-column! 3, drop-table! 4, drop-table! 5, delete-all! 6")
	expect(t, "shop/migrations/0003_x.py", "operations = [\n    migrations.SeparateDatabaseAndState(\n        state_operations=[\n            migrations.DeleteModel(name='c'),\n        ],\n    ),\n    migrations.RenameField(),\n]", "rename 7")
	expect(t, "alembic/versions/ab_x.py", "from alembic import op\ndef upgrade():\n    op.drop_column('users', 'email')\n    op.execute(\"\"\"\n        DELETE FROM a\n        WHERE b\n    \"\"\")\n\ndef downgrade():\n    op.drop_table('a')\n", "drop-column! 3")
	expect(t, "migrations/20240101_x.js", "exports.up = async (knex) => {\n  await knex.schema.dropTable('a');\n};\nexports.down = async (knex) => {\n  await knex.schema.dropTable('b');\n};", "drop-table! 2")
	expect(t, "migrations/20240101-x.ts", "export class X implements MigrationInterface {\n  public async up(q: QueryRunner) {\n    await q.query(`ALTER TABLE \"a\" DROP COLUMN \"b\"`);\n  }\n  public async down(q: QueryRunner) {\n    await q.dropTable('a');\n  }\n}", "drop-column! 3")
	expect(t, "migrations/1-x.js", "module.exports = {\n  up: async (q) => {\n    await q.removeColumn('a', 'b');\n  },\n  down: async (q) => q.dropTable('a'),\n};", "drop-column! 3")
	expect(t, "database/migrations/2024_01_01_x.php", "<?php\nreturn new class {\n    public function up(): void {\n        Schema::table('a', function (Blueprint $t) {\n            $t->dropColumn('b');\n        });\n    }\n    public function down(): void {\n        Schema::dropIfExists('a');\n    }\n};", "drop-column! 5")
	expect(t, "Data/Migrations/20240101_X.cs", "protected override void Up(MigrationBuilder m)\n{\n    m.DropColumn(name: \"a\", table: \"b\");\n}\nprotected override void Down(MigrationBuilder m)\n{\n    m.DropTable(name: \"c\");\n}", "drop-column! 3")
	expect(t, "priv/repo/migrations/1_x.exs", "def up do\n  alter table(:a) do\n    remove :b\n  end\n  drop table(:c)\nend\ndef down do\n  drop table(:d)\nend", "drop-column! 3, drop-table! 5")
	expect(t, "migrations/001_x.go", "func upX(tx *sql.Tx) error {\n\t_, err := tx.Exec(`DROP TABLE a`)\n\treturn err\n}\nfunc downX(tx *sql.Tx) error {\n\t_, err := tx.Exec(`DROP TABLE b`)\n\treturn err\n}", "drop-table! 2")
	expect(t, "db/changelog/1.xml", "<changeSet id=\"1\">\n  <dropTable tableName=\"a\"/>\n  <rollback>\n    <dropTable tableName=\"b\"/>\n  </rollback>\n  <sql>DROP TABLE c</sql>\n</changeSet>", "drop-table! 2, drop-table! 6")
	expect(t, "db/changelog/1.yaml", "databaseChangeLog:\n- changeSet:\n    changes:\n    - dropColumn:\n        columnName: a\n    rollback:\n    - dropTable:\n        tableName: b\n", "drop-column! 4")
	for _, near := range []string{"internal/migrate/runner.go", "docs/migrations/a.md", "tests/migrations/001_x.sql", "testdata/migrations/001.sql", "migrations/001_x.down.sql", "migrations/2024/down.sql", "db/U1__x.sql", "web/migrations.ts", "migrations/__init__.py"} {
		expect(t, near, "drop_table('a');\nDROP TABLE b;\nx(`DROP TABLE c`)", "")
	}
	expect(t, "Migrations/20240101_X.cs", "void Up(MigrationBuilder m)\n{\n    m.Sql(@\"\n      ALTER TABLE a\n      DROP COLUMN b\");\n}\nvoid Down(MigrationBuilder m)\n{\n    m.Sql(@\"\n    DROP TABLE c\");\n}", "drop-column! 5")
	expect(t, "migrations/Version20240101.php", "public function up(Schema $schema): void\n{\n    $this->addSql('ALTER TABLE a\n        DROP b');\n    // don't\n}\npublic function down(Schema $schema): void\n{\n    $this->addSql(\"DROP TABLE c\");\n}", "drop-column! 4")
	expect(t, "migrations/1-x.js", "module.exports = {\n  async up(db) {\n    await db.collection('a').drop();\n    await db.collection('b').deleteMany({});\n  },\n};", "drop-table! 3, delete-all! 4")
	expect(t, "migration/src/m20240101_000001_x.rs", "async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {\n    m.drop_table(Table::drop().table(A::Table).to_owned()).await\n}\nasync fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {\n    m.drop_table(Table::drop().table(B::Table).to_owned()).await\n}", "drop-table! 2")
	expect(t, "migrations/1.sql", "ALTER TABLE a ON CLUSTER c DROP COLUMN b;", "drop-column!")
	expect(t, "migrations/1.sql", "DELETE FROM a\n  -- WHERE b\n;", "delete-all!")
	expect(t, "scripts/cleanup.sql", "DROP TABLE a;", "drop-table!")
	expect(t, "schema.sql", "DROP TABLE IF EXISTS a;\nCREATE TABLE a (b int);", "drop-object")
	expect(t, "queries/users.sql", "-- name: DeleteAll :exec\nDELETE FROM users;", "")
}
