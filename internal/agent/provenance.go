package agent

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// Declarations are what a pull request says of itself by a provenance standard or a template's statement. They are
// shown as what they are, self-declared; only what a tool writes under its own name counts, by its fingerprint.

// provenanceTrailers are the keys of the standards: the Linux kernel's and Fedora's Assisted-by, the ASF's Generated-by,
// Entire's.
var provenanceTrailers = map[string]bool{
	"assisted-by": true, "generated-by": true,
	"entire-checkpoint": true, "entire-session": true, "entire-agent": true, "entire-strategy": true, "entire-metadata": true,
}

// declared gathers them as signals of kind "declared", which count for nobody.
func (c *collector) declared() {
	for i := range c.pull.Commits {
		for _, t := range c.trailerLines[i] {
			if provenanceTrailers[t.key] {
				c.declare(where(&c.pull.Commits[i], i), t.line)
			}
		}
	}
	for i := range c.pull.Commits {
		commit := &c.pull.Commits[i]
		for j := range commit.Sessions {
			c.declare(where(commit, i)+", a note", session(&commit.Sessions[j]))
		}
	}
	for i := range c.pull.Files {
		if f := &c.pull.Files[i]; strings.HasPrefix(f.Path, ".agent-trace/") && f.Status != pull.Removed {
			c.trace(f)
		}
	}
	if !strings.Contains(c.lower, "[x]") {
		return
	}
	for _, line := range markdown.Scan(c.body).Lines {
		if line.Task == markdown.Ticked && line.Said() && SpeaksOfAI(line.Raw) {
			c.declare(fmt.Sprintf("description, line %d", line.Number), strings.TrimSpace(line.Raw))
			c.signals[len(c.signals)-1].denies = DeniesAI(line.Raw)
		}
	}
}

// trace declares the Agent Trace records that a file adds; where its text is not there to read, that there is such a file.
func (c *collector) trace(f *pull.File) {
	text := traceOf(f)
	if text == "" {
		c.declare("file "+f.Path, "Agent Trace record")
		return
	}
	sessions := traces(text)
	for i := range sessions {
		c.declare("file "+f.Path, session(&sessions[i]))
	}
}

func (c *collector) declare(where, text string) {
	if len(text) > maxQuote {
		text = strings.ToValidUTF8(text[:maxQuote], "") + "…"
	}
	c.signals = append(c.signals, Signal{
		Agent: "self-declared", Kind: "declared", Where: where, Text: text, Strength: Weak, Forged: Trivial, commit: -1,
		Rejected: "self-declared: shown, and counted only where a tool's own mark stands in it",
	})
}

// declarations are the declared signals, as one entry of evidence each.
func (c *collector) declarations() []Found {
	var evidence []Evidence
	for i := range c.signals {
		if s := &c.signals[i]; s.Kind == "declared" && len(evidence) < maxEvidence {
			evidence = append(evidence, Evidence{Signal: "declared", Where: s.Where, Text: s.Text})
		}
	}
	if len(evidence) == 0 {
		return nil
	}
	return []Found{{Agent: "self-declared", Family: "self-declared", Confidence: Weak, Evidence: evidence}}
}
