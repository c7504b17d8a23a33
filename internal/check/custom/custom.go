// Package custom is the check of an organisation's own rules, written in CEL. Its page is README.md.
package custom

import (
	_ "embed" // the check's page
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check. What it looks at is what its rules look at.
var Check = check.Wanting(check.New("custom", doc, 0, Options{}, run), wants)

// maxIssues bounds how many issues that the text names are read.
const maxIssues = 20

func wants(r *pull.Request, o Options) pull.Needs {
	var needs pull.Needs
	for i := range o.Rules {
		if rule := &o.Rules[i]; rule.Level != Off {
			needs.Facts |= rule.When.facts | rule.Must.facts
		}
	}
	if needs.Facts.Has(pull.WithIssues) {
		for _, ref := range pull.References(r.Title+"\n\n"+r.Body, r.Repo) {
			if len(needs.Issues) < maxIssues {
				needs.Issues = append(needs.Issues, ref.IssueRef)
			}
		}
	}
	return needs
}

// tally is what the rules of one run came to, by name.
type tally struct {
	holding, failing, shown, unjudged []string

	missing  pull.Facts // what rules that could fail wanted and was not read
	findings []check.Finding
}

func run(in *check.Input, o Options) check.Verdict {
	var t tally
	world := newWorld(in)
	on := 0
	for i := range o.Rules {
		rule := &o.Rules[i]
		if rule.Level == Off {
			continue
		}
		on++
		t.add(rule, world.judge(rule))
	}
	if on == 0 {
		return check.Verdict{Outcome: check.Skip, Summary: "The policy has no rules of its own."}
	}
	return t.verdict(in.Pull)
}

// add counts what one rule came to. A rule that is only shown costs nothing, whatever it comes to.
func (t *tally) add(rule *Rule, got result) {
	t.findings = append(t.findings, got.findings...)
	switch {
	case got.outcome == check.Pass:
		t.holding = append(t.holding, rule.Name)
	case got.outcome == check.Skip:
	case rule.Level == Show:
		t.shown = append(t.shown, rule.Name)
	case got.outcome == check.Fail:
		t.failing = append(t.failing, rule.Name)
	default:
		t.unjudged = append(t.unjudged, rule.Name)
		t.missing |= got.missing
	}
}

// verdict: what fails is sure whatever could not be judged beside it.
func (t *tally) verdict(r *pull.Request) check.Verdict {
	v := check.Verdict{Findings: t.findings}
	switch {
	case len(t.failing) > 0:
		v.Outcome, v.Summary = check.Fail, fmt.Sprintf("%s: %s.", says(len(t.failing), "does not hold", "do not hold"), list(t.failing))
	case len(t.unjudged) > 0:
		v.Outcome, v.Summary = check.Errored, fmt.Sprintf("%s: %s.", says(len(t.unjudged), "could not be judged", "could not be judged"), list(t.unjudged))
		if t.missing != 0 {
			v.Findings = append(v.Findings, check.NotRead(r, t.missing).Findings...)
		}
	case len(t.shown) > 0:
		v.Outcome, v.Summary = check.Pass, fmt.Sprintf("Nothing fails; shown: %s.", list(t.shown))
	case len(t.holding) > 0:
		v.Outcome, v.Summary = check.Pass, says(len(t.holding), "holds", "hold")+"."
	default:
		v.Outcome, v.Summary = check.Skip, "No rule applies to this change."
	}
	return v
}

// says is "1 rule holds", "2 rules hold".
func says(n int, one, many string) string {
	if n == 1 {
		return "1 rule " + one
	}
	return fmt.Sprintf("%d rules %s", n, many)
}

// maxListed bounds the names in a summary.
const maxListed = 5

func list(names []string) string {
	if more := len(names) - maxListed; more > 0 {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}
