package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/sandbox"
)

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

// fillDisk has the server find its disk full for a while: it refuses deliveries, and says so. A Postgres server, which is
// not ours, keeps its disk.
func (s *scene) fillDisk(ctx context.Context, _ *rand.Rand) error {
	if s.engine != "sqlite" {
		return nil
	}
	server := s.servers[0]
	if err := server.Fill(); err != nil {
		return fmt.Errorf("full disk: %w", err)
	}
	began := time.Now()
	err := pause(ctx, s.outage/2)
	if ready, text, asked := server.Ready(ctx); ready || asked != nil {
		err = errors.Join(err, fmt.Errorf("/readyz with a full disk: %q (%w), want that it takes no deliveries", text, asked))
	}
	err = errors.Join(err, pause(ctx, s.outage/2), s.refuse(began))
	if err := errors.Join(err, server.Empty()); err != nil {
		return err
	}
	return s.until(ctx, func() bool { ready, _, err := server.Ready(ctx); return ready && err == nil })
}

// refuse notes which deliveries were refused since a time. News of a pull request cannot have been taken.
func (s *scene) refuse(since time.Time) error {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	for _, d := range s.box.Deliveries() {
		if d.StatusCode == 0 || s.crowd.twice[d.GUID] || d.At.Add(-d.Took).Before(since) {
			continue
		}
		if d.StatusCode == http.StatusServiceUnavailable {
			s.full[d.GUID] = true
		} else if d.StatusCode < 300 && d.Event == "pull_request" && !d.Redelivery {
			return fmt.Errorf("delivery %s was answered %d with a full disk: it is lost", d.GUID, d.StatusCode)
		}
	}
	return nil
}

// darken kills all servers, and loses all deliveries of what happens until they are back.
func (s *scene) darken(ctx context.Context, _ *rand.Rand) error {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	s.door.Lead()
	for _, server := range s.servers {
		if err := server.Kill(); err != nil {
			return err
		}
		s.kills++
	}
	s.box.Lose(true)
	moved, err := s.crowd.unseen(s.pulls/10 + 4)
	s.box.Lose(false)
	if err != nil {
		return fmt.Errorf("in the dark: %w", err)
	}
	s.unseen += len(moved)
	s.dark = map[*subject]time.Duration{}
	for _, p := range moved {
		s.dark[p] = 0
	}
	for i := range s.servers {
		if s.servers[i], err = s.start(ctx); err != nil {
			return fmt.Errorf("start after the dark: %w", err)
		}
	}
	s.back = time.Now()
	s.door.Lead(s.servers...)
	return nil
}
