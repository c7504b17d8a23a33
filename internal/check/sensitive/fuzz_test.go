package sensitive

import (
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// Whatever a migration holds, reading it ends, says the same twice and points at lines that are there.
func FuzzMigration(f *testing.F) {
	f.Add("db/migrations/001.sql", "-- +goose Up\nDROP TABLE a; DO $$ BEGIN DELETE FROM b; END $$;\n/* ' */")
	f.Add("db/migrate/001_a.rb", "def up\n  execute <<~SQL\n    DROP TABLE b\n  SQL\nend")
	f.Add("a/migrations/0001.py", "x = \"\"\"\nDROP TABLE a\n\"\"\"\nreverse_sql='\\'")
	f.Add("db/changelog/1.xml", "<rollback>\n<dropTable/>\n</rollback>\n<sql>DELETE FROM a</sql>")
	f.Add("db/changelog/1.yaml", "- dropTable:\n  rollback:\n")
	f.Add("a.proto", "message A { string x = 1; }")
	f.Fuzz(func(t *testing.T, path, text string) {
		if strings.Count(text, "\n") > 1000 || strings.ContainsRune(text, '\r') {
			return
		}
		files := []pull.File{added(path, text)}
		in := &check.Input{Pull: &pull.Request{Files: files, Known: pull.AllFacts}}
		v := Check.Run(in)
		for _, found := range v.Findings {
			if found.Line > files[0].Added {
				t.Errorf("line %d of %d", found.Line, files[0].Added)
			}
		}
		if again := Check.Run(in); again.Summary != v.Summary || len(again.Findings) != len(v.Findings) {
			t.Errorf("the second run says %q, not %q", again.Summary, v.Summary)
		}
	})
}
