package store

import (
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// What is old goes; what an open pull request stands by, what is new, and the ledger stay.
func TestPrune(t *testing.T) {
	each(t, func(t *testing.T, s *DB, c *clock) {
		ctx := t.Context()
		record := func(number int, head string) {
			t.Helper()
			target := gate.Target{Installation: 1, Repo: "acme/api", Number: number}
			must(t, s.Record(ctx, target, &gate.Report{Repository: "acme/api", Pull: number, Head: head, Base: "main", Decision: gate.Open}))
		}
		deliver := func(id string) {
			t.Helper()
			must(t, s.db.Update(ctx, func(tx database.Tx) error {
				_, err := s.SaveDelivery(ctx, tx, Delivery{ID: id, Event: "push"})
				return err
			}))
		}
		deliver("old")
		record(1, "a") // closed long ago
		record(2, "a") // open, with an older report
		record(2, "b")
		must(t, s.Closed(ctx, "acme/api", 1))
		must(t, s.RememberAll(ctx, map[string][]byte{"comment acme/api#1": []byte("{}")}))
		c.pass(48 * time.Hour)
		deliver("new")
		record(3, "a")
		must(t, s.Closed(ctx, "acme/api", 3))
		ledger := rows(t, s, "ledger")

		if n, err := s.Prune(ctx, s.now().Add(-24*time.Hour), s.now().Add(-24*time.Hour)); err != nil || n == 0 {
			t.Errorf("got %d, %v", n, err)
		}
		for what, want := range map[string]int{
			"deliveries": 1, "deliveries WHERE id = 'new'": 1, "pulls": 2, "pulls WHERE number = 2": 1, "reports": 2, "reports WHERE head = 'b'": 1,
			"published": 0, "ledger": ledger,
		} {
			if got := rows(t, s, what); got != want {
				t.Errorf("%s: got %d rows, want %d", what, got, want)
			}
		}
		if r, err := s.Latest(ctx, "acme/api", 2); err != nil || r == nil || r.Head != "b" {
			t.Errorf("the open pull request's report: got %+v, %v", r, err)
		}
		if n, err := s.Prune(ctx, s.now().Add(-24*time.Hour), s.now().Add(-24*time.Hour)); err != nil || n != 0 {
			t.Errorf("a second time: got %d, %v", n, err)
		}
	})
}

// One of several takes a turn, and the next turn comes when its time is over.
func TestClaim(t *testing.T) {
	each(t, func(t *testing.T, s *DB, c *clock) {
		for i, step := range []struct {
			after time.Duration
			want  bool
		}{{0, true}, {0, false}, {30 * time.Second, false}, {31 * time.Second, true}, {time.Second, false}} {
			c.pass(step.after)
			if got, err := s.Claim(t.Context(), "chore x", time.Minute); err != nil || got != step.want {
				t.Errorf("step %d: got %t, %v; want %t", i, got, err, step.want)
			}
		}
		if mine, err := s.Claim(t.Context(), "chore y", time.Minute); err != nil || !mine {
			t.Errorf("another one's turn: got %t, %v", mine, err)
		}
	})
}
