package markdown

import "strings"

// Scan tells where each line of a text stands without reading what is in it: Number, Raw, Place, Level of "#" headings
// and Task are set, Spans are not. It is many times faster than [Parse] and linear in the text, and where the two could
// differ it errs on the side of code and quotes. It reads [MaxText] bytes, as Parse does.
func Scan(src string) *Document {
	doc := &Document{}
	if len(src) > MaxText {
		src, doc.Cut = src[:MaxText], true
	}
	s := scanner{}
	for raw := range strings.SplitSeq(src, "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		line := Line{Number: len(doc.Lines) + 1, Raw: raw}
		s.line(&line)
		doc.Lines = append(doc.Lines, line)
	}
	return doc
}

// scanner is what the lines before have opened.
type scanner struct {
	fence   string // the run that closes the open fence
	inside  int    // how deep in quotes that fence stands
	quoted  bool   // the line before was a quote's, so that words below it still are
	comment bool
	open    [len(elements)]int // elements of HTML that are open
	code    bool               // an indented block goes on
	list    bool               // an item goes on: what is indented belongs to it
	blank   bool               // the line before was blank, or there was none
	begun   bool
}

func (s *scanner) line(line *Line) {
	text, depth := unquoted(line.Raw)
	if depth > 0 {
		line.Place |= Quote
	}
	for i := range elements {
		if s.open[i] > 0 {
			line.Place |= elements[i].place
		}
	}
	trimmed := strings.TrimLeft(text, " \t")
	indent := len(text) - len(trimmed)
	if strings.HasPrefix(text, "\t") {
		indent += 3
	}
	empty := strings.TrimSpace(trimmed) == ""
	switch {
	case s.comment:
		s.comments(line, trimmed)
	case s.fence != "" && !s.leaves(depth):
		line.Place |= Code
		if closes(trimmed, s.fence) {
			s.fence = ""
		}
	case empty:
	case fenceOf(trimmed) != "":
		s.fence, s.inside = fenceOf(trimmed), depth
		line.Place |= Code
	case indent >= 4 && !s.list && (s.blank || !s.begun || s.code):
		line.Place |= Code
		s.code = true
	default:
		if depth == 0 && s.quoted && !startsBlock(trimmed) {
			line.Place |= Quote // a quote's paragraph goes on without its mark
		}
		s.words(line, trimmed)
	}
	if !empty && line.Place&Code == 0 {
		s.code = false
		s.list = isItem(trimmed) || s.list && (indent > 0 || !s.blank)
	}
	s.quoted = line.Place&Quote != 0 && line.Place&Code == 0 && !empty
	s.blank, s.begun = empty, true
}

// leaves reports whether a quote that held the open fence has ended, and the fence with it.
func (s *scanner) leaves(depth int) bool {
	if depth >= s.inside {
		return false
	}
	s.fence = ""
	return true
}

func (s *scanner) words(line *Line, text string) {
	if n := len(text) - len(strings.TrimLeft(text, "#")); n > 0 && n <= 6 && len(text) > n && text[n] == ' ' {
		line.Level = n
	}
	if isItem(text) {
		line.Place |= List
		item := strings.TrimLeft(text, "-*+0123456789.) ")
		switch {
		case strings.HasPrefix(item, "[ ] "):
			line.Task = Unticked
		case strings.HasPrefix(item, "[x] "), strings.HasPrefix(item, "[X] "):
			line.Task = Ticked
		}
	}
	if !strings.Contains(text, "<") {
		return
	}
	lower := strings.ToLower(text)
	for i := range elements {
		e := &elements[i]
		if n := strings.Count(lower, "<"+e.name); n > 0 {
			s.open[i] += n
			line.Place |= e.place
		}
		s.open[i] = max(0, s.open[i]-strings.Count(lower, "</"+e.name))
	}
	s.comments(line, text)
}

// elements are those whose content stands elsewhere than in the open.
var elements = [...]struct {
	name  string
	place Place
}{{"details", Details}, {"blockquote", Quote}, {"pre", Code}}

// comments follows <!-- and -->. A line is a comment's where nothing of it is shown.
func (s *scanner) comments(line *Line, text string) {
	if !s.comment && !strings.Contains(text, "<!--") {
		return
	}
	shown, still := withoutComments(text, s.comment)
	if strings.TrimSpace(shown) == "" {
		line.Place |= Comment
	}
	s.comment = still
}

// withoutComments is what a line shows beside its comments, and whether one is still open after it.
func withoutComments(text string, inside bool) (shown string, still bool) {
	var b strings.Builder
	for {
		if inside {
			_, rest, closed := strings.Cut(text, "-->")
			if !closed {
				return b.String(), true
			}
			text = rest
		}
		before, rest, opened := strings.Cut(text, "<!--")
		b.WriteString(before)
		if !opened {
			return b.String(), false
		}
		text, inside = rest, true
	}
}

// unquoted takes the quote marks off a line and counts them.
func unquoted(raw string) (text string, depth int) {
	for {
		trimmed := strings.TrimLeft(raw, " ")
		if len(raw)-len(trimmed) > 3 || !strings.HasPrefix(trimmed, ">") {
			return raw, depth
		}
		raw, depth = strings.TrimPrefix(trimmed[1:], " "), depth+1
	}
}

// fenceOf is the run that opens a fence, "" where there is none.
func fenceOf(text string) string {
	for _, c := range []string{"`", "~"} {
		n := len(text) - len(strings.TrimLeft(text, c))
		if n >= 3 && (c == "~" || !strings.Contains(text[n:], "`")) {
			return text[:n]
		}
	}
	return ""
}

func closes(text, fence string) bool {
	text = strings.TrimRight(text, " \t")
	return strings.HasPrefix(text, fence) && strings.Trim(text, fence[:1]) == ""
}

// startsBlock reports whether a line cannot go on with a paragraph.
func startsBlock(text string) bool {
	return isItem(text) || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "<!--") || strings.HasPrefix(text, "---") || strings.HasPrefix(text, "***")
}

// isItem reports whether a line opens an item of a list.
func isItem(text string) bool {
	if len(text) > 1 && strings.ContainsRune("-*+", rune(text[0])) && (text[1] == ' ' || text[1] == '\t') {
		return true
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	return digits > 0 && digits < 10 && len(text) > digits+1 && (text[digits] == '.' || text[digits] == ')') && text[digits+1] == ' '
}
