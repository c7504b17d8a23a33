package sandbox

import (
	"bytes"
	"html/template"
	"regexp"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// markdown shows texts as GitHub's pages do. Of raw HTML only what folds and marks text is let through, as it stands and
// without attributes; pictures are named and not loaded. Links to scripts are left out by goldmark itself.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithRendererOptions(html.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(&careful{}, 1))),
)

// rendered is a text as HTML that is safe to stand in a page.
func rendered(text string) template.HTML {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		return template.HTML("<pre>" + template.HTMLEscapeString(text) + "</pre>") //nolint:gosec // escaped
	}
	return template.HTML(b.String()) //nolint:gosec // by careful, below
}

// careful writes the parts of a text that could do harm.
type careful struct{}

func (c *careful) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, c.inline)
	r.Register(ast.KindHTMLBlock, c.block)
	r.Register(ast.KindImage, c.image)
}

var (
	tag      = regexp.MustCompile(`(?s)<!--.*?-->|</?[a-zA-Z][^>]*>`)
	harmless = regexp.MustCompile(`^(?:</?(?:details|summary|sub|sup|code|kbd|b|strong|em|i|br|hr|ul|ol|li|p|table|thead|tbody|tr|th|td)>|<details open>|<br ?/>)$`)
	remark   = regexp.MustCompile(`(?s)^<!--.*-->$`)
)

// tags lets harmless tags through, leaves comments out, and shows the rest as text.
func tags(w util.BufWriter, raw []byte) {
	at := 0
	for _, m := range tag.FindAllIndex(raw, -1) {
		template.HTMLEscape(w, raw[at:m[0]])
		switch one := raw[m[0]:m[1]]; {
		case harmless.Match(one):
			_, _ = w.Write(one)
		case !remark.Match(one):
			template.HTMLEscape(w, one)
		}
		at = m[1]
	}
	template.HTMLEscape(w, raw[at:])
}

func (c *careful) inline(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		tags(w, n.(*ast.RawHTML).Segments.Value(source))
	}
	return ast.WalkSkipChildren, nil
}

func (c *careful) block(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	block := n.(*ast.HTMLBlock)
	if entering {
		raw := block.Lines().Value(source)
		if block.HasClosure() {
			raw = append(raw[:len(raw):len(raw)], block.ClosureLine.Value(source)...)
		}
		tags(w, raw)
	}
	return ast.WalkContinue, nil
}

func (c *careful) image(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<i>[picture: ")
		template.HTMLEscape(w, n.(*ast.Image).Destination)
		_, _ = w.WriteString("]</i>")
	}
	return ast.WalkSkipChildren, nil
}
