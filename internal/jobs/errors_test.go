package jobs

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// limitedError is as the package github has one.
type limitedError struct{ until time.Time }

func (limitedError) Error() string        { return "limited" }
func (e limitedError) RetryAt() time.Time { return e.until }
func wrapped(err error) error             { return errors.Join(errors.New("acme/api#1"), err) }

type permanentError struct{ is bool }

func (permanentError) Error() string     { return "gone" }
func (e permanentError) Permanent() bool { return e.is }

func TestWhatAnErrorMeans(t *testing.T) {
	cases := []struct {
		name string
		why  string
		fail func(attempt int) error
		want int // calls
	}{
		{"passing", "a failure that passes is tried until it does", func(attempt int) error {
			if attempt < 4 {
				return wrapped(errors.New("502"))
			}
			return nil
		}, 4},
		{"panicking", "a panic is a failure", func(attempt int) error {
			if attempt == 1 {
				panic("boom")
			}
			return nil
		}, 2},
		{"permanent", "what no try helps isn't tried again", func(int) error { return wrapped(permanentError{true}) }, 1},
		{"not permanent", "only the answer counts, not that there is one", func(attempt int) error {
			if attempt == 1 {
				return permanentError{false}
			}
			return nil
		}, 2},
	}
	databasetest.Each(t, func(t *testing.T, url string) {
		db := prepare(t, url)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				h, calls := nothing(), seen{}
				h.Pull = func(_ context.Context, _ gate.Target, attempt int) error {
					if n := calls.add("pull"); n != attempt {
						t.Errorf("attempt %d at call %d", attempt, n)
					}
					return c.fail(attempt)
				}
				q := newQueue(t, db, h, Options{})
				if err := q.Start(t.Context()); err != nil {
					t.Fatal(err)
				}
				ask(t, q, pulls(1))
				idle(t, q)
				stop(t, q)
				if got := calls.of("pull"); got != c.want {
					t.Errorf("%d calls, want %d: %s", got, c.want, c.why)
				}
			})
		}
	})
}

// A limit holds up its own installation alone, and none of its jobs begins before the end.
func TestLimit(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		var mu sync.Mutex
		var until, others time.Time
		h.Pull = func(_ context.Context, p gate.Target, attempt int) error {
			calls.add("pull")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case p.Installation == 2:
				others = time.Now()
			case until.IsZero():
				until = time.Now().Add(300 * time.Millisecond)
				return wrapped(limitedError{until})
			case time.Now().Before(until):
				t.Errorf("pull request %d was begun before the limit ended", p.Number)
			}
			if attempt != 1 {
				t.Errorf("attempt %d: waiting for a limit counts as none", attempt)
			}
			return nil
		}
		q := started(t, newQueue(t, prepare(t, url), h, Options{Workers: 1}))
		ask(t, q, pulls(1))
		for calls.of("pull") == 0 {
			time.Sleep(time.Millisecond)
		}
		w := pulls(2, 3)
		w.Pulls = append(w.Pulls, gate.Target{Installation: 2, Repo: "other/api", Number: 1})
		ask(t, q, w)
		idle(t, q)
		mu.Lock()
		defer mu.Unlock()
		if !others.Before(until) {
			t.Error("another installation waited for a limit that isn't its own")
		}
		if got := calls.of("pull"); got != 5 {
			t.Errorf("%d calls, want 5: four pull requests, and the one that met the limit", got)
		}
	})
}

// A new push tries at once, however long the pause after the last failure was to be.
func TestNewPushDoesNotWaitForAnOldPause(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		h.Pull = func(_ context.Context, _ gate.Target, attempt int) error {
			if calls.add("pull") == 1 {
				return errors.New("502")
			}
			return nil
		}
		q := started(t, newQueue(t, prepare(t, url), h, Options{Retry: time.Hour, MaxRetry: time.Hour}))
		ask(t, q, pulls(1))
		wait(t, func() bool { d, err := q.Depth(t.Context()); return err == nil && d == Depth{Later: 1} })
		ask(t, q, pulls(1))
		idle(t, q)
		if got := calls.of("pull"); got != 2 {
			t.Errorf("%d calls, want 2", got)
		}
	})
}

// A push that comes while its job fails, or is being given up, is looked at all the same, and at once.
func TestFailingSeesANewPush(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		for _, failure := range []error{errors.New("the pull request moved"), permanentError{true}} {
			h, calls := nothing(), seen{}
			began, asked := make(chan bool), make(chan bool)
			h.Pull = func(context.Context, gate.Target, int) error {
				if calls.add("pull") == 1 {
					close(began)
					<-asked
					return failure
				}
				return nil
			}
			q := newQueue(t, prepare(t, url), h, Options{Retry: time.Hour, MaxRetry: time.Hour})
			if err := q.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			ask(t, q, pulls(1))
			<-began
			ask(t, q, pulls(1))
			close(asked)
			idle(t, q)
			stop(t, q)
			if got := calls.of("pull"); got != 2 {
				t.Errorf("%v: %d calls, want 2", failure, got)
			}
		}
	})
}

// What fails for too long is given up; the sweep will find it.
func TestGiveUp(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		h.Pull = func(context.Context, gate.Target, int) error {
			calls.add("pull")
			return errors.New("502")
		}
		q := started(t, newQueue(t, prepare(t, url), h, Options{GiveUp: 2 * time.Second}))
		ask(t, q, pulls(1))
		idle(t, q)
		if got := calls.of("pull"); got < 3 {
			t.Errorf("%d calls, want several", got)
		}
	})
}

// What was found by going through a list waits behind what somebody just did, and a job that was found is made urgent.
func TestUrgentFirst(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h := nothing()
		var order []int
		h.Pull = func(_ context.Context, p gate.Target, _ int) error {
			order = append(order, p.Number) // one worker
			return nil
		}
		q := newQueue(t, prepare(t, url), h, Options{Workers: 1})
		if err := q.Sweep(t.Context(), pulls(1, 2, 3)); err != nil {
			t.Fatal(err)
		}
		ask(t, q, pulls(4))
		ask(t, q, pulls(3))
		started(t, q)
		idle(t, q)
		if want := []int{3, 4, 1, 2}; !slices.Equal(order, want) {
			t.Errorf("order %v, want %v", order, want)
		}
	})
}

// A long list goes in several transactions, each of them whole.
func TestLongList(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		h.Repo = func(context.Context, gate.RepoTarget) (w gate.Work, err error) {
			for n := range 60 {
				w.Pulls = append(w.Pulls, gate.Target{Installation: 1, Repo: "acme/api", Number: n})
			}
			return w, nil
		}
		h.Pull = func(context.Context, gate.Target, int) error { calls.add("pull"); return nil }
		q := started(t, newQueue(t, prepare(t, url), h, Options{}))
		ask(t, q, gate.Work{Repos: []gate.RepoTarget{{Installation: 1, Repo: "acme/api"}}})
		idle(t, q)
		if got := calls.of("pull"); got != 60 {
			t.Errorf("%d calls, want 60", got)
		}
	})
}

func TestBackoff(t *testing.T) {
	b := &backoff{first: time.Second, longest: 2 * time.Minute}
	for attempt, want := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 8: 2 * time.Minute, 64: 2 * time.Minute, 30_000: 2 * time.Minute,
	} {
		for range 100 {
			if got := b.pause(attempt); got < want*3/4 || got > want*5/4 {
				t.Errorf("attempt %d: pause %v, want %v and a quarter up or down", attempt, got, want)
			}
		}
	}
}

// wait waits until something is so.
func wait(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came to be")
		}
	}
}
