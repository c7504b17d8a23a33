package sensitive

import (
	"fmt"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// loss is what a statement takes away.
type loss struct {
	rule string // "drop-table"
	what string // "Drops the table users"
	name string // of the table
	line *pull.Line
	soft bool // IF EXISTS
}

// sqlLosses are what statements take away of what was there before, in their order.
func sqlLosses(list []statement) []loss {
	var out []loss
	created := map[string]bool{}
	for _, s := range list {
		if s.is(0, "IF") { // SQL Server's: IF OBJECT_ID(…) IS NOT NULL DROP TABLE …
			for i := range s {
				if s.is(i, "DROP", "DELETE", "TRUNCATE") {
					s = s[i:]
					break
				}
			}
		}
		if name, ok := creates(s); ok {
			created[name] = true
			continue
		}
		for _, l := range s.losses() {
			if !created[l.name] { // its own table takes nothing from anybody
				out = append(out, l)
			}
		}
	}
	return out
}

// creates is the name of the table that a statement makes.
func creates(s statement) (name string, ok bool) {
	if !s.is(0, "CREATE") {
		return "", false
	}
	i := s.after(1, "OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "EXTERNAL")
	if !s.is(i, "TABLE") {
		return "", false
	}
	name, _ = s.named(s.after(i+1, "IF", "NOT", "EXISTS"))
	return name, true
}

func (s statement) losses() []loss {
	switch {
	case s.is(0, "DROP"):
		return s.drops(0)
	case s.is(0, "TRUNCATE"):
		name, _ := s.named(s.after(1, "TABLE", "ONLY"))
		if len(s) < 2 || s.is(1, "(") {
			return nil // a function
		}
		return []loss{{"truncate", "Empties the table " + name, name, s[0].line, false}}
	case s.is(0, "DELETE") && s.is(1, "FROM"):
		name, next := s.named(s.after(2, "ONLY"))
		if s.has(next, "WHERE", "USING", "JOIN", "LIMIT") || name == "" || name == "'" {
			return nil
		}
		return []loss{{"delete-all", "Deletes all that the table " + name + " has", name, s[0].line, false}}
	case s.is(0, "ALTER") && s.is(1, "TABLE", "FOREIGN"):
		return s.alters()
	case s.is(0, "RENAME") && s.is(1, "TABLE", "COLUMN"):
		return []loss{{"rename", "Renames what running code may still use", "", s[0].line, false}}
	case s.is(0, "EXEC", "EXECUTE") && s.has(1, "SP_RENAME"):
		return []loss{{"rename", "Renames what running code may still use", "", s[0].line, false}}
	}
	return nil
}

// drops reads a DROP that begins at i.
func (s statement) drops(i int) []loss {
	line := s[i].line
	if s.is(i+1, "TEMP", "TEMPORARY") {
		return nil
	}
	k := s.after(i+1, "FOREIGN", "EXTERNAL", "MATERIALIZED", "UNIQUE")
	n := s.after(k+1, "CONCURRENTLY", "IF", "EXISTS")
	soft := s.is(n-1, "EXISTS")
	name, _ := s.named(n)
	switch {
	case n >= len(s):
		return nil
	case s.is(k, "TABLE"):
		out := []loss{{"drop-table", "Drops the table " + name, name, line, soft}}
		for j := n; j+1 < len(s); j++ { // DROP TABLE a, b
			if s.is(j, ",") {
				other, _ := s.named(j + 1)
				out = append(out, loss{"drop-table", "Drops the table " + other, other, line, soft})
			}
		}
		return out
	case s.is(k, "DATABASE", "SCHEMA", "KEYSPACE", "TABLESPACE"):
		return []loss{{"drop-database", "Drops " + name + " with all that it has", name, line, soft}}
	case s.is(k, "COLUMN"):
		return []loss{{"drop-column", "Drops the column " + name, "", line, soft}}
	case s.is(k, "INDEX", "VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "SEQUENCE", "TYPE", "POLICY", "CONSTRAINT", "ROLE", "USER", "EXTENSION", "DOMAIN", "AGGREGATE", "RULE"):
		return []loss{{"drop-object", "Drops " + name, "", line, soft}}
	}
	return nil
}

// alters reads the actions of an ALTER TABLE.
func (s statement) alters() []loss {
	table, i := s.named(s.after(1, "FOREIGN", "TABLE", "IF", "EXISTS", "ONLY"))
	if s.is(i, "ON") && s.is(i+1, "CLUSTER") {
		i += 3
	}
	var out []loss
	depth := 0
	first := true // of an action
	for ; i < len(s); i++ {
		switch {
		case s.is(i, "("):
			depth++
		case s.is(i, ")"):
			depth--
		case depth > 0:
		case s.is(i, ","):
			first = true
			continue
		case first && s.is(i, "DROP"):
			if l, ok := s.dropsOf(i, table); ok {
				out = append(out, l)
			}
		case first && s.is(i, "RENAME"):
			out = append(out, s.renames(i, table))
		}
		first = first && s.is(i, "ONLY", "*", "WITH", "NOCHECK")
	}
	return out
}

// dropsOf reads a DROP within an ALTER TABLE.
func (s statement) dropsOf(i int, table string) (loss, bool) {
	k := i + 1
	if s.is(k, "PARTITION") {
		return loss{"drop-table", "Drops a partition of the table " + table, "", s[i].line, false}, true
	}
	if s.is(k, "CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "UNIQUE") {
		return loss{"drop-object", "Drops a constraint or an index of the table " + table, "", s[i].line, false}, true
	}
	if s.is(k, "DEFAULT", "NOT", "IDENTITY", "EXPRESSION", "SYSTEM", "PERIOD") || k >= len(s) {
		return loss{}, false
	}
	k = s.after(k, "COLUMN", "COLUMNS", "IF", "EXISTS", "(")
	if k >= len(s) {
		return loss{}, false
	}
	name, _ := s.named(k)
	return loss{"drop-column", fmt.Sprintf("Drops the column %s of the table %s", name, table), "", s[i].line, false}, true
}

// renames reads a RENAME within an ALTER TABLE.
func (s statement) renames(i int, table string) loss {
	if s.is(i+1, "TO", "AS") {
		to, _ := s.named(i + 2)
		return loss{"rename", fmt.Sprintf("Renames the table %s to %s", table, to), to, s[i].line, false}
	}
	k := s.after(i+1, "COLUMN")
	if s.is(i+1, "CONSTRAINT", "INDEX", "KEY") || k >= len(s) {
		return loss{"rename", "Renames a constraint or an index of the table " + table, "", s[i].line, false}
	}
	name, _ := s.named(k)
	return loss{"rename", fmt.Sprintf("Renames the column %s of the table %s", name, table), "", s[i].line, false}
}

// lossRisk is what each loss costs, and whether it fails. An index can be made again; a column cannot.
func (l *loss) seen(f *file) seen {
	s := seen{rule: l.rule, class: destruction, fails: true, Finding: check.Finding{
		Path: f.Path, Line: l.line.New, Risk: check.High, Message: l.what + ".", Quote: check.Quote(*l.line),
		Fix: "Leave it for a release in which nothing uses it any more, with a copy of what it holds, and have a person run it.",
	}}
	switch l.rule {
	case "drop-object":
		s.fails, s.Risk, s.class = false, check.Medium, database
		s.Fix = "See that nothing needs it, and how long it takes to make it again."
	case "rename":
		s.fails, s.Risk, s.class = false, check.Medium, database
		s.Fix = "See that no running version uses the old name while this is rolled out."
	}
	return s
}
