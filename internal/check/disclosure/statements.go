package disclosure

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
)

// statement is a place in a text that asks about the use of AI, with what stands there.
type statement struct {
	form  form
	text  string // the question as it is shown
	line  int    // from 1
	boxes []box
	said  []said
}

// form is how a statement is asked for.
type form int

const (
	boxes   form = iota // check boxes among others
	section             // a heading
	label               // "AI assistance: …"
)

type box struct {
	text   string
	line   int
	ticked bool
}

type said struct {
	text string
	line int
}

// ranks of what opens a statement, below the six levels of headings.
const (
	boldRank  = 7
	labelRank = 8
)

// statementsOf finds the statements of a text, and says whether it is more than what is looked at. own knows which lines are
// a prompt's that was pasted in; nil for none.
func statementsOf(doc *markdown.Document, w words, own *markdown.Own) (found []statement, cut bool) {
	r := reader{words: w}
	for i := range doc.Lines {
		line := &doc.Lines[i]
		switch {
		case !line.Said() || own != nil && own.Foreign(line.Number):
		case line.Place&markdown.Table != 0:
		case strings.TrimSpace(line.Raw) == "":
			r.blank()
		case r.open == nil && line.Level == 0 && line.Task == markdown.NoTask && !strings.ContainsAny(line.Raw, "*_:?<"):
		default:
			r.read(line)
		}
	}
	r.close(0)
	if r.group != nil {
		r.found = append(r.found, *r.group)
	}
	return r.found, r.seen > maxLines
}

// reader is what the lines before have opened.
type reader struct {
	words words
	seen  int // lines that could ask or answer
	found []statement
	open  *statement
	rank  int        // of the open one
	group *statement // the boxes that stand outside of any section
}

// maxLines bounds how many lines are looked at that could ask or answer.
const maxLines = 400

func (r *reader) read(line *markdown.Line) {
	if r.seen++; r.seen > maxLines {
		return
	}
	text := line.Text()
	rank := line.Level
	if rank == 0 && line.Task == markdown.NoTask && line.Bold() {
		rank = boldRank
	}
	switch {
	case text == "":
	case line.Level > 0 || rank == boldRank && (r.open == nil || r.rank >= boldRank):
		r.close(rank)
		if r.open == nil && r.words.heading(text) {
			r.open, r.rank = &statement{form: section, text: text, line: line.Number}, rank
		}
	case line.Task != markdown.NoTask:
		r.box(box{text, line.Number, line.Task == markdown.Ticked})
	default:
		r.text(text, line.Number)
	}
}

func (r *reader) box(b box) {
	switch {
	case r.open != nil && r.rank < labelRank:
		r.open.boxes = append(r.open.boxes, b)
	case r.words.box(b.text):
		r.close(labelRank)
		if r.group == nil {
			r.group = &statement{form: boxes, text: b.text, line: b.line}
		}
		r.group.boxes = append(r.group.boxes, b)
	case r.open != nil: // below "Was AI used?"
		r.open.boxes = append(r.open.boxes, b)
	}
}

func (r *reader) text(text string, number int) {
	if r.open == nil || r.rank == labelRank {
		if name, rest, ok := split(text); ok && (r.words.heading(name) || trailers.MatchString(name)) {
			r.close(labelRank)
			r.open, r.rank = &statement{form: label, text: name, line: number}, labelRank
			if rest != "" {
				r.open.said = append(r.open.said, said{rest, number})
				r.close(labelRank)
			}
			return
		}
	}
	if r.open != nil {
		r.open.said = append(r.open.said, said{text, number})
	}
}

// blank ends what stands behind a label, once something does.
func (r *reader) blank() {
	if r.open != nil && r.rank == labelRank && len(r.open.said)+len(r.open.boxes) > 0 {
		r.close(labelRank)
	}
}

// close ends the open statement where one of rank begins.
func (r *reader) close(rank int) {
	if r.open != nil && rank <= r.rank {
		r.found = append(r.found, *r.open)
		r.open = nil
	}
}

var (
	labelled = regexp.MustCompile(`^([^:?]{2,120}[^:?\s])\s*([:?])(?:\s+(.*))?$`)
	// trailers are the standards' own way to say it.
	trailers = regexp.MustCompile(`(?i)^(?:assisted|generated)-by$`)
)

// split takes "AI assistance: none" and "Was AI used? No" apart.
func split(text string) (name, rest string, ok bool) {
	m := labelled.FindStringSubmatch(text)
	if m == nil {
		return "", "", false
	}
	name = m[1]
	if m[2] == "?" {
		name += "?"
	}
	return name, strings.TrimSpace(m[3]), true
}
