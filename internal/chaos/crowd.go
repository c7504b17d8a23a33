package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/rig"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// subject is a pull request as it should be seen.
type subject struct {
	repo   string
	number int
	agent  bool
	good   bool // its text; an agent's alone counts
	base   string
	open   bool
	queued string // the head of its merge group; nothing happens to it any more
}

// want is the conclusion that the gate should have.
func (p *subject) want() string {
	if p.agent && !p.good {
		return "failure"
	}
	return "success"
}

// crowd are the people and agents who act. One goroutine uses it at a time.
type crowd struct {
	box      *sandbox.Sandbox
	pulls    int
	storm    time.Duration
	random   *rand.Rand
	subjects []*subject

	acts, repeated, reversed int
}

func newCrowd(box *sandbox.Sandbox, o *options) crowd {
	return crowd{box: box, pulls: o.pulls, storm: o.storm, random: rand.New(rand.NewPCG(o.seed, 2))} //nolint:gosec // the same acts for the same seed
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
		// All are open after half of the time.
		if len(c.subjects) < c.pulls && len(c.subjects) <= i*c.pulls*2/steps {
			if err := c.openOne(); err != nil {
				return err
			}
			continue
		}
		if err := c.something(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (c *crowd) openOne() error {
	n := len(c.subjects)
	p := &subject{repo: repoOf(n), agent: n%4 != 3, good: n%4 != 1, base: "main", open: true}
	var err error
	p.number, err = rig.Open(c.box, p.repo, n, p.agent, p.body())
	c.subjects = append(c.subjects, p)
	c.acts++
	return err
}

func (p *subject) body() string {
	if p.good {
		return rig.Good
	}
	return rig.Bad
}

// something happens to a pull request, or to some, whose deliveries come in disorder.
func (c *crowd) something(ctx context.Context, nth int) error {
	if c.random.IntN(12) > 0 {
		return c.one(nth)
	}
	c.box.Hold()
	var err error
	for i := range 6 {
		if err = c.one(nth*100 + i); err != nil {
			break
		}
	}
	_ = pause(ctx, 50*time.Millisecond) // what servers answer meanwhile is held back too
	c.box.Release(func(queue []*sandbox.Delivery) []*sandbox.Delivery {
		c.reversed += len(queue)
		c.repeated += len(queue)
		slices.Reverse(queue)
		return slices.Concat(queue, queue)
	})
	return err
}

// one act on one pull request.
func (c *crowd) one(nth int) error {
	p := c.subjects[c.random.IntN(len(c.subjects))]
	what := c.random.IntN(24)
	if p.queued != "" {
		return nil
	}
	c.acts++
	if !p.open {
		p.open = true
		return c.box.Reopen(p.repo, p.number)
	}
	switch {
	case what < 7:
		_, err := c.box.Push(p.repo, p.number, sandbox.Change{
			Message: "More", Author: c.box.Identity(map[bool]string{true: "Copilot", false: "mira"}[p.agent]), Signed: true,
			Write: map[string]sandbox.File{"src/more_test.go": {Text: fmt.Sprintf("package src\n\n// more: %d\n", nth)}},
		})
		return err
	case what < 13:
		p.good = !p.good
		return c.box.Edit(p.repo, p.number, "", p.body())
	case what < 15:
		p.base = map[string]string{"main": "stable", "stable": "main"}[p.base]
		return c.box.Retarget(p.repo, p.number, p.base)
	case what < 16:
		p.open = false
		return c.box.Abandon(p.repo, p.number)
	case what < 17:
		_, err := c.box.Comment(p.repo, p.number, "mira", "/sluice recheck")
		return err
	case what < 18:
		run := c.box.CheckRun(p.repo, c.box.Head(p.repo, p.number), "sluice: "+p.base)
		if run.ID == 0 {
			return nil
		}
		return c.box.Rerequest(run.ID, "mira")
	case what < 19:
		var err error
		if p.want() == "success" {
			p.queued, err = c.box.QueueMerge(p.repo, p.number)
		}
		return err
	case what < 22:
		return c.again()
	default:
		return c.box.Label(p.repo, p.number, fmt.Sprintf("l%d", nth))
	}
}

// again has GitHub send something that it sent before.
func (c *crowd) again() error {
	sent := c.box.Deliveries()
	if len(sent) == 0 {
		return nil
	}
	c.repeated++
	return c.box.Redeliver(sent[c.random.IntN(len(sent))].ID)
}
