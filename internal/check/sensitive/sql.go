package sensitive

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// piece is a part of a line that is SQL: a line of a file, or what one has of a string.
type piece struct {
	text string
	line *pull.Line
}

// token is a word, a name or a sign of SQL.
type token struct {
	word string // in upper case; a name as it stands, without its quotes and in lower case; a sign as it is
	name bool   // it was quoted: never a keyword
	mark string // "up" or "down": what follows is that direction of the migration; "query": a query of the code's
	line *pull.Line
}

// marks are the comments by which tools part a file into directions: goose, sql-migrate, micrate, dbmate, MyBatis. sqlc names
// the queries of the code so.
var marks = regexp.MustCompile(`(?i)^--\s*(?:\+\s*(?:goose|migrate|micrate)\s+(up|down)\b|migrate:(up|down)\b|//\s*@(undo)\b|(name):)`)

// tokens cuts SQL into tokens. Comments and strings are left out, the bodies of functions too: they do nothing yet.
func tokens(pieces []piece) []token {
	var out []token
	var l lexer
	for i := range pieces {
		out = l.line(pieces, i, out)
	}
	return out
}

// lexer is what carries over from one line to the next.
type lexer struct {
	until  string // what ends the string or comment that is open; "" where none is
	body   string // the mark of a dollar-quoted body
	hidden bool   // the body is a function's
	begun  string // the statement's first word
}

func (l *lexer) line(pieces []piece, n int, out []token) []token {
	s, at := pieces[n].text, pieces[n].line
	add := func(t token) {
		t.line = at
		if t.word == ";" {
			if l.body == "" {
				l.begun = ""
			}
		} else if l.begun == "" && t.mark == "" {
			l.begun = t.word
		}
		if !l.hidden || l.body == "" {
			out = append(out, t)
		}
	}
	for i := 0; i < len(s); {
		if l.until != "" {
			end := strings.Index(s[i:], l.until)
			if end < 0 {
				return out
			}
			i += end + len(l.until)
			l.until = ""
			continue
		}
		c := s[i]
		switch {
		case strings.HasPrefix(s[i:], "--") || c == '#' && strings.TrimSpace(s[:i]) == "":
			if m := marks.FindStringSubmatch(s[i:]); m != nil {
				add(token{mark: markOf(m)})
			}
			return out
		case strings.HasPrefix(s[i:], "/*"):
			i += 2
			l.open("*/", pieces, n, s[i:])
		case c == '\'':
			add(token{word: "'"})
			i++
			l.open("'", pieces, n, s[i:])
		case c == '"' || c == '`' || c == '[':
			closing := map[byte]byte{'"': '"', '`': '`', '[': ']'}[c]
			end := strings.IndexByte(s[i+1:], closing)
			if end < 0 {
				i++
				continue
			}
			add(token{word: strings.ToLower(s[i+1 : i+1+end]), name: true})
			i += end + 2
		case c == '$' && dollar.FindString(s[i:]) != "":
			mark := dollar.FindString(s[i:])
			switch l.body {
			case "":
				l.body, l.hidden = mark, l.begun == "CREATE" || l.begun == "ALTER"
			case mark:
				l.body, l.hidden = "", false
			}
			i += len(mark)
		case wordByte(c):
			end := i
			for end < len(s) && wordByte(s[end]) {
				end++
			}
			add(token{word: strings.ToUpper(s[i:end])})
			i = end
		case c == ' ' || c == '\t' || c == '\r':
			i++
		default:
			add(token{word: string(c)})
			i++
		}
	}
	return out
}

var dollar = regexp.MustCompile(`^\$[A-Za-z_]*\$`)

// open begins a string or a comment that something ends. One that nothing ends below is none: hunks begin and end anywhere.
func (l *lexer) open(until string, pieces []piece, n int, rest string) {
	if strings.Contains(rest, until) {
		l.until = until
		return
	}
	for _, p := range pieces[n+1 : min(len(pieces), n+1+maxStringLines)] {
		if strings.Contains(p.text, until) {
			l.until = until
			return
		}
	}
}

// maxStringLines is how far down the end of a string is looked for.
const maxStringLines = 200

func markOf(m []string) string {
	for _, word := range m[1:] {
		switch strings.ToLower(word) {
		case "up":
			return "up"
		case "down", "undo":
			return "down"
		case "name":
			return "query"
		}
	}
	return ""
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c >= 0x80
}

// statement is one statement's tokens.
type statement []token

// statements parts tokens at what ends a statement, and at what one begins after within a block. Those of another direction
// than up are left out.
func statements(list []token) []statement {
	var out []statement
	start, up := 0, true
	body := false // of a trigger or a procedure, which does nothing yet
	cut := func(end int) {
		s := statement(list[start:max(start, end)])
		switch {
		case len(s) == 0 || !up:
		case body:
			body = !s.is(0, "END")
		default:
			out = append(out, s)
			body = end < len(list) && list[end].word == "BEGIN" && s.is(0, "CREATE", "ALTER") && s.has(1, "TRIGGER", "PROCEDURE", "FUNCTION")
		}
		start = end + 1
	}
	for i, t := range list {
		switch {
		case t.mark != "":
			cut(i)
			up = t.mark == "up"
		case t.name:
		case t.word == ";":
			cut(i)
		case t.word == "GO" && (i+1 == len(list) || list[i+1].line != t.line) && (i == 0 || list[i-1].line != t.line):
			cut(i)
		case t.word == "BEGIN" || t.word == "THEN" || t.word == "ELSE" || t.word == "LOOP" || t.word == "DO":
			cut(i)
		}
	}
	cut(len(list))
	return out
}

// is reports whether the token at i is one of the keywords.
func (s statement) is(i int, keywords ...string) bool {
	if i < 0 || i >= len(s) || s[i].name {
		return false
	}
	for _, k := range keywords {
		if s[i].word == k {
			return true
		}
	}
	return false
}

// after is i, moved over the keywords as long as they follow.
func (s statement) after(i int, keywords ...string) int {
	for s.is(i, keywords...) {
		i++
	}
	return i
}

// named is the name that begins at i, without the schemas before it, and what follows.
func (s statement) named(i int) (name string, next int) {
	for i < len(s) {
		name = strings.ToLower(s[i].word)
		if !s.is(i+1, ".") {
			return name, i + 1
		}
		i += 2
	}
	return name, i
}

// has reports whether a keyword stands at i or after.
func (s statement) has(i int, keywords ...string) bool {
	for ; i < len(s); i++ {
		if s.is(i, keywords...) {
			return true
		}
	}
	return false
}
