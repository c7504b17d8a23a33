package sensitive

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	sqlExts       = ".sql .psql .pgsql .mysql .ddl .cql .hql"
	migrationExts = ".rb .py .js .ts .mjs .cjs .mts .cts .php .cs .vb .ex .exs .go .java .kt .kts .rs .swift .scala .groovy"
	changeExts    = ".xml .yaml .yml .json"
)

// numbered is how the tools name the files of single migrations: by a time or a number, Flyway's by a letter before it.
var numbered = regexp.MustCompile(`^(?:\d{3,}|[vur]\d[\w.]*__|migration_?\d{3,}|m\d{6,8}_\d{6})`)

// migrationFile reports whether a file is a database's migration by its path.
func migrationFile(f *file) bool {
	p := &f.path
	if f.kind == kind.Test || f.kind == kind.Vendored || f.kind == kind.Documentation {
		return false
	}
	inside := p.in("migrations evolutions flyway liquibase alembic") || strings.Contains("/"+p.whole, "/db/migrate/") || strings.Contains("/"+p.whole, "/db/changelog/")
	switch {
	case named(sqlExts, p.ext):
		return inside || p.in("migrate migration changelog changelogs") || numbered.MatchString(p.base)
	case named(migrationExts, p.ext):
		return f.kind != kind.Generated && (inside && p.base != "__init__.py" && p.base != "env.py" || p.in("migrate migration versions") && numbered.MatchString(p.base) ||
			p.in("versions") && p.ext == ".py" && strings.Contains(f.Patch, "alembic"))
	case named(changeExts, p.ext):
		return p.in("liquibase changelog changelogs") || strings.Contains(p.base, "changelog") && strings.Contains(f.Patch, "changeSet")
	}
	return false
}

// downFile reports whether all of a file takes a migration back.
func downFile(p *parts) bool {
	stem := strings.TrimSuffix(p.base, p.ext)
	for _, end := range []string{"down", "undo", "rollback", "revert"} {
		if stem == end || strings.HasSuffix(stem, "."+end) || strings.HasSuffix(stem, "_"+end) || strings.HasSuffix(stem, "-"+end) {
			return true
		}
	}
	return p.in("down revert rollback undo rollbacks") || undone.MatchString(p.base)
}

var undone = regexp.MustCompile(`^u\d[\w.]*__`)

// migration says what a migration or a file of SQL destroys.
func migration(f *file) []seen {
	isSQL := named(sqlExts, f.path.ext)
	is := migrationFile(f)
	if !is && (!isSQL || f.kind == kind.Test || f.kind == kind.Documentation || f.kind == kind.Vendored || f.kind == kind.Generated) {
		return nil
	}
	switch {
	case is && f.Status == pull.Removed:
		return []seen{{rule: "migration", class: database, Finding: check.Finding{
			Path: f.Path, Risk: check.Medium, Message: "Removes a migration. A database that has run it no longer agrees with the code.",
			Fix: "Leave it, and undo what it did in a new one.",
		}}}
	case downFile(&f.path):
		return nil
	}
	var losses []loss
	switch {
	case isSQL:
		for _, pieces := range wholeLines(f) {
			losses = append(losses, sqlLosses(statements(tokens(pieces)))...)
		}
	case named(changeExts, f.path.ext):
		losses = changeLog(f)
	default:
		losses = inCode(f)
	}
	var out []seen
	for _, l := range unlessRebuilt(losses, f, is) {
		if l.line.Op == pull.Add {
			out = append(out, l.seen(f))
		}
	}
	if is && f.Status != pull.Added && f.Status != pull.Copied && len(out) == 0 && f.Added+f.Removed > 0 {
		out = append(out, seen{rule: "migration", class: database, Finding: check.Finding{
			Path: f.Path, Risk: check.Medium, Message: "Changes a migration that some database may have run already: there the change has no effect.",
			Fix: "Leave it, and put the change into a new one.",
		}})
	}
	return out
}

// wholeLines are the lines of each hunk as they are at the head.
func wholeLines(f *file) [][]piece {
	var out [][]piece
	for i := range f.hunks {
		var pieces []piece
		for k := range f.hunks[i].Lines {
			if l := &f.hunks[i].Lines[k]; l.Op != pull.Remove {
				pieces = append(pieces, piece{l.Text, l})
			}
		}
		out = append(out, pieces)
	}
	return out
}

// unlessRebuilt leaves out that a table is dropped whose place a copy of it takes, as SQLite needs for most changes; and
// in a file that is no migration, that a table is dropped before it is made: such a file sets up a database anew.
func unlessRebuilt(losses []loss, f *file, migration bool) []loss {
	renamed := map[string]bool{}
	for _, l := range losses {
		if l.rule == "rename" && l.name != "" {
			renamed[l.name] = true
		}
	}
	out := losses[:0]
	for _, l := range losses {
		switch {
		case l.rule != "drop-table" || l.name == "":
		case renamed[l.name]:
			l.rule, l.what = "rename", "Puts another table in the place of "+l.name
		case !migration && l.soft && strings.Contains(strings.ToLower(f.Patch), "create table"):
			l.rule, l.what = "drop-object", "Drops the table "+l.name+" if it is there, and makes tables anew"
		}
		out = append(out, l)
	}
	return out
}
