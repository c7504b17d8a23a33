package markdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show prints each line that is not blank with what Parse made of it.
func show(doc *Document) string {
	var b strings.Builder
	for _, l := range doc.Lines {
		if strings.TrimSpace(l.Raw) == "" {
			continue
		}
		fmt.Fprintf(&b, "%d", l.Number)
		for i, name := range []string{"code", "quote", "comment", "details", "html", "list", "table"} {
			if l.Place&(1<<i) != 0 {
				b.WriteString(" " + name)
			}
		}
		if l.Level > 0 {
			fmt.Fprintf(&b, " h%d", l.Level)
		}
		if l.Task != NoTask {
			fmt.Fprintf(&b, " task%d", l.Task)
		}
		b.WriteString(":")
		for _, s := range l.Spans {
			fmt.Fprintf(&b, " %s[%s]", []string{"w", "c", "l", "i"}[s.Kind], s.Text)
			if s.URL != "" {
				fmt.Fprintf(&b, "(%s)", s.URL)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestParse(t *testing.T) {
	cases := []struct{ name, src, want string }{
		{"a fence hides what stands in it", "before\n```go\nCloses #1\n```\nafter", "1: w[before]\n2 code:\n3 code:\n4 code:\n5: w[after]\n"},
		{"an unclosed fence runs to the end", "a\n~~~\nb\nc", "1: w[a]\n2 code:\n3 code:\n4 code:\n"},
		{"a quote, with a lazy line", "> said\nlazily\n\nmine", "1 quote: w[said]\n2 quote: w[lazily]\n4: w[mine]\n"},
		{"a comment over lines", "<!--\nhidden\n-->\nshown", "1 comment html:\n2 comment html:\n3 comment html:\n4: w[shown]\n"},
		{"an inline comment shows nothing", "one <!-- two --> three", "1: w[one ] w[ three]\n"},
		{"details fold what follows", "<details>\n<summary>More</summary>\n\ninside\n\n</details>\n\noutside", "1 details html:\n2 details html: w[More]\n4 details: w[inside]\n6 details html:\n8: w[outside]\n"},
		{"headings of both kinds", "## What\n\nWhy\n===", "1 h2: w[What]\n3 h1: w[Why]\n4:\n"},
		{"check boxes", "- [ ] open\n- [x] done", "1 list task1: w[open]\n2 list task2: w[done]\n"},
		{"code spans and links", "see `#3` and [#4](https://e.example/4)", "1: w[see ] c[#3] w[ and ] l[#4](https://e.example/4)\n"},
		{"a bare URL", "see https://e.example/x.", "1: w[see ] l[https://e.example/x](https://e.example/x) w[.]\n"},
		{"a picture in a link is a picture", "[![open](https://e.example/b.png)](https://e.example)", "1: i[open](https://e.example)\n"},
		{"windows line ends", "a\r\nb", "1: w[a]\n2: w[b]\n"},
		{"nothing", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(show(Parse(c.src)), c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "# a\n\n> b\n> ```\n", "<details><!--\n-->", "- [ ] \n- [x]", "[![](a)](b)", "|a|\n|-|\n|b|", "\x00\xff", "*\n\t\n0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		doc := Parse(src)
		if got, want := len(doc.Lines), strings.Count(strings.ReplaceAll(src, "\r\n", "\n"), "\n")+1; !doc.Cut && got != want {
			t.Errorf("%d lines, want %d", got, want)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	para := "Some words with `code`, a [link](https://e.example/1) and **more** of it.\n\n- [x] an item\n\n"
	src := strings.Repeat(para, 64<<10/len(para))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse(src)
	}
}

// Texts made to be slow stay within the time of plain ones, by an order: the bound is MaxText.
func BenchmarkParseHostile(b *testing.B) {
	for name, piece := range map[string]string{"backticks": "`", "brackets": "[", "stars": "*a ", "quotes": ">", "angles": "<", "bangs": "![", "lists": "- "} {
		src := strings.Repeat(piece, 64<<10/len(piece))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Parse(src)
			}
		})
	}
}
