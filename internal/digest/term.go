package digest

import (
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
	"golang.org/x/text/width"
)

// term lays out text for a terminal.
type term struct {
	Options
	strings.Builder
}

// The colours are those of the sixteen that every terminal has, so that its theme decides how they look.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	bold   = "1"
	dim    = "2"
)

func (t *term) paint(color, s string) string {
	if !t.Color || s == "" {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

func (t *term) bold(s string) string { return t.paint(bold, s) }
func (t *term) dim(s string) string  { return t.paint(dim, s) }

// mark is a sign before a word, where there is colour to go with it.
func (t *term) mark(m string) string {
	if !t.Color {
		return ""
	}
	return m + " "
}

func (t *term) markWidth() int { return columns(t.mark("✓")) }

func (t *term) line(s string) { _, _ = t.WriteString(strings.TrimRight(s, " ") + "\n") }

const labelWidth = 12

// fact is a line with a label before it; without words it is nothing.
func (t *term) fact(label, words string) {
	if words != "" {
		t.hang("  "+t.dim(pad(label, labelWidth))+"  ", words)
	}
}

// hang writes words behind first; further lines begin below the words.
func (t *term) hang(first, words string) { t.hangAt(first, words, columns(first)) }

// hangAt writes words behind first; further lines begin at the column margin. A word that is longer than a line stays
// whole, so that a path or an address can be copied.
func (t *term) hangAt(first, words string, margin int) {
	room := t.Width - margin
	if t.Width <= 0 || room < 20 {
		t.line(first + words)
		return
	}
	line, used := first, max(0, columns(first)-margin)
	fresh := true
	for _, w := range strings.Split(words, " ") {
		n := columns(w)
		switch {
		case fresh:
			line, used, fresh = line+w, used+n, false
		case used+1+n <= room:
			line, used = line+" "+w, used+1+n
		default:
			t.line(line)
			line, used = strings.Repeat(" ", margin)+w, n
		}
	}
	t.line(line)
}

// pad fills s with spaces to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-columns(s))) }

// columns is how wide s is on a terminal. Colours have no width.
func columns(s string) int {
	n, escaped := 0, false
	for _, r := range s {
		switch {
		case r == '\x1b':
			escaped = true
		case escaped:
			escaped = r != 'm'
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r), r == '\u200d', r == '\ufe0f':
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

func decisionMark(r *gate.Report) string {
	switch r.Decision {
	case gate.Open:
		return "✓"
	case gate.Closed:
		return "✗"
	}
	return "…"
}

func decisionColor(r *gate.Report) string {
	switch r.Decision {
	case gate.Open:
		return bold + ";" + green
	case gate.Closed:
		return bold + ";" + red
	}
	return bold + ";" + yellow
}

func outcomeColor(word string) string {
	switch word {
	case string(check.Pass):
		return green
	case string(check.Fail):
		return red
	case string(check.Skip):
		return dim
	}
	return yellow
}
