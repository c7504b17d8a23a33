package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluicegate/sluice/internal/rig"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// organisations are how many the pull requests are spread over.
const organisations = 4

// bench is what all cells share.
type bench struct {
	*options
	folder string
	binary string
	plan   []cell
}

func begin(ctx context.Context, o *options) (b *bench, err error) {
	b = &bench{options: o}
	if err := b.lay(); err != nil {
		return nil, err
	}
	if b.folder, err = os.MkdirTemp("", "sluice-bench-"); err != nil {
		return nil, err
	}
	if b.binary, err = rig.Build(ctx, b.folder); err != nil {
		b.end()
		return nil, err
	}
	return b, nil
}

func (b *bench) end() { _ = os.RemoveAll(b.folder) } // it is in the system's temporary folder

func (b *bench) cells() []cell { return b.plan }

// lay plans the cells.
func (b *bench) lay() error {
	latencies, err := numbers(b.latencies)
	connections, wrong := numbers(b.connections)
	if err = errors.Join(err, wrong); err != nil {
		return err
	}
	engines := strings.Split(b.engines, ",")
	for _, engine := range engines {
		for _, latency := range latencies {
			for _, n := range connections {
				// Enough for a p99 where many are under way; one after the other takes its time.
				pulls := max(int(b.scale*float64(min(60+8*n, 400))), n)
				b.plan = append(b.plan, cell{Engine: engine, Latency: latency, Connections: n, Pulls: pulls})
			}
		}
		if b.rate > 0 {
			b.plan = append(b.plan, cell{Engine: engine, Connections: 64, Rate: b.rate, Pulls: 40})
		}
	}
	if b.many > 0 {
		b.plan = append(b.plan, cell{Engine: engines[0], Connections: 64, Pulls: b.many})
	}
	return nil
}

// stage is what one cell runs on.
type stage struct {
	box      *sandbox.Sandbox
	server   *rig.Server
	database *rig.Database
	numbers  []int // of the pull requests, by their place
}

func repoOf(i int) string { return fmt.Sprintf("org%d/app", i%organisations) }

// raise sets the stage up. Take it down again, whatever comes of it.
func (s *stage) raise(ctx context.Context, b *bench, c *cell) error {
	folder, err := os.MkdirTemp(b.folder, "cell-")
	if err != nil {
		return err
	}
	if s.database, err = rig.NewDatabase(ctx, c.Engine, folder); err != nil {
		return err
	}
	s.box = sandbox.New(sandbox.Options{Permissions: rig.Permissions(), RateLimit: 1 << 30, Connections: c.Connections})
	if err = s.box.Start(); err != nil {
		return err
	}
	for i := range organisations {
		if err = rig.Populate(s.box, repoOf(i), fmt.Sprintf("org%d", i)); err != nil {
			return err
		}
	}
	s.box.SetLatency(time.Duration(c.Latency) * time.Millisecond)
	if s.server, err = rig.Start(ctx, b.binary, rig.Environment(s.box, s.database.URL), io.Discard); err != nil {
		return err
	}
	s.box.SetHookURL(s.server.Hook())
	return s.idle(ctx)
}

// strike takes the stage down.
func (s *stage) strike() (err error) {
	if s.server != nil {
		err = s.server.Stop()
	}
	if s.box != nil {
		err = errors.Join(err, s.box.Close())
	}
	if s.database != nil {
		err = errors.Join(err, s.database.Close())
	}
	return err
}

// patience is how long a cell may take.
const patience = 10 * time.Minute

// measure fills a cell in.
func (b *bench) measure(ctx context.Context, c *cell) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s := &stage{numbers: make([]int, c.Pulls)}
	defer func() { err = errors.Join(err, s.strike()) }()
	if err := s.raise(ctx, b, c); err != nil {
		return err
	}
	// The first looks fill caches and open connections: they are not what is measured.
	if err := s.work(ctx, 0, min(organisations, c.Pulls), 1); err != nil {
		return err
	}
	if err := s.idle(ctx); err != nil {
		return err
	}
	s.box.ResetCalls()
	told := len(s.box.Deliveries())
	before, err := s.server.Metrics(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := s.work(ctx, organisations, c.Pulls, c.Connections); err != nil {
		return err
	}
	took := time.Since(began)
	if err := s.idle(ctx); err != nil {
		return err
	}
	after, err := s.server.Metrics(ctx)
	if err != nil {
		return err
	}
	n := float64(c.Pulls - organisations)
	c.Throughput, c.Calls = n/took.Seconds(), float64(calls(s.box))/n
	c.CPU = (after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]) * 1000 / n
	c.RSS = after["process_resident_memory_bytes"] / (1 << 20)
	if c.Rate > 0 {
		if told, err = s.steady(ctx, c); err != nil {
			return err
		}
	}
	return s.times(c, told)
}

// work opens pull requests, so many at once, and sees each through to its gate's check run.
func (s *stage) work(ctx context.Context, from, to, atOnce int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	next.Store(int64(from))
	var done sync.WaitGroup
	for range atOnce {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < to && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := s.one(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	done.Wait()
	return context.Cause(ctx)
}

func (s *stage) one(ctx context.Context, i int) (err error) {
	if s.numbers[i], err = rig.Open(s.box, repoOf(i), i, true, rig.Good); err != nil {
		return err
	}
	head := s.box.Head(repoOf(i), s.numbers[i])
	for s.box.CheckRun(repoOf(i), head, gate).Status != "completed" {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(3 * time.Millisecond):
		}
	}
	return nil
}

const gate = "sluice: main"

// steady sends deliveries at a rate for some seconds: labels, which change no verdict.
func (s *stage) steady(ctx context.Context, c *cell) (told int, err error) {
	const lasting = 10 * time.Second
	told = len(s.box.Deliveries())
	tick := time.NewTicker(time.Second / time.Duration(c.Rate))
	defer tick.Stop()
	for i := range int(lasting.Seconds()) * c.Rate {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-tick.C:
		}
		if err := s.box.Label(repoOf(i%c.Pulls), s.numbers[i%c.Pulls], fmt.Sprintf("l%d", i%7)); err != nil {
			return 0, err
		}
	}
	return told, s.idle(ctx)
}

// idle waits until everything is told and done.
func (s *stage) idle(ctx context.Context) error {
	for {
		if err := s.box.Settle(ctx); err != nil {
			return err
		}
		m, err := s.server.Metrics(ctx)
		if err != nil {
			return err
		}
		if m["sluice_jobs_ready"]+m["sluice_jobs_running"]+m["sluice_jobs_later"] == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// calls counts those that are made for pull requests: tokens are made once an hour, and the chores go by the clock.
func calls(box *sandbox.Sandbox) (n int) {
	for name, times := range box.Calls() {
		_, path, _ := strings.Cut(name, " ")
		if !strings.HasPrefix(path, "/app") && path != "/installation/repositories" {
			n += times
		}
	}
	return n
}

// times reads when deliveries were taken, from the told-th on, and when their pull requests had their gate.
func (s *stage) times(c *cell, told int) error {
	var acks, gates []time.Duration
	for i, d := range s.box.Deliveries() {
		if d.StatusCode/100 != 2 {
			return fmt.Errorf("a delivery was answered %d %s", d.StatusCode, http.StatusText(d.StatusCode))
		}
		if i >= told {
			acks = append(acks, d.Took)
		}
		if d.Event != "pull_request" || d.Action != "opened" {
			continue
		}
		var p struct {
			Number     int
			Repository struct {
				Name string `json:"full_name"`
			}
		}
		if err := json.Unmarshal(d.Payload, &p); err != nil {
			return err
		}
		run := s.box.CheckRun(p.Repository.Name, s.box.Head(p.Repository.Name, p.Number), gate)
		gates = append(gates, run.Completed.Sub(d.At.Add(-d.Took)))
	}
	c.Deliveries = len(acks)
	c.Ack, c.Gate = spreadOf(acks), spreadOf(gates[min(organisations, len(gates)-1):])
	return nil
}
