package gate

import (
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// invalid is the report where the policy cannot be used and no earlier one was valid: it closes nothing and opens
// nothing.
func invalid(r *pull.Request, layers []policy.Layer, problems []string, now time.Time) *Report {
	report := unsure(r, layers, now)
	report.Policy.Problems = problems
	report.Summary = "Unsure: the policy is invalid, and no earlier one was valid."
	return report
}

// unread is the report where GitHub did not say what the policy needs to know. It will be tried again, unless there is
// advice: then an owner must act first.
func unread(r *pull.Request, layers []policy.Layer, advice string, now time.Time) *Report {
	report := unsure(r, layers, now)
	report.Summary = "Unsure: GitHub did not answer, so the pull request could not be read. It will be tried again."
	if advice != "" {
		report.Summary = "Unsure: GitHub refuses what must be read. " + advice
	}
	return report
}

// unsure is a report that blocks: with a policy that nobody can read, observing would be a way around the gate.
func unsure(r *pull.Request, layers []policy.Layer, now time.Time) *Report {
	report := newReport(r, now)
	report.Attribution = agent.BuiltIn().Attribute(r)
	report.Decision, report.Conclusion = Unsure, ActionRequired
	report.Policy = PolicyUsed{Mode: policy.Enforce, CheckName: policy.DefaultCheckName(r.Base.Name), Sources: []string{}}
	for _, l := range layers {
		report.Policy.Sources = append(report.Policy.Sources, l.Source)
	}
	return report
}

// groupReport is a report on a merge group that has judged nothing yet.
func groupReport(g Group, now time.Time) *Report {
	return newReport(&pull.Request{
		Repo: g.Repo, Title: "Merge group", Known: pull.AllFacts,
		Head: pull.Branch{SHA: g.HeadSHA}, Base: pull.Branch{Repo: g.Repo, Name: g.Base, SHA: g.BaseSHA},
	}, now)
}
