// Package agent says who wrote a pull request: which coding agents, how, how sure, and by what evidence.
//
// An agent is recognised by data alone, one YAML file each in fingerprints/. The package reads nothing else and decides
// nothing: what an attribution costs is the policy's.
package agent

// Attribution is who wrote a pull request, as far as it can be told. Its JSON form is the output of "sluice classify".
// No agent is "no sign of an agent", never "a person wrote it".
type Attribution struct {
	Authorship Authorship  `json:"authorship"`
	Bot        string      `json:"bot,omitempty"` // an ordinary bot that opened it, "dependabot"
	Agents     []Found     `json:"agents"`        // the surest first
	Principals []Principal `json:"principals"`
	Reviewers  []string    `json:"reviewers_touched"` // agents that only reviewed: shown, never counted
}

// Authorship is how agents took part.
type Authorship string

// The kinds of authorship.
const (
	Autonomous Authorship = "autonomous" // an agent opened it, or all commits are its own
	Assisted   Authorship = "assisted"   // a person's commits with an agent's trailer or footer
	Mixed      Authorship = "mixed"      // commits of both
	None       Authorship = "none"       // no sign of an agent
)

// Confidence is how sure an attribution is.
type Confidence string

// The confidences, the surest first.
const (
	Conclusive Confidence = "conclusive" // GitHub vouches for it
	Strong     Confidence = "strong"     // text that the tool itself writes
	Probable   Confidence = "probable"   // a sign that hardly anything else makes, or two independent weak ones
	Weak       Confidence = "weak"       // a bare prefix, a label, prose
)

// AtLeast reports whether c is as sure as other or surer. An unknown confidence is surer than nothing.
func (c Confidence) AtLeast(other Confidence) bool { return c.rank() >= other.rank() }

func (c Confidence) rank() int {
	switch c {
	case Conclusive:
		return 4
	case Strong:
		return 3
	case Probable:
		return 2
	case Weak:
		return 1
	}
	return 0
}

// Found is one agent that took part.
type Found struct {
	Agent      string     `json:"agent"`          // its slug, "claude-code-web"
	Family     string     `json:"family"`         // "claude"; the slug itself where it has no other
	Name       string     `json:"name,omitempty"` // as people call it, "Claude Code on the web"; may be empty
	Confidence Confidence `json:"confidence"`
	Evidence   []Evidence `json:"evidence"`
}

// Evidence is one sign of an agent. Text is quoted from the pull request: an outsider's words.
type Evidence struct {
	Signal string `json:"signal"` // "account", "commit", "trailer", "body", "branch", "label", …
	Where  string `json:"where"`  // "opener", "commit 1a2b3c4", "body, line 12"
	Text   string `json:"text"`
}

// Principal is a person behind an agent's pull request.
type Principal struct {
	Login    string `json:"login"`
	Evidence string `json:"evidence"` // "opened it"
}
