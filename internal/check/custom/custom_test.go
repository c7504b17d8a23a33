package custom_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/checktest"
	"github.com/sluicegate/sluice/internal/check/custom"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

func TestCases(t *testing.T) { checktest.Run(t, custom.Check) }

func configured(t testing.TB, texts ...string) check.Check {
	t.Helper()
	c := custom.Check
	for _, text := range texts {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(text), &node); err != nil {
			t.Fatal(err)
		}
		var problems []error
		next, wrong := c.Configure(node.Content[0])
		for _, p := range wrong {
			problems = append(problems, p)
		}
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		c = next
	}
	return c
}

// Only what the rules look at is asked for.
func TestNeeds(t *testing.T) {
	r := &pull.Request{Repo: "acme/api", Title: "Add x", Body: "Fixes #3, see acme/web#4."}
	cases := []struct {
		must, more string
		want       pull.Needs
	}{
		{"pull.title != ''", "", pull.Needs{}},
		{"pull.title != ''", "level: off", pull.Needs{}},
		{"files.exists(f, f.path == 'a')", "", pull.Needs{Facts: pull.WithFiles}},
		{"pull.added < 3", "", pull.Needs{Facts: pull.WithFiles}},
		{"files.all(f, !f.added_text.contains('x'))", "", pull.Needs{Facts: pull.WithFiles | pull.WithPatches}},
		{"has(file.path)", "each: file", pull.Needs{Facts: pull.WithFiles}},
		{"commit.verified", "each: commit", pull.Needs{Facts: pull.WithCommits}},
		{"commits.all(c, c.verified)", "when: pull.reviewers.size() > 0", pull.Needs{Facts: pull.WithCommits | pull.WithReviews}},
		{"agents.all(a, a.name != 'devin')", "", pull.Needs{}},
		{"issues.exists(i, i.closes)", "", pull.Needs{Facts: pull.WithIssues, Issues: []pull.IssueRef{{Repo: "acme/api", Number: 3}, {Repo: "acme/web", Number: 4}}}},
		{"'tier' in properties && properties['tier'] == ['1']", "", pull.Needs{Facts: pull.WithProperties}},
	}
	for _, c := range cases {
		t.Run(c.must, func(t *testing.T) {
			text := fmt.Sprintf("rules:\n- name: a\n  must: %q\n", c.must)
			if c.more != "" {
				text += "  " + c.more + "\n"
			}
			got := configured(t, text).Needs(r)
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

// A repository adds to its organisation's rules, and changes one by its name.
func TestRulesComeOnTop(t *testing.T) {
	c := configured(t,
		"rules:\n- {name: titles, must: pull.title.size() > 3, message: Say more.}\n- {name: drafts, must: '!pull.draft'}",
		"rules:\n- {name: titles, level: show}\n- {name: forks, must: '!pull.fork'}",
	)
	var got []string
	for _, r := range c.Options().(custom.Options).Rules {
		got = append(got, fmt.Sprintf("%s %s %s", r.Name, r.Level, r.Must))
	}
	want := []string{"titles show pull.title.size() > 3", "drafts fail !pull.draft", "forks fail !pull.fork"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	if n := len(custom.Check.Options().(custom.Options).Rules); n != 0 {
		t.Errorf("the defaults have %d rules now", n)
	}
}

// What costs too much is never a pass, whatever it would have said.
func TestCostIsBounded(t *testing.T) {
	r := &pull.Request{Known: pull.AllFacts}
	for i := range 3000 {
		r.Files = append(r.Files, pull.File{Path: fmt.Sprintf("src/module%d/file%d.go", i%50, i), Status: pull.Modified})
	}
	for _, must := range []string{
		"files.all(f, files.all(g, f.path != g.path || f == g))",
		"files.all(f, files.exists_one(g, g.path == f.path))",
		"cel.bind(a, pull.body + pull.body + pull.body + pull.body, cel.bind(b, a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b, (c+c+c+c+c+c+c+c).size() > 0)))",
	} {
		r.Body = strings.Repeat("a", 60_000)
		got := configured(t, fmt.Sprintf("rules:\n- {name: a, must: %q}", must)).Run(&check.Input{Pull: r, Attribution: attribution})
		if got.Outcome != check.Errored || !strings.Contains(checktest.Format(got), "costs more than a rule may") {
			t.Errorf("%s: got %s", must, checktest.Format(got))
		}
	}
}

// What the page shows is what a policy can have, its cases come to what they want, and it names every field.
func TestPage(t *testing.T) {
	_, block, _ := strings.Cut(custom.Check.Doc, "    checks:\n      custom:\n        level: require\n")
	block, _, _ = strings.Cut(block, "\n\n##")
	_, more, _ := strings.Cut(custom.Check.Doc, "near miss beside each hit.\n\n")
	more, _, _ = strings.Cut(more, "\n\n")
	indented := strings.ReplaceAll(more, "    - ", "          - ")
	c := configured(t, block+"\n"+indented)
	o := c.Options().(custom.Options)
	if len(o.Rules) != 2 || len(o.Cases) != 3 {
		t.Errorf("%d rules and %d cases", len(o.Rules), len(o.Cases))
	}
	for _, p := range o.Try(kind.Default) {
		t.Error(p)
	}
	for _, name := range custom.Names() {
		if !strings.Contains(c.Doc, "`"+name+"`") {
			t.Errorf("the page does not say what %s is", name)
		}
	}
}

// A case that comes to something else is a problem at its want, which says why.
func TestTry(t *testing.T) {
	c := configured(t, `rules:
- {name: small, when: 'authorship == "autonomous"', must: files.size() < 2}
cases:
- {name: one, rule: small, want: fail, pull: {files: [{path: a}]}}
- {name: two, rule: small, want: pass, pull: {files: [{path: a}, {path: b}]}}
- {name: assisted, rule: small, want: pass, attribution: {authorship: assisted}}
- {name: unread, rule: small, want: pass, pull: {known: [commits]}}
- {name: right, rule: small, want: skip, attribution: {authorship: assisted}}
`)
	var got []string
	for _, p := range c.Options().(custom.Options).Try(kind.Default) {
		got = append(got, p.Error())
	}
	want := []string{
		`4:34: case "one" wants fail and rule "small" comes to pass`,
		`5:34: case "two" wants pass and rule "small" comes to fail: small: this is not so: files.size() < 2`,
		`6:39: case "assisted" wants pass and rule "small" comes to skip: "when" is false, so the rule does not apply; write "want: skip" if that is meant`,
		`7:37: case "unread" wants pass and rule "small" comes to error: small: not judged, since files could not be read.`,
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

// Under a lock, a repository adds rules and changes none.
func TestLockedRules(t *testing.T) {
	const org = "version: 1\nchecks: {custom: {level: require, rules: [{name: titles, must: pull.title != ''}]}}\nlock: [checks.custom]"
	cases := []struct{ name, repo, rules, notes string }{
		{"another rule", "rules: [{name: drafts, must: '!pull.draft'}], cases: [{name: a, rule: drafts, want: pass}]", "titles fail, drafts fail", ""},
		{"the rule itself", "rules: [{name: titles, level: 'off'}]", "titles fail", "checks.custom.rules"},
		{"both", "rules: [{name: drafts, must: '!pull.draft'}, {name: titles, level: 'off'}]", "titles fail", "checks.custom.rules"},
		{"the level", "level: warn, rules: [{name: drafts, must: '!pull.draft'}]", "titles fail, drafts fail", "checks.custom.level"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, problems := policy.Load([]check.Check{custom.Check}, nil,
				policy.Layer{Name: policy.BuiltInLayer, Text: "version: 1\nmode: observe"},
				policy.Layer{Name: policy.OrganisationLayer, Text: org},
				policy.Layer{Name: policy.RepositoryLayer, Text: "version: 1\nchecks: {custom: {" + c.repo + "}}"})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			settings := p.Settings()
			var rules []string
			for _, r := range settings.Checks[0].Check.Options().(custom.Options).Rules {
				rules = append(rules, r.Name+" "+string(r.Level))
			}
			if got := strings.Join(rules, ", "); got != c.rules {
				t.Errorf("got %s, want %s", got, c.rules)
			}
			if got := strings.Join(settings.Notes, " "); !strings.Contains(got, c.notes) || (got != "") != (c.notes != "") {
				t.Errorf("got notes %q, want %q", got, c.notes)
			}
		})
	}
}
