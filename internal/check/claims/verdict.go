package claims

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
)

// verdict is all that was seen, before it is said.
type verdict struct {
	options     Options
	claims      []judged
	cut         bool // there are more claims
	shortened   bool // the description was not read to its end
	silent      bool // the description says nothing
	unmentioned []check.Finding
	more        int // changes that the description doesn't mention, beyond those listed
}

func (v *verdict) verdict() check.Verdict {
	count := map[state]int{}
	for i := range v.claims {
		count[v.claims[i].state]++
	}
	out := check.Verdict{Outcome: check.Pass, Findings: v.findings()}
	switch {
	case count[contradicted] > 0:
		out.Outcome = check.Fail
		out.Summary = fmt.Sprintf("The diff contradicts the description: %s.", v.first(contradicted))
		if n := count[contradicted]; n > 1 {
			out.Summary = fmt.Sprintf("The diff contradicts the description in %d places: %s, and more.", n, v.first(contradicted))
		}
		return out
	case count[unread] > 0:
		out.Outcome = check.Errored
		out.Summary = fmt.Sprintf("Not judged: %s.", v.first(unread))
		return out
	case v.silent:
		out.Outcome, out.Summary = check.Skip, "The description says nothing that the diff could tell."
		return out
	case len(v.claims) == 0 && len(v.unmentioned) == 0:
		out.Outcome, out.Summary = check.Skip, "The description claims nothing that the diff could tell."
		return out
	}
	out.Summary = v.tally(count)
	return out
}

// tally is the sum of a verdict that passes.
func (v *verdict) tally(count map[state]int) string {
	var parts []string
	if n := count[confirmed]; n > 0 {
		parts = append(parts, plural(n, "claim of the description holds", "claims of the description hold"))
	}
	if n := count[open]; n > 0 {
		parts = append(parts, plural(n, "claim is open", "claims are open"))
	}
	if len(v.claims) == 0 {
		parts = append(parts, "the description claims nothing that the diff could tell")
	}
	if n := len(v.unmentioned) + v.more; n > 0 {
		parts = append(parts, plural(n, "change of weight is not mentioned", "changes of weight are not mentioned"))
	}
	sum := strings.Join(parts, ", ")
	return strings.ToUpper(sum[:1]) + sum[1:] + "."
}

// first is why the first claim in a state is in it.
func (v *verdict) first(s state) string {
	for i := range v.claims {
		if c := &v.claims[i]; c.state == s {
			return fmt.Sprintf("it says %s, and %s", c.said.quoted(), c.why)
		}
	}
	return ""
}

func (v *verdict) findings() []check.Finding {
	var out []check.Finding
	seen := map[string]bool{}
	for _, sort := range []struct {
		state state
		lead  string
		shown bool
	}{
		{contradicted, "Contradicted", true},
		{unread, "Not read", true},
		{open, "Open", v.options.lists(Open)},
		{confirmed, "Holds", v.options.lists(Confirmed)},
	} {
		for i := range v.claims {
			c := &v.claims[i]
			message := fmt.Sprintf("%s: the %s says %s, and %s.", sort.lead, c.said.where(), c.said.quoted(), c.why)
			if c.state == sort.state && sort.shown && !seen[message] {
				seen[message] = true
				out = append(out, check.Finding{Path: c.path, Line: c.line, Quote: c.quote, Fix: c.fix, Message: message})
			}
		}
	}
	out = append(out, v.unmentioned...)
	if v.more > 0 {
		out = append(out, check.Finding{Message: fmt.Sprintf("%s not mentioned and not listed here.", plural(v.more, "more change of weight is", "more changes of weight are"))})
	}
	if v.cut {
		out = append(out, check.Finding{Message: fmt.Sprintf("Not all of the description was looked at: it has more than %d claims, or %d KiB of sentences.", maxClaims, maxSaid>>10)})
	}
	if v.shortened {
		out = append(out, check.Finding{Message: fmt.Sprintf("Only the first %d KiB of the description were read.", markdown.MaxText>>10)})
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
