package digest

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/gate"
)

// corrected is what a maintainer says of who wrote it, beside what the signs say.
func (p *page) corrected() {
	c := p.r.Attribution.Corrected
	if c == nil {
		return
	}
	p.line("- **Corrected** %s says: %s%s", p.at.person(c.By), claimed(&p.r.Attribution, inline), joined(", because ", p.words(c.Reason)))
	p.line("  - the machine said: %s", machineSaid(&c.Was, inline))
}

// Withdrawn stands in the place of a digest for which there is no reason any more.
func Withdrawn(r *gate.Report) string {
	if r.Attribution.Corrected == nil || len(r.Attribution.Agents) > 0 {
		return Marker(r) + "\nNo sign of a coding agent is found in this pull request any more, or the policy asks nothing of it. " +
			"Sluice's check run has the verdict.\n"
	}
	return fit(MaxText, runShapes, func(s shape) string {
		p := newPage(r, s)
		p.line("%s\nThe policy asks nothing of this pull request any more: a maintainer corrected who wrote it.\n", Marker(r))
		p.corrected()
		return p.String()
	}, func() string { return Marker(r) + "\nA maintainer says that no agent took part.\n" })
}

// claimed is a maintainer's answer. Words are made fit for where they go by safe.
func claimed(a *agent.Attribution, safe func(string, int) string) string {
	if len(a.Agents) == 0 {
		return "no agent took part"
	}
	verb, how := part(a.Authorship, agent.Conclusive)
	return verb + " " + safe(called(a.Agents[0]), 60) + joined(", ", how)
}

// machineSaid is what the signs say, in a line.
func machineSaid(a *agent.Attribution, safe func(string, int) string) string {
	if len(a.Agents) == 0 {
		return "no sign of an agent"
	}
	var names []string
	for i, f := range a.Agents {
		if i == mostSigns {
			names = append(names, fmt.Sprintf("%s more", thousands(len(a.Agents)-i)))
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", safe(called(f), 60), safe(string(f.Confidence), 20)))
	}
	verb, how := part(a.Authorship, a.Agents[0].Confidence)
	return verb + " " + strings.Join(names, ", ") + joined(", ", how)
}
