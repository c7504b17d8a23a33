package agent

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/sluicegate/sluice/internal/pull"
)

// Attribute says who wrote r. It looks at the parts of r that are known; r is not changed.
func (c *Catalog) Attribute(r *pull.Request) Attribution {
	a, _ := c.Explain(r)
	return a
}

// Explain is Attribute with every signal that was found, those that do not count with the reason.
func (c *Catalog) Explain(r *pull.Request) (Attribution, []Signal) {
	found := c.collect(r)
	found.carried()
	found.declared()
	found.merge()
	found.agents = found.count()
	a := Attribution{Authorship: None, Bot: found.bot, Reviewers: found.reviewers()}
	a.Agents = found.agentsFound()
	a.Declared = found.declarations()
	if len(a.Agents) == 0 {
		return a, found.signals
	}
	a.Bot = "" // github-actions[bot] opens what an agent in a workflow wrote
	if found.bot != "" && found.onlyText() {
		a.Bot = found.bot
	}
	a.Authorship = found.authorship()
	a.Commits = found.shares()
	a.Conflicts = append(found.claims(), found.denials(&a.Agents[0])...)
	a.Principals = found.principals()
	return a, found.signals
}

// carried rejects what an ordinary bot brings along: release notes, backports and dependencies hold others' signs. A commit
// that GitHub vouches for was made here.
func (c *collector) carried() {
	for i := range c.signals {
		if s := &c.signals[i]; c.carrier && s.Class == Agent && s.Rejected == "" && s.Strength != Conclusive {
			s.Rejected = "an ordinary bot opened it, which carries what others wrote"
		}
	}
}

// counted are the signals of agents that count, as merge has named them.
func (c *collector) counted() []*Signal { return c.agents }

func (c *collector) count() []*Signal {
	var out []*Signal
	for i := range c.signals {
		if s := &c.signals[i]; s.Rejected == "" && s.Class == Agent {
			out = append(out, s)
		}
	}
	return out
}

// agentsFound sums the signals up, an agent each, the surest first. Two weak signs of different kinds are independent,
// and together probable.
func (c *collector) agentsFound() []Found {
	bySlug := map[string]*Found{}
	kinds := map[string]map[string]bool{}
	var order []string
	for _, s := range c.counted() {
		f := bySlug[s.Agent]
		if f == nil {
			print := c.bySlug[s.Agent]
			f = &Found{Agent: print.Slug, Name: print.Name, Family: print.Family}
			bySlug[s.Agent], kinds[s.Agent] = f, map[string]bool{}
			order = append(order, s.Agent)
		}
		if s.Strength.rank() > f.Confidence.rank() {
			f.Confidence = s.Strength
		}
		kinds[s.Agent][s.Kind] = true
		if len(f.Evidence) < maxEvidence {
			f.Evidence = append(f.Evidence, Evidence{Signal: s.Kind, Where: s.Where, Text: s.Text})
		}
	}
	found := []Found{}
	for _, slug := range order {
		f := bySlug[slug]
		if f.Confidence == Weak && len(kinds[slug]) > 1 {
			f.Confidence = Probable
		}
		found = append(found, *f)
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Confidence.rank(), a.Confidence.rank()), cmp.Compare(c.weight(b.Agent), c.weight(a.Agent)), cmp.Compare(a.Agent, b.Agent))
	})
	return found
}

// maxEvidence bounds the evidence of one agent: 250 commits with one trailer say it once for all.
const maxEvidence = 20

// weight orders agents that are as sure as each other: by the commits that are their own, then those they helped with.
func (c *collector) weight(slug string) int {
	own, helped, last := 0, 0, -1
	for _, s := range c.counted() {
		if s.Agent != slug || s.commit < 0 || s.commit == last {
			continue
		}
		last = s.commit
		if s.Kind == "commit" && s.How == Autonomous {
			own++
		} else {
			helped++
		}
	}
	return own<<16 + helped
}

// onlyText reports whether nothing but text speaks for an agent.
func (c *collector) onlyText() bool {
	for _, s := range c.counted() {
		if s.Strength == Conclusive {
			return false
		}
	}
	return true
}

// authorship is how the agents took part.
//
// An agent that opened the pull request, or wrote its first commit, began the work: what people add is review. Where an
// agent came later it is mixed. A session's link in the description says that the work was done there; the marks that a
// person's tool leaves say that a person worked with it.
func (c *collector) authorship() Authorship {
	own, first := 0, true
	begun := false
	for i := range c.owners {
		switch {
		case c.own(i):
			own++
			begun = begun || first
			first = false
		case c.pull.Commits[i].Merge() || len(c.owners[i]) > 0 && c.owners[i][0].Hosts:
		default:
			first = false
		}
	}
	var session, helped, branch bool
	for _, s := range c.counted() {
		switch {
		case s.Kind == "account" || s.Kind == "app":
			return Autonomous
		case s.Kind == "label": // says that an agent took part, and not how
		case s.Kind == "branch":
			branch = true
		case s.How == Assisted:
			helped = true
		case s.Kind == "body":
			session = true
		}
	}
	switch {
	case begun:
		return Autonomous
	case own > 0:
		return Mixed
	case session:
		return Autonomous
	case helped || !branch:
		return Assisted
	}
	return Autonomous
}

// shares tells whose each commit is.
func (c *collector) shares() []Share {
	hands := make([][]string, len(c.pull.Commits))
	for _, s := range c.counted() {
		if s.commit >= 0 && !slices.Contains(hands[s.commit], s.Agent) {
			hands[s.commit] = append(hands[s.commit], s.Agent)
		}
	}
	var out []Share
	for i, agents := range hands {
		if len(agents) == 0 {
			continue
		}
		share := Share{SHA: c.pull.Commits[i].SHA, Agents: agents, How: Assisted}
		if c.own(i) {
			share.How = Autonomous
		}
		out = append(out, share)
	}
	return out
}

// denials are conflicts: boxes that were ticked to say that no AI took part, beside signs of an agent that are sure enough
// to be held against them.
func (c *collector) denials(surest *Found) []string {
	var out []string
	for i := range c.signals {
		if s := &c.signals[i]; s.denies && surest.Confidence.AtLeast(Probable) && len(out) < maxConflicts {
			out = append(out, fmt.Sprintf("The %s says that no AI took part; the signs say that %s did (%s).", s.Where, surest.Name, surest.Confidence))
		}
	}
	return out
}

// maxConflicts bounds what a description full of marks can bring.
const maxConflicts = 10

// claims are conflicts: text that claims one family beside what GitHub vouches for of another.
func (c *collector) claims() []string {
	vouched := map[string]*Signal{}
	for _, s := range c.counted() {
		if s.Strength == Conclusive {
			vouched[c.bySlug[s.Agent].Family] = s
		}
	}
	if len(vouched) == 0 {
		return nil
	}
	var out []string
	for _, s := range c.counted() {
		if s.Kind != "body" || vouched[c.bySlug[s.Agent].Family] != nil {
			continue
		}
		for _, family := range slices.Sorted(maps.Keys(vouched)) {
			v := vouched[family]
			out = append(out, fmt.Sprintf("The %s claims %s; GitHub vouches for %s (%s).", s.Where, c.bySlug[s.Agent].Name, c.bySlug[v.Agent].Name, v.Where))
		}
	}
	out = slices.Compact(out)
	return out[:min(len(out), maxConflicts)]
}

// reviewers are the agents that only reviewed: reviewers' signs, and agents of whom a suggestion was taken.
func (c *collector) reviewers() []string {
	out := []string{}
	for i := range c.signals {
		if s := &c.signals[i]; s.Class == Reviewer && s.Rejected == "" || s.suggested {
			out = append(out, s.Agent)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
