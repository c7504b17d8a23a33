package digest

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Each way out that an outsider's word could take, and the near misses that must show as they are.
func TestInline(t *testing.T) {
	cases := []struct{ why, in, want string }{
		{"a mention pings", "@ana", "@\u200bana"},
		{"digits open a list with a dot of ours behind them", "12", "&#49;2"},
		{"a team is a mention too", "(@acme/payments)", "(@\u200bacme/payments)"},
		{"an address would become a link", "ana@acme.example", "ana@\u200bacme.example"},
		{"a number names an issue", "closes #12", "closes #\u200b12"},
		{"so does the other form", "GH-12", "GH-\u200b12"},
		{"in any case of letters", "gh-12", "gh-\u200b12"},
		{"another repository's issue", "acme/api#1", "acme/api#\u200b1"},
		{"an address of an issue", "https://github.com/acme/api/issues/1", "https:\u200b//github.com/acme/api/issues/1"},
		{"an address without a scheme", "www.evil.example", "www.\u200bevil.example"},
		{"a link", "[a](b)", `\[a\](b)`},
		{"an image", "![a](b)", `!\[a\](b)`},
		{"HTML", "<img src=x>", "&lt;img src=x&gt;"},
		{"an entity", "&#64;ana", "&amp;#\u200b64;ana"},
		{"the end of a fold", "</details>", "&lt;/details&gt;"},
		{"a heading on a line of its own", "a\n\n# b", "a # b"},
		{"a heading at the start", "## b", `\## b`},
		{"a heading that is quoted can be copied", `Add "## Why".`, `Add "## Why".`},
		{"an underline that makes a heading", "=== a", `\=== a`},
		{"an item of a list", "- a", `\- a`},
		{"a numbered item", "1. a", `1\. a`},
		{"a cell of a table", "a | b", `a \| b`},
		{"code", "`a`", "\\`a\\`"},
		{"an escape that eats ours", `\`, `\\`},
		{"a formula", "$x$", `\$x\$`},
		{"an emoji that is a picture", ":shipit:", ":\u200bshipit:"},
		{"text that runs backwards", "a\u202eb", "a⟨U+202E⟩b"},
		{"a letter that is not seen", "a\u200bb\u3164c\U000e0041d", "a⟨U+200B⟩b⟨U+3164⟩c⟨U+E0041⟩d"},
		{"a control character", "a\x1b[0mb\x00", `a⟨U+001B⟩\[0mb⟨U+0000⟩`},
		{"bytes that are no text", "a\xffb", "a\ufffdb"},
		{"marks piled on a letter", "a\u0301\u0301\u0301\u0301\u0301\u0301b", "a\u0301\u0301\u0301b"},
		{"plain words stay", "It's 100% fine: a-b, c.d (e) 3.5!", "It's 100% fine: a-b, c.d (e) 3.5!"},
		{"a time could be one", "at 12:30:15 or", "at 12:\u200b30:15 or"},
		{"a place in a file is none", "a.go:12 says", "a.go:12 says"},
		{"other scripts and emoji stay", "Änderung 变更 👩‍🚀 ❤️", "Änderung 变更 👩‍🚀 ❤️"},
		{"white space is one space", "  a \t\r\n b\u00a0c ", "a b c"},
		{"nothing stays nothing", " \n ", ""},
	}
	for _, c := range cases {
		if got := inline(c.in, 1000); got != c.want {
			t.Errorf("%s: inline(%q) is %q, want %q", c.why, c.in, got, c.want)
		}
	}
}

func TestCode(t *testing.T) {
	cases := []struct{ why, in, want string }{
		{"plain", "a/b.go", "`a/b.go`"},
		{"a backtick inside", "a`b", "``a`b``"},
		{"runs of them", "``a`", "``` ``a` ```"},
		{"only backticks", "`", "`` ` ``"},
		{"a line break is shown", "a\nb", "`a⟨U+000A⟩b`"},
		{"so is every space but the plain one", "a\u00a0b", "`a⟨U+00A0⟩b`"},
		{"two spaces are two", "a  b", "`a  b`"},
		{"a space at the end is kept", "a ", "` a  `"},
		{"nothing would be no code span", "", "(empty)"},
		{"spaces alone neither", "  ", "(empty)"},
		{"our marker", "<!-- sluice", "`<\u200b!-- sluice`"},
	}
	for _, c := range cases {
		if got := code(c.in, 1000); got != c.want {
			t.Errorf("%s: code(%q) is %q, want %q", c.why, c.in, got, c.want)
		}
	}
}

func TestCut(t *testing.T) {
	cases := []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"äöüß", 3, "äö…"},
		{"a\u202eb", 5, "a…"}, // not within the escape
		{"ab ", 2, "ab"},
		{strings.Repeat(" ", 9999) + "a", 3, "…"}, // unread
		{"", 3, ""},
	}
	for _, c := range cases {
		if got := clean(c.in, c.limit); got != c.want {
			t.Errorf("clean(%q, %d) is %q, want %q", c.in, c.limit, got, c.want)
		}
	}
	if got, want := clip("aäöü", 6), "aä…"; got != want {
		t.Errorf("clip is %q, want %q", got, want)
	}
}

// hostile draws texts that are made of what could break out, more than of anything else.
func hostile() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom(append(strings.Fields(attack), "@", "#", "[", "]", "(", ")", "<", ">", "`", "``", "\n", " ", "\\", "_", "*", "~", "|",
			"&", "&amp;", "GH-", "gh-1", "12", "://", "http", "www", ".", ":", "-", "+", "=", "--", "!", "<!--", "-->", "a", "Z", "\u202e", "\u200d", "\U0001f469", "$")),
		rapid.StringN(0, 4, -1),
	)
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "") })
}

// An outsider's words stay words: they add no element, and read as they were written.
func TestEscapeHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { holds(t, hostile().Draw(t, "text")) })
}

func FuzzEscape(f *testing.F) {
	f.Add(attack)
	for _, c := range strings.Fields(attack) {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, s string) { holds(t, s) })
}

func holds(t interface{ Errorf(string, ...any) }, s string) {
	const limit = 300
	words := clean(s, limit)
	if utf8.RuneCountInString(words) > limit || !utf8.ValidString(words) || strings.ContainsFunc(words, func(r rune) bool { return r != '\u200d' && hidden(r) }) {
		t.Errorf("clean(%q) is %q", s, words)
	}
	if words != "" {
		shows(t, "- "+inline(s, limit)+"\n", "<ul><li></li></ul>", words)
		shows(t, "**x** "+inline(s, limit)+" `y` "+inline(s, limit)+"\n", "<p><strong></strong><code></code></p>", "x "+words+" y "+words)
		shows(t, "| a |\n|---|\n| "+inline(s, limit)+" |\n", "<table><thead><tr><th></th></tr></thead><tbody><tr><td></td></tr></tbody></table>", "a "+words)
	}
	name := visible(s, limit)
	if strings.TrimSpace(name) != "" {
		shows(t, "- "+code(s, limit)+"\n", "<ul><li><code></code></li></ul>", name)
		shows(t, "["+code(s, limit)+"](https://acme.example) "+inline(s, limit)+"\n", `<p><a href="https://acme.example"><code></code></a></p>`, strings.TrimSpace(name+" "+words))
	}
}

var (
	tag  = regexp.MustCompile(`<[^>]*>`)
	span = regexp.MustCompile(`(?s)<code[^>]*>.*?</code>`)
	// active is what GitHub looks for in the text that it has rendered.
	active = regexp.MustCompile(`@[A-Za-z0-9]|#[0-9]|(?i:\bgh-[0-9])|://|:[A-Za-z0-9_+-]+:`)
)

// shows checks that a text renders to the elements of want, and to its words.
func shows(t interface{ Errorf(string, ...any) }, text, elements, words string) {
	var out bytes.Buffer
	if err := github.Convert([]byte(text), &out); err != nil {
		t.Errorf("%q: %v", text, err)
	}
	got := out.String()
	if e := strings.Join(tag.FindAllString(got, -1), ""); e != elements {
		t.Errorf("%q renders to %q, want %q", text, e, elements)
	}
	plain := strings.ReplaceAll(html.UnescapeString(tag.ReplaceAllString(got, "")), zwsp, "")
	if squeeze(plain) != squeeze(words) {
		t.Errorf("%q reads %q, want %q", text, squeeze(plain), squeeze(words))
	}
	if m := active.FindString(html.UnescapeString(tag.ReplaceAllString(span.ReplaceAllString(got, ""), ""))); m != "" {
		t.Errorf("%q leaves %q to GitHub", text, m)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
