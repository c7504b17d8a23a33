package scope_test

import (
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/scope"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// TestPolicyPath fails when the policy moves and the check still guards its old place.
func TestPolicyPath(t *testing.T) {
	r := &pull.Request{Known: pull.AllFacts, Files: []pull.File{{Path: policy.Path, Status: pull.Modified}}}
	if v := scope.Check.Run(&check.Input{Pull: r}); v.Outcome != check.Fail {
		t.Errorf("got %s for %s, want fail", v.Outcome, policy.Path)
	}
}
