package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// Evaluate decides on r by p. It is pure: the same request, policy and time give the same report. r is not changed.
//
// What could not be read never passes: a check whose facts are missing is an error, and a pull request whose commits
// were not read is not called free of agents.
func Evaluate(r *pull.Request, p *policy.Policy, now time.Time) *Report {
	attribution := attribute(r, p)
	applied, verdicts, risk := apply(r, p, &attribution)
	redact(verdicts)
	waive(r, verdicts, now)
	report := newReport(r, now)
	report.Attribution = attribution
	report.Policy = PolicyUsed{
		Mode: applied.Mode, Sources: applied.Sources, Notes: applied.Notes,
		CheckName: applied.CheckName, CheckRuns: applied.CheckRuns,
	}
	if c := r.Correction; c != nil && attribution.Corrected == nil {
		report.Policy.Notes = append(slices.Clone(applied.Notes), fmt.Sprintf("%s says that %s wrote this; no agent is named so any more, so the signs count.", c.By, c.Agent))
	}
	report.Change = change(r, applied.Kinds)
	report.Risk, report.Verdicts = risk, verdicts
	if applied.Gated {
		report.Spec = spec(report.Verdicts)
		report.Look = look(r, applied.Kinds, report.Verdicts)
		report.Unread = append(report.Unread, applied.Unsure...)
	}
	report.Decision, report.Summary = decide(r, applied, report.Verdicts)
	report.Conclusion = conclude(report.Decision, applied.Mode)
	return report
}

// newReport is a report that has judged nothing yet.
func newReport(r *pull.Request, now time.Time) *Report {
	report := &Report{
		Version: ReportVersion, Repository: r.Repo, Pull: r.Number, URL: r.URL, Title: r.Title, Author: r.Author.Login,
		Head: r.Head.SHA, Base: r.Base.Name, BaseSHA: r.Base.SHA, At: now.UTC(),
		Attribution: agent.Attribution{Authorship: agent.None, Agents: []agent.Found{}, Principals: []agent.Principal{}, Reviewers: []string{}},
		Verdicts:    []Verdict{}, Change: []Part{}, Risk: Risk{Level: check.Low, Reasons: []string{}},
	}
	for _, gap := range r.Gaps {
		report.Unread = append(report.Unread, gap.Reason)
	}
	for i := range r.Issues {
		report.Named = append(report.Named, r.Issues[i].IssueRef)
	}
	return report
}

// spec is what the pull request is to do, as its spec check found it.
func spec(verdicts []Verdict) []check.Link {
	for _, v := range verdicts {
		if v.Check == "spec" {
			return v.Links
		}
	}
	return nil
}

// decide comes to a decision and says it in one sentence.
//
// A required check that failed closes, whatever else could not be read: nothing that is read later would open it.
func decide(r *pull.Request, applied *policy.Applied, verdicts []Verdict) (Decision, string) {
	if !applied.Gated || applied.Nobody {
		if !r.Known.Has(pull.WithCommits) {
			return Unsure, "Unsure: the commits could not be read, so nobody can say whether an agent took part."
		}
	}
	if !applied.Gated {
		return Open, "Open: " + applied.Why
	}
	if len(applied.Denied) > 0 {
		return Closed, fmt.Sprintf("Closed: the policy allows nobody to use %s here.", list(applied.Denied))
	}
	var failed, waits, errored, waived, required []string
	for _, v := range verdicts {
		if v.Level != policy.Require {
			continue
		}
		required = append(required, v.Check)
		switch {
		case v.Waived != nil:
			waived = append(waived, fmt.Sprintf("%s (by %s)", v.Check, v.Waived.By))
		case v.Outcome == check.Fail && v.Waits:
			waits = append(waits, v.Check)
		case v.Outcome == check.Fail:
			failed = append(failed, v.Check)
		case v.Outcome == check.Errored:
			errored = append(errored, v.Check)
		}
	}
	switch {
	case len(failed) > 0:
		return Closed, fmt.Sprintf("Closed: %s.", count(failed, len(required), "failed"))
	case len(applied.Unsure) > 0:
		return Unsure, "Unsure: " + lower(applied.Unsure[0])
	case len(errored) > 0:
		return Unsure, fmt.Sprintf("Unsure: %s.", count(errored, len(required), "could not be judged"))
	case len(waits) > 0:
		return Waiting, fmt.Sprintf("Waiting: %s.", count(waits, len(required), waitsFor(waits)))
	case len(waived) > 0:
		return Open, fmt.Sprintf("Open: %d of %d required checks passed; waived: %s.", len(required)-len(waived), len(required), list(waived))
	case len(required) == 0:
		return Open, "Open: the policy requires no check of this change."
	case len(required) == 1:
		return Open, fmt.Sprintf("Open: the one required check passed: %s.", required[0])
	}
	return Open, fmt.Sprintf("Open: all %d required checks passed.", len(required))
}

func count(names []string, of int, what string) string {
	if of == 1 {
		return fmt.Sprintf("the one required check %s: %s", what, names[0])
	}
	return fmt.Sprintf("%d of %d required checks %s: %s", len(names), of, what, list(names))
}

func waitsFor(names []string) string {
	if len(names) == 1 {
		return "waits for a person"
	}
	return "wait for a person"
}

// list joins names as English does.
func list(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

func lower(sentence string) string { return strings.ToLower(sentence[:1]) + sentence[1:] }

func conclude(d Decision, mode policy.Mode) Conclusion {
	if mode == policy.Observe {
		return Neutral
	}
	switch d {
	case Open:
		return Success
	case Closed:
		return Failure
	}
	return ActionRequired
}
