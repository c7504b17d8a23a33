package gate

import (
	"context"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// Asked is a correction of who wrote a pull request that somebody asked for. Whether they may is another question.
type Asked struct {
	ID       int64 // the keeper's; 0 before it is kept
	Repo     string
	Number   int
	By       pull.Account
	Via      Via
	Withdraw bool   // the label was taken away: what was said by it is said no more
	Agent    string // slug or family; empty for no agent
	Reason   string // their words; may be empty
}

// Via is how a correction was asked for.
type Via string

// The ways.
const (
	ByComment Via = "comment"
	ByLabel   Via = "label"
)

// Settled is what became of an asked correction.
type Settled struct {
	Asked
	Refused string            // why it is refused; empty where it is accepted
	Head    string            // the commit at which it was judged
	Machine agent.Attribution // what the signs say there
}

// Corrections keeps what maintainers say against the signs. All of it belongs to the pull request, whatever is pushed.
type Corrections interface {
	// Asked lists what was asked for and not settled, the oldest first.
	Asked(ctx context.Context, repo string, number int) ([]Asked, error)
	// Settle keeps what became of one, once: what is settled already stays.
	Settle(ctx context.Context, s *Settled) error
	// Correction is the one that holds, the last that was accepted; nil where there is none.
	Correction(ctx context.Context, repo string, number int) (*pull.Correction, error)
}

// Maintainers says who maintains a repository.
type Maintainers interface {
	// Maintains reports whether who is a person that may write to t's repository, by what GitHub says now.
	Maintains(ctx context.Context, t Target, who pull.Account) (bool, error)
}

// correct settles what was asked for on r, and puts the correction that holds into it.
func (h *Handler) correct(ctx context.Context, t Target, r *pull.Request, p *policy.Policy) error {
	if h.Corrections == nil {
		return nil
	}
	asked, err := h.Corrections.Asked(ctx, t.Repo, t.Number)
	if err != nil {
		return err
	}
	for i := range asked {
		s := &Settled{Asked: asked[i], Head: r.Head.SHA, Machine: p.Catalog().Attribute(r)}
		if s.Refused, err = h.refuse(ctx, t, r, p, s); err != nil {
			return err
		}
		if err := h.Corrections.Settle(ctx, s); err != nil {
			return err
		}
	}
	r.Correction, err = h.Corrections.Correction(ctx, t.Repo, t.Number)
	return err
}

// refuse says why a correction is not taken, nothing where it is. Anybody may take back what the label said: then the
// signs speak again.
func (h *Handler) refuse(ctx context.Context, t Target, r *pull.Request, p *policy.Policy, s *Settled) (string, error) {
	switch {
	case s.Withdraw:
		return "", nil
	case s.By.Type != pull.User:
		return "not a person", nil
	case concerned(r, &s.Machine, s.By):
		return "behind the pull request themselves", nil
	case s.Agent != "" && !p.Catalog().Knows(s.Agent):
		return "no agent is named so", nil
	}
	may, err := h.Maintainers.Maintains(ctx, t, s.By)
	if err != nil || may {
		return "", err
	}
	return "no write access", nil
}

// concerned reports whether who opened r, wrote a commit of it, or is behind it. A merge of the base is no writing.
func concerned(r *pull.Request, a *agent.Attribution, who pull.Account) bool {
	same := func(other pull.Account) bool {
		return other.ID != 0 && other.ID == who.ID || strings.EqualFold(other.Login, who.Login)
	}
	if same(r.Author) {
		return true
	}
	for i := range r.Commits {
		if c := &r.Commits[i]; !c.Merge() && (same(c.Author.Account) || same(c.Committer.Account)) {
			return true
		}
	}
	for _, p := range a.Principals {
		if strings.EqualFold(p.Login, who.Login) {
			return true
		}
	}
	return false
}

// attribute says who wrote r: what its signs say, or a maintainer against them.
func attribute(r *pull.Request, p *policy.Policy) agent.Attribution {
	c := p.Catalog()
	return c.Correct(r, c.Attribute(r))
}
