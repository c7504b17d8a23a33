package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/gate"
)

// world is every port, in memory.
type world struct {
	repos   map[int64][]string
	open    map[string][]gate.Standing // on GitHub
	known   map[string][]gate.Standing // in the store
	hidden  map[int]bool               // pull requests whose check run is not known to stand
	broken  map[int64]bool
	due     []gate.Target
	asked   [][]string // the repositories of each call of Heads
	looks   []string
	sweeper *Sweeper
}

func (w *world) Installations(context.Context) (out []int64, _ error) {
	for id := range w.repos {
		out = append(out, id)
	}
	slices.Sort(out)
	return out, nil
}

func (w *world) Repositories(_ context.Context, id int64) (out []gate.RepoTarget, _ error) {
	if w.broken[id] {
		return nil, errors.New("502")
	}
	for _, r := range w.repos[id] {
		out = append(out, gate.RepoTarget{Installation: id, Repo: r})
	}
	return out, nil
}

func (w *world) Heads(_ context.Context, _ int64, repos []gate.RepoTarget) (out []gate.Standing, calls int, _ error) {
	var names []string
	for _, r := range repos {
		names = append(names, r.Repo)
		out = append(out, w.open[r.Repo]...)
	}
	w.asked = append(w.asked, names)
	return out, 1, nil
}

func (w *world) Standing(_ context.Context, repo string) ([]gate.Standing, error) {
	return w.known[repo], nil
}

func (w *world) Due(context.Context, time.Time, int) ([]gate.Target, error) { return w.due, nil }

func (w *world) Shows(_ context.Context, t gate.Target, _ string) (bool, error) {
	return !w.hidden[t.Number], nil
}

func (w *world) Sweep(_ context.Context, work gate.Work) error {
	for _, t := range work.Pulls {
		w.looks = append(w.looks, fmt.Sprintf("%s#%d", t.Repo, t.Number))
	}
	return nil
}

func (w *world) sweep(t *testing.T) (Swept, error) {
	t.Helper()
	if w.sweeper == nil {
		w.sweeper = &Sweeper{GitHub: w, Store: w, Shown: w, Queue: w, Budget: 200, Log: zerolog.Nop()}
	}
	w.looks, w.asked = nil, nil
	return w.sweeper.Sweep(t.Context())
}

func at(number int, head, base string, d gate.Decision) gate.Standing {
	return gate.Standing{Target: gate.Target{Installation: 1, Repo: "acme/api", Number: number}, Head: head, Base: base, Decision: d}
}

// What is open without a finished gate is looked at, and nothing else is.
func TestSweep(t *testing.T) {
	w := &world{
		repos: map[int64][]string{1: {"acme/api"}},
		open: map[string][]gate.Standing{"acme/api": {
			at(1, "a", "main", ""), at(2, "b2", "main", ""), at(3, "c", "main", ""), at(4, "d", "main", ""), at(5, "e", "main", ""), at(6, "f", "main", ""),
		}},
		known: map[string][]gate.Standing{"acme/api": {
			at(1, "a", "main", gate.Open),   // finished
			at(2, "b1", "main", gate.Open),  // it has another head now
			at(3, "c", "dev", gate.Closed),  // it goes elsewhere now
			at(4, "d", "main", gate.Unsure), // nobody could decide
			at(5, "e", "main", gate.Open),   // nobody saw its check run
			at(7, "g", "main", gate.Open),   // it is no longer open
		}},
		hidden: map[int]bool{5: true},
	}
	swept, err := w.sweep(t)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"acme/api#2", "acme/api#3", "acme/api#4", "acme/api#5", "acme/api#6", "acme/api#7"}
	if diff := cmp.Diff(w.looks, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	if swept.Found != 6 || swept.Pulls != 6 || swept.Repositories != 1 {
		t.Errorf("got %+v", swept)
	}
}

// What goes wrong with one installation keeps no other from being swept.
func TestSweepGoesOn(t *testing.T) {
	w := &world{
		repos:  map[int64][]string{1: {"acme/api"}, 2: {"bolt/web"}},
		open:   map[string][]gate.Standing{"bolt/web": {{Target: gate.Target{Installation: 2, Repo: "bolt/web", Number: 9}, Head: "a"}}},
		broken: map[int64]bool{1: true},
	}
	_, err := w.sweep(t)
	if err == nil || !cmp.Equal(w.looks, []string{"bolt/web#9"}) {
		t.Errorf("got %v, %v; want an error and bolt/web#9", w.looks, err)
	}
}

// The budget ends a sweep, and the next one begins where it ended, until all were seen.
func TestSweepBudget(t *testing.T) {
	w := &world{repos: map[int64][]string{1: {}}}
	for i := range 50 {
		w.repos[1] = append(w.repos[1], fmt.Sprintf("acme/r%02d", i))
	}
	w.sweeper = &Sweeper{GitHub: w, Store: w, Shown: w, Queue: w, Budget: 2, Log: zerolog.Nop()}
	var seen []string
	for i, left := range []int{30, 30, 30} {
		swept, err := w.sweep(t)
		if err != nil || swept.Left != left || swept.Calls != 3 {
			t.Errorf("sweep %d: got %+v, %v; want %d left in 3 calls", i, swept, err, left)
		}
		for _, names := range w.asked {
			seen = append(seen, names...)
		}
	}
	slices.Sort(seen)
	if got := len(slices.Compact(seen)); got != 50 {
		t.Errorf("three sweeps saw %d repositories, want 50", got)
	}
}

// record is GitHub's record of deliveries, and the settings.
type record struct {
	failures []Failed
	asked    []int64
	since    []time.Time
	settings map[string]string
	refuse   bool
	refusal  error
	tried    int
}

// limitedError is as the package github has one.
type limitedError struct{ time.Time }

func (limitedError) Error() string        { return "limited" }
func (l limitedError) RetryAt() time.Time { return l.Time }

func (r *record) Failures(_ context.Context, since time.Time) (out []Failed, _ error) {
	r.since = append(r.since, since)
	for _, f := range r.failures {
		if !f.At.Before(since) {
			out = append(out, f)
		}
	}
	return out, nil
}

func (r *record) Redeliver(_ context.Context, id int64) error {
	r.tried++
	if r.refuse {
		return r.refusal
	}
	r.asked = append(r.asked, id)
	return nil
}

func (r *record) Setting(_ context.Context, key string) (string, bool, error) {
	v, ok := r.settings[key]
	return v, ok, nil
}

func (r *record) Set(_ context.Context, key, value string) error {
	r.settings[key] = value
	return nil
}

func TestFetch(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := &record{settings: map[string]string{}, failures: []Failed{
		{1, "a", now.Add(-time.Hour), 503},
		{2, "b", now.Add(-71 * time.Hour), 0},
		{3, "c", now.Add(-80 * time.Hour), 503},
		{4, "d", now, 400},
		{5, "e", now, 200},
	}}
	f := &Redeliverer{GitHub: r, Settings: r, Now: func() time.Time { return now }, Log: zerolog.Nop()}
	fetch := func(why string, want ...int64) {
		t.Helper()
		r.asked = nil
		_, err := f.Fetch(t.Context())
		if (err != nil) != r.refuse || !slices.Equal(r.asked, want) {
			t.Errorf("%s: got %v, %v; want %v", why, r.asked, err, want)
		}
	}
	fetch("the first pass goes back as far as GitHub's record, and leaves what is hopeless", 1, 2)
	now = now.Add(time.Minute)
	fetch("nothing is fetched twice")
	r.failures = append(r.failures, Failed{6, "a", now, 503})
	r.failures = append(r.failures, Failed{13, "m", now, 503})
	for _, c := range []struct {
		why     string
		refusal error
		tried   int
	}{
		{"GitHub does not answer, each may be another's turn", errors.New("502"), 2},
		{"GitHub limits us: nobody's turn", limitedError{now}, 1},
	} {
		r.refuse, r.refusal, r.tried = true, c.refusal, 0
		fetch(c.why)
		if r.tried != c.tried {
			t.Errorf("%s: tried %d times, want %d", c.why, r.tried, c.tried)
		}
	}
	r.refuse = false
	now = now.Add(10 * time.Minute)
	fetch("what it did not take is asked for again", 6, 13)
	for id := int64(7); id < 12; id++ {
		now = now.Add(time.Minute)
		r.failures = append(r.failures, Failed{id, "a", now, 503})
		if _, err := f.Fetch(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if n := len(r.asked); n != 2+3 {
		t.Errorf("one delivery was asked for %d times more, want 3: five in all", n-2)
	}
	again := &Redeliverer{GitHub: r, Settings: r, Now: f.Now, Log: zerolog.Nop()}
	if _, err := again.Fetch(t.Context()); err != nil || now.Sub(r.since[len(r.since)-1]) > 3*time.Minute {
		t.Errorf("a new process goes back to %s, %v; want where the last pass ended", r.since[len(r.since)-1], err)
	}
}

// Tasks run at once, go on after an error, and end with ctx.
func TestRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	Run(ctx, zerolog.Nop(), Task{Name: "x", Every: time.Millisecond, Do: func(context.Context) error {
		runs++
		if runs == 3 {
			cancel()
		}
		return errors.New("no")
	}})
	if runs < 3 {
		t.Errorf("got %d runs, want 3", runs)
	}
}

// What went wrong is tried again after seconds, then less and less often, but never less often than it is done anyway.
func TestRunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var at []time.Duration
		Run(ctx, zerolog.Nop(), Task{Name: "x", Every: 10 * time.Second, Do: func(context.Context) error {
			at = append(at, time.Since(began)/time.Second)
			switch len(at) {
			case 1, 2, 3, 4, 5, 7:
				return errors.New("no")
			case 8:
				cancel()
			}
			return nil
		}})
		want := []time.Duration{0, 2, 6, 14, 24, 34, 44, 46}
		if !slices.Equal(at, want) {
			t.Errorf("got runs at %d seconds, want %d", at, want)
		}
	})
}
