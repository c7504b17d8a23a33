package approvals

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/checktest"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

func TestCases(t *testing.T) { checktest.Run(t, Check) }

// What costs a call is asked for only where the answer may hang on it.
func TestNeeds(t *testing.T) {
	r := &pull.Request{
		Head:    pull.Branch{SHA: "2"},
		Reviews: []pull.Review{{State: "approved", SHA: "2"}, {State: "commented", SHA: "1"}},
		Owners:  pull.Document{Path: "CODEOWNERS", Text: "* @acme/all @bo\n/src/ @acme/src"},
		Files:   []pull.File{{Path: "src/a.go"}},
	}
	facts := pull.WithReviews | pull.WithCommits | pull.WithCollaborators
	if diff := cmp.Diff(Check.Needs(r), pull.Needs{Facts: facts}); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	r.Reviews[0].SHA = "1"
	older := facts | pull.WithReviewed | pull.WithFiles | pull.WithPatches
	if diff := cmp.Diff(Check.Needs(r), pull.Needs{Facts: older}); diff != "" {
		t.Errorf("an older approval (-got +want)\n%s", diff)
	}
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(`from: ["@acme/pay", owners, ana]`), &node); err != nil {
		t.Fatal(err)
	}
	c, problems := Check.Configure(node.Content...)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := pull.Needs{Facts: older | pull.WithOwners | pull.WithTeams, Teams: []string{"acme/pay", "acme/src"}}
	if diff := cmp.Diff(c.Needs(r), want); diff != "" {
		t.Errorf("teams and owners (-got +want)\n%s", diff)
	}
}

// A thousand reviews are no more work than they are.
func BenchmarkRun(b *testing.B) {
	r := &pull.Request{Known: pull.AllFacts, Head: pull.Branch{SHA: "2"}}
	for i := range 1000 {
		a := pull.Account{Login: fmt.Sprintf("u%d", i), ID: int64(i + 1), Type: pull.User}
		r.Collaborators = append(r.Collaborators, a)
		r.Reviews = append(r.Reviews, pull.Review{Author: a, State: "approved", SHA: "1", CanPush: true})
		r.Commits = append(r.Commits, pull.Commit{SHA: "1", Author: pull.Person{Account: a}})
	}
	for b.Loop() {
		Check.Run(&check.Input{Pull: r})
	}
}
