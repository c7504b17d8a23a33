package pull

import (
	"fmt"
	"strings"
	"testing"
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
