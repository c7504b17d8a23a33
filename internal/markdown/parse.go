package markdown

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

var parser = goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()

// Parse reads a text. It never fails: everything is Markdown. Carriage returns are dropped.
func Parse(src string) *Document {
	doc := &Document{}
	if len(src) > MaxText {
		doc.Cut = true
		for src = src[:MaxText]; !utf8.ValidString(src[len(src)-1:]) && src != ""; {
			src = src[:len(src)-1]
		}
	}
	src = strings.ReplaceAll(src, "\r\n", "\n")
	source := []byte(shallow(src))
	w := &walker{doc: doc, source: source}
	for i, raw := range strings.Split(src, "\n") {
		doc.Lines = append(doc.Lines, Line{Number: i + 1, Raw: raw})
		w.starts = append(w.starts, w.next)
		w.next += len(raw) + 1
	}
	root := parser.Parse(text.NewReader(source))
	_ = ast.Walk(root, w.visit) // visit returns no error
	return doc
}

// maxQuotes is how deep quotes may stand in each other before [shallow] flattens them.
const maxQuotes = 16

// shallow blanks the quote marks beyond maxQuotes at the start of a line, byte for byte: goldmark's time grows with the
// square of the depth, and what stands so deep is a quote in any case.
func shallow(src string) string {
	if !strings.Contains(src, strings.Repeat(">", maxQuotes)) && !strings.Contains(src, strings.Repeat("> ", maxQuotes)) {
		return src
	}
	out, depth, start := []byte(src), 0, true
	for i, c := range out {
		switch {
		case c == '\n':
			depth, start = 0, true
		case start && c == '>':
			if depth++; depth > maxQuotes {
				out[i] = ' '
			}
		case c != ' ' && c != '\t':
			start = false
		}
	}
	return string(out)
}

// walker lays the tree's nodes over the lines.
type walker struct {
	doc    *Document
	source []byte
	starts []int // offset of each line
	next   int

	place   Place // of the blocks around the node
	details int   // depth of <details>
}

// line returns the line that holds the byte at offset.
func (w *walker) line(offset int) *Line {
	i := sort.SearchInts(w.starts, offset+1) - 1
	return &w.doc.Lines[max(i, 0)]
}

func (w *walker) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch n := n.(type) {
	case *ast.Blockquote:
		return w.within(Quote, n, entering)
	case *ast.List:
		return w.within(List, n, entering)
	case *east.Table:
		return w.within(Table, n, entering)
	}
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		w.mark(n, Code)
		w.fence(n)
	case *ast.HTMLBlock:
		w.html(n)
	case *ast.Heading:
		w.mark(n, 0)
		w.heading(n)
	case *east.TaskCheckBox:
		w.task(n)
	case *ast.Text:
		w.span(n.Segment.Start, Span{Kind: Words, Text: string(n.Segment.Value(w.source))})
	case *ast.String:
		// Typographic replacements have no place of their own in the source.
	case *ast.CodeSpan:
		w.inline(n, CodeSpan, "")
		return ast.WalkSkipChildren, nil
	case *ast.Link:
		if containsImage(n) {
			w.inline(n, Image, string(n.Destination))
		} else {
			w.inline(n, Link, string(n.Destination))
		}
		return ast.WalkSkipChildren, nil
	case *ast.Image:
		w.inline(n, Image, string(n.Destination))
		return ast.WalkSkipChildren, nil
	case *ast.AutoLink:
		w.autolink(n)
	default:
		if n.Type() == ast.TypeBlock {
			w.mark(n, 0)
		}
	}
	return ast.WalkContinue, nil
}

// within puts place on all that stands below a container.
func (w *walker) within(place Place, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		// A container of the same kind around this one must still hold after this one ends.
		n.SetAttributeString("outer", w.place)
		w.place |= place
	} else if outer, ok := n.AttributeString("outer"); ok {
		w.place = outer.(Place)
	}
	return ast.WalkContinue, nil
}

// mark puts the place of a block, and extra, on each of its lines.
func (w *walker) mark(n ast.Node, extra Place) {
	lines := n.Lines()
	for i := range lines.Len() {
		w.line(lines.At(i).Start).Place |= w.around() | extra
	}
}

func (w *walker) around() Place {
	if w.details > 0 {
		return w.place | Details
	}
	return w.place
}

// fence marks the lines that open and close a fenced block, which are not among its own.
func (w *walker) fence(n ast.Node) {
	f, ok := n.(*ast.FencedCodeBlock)
	if !ok {
		return
	}
	first, last := -1, -1
	if f.Info != nil {
		first = w.line(f.Info.Segment.Start).Number - 1
		last = first
	}
	if lines := f.Lines(); lines.Len() > 0 {
		first = w.line(lines.At(0).Start).Number - 2
		last = w.line(lines.At(lines.Len()-1).Start).Number - 1
	}
	if first >= 0 {
		w.doc.Lines[first].Place |= w.around() | Code
	}
	if last >= 0 && last+1 < len(w.doc.Lines) && isFence(w.doc.Lines[last+1].Raw) {
		w.doc.Lines[last+1].Place |= w.around() | Code
	}
}

func isFence(raw string) bool {
	raw = strings.TrimLeft(raw, " >\t")
	return strings.HasPrefix(raw, "```") || strings.HasPrefix(raw, "~~~")
}

// html marks a block of raw HTML and follows <details> and comments through it. GitHub shows the text between tags, so
// lines that are not a comment keep a span of what is left without tags.
func (w *walker) html(n *ast.HTMLBlock) {
	var offsets []int
	for i := range n.Lines().Len() {
		offsets = append(offsets, n.Lines().At(i).Start)
	}
	if n.HasClosure() {
		offsets = append(offsets, n.ClosureLine.Start)
	}
	inComment := false
	for _, offset := range offsets {
		line := w.line(offset)
		end := min(offset+len(line.Raw), len(w.source))
		if i := strings.IndexByte(string(w.source[offset:end]), '\n'); i >= 0 {
			end = offset + i
		}
		shown, still := withoutComments(string(w.source[offset:end]), inComment)
		lower := strings.ToLower(shown)
		w.details += strings.Count(lower, "<details")
		line.Place |= w.around() | HTML
		if (inComment || still) && strings.TrimSpace(shown) == "" || strings.TrimSpace(shown) == "" && strings.Contains(line.Raw, "<!--") {
			line.Place |= Comment
		}
		w.details = max(0, w.details-strings.Count(lower, "</details"))
		if words := strings.TrimSpace(withoutTags(shown)); words != "" {
			line.Spans = append(line.Spans, Span{Kind: Words, Text: words})
		}
		inComment = still
	}
}

func (w *walker) heading(n *ast.Heading) {
	if n.Lines().Len() > 0 {
		w.line(n.Lines().At(0).Start).Level = n.Level
	}
}

func (w *walker) task(n *east.TaskCheckBox) {
	if p := n.Parent(); p != nil && p.Type() == ast.TypeBlock && p.Lines().Len() > 0 {
		line := w.line(p.Lines().At(0).Start)
		line.Task = Unticked
		if n.IsChecked {
			line.Task = Ticked
		}
	}
}

func (w *walker) span(offset int, s Span) {
	if s.Text == "" && s.URL == "" {
		return
	}
	line := w.line(offset)
	line.Spans = append(line.Spans, s)
}

// inline puts one span for a whole inline node on the line where its text starts.
func (w *walker) inline(n ast.Node, kind SpanKind, url string) {
	offset, words := -1, strings.Builder{}
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			if offset < 0 {
				offset = t.Segment.Start
			}
			words.Write(t.Segment.Value(w.source))
			if t.SoftLineBreak() || t.HardLineBreak() {
				words.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	if offset < 0 {
		offset = w.near(n)
	}
	w.span(offset, Span{Kind: kind, Text: words.String(), URL: url})
}

// near finds an offset for an inline node without text: the text before it, or its block.
func (w *walker) near(n ast.Node) int {
	for p := n; p != nil; p = p.Parent() {
		for s := p.PreviousSibling(); s != nil; s = s.PreviousSibling() {
			if t, ok := s.(*ast.Text); ok {
				if t.SoftLineBreak() || t.HardLineBreak() {
					return t.Segment.Stop + 1
				}
				return max(t.Segment.Stop-1, 0)
			}
		}
		if p.Type() == ast.TypeBlock && p.Lines().Len() > 0 {
			return p.Lines().At(0).Start
		}
	}
	return 0
}

func (w *walker) autolink(n *ast.AutoLink) {
	label := n.Label(w.source)
	// The label is a piece of the source; its place follows from the capacity that is left behind it.
	offset := cap(w.source) - cap(label)
	if offset < 0 || offset >= len(w.source) {
		offset = w.near(n)
	}
	w.span(offset, Span{Kind: Link, Text: string(label), URL: string(n.URL(w.source))})
}

func containsImage(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == ast.KindImage {
			return true
		}
	}
	return false
}

// withoutComments drops what stands within comments of one line of HTML, and reports whether one is still open.
func withoutComments(s string, inside bool) (shown string, still bool) {
	var b strings.Builder
	for {
		if inside {
			i := strings.Index(s, "-->")
			if i < 0 {
				return b.String(), true
			}
			s, inside = s[i+3:], false
		}
		i := strings.Index(s, "<!--")
		if i < 0 {
			b.WriteString(s)
			return b.String(), false
		}
		b.WriteString(s[:i])
		s, inside = s[i+4:], true
	}
}

func withoutTags(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		j := strings.IndexByte(s[i:], '>')
		if j < 0 {
			return b.String()
		}
		s = s[i+j+1:]
	}
}
