package gate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

type options struct {
	Says check.Outcome `yaml:"says"`
}

// saying is a check that comes to what its options say.
func saying(name string, facts pull.Facts) check.Check {
	return check.New(name, "", facts, options{Says: check.Pass}, func(_ *check.Input, o options) check.Verdict {
		return check.Verdict{Outcome: o.Says, Summary: "Said so."}
	})
}

var stubs = []check.Check{saying("spec", 0), saying("tests", pull.WithFiles), saying("scope", 0), saying("summary", 0)}

func load(t testing.TB, text string) *policy.Policy {
	t.Helper()
	p, problems := policy.Load(stubs, agent.BuiltIn().Names(), policy.Layer{Name: policy.RepositoryLayer, Source: "test", Text: text})
	for _, problem := range problems {
		t.Fatal(problem)
	}
	return p
}

func devins() *pull.Request {
	return &pull.Request{
		Repo: "acme/api", Number: 12, URL: "https://github.com/acme/api/pull/12", Title: "Add a thing", State: pull.Open,
		Author: pull.Account{Login: "devin-ai-integration[bot]", ID: 158243242, Type: pull.Bot},
		Head:   pull.Branch{Repo: "acme/api", Name: "devin/1700000000-thing", SHA: strings.Repeat("a", 40)},
		Base:   pull.Branch{Repo: "acme/api", Name: "main", SHA: strings.Repeat("b", 40)},
		Known:  pull.AllFacts,
	}
}

func anas() *pull.Request {
	r := devins()
	r.Author = pull.Account{Login: "ana", ID: 7, Type: pull.User}
	r.Head.Name = "thing"
	return r
}

// The table of decisions: what each outcome at each level comes to.
func TestDecide(t *testing.T) {
	enforce := "version: 1\nmode: enforce\nchecks:\n"
	cases := []struct {
		name, policy string
		pull         func() *pull.Request
		decision     Decision
		conclusion   Conclusion
		summary      string
	}{
		{"all pass", enforce + "  spec: {says: pass}", devins, Open, Success, "Open: all 4 required checks passed."},
		{"one fails", enforce + "  spec: {says: fail}", devins, Closed, Failure, "Closed: 1 of 4 required checks failed: spec."},
		{"two fail", enforce + "  spec: {says: fail}\n  scope: {says: fail}", devins, Closed, Failure, "Closed: 2 of 4 required checks failed: spec and scope."},
		{"a failure at warn closes nothing", enforce + "  spec: {level: warn, says: fail}", devins, Open, Success, "Open: all 3 required checks passed."},
		{"a check that is off does not run", enforce + "  spec: {level: off, says: fail}", devins, Open, Success, "Open: all 3 required checks passed."},
		{"a skipped check does not close", enforce + "  spec: {says: skip}", devins, Open, Success, "Open: all 4 required checks passed."},
		{"an error is no pass", enforce + "  spec: {says: error}", devins, Unsure, ActionRequired, "Unsure: 1 of 4 required checks could not be judged: spec."},
		{"an error at warn closes nothing", enforce + "  spec: {level: warn, says: error}", devins, Open, Success, "Open: all 3 required checks passed."},
		{"a failure closes whatever else is unread", enforce + "  spec: {says: error}\n  scope: {says: fail}", devins, Closed, Failure, "Closed: 1 of 4 required checks failed: scope."},
		{"nothing required", "version: 1\nmode: enforce\nchecks: {spec: {level: warn}, tests: {level: off}, scope: {level: off}, summary: {level: off}}", devins, Open, Success, "Open: the policy requires no check of this change."},
		{"one required", "version: 1\nmode: enforce\nchecks: {spec: {level: require}, tests: {level: off}, scope: {level: off}, summary: {level: off}}", devins, Open, Success, "Open: the one required check passed: spec."},
		{"a denied agent is closed whatever the checks say", "version: 1\nmode: enforce\nagents: {deny: [devin]}", devins, Closed, Failure, "Closed: the policy allows nobody to use devin here."},
		{"observing is neutral and says what it would have been", "version: 1\nmode: observe\nchecks: {spec: {says: fail}}", devins, Closed, Neutral, "Closed: 1 of 4 required checks failed: spec."},
		{"a person's runs no check", enforce + "  spec: {says: fail}", anas, Open, Success, "Open: No sign of a coding agent was found."},
		{"a person's runs them where everybody is gated", enforce + "  spec: {says: fail}\nagents: {gate: [none]}", anas, Closed, Failure, "Closed: 1 of 4 required checks failed: spec."},
		{"and is not sure where the commits were not read", enforce + "  spec: {says: pass}\nagents: {gate: [none]}", func() *pull.Request {
			r := anas()
			r.Known &^= pull.WithCommits
			return r
		}, Unsure, ActionRequired, "Unsure: the commits could not be read, so nobody can say whether an agent took part."},
		{"commits that were not read say nothing of agents", enforce + "  spec: {says: pass}", func() *pull.Request {
			r := anas()
			r.Known &^= pull.WithCommits
			return r
		}, Unsure, ActionRequired, "Unsure: the commits could not be read, so nobody can say whether an agent took part."},
		{"a fact that a check needs and nobody read", enforce + "  spec: {says: pass}", func() *pull.Request {
			r := devins()
			r.Known &^= pull.WithFiles
			r.Gaps = []pull.Gap{{Facts: pull.WithFiles, Reason: "3,000 of 4,212 files are listed"}}
			return r
		}, Unsure, ActionRequired, "Unsure: 1 of 4 required checks could not be judged: tests."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Evaluate(c.pull(), load(t, c.policy), now)
			if got.Decision != c.decision || got.Conclusion != c.conclusion || got.Summary != c.summary {
				t.Errorf("got %s, %s, %q\nwant %s, %s, %q", got.Decision, got.Conclusion, got.Summary, c.decision, c.conclusion, c.summary)
			}
			if ran := len(got.Verdicts) > 0; ran && got.Attribution.Authorship == agent.None && !strings.Contains(c.policy, "none") {
				t.Errorf("%d checks ran on a person's pull request", len(got.Verdicts))
			}
		})
	}
}

// One request, one policy and one time give the same bytes, and the request stays as it was.
func TestEvaluateIsPure(t *testing.T) {
	r, p := devins(), load(t, "version: 1\nmode: enforce\nchecks: {spec: {says: fail}}")
	for i := range 20 {
		r.Files = append(r.Files, pull.File{Path: fmt.Sprintf("src/f%d.go", i), Status: pull.Modified, Added: i, Patch: "@@ -1 +1,2 @@\n a\n+b"})
	}
	before := *r
	first, _ := json.Marshal(Evaluate(r, p, now))
	for range 5 {
		if again, _ := json.Marshal(Evaluate(r, p, now)); string(again) != string(first) {
			t.Fatalf("got\n%s\nfirst\n%s", again, first)
		}
	}
	if !pull.Equal(&before, r) {
		t.Error("the request was changed")
	}
}

// A reviewer is sent first to where a required check failed, then to where much of the code changed, each file once.
func TestLook(t *testing.T) {
	failing := check.New("scope", "", 0, options{}, func(*check.Input, options) check.Verdict {
		return check.Verdict{Outcome: check.Fail, Findings: []check.Finding{
			{Path: "src/small.go", Message: "outside"}, {Path: "src/small.go", Line: 9, Message: "again"}, {Message: "about no file"}, {Path: "gone.go", Message: "not in the change"},
		}}
	})
	p, problems := policy.Load([]check.Check{stubs[0], stubs[1], failing, stubs[3]}, agent.BuiltIn().Names())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r := devins()
	r.Files = []pull.File{
		{Path: "go.sum", Status: pull.Modified, Added: 5000},
		{Path: "src/large.go", Status: pull.Modified, Added: 300, Patch: "@@ -40,2 +40,302 @@\n a\n b" + strings.Repeat("\n+c", 300)},
		{Path: "src/small.go", Status: pull.Modified, Added: 1, Patch: "@@ -1 +1,2 @@\n a\n+b"},
		{Path: "src/large_test.go", Status: pull.Modified, Added: 400},
	}
	got := Evaluate(r, p, now)
	want := []Look{
		{Path: "src/small.go", Line: 2, Why: "scope: outside"},
		{Path: "src/large.go", Line: 42, Why: "much of the code change is here: +300 −0"},
	}
	if diff := cmp.Diff(got.Look, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

func TestEvaluateGroup(t *testing.T) {
	group := Group{Repo: "acme/api", Base: "main", HeadSHA: strings.Repeat("c", 40)}
	report := func(d Decision, base string) *Report {
		return &Report{Decision: d, Base: base, Policy: PolicyUsed{Mode: policy.Enforce, CheckName: "sluice: main"}}
	}
	cases := []struct {
		name     string
		reports  []*Report
		decision Decision
		summary  string
	}{
		{"all open", []*Report{report(Open, "main"), report(Open, "main")}, Open, "Open: the gate is open for every pull request in this merge group."},
		{"one closed", []*Report{report(Open, "main"), report(Closed, "main")}, Closed, "Closed: the gate is closed for #2."},
		{
			"one closed that says why, one that waits for a person", []*Report{
				{Decision: Closed, Base: "main", Summary: "Closed: 1 of 2 required checks failed: spec."}, {Decision: Waiting, Base: "main", Summary: "Waiting: x."},
			}, Closed, "Closed: the gate is closed for #1 (1 of 2 required checks failed: spec).",
		},
		{"one unsure", []*Report{report(Unsure, "main"), report(Open, "main")}, Unsure, "Unsure: the gate has not decided on #1."},
		{"one unknown", []*Report{report(Open, "main"), nil}, Unsure, "Unsure: the gate has not decided on #2."},
		{"a verdict for another base says nothing", []*Report{report(Open, "dev")}, Unsure, "Unsure: the gate has not decided on #1."},
		{"nobody", nil, Unsure, "Unsure: GitHub names no pull request in this merge group."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			members := []Member{{Number: 1}, {Number: 2}}[:len(c.reports)]
			got := EvaluateGroup(group, members, c.reports, now)
			if blocks := got.Conclusion != Success; blocks != (c.decision != Open) {
				t.Errorf("%s is concluded as %s", got.Decision, got.Conclusion)
			}
			if got.Decision != c.decision || got.Summary != c.summary {
				t.Errorf("got %s, %q; want %s, %q", got.Decision, got.Summary, c.decision, c.summary)
			}
		})
	}
}
