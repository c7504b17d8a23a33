package strict

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

type colour string

func (colour) Values() []string { return []string{"red", "green", "blue"} }

type paintColour string

func (paintColour) Values() []string { return []string{"matt"} }

type upper string

func (u *upper) UnmarshalText(text []byte) error {
	if strings.ToUpper(string(text)) != string(text) {
		return fmt.Errorf("%q is not in capitals", text)
	}
	*u = upper(text)
	return nil
}

type common struct {
	Note string `yaml:"note"`
}

type sample struct {
	Name     string            `yaml:"name"`
	Lines    int               `yaml:"max_lines"`
	Small    uint8             `yaml:"small"`
	Share    float64           `yaml:"share"`
	On       bool              `yaml:"on"`
	Maybe    *bool             `yaml:"maybe"`
	Every    time.Duration     `yaml:"every"`
	Colour   colour            `yaml:"colour"`
	Paint    paintColour       `yaml:"paint"`
	Colours  List[colour]      `yaml:"colours"`
	Paths    []string          `yaml:"paths"`
	Words    map[string]string `yaml:"words"`
	Inner    struct{ A, B int }
	Deep     []struct{ A int } `yaml:"deep"`
	Shout    upper             `yaml:"shout"`
	Hidden   string            `yaml:"-"`
	common   `yaml:",inline"`
	Raw      yaml.Node `yaml:"raw"`
	Function func()    `yaml:"function"`
}

func decode(t *testing.T, text string, into any) string {
	t.Helper()
	root, problems := Parse("", []byte(text))
	if len(problems) == 0 {
		problems = In("", Decode(root, into))
	}
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

func TestMistakes(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"a misspelt key", "max_line: 3", `1:1: no key is named "max_line"; did you mean "max_lines"?`},
		{"a hyphen for an underscore", "max-lines: 3", `1:1: no key is named "max-lines"; did you mean "max_lines"?`},
		{"a key like no other", "{A: 1}", `1:2: no key is named "A"; write one of name, max_lines, small, share, on, maybe, every, colour, paint, colours, paths, words, inner, deep, shout, note, raw, function`},
		{"a Go name is no key", "Hidden: x", `1:1: no key is named "Hidden"; write one of name, max_lines, small, share, on, maybe, every, colour, paint, colours, paths, words, inner, deep, shout, note, raw, function`},
		{"a key twice", "name: a\non: true\nname: b", `3:1: "name" is written twice; it is on line 1 already`},
		{"a key twice in a map", "words: {a: b, a: c}", `1:15: "a" is written twice; it is on line 1 already`},
		{"a mapping for a list", "paths: {a: b}", `1:8: paths: expected a list of strings, found a mapping`},
		{"a string for a list", "paths: src/**", `1:8: paths: expected a list of strings, found the string "src/**"; write ["src/**"]`},
		{"a mapping within a list", "paths: [a, {b: c}]", `1:12: paths: expected a string, found a mapping`},
		{"a list for a string", "name: [a]", `1:7: name: expected a string, found a list`},
		{"a boolean for a string", "name: true", `1:7: name: expected a string, found true; put it in quotes, "true"`},
		{"nothing for a string", "name:", `1:6: name: expected a string, found nothing; leave the key out if nothing is meant`},
		{"nothing for a list", "paths: ~", `1:8: paths: expected a list of strings, found nothing; leave the key out if nothing is meant`},
		{"nothing for a mapping", "inner:", `1:7: inner: expected a mapping, found nothing`},
		{"a list for a mapping", "inner: [1]", `1:8: inner: expected a mapping, found a list`},
		{"a word for a number", "max_lines: many", `1:12: max_lines: expected a whole number, found the string "many"`},
		{"a number in quotes", `max_lines: "3"`, `1:12: max_lines: expected a whole number, found the string "3"`},
		{"a fraction for a whole number", "max_lines: 1.5", `1:12: max_lines: expected a whole number, found the number 1.5`},
		{"a number that overflows", "max_lines: 99999999999999999999", "1:12: max_lines: expected a whole number, found the number 99999999999999999999"},
		{"a number too large for its type", "small: 256", "1:8: small: 256 is negative or too large a number"},
		{"a negative number", "small: -1", "1:8: small: -1 is negative or too large a number"},
		{"infinity", "share: .inf", "1:8: share: .inf is no number to reckon with"},
		{"yes is no boolean in YAML 1.2", "on: yes", `1:5: on: expected true or false, found the string "yes"`},
		{"a boolean pointer", "maybe: 1", `1:8: maybe: expected true or false, found the number 1`},
		{"a duration without unit", "every: 3", `1:8: every: expected a duration such as "24h", found the number 3`},
		{"a misspelt word", "colour: gren", `1:9: no colour is named "gren"; did you mean "green"?`},
		{"a word in capitals", "colour: RED", `1:9: no colour is named "RED"; did you mean "red"?`},
		{"a word like no other", "colour: mauve", `1:9: no colour is named "mauve"; write one of red, green, blue`},
		{"a type of two words", "paint: oil", `1:8: no paint colour is named "oil"; write one of matt`},
		{"a list for a word", "colour: [red]", `1:9: colour: expected one of red, green, blue, found a list`},
		{"a misspelt word in a list", "colours: [red, bleu]", `1:16: no colour is named "bleu"; did you mean "blue"?`},
		{"a misspelt only item", "colours: bleu", `1:10: no colour is named "bleu"; did you mean "blue"?`},
		{"a type that reads itself", "shout: quiet", `1:8: shout: "quiet" is not in capitals`},
		{"a list for a type that reads itself", "shout: [A]", `1:8: shout: expected a string, found a list`},
		{"a key within a list", "deep:\n  - a: 1\n  - b: 2", `3:5: no key is named "b"; did you mean "a"?`},
		{"a list as a key", "? [a]\n: b", `1:3: expected a name as the key, found a list`},
		{"a type that nothing reads", "function: f", `1:11: function: Sluice cannot read a func()`},
		{"the root is a list", "[a]", `1:1: expected a mapping, found a list`},
		{"an empty file", "", `1:1: expected a mapping, found nothing`},
		{"a file of comments", "# nothing\n", `1:1: expected a mapping, found nothing`},
		{
			"all mistakes at once, in order", "on: 1\nnaem: x\npaths: 3\ninner: {c: 1}",
			"1:5: on: expected true or false, found the number 1\n2:1: no key is named \"naem\"; did you mean \"name\"?\n" +
				"3:8: paths: expected a list of strings, found the number 3; write [\"3\"]\n4:9: no key is named \"c\"; did you mean \"a\"?",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var into sample
			if diff := cmp.Diff(decode(t, c.text, &into), c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"a second document", "name: a\n---\nname: b", "2:1: a second document begins; a file holds one, so delete the line ---"},
		{
			"an anchor and its alias", "name: &x a\nnote: *x",
			`1:7: "&x" reads as an anchor, and anchors are not taken; write the value out, or put it in quotes if it is meant as it stands` +
				"\n" + `2:7: "*x" reads as an alias, and aliases are not taken; write the value out, or put it in quotes if it is meant as it stands`,
		},
		{"a merge key", "<<: {name: a}", "1:1: merge keys (<<) are not taken; write the values out"},
		{"a tag", "name: !secret a", `1:7: the tag "!secret" is not taken; put the value in quotes if it is meant as it stands`},
		{"a glob without quotes", "paths: [**/*.md]", `1:1: this is not YAML: a value that begins with "*", "&" or "!" must be in quotes`},
		{"a glob that reads as an alias", "paths:\n  - *md", `2:3: this is not YAML: a value that begins with "*" must be in quotes`},
		{"a tab", "inner:\n\ta: 1", "2:2: this is not YAML: a tab cannot indent; use spaces"},
		{"a team without quotes", "name: @acme/payments", "1:1: this is not YAML: a value cannot begin with this character; put it in quotes"},
		{"a second colon", "name: a: b", `1:1: this is not YAML: there is a second ": " in one value; put the value in quotes, or look at the indentation`},
		{"a bracket left open", "paths: [a, b\nname: c", `2:1: this is not YAML: the list's [ is not closed, or a comma is missing`},
		{"not UTF-8", "name: a\nnote: \xff", "2:7: the byte 0xff is not UTF-8; save the file as UTF-8"},
		{"a NUL", "name: ä\x00", "1:8: there is the control character 0x0; delete it"},
		{"too large", strings.Repeat("#", MaxText+1), "the file has 1048577 bytes; at most 1048576 are read"},
		{"too deep", strings.Repeat("[", 40) + strings.Repeat("]", 40), "1:34: this is nested more than 32 deep"},
		{"far too deep", strings.Repeat("[", MaxText), "1:1: this is not YAML: this is nested too deep"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var into sample
			if diff := cmp.Diff(decode(t, c.text, &into), c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

func TestDecodeLaysOver(t *testing.T) {
	yes := true
	into := sample{Name: "a", Lines: 3, Paths: []string{"x"}, Words: map[string]string{"k": "v"}, Maybe: &yes}
	into.Inner.A = 1
	paths, words := into.Paths, into.Words
	text := "paths: [1.10, 2024-01-01, no]\nwords: {n: m}\nmaybe: false\ninner: {b: 2}\ncolours: red\nnote: hello\nshout: LOUD\nevery: 24h\nmax_lines: 0x10\nshare: 1"
	if got := decode(t, text, &into); got != "" {
		t.Fatalf("got %s, want no problem", got)
	}
	no := false
	want := sample{
		Name: "a", Lines: 16, Paths: []string{"1.10", "2024-01-01", "no"}, Words: map[string]string{"n": "m"}, Maybe: &no,
		Colours: List[colour]{"red"}, Shout: "LOUD", Every: 24 * time.Hour, Share: 1,
	}
	want.Inner.A, want.Inner.B, want.Note = 1, 2, "hello"
	if diff := cmp.Diff(into, want, cmp.AllowUnexported(sample{}, common{})); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	if paths[0] != "x" || words["k"] != "v" || !yes {
		t.Error("what the value had before was written through")
	}
}

func TestNearest(t *testing.T) {
	known := []string{"spec", "tests", "scope", "summary", "size", "control-plane"}
	cases := []struct{ name, in, want string }{
		{"a letter missing", "summry", "summary"},
		{"letters swapped", "szie", "size"},
		{"the singular", "test", "tests"},
		{"capitals", "SPEC", "spec"},
		{"an underscore", "control_plane", "control-plane"},
		{"two of five letters off are too many", "spend", ""},
		{"another word", "licence", ""},
		{"far too long", strings.Repeat("s", 1000), ""},
		{"empty", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Nearest(c.in, known); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestManyProblemsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	root, _ := Parse("", []byte(b.String()))
	var into sample
	if got := len(Decode(root, &into)); got != maxProblems {
		t.Errorf("got %d problems, want %d", got, maxProblems)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "name: a", "paths: [a, *b]", "a: &a [*a]", "? [a]\n: b", "<<: {a: b}", "\ta", "--- a\n--- b", "{\"\\u0000\": 1}", "inner: {a: 0b1, b: 1_000}", "every: 1h\nmaybe: ~"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		root, problems := Parse("f.yml", text)
		if (root == nil) != (len(problems) > 0) {
			t.Fatalf("root %v, problems %v", root, problems)
		}
		if root == nil {
			return
		}
		var into sample
		lines := strings.Count(string(text), "\n") + strings.Count(string(text), "\r") + 1
		for _, p := range Decode(root, &into) {
			if p.Message == "" || p.Line < 1 || p.Line > lines+1 || p.Column < 1 {
				t.Errorf("problem without a place or words: %+v", p)
			}
		}
	})
}
