package digest

import (
	"bytes"
	_ "embed"
	"flag"
	"html/template"
	"os"
	"path/filepath"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// To draw the README's picture of a digest:
//
//	go test ./internal/digest -run TestPicture -picture DIR
//	chromium --headless --disable-gpu --hide-scrollbars --force-device-scale-factor=2 --window-size=940,1240 \
//	    --screenshot=DIR/closed.png DIR/closed.html
var picture = flag.String("picture", "", "write each case's comment, as GitHub would show it, into this directory as HTML")

//go:embed testdata/picture.html
var pictureHTML string

// github renders Markdown as GitHub does in comments: its dialect, with a line break where the text has one.
var github = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe(), html.WithHardWraps()))

func TestPicture(t *testing.T) {
	if *picture == "" {
		t.Skip("no -picture DIR")
	}
	page := template.Must(template.New("page").Parse(pictureHTML))
	for _, c := range cases {
		comment := Comment(c.report())
		if comment == "" {
			continue
		}
		var body, out bytes.Buffer
		if err := github.Convert([]byte(comment), &body); err != nil {
			t.Fatal(err)
		}
		if err := page.Execute(&out, map[string]any{"Body": template.HTML(body.String())}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*picture, c.name+".html"), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
