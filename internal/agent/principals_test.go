package agent

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestAssignersArePrincipals(t *testing.T) {
	copilot := pull.Account{Login: "copilot-swe-agent[bot]", ID: 198982749, Type: pull.Bot}
	mira := pull.Account{Login: "mira", ID: 9, Type: pull.User}
	tom := pull.Account{Login: "tom", ID: 10, Type: pull.User}
	dependabot := pull.Account{Login: "dependabot[bot]", ID: 49699333, Type: pull.Bot}
	issue := func(closes bool, assigned ...pull.Assignment) pull.Issue {
		return pull.Issue{IssueRef: pull.IssueRef{Repo: "acme/api", Number: 7}, Closes: closes, Assigned: assigned}
	}
	cases := []struct {
		why    string
		change func(*pull.Request)
		want   []string
	}{
		{"who assigned the agent to the pull request", func(r *pull.Request) {
			r.Assigned = []pull.Assignment{{By: mira, To: copilot}}
		}, []string{"mira assigned GitHub Copilot coding agent to it"}},
		{"who assigned it to the issue", func(r *pull.Request) {
			r.Issues = []pull.Issue{issue(true, pull.Assignment{By: mira, To: copilot})}
		}, []string{"mira assigned GitHub Copilot coding agent to issue acme/api#7"}},
		{"two who assigned agents, each once", func(r *pull.Request) {
			r.Assigned = []pull.Assignment{{By: mira, To: copilot}, {By: tom, To: copilot}, {By: mira, To: copilot}}
		}, []string{"mira assigned GitHub Copilot coding agent to it", "tom assigned GitHub Copilot coding agent to it"}},
		{"an agent by its login alone", func(r *pull.Request) {
			r.Assigned = []pull.Assignment{{By: mira, To: pull.Account{Login: "Copilot", Type: pull.Bot}}}
		}, []string{"mira assigned GitHub Copilot coding agent to it"}},
		{"a person who was assigned makes nobody the one behind it", func(r *pull.Request) {
			r.Assigned = []pull.Assignment{{By: mira, To: tom}}
		}, nil},
		{"a bot that is no agent", func(r *pull.Request) { r.Assigned = []pull.Assignment{{By: mira, To: dependabot}} }, nil},
		{"a person who has an agent's name", func(r *pull.Request) {
			r.Assigned = []pull.Assignment{{By: mira, To: pull.Account{Login: "Copilot", ID: 77, Type: pull.User}}}
		}, nil},
		{"a bot assigned the agent", func(r *pull.Request) { r.Assigned = []pull.Assignment{{By: dependabot, To: copilot}} }, nil},
		{"an issue that is only named", func(r *pull.Request) {
			r.Issues = []pull.Issue{issue(false, pull.Assignment{By: mira, To: copilot})}
		}, nil},
	}
	for _, tc := range cases {
		r := anas(tc.change)
		r.Author, r.Commits = copilot, nil
		var got []string
		for _, p := range BuiltIn().Attribute(r).Principals {
			got = append(got, p.Login+" "+p.Evidence)
		}
		if diff := cmp.Diff(got, tc.want); diff != "" {
			t.Errorf("%s: got, want:\n%s", tc.why, diff)
		}
	}
	if got := BuiltIn().Attribute(anas(func(r *pull.Request) { r.Assigned = []pull.Assignment{{By: mira, To: tom}} })).Principals; len(got) > 0 {
		t.Errorf("a person's pull request: got %s", strings.Join([]string{got[0].Login, got[0].Evidence}, " "))
	}
}
