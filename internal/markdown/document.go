// Package markdown reads Markdown as GitHub shows it, line by line, so that others can tell what an author says from
// what merely stands there: code, quotes, comments, pictures, folded details.
//
// It knows nothing of pull requests. The syntax is goldmark's GitHub flavour; this package only walks its tree.
package markdown

import "strings"

// MaxText bounds what [Parse] reads, in bytes. GitHub takes 65,536 characters of up to four bytes.
const MaxText = 256 << 10

// Document is a text cut into its lines.
type Document struct {
	Lines []Line
	Folds []Fold // each <details>, in order of their openings
	// Cut says that the text was longer than [MaxText] and the rest was not read.
	Cut bool
}

// Line is one line of the source and what is shown of it.
type Line struct {
	Number int    // from 1
	Raw    string // the source, without its line end
	Place  Place  // where it stands
	Level  int    // 1 to 6 for a heading, else 0
	Task   Task   // a check box, for the line that opens the item
	Spans  []Span // what is shown, in order; empty for blank lines, code blocks, comments and markup
}

// Place is a set of the surroundings of a line.
type Place uint8

// The surroundings that matter. A line of plain prose has none.
const (
	Code    Place = 1 << iota // a fenced or indented block
	Quote                     // below a ">"
	Comment                   // within <!-- -->
	Details                   // within <details>
	HTML                      // a block of raw HTML
	List                      // an item of a list
	Table                     // a cell of a table
	Undone                    // beside a check box that is not ticked
)

// Fold is one <details>: from the line that opens it to the line that closes it, or to where its surroundings end.
type Fold struct {
	First, Last int    // lines, from 1
	Summary     string // what stays to be seen when it is folded
}

// Task is the state of a check box.
type Task uint8

// The states of a check box.
const (
	NoTask Task = iota
	Unticked
	Ticked
)

// Span is a run of shown text of one kind.
type Span struct {
	Kind SpanKind
	Text string
	URL  string // the target of a link or the source of an image
	// Strong says that it stands in bold.
	Strong bool
}

// SpanKind is what a span is.
type SpanKind uint8

// The kinds of spans. Raw inline HTML and inline comments are shown to nobody and make no span.
const (
	Words SpanKind = iota
	CodeSpan
	Link
	Image
)

// Said reports whether the line is its author's own words in the open: not code, not a quote, not a comment.
func (l *Line) Said() bool { return l.Place&(Code|Quote|Comment) == 0 }

// Text is what the line shows: words, code spans and the text of links, without pictures.
func (l *Line) Text() string { return l.join(Words, CodeSpan, Link) }

// Prose is what the line says in words: words and the text of links, with a space for each code span.
func (l *Line) Prose() string {
	var b strings.Builder
	for _, s := range l.Spans {
		switch s.Kind {
		case Words, Link:
			b.WriteString(s.Text)
		case CodeSpan:
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}

// Bold reports whether the line shows words and all of them stand in bold, a colon behind them apart: what people
// write where they mean a heading.
func (l *Line) Bold() bool {
	bold := false
	for _, s := range l.Spans {
		if s.Strong && strings.TrimSpace(s.Text) != "" {
			bold = true
		} else if strings.Trim(s.Text, " \t:") != "" || s.Kind == Image {
			return false
		}
	}
	return bold
}

func (l *Line) join(kinds ...SpanKind) string {
	var b strings.Builder
	for _, s := range l.Spans {
		for _, k := range kinds {
			if s.Kind == k {
				b.WriteString(s.Text)
			}
		}
	}
	return strings.TrimSpace(b.String())
}
