package claims

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/markdown"
)

// statement is one sentence or item of the description. What it names (code, paths, quotations) stands in its text as
// one private character each, so that a pattern sees a noun where there is a noun.
type statement struct {
	line    int    // of the description, from 1; 0 for the title
	said    string // as it is shown
	text    string // in lower case, with objects
	objects []object
	lead    string // the line with a colon above its list, in lower case
	heading string // the heading above it, in lower case
	nested  bool   // an item of a list within a list
	testing bool   // below a heading about tests: steps to take are told there
	ticked  bool   // beside a box that was ticked
}

// Bounds of what is read as a sentence, in bytes, and of the objects of one block.
const (
	longestStatement = 2000
	longestQuote     = 120
	firstObject      = '\ue000'
	maxObjects       = 6000
)

// isObject reports whether a character of a statement's text stands for an object.
func isObject(r rune) bool { return r >= firstObject && r < firstObject+maxObjects }

func (s *statement) object(r rune) object { return s.objects[r-firstObject] }

// where is the place of the statement in words.
func (s *statement) where() string {
	if s.line == 0 {
		return "title"
	}
	return fmt.Sprintf("description (line %d)", s.line)
}

// quoted is the statement as a message quotes it.
func (s *statement) quoted() string {
	said := s.said
	if len(said) > longestQuote {
		cut := strings.LastIndexByte(said[:longestQuote], ' ')
		if cut < longestQuote/2 {
			for cut = longestQuote; !utf8.RuneStart(said[cut]); {
				cut--
			}
		}
		said = said[:cut] + "…"
	}
	return "“" + strings.TrimRight(said, ".:;, ") + "”"
}

// statements are the sentences that the author says in the open: not the template's, nobody else's, no headings.
func statements(doc *markdown.Document, own *markdown.Own) []statement {
	r := reader{}
	for i := range doc.Lines {
		line := &doc.Lines[i]
		const elsewhere = markdown.Details | markdown.HTML | markdown.Undone
		if line.Place&markdown.Table == 0 && strings.Trim(line.Raw, "-|: \t") != "" {
			r.table = nil
		}
		switch {
		case own.Foreign(line.Number), !line.Said(), line.Place&elsewhere != 0, own.Given(line.Number) && line.Level == 0 && !line.Bold():
			r.end()
			if strings.TrimSpace(line.Raw) != "" && line.Place&markdown.List == 0 {
				r.lead = ""
			}
		case line.Place&markdown.Table != 0:
			r.end()
			r.row(line)
		case line.Level > 0:
			r.open(line.Text(), line.Level)
		case line.Bold():
			r.open(line.Text(), pseudo)
		default:
			r.line(line)
		}
	}
	r.end()
	return r.all
}

// titleOf is the title as a statement.
func titleOf(title string) []statement {
	doc := markdown.Parse(strings.ReplaceAll(title, "\n", " "))
	r := reader{}
	r.line(&doc.Lines[0])
	r.end()
	for i := range r.all {
		r.all[i].line = 0
	}
	return r.all
}

// reader gathers lines into blocks and cuts them into sentences.
type reader struct {
	section
	all    []statement
	block  strings.Builder
	objs   []object
	starts []start // where lines begin in the block
	item   bool    // the block is an item of a list
	nested bool
	ticked bool
	lead   string // of the list
	below  string // of the list within the item at hand
	last   string // the line before, of the block
	table  *table // the table at hand
}

type start struct{ offset, line int }

var itemMark = regexp.MustCompile(`^(\s*)(?:[-*+•]|\d{1,9}[.)])\s+`)

func (r *reader) line(line *markdown.Line) {
	raw := strings.TrimSpace(line.Raw)
	mark := itemMark.FindStringSubmatch(line.Raw)
	switch {
	case raw == "":
		r.end()
		return
	case mark != nil:
		r.end()
		r.ticked = line.Task == markdown.Ticked
		r.item, r.nested = true, len(strings.ReplaceAll(mark[1], "\t", "    ")) >= 2
	case line.Place&markdown.List == 0 && r.block.Len() == 0:
		r.item, r.nested, r.lead, r.below = false, false, "", ""
	case r.block.Len() > 0 && breaks(r.last, raw):
		r.cut()
	}
	if r.block.Len() > 0 {
		r.block.WriteByte(' ')
	}
	r.starts = append(r.starts, start{r.block.Len(), line.Number})
	for i := range line.Spans {
		r.span(&line.Spans[i])
	}
	r.last = raw
}

// breaks reports whether a line of a paragraph ended with its sentence though no stop says so: GitHub shows each line of
// a description on a line of its own, and people write lists that way.
func breaks(last, next string) bool {
	first, _ := utf8.DecodeRuneInString(next)
	return (unicode.IsUpper(first) || first == '`') && (len(last) < 60 || strings.ContainsAny(last[len(last)-1:], ".:!?"))
}

func (r *reader) span(s *markdown.Span) {
	switch s.Kind {
	case markdown.CodeSpan:
		r.put(object{kind: code, text: strings.TrimSpace(s.Text)})
	case markdown.Words, markdown.Link:
		for i, word := range strings.Split(strings.Map(public, plainPunctuation.Replace(s.Text)), " ") {
			if i > 0 {
				r.block.WriteByte(' ')
			}
			before, path, after := pathWord(word)
			r.block.WriteString(before)
			if path != "" {
				r.put(object{kind: plain, text: path})
			}
			r.block.WriteString(after)
		}
	}
}

var plainPunctuation = strings.NewReplacer("’", "'", "—", " - ", "–", " - ", "→", " -> ", "\t", " ", "\u00a0", " ")

// public leaves out characters that would be taken for objects.
func public(r rune) rune {
	if isObject(r) {
		return ' '
	}
	return r
}

func (r *reader) put(o object) {
	if len(r.objs) == maxObjects {
		r.block.WriteByte(' ')
		return
	}
	r.block.WriteRune(firstObject + rune(len(r.objs)))
	r.objs = append(r.objs, o)
}

// end closes a block. One that ends with a colon leads the list below it.
func (r *reader) end() {
	text := strings.TrimSpace(r.block.String())
	leads := ""
	if strings.HasSuffix(text, ":") {
		leads = strings.ToLower(text)
	}
	r.cut()
	switch {
	case text == "" || r.nested:
	case r.item:
		r.below = leads
	default:
		r.lead, r.below = leads, ""
	}
	r.item, r.nested, r.ticked, r.last = false, false, false, ""
}

// quotation is what somebody says, or what a thing is called: never a claim.
var quotation = regexp.MustCompile(`"[^"]{1,300}"|“[^”]{1,300}”|«[^»]{1,300}»`)

// cut takes the sentences of the block.
func (r *reader) cut() {
	text := r.block.String()
	lead, line := r.lead, 0
	if r.nested && r.below != "" {
		lead = r.below
	}
	for _, at := range sentences(text) {
		sentence := text[at[0]:at[1]]
		said := strings.TrimSpace(sentence)
		begins := at[0] + len(sentence) - len(strings.TrimLeft(sentence, " "))
		for line+1 < len(r.starts) && r.starts[line+1].offset <= begins {
			line++
		}
		if said == "" || len(said) > longestStatement || r.off {
			continue
		}
		s := statement{line: r.starts[line].line, lead: lead, heading: r.title, nested: r.nested, testing: r.testing, ticked: r.ticked, objects: r.objs}
		s.said = s.show(said)
		s.text = strings.ToLower(quotation.ReplaceAllString(said, "QUOTED"))
		r.all = append(r.all, s)
	}
	r.block.Reset()
	r.objs, r.starts = nil, nil
}

// show is a text with its objects as they were written.
func (s *statement) show(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case !isObject(c):
			b.WriteRune(c)
		case s.object(c).kind == code:
			b.WriteString("`" + s.object(c).text + "`")
		default:
			b.WriteString(s.object(c).text)
		}
	}
	return b.String()
}

// shortForms end with a stop that ends no sentence.
var shortForms = regexp.MustCompile(`(?i)(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|resp|fig|sec)$`)

// sentences are the bounds of the sentences of a text: a stop, a question or exclamation mark before a blank ends one,
// and so does a semicolon.
func sentences(text string) [][2]int {
	var all [][2]int
	from := 0
	for i := range len(text) {
		if !strings.ContainsRune(".!?;", rune(text[i])) || i+1 < len(text) && text[i+1] != ' ' {
			continue
		}
		if text[i] == '.' && shortForms.MatchString(text[max(from, i-8):i]) {
			continue
		}
		all = append(all, [2]int{from, i + 1})
		from = i + 1
	}
	return append(all, [2]int{from, len(text)})
}
