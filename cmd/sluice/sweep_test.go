package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// What happened while nobody listened is found: the pull request gets its gate though no delivery told of it.
func TestSweepAtStart(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginBefore(t, url, func(h *house) {
			h.populate()
			h.open() // the hook's address is nobody's yet
		})
		h.until("the gate's check run", func() bool { return h.conclusion(theGate) == "success" })
		must(t, h.server.queue.Idle(h.Context()))
		runs := h.box.CheckRuns(theRepo, h.box.Head(theRepo, theNumber))
		if n := len(runs); n < 5 || len(slices.CompactFunc(runs, func(a, b sandbox.CheckRun) bool { return a.Name == b.Name })) != n {
			t.Errorf("got %d check runs, want one of the gate and one of each check", n)
		}
		before := h.writes()
		tasks := h.server.chores()
		must(t, tasks[0].Do(h.Context()))
		must(t, h.server.queue.Idle(h.Context()))
		if n := h.writes() - before; n != 0 {
			t.Errorf("a second sweep made %d writes, want none: all is done", n)
		}
	})
}

// A delivery that was answered 503 is fetched again.
func TestRedelivery(t *testing.T) {
	t.Parallel()
	h := begin(t, databasetest.SQLite(t))
	h.populate()
	h.settle()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer refusing.Close()
	h.box.SetHookURL(refusing.URL)
	h.open()
	must(t, h.box.Settle(h.Context()))
	if got := h.conclusion(theGate); got != "" {
		t.Fatalf("got %q, want nothing yet", got)
	}
	h.box.SetHookURL(h.url + "/api/github/hook")
	must(t, h.server.chores()[1].Do(h.Context()))
	h.settle()
	if got := h.conclusion(theGate); got != "success" {
		t.Errorf("got %q, want success", got)
	}
}

// What went wrong is done again by whose turn it was, and what was done waits for the next turn.
func TestChoreAgain(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := begin(t, url)
		runs := 0
		answers := []error{errors.New("no"), errors.New("no"), nil}
		chore := h.server.chore("x", time.Hour, func(context.Context) error {
			runs++
			return answers[runs-1]
		})
		for i := range 5 {
			if err := chore.Do(h.Context()); (err != nil) != (i < 2) {
				t.Errorf("call %d: got %v", i, err)
			}
		}
		if runs != len(answers) {
			t.Errorf("done %d times, want %d: until it went well", runs, len(answers))
		}
	})
}

// until waits for something that nobody can be asked for.
func (h *house) until(what string, is func() bool) {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), time.Minute)
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			h.Fatalf("%s: not after a minute", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
