package gate

import (
	"fmt"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/policy"
)

// EvaluateGroup decides on a merge group by the reports of its pull requests, one for each: it is open where all of them
// are. A pull request without a report, nil in reports, or with one for another base makes it unsure. It is only observed
// where every report is.
func EvaluateGroup(g Group, members []Member, reports []*Report, now time.Time) *Report {
	out := groupReport(g, now)
	out.Policy = PolicyUsed{Mode: policy.Enforce, Sources: []string{}, CheckName: policy.DefaultCheckName(g.Base)}
	var closed, unsure []string
	observed := 0
	for i, r := range reports {
		name := fmt.Sprintf("#%d", members[i].Number)
		if r == nil || r.Base != g.Base {
			unsure = append(unsure, name)
			continue
		}
		switch r.Decision {
		case Closed:
			closed = append(closed, name+because(r))
		case Waiting, Unsure:
			unsure = append(unsure, name+because(r))
		}
		if r.Policy.Mode == policy.Observe {
			observed++
		}
		if r.Decision != Unsure { // else it may not have come to the policy
			out.Policy.Sources, out.Policy.CheckName = r.Policy.Sources, r.Policy.CheckName
		}
	}
	if len(reports) > 0 && observed == len(reports) {
		out.Policy.Mode = policy.Observe
	}
	switch {
	case len(reports) == 0:
		out.Decision, out.Summary = Unsure, "Unsure: GitHub names no pull request in this merge group."
	case len(closed) > 0:
		out.Decision, out.Summary = Closed, fmt.Sprintf("Closed: the gate is closed for %s.", list(closed))
	case len(unsure) > 0:
		out.Decision, out.Summary = Unsure, fmt.Sprintf("Unsure: the gate has not decided on %s.", list(unsure))
	default:
		out.Decision, out.Summary = Open, "Open: the gate is open for every pull request in this merge group."
	}
	out.Conclusion = conclude(out.Decision, out.Policy.Mode)
	return out
}

// because is why a member holds its group up, in brackets.
func because(r *Report) string {
	why := strings.TrimSuffix(strings.TrimPrefix(r.Summary, word(r.Decision)+": "), ".")
	if why == "" {
		return ""
	}
	return " (" + why + ")"
}
