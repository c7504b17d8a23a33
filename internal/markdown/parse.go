package markdown

import (
	"html"
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
	w := &walker{doc: doc}
	for i, raw := range strings.Split(src, "\n") {
		doc.Lines = append(doc.Lines, Line{Number: i + 1, Raw: raw})
	}
	w.source, w.starts = bounded(doc.Lines)
	root := parser.Parse(text.NewReader(w.source))
	_ = ast.Walk(root, w.visit) // visit returns no error
	w.last = len(doc.Lines)
	w.closeFolds(0)
	return doc
}

// walker lays the tree's nodes over the lines.
type walker struct {
	doc    *Document
	source []byte
	starts []int // offset in source of each line
	last   int   // the line that was seen last, from 1

	place  Place // of the Markdown blocks around the node
	strong int   // depth of bold
	raw    raw   // of the raw HTML before the node

	hid, showed []int // lines of one block of raw HTML with a comment, and with something else
}

// line returns the line that holds the byte at offset.
func (w *walker) line(offset int) *Line {
	i := max(sort.SearchInts(w.starts, offset+1)-1, 0)
	w.last = i + 1
	return &w.doc.Lines[i]
}

func (w *walker) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch n := n.(type) {
	case *ast.Blockquote:
		return w.within(Quote, n, entering)
	case *ast.ListItem:
		return w.within(List, n, entering)
	case *east.Table:
		return w.within(Table, n, entering)
	case *ast.Emphasis:
		if n.Level == 2 && entering {
			w.strong++
		} else if n.Level == 2 {
			w.strong--
		}
		return ast.WalkContinue, nil
	}
	if !entering {
		return ast.WalkContinue, nil
	}
	if n.Type() == ast.TypeBlock {
		w.raw.code, w.raw.strong = 0, 0
	}
	switch n := n.(type) {
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		w.mark(n, Code)
		w.fence(n)
	case *ast.HTMLBlock:
		w.html(n)
	case *ast.RawHTML:
		w.inlineHTML(n)
	case *ast.Heading:
		w.mark(n, 0)
		w.heading(n)
	case *east.TaskCheckBox:
		w.task(n)
	case *ast.Text:
		w.text(n)
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
		w.span(n.Pos(), Span{Kind: Link, Text: string(n.Label(w.source)), URL: string(n.URL(w.source))})
	default:
		if n.Type() == ast.TypeBlock {
			w.mark(n, 0)
		}
	}
	return ast.WalkContinue, nil
}

// surroundings are what holds again after a container ends.
type surroundings struct {
	place Place
	raw   raw
	folds int
}

// within puts place on all that stands below a container. Raw HTML that was opened in it ends with it, as in a browser;
// a comment does not.
func (w *walker) within(place Place, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		n.SetAttributeString("outer", surroundings{w.place, w.raw, len(w.raw.folds)})
		w.place |= place
	} else if outer, ok := n.AttributeString("outer"); ok {
		o := outer.(surroundings)
		w.place = o.place
		w.closeFolds(min(o.folds, len(w.raw.folds)))
		o.raw.comment, o.raw.folds = w.raw.comment, w.raw.folds
		w.raw = o.raw
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

// around is the place of what stands here: that of the blocks around it and of the raw HTML that is open.
func (w *walker) around() Place { return w.place | w.raw.place() }

// fence marks the lines that open and close a fenced block, which are not among its own.
func (w *walker) fence(n ast.Node) {
	f, ok := n.(*ast.FencedCodeBlock)
	if !ok || f.Pos() < 0 {
		return
	}
	w.line(f.Pos()).Place |= w.around() | Code
	last := w.line(f.Pos()).Number
	if lines := f.Lines(); lines.Len() > 0 {
		last = w.line(lines.At(lines.Len() - 1).Start).Number
	}
	if last < len(w.doc.Lines) && isFence(w.doc.Lines[last].Raw) {
		w.doc.Lines[last].Place |= w.around() | Code
	}
}

func isFence(raw string) bool {
	raw = strings.TrimLeft(raw, " >\t")
	return strings.HasPrefix(raw, "```") || strings.HasPrefix(raw, "~~~")
}

func (w *walker) heading(n *ast.Heading) {
	if n.Lines().Len() > 0 {
		w.line(n.Lines().At(0).Start).Level = n.Level
	}
}

// task marks the item's first paragraph: its first line has the state of the box.
func (w *walker) task(n *east.TaskCheckBox) {
	p := n.Parent()
	if p == nil || p.Type() != ast.TypeBlock || p.Lines().Len() == 0 {
		return
	}
	if n.IsChecked {
		w.line(p.Lines().At(0).Start).Task = Ticked
		return
	}
	w.line(p.Lines().At(0).Start).Task = Unticked
	w.mark(p, Undone)
}

// text adds a run of words. Entities are resolved, so that no later reader takes "&nbsp;" for a word.
func (w *walker) text(n *ast.Text) {
	kind := Words
	if w.raw.code > 0 {
		kind = CodeSpan
	}
	w.span(n.Segment.Start, Span{Kind: kind, Text: html.UnescapeString(string(n.Segment.Value(w.source)))})
}

func (w *walker) span(offset int, s Span) {
	if s.Text == "" && s.URL == "" || w.raw.comment {
		return
	}
	if s.Strong = w.strong+w.raw.strong > 0; s.Kind == Words && w.raw.link != "" {
		s.Kind, s.URL = Link, w.raw.link
	}
	w.summarise(s.Text)
	line := w.line(offset)
	line.Place |= w.raw.place()
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
		offset = max(n.Pos(), 0)
	}
	if kind == Link && onlyStrong(n) {
		w.strong++
		defer func() { w.strong-- }()
	}
	w.span(offset, Span{Kind: kind, Text: words.String(), URL: url})
}

// onlyStrong reports whether all of a link's text stands in bold.
func onlyStrong(n ast.Node) bool {
	e, ok := n.FirstChild().(*ast.Emphasis)
	return ok && e.Level == 2 && e.NextSibling() == nil
}

func containsImage(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == ast.KindImage {
			return true
		}
	}
	return false
}
