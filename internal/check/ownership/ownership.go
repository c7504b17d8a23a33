// Package ownership is the check "ownership": a person answers for the change, and every path that it touches has an owner
// who knows of it. Its page is README.md.
package ownership

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/people"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It only wishes for the members of the teams that own touched paths, and for who may
// write where nothing but text names a person.
var Check = check.OfPulls(check.Wanting(check.New("ownership", doc, pull.WithCommits|pull.WithFiles|pull.WithReviews|pull.WithOwners, defaults, run), wants))

func wants(r *pull.Request, o Options) pull.Needs {
	needs := pull.Needs{}
	if !vouched(r) {
		needs.Facts |= pull.WithCollaborators
	}
	// Membership only matters where somebody was asked or has answered.
	if o.Asked != Off && len(r.Reviews)+len(r.Reviewers) > 0 && !r.Draft {
		j := judgement{pull: r, options: o}
		j.own()
		for _, l := range j.lines {
			needs.Teams = append(needs.Teams, l.teams()...)
		}
		if needs = needs.And(pull.Needs{}); len(needs.Teams) > 0 { // sorted, each once
			needs.Facts |= pull.WithTeams
		}
	}
	return needs
}

// judgement is one look at a pull request.
type judgement struct {
	pull    *pull.Request
	side    *people.Side
	options Options

	lines   []*ownedBy // the lines of CODEOWNERS that decide on touched paths, in their order
	unowned []path
	broken  []people.OwnerProblem

	findings []check.Finding
	failed   []string // what is wrong, for the summary
	waits    bool     // nothing is wrong but that somebody has to be asked
}

func run(in *check.Input, o Options) check.Verdict {
	j := judgement{pull: in.Pull, side: people.Of(in.Pull, in.Attribution), options: o}
	summary := j.person(in.Attribution)
	j.own()
	j.owned()
	j.asked()
	v := check.Verdict{Outcome: check.Pass, Findings: j.findings}
	switch {
	case len(j.failed) > 0:
		v.Outcome, v.Waits = check.Fail, j.waits
		v.Summary = sentence(strings.Join(j.failed, "; "))
	case !j.hasOwners():
		v.Summary = sentence(summary + "; the base has no CODEOWNERS")
	case o.Owners == Off:
		v.Summary = sentence(summary)
	case len(j.unowned) > 0:
		v.Summary = sentence(fmt.Sprintf("%s; %s", summary, count(len(j.unowned), "path has no owner", "paths have no owner")))
	default:
		v.Summary = sentence(summary + "; every path has an owner")
	}
	return v
}

func (j *judgement) fail(need Need, waits bool, what string, findings ...check.Finding) {
	if need == Off || len(findings) == 0 {
		return
	}
	j.findings = append(j.findings, findings...)
	if need == Require {
		j.waits = waits && (j.waits || len(j.failed) == 0)
		j.failed = append(j.failed, what)
	}
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
