package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/rig"
	"github.com/sluicegate/sluice/internal/sandbox"
)

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
		// Each comes twice, not four times and so on, where they pile up before servers that are gone.
		var again []*sandbox.Delivery
		for _, d := range slices.Backward(queue) {
			if !c.twice[d.GUID] {
				again = append(again, d)
			}
			c.twice[d.GUID] = true
		}
		c.reversed += len(queue)
		c.repeated += len(again)
		slices.Reverse(queue)
		return slices.Concat(queue, again)
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
		return c.push(p, nth)
	case what < 13:
		p.good = !p.good
		return c.box.Edit(p.repo, p.number, "", p.body())
	case what < 15:
		return c.retarget(p)
	case what < 16:
		p.open = false
		return c.box.Abandon(p.repo, p.number)
	case what < 17:
		_, err := c.box.Comment(p.repo, p.number, "mira", "/sluice recheck")
		return err
	case what < 18:
		return c.rerun(p)
	case what < 19:
		return c.queue(p)
	case what < 22:
		return c.again()
	default:
		return c.box.Label(p.repo, p.number, fmt.Sprintf("l%d", nth))
	}
}

func (c *crowd) push(p *subject, nth int) error {
	_, err := c.box.Push(p.repo, p.number, sandbox.Change{
		Message: "More", Author: c.box.Identity(rig.Author(p.agent)), Signed: true,
		Write: map[string]sandbox.File{"src/more_test.go": {Text: fmt.Sprintf("package src\n\n// more: %d of %d\n", nth, p.number)}},
	})
	return err
}

func (c *crowd) retarget(p *subject) error {
	base := other(p.base)
	if p.collides(base) {
		return nil
	}
	p.base = base
	return c.box.Retarget(p.repo, p.number, base)
}

// rerun presses the button of the gate's check run, where there is one.
func (c *crowd) rerun(p *subject) error {
	run := c.box.CheckRun(p.repo, c.box.Head(p.repo, p.number), gateOf(p.base))
	if run.ID == 0 {
		return nil
	}
	return c.box.Rerequest(run.ID, "mira")
}

// queue puts a pull request into the merge queue, if it may pass. One with a twin may be pushed to by that one.
func (c *crowd) queue(p *subject) (err error) {
	if p.want() == "success" && p.twin == nil {
		p.queued, err = c.box.QueueMerge(p.repo, p.number)
	}
	return err
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

// unseen is what happens while every delivery is lost: only what the lists of pull requests show, which the sweep reads.
// It answers the pull requests that have a head commit of which nobody was told.
func (c *crowd) unseen(acts int) ([]*subject, error) {
	var moved []*subject
	for i := range acts {
		p := c.subjects[c.random.IntN(len(c.subjects))]
		var err error
		switch what := c.random.IntN(8); {
		case what < 2:
			p, err = c.openOne()
			moved = append(moved, p)
		case p.queued != "":
			continue
		case !p.open:
			p.open = true
			err = c.box.Reopen(p.repo, p.number)
		case what < 6:
			err = c.push(p, -i)
			moved = append(moved, p)
		case what < 7:
			err = c.retarget(p)
		default:
			p.open = false
			err = c.box.Abandon(p.repo, p.number)
		}
		if err != nil {
			return nil, err
		}
		c.acts++
	}
	return slices.DeleteFunc(moved, func(p *subject) bool { return !p.open }), nil
}
