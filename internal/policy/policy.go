// Package policy is what an organisation wants of agents' pull requests: which checks apply to whom, and what an outcome
// costs.
//
// A policy is laid together from layers (built-in, organisation, repository), each a YAML file that is decoded strictly.
// The package reads no file: the edge brings the texts, from the trusted side.
package policy

import (
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// Path is where a repository has its policy, on the base branch; an organisation has its own at the same path of its
// ".github" repository.
const Path = ".github/sluice.yml"

// Mode is whether verdicts block.
type Mode string

// The modes.
const (
	Observe Mode = "observe" // every conclusion is neutral
	Enforce Mode = "enforce"
)

// Level is what a check's outcome costs.
type Level string

// The levels. A failed check at Warn is shown and closes nothing; at Off it does not run.
const (
	Require Level = "require"
	Warn    Level = "warn"
	Off     Level = "off"
)

// Layer is one policy file.
type Layer struct {
	Name   LayerName // which layer it is
	Source string    // where it was read, "acme/api:.github/sluice.yml@1a2b3c4"; for people
	Text   string
}

// LayerName is a layer's place in the order.
type LayerName string

// The layers, each laid over the ones before it.
const (
	BuiltInLayer      LayerName = "built-in"
	OrganisationLayer LayerName = "organisation"
	RepositoryLayer   LayerName = "repository"
)

// Applied is what a policy says of one pull request.
type Applied struct {
	Mode    Mode
	Sources []string // the layers' sources, in order
	Gated   bool     // the gate applies: an agent took part, surely enough and in a way that the policy gates
	Why     string   // why it is gated or not, one sentence
	Denied  []string // slugs of agents that took part and that nobody may use here
	Checks  []Applicable
	Waivers Waivers

	Risk        check.Risk
	RiskReasons []string

	CheckName string   // the gate's check run
	CheckRuns bool     // one further check run for each check
	Notes     []string // what the reader should know of the policy: a lock that won, no file found

	// Kinds is the table of what files are, with the policy's additions.
	Kinds kind.Table
	// Unsure says what of the policy could not be applied: a rule by paths where the files were not read. With any,
	// the decision cannot be sure. Empty where the gate does not apply.
	Unsure []string
}

// Applicable is a check with the options that hold for one pull request.
type Applicable struct {
	Check check.Check
	Level Level
}

// Needs is what the checks want to know of r, those that are off left out.
func (a *Applied) Needs(r *pull.Request) pull.Needs {
	var needs pull.Needs
	for _, c := range a.Checks {
		if c.Level != Off {
			needs = needs.And(c.Check.Needs(r))
		}
	}
	return needs
}
