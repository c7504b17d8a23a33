package digest

import (
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// headline is the verdict in a few words of ours, and the one mark that goes with it.
func headline(r *gate.Report) (mark, words string) {
	observe := r.Policy.Mode == policy.Observe
	if merging(r) {
		return mergeWords(r)
	}
	switch r.Decision {
	case gate.Open:
		if !involved(r) {
			return "✅", quiet(r)
		}
		return "✅", "Ready for review"
	case gate.Closed:
		if observe {
			return "⚪", "Observing: the gate would have been closed"
		}
		return "❌", "Not ready for review"
	case gate.Waiting:
		if observe {
			return "⚪", "Observing: it would have waited for a person"
		}
		return "✋", "Waiting for a person"
	}
	return "⏳", "Not decided yet"
}

// merging reports whether r is a merge group's, which has no number, author or change of its own. Nor has a range of a
// clone that is empty, of which issues and reviews are not read, though.
func merging(r *gate.Report) bool {
	return r.Pull == 0 && r.URL == "" && r.Author == "" && len(r.Unread) == 0 && len(r.Change)+len(r.Verdicts)+len(r.Attribution.Agents) == 0
}

func mergeWords(r *gate.Report) (mark, words string) {
	switch r.Decision {
	case gate.Open:
		return "✅", "Ready to merge"
	case gate.Closed:
		return "❌", "Not ready to merge"
	}
	return "⏳", "Not decided yet"
}

// said is the verdict in one sentence, without the decision's word before it, which the headline says.
func said(r *gate.Report) string {
	words := strings.TrimSpace(r.Summary)
	if n := len(r.Decision); n > 0 && len(words) > n && strings.EqualFold(words[:n], string(r.Decision)) && words[n] == ':' {
		words = strings.TrimSpace(words[n+1:])
	}
	return words
}

// quiet is the headline for a pull request of which nothing is asked.
func quiet(r *gate.Report) string {
	switch {
	case r.Attribution.Corrected != nil && len(r.Attribution.Agents) == 0:
		return "No agent, a maintainer says"
	case len(r.Attribution.Agents) == 0:
		return "No sign of an agent"
	case best(r) == agent.Weak:
		return "Only weak signs of an agent"
	}
	return "Nothing is asked of this pull request"
}

// involved reports whether the gate looked: such a pull request has a digest.
func involved(r *gate.Report) bool {
	if len(r.Attribution.Agents) == 0 {
		return len(r.Verdicts) > 0 // the policy gates everybody's
	}
	return len(r.Verdicts) > 0 || r.Decision != gate.Open && best(r).AtLeast(agent.Probable)
}

// best is the greatest confidence of the agents found.
func best(r *gate.Report) agent.Confidence {
	var best agent.Confidence
	for _, f := range r.Attribution.Agents {
		if !best.AtLeast(f.Confidence) {
			best = f.Confidence
		}
	}
	return best
}
