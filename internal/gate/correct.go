package gate

import (
	"context"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// listen settles what was asked for on r beside waivers, puts what holds into it, and returns what is asked of waivers:
// that is judged when the checks ran.
func (h *Handler) listen(ctx context.Context, t Target, r *pull.Request, p *policy.Policy) (waivers []Asked, err error) {
	if h.Desk == nil {
		return nil, nil
	}
	asked, err := h.Desk.Asked(ctx, t.Repo, t.Number)
	if err != nil {
		return nil, err
	}
	for i := range asked {
		if v := asked[i].Verb; v == Waive || v == Unwaive {
			waivers = append(waivers, asked[i])
			continue
		}
		s := &Settled{Asked: asked[i], Head: r.Head.SHA, Refused: asked[i].Wrong}
		if s.Verb == Correct && s.Refused == "" {
			s.Machine = p.Catalog().Attribute(r)
			if s.Refused, err = h.refuse(ctx, t, r, p, s); err != nil {
				return nil, err
			}
		}
		if err := h.settle(ctx, t, s); err != nil {
			return nil, err
		}
	}
	if r.Correction, err = h.Desk.Correction(ctx, t.Repo, t.Number); err != nil {
		return nil, err
	}
	r.Waivers, err = h.Desk.Waivers(ctx, t.Repo, t.Number)
	return waivers, err
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
