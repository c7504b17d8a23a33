package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// kept is a log that is kept.
type kept struct {
	mu   sync.Mutex
	text strings.Builder
}

func (k *kept) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.Write(p)
}

// Whatever a handler runs into, the line says who asked for it; and it doesn't say so of the attempt after, where nobody
// did.
func TestLinesNameWhoAsked(t *testing.T) {
	var log kept
	h, calls := nothing(), seen{}
	h.Pull = func(ctx context.Context, p gate.Target, _ int) error {
		first := calls.add(p.Repo) == 1
		if first {
			Asked(ctx, func(e *zerolog.Event) *zerolog.Event { return e.Str("delivery", "of "+p.Repo) })
		}
		switch {
		case p.Repo == "panics" && first:
			panic("boom")
		case p.Repo == "fails" && calls.of(p.Repo) <= 2:
			return errors.New("502")
		case p.Repo == "is gone":
			return permanentError{true}
		case p.Repo == "is limited" && first:
			return limitedError{time.Now().Add(10 * time.Millisecond)}
		}
		return nil
	}
	q, err := New(prepare(t, databasetest.SQLite(t)), counter{}, h, Options{Retry: 10 * time.Millisecond, Log: zerolog.New(&log)})
	if err != nil {
		t.Fatal(err)
	}
	started(t, q)
	for n, repo := range []string{"panics", "fails", "is gone", "is limited", "is well"} {
		ask(t, q, gate.Work{Pulls: []gate.Target{{Installation: int64(n), Repo: repo, Number: 1}}})
		idle(t, q)
	}
	var got []string
	for line := range strings.Lines(log.text.String()) {
		var said struct{ Message, Repo, Delivery string }
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		got = append(got, said.Repo+", "+said.Message+", "+said.Delivery)
	}
	slices.Sort(got)
	want := []string{
		"fails, job failed, ",
		"fails, job failed, of fails",
		"is gone, job given up, of is gone",
		"is limited, job waits for a limit to end, of is limited",
		"panics, job failed, of panics",
		"panics, job panicked, of panics",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	Asked(t.Context(), nil) // outside of a job it does nothing
}
