package github

import (
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
)

// eachPrefix begins the name of a check's own check run.
const eachPrefix = "sluice / "

// each names the checks whose own check runs r has, in the policy's order.
func each(r *gate.Report) (names []string) {
	if !r.Policy.CheckRuns || len(r.Attribution.Agents) == 0 {
		return nil
	}
	for i := range r.Verdicts {
		names = append(names, r.Verdicts[i].Check)
	}
	return names
}

// strictness orders the conclusions of a check's own check run.
var strictness = []string{"skipped", "success", "neutral", "action_required", "failure"}

// strictest is the verdict of a check that the commit bears, and whose it is: of r and the reports beside it the
// strictest, and of several such the one with the lowest number, so that all of them show the same.
func strictest(r *gate.Report, check string) (by *gate.Report, v *gate.Verdict) {
	highest := -1
	for _, o := range slices.Concat([]*gate.Report{r}, r.Beside) {
		i := slices.IndexFunc(o.Verdicts, func(v gate.Verdict) bool { return v.Check == check })
		if i < 0 || !slices.Contains(each(o), check) {
			continue
		}
		rank := slices.Index(strictness, conclusionOf(o, &o.Verdicts[i]))
		if rank > highest || rank == highest && o.Pull < by.Pull {
			by, v, highest = o, &o.Verdicts[i], rank
		}
	}
	return by, v
}

// othersShow reports whether another pull request shows a check run of that name on r's head commit.
func othersShow(r *gate.Report, name string) bool {
	check, isOne := strings.CutPrefix(name, eachPrefix)
	return slices.ContainsFunc(r.Beside, func(o *gate.Report) bool {
		return o.Policy.CheckName == name || isOne && slices.Contains(each(o), check)
	})
}
