package tests

import (
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// style is how a language writes comments and strings.
type style struct {
	line    []string // what opens a comment to the end of the line
	block   bool     // slash and star
	long    []quotes // of strings that go over lines
	single  bool     // ' quotes a string; otherwise it quotes a character, or means something else
	heredoc string   // what may stand between the two arrows of a here-document and its word; "" where there are none
}

// quotes are what a string begins and ends with.
type quotes struct{ open, shut string }

// masker blanks what is in comments and strings, line by line. What it gives has the length of what it was given, so that
// places in one are places in the other; the quotes of a string stay.
type masker struct {
	style *style
	until string // what ends the comment or string that the line begins in; "" in code
	doc   string // the line that ends a here-document
}

// blank stands for a character in a string: no pattern asks for it.
const blank = '\x01'

// line blanks one line.
func (m *masker) line(text string) string {
	if m.doc != "" {
		if strings.TrimRight(strings.TrimSpace(text), ";,)") == m.doc {
			m.doc = ""
		}
		return strings.Repeat(string(blank), len(text))
	}
	if m.until == "" && !strings.ContainsAny(text, "\"'`/#<") {
		return text
	}
	out := []byte(text)
	for i := 0; i < len(text); {
		if m.until != "" {
			i = m.close(out, text, i)
			continue
		}
		i = m.code(out, text, i)
	}
	return string(out)
}

// close blanks up to the end of a comment or a string over lines.
func (m *masker) close(out []byte, text string, i int) int {
	fill := byte(blank)
	if m.until == "*/" {
		fill = ' '
	}
	end := strings.Index(text[i:], m.until)
	if end < 0 {
		erase(out[i:], fill)
		return len(text)
	}
	erase(out[i:i+end], fill)
	if fill == ' ' {
		erase(out[i+end:i+end+2], fill)
	}
	i += end + len(m.until)
	m.until = ""
	return i
}

// code looks at the character at i, which is in code, and tells where to go on.
func (m *masker) code(out []byte, text string, i int) int {
	rest := text[i:]
	for _, mark := range m.style.line {
		if strings.HasPrefix(rest, mark) && opensComment(mark, text, i) {
			erase(out[i:], ' ')
			return len(text)
		}
	}
	if m.style.block && strings.HasPrefix(rest, "/*") {
		m.until = "*/"
		out[i], out[i+1] = ' ', ' '
		return i + 2
	}
	for _, q := range m.style.long {
		if strings.HasPrefix(rest, q.open) {
			m.until = q.shut
			return i + len(q.open)
		}
	}
	switch c := rest[0]; {
	case c == '"', c == '\'' && m.style.single, c == '`':
		return short(out, text, i)
	case c == '\'' && len(rest) > 2 && rest[2] == '\'': // a character
		out[i+1] = blank
		return i + 3
	case c == '\'' && len(rest) > 3 && rest[1] == '\\' && rest[3] == '\'':
		out[i+1], out[i+2] = blank, blank
		return i + 4
	case c == '<' && m.style.heredoc != "" && strings.HasPrefix(rest, "<<"):
		m.doc = heredoc(rest[2:], m.style.heredoc)
		return i + 2
	}
	return i + 1
}

// short blanks a string that ends on its line, or where the line ends.
func short(out []byte, text string, i int) int {
	quote := text[i]
	for i++; i < len(text) && text[i] != quote; i++ {
		if text[i] == '\\' && i+1 < len(text) {
			out[i] = blank
			i++
		}
		out[i] = blank
	}
	return i + 1
}

// opensComment reports whether a mark at i opens a comment: in "$#" and "a#b" of a shell, and in PHP's "#[A]", it opens none.
func opensComment(mark, text string, i int) bool {
	if mark != "#" {
		return true
	}
	if strings.HasPrefix(text[i:], "#[") || strings.HasPrefix(text[i:], "#{") {
		return i > 0 && text[i-1] == ' ' && !strings.HasPrefix(strings.TrimSpace(text), "#[")
	}
	return i == 0 || text[i-1] == ' ' || text[i-1] == '\t' || text[i-1] == ';' || text[i-1] == ')' || text[i-1] == ','
}

// heredoc is the word that ends the here-document which two arrows before rest open, "" where they open none.
func heredoc(rest, between string) string {
	word := strings.TrimLeft(strings.TrimLeft(rest, between), `'"`)
	n := 0
	for n < len(word) && (word[n] >= 'A' && word[n] <= 'Z' || word[n] == '_' || n > 0 && word[n] >= '0' && word[n] <= '9') {
		n++
	}
	return word[:n]
}

func erase(out []byte, fill byte) {
	for i := range out {
		out[i] = fill
	}
}

// begin is a masker for one side of a hunk. A hunk may begin inside of a comment or a string over lines: the first quote
// tells, by what stands around it.
func begin(s *style, lines []pull.Line, without pull.Op) masker {
	m := masker{style: s}
	if s.block && shutFirst(lines, without, "/*", "*/") {
		m.until = "*/"
		return m
	}
	for _, q := range s.long {
		if q.open == q.shut && opened(lines, without, q.open) || q.open != q.shut && len(q.shut) > 1 && shutFirst(lines, without, q.open, q.shut) {
			m.until = q.shut
			break
		}
	}
	return m
}

// shutFirst reports whether shut comes before the first open.
func shutFirst(lines []pull.Line, without pull.Op, open, shut string) bool {
	for k := range lines {
		if lines[k].Op == without {
			continue
		}
		o, s := strings.Index(lines[k].Text, open), strings.Index(lines[k].Text, shut)
		if o >= 0 || s >= 0 {
			return s >= 0 && (o < 0 || s < o)
		}
	}
	return false
}

// opened reports whether the lines begin inside of what quote ends.
func opened(lines []pull.Line, without pull.Op, quote string) bool {
	alone := false
	for k := range lines {
		text := lines[k].Text
		if lines[k].Op == without {
			continue
		}
		at := strings.Index(text, quote)
		if at < 0 {
			continue
		}
		before, after := strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+len(quote):])
		switch {
		case before == "" && after == "":
			if alone {
				return false // one opens and one closes
			}
			alone = true
		case before == "":
			closes := strings.ContainsRune("),;]}.+", rune(after[0]))
			return closes != alone // after a lone one, this one is of the other sort
		default:
			opens := strings.ContainsRune("=(,{[:+>|&?", rune(before[len(before)-1])) || wordBefore(before) || strings.Count(text, quote)%2 == 0
			return opens == alone
		}
	}
	return false
}

// wordBefore reports whether what stands before a quote leads to a string: a prefix such as Python's r, or a word.
func wordBefore(before string) bool {
	last := before[strings.LastIndexAny(before, " \t(,=")+1:]
	switch strings.ToLower(last) {
	case "r", "b", "f", "u", "rb", "br", "fr", "rf", "@", "$", "$@", "return", "in", "yield", "raise", "@doc", "@moduledoc", "html", "sql", "gql", "css", "string.raw":
		return true
	}
	return false
}
