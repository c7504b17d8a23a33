package gate_test

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/config"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// Each example decides as it says of itself: on an agent's pull request that nobody asked for, and on a person's.
func TestExamples(t *testing.T) {
	want := map[string]struct {
		conclusion gate.Conclusion // of the agent's
		failing    []string        // checks that fail it, among others
	}{
		"starter.yml":     {gate.Neutral, []string{"spec", "tests"}},
		"strict.yml":      {gate.Failure, []string{"spec", "tests", "summary"}},
		"regulated.yml":   {gate.Failure, []string{"spec", "tests", "summary", "custom", "approvals", "disclosure"}},
		"open-source.yml": {gate.Failure, []string{"spec", "tests", "summary"}},
	}
	files, err := fs.Glob(config.Examples, "examples/*.yml")
	if err != nil || len(files) != len(want) {
		t.Fatalf("got %v, %v; want %d examples", files, err, len(want))
	}
	for _, file := range files {
		name := strings.TrimPrefix(file, "examples/")
		t.Run(name, func(t *testing.T) {
			text, err := config.Examples.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), policy.Layer{Name: policy.OrganisationLayer, Source: name, Text: string(text)})
			for _, problem := range problems {
				t.Fatal(problem)
			}
			r := large(3)
			r.Body, r.Issues, r.Files = "", nil, r.Files[:1]
			report := gate.Evaluate(r, p, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
			if report.Conclusion != want[name].conclusion || report.Decision != gate.Closed {
				t.Errorf("got %s, %s: %s; want closed, %s", report.Decision, report.Conclusion, report.Summary, want[name].conclusion)
			}
			for _, check := range want[name].failing {
				failed := false
				for _, v := range report.Verdicts {
					failed = failed || v.Check == check && v.Outcome == "fail"
				}
				if !failed {
					t.Errorf("%s does not fail: %+v", check, report.Verdicts)
				}
			}
			person := large(3)
			person.Author, person.Head.Name, person.Commits = pull.Account{Login: "ana", ID: 7, Type: pull.User}, "thing", nil
			if report := gate.Evaluate(person, p, time.Time{}); report.Decision != gate.Open {
				t.Errorf("a person's: got %s: %s; want open", report.Decision, report.Summary)
			}
		})
	}
}
