package agent

import (
	"cmp"
	"maps"
	"slices"
)

// merge gives one name to the signs of one hand: an agent in the cloud leaves the trailers of the tool that it runs, a
// branch or a label beside a surer sign of the same family is of the same tool, and a sign that names nobody is of the
// agent that is named.
func (c *collector) merge() {
	sure := map[string]Confidence{}
	byText := map[string]bool{} // has more than a branch or a label
	for _, s := range c.count() {
		if s.Strength.rank() > sure[s.Agent].rank() {
			sure[s.Agent] = s.Strength
		}
		byText[s.Agent] = byText[s.Agent] || s.Kind != "branch" && s.Kind != "label"
	}
	slugs := slices.SortedFunc(maps.Keys(sure), func(a, b string) int { // the surest first
		return cmp.Or(cmp.Compare(sure[b].rank(), sure[a].rank()), cmp.Compare(a, b))
	})
	into := map[string]string{}
	for _, slug := range slugs {
		for _, other := range c.bySlug[slug].Absorbs {
			if into[other] == "" && sure[other] != "" && (byText[slug] || !byText[other]) && (!c.ownCommits(other) || c.ownCommits(slug)) {
				into[other] = slug
			}
		}
	}
	for _, slug := range slugs {
		f := c.bySlug[slug]
		if into[slug] != "" || byText[slug] && !f.Unnamed {
			continue
		}
		same := func(other string) bool {
			g := c.bySlug[other]
			return other != slug && byText[other] && !g.Unnamed && (f.Unnamed || g.Family == f.Family)
		}
		if i := slices.IndexFunc(slugs, same); i >= 0 {
			into[slug] = slugs[i]
		}
	}
	for i := range c.signals {
		for range into { // an absorbed agent may itself absorb
			if to := into[c.signals[i].Agent]; to != "" && c.signals[i].Rejected == "" {
				c.signals[i].Agent = to
			}
		}
	}
}

// ownCommits reports whether a commit is an agent's own.
func (c *collector) ownCommits(slug string) bool {
	for i := range c.owners {
		for _, claim := range c.owners[i] {
			if claim.Slug == slug && claim.sign().How == Autonomous {
				return true
			}
		}
	}
	return false
}
