package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sluicegate/sluice/internal/rig"
	"github.com/sluicegate/sluice/internal/sandbox"
)

const good, bad = rig.Good, rig.Bad

// crowd are the people and agents who act.
type crowd struct {
	box    *sandbox.Sandbox
	pulls  int
	storm  time.Duration
	random *rand.Rand

	mu       sync.Mutex // who has it acts
	subjects []*subject

	acts, repeated, reversed int
	twice                    map[string]bool // deliveries that were sent twice under one number, by GUID
	twins                    int             // that were opened
}

func newCrowd(box *sandbox.Sandbox, o *options) *crowd {
	return &crowd{
		twice: map[string]bool{}, box: box, pulls: o.pulls, storm: o.storm,
		random: rand.New(rand.NewPCG(o.seed, 2)), //nolint:gosec // the same acts for the same seed
	}
}

// actsEach is about how much happens to each pull request.
const actsEach = 6

// act opens the pull requests, and does this and that with them, until the storm is over.
func (c *crowd) act(ctx context.Context) error {
	steps := c.pulls * actsEach
	began := time.Now()
	for i := range steps {
		if err := pause(ctx, c.storm*time.Duration(i)/time.Duration(steps)-time.Since(began)); err != nil {
			return err
		}
		if err := c.step(ctx, i, steps); err != nil {
			return err
		}
	}
	return nil
}

func (c *crowd) step(ctx context.Context, i, steps int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	// All are open after half of the time.
	if len(c.subjects) >= c.pulls || len(c.subjects) > i*c.pulls*2/steps {
		return c.something(ctx, i)
	}
	if len(c.subjects)%twinEach == twinEach-1 {
		if p := c.single(); p != nil {
			return c.openTwin(p)
		}
	}
	_, err := c.openOne()
	return err
}

func (c *crowd) openOne() (*subject, error) {
	n := len(c.subjects)
	p := &subject{repo: repoOf(n), agent: n%4 != 3, good: n%4 != 1, base: "main", open: true}
	p.branch = rig.Branch(n, p.agent)
	var err error
	p.number, err = rig.Open(c.box, p.repo, n, p.agent, p.body())
	c.subjects = append(c.subjects, p)
	c.acts++
	return p, err
}

// twinEach is how many pull requests there are for one that begins with the head commit of another.
const twinEach = 5

// single is a pull request that may have a twin, nil where the one that was picked may not.
func (c *crowd) single() *subject {
	p := c.subjects[c.random.IntN(len(c.subjects))]
	if p.twin != nil || p.queued != "" || !p.open {
		return nil
	}
	return p
}

// openTwin opens a pull request with p's head commit: from the same branch to the other base, where every push moves
// both, or from a branch of its own to the same base, where a push parts them. Now and then its text is not p's.
func (c *crowd) openTwin(p *subject) error {
	twin := &subject{repo: p.repo, branch: p.branch, agent: p.agent, good: c.random.IntN(2) == 0, base: other(p.base), open: true, twin: p}
	if c.random.IntN(2) == 0 {
		twin.branch, twin.base = p.branch+"-too", p.base
		if err := c.box.AddBranch(p.repo, twin.branch, p.branch); err != nil {
			return err
		}
	}
	var err error
	twin.number, err = rig.OpenBeside(c.box, twin.repo, twin.branch, twin.base, twin.agent, twin.body())
	p.twin = twin
	c.subjects = append(c.subjects, twin)
	c.acts++
	c.twins++
	return err
}

func other(base string) string { return map[string]string{"main": "stable", "stable": "main"}[base] }

// sharing are the open pull requests with a head commit and the gate's check run for a base; for any base where that is
// empty.
func (c *crowd) sharing(repo, head, base string) (out []*subject) {
	for _, p := range c.subjects {
		if p.open && p.repo == repo && (base == "" || p.base == base) && c.box.Head(repo, p.number) == head {
			out = append(out, p)
		}
	}
	return out
}
