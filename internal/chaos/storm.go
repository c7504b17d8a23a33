package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/sandbox"
)

// tenth is the chance of each fault.
const tenth = 0.1

// moods are the faults that are in force all the time, each at a tenth of the calls.
var moods = []sandbox.Fault{
	{Kind: sandbox.Status, Status: 502},
	{Kind: sandbox.Unsaid, Status: 500},
	{Kind: sandbox.Reset},
	{Kind: sandbox.LostReply, Delay: 100 * time.Millisecond},
	{Kind: sandbox.Hang, Delay: 2 * time.Second},
	{Kind: sandbox.Slow, Delay: 300 * time.Millisecond},
	{Kind: sandbox.Secondary, Retry: time.Second},
	{Kind: sandbox.TooMany, Retry: time.Second},
	{Kind: sandbox.Primary, Retry: time.Second},
}

// silences are limits without a word on when they end. Each holds an organisation up for a minute, so that at a tenth
// of the calls little else would be seen: they come at the end of the storm.
var silences = []sandbox.Fault{{Kind: sandbox.Secondary}, {Kind: sandbox.TooMany}}

func (s *scene) worsen() {
	for _, f := range moods {
		f.Chance = tenth
		s.box.Inject(f)
	}
}

// moment is something that happens in the storm.
type moment struct {
	at time.Duration
	do func(context.Context, *rand.Rand) error
}

// rage is the storm: people and agents act, and things go wrong.
func (s *scene) rage(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.worsen()
	acted := make(chan error, 1)
	go func() { acted <- s.crowd.act(ctx) }()
	err := s.strike(ctx)
	if err != nil {
		cancel()
	}
	if acting := <-acted; err == nil {
		err = acting
	}
	s.box.Heal()
	s.departure = time.Now()
	return err
}

func (s *scene) strike(ctx context.Context) error {
	random := rand.New(rand.NewPCG(s.seed, 1)) //nolint:gosec // the same storm for the same seed
	moments := []moment{{s.storm / 4, s.loseAPI}, {s.storm * 6 / 10, s.loseDatabase}}
	if !s.brief {
		moments = append(moments, moment{s.storm * 85 / 100, s.hush})
	}
	for range s.restarts {
		moments = append(moments, moment{time.Duration(random.Int64N(int64(s.storm))), s.kill})
	}
	slices.SortFunc(moments, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	began := time.Now()
	for _, m := range append(moments, moment{at: s.storm, do: func(context.Context, *rand.Rand) error { return nil }}) {
		if err := pause(ctx, m.at-time.Since(began)); err != nil {
			return err
		}
		if err := m.do(ctx, random); err != nil {
			return err
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// kill is kill -9 of one server, and another in its place after a while.
func (s *scene) kill(ctx context.Context, random *rand.Rand) error {
	i := random.IntN(len(s.servers))
	victim := s.servers[i]
	if err := victim.Kill(); err != nil {
		return err
	}
	s.kills++
	s.door.Lead(slices.Concat(s.servers[:i], s.servers[i+1:])...)
	if err := pause(ctx, time.Duration(random.Int64N(int64(1500*time.Millisecond)))); err != nil {
		return err
	}
	next, err := s.start(ctx)
	if err != nil {
		return fmt.Errorf("start after kill %d: %w", s.kills, err)
	}
	s.servers[i] = next
	s.door.Lead(s.servers...)
	return nil
}

// loseAPI has GitHub's API refuse every call for a while.
func (s *scene) loseAPI(ctx context.Context, _ *rand.Rand) error {
	before := s.box.Faults()[sandbox.Reset]
	s.box.Heal()
	s.box.Inject(sandbox.Fault{Kind: sandbox.Reset})
	err := pause(ctx, s.outage)
	s.apiGone = s.box.Faults()[sandbox.Reset] - before
	s.box.Heal()
	s.worsen()
	return err
}

// loseDatabase takes the database away for a while.
func (s *scene) loseDatabase(ctx context.Context, _ *rand.Rand) error {
	if err := s.database.Away(ctx); err != nil {
		return fmt.Errorf("outage of the database: %w", err)
	}
	return errors.Join(pause(ctx, s.outage), s.database.Back())
}

// hush adds the limits that do not tell their end.
func (s *scene) hush(context.Context, *rand.Rand) error {
	for _, f := range silences {
		f.Chance = tenth
		s.box.Inject(f)
	}
	return nil
}
