package size

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// formatting marks the groups of changed lines that say the same before and after, and imports that only changed places.
func (s *source) formatting() {
	lang := kind.Language(s.file.Path)
	for i := range s.hunks {
		lines := s.hunks[i].Lines
		for start := 0; start < len(lines); {
			if lines[start].Op == pull.Context {
				start++
				continue
			}
			end := start
			for end < len(lines) && lines[end].Op != pull.Context {
				end++
			}
			if sameTokens(lines[start:end], kind.Indented(lang)) {
				for j := start; j < end; j++ {
					s.state[i][j] = isFormatted
				}
			}
			start = end
		}
	}
	s.imports(lang)
}

// imports marks import lines that stand elsewhere in the same file.
func (s *source) imports(lang string) {
	if lang == "" || s.file.Status == pull.Added || s.file.Status == pull.Removed {
		return
	}
	removed := map[string]int{}
	s.eachImport(lang, pull.Remove, func(text string) bool { removed[text]++; return false })
	if len(removed) == 0 {
		return
	}
	again := map[string]int{}
	s.eachImport(lang, pull.Add, func(text string) bool {
		if again[text] < removed[text] {
			again[text]++
			return true
		}
		return false
	})
	s.eachImport(lang, pull.Remove, func(text string) bool {
		if again[text] > 0 {
			again[text]--
			return true
		}
		return false
	})
}

// eachImport shows every changed import of one side; what is answered with true is marked.
func (s *source) eachImport(lang string, op pull.Op, see func(text string) bool) {
	for i := range s.hunks {
		for j, l := range s.hunks[i].Lines {
			if l.Op != op {
				continue
			}
			if text := strings.TrimRight(strings.TrimSpace(l.Text), ";,"); importing(text, lang) && see(text) {
				s.state[i][j] = isFormatted
			}
		}
	}
}

// importing reports whether a line names what the file uses and does nothing else.
func importing(text, lang string) bool {
	switch lang {
	case "Go":
		return strings.HasSuffix(text, `"`) && strings.Count(text, `"`) == 2 && !strings.ContainsAny(text, "(:=,{")
	case "C", "C++", "Objective-C":
		return strings.HasPrefix(text, "#include") || strings.HasPrefix(text, "#import")
	case "Rust", "PHP":
		return strings.HasPrefix(text, "use ") || strings.HasPrefix(text, "pub use ")
	case "C#", "F#", "Visual Basic":
		return strings.HasPrefix(text, "using ") && !strings.Contains(text, "(") || strings.HasPrefix(text, "open ") || strings.HasPrefix(text, "Imports ")
	case "Ruby":
		return strings.HasPrefix(text, "require ") || strings.HasPrefix(text, "require_relative ")
	}
	return strings.HasPrefix(text, "import ") || strings.HasPrefix(text, "from ") && strings.Contains(text, " import ") || strings.HasPrefix(text, "@import ")
}

// sameTokens reports whether the removed lines and the added ones have the same words and signs. Where a line begins
// matters in languages that go by it.
func sameTokens(lines []pull.Line, indented bool) bool {
	was, is := tokens{lines: lines, op: pull.Remove, indented: indented}, tokens{lines: lines, op: pull.Add, indented: indented}
	for {
		a, b := was.next(), is.next()
		if a != b {
			return false
		}
		if a == 0 {
			return true
		}
	}
}

// tokens walks over the characters of one side. White space is left out, but for one blank between two words.
type tokens struct {
	lines    []pull.Line
	op       pull.Op
	indented bool
	text     string
	last     rune // the last character that was given
	held     rune // a character that comes after the one that was given
}

// next is the next character, 0 at the end.
func (t *tokens) next() rune {
	if t.held != 0 {
		r := t.held
		t.held, t.last = 0, r
		return r
	}
	blank := false
	for {
		r, more, line := t.char()
		if !more {
			return 0
		}
		if line && t.indented {
			t.last = '\n'
			return '\n'
		}
		if line || unicode.IsSpace(r) {
			blank = true
			if !t.indented || t.last != '\n' {
				continue
			}
			return r // where the line begins
		}
		if r == ',' && t.closes() {
			continue // a last comma before a bracket
		}
		if blank && word(r) && word(t.last) {
			t.held = r
			return ' '
		}
		t.last = r
		return r
	}
}

// char takes one character; line says that a line that is not blank begins.
func (t *tokens) char() (r rune, more, line bool) {
	if t.text != "" {
		r, size := utf8.DecodeRuneInString(t.text)
		t.text = t.text[size:]
		return max(r, 1), true, false // 0 says the end
	}
	for len(t.lines) > 0 {
		l := t.lines[0]
		t.lines = t.lines[1:]
		if text := strings.TrimRight(l.Text, " \t\r"); l.Op == t.op && text != "" {
			t.text = text
			return 0, true, true
		}
	}
	return 0, false, false
}

// closes reports whether what comes next, after white space, closes a bracket.
func (t *tokens) closes() bool {
	text := strings.TrimLeftFunc(t.text, unicode.IsSpace)
	for _, l := range t.lines {
		if text != "" {
			break
		}
		if l.Op == t.op {
			text = strings.TrimLeftFunc(l.Text, unicode.IsSpace)
		}
	}
	return text != "" && strings.IndexByte(")]}", text[0]) >= 0
}

func word(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
