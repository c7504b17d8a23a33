package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/checktest"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

func TestCases(t *testing.T) { checktest.Run(t, Check) }

func configured(t *testing.T, text string) (check.Check, string) {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	c, problems := Check.Configure(node.Content...)
	var all []string
	for _, p := range problems {
		all = append(all, p.Error())
	}
	return c, strings.Join(all, "; ")
}

func TestOptions(t *testing.T) {
	cases := []struct{ yaml, want string }{
		{`{sources: [issue, path, key], path: ["docs/specs/**"], key: "PROJ-[0-9]+"}`, ""},
		{"sources: [isue]", `no source is named "isue"`},
		{"sources: [key]", "nothing could be a spec"},
		{"path: ['docs/[']", "is no glob"},
		{"key: '['", "missing closing ]"},
		{"key: '[0-9]*'", "matches every text"},
		{"key_url: https://tracker.example/browse/", "with {key} in it"},
		{"key_url: 'javascript:{key}'", "with {key} in it"},
		{"url: [wiki.example]", "is no https address"},
		{"min_words: 0", "at least 1"},
		{"{criteria: require, fresh: off, ready: [agent-ready], not_ready: [human-only]}", ""},
		{"criteria: warn", "require"},
		{"{ready: [a], not_ready: [A]}", "among ready, too"},
	}
	for _, c := range cases {
		if _, got := configured(t, c.yaml); !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", c.yaml, got, c.want)
		}
	}
}

func TestNeeds(t *testing.T) {
	r := &pull.Request{
		Repo: "acme/api", Number: 12, URL: "https://github.com/acme/api/pull/12",
		Body: "Fixes #7, refs acme/web#8, fixes #12. See #9. Spec: docs/specs/a.md and docs/b.md",
	}
	cases := []struct {
		name, yaml string
		want       pull.Needs
	}{
		{"everything", "path: ['docs/specs/**']", pull.Needs{
			Facts:     pull.WithTemplate | pull.WithIssues | pull.WithCommits | pull.WithDocuments | pull.WithFiles | pull.WithPatches,
			Issues:    []pull.IssueRef{{Repo: "acme/api", Number: 7}, {Repo: "acme/web", Number: 8}},
			Documents: []string{"docs/specs/a.md"},
		}},
		{"nothing beyond issues", "{sources: [issue], criteria: off, fresh: off}", pull.Needs{
			Facts: pull.WithTemplate | pull.WithIssues, Issues: []pull.IssueRef{{Repo: "acme/api", Number: 7}, {Repo: "acme/web", Number: 8}},
		}},
		{"keys alone need nothing", "{sources: [key], key: 'PROJ-[0-9]+'}", pull.Needs{Facts: pull.WithTemplate}},
		{"paths need no issues", "{sources: [path]}", pull.Needs{
			Facts: pull.WithTemplate | pull.WithDocuments | pull.WithFiles | pull.WithPatches, Documents: []string{"docs/specs/a.md"},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			configured, problems := configured(t, c.yaml)
			if problems != "" {
				t.Fatal(problems)
			}
			got := configured.Needs(r)
			if diff := cmp.Diff(got, c.want, cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) }),
				cmp.Transformer("nilRefs", func(s []pull.IssueRef) []pull.IssueRef { return append([]pull.IssueRef{}, s...) })); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

// However many are named, only so many are asked for.
func TestNeedsAreBounded(t *testing.T) {
	r := &pull.Request{Repo: "acme/api"}
	for i := range 3000 {
		r.Body += "Fixes #" + strings.Repeat("1", i%8+1) + string(rune('0'+i%10)) + " docs/specs/" + strings.Repeat("a", i%500) + ".md\n"
	}
	if n := Check.Needs(r); len(n.Issues) > maxNamed || len(n.Documents) > maxNamed {
		t.Errorf("%d issues and %d documents, %d at most", len(n.Issues), len(n.Documents), maxNamed)
	}
}

func FuzzRun(f *testing.F) {
	f.Add("Fix #7", "Fixes #7\nSpec: docs/specs/a.md PROJ-41 https://wiki.example/specs/a", "@@ -0,0 +1 @@\n+text")
	f.Fuzz(func(t *testing.T, title, body, patch string) {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(`{key: "PROJ-[0-9]+", key_url: "https://t.example/{key}", url: ["https://wiki.example/specs"]}`), &node); err != nil {
			t.Fatal(err)
		}
		c, _ := Check.Configure(node.Content...)
		r := &pull.Request{
			Repo: "acme/api", Number: 12, Title: title, Body: body, Known: pull.AllFacts,
			Issues:    []pull.Issue{{IssueRef: pull.IssueRef{Repo: "acme/api", Number: 7}, Body: body, State: pull.Open}},
			Documents: []pull.Document{{Path: "docs/specs/a.md", Text: body}},
			Files:     []pull.File{{Path: "specs/b.md", Status: pull.Added, Patch: patch, Added: 1}},
		}
		c.Needs(r)
		v := c.Run(&check.Input{Pull: r, Attribution: &agent.Attribution{}})
		if (v.Outcome == check.Pass) != (len(v.Links) > 0) || v.Outcome == check.Fail && len(v.Findings) == 0 {
			t.Errorf("%s with %d links and %d findings", v.Outcome, len(v.Links), len(v.Findings))
		}
	})
}
