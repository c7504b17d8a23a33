package markdown

import (
	"fmt"
	"strings"
	"testing"
	"time"

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
		for i, name := range []string{"code", "quote", "comment", "details", "html", "list", "table", "undone"} {
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
		if l.Bold() {
			b.WriteString(" bold")
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
		{"check boxes", "- [ ] open\n- [x] done", "1 list undone task1: w[open]\n2 list task2: w[done]\n"},
		{"code spans and links", "see `#3` and [#4](https://e.example/4)", "1: w[see ] c[#3] w[ and ] l[#4](https://e.example/4)\n"},
		{"a bare URL", "see https://e.example/x.", "1: w[see ] l[https://e.example/x](https://e.example/x) w[.]\n"},
		{"a picture in a link is a picture", "[![open](https://e.example/b.png)](https://e.example)", "1: i[open](https://e.example)\n"},
		{"windows line ends", "a\r\nb", "1: w[a]\n2: w[b]\n"},
		{"a comment over blank lines", "<!-- a\n\nb\n\nc --> d\ne", "1 comment html:\n3 comment html:\n5 html: w[d]\n6: w[e]\n"},
		{"a comment that a block of HTML leaves open hides the rest", "<div>\n<!-- a\n\nhidden\n\n- hidden too", "1 html:\n2 comment html:\n4 comment:\n6 comment list:\n"},
		{"and a quote's end does not close it", "> <div><!--\n\nhidden\n\n<p>-->shown</p>", "1 quote html:\n3 comment:\n5 comment html: w[shown]\n"},
		{"an unclosed comment within a paragraph is text", "one <!-- two\n\nthree", "1: w[one <!--] w[ two]\n3: w[three]\n"},
		{"details in a list end with the item", "- <details><summary>S</summary>\n\n  in\n- out\n\nafter", "1 details html list: w[S]\n3 details list: w[in]\n4 list: w[out]\n6: w[after]\n"},
		{"a quote in a nested list", "- a\n  - > b\n    > c\n  - d", "1 list: w[a]\n2 quote list: w[b]\n3 quote list: w[c]\n4 list: w[d]\n"},
		{"a list in a quote", "> - a\n>   - [ ] b\n>\n> c", "1 quote list: w[a]\n2 quote list undone task1: w[b]\n3:\n4 quote: w[c]\n"},
		{"tabs make code", "a\n\n\tb", "1: w[a]\n3 code:\n"},
		{"a fence in a list", "- a\n  ```\n  b\n  ```\n- c", "1 list: w[a]\n2 code list:\n3 code list:\n4 code list:\n5 list: w[c]\n"},
		{"an empty fence", "```\n```\na", "1 code:\n2 code:\n3: w[a]\n"},
		{"an open box with more below it", "- [ ] open\n  still\n- [x] done", "1 list undone task1: w[open]\n2 list undone: w[still]\n3 list task2: w[done]\n"},
		{"bold lines and bold words", "**Why**\n\n**How:** so\n\n**a** b", "1 bold: w[Why]\n3: w[How:] w[ so]\n5: w[a] w[ b]\n"},
		{"raw quotes and code", "<blockquote>\na\n</blockquote>\n\n<pre>\n#1\n</pre>\nb <code>#2</code>", "1 html:\n2 quote html: w[a]\n3 quote html:\n5 html:\n6 code html: w[#1]\n7 code html:\n8: w[b ] c[#2]\n"},
		{"a raw link", "see <a href=\"https://e.example/?a&amp;b\">this</a> one", "1: w[see ] l[this](https://e.example/?a&b) w[ one]\n"},
		{"entities are no words", "a&nbsp;b &#8203;", "1: w[a\u00a0b] w[ \u200b]\n"},
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

func TestFolds(t *testing.T) {
	cases := []struct {
		name, src string
		want      []Fold
	}{
		{"one", "a\n<details>\n<summary>Original <b>prompt</b></summary>\n\nx\n\n</details>\n\nb", []Fold{{2, 7, "Original prompt"}}},
		{"in each other", "<details><summary>A</summary>\n<details><summary>B</summary>\n</details>\n</details>", []Fold{{1, 4, "A"}, {2, 3, "B"}}},
		{"never closed", "<details>\n\na\n\nb", []Fold{{1, 5, ""}}},
		{"in a paragraph", "a <details><summary>S</summary> b\nc</details>\nd", []Fold{{1, 2, "S"}}},
		{"closed without being opened", "</details>\n\na", nil},
		{"in a fence", "```\n<details>\n```", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(Parse(c.src).Folds, c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

// A text that was made to be slow takes at most as long as its length allows: four times the text, well under the
// sixteen times of a square. The bound in time is wide, so that a busy machine passes.
func TestHostileTextIsLinear(t *testing.T) {
	for _, piece := range []string{"[", "![", "](", "`", "*a ", "_", "> ", ">", "- ", "1. ", "<!--", "-->", "<", "<a ", "<a \"", "<details>", "</details>", "<details>\n\n", "<summary>", "#1 ", "- [ ] ", "[](", "[](<", "[](a \"", "[](a (", "(\\```", "[~1.", "[\n", "+ ", "> 1. ", "1) > ", "|", "|a\n", "\t", "  - ", "~~~\n", "<!-- x\n\n", "<blockquote>\n\n", "![](a)", "&", "**", "~", "http://", "www.", "a@b.c ", "[a]: b\n", "\\", "# "} {
		took := func(size, times int) time.Duration {
			src := strings.Repeat(piece, size/len(piece))
			best := time.Duration(1 << 62)
			for range times {
				start := time.Now()
				Parse(src)
				best = min(best, time.Since(start))
			}
			return best
		}
		small, large := took(16<<10, 1), took(64<<10, 1)
		if large > 12*small && large > 100*time.Millisecond {
			small, large = took(16<<10, 3), took(64<<10, 3) // the machine may have been busy
		}
		if large > 12*small && large > 100*time.Millisecond {
			t.Errorf("%q: 16 KiB take %v, 64 KiB %v", piece, small, large)
		}
	}
}

// A paragraph that is cut keeps its lines and its surroundings.
func TestLongParagraphs(t *testing.T) {
	long := strings.Repeat("word ", 2*maxBlock/5)
	cases := []struct {
		name, src string
		line      int
		want      Place
	}{
		{"one line", long + "end", 1, 0},
		{"a quote in one line", "> " + long + "> # end", 1, Quote},
		{"a quote that goes on without marks", "> a\n" + strings.Repeat("lazy words\n", maxBlock/8) + "end", maxBlock/8 + 2, Quote},
		{"a list's item", "- " + long + "end", 1, List},
		{"a fence within which a line looks like its end", "```\n" + long + "```\nend", 3, Code},
		{"a comment", "<!--\n" + long + "\n\nend", 4, Comment | HTML},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			line := Parse(c.src).Lines[c.line-1]
			if got := line.Place; got != c.want {
				t.Errorf("got %b, want %b", got, c.want)
			}
			if line.Said() && !strings.HasSuffix(line.Prose(), "end") {
				t.Errorf("the end was lost: %.60q", line.Prose())
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
