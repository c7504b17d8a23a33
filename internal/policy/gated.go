package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
)

// gated says whether the gate applies, and why, in one sentence. An agent that is denied is gated however it took part. An
// ordinary bot never is: nobody stands behind it who could answer.
func (p *Policy) gated(to *Applied, a *agent.Attribution) {
	var sure, weak []string
	for i := range a.Agents {
		f := &a.Agents[i]
		if !f.Confidence.AtLeast(p.agents.From) {
			weak = append(weak, fmt.Sprintf("%s (%s)", f.Agent, f.Confidence))
			continue
		}
		sure = append(sure, f.Agent)
		if slices.Contains(p.agents.Deny, f.Agent) || slices.Contains(p.agents.Deny, f.Family) {
			to.Denied = append(to.Denied, f.Agent)
		}
	}
	to.Nobody = len(sure) == 0 && a.Bot == "" && slices.Contains(p.agents.Gate, agent.None)
	to.Gated = to.Nobody || len(to.Denied) > 0 || len(sure) > 0 && slices.Contains(p.agents.Gate, a.Authorship)
	switch {
	case len(to.Denied) > 0:
		to.Why = fmt.Sprintf("%s took part, and nobody may use %s here.", join(to.Denied), pronoun(to.Denied))
	case to.Nobody && len(weak) > 0:
		to.Why = fmt.Sprintf("The signs of %s are not sure enough, and the policy gates pull requests without an agent too.", join(weak))
	case to.Nobody:
		to.Why = "No sign of a coding agent was found, and the policy gates such pull requests too."
	case to.Gated:
		to.Why = fmt.Sprintf("%s, and the policy gates %s pull requests.", wrote(sure, a.Authorship), a.Authorship)
	case len(sure) > 0:
		to.Why = fmt.Sprintf("%s, and the policy does not gate %s pull requests.", wrote(sure, a.Authorship), a.Authorship)
	case len(weak) > 0:
		to.Why = fmt.Sprintf("The signs of %s are not sure enough: the policy gates from %s up.", join(weak), p.agents.From)
	case a.Corrected != nil:
		to.Why = fmt.Sprintf("No agent took part, %s says.", a.Corrected.By)
	case a.Bot != "":
		to.Why = fmt.Sprintf("%s is an ordinary bot, not a coding agent.", a.Bot)
	default:
		to.Why = "No sign of a coding agent was found."
	}
}

func wrote(agents []string, how agent.Authorship) string {
	switch how {
	case agent.Assisted:
		return join(agents) + " helped to write it"
	case agent.Mixed:
		return join(agents) + " wrote it, with commits of others beside"
	}
	return join(agents) + " wrote it"
}

func pronoun(names []string) string {
	if len(names) > 1 {
		return "them"
	}
	return "it"
}

// join lists names in a sentence: "a", "a and b", "a, b and c".
func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
