package spec

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// look goes through the specs that count: whether they are from before the work, and what became of their criteria.
func look(r *pull.Request, t *text, all []named, o Options, v check.Verdict) check.Verdict {
	var counting []*named
	for i := range all {
		if all[i].state == good && len(counting) < maxNamed {
			counting = append(counting, &all[i])
		}
	}
	v = fresh(r, counting, o, v)
	if v.Outcome == check.Pass && o.Criteria != Off {
		v = asked(r, t, counting, o, v)
	}
	for _, n := range counting {
		if n.issue != nil && n.issue.Author.Type == pull.Bot {
			v.Findings = append(v.Findings, check.Finding{Message: fmt.Sprintf("Issue %s was opened by %s, an app.", short(n.issue.IssueRef, r.Repo), n.issue.Author.Login)})
		}
	}
	return v
}

// fresh says which specs were written or changed after the work began. Where the policy requires it, one that was there
// before is enough.
func fresh(r *pull.Request, counting []*named, o Options, v check.Verdict) check.Verdict {
	if o.Fresh == Off {
		return v
	}
	before, first := 0, ""
	unknown := pull.Facts(0)
	for _, n := range counting {
		switch finding := late(r, n); {
		case finding != nil:
			if n.here == "" || o.Fresh == Require { // the summary says what is done to a file here
				v.Findings = append(v.Findings, *finding)
			}
			if first == "" {
				first = finding.Message
			}
		case n.issue != nil && !r.Known.Has(pull.WithCommits):
			unknown |= pull.WithCommits
		default:
			before++
		}
	}
	switch {
	case o.Fresh != Require || before > 0:
	case unknown != 0:
		return check.NotRead(r, unknown)
	case first != "":
		v.Outcome, v.Summary = check.Fail, "No spec is from before the work: "+strings.ToLower(first[:1])+first[1:]
	}
	return v
}

// maxShown bounds the criteria that a verdict shows.
const maxShown = 20

// asked follows the criteria of the specs into the description and the diff.
func asked(r *pull.Request, t *text, counting []*named, o Options, v check.Verdict) check.Verdict {
	specs := make([][]criterion, len(counting))
	var all []criterion
	var cut []string
	for i, n := range counting {
		if n.doc == nil {
			continue
		}
		found, more := criteriaOf(n.doc)
		if room := maxCriteria - len(all); len(found) > room {
			found, more = found[:room], true
		}
		if more {
			cut = append(cut, n.what)
		}
		specs[i], all = found, append(all, found...)
	}
	if len(all) == 0 {
		return v
	}
	f := newFollower(r, t, all)
	count := map[progress]int{}
	var findings []check.Finding
	for i, n := range counting {
		for j := range specs[i] {
			c := &specs[i][j]
			how := f.progress(c)
			count[how]++
			if how == unmentioned || how == left {
				findings = append(findings, c.finding(n, how))
			}
		}
	}
	if more := len(findings) - maxShown; more > 0 {
		findings = append(findings[:maxShown], check.Finding{Message: fmt.Sprintf("%d further criteria are not mentioned or left out.", more)})
	}
	for _, what := range cut {
		findings = append(findings, check.Finding{Message: fmt.Sprintf("Not all criteria of %s were looked at: %d are, of all specs together.", what, maxCriteria)})
	}
	v.Findings = append(v.Findings, findings...)
	v.Summary = strings.TrimSuffix(v.Summary, ".") + "; " + tally(count, len(all)) + "."
	if o.Criteria == Require && count[unmentioned] > 0 {
		v.Outcome = check.Fail
	}
	return v
}

// tally is "2 of 5 criteria are not mentioned, 1 is claimed, 2 are done".
func tally(count map[progress]int, all int) string {
	var parts []string
	for _, p := range []struct {
		how  progress
		name string
	}{{unmentioned, "not mentioned"}, {left, "left out"}, {claimed, "claimed"}, {done, "done"}} {
		n := count[p.how]
		if n == 0 {
			continue
		}
		number, verb := fmt.Sprint(n), "are"
		if n == 1 {
			verb = "is"
		}
		if len(parts) == 0 {
			number = fmt.Sprintf("%d of %d criteria", n, all)
			switch {
			case all == 1:
				number = "its criterion"
			case n == all && p.how == unmentioned:
				return fmt.Sprintf("none of the %d criteria is mentioned", all)
			case n == all:
				number = fmt.Sprintf("all %d criteria", all)
			}
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", number, verb, p.name))
	}
	return strings.Join(parts, ", ")
}

func (c *criterion) finding(n *named, how progress) check.Finding {
	name := c.label
	if name == "" {
		name = fmt.Sprintf("AC%d", c.number)
	}
	lead := fmt.Sprintf("Criterion %d of %s", c.number, n.what)
	if how == left {
		return check.Finding{Message: fmt.Sprintf("%s is left out, as the description says: “%s”.", lead, strings.TrimRight(c.text, "."))}
	}
	return check.Finding{
		Message: fmt.Sprintf("%s is not mentioned: “%s”.", lead, strings.TrimRight(c.text, ".")),
		Fix:     fmt.Sprintf("Say in the description how it is met (“%s: …”), or that it is left out.", name),
	}
}
