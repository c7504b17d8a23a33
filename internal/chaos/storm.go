package main

import (
	"cmp"
	"context"
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
	moments := []moment{
		{s.storm / 4, s.loseAPI}, {s.storm * 4 / 10, s.fillDisk}, {s.storm * 6 / 10, s.loseDatabase}, {s.storm * 7 / 10, s.darken},
	}
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
