package survey_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/survey"
)

// Keys are those of a tracker, not names of standards, and not ones that stand there once.
func TestKeys(t *testing.T) {
	cases := []struct{ name, subjects, want string }{
		{"one tracker", "PAY-1: a|PAY-2 b|[PAY-3] c", "[{PAY 3}]"},
		{"two trackers", "PAY-1 OPS-1|PAY-2 OPS-2|PAY-3 OPS-3|PAY-4", "[{PAY 4} {OPS 3}]"},
		{"standards", "UTF-8|SHA-256|ISO-8601|UTF-16|SHA-1|CVE-2024|UTF-32|SHA-512", "[]"},
		{"twice is not enough", "PAY-1|PAY-2|Fix", "[]"},
		{"few of many", "PAY-1|PAY-2|PAY-3" + strings.Repeat("|Fix", 60), "[]"},
		{"once in a subject", "PAY-1 PAY-2 PAY-3|Fix", "[]"},
		{"lower case", "pay-1|pay-2|pay-3", "[]"},
		{"no number", "PAY-x|PAY-|PAY-0", "[]"},
		{"nothing", "", "[]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := survey.Look(&survey.Clone{Subjects: strings.Split(c.subjects, "|")})
			if got := fmt.Sprint(f.Keys); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// Patterns of attributes become globs that match the same files; those that cannot are left out.
func TestAttributes(t *testing.T) {
	texts := map[string]string{
		".gitattributes":     "*.made.ts linguist-generated\n/api/*.go linguist-generated=true\n*.md linguist-generated\ngen/ linguist-generated\n!x linguist-generated\n# *.go linguist-generated\nlib/** linguist-vendored\n*.lock linguist-generated",
		"web/.gitattributes": "*.css linguist-generated\nout/** linguist-generated -linguist-generated",
	}
	f := survey.Look(&survey.Clone{
		Paths: []string{".gitattributes", "web/.gitattributes", "src/a.made.ts", "api/b.go", "lib/c.js", "web/d.css", "web/out/e", "f.go", "g.min.js"},
		Text:  func(p string) string { return texts[p] },
	})
	if diff := cmp.Diff(f.Generated, []string{"**/*.made.ts", "api/*.go", "web/**/*.css"}); diff != "" {
		t.Errorf("generated (-got +want)\n%s", diff)
	}
	if diff := cmp.Diff(f.Vendored, []string{"lib/**"}); diff != "" {
		t.Errorf("vendored (-got +want)\n%s", diff)
	}
}

// Many folders of one name are not listed one by one.
func TestManyAreas(t *testing.T) {
	var paths []string
	for i := range 40 {
		paths = append(paths, fmt.Sprintf("services/s%d/auth/a.go", i))
	}
	f := survey.Look(&survey.Clone{Paths: paths})
	if len(f.Sensitive) != 1 || !cmp.Equal(f.Sensitive[0].Folders, []string{"**/auth/**"}) {
		t.Errorf("got %v", f.Sensitive)
	}
}

// Whatever a clone has, the policy for it is valid.
func FuzzPolicy(f *testing.F) {
	f.Add("a.go\nb_test.go\ninternal/auth/x.go\n.github/pull_request_template.md", "## What\n## Why\n## Tests", "*.go linguist-generated", "PAY-1\nPAY-2\nPAY-3")
	f.Add("src/: x/auth/a.go\nqa/#/b.ts\n.gitattributes", "## \"What\": *x*\n# Why?\n## tests `x`", "\" linguist-generated\n** linguist-generated\n**.go linguist-vendored", "\xff-1")
	f.Fuzz(func(t *testing.T, paths, template, attributes, subjects string) {
		c := &survey.Clone{Paths: append(strings.Split(paths, "\n"), ".gitattributes", ".github/pull_request_template.md"), Subjects: strings.Split(subjects, "\n")}
		c.Text = func(p string) string {
			if p == ".gitattributes" {
				return attributes
			}
			return template
		}
		var names []string
		for i := range all.Checks {
			names = append(names, all.Checks[i].Name)
		}
		text := survey.Look(c).Policy(names)
		if _, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), policy.Layer{Name: policy.RepositoryLayer, Source: "p.yml", Text: text}); len(problems) > 0 {
			t.Errorf("%v\n%s", problems, text)
		}
	})
}

func BenchmarkLook(b *testing.B) {
	c := &survey.Clone{Text: func(string) string { return "*.pb.go linguist-generated\n" }}
	for i := range 100_000 {
		c.Paths = append(c.Paths, fmt.Sprintf("services/s%d/internal/billing/file%d.go", i%100, i))
	}
	c.Paths = append(c.Paths, ".gitattributes")
	for b.Loop() {
		survey.Look(c)
	}
}
