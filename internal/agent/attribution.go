// Package agent says who wrote a pull request: which coding agents, how, how sure, and by what evidence.
//
// An agent is recognised by data alone, one YAML file each in fingerprints/. The package reads nothing else and decides
// nothing: what an attribution costs is the policy's.
package agent

import (
	"bytes"
	"encoding/json"
)

// Attribution is who wrote a pull request, as far as it can be told. Its JSON form is the output of "sluice classify".
// No agent is "no sign of an agent", never "a person wrote it".
type Attribution struct {
	Authorship Authorship  `json:"authorship"`
	Bot        string      `json:"-"`                 // an ordinary bot that opened it, "dependabot"; JSON has null for none
	Agents     []Found     `json:"agents"`            // the surest first
	Principals []Principal `json:"principals"`        // people behind an agent's pull request
	Reviewers  []string    `json:"reviewers_touched"` // agents that only reviewed: shown, never counted

	Commits   []Share  `json:"commits,omitempty"`       // the commits that agents had a hand in
	Conflicts []string `json:"conflicts,omitempty"`     // signs that contradict each other, a sentence each
	Declared  []Found  `json:"self_declared,omitempty"` // what the pull request says of itself by a provenance standard

	Corrected *Corrected `json:"corrected,omitempty"` // a maintainer says otherwise than the signs
}

// Share is an agent's part in one commit.
type Share struct {
	SHA    string     `json:"sha"`
	Agents []string   `json:"agents"`
	How    Authorship `json:"how"` // autonomous: its author line is an agent's; assisted: a person's, with an agent's mark
}

// attribution is Attribution with the bot as JSON has it.
type attribution struct {
	plain
	Bot *string `json:"bot"`
}

type plain Attribution

// MarshalJSON writes null for no bot, and lists that are empty rather than null.
func (a Attribution) MarshalJSON() ([]byte, error) {
	out := attribution{plain: plain(a)}
	if a.Bot != "" {
		out.Bot = &a.Bot
	}
	out.Agents = append([]Found{}, a.Agents...)
	out.Principals = append([]Principal{}, a.Principals...)
	out.Reviewers = append([]string{}, a.Reviewers...)
	// Whether angle brackets are escaped is the caller's choice, so they must not be here.
	var form bytes.Buffer
	enc := json.NewEncoder(&form)
	enc.SetEscapeHTML(false)
	err := enc.Encode(out)
	return form.Bytes(), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Attribution) UnmarshalJSON(data []byte) error {
	var in attribution
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return err
	}
	*a = Attribution(in.plain)
	if in.Bot != nil {
		a.Bot = *in.Bot
	}
	return nil
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
