package gate

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// seeing is a check that passes and tells of risk, and counts how often it ran.
func seeing(name string, runs *int, findings ...check.Finding) check.Check {
	return check.New(name, "", 0, options{Says: check.Pass}, func(_ *check.Input, o options) check.Verdict {
		*runs++
		return check.Verdict{Outcome: o.Says, Summary: "Seen.", Findings: findings}
	})
}

func loadWith(t *testing.T, checks []check.Check, text string) *policy.Policy {
	t.Helper()
	p, problems := policy.Load(checks, nil, policy.Layer{Name: policy.RepositoryLayer, Source: "test", Text: text})
	for _, problem := range problems {
		t.Fatal(problem)
	}
	return p
}

// The risk is the rules', raised by what the checks saw; rules that go by it change what is asked.
func TestRisk(t *testing.T) {
	const rules = `version: 1
mode: enforce
checks: {eyes: {level: warn}}
rules:
  - {name: dear, when: {risk: high}, checks: {spec: {says: fail}, other: {level: require, says: fail}}}
  - {name: medium, when: {base: main}, risk: medium}
`
	high := check.Finding{Path: "auth/a.go", Message: "authentication changes", Risk: check.High}
	medium := check.Finding{Message: "a dependency is new", Risk: check.Medium}
	for _, c := range []struct {
		name     string
		saw      []check.Finding
		want     Risk
		summary  string
		runs     int
		decision Decision
	}{
		{"nothing was seen", nil, Risk{check.Medium, []string{`rule "medium"`}}, "Open: all 4 required checks passed.", 1, Open},
		{"as much as the rules say", []check.Finding{medium}, Risk{check.Medium, []string{`rule "medium"`, "eyes: a dependency is new"}}, "Open: all 4 required checks passed.", 1, Open},
		{"more than they say", []check.Finding{medium, high}, Risk{check.High, []string{"eyes: auth/a.go: authentication changes"}}, "Closed: 2 of 5 required checks failed: spec and other.", 1, Closed},
		{"less than they say", []check.Finding{{Message: "x", Risk: check.Low}}, Risk{check.Medium, []string{`rule "medium"`}}, "Open: all 4 required checks passed.", 1, Open},
	} {
		runs := 0
		checks := slices.Concat(stubs, []check.Check{seeing("eyes", &runs, c.saw...), saying("other", 0)})
		r := Evaluate(devins(), loadWith(t, checks, rules), now)
		if diff := cmp.Diff(r.Risk, c.want); diff != "" {
			t.Errorf("%s: risk (-got +want)\n%s", c.name, diff)
		}
		if r.Summary != c.summary || r.Decision != c.decision || runs != c.runs {
			t.Errorf("%s: got %q, %d runs; want %q, %d", c.name, r.Summary, runs, c.summary, c.runs)
		}
	}
}

func TestRiskReasonsAreBounded(t *testing.T) {
	runs := 0
	var saw []check.Finding
	for range 8 {
		saw = append(saw, check.Finding{Message: "dear", Risk: check.High})
	}
	r := Evaluate(devins(), loadWith(t, append(stubs[:4:4], seeing("eyes", &runs, saw...)), "version: 1\nchecks: {eyes: {level: warn}}"), now)
	if n := len(r.Risk.Reasons); n != 6 || r.Risk.Reasons[5] != "and 3 more" {
		t.Errorf("got %q", r.Risk.Reasons)
	}
}

// What only a rule by risk asks for is read too.
func TestCompleteByRisk(t *testing.T) {
	runs := 0
	high := check.Finding{Message: "dear", Risk: check.High}
	dear := check.Wanting(check.New("dear", "", 0, options{Says: check.Pass}, func(*check.Input, options) check.Verdict { return check.Verdict{Outcome: check.Pass} }),
		func(*pull.Request, options) pull.Needs { return pull.Needs{Teams: []string{"acme/leads"}} })
	p := loadWith(t, append(stubs[:4:4], seeing("eyes", &runs, high), dear), `version: 1
checks: {eyes: {level: warn}}
rules: [{name: dear, when: {risk: high}, checks: {dear: {level: require}}}]
`)
	var teams []string
	err := Complete(t.Context(), devins(), p, func(_ context.Context, _ *pull.Request, needs pull.Needs) error {
		teams = append(teams, needs.Teams...)
		return nil
	})
	if err != nil || !cmp.Equal(teams, []string{"acme/leads"}) {
		t.Errorf("got %v, %v", teams, err)
	}
}
