package main

import (
	"context"
	"time"

	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/sweep"
)

// How often what GitHub did not tell is looked for. The first look is at the start.
const (
	sweepEvery  = 5 * time.Minute
	fetchEvery  = time.Minute
	wakeEvery   = 30 * time.Second
	pruneEvery  = time.Hour
	sweepBudget = 200 // calls of one sweep to one installation; it may make 5,000 an hour
)

// chores are what is done beside deliveries, again and again.
func (s *server) chores() []sweep.Task {
	sweeper := &sweep.Sweeper{GitHub: s.client, Store: s.store, Shown: s.publisher, Queue: s.queue, Budget: sweepBudget, Log: s.log}
	fetcher := &sweep.Redeliverer{GitHub: failures{s.client}, Settings: s.store, Now: time.Now, Log: s.log}
	return []sweep.Task{
		s.chore("sweep", sweepEvery, func(ctx context.Context) error {
			swept, err := sweeper.Sweep(ctx)
			s.metrics.swept(swept, err)
			s.log.Info().Int("installations", swept.Installations).Int("repos", swept.Repositories).Int("pulls", swept.Pulls).
				Int("found", swept.Found).Int("calls", swept.Calls).Int("left", swept.Left).Msg("swept")
			return err
		}),
		s.chore("redelivery", fetchEvery, func(ctx context.Context) error {
			fetched, err := fetcher.Fetch(ctx)
			s.metrics.fetched(fetched)
			return err
		}),
		s.chore("wake", wakeEvery, func(ctx context.Context) error { return sweeper.Wake(ctx, time.Now()) }),
		s.chore("prune", pruneEvery, s.prune),
	}
}

// chore is a task that one server at a time does, of those that share a database. The first time each does it: what
// happened while all were away waits for nobody's turn. One that went wrong is whose turn it was.
func (s *server) chore(name string, every time.Duration, do func(context.Context) error) sweep.Task {
	mustDo := true
	return sweep.Task{Name: name, Every: every, Do: func(ctx context.Context) error {
		mine, err := s.store.Claim(ctx, "chore "+name, every*9/10)
		if err != nil || !mine && !mustDo {
			return err
		}
		err = do(ctx)
		mustDo = err != nil
		return err
	}}
}

// failures are GitHub's record of deliveries in the sweep's words.
type failures struct{ *github.Client }

// Failures lists the attempts that failed since a time.
func (f failures) Failures(ctx context.Context, since time.Time) ([]sweep.Failed, error) {
	attempts, err := f.Client.Failures(ctx, since)
	var out []sweep.Failed
	for _, a := range attempts {
		out = append(out, sweep.Failed(a))
	}
	return out, err
}

// prune drops what has been kept for as long as the configuration says.
func (s *server) prune(ctx context.Context) error {
	now := time.Now()
	pruned, err := s.store.Prune(ctx, now.Add(-s.keep.Deliveries), now.Add(-s.keep.Reports))
	if err == nil && pruned > 0 {
		s.log.Info().Int64("rows", pruned).Msg("pruned")
	}
	return err
}
