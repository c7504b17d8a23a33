package score

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
)

// Score counts attributions against labels of high confidence, without the rows that are marked undetectable. An agent
// is found where one is named from probable up.
type Score struct {
	Total    Count
	ByAgent  map[string]*Count // by the label's slug
	Skipped  int               // labels of less confidence, or undetectable
	Hard     int               // look-alikes, of any confidence
	HardHits int               // look-alikes that were called probable or more
	Mistakes []string          // a line each
}

// Count is how often an agent was there and was found.
type Count struct {
	Agents, Found    int // rows of agents, and those of them in which one was found
	False            int // rows without an agent in which one was found
	Named, Described int // of Found: the right agent, the right authorship
}

// Precision is how many of those found were agents', from 0 to 1; 1 where nothing was found.
func (c *Count) Precision() float64 { return ratio(c.Found, c.Found+c.False) }

// Recall is how many agents were found.
func (c *Count) Recall() float64 { return ratio(c.Found, c.Agents) }

// Naming is how many of those found were called by their name.
func (c *Count) Naming() float64 { return ratio(c.Named, c.Found) }

// Authorship is how many of those found were described rightly.
func (c *Count) Authorship() float64 { return ratio(c.Described, c.Found) }

func ratio(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// Add counts one row.
func (s *Score) Add(row *Row, a *agent.Attribution) {
	if s.ByAgent == nil {
		s.ByAgent = map[string]*Count{}
	}
	found := named(a)
	if row.HardNegative {
		if s.Hard++; len(found) > 0 {
			s.HardHits++
			s.mistake(row, "a look-alike was called %s", strings.Join(found, ", "))
		}
	}
	if row.Confidence != "high" || row.Undetectable || row.Label == "" {
		s.Skipped++
		return
	}
	if row.Label == "human" || strings.HasPrefix(row.Label, "bot:") {
		if len(found) > 0 {
			s.Total.False++
			s.of(found[0]).False++
			if !row.HardNegative {
				s.mistake(row, "%s was called %s", row.Label, strings.Join(found, ", "))
			}
		}
		return
	}
	s.agent(row, a, found)
}

func (s *Score) agent(row *Row, a *agent.Attribution, found []string) {
	of := s.of(row.Label)
	for _, c := range []*Count{&s.Total, of} {
		c.Agents++
		if len(found) == 0 {
			continue
		}
		c.Found++
		if found[0] == row.Label {
			c.Named++
		}
		if string(a.Authorship) == row.Authorship {
			c.Described++
		}
	}
	switch {
	case len(found) == 0:
		s.mistake(row, "%s was not found", row.Label)
	case found[0] != row.Label:
		s.mistake(row, "%s was called %s", row.Label, strings.Join(found, ", "))
	case string(a.Authorship) != row.Authorship:
		s.mistake(row, "%s, %s, was called %s", row.Label, row.Authorship, a.Authorship)
	}
}

func (s *Score) of(slug string) *Count {
	if s.ByAgent[slug] == nil {
		s.ByAgent[slug] = &Count{}
	}
	return s.ByAgent[slug]
}

func (s *Score) mistake(row *Row, format string, args ...any) {
	s.Mistakes = append(s.Mistakes, row.ID+": "+fmt.Sprintf(format, args...))
}

// named are the agents from probable up, the surest first.
func named(a *agent.Attribution) []string {
	var slugs []string
	for _, f := range a.Agents {
		if f.Confidence.AtLeast(agent.Probable) {
			slugs = append(slugs, f.Agent)
		}
	}
	return slugs
}

// Agents lists the slugs with most rows first.
func (s *Score) Agents() []string {
	return slices.SortedFunc(maps.Keys(s.ByAgent), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.ByAgent[b].Agents, s.ByAgent[a].Agents), cmp.Compare(a, b))
	})
}
