package sensitive

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

var (
	liquibase = regexp.MustCompile(`^\s*(?:<|-\s+|["{\s]*)(drop(?:Table|Column|View|Index|AllForeignKeyConstraints|ForeignKeyConstraint|PrimaryKey|UniqueConstraint|Sequence)|delete|rename(?:Table|Column))\b["']?\s*(?:[:/>\s]|$)`)
	tag       = regexp.MustCompile(`<[^>]*>`)
	where     = regexp.MustCompile(`(?i)\bwhere\b`)
)

// changeLog says what a change log of Liquibase destroys. What stands below "rollback" takes a change back.
func changeLog(f *file) []loss {
	var out []loss
	for _, pieces := range wholeLines(f) {
		back, block, depth := false, false, "" // within a rollback; by indentation, and which
		var sql []piece
		for i, p := range pieces {
			text := p.text
			trimmed := strings.TrimSpace(text)
			switch {
			case strings.HasPrefix(trimmed, "<rollback"):
				back = !strings.Contains(trimmed, "</rollback>") && !strings.HasSuffix(trimmed, "/>")
				continue
			case strings.HasPrefix(trimmed, "</rollback"):
				back = false
				continue
			case strings.HasPrefix(strings.TrimLeft(trimmed, `-" `), "rollback"):
				back, block, depth = true, true, indent(text)
				continue
			case back && block && trimmed != "" && (len(indent(text)) < len(depth) || len(indent(text)) == len(depth) && !strings.HasPrefix(trimmed, "- ")):
				back, block = false, false
			}
			if back || strings.HasPrefix(trimmed, "<!--") || strings.HasPrefix(trimmed, "#") {
				continue
			}
			if m := liquibase.FindStringSubmatch(text); m != nil {
				if l, ok := change(m[1], p.line, pieces[i:min(len(pieces), i+6)]); ok {
					out = append(out, l)
				}
				continue
			}
			if f.path.ext == ".xml" {
				sql = append(sql, piece{tag.ReplaceAllString(text, ";"), p.line})
			}
		}
		out = append(out, sqlLosses(statements(tokens(sql)))...)
	}
	return out
}

// change is what an element of Liquibase takes away.
func change(name string, line *pull.Line, below []piece) (loss, bool) {
	switch name {
	case "dropTable":
		return loss{rule: "drop-table", what: "Drops a table", line: line}, true
	case "dropColumn":
		return loss{rule: "drop-column", what: "Drops a column", line: line}, true
	case "renameTable", "renameColumn":
		return loss{rule: "rename", what: "Renames what running code may still use", line: line}, true
	case "delete":
		for _, p := range below {
			if where.MatchString(p.text) {
				return loss{}, false
			}
		}
		return loss{rule: "delete-all", what: "Deletes all rows of a table", line: line}, true
	}
	return loss{rule: "drop-object", what: "Drops an index, a view or a constraint", line: line}, true
}
