package pull

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/markdown"
)

func TestReferences(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"a closing word", "Fixes #12", "acme/api#12!"},
		{"a closing word with a colon", "closes: #12.", "acme/api#12!"},
		{"a mention is no closing", "see #12", "acme/api#12"},
		{"another repository", "Resolves acme/web#7", "acme/web#7!"},
		{"a link", "Fixed https://github.com/acme/web/issues/7", "acme/web#7!"},
		{"a link's text may say anything", "Fixes [#1](https://github.com/acme/web/issues/7)", "acme/web#7!"},
		{"a comment's link", "https://github.com/acme/web/issues/7#issuecomment-9", "acme/web#7"},
		{"GitHub Enterprise", "https://git.acme.example/acme/web/issues/7", "acme/web#7"},
		{"old form", "GH-4", "acme/api#4"},
		{"several, each once", "#1, #2 and fixes #1", "acme/api#1! acme/api#2"},
		{"in brackets", "(#3)", "acme/api#3"},
		{"a fence", "```\nFixes #12\n```", ""},
		{"a code span", "`Fixes #12`", ""},
		{"a code span between word and number", "Fixes `x`#12", ""},
		{"a quote", "> Fixes #12", ""},
		{"a comment", "<!-- Fixes #12 -->", ""},
		{"a colour is no number", "#12ab34 and item#4 and a#b", ""},
		{"too large a number", "#99999999999", ""},
		{"prefixes is no closing word", "prefixes #5", "acme/api#5"},
		{"zero", "#0", ""},
		{"windows line ends", "one\r\nFixes #12\r\n", "acme/api#12!"},
		{"a tab before the number", "Fixes\t#12", "acme/api#12!"},
		{"bold", "**Fixes** **#12**", "acme/api#12!"},
		{"a list in a quote", "> - Fixes #12\n>   - #13", ""},
		{"below a list", "- a\n  - fixes #12", "acme/api#12!"},
		{"a comment over blank lines", "<!--\n\nFixes #12\n\n-->\nFixes #13", "acme/api#13!"},
		{"a comment that hides the rest of the page", "<div>\n<!--\n\nFixes #12", ""},
		{"raw code and quotes", "<code>#1</code> #3\n\n<blockquote>\n#2\n</blockquote>", "acme/api#3"},
		{"a raw link", "Fixes <a href=\"https://github.com/acme/web/issues/7\">it</a>", "acme/web#7!"},
		{"the repository's name in another case", "Fixes Acme/API#12", "acme/api#12!"},
		{"indented code", "\tFixes #12", ""},
		{"a table's cell", "| spec |\n|---|\n| #12 |", "acme/api#12"},
		{"folded", "<details>\n\n- fixes #12\n\n</details>", "acme/api#12!"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, r := range References(c.text, "acme/api") {
				s := fmt.Sprintf("%s#%d", r.Repo, r.Number)
				if r.Keyword {
					s += "!"
				}
				got = append(got, s)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMentions(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"what stands before each", "Refs #1, #2 and see https://git.example/acme/web/issues/3", `"Refs " ", " " and see "@git.example`},
		{"alone", "- #1, https://git.example/acme/api/issues/2#issuecomment-9", `""! ", "@git.example!`},
		{"not alone with code", "`x` #1", "\"\\x00 \""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, r := range Mentions(markdown.Parse(c.text), "acme/api") {
				s := fmt.Sprintf("%q", r.Before)
				if r.Host != "" {
					s += "@" + r.Host
				}
				if r.Alone {
					s += "!"
				}
				got = append(got, s)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %s, want %s", strings.Join(got, " "), c.want)
			}
		})
	}
}

// Four times the text takes about four times as long; a square would take sixteen.
func TestReferencesAreLinear(t *testing.T) {
	for _, piece := range []string{"#1 ", "Fixes #1, ", "acme/api#1 ", "https://a.b/c/d/issues/1 ", "http://(#1", "a/a", "<!-- #1\n\n", "[#1](", "(#1"} {
		took := func(size, times int) time.Duration {
			text := strings.Repeat(piece, size/len(piece))
			best := time.Duration(1 << 62)
			for range times {
				start := time.Now()
				References(text, "acme/api")
				best = min(best, time.Since(start))
			}
			return best
		}
		small, large := took(16<<10, 1), took(64<<10, 1)
		if large > 12*small && large > 200*time.Millisecond {
			small, large = took(16<<10, 3), took(64<<10, 3) // the machine may have been busy
		}
		if large > 12*small && large > 200*time.Millisecond {
			t.Errorf("%q: 16 KiB take %v, 64 KiB %v", piece, small, large)
		}
	}
}

func FuzzReferences(f *testing.F) {
	for _, s := range []string{"Fixes #12", "acme/web#7", "https://git.example/acme/web/issues/7", "> GH-4", "- [ ] closes: #1\n`#2`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range References(text, "acme/api") {
			if r.Number <= 0 || r.Repo == "" || r.Line < 1 || r.Line > strings.Count(text, "\n")+1 {
				t.Errorf("%+v names no issue", r)
			}
		}
	})
}
