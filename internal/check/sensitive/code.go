package sensitive

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// inCode says what a migration that is written in a programming language destroys: by the calls of its framework, and by
// the SQL in its strings. What takes the migration back is left out.
func inCode(f *file) []loss {
	var out []loss
	for i := range f.hunks {
		c := codeReader{comment: kind.LineComment(f.lang()), lang: f.lang()}
		if c.comment == "" {
			c.comment = "//"
		}
		c.turn(f.hunks[i].Section)
		for k := range f.hunks[i].Lines {
			if l := &f.hunks[i].Lines[k]; l.Op != pull.Remove {
				c.line(l)
			}
		}
		c.close()
		out = append(out, c.losses...)
	}
	return out
}

// codeReader goes through the lines of a migration.
type codeReader struct {
	comment string
	lang    string
	down    bool
	block   string // the indentation of a block within which alone it is down; "-" for none
	state   string // the indentation of Django's state_operations, which touch no database; "" where none is open
	reverse bool   // the next strings take back what others do
	ended   string // what ends the string that is open
	literal []piece
	inDown  bool // the string that is open began where it is down
	losses  []loss
}

var (
	function = regexp.MustCompile(`^\s*(?:[A-Za-z<>\[\]]+\s+)*?(?:def|function|func|fn|fun|void|Task|sub)\s+(?:\([^)]*\)\s*)?(?:self\.)?([A-Za-z_]\w*)`)
	member   = regexp.MustCompile(`^\s*(?:(?:async|export|const|let|var|public|static|module\.exports\.|exports\.)\s*)*(up|down|Migrate|Rollback)\b\s*[:=(]`)
	dirBlock = regexp.MustCompile(`^(\s*)\w+\.(up|down)\b\s*(?:do\b|\{)`)
	downName = regexp.MustCompile(`^(?i:migrate_?|safe_?|run_?)?(?i:down|downgrade|revert|rollback|undo|backward|backwards|reverse)(?:[A-Z_0-9].*)?$`)
)

// turn looks whether a line begins one direction or the other.
func (c *codeReader) turn(text string) {
	if !mentions(text, turning) {
		return
	}
	if m := function.FindStringSubmatch(text); m != nil {
		c.down, c.block, c.reverse = downName.MatchString(m[1]), "-", false
	} else if m := member.FindStringSubmatch(text); m != nil {
		c.down, c.block, c.reverse = m[1] == "down" || m[1] == "Rollback", "-", false
	} else if m := dirBlock.FindStringSubmatch(text); m != nil {
		c.down, c.block = m[2] == "down", m[1]
		if strings.Contains(text, "}") {
			c.block = m[1] + "once"
		}
	}
}

// mentions reports whether a text has one of a few parts: it is asked before a regular expression, as most lines have none.
func mentions(text string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

var (
	turning = []string{"def ", "func", "fn ", "fun ", "void ", "Task ", "sub ", "up", "down", "Migrate", "Rollback"}
	losing  = []string{"drop", "Drop", "DROP", "remove", "Remove", "delete", "Delete", "DELETE", "rename", "Rename", "RENAME", "truncate", "TRUNCATE", "Truncate", "destroy", "alter", "Alter", "ALTER"}
)

func indent(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " \t"))] }

func (c *codeReader) line(l *pull.Line) {
	text := l.Text
	if len(text) > 8*maxLine {
		return
	}
	if c.ended == "" {
		c.turn(text)
		trimmed := strings.TrimSpace(text)
		if c.state != "" && len(indent(text)) <= len(c.state)-1 && trimmed != "" {
			c.state = ""
		}
		if strings.Contains(text, "state_operations") {
			c.state = indent(text) + "."
		}
	}
	code := c.code(text, l)
	if !c.down && c.state == "" && mentions(code, losing) {
		for i := range calls {
			if calls[i].regexp.MatchString(code) {
				c.losses = append(c.losses, loss{rule: calls[i].rule, what: calls[i].what, line: l})
				break
			}
		}
	}
	switch {
	case strings.HasSuffix(c.block, "once"):
		c.down, c.block = false, "-"
	case c.block != "-" && c.down && indent(text) == c.block && (strings.TrimSpace(text) == "end" || strings.TrimSpace(text) == "}"):
		c.down, c.block = false, "-"
	}
}

var heredoc = regexp.MustCompile(`<<[-~<]?\s*['"]?([A-Z_]{2,})['"]?`)

// code is a line without its comment, and with its strings empty. The strings are kept as SQL.
func (c *codeReader) code(s string, l *pull.Line) string {
	var b strings.Builder
	if c.ended != "" {
		end := strings.Index(s, c.ended)
		if len(c.literal) > maxStringLines {
			c.close()
			return ""
		}
		if end < 0 || len(c.ended) > 1 && wordByte(c.ended[0]) && strings.Trim(s, " \t;,)") != c.ended {
			c.literal = append(c.literal, piece{s, l})
			return ""
		}
		c.literal = append(c.literal, piece{s[:end], l})
		s = s[end+len(c.ended):]
		c.close()
	}
	opened := ""
	if m := heredocOf(s); m != nil && !strings.HasPrefix(strings.TrimSpace(s), c.comment) {
		opened = m[1]
	}
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], c.comment), strings.HasPrefix(s[i:], "//") && c.comment != "#", strings.HasPrefix(s[i:], "/*"):
			i = len(s)
		case strings.HasPrefix(s[i:], `"""`), strings.HasPrefix(s[i:], "'''"):
			i = c.string(s, i, s[i:i+3], l)
			b.WriteString(`""`)
		case s[i] == '"' || s[i] == '\'' || s[i] == '`':
			i = c.string(s, i, s[i:i+1], l)
			b.WriteString(`""`)
		default:
			b.WriteByte(s[i])
			if strings.HasPrefix(s[i:], "reverse_sql") {
				c.reverse = true
			} else if strings.HasPrefix(s[i:], "RunSQL(") || strings.HasPrefix(s[i:], "migrations.") {
				c.reverse = false
			}
			i++
		}
	}
	if opened != "" && c.ended == "" {
		c.ended, c.inDown = opened, c.down || c.reverse
	}
	return b.String()
}

// string takes the string that begins at i, and returns where the line goes on. A string of one quote ends with its line.
func (c *codeReader) string(s string, i int, quote string, l *pull.Line) int {
	c.inDown = c.down || c.reverse
	start := i + len(quote)
	for k := start; k < len(s); k++ {
		if s[k] == '\\' && quote != "`" {
			k++
			continue
		}
		if strings.HasPrefix(s[k:], quote) {
			c.literal = append(c.literal, piece{s[start:k], l})
			c.close()
			return k + len(quote)
		}
	}
	c.literal = append(c.literal, piece{s[start:], l})
	if len(quote) == 3 || quote == "`" || c.goesOn(quote, s[:i]) {
		c.ended = quote
	} else {
		c.close()
	}
	return len(s)
}

// goesOn reports whether a string of one quote may go on over lines: in these languages each, in C# those that an "@" opens.
func (c *codeReader) goesOn(quote, before string) bool {
	switch c.lang {
	case "PHP", "Ruby":
		return true
	case "Rust", "Elixir":
		return quote == `"`
	case "C#":
		return quote == `"` && (strings.HasSuffix(before, "@") || strings.HasSuffix(before, "@$"))
	}
	return false
}

// close ends the string that is open, and reads it as SQL where it is.
func (c *codeReader) close() {
	literal := c.literal
	c.literal, c.ended = nil, ""
	if c.inDown || c.down || len(literal) == 0 || c.state != "" {
		return
	}
	verb := false
	for _, p := range literal {
		if mentions(p.text, losing) {
			verb = true
			break
		}
	}
	if verb {
		c.losses = append(c.losses, sqlLosses(statements(tokens(literal)))...)
	}
}

// call is how frameworks write a loss.
type call struct {
	rule, what string
	regexp     *regexp.Regexp
}

// calls are of Rails, Django, Alembic, Knex, Sequelize, TypeORM, Laravel, Doctrine, Phinx, Entity Framework,
// FluentMigrator, Ecto, SeaORM, GORM, Exposed and MongoDB.
var calls = []call{
	{"drop-table", "Drops a table", regexp.MustCompile(`\bdrop_(?:join_)?table\b|\bdrop[tT]able(?:IfExists)?\s*\(|\bDropTable\s*\(|\bDeleteModel\s*\(|\bSchema::(?:connection\([^)]*\)->)?drop(?:IfExists|AllTables)?\s*\(|\bdrop(?:_if_exists)?[\s(]+table\s*\(|\bDelete\.Table\s*\(|\bTable::drop\s*\(|\bdropCollection\s*\(|\bcollection\([^)]*\)\.drop\(|\bSchemaUtils\.drop\s*\(|\bdropAllTables\s*\(`)},
	{"drop-database", "Drops a schema or a database with all that it has", regexp.MustCompile(`\bdrop(?:_s|S)chema\s*\(|\bDropSchema\s*\(|\bdropDatabase\s*\(|\bDelete\.Schema\s*\(`)},
	{"drop-column", "Drops a column", regexp.MustCompile(`\bremove_columns?\b|\bdrop_columns?\b|\bdropColumns?\s*\(|\bDropColumn\s*\(|\bRemoveField\s*\(|\bremoveColumns?\s*\(|\bremove_(?:reference|belongs_to|timestamps)\b|\bt\.remove\b|\bdrop(?:SoftDeletes|Timestamps|Morphs|RememberToken)(?:Tz)?\s*\(|\bDelete\.Column\s*\(|^\s*remove(?:_if_exists)?[ (]:\w+`)},
	{"truncate", "Empties a table", regexp.MustCompile(`->truncate\s*\(|\.truncate\s*\(`)},
	{"delete-all", "Deletes all rows", regexp.MustCompile(`\.objects\.all\(\)\.delete\(|\bDB::table\([^)]*\)->delete\(|^\s*[A-Z][\w:]*\.(?:delete_all|destroy_all)\b|\.deleteMany\(\s*(?:\{\s*\})?\s*\)`)},
	{"rename", "Renames what running code may still use", regexp.MustCompile(`\brename_(?:table|column)\b|\brename(?:Column|Table)\s*\(|\bRename(?:Field|Model|Table|Column)\s*\(|\bSchema::rename\s*\(|\brename[\s(]+table\s*\(|\bRename\.(?:Table|Column)\s*\(`)},
	{"drop-object", "Drops an index or a constraint", regexp.MustCompile(`\b(?:remove|drop)_(?:index|foreign_key|check_constraint|constraint)\b|\bdrop(?:Index|Unique|Foreign|Primary|Constraint|ForeignKey)\w*\s*\(|\bDrop(?:Index|ForeignKey|PrimaryKey|UniqueConstraint|CheckConstraint)\s*\(|\bRemove(?:Index|Constraint)\s*\(|\bremove(?:Index|Constraint)\s*\(`)},
}

func heredocOf(s string) []string {
	if !strings.Contains(s, "<<") {
		return nil
	}
	return heredoc.FindStringSubmatch(s)
}
