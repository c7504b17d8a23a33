package github_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

// Who assigned whom is read of the pull request and of the issues that it closes, as far as nobody took it back.
func TestAssigned(t *testing.T) {
	s, c := begin(t)
	must(t, s.AssignAs("tom", "acme/api", 12, "Copilot", true))
	must(t, s.AssignAs("mira", "acme/api", 7, "Copilot", true))
	must(t, s.AssignAs("mira", "acme/api", 7, "Copilot", false))
	must(t, s.AssignAs("tom", "acme/api", 7, "Copilot", true))
	must(t, s.AssignAs("mira", "acme/api", 7, "ana", true))
	must(t, s.AssignAs("ana", "acme/api", 7, "ana", false))
	r, _, err := c.Open(context.Background(), target(s))
	must(t, err)
	told := func(list []pull.Assignment) (out []string) {
		for _, a := range list {
			out = append(out, a.By.Login+" "+a.To.Login)
		}
		return out
	}
	if diff := cmp.Diff(told(r.Assigned), []string{"copilot-swe-agent[bot] mira", "tom copilot-swe-agent[bot]"}); diff != "" {
		t.Errorf("of the pull request: got, want:\n%s", diff)
	}
	if diff := cmp.Diff(told(r.Issues[0].Assigned), []string{"tom copilot-swe-agent[bot]"}); diff != "" {
		t.Errorf("of the issue: got, want:\n%s", diff)
	}
}
