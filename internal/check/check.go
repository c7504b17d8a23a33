// Package check is the machinery of checks: what a check is, what it is given and what it says.
//
// A check declares the facts it needs and never fetches; it says what it saw and leaves to the policy what that costs.
// Each lives in a folder below this one with its page and its cases; check/all lists them.
package check

import (
	"fmt"
	"slices"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Outcome is what a check came to.
type Outcome string

// The outcomes. Skip means that the check does not apply to this change. Errored means that the check could not judge:
// something was not read. It is never a pass, and never the author's fault.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Skip    Outcome = "skip"
	Errored Outcome = "error"
)

// Verdict is what one check says of one pull request.
type Verdict struct {
	Outcome  Outcome   `json:"outcome"`
	Summary  string    `json:"summary"` // one sentence in plain text
	Findings []Finding `json:"findings,omitempty"`
	// Links are what the verdict rests on and a reviewer would open: the issue that is the spec, for one.
	Links []Link `json:"links,omitempty"`
	// Waits means that the check fails until a person acts, by an approval for one: nothing is wrong with the change.
	Waits bool `json:"waits,omitempty"`
}

// Link names something to open. Title is an outsider's words.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Path  string `json:"path,omitempty"` // of a file in the repository, where there is no URL
}

// Finding is one thing seen. Message and Fix are plain text and may quote the pull request: an outsider's words.
type Finding struct {
	Path    string `json:"path,omitempty"` // empty where the finding is about no file
	Line    int    `json:"line,omitempty"` // of the head's file, from 1; 0 for the file as a whole
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"` // what puts it right, in the imperative
	// Quote is the lines that the finding rests on, as a diff writes them: "-old", "+new", " as it stays". An outsider's
	// words. A few lines; see [Quote].
	Quote []string `json:"quote,omitempty"`
	// Risk is what a wrong change here would cost; empty where the finding says nothing of that. It stands beside the
	// outcome: a check that passes can tell of risk.
	Risk Risk `json:"risk,omitempty"`
}

// Risk is how much a wrong change would cost.
type Risk string

// The levels of risk.
const (
	Low    Risk = "low"
	Medium Risk = "medium"
	High   Risk = "high"
)

// Below reports whether r is less than other. What is empty is less than [Low].
func (r Risk) Below(other Risk) bool {
	levels := []Risk{"", Low, Medium, High}
	return slices.Index(levels, r) < slices.Index(levels, other)
}

// Values lists the levels.
func (Risk) Values() []string { return []string{string(Low), string(Medium), string(High)} }

// Input is what every check is given. Checks don't change it.
type Input struct {
	Pull        *pull.Request
	Attribution *agent.Attribution
	Kinds       kind.Table // what files are, with the policy's additions; the zero Table is the built-in one
}

// Check is one check with its default options. The zero Check is of no use: make one with [New].
type Check struct {
	// Name is the check's word in the policy, the report and its check run, in lower case with hyphens.
	Name string
	// Doc is the check's page, in Markdown.
	Doc string
	// Facts are the parts of the pull request that the check looks at.
	Facts pull.Facts

	options   any
	run       func(in *Input, options any) Verdict
	wants     func(r *pull.Request, options any) pull.Needs
	ofPulls   bool
	configure func(base any, nodes []*yaml.Node) (any, []strict.Problem)
}

// Options may also say what is wrong with their values, beyond their types.
type validator interface {
	// Validate reports each mistake under the name of its option, as the YAML has it.
	Validate() map[string]error
}

// New makes a check. defaults are the options as a policy that says nothing has them; a policy's options are decoded
// strictly over them. run must be pure: the same input and options give the same verdict.
func New[O any](name, doc string, facts pull.Facts, defaults O, run func(in *Input, options O) Verdict) Check {
	return Check{
		Name: name, Doc: doc, Facts: facts, options: defaults,
		run:       func(in *Input, options any) Verdict { return run(in, options.(O)) },
		configure: decodeOver[O],
	}
}

// Wanting returns the check with a function that names the issues and documents it wants to be read for one pull
// request. It is asked after the parts of the pull request that need no name were read. The facts that wants adds to
// those of [New] are wishes: the check runs without them, looks at Known, and answers [NotRead] where its answer hangs
// on one that is missing.
func Wanting[O any](c Check, wants func(r *pull.Request, options O) pull.Needs) Check {
	c.wants = func(r *pull.Request, options any) pull.Needs { return wants(r, options.(O)) }
	return c
}

// Asks reports whether what the check looks at hangs on its options and on the pull request, by [Wanting].
func (c Check) Asks() bool { return c.wants != nil }

// OfPulls returns the check as one that looks at what only a pull request has, as reviews are: it skips a range of a clone.
func OfPulls(c Check) Check {
	c.ofPulls = true
	return c
}

// Configure returns the check with the options of nodes laid over its own, in order: what a node does not say stays.
// Each node is a mapping. The problems have lines and columns of their node; with any, the check is unchanged.
func (c Check) Configure(nodes ...*yaml.Node) (Check, []strict.Problem) {
	options, problems := c.configure(c.options, nodes)
	if len(problems) > 0 {
		return c, problems
	}
	c.options = options
	return c, nil
}

// Options is the check's options as they stand, a struct: for the schema and for "sluice explain".
func (c Check) Options() any { return c.options }

// Needs is what the check wants to know of r.
func (c Check) Needs(r *pull.Request) pull.Needs {
	needs := pull.Needs{Facts: c.Facts}
	if c.wants != nil {
		needs = needs.And(c.wants(r, c.options))
	}
	return needs
}

// Run judges. Where a fact that the check needs is missing, it answers Errored without running.
func (c Check) Run(in *Input) Verdict {
	if c.ofPulls && in.Pull.Number == 0 {
		return Verdict{Outcome: Skip, Summary: "A range of a clone has nobody who could be asked; the pull request has."}
	}
	if missing := c.Facts &^ in.Pull.Known; missing != 0 {
		return NotRead(in.Pull, missing)
	}
	return c.run(in, c.options)
}

// NotRead is the verdict where parts of the pull request that the answer hangs on are not known: Errored, with the
// reasons of their gaps.
func NotRead(r *pull.Request, missing pull.Facts) Verdict {
	v := Verdict{Outcome: Errored, Summary: fmt.Sprintf("Not judged: %s could not be read.", missing)}
	for _, gap := range r.Gaps {
		if gap.Facts&missing != 0 {
			v.Findings = append(v.Findings, Finding{Message: gap.Reason})
		}
	}
	return v
}
