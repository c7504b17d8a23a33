package markdown

import (
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// raw is what raw HTML has opened before some place of the text.
type raw struct {
	comment bool  // within a comment, which only "-->" ends: a browser shows nothing until then
	folds   []int // the open <details>, as indices of Document.Folds
	summary int   // depth of <summary>
	quote   int   // depth of <blockquote>
	pre     int   // depth of <pre>
	code    int   // depth of <code>
	strong  int   // depth of <b> and <strong>
	link    string
}

func (r *raw) place() Place {
	var p Place
	if r.comment {
		p |= Comment
	}
	if len(r.folds) > 0 {
		p |= Details
	}
	if r.quote > 0 {
		p |= Quote
	}
	if r.pre > 0 {
		p |= Code
	}
	return p
}

// html reads a block of raw HTML. GitHub shows the text between its tags.
func (w *walker) html(n *ast.HTMLBlock) {
	lines := n.Lines()
	var b strings.Builder
	var places []offset
	add := func(start, stop int) {
		places = append(places, offset{b.Len(), start})
		b.Write(w.source[start:stop])
	}
	for i := range lines.Len() {
		add(lines.At(i).Start, lines.At(i).Stop)
	}
	if n.HasClosure() {
		add(n.ClosureLine.Start, n.ClosureLine.Stop)
	}
	for _, p := range places {
		w.line(p.source).Place |= HTML | w.around()
	}
	w.hid, w.showed = nil, nil
	w.scan(b.String(), places)
	w.raw.pre = 0
	for _, n := range w.hid {
		if _, found := slices.BinarySearch(w.showed, n); !found {
			w.doc.Lines[n-1].Place |= Comment
		}
	}
}

// inlineHTML reads one tag or comment within a paragraph.
func (w *walker) inlineHTML(n *ast.RawHTML) {
	for i := range n.Segments.Len() {
		seg := n.Segments.At(i)
		w.scan(string(seg.Value(w.source)), []offset{{0, seg.Start}})
	}
}

// offset joins a place in a piece of raw HTML with its place in the source.
type offset struct{ piece, source int }

// scan walks through raw HTML: comments, tags, and the text between them.
func (w *walker) scan(s string, places []offset) {
	at := 0
	step := func(n int, see func(piece string, start int)) {
		w.eachLine(s[at:at+n], at, places, see)
		at += n
	}
	for at < len(s) {
		rest := s[at:]
		switch n, open := w.comment(rest); {
		case n > 0:
			step(n, w.hidden)
			w.raw.comment = open
		case tagStart.MatchString(rest[:min(len(rest), 3)]):
			n := tagLength(rest)
			step(n, w.shown)
			w.tag(rest[:n])
		default:
			n := 1 + strings.IndexByte(rest[1:], '<')
			if n == 0 {
				n = len(rest)
			}
			step(n, w.words)
		}
	}
}

// comment is the length of the comment that s begins with or stands in, and whether it is open at the end of s.
func (w *walker) comment(s string) (length int, open bool) {
	start := 0
	if !w.raw.comment {
		if !strings.HasPrefix(s, "<!--") {
			return 0, false
		}
		// "<!-->" and "<!--->" are whole comments: HTML Standard, "Comment end state".
		start = len("<!")
	}
	if i := strings.Index(s[start:], "-->"); i >= 0 {
		return start + i + len("-->"), false
	}
	return len(s), true
}

// eachLine calls see for what of a piece stands on each line of the source.
func (w *walker) eachLine(piece string, at int, places []offset, see func(piece string, start int)) {
	for piece != "" {
		n := strings.IndexByte(piece, '\n') + 1
		if n == 0 {
			n = len(piece)
		}
		see(piece[:n], sourceOf(places, at))
		piece, at = piece[n:], at+n
	}
}

func sourceOf(places []offset, at int) int {
	lo, hi := 0, len(places)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; places[mid].piece <= at {
			lo = mid
		} else {
			hi = mid
		}
	}
	return places[lo].source + at - places[lo].piece
}

// hidden notes that a comment stands on a line.
func (w *walker) hidden(_ string, start int) { w.hid = append(w.hid, w.line(start).Number) }

// shown notes that something else than a comment stands on a line.
func (w *walker) shown(piece string, start int) {
	if line := w.line(start); strings.TrimSpace(piece) != "" {
		line.Place |= w.raw.place()
		w.showed = append(w.showed, line.Number)
	}
}

func (w *walker) words(piece string, start int) {
	w.shown(piece, start)
	words := strings.TrimSpace(html.UnescapeString(piece))
	if words == "" {
		return
	}
	kind := Words
	if w.raw.code > 0 {
		kind = CodeSpan
	}
	w.span(start, Span{Kind: kind, Text: words})
}

// summarise keeps what is shown within a <summary>.
func (w *walker) summarise(text string) {
	if w.raw.summary == 0 || len(w.raw.folds) == 0 {
		return
	}
	if f := &w.doc.Folds[w.raw.folds[len(w.raw.folds)-1]]; len(f.Summary) < maxSummary {
		f.Summary = strings.TrimSpace(f.Summary + " " + strings.TrimSpace(text))
	}
}

// maxSummary bounds what is kept of a fold's summary, in bytes, one run more or less.
const maxSummary = 200

var (
	tagStart = regexp.MustCompile(`^(?:</?[a-zA-Z]|<[!?])`)
	tagName  = regexp.MustCompile(`^<(/?)([a-zA-Z][a-zA-Z0-9-]*)`)
	href     = regexp.MustCompile(`(?i)\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
)

// tagLength is the length of the tag that s begins with. A browser drops all that follows a tag that never ends.
func tagLength(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && strings.HasSuffix(strings.TrimRight(s[:i], " \t\n"), "="):
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(s)
}

// tag takes in what a tag opens or closes.
func (w *walker) tag(s string) {
	m := tagName.FindStringSubmatch(s)
	if m == nil {
		return
	}
	depth, closes := 1, m[1] != ""
	if closes {
		depth = -1
	}
	count := func(n *int) { *n = max(0, *n+depth) }
	switch strings.ToLower(m[2]) {
	case "details":
		if closes {
			w.closeFolds(max(0, len(w.raw.folds)-1))
		} else {
			w.openFold()
		}
	case "summary":
		count(&w.raw.summary)
	case "blockquote":
		count(&w.raw.quote)
	case "pre":
		count(&w.raw.pre)
	case "code", "kbd", "samp", "tt":
		count(&w.raw.code)
	case "b", "strong":
		count(&w.raw.strong)
	case "a":
		w.raw.link = ""
		if h := href.FindStringSubmatch(s); h != nil && !closes {
			w.raw.link = html.UnescapeString(h[1] + h[2] + h[3])
		}
	}
}

func (w *walker) openFold() {
	w.raw.folds = append(w.raw.folds, len(w.doc.Folds))
	w.raw.summary = 0
	w.doc.Folds = append(w.doc.Folds, Fold{First: w.last})
	w.doc.Lines[w.last-1].Place |= Details
}

// closeFolds closes the innermost folds until depth are open.
func (w *walker) closeFolds(depth int) {
	for _, i := range w.raw.folds[depth:] {
		w.doc.Folds[i].Last = max(w.last, w.doc.Folds[i].First)
	}
	w.raw.folds = w.raw.folds[:depth]
}
