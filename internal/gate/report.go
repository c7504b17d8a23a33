// Package gate decides: one pull request and one policy give one report.
//
// Evaluate is pure. Handle is the way of one pull request through the edge: read, evaluate, record, publish, each behind
// a port as small as its use.
package gate

import (
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// ReportVersion is the version of the report's JSON form.
const ReportVersion = 1

// Report is everything that Sluice says of a pull request at one head commit.
type Report struct {
	Version    int    `json:"version"`
	Repository string `json:"repository"`
	Pull       int    `json:"pull"` // 0 for a local range and a merge group
	URL        string `json:"url,omitempty"`
	Title      string `json:"title"`
	Author     string `json:"author"` // the opener's login
	Head       string `json:"head"`   // the commit that was judged
	Base       string `json:"base"`   // the branch that it is to go to
	BaseSHA    string `json:"base_sha"`

	Decision    Decision          `json:"decision"`
	Conclusion  Conclusion        `json:"conclusion"`
	Summary     string            `json:"summary"` // the verdict in one sentence
	Risk        Risk              `json:"risk"`
	Attribution agent.Attribution `json:"attribution"`
	Verdicts    []Verdict         `json:"verdicts"` // the checks that ran, in the policy's order; empty where no agent took part
	Spec        []check.Link      `json:"spec,omitempty"`
	Look        []Look            `json:"look,omitempty"` // what to look at first
	Change      []Part            `json:"change"`         // the change by kind
	Unread      []string          `json:"unread,omitempty"`
	Policy      PolicyUsed        `json:"policy"`
	At          time.Time         `json:"at,omitzero"` // when it was made

	// Named are the issues that the pull request closes or names. They are kept beside the report, so that it can be made
	// anew when one of them is edited; they are no part of what it says.
	Named []pull.IssueRef `json:"-"`

	// Beside are the newest reports on the other open pull requests with the same head commit, by number. They are no part
	// of what it says, but check runs are a commit's: they are looked at when it is shown.
	Beside []*Report `json:"-"`
}

// Decision is what becomes of a pull request.
type Decision string

// The decisions.
const (
	Open    Decision = "open"
	Closed  Decision = "closed"
	Waiting Decision = "waiting" // a person must act
	Unsure  Decision = "unsure"  // something could not be read; it will be tried again
)

// Conclusion is the gate's check run's, in GitHub's words.
type Conclusion string

// The conclusions that the gate uses.
const (
	Success        Conclusion = "success"
	Failure        Conclusion = "failure"
	ActionRequired Conclusion = "action_required"
	Neutral        Conclusion = "neutral"
)

// Risk is how much a wrong change would cost, and why.
type Risk struct {
	Level   check.Risk `json:"level"`
	Reasons []string   `json:"reasons"`
}

// Verdict is a check's verdict and what the policy makes of it.
type Verdict struct {
	Check string       `json:"check"`
	Level policy.Level `json:"level"`
	check.Verdict
	Waived *Waived `json:"waived,omitempty"` // the exception by which it costs nothing
	Lapsed string  `json:"lapsed,omitempty"` // why the last exception holds no more
}

// Next is when time alone changes the report: a waiver ends. Zero where nothing does.
func (r *Report) Next() time.Time {
	var next time.Time
	for i := range r.Verdicts {
		if w := r.Verdicts[i].Waived; w != nil && !w.Until.IsZero() && (next.IsZero() || w.Until.Before(next)) {
			next = w.Until
		}
	}
	return next
}

// Look is a place to look at first.
type Look struct {
	Path string `json:"path"`
	Line int    `json:"line,omitempty"`
	Why  string `json:"why"`
}

// Part is what a change has of one kind of file.
type Part struct {
	Kind    kind.Kind `json:"kind"`
	Files   int       `json:"files"`
	Added   int       `json:"added"`
	Removed int       `json:"removed"`
}

// PolicyUsed is the policy that decided.
type PolicyUsed struct {
	Mode      policy.Mode `json:"mode"`
	Sources   []string    `json:"sources"`
	Notes     []string    `json:"notes,omitempty"`
	Problems  []string    `json:"problems,omitempty"` // of a policy that could not be used, with line and column
	CheckName string      `json:"check_name"`
	CheckRuns bool        `json:"check_runs"`
}
