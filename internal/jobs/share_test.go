package jobs

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

func TestShare(t *testing.T) {
	// line is the ready jobs of an installation: n of them, with ids from 100 times its number on.
	line := func(installation, priority, running int64, n int) (out []candidate) {
		for i := range n {
			out = append(out, candidate{installation*100 + int64(i), installation, priority, running})
		}
		return out
	}
	join := func(all ...[]candidate) (out []candidate) {
		for _, some := range all {
			out = append(out, some...)
		}
		return out
	}
	for _, c := range []struct {
		why   string
		free  int
		ready []candidate
		want  string
		held  bool
	}{
		{"nothing is ready", 8, nil, "", false},
		{"one job of one", 8, line(1, 1, 0, 1), "100", false},
		{"one alone has half of the workers", 8, line(1, 1, 0, 9), "100 101 102 103", true},
		{"as many as it may have are not held back", 8, line(1, 1, 0, 4), "100 101 102 103", false},
		{"with half of them it waits", 4, line(1, 1, 4, 3), "", true},
		{"one of its jobs ended", 5, line(1, 1, 3, 3), "100", true},
		{"the only worker is anybody's", 1, line(1, 1, 0, 2), "100", false},
		{"no worker is free: there is nothing to tell", 0, line(1, 1, 0, 2), "", false},
		{"two have a third each", 9, join(line(1, 1, 0, 9), line(2, 1, 0, 9)), "100 200 101 201 102 202", true},
		{"a newcomer has the rest of two", 3, join(line(1, 1, 3, 9), line(2, 1, 3, 9), line(3, 1, 0, 1)), "300", true},
		{"who runs the fewest goes first, whoever asked first", 5, join(line(1, 1, 2, 1), line(2, 1, 0, 2)), "200 201 100", false},
		{"the urgent go first", 9, join(line(1, 1, 2, 2), line(2, 3, 0, 2)), "100 101 200 201", false},
		{"what was found goes on beside a flood of what is urgent", 4, join(line(1, 1, 4, 9), line(2, 3, 0, 1)), "200", true},
	} {
		ids, held := share(c.free, c.ready)
		if got := strings.Trim(fmt.Sprint(ids), "[]"); got != c.want || held != c.held {
			t.Errorf("%s: %q, held %t; want %q, held %t", c.why, got, held, c.want, c.held)
		}
	}
}

// of are n pull requests of an installation.
func of(installation int64, n int) (w gate.Work) {
	for i := range n {
		w.Pulls = append(w.Pulls, gate.Target{Installation: installation, Repo: fmt.Sprintf("org%d/api", installation), Number: i + 1})
	}
	return w
}

// A flood of others' pull requests is no reason to wait, however busy the workers are: of the hundreds that were asked
// for before, a few more begin before the quiet one.
func TestFloodHoldsUpNobody(t *testing.T) {
	const workers, quiet, flooding = 8, 9, 200
	eachNoisy(t, func(t *testing.T, url string, noisy int) {
		h, flood := nothing(), make(chan bool)
		var mu sync.Mutex
		begun, when := 0, -1
		h.Pull = func(_ context.Context, p gate.Target, _ int) error {
			mu.Lock()
			defer mu.Unlock()
			if p.Installation == quiet {
				when = begun
			} else if begun++; begun == 40 {
				close(flood)
			}
			return nil
		}
		q := newQueue(t, prepare(t, url), h, Options{Workers: workers})
		for n := range noisy {
			ask(t, q, of(int64(n+1), flooding))
		}
		started(t, q)
		<-flood
		ask(t, q, of(quiet, 1))
		mu.Lock()
		before := begun
		mu.Unlock()
		idle(t, q)
		if when < 0 || when-before > 3*workers {
			t.Errorf("%d of others began between the asking and the beginning, want at most %d: what was taken already", when-before, 3*workers)
		}
		if begun != noisy*flooding {
			t.Errorf("%d of the flood were done, want all %d", begun, noisy*flooding)
		}
	})
}

// Where every job of an installation hangs, nothing of it ends, and there is room for others all the same.
func TestHangingHoldsUpNobody(t *testing.T) {
	const workers, quiet = 8, 9
	eachNoisy(t, func(t *testing.T, url string, noisy int) {
		h, calls, let, done := nothing(), seen{}, make(chan bool), make(chan int, 3)
		h.Pull = func(_ context.Context, p gate.Target, _ int) error {
			if p.Installation == quiet {
				done <- p.Number
				return nil
			}
			calls.add("hanging")
			<-let
			return nil
		}
		q := newQueue(t, prepare(t, url), h, Options{Workers: workers})
		for n := range noisy {
			ask(t, q, of(int64(n+1), 100))
		}
		started(t, q)
		most := map[int]int{1: workers / 2, 2: workers * 3 / 4}[noisy] // a half for one, a third each for two, rounded up
		wait(t, func() bool { return calls.of("hanging") == most })
		for range 3 {
			ask(t, q, of(quiet, 1))
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Fatal("the quiet one waits for those that hang")
			}
		}
		if got := calls.of("hanging"); got != most {
			t.Errorf("%d hang, want %d of %d workers", got, most, workers)
		}
		close(let)
		idle(t, q)
		if got := calls.of("hanging"); got != noisy*100 {
			t.Errorf("%d were done when they hang no more, want all %d", got, noisy*100)
		}
	})
}

// What is held back goes on as soon as one before it ends, and not at the next poll.
func TestHeldBackGoesOn(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		h.Pull = func(context.Context, gate.Target, int) error { calls.add("pull"); return nil }
		q := started(t, newQueue(t, prepare(t, url), h, Options{Workers: 4, Poll: time.Hour}))
		ask(t, q, of(1, 100))
		idle(t, q)
		if got := calls.of("pull"); got != 100 {
			t.Errorf("%d were done, want 100", got)
		}
	})
}

// Two servers share one flood, and each keeps room: what one has under way is nothing to the other.
func TestServersShareAFlood(t *testing.T) {
	db := prepare(t, databasetest.Postgres(t))
	let := make(chan bool)
	var queues []*Queue
	var calls [2]seen
	for n := range calls {
		h := nothing()
		h.Pull = func(_ context.Context, p gate.Target, _ int) error {
			calls[n].add(fmt.Sprint("installation ", p.Installation))
			if p.Installation == 1 {
				<-let
			}
			return nil
		}
		queues = append(queues, newQueue(t, db, h, Options{Workers: 8}))
	}
	ask(t, queues[0], of(1, 100))
	for _, q := range queues {
		started(t, q)
	}
	wait(t, func() bool { return calls[0].of("installation 1") == 4 && calls[1].of("installation 1") == 4 })
	ask(t, queues[0], of(2, 10))
	wait(t, func() bool { return calls[0].of("installation 2")+calls[1].of("installation 2") == 10 })
	close(let)
	idle(t, queues[0])
	if got := calls[0].of("installation 1") + calls[1].of("installation 1"); got != 100 {
		t.Errorf("%d were done, want each of 100 once", got)
	}
}

// eachNoisy runs a test on each engine with one and with two installations that make noise.
func eachNoisy(t *testing.T, test func(t *testing.T, url string, noisy int)) {
	for noisy := 1; noisy <= 2; noisy++ {
		t.Run(fmt.Sprint(noisy, " noisy"), func(t *testing.T) {
			databasetest.Each(t, func(t *testing.T, url string) { test(t, url, noisy) })
		})
	}
}
