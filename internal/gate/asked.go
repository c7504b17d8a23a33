package gate

import (
	"context"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/pull"
)

// Asked is what somebody asked of Sluice about a pull request, by a command or a label. Whether they may is another
// question.
type Asked struct {
	ID       int64 // the keeper's; 0 before it is kept
	Repo     string
	Number   int
	By       pull.Account
	Via      Via
	Comment  int64 // id of the comment; 0 for a label
	Verb     Verb
	Withdraw bool      // what was asked by the label, or by the comment, is asked no more
	Agent    string    // of Correct: slug or family; empty for no agent
	Check    string    // of Waive and Unwaive
	Until    time.Time // of Waive; zero for the head commit alone
	Reason   string    // their words; may be empty
	Wrong    string    // why it cannot be understood, in our words; empty where it can
}

// Via is how something was asked for.
type Via string

// The ways.
const (
	ByComment Via = "comment"
	ByLabel   Via = "label"
)

// Verb is what is asked for.
type Verb string

// The verbs.
const (
	Correct Verb = "correct" // say who wrote it
	Waive   Verb = "waive"
	Unwaive Verb = "unwaive"
	Recheck Verb = "recheck"
	Help    Verb = "help"
	Unknown Verb = "unknown" // it is refused, with Wrong
)

// Settled is what became of something that was asked for.
type Settled struct {
	Asked
	Refused string            // why it is refused; empty where it is accepted
	Head    string            // the commit at which it was judged
	Machine agent.Attribution // of Correct: what the signs say there
	Marks   []string          // of Waive: those of the findings that are waived
}

// Desk keeps what people ask for. All of it belongs to the pull request, whatever is pushed.
type Desk interface {
	// Asked lists what was asked for and not settled, the oldest first.
	Asked(ctx context.Context, repo string, number int) ([]Asked, error)
	// Settle keeps what became of one, once: what is settled already stays.
	Settle(ctx context.Context, s *Settled) error
	// Correction is the one that holds, the last that was accepted; nil where there is none.
	Correction(ctx context.Context, repo string, number int) (*pull.Correction, error)
	// Waivers lists those that were accepted and not taken back, the oldest first.
	Waivers(ctx context.Context, repo string, number int) ([]pull.Waiver, error)
}

// Maintainers says who maintains a repository.
type Maintainers interface {
	// Maintains reports whether who is a person that may write to t's repository, by what GitHub says now.
	Maintains(ctx context.Context, t Target, who pull.Account) (bool, error)
}

// Answerer tells people what became of what they asked for.
type Answerer interface {
	// Answer shows s beside the comment that asked for it. Answering twice shows it once.
	Answer(ctx context.Context, t Target, s *Settled) error
}

// settle answers s and then keeps it: whoever asked is told, also where the keeping fails and all of it is done again.
func (h *Handler) settle(ctx context.Context, t Target, s *Settled) error {
	if s.Comment != 0 && !s.Withdraw {
		if err := h.Answers.Answer(ctx, t, s); err != nil {
			return err
		}
	}
	return h.Desk.Settle(ctx, s)
}
