package jobs

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// A database that is full refuses deliveries, so that GitHub keeps them; what was taken before is done when there is room
// again.
func TestFull(t *testing.T) {
	db := prepare(t, databasetest.SQLite(t))
	var calls seen
	h := nothing()
	h.Pull = func(ctx context.Context, p gate.Target, _ int) error {
		calls.add(fmt.Sprint(p.Number))
		return nil
	}
	q := newQueue(t, db, h, Options{})
	limit := func(pages int) {
		t.Helper()
		if _, err := db.SQLite().ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // SQLite takes it for as many as there are
	taken := 0
	var refused error
	for ; taken < 10_000 && refused == nil; taken++ {
		refused = db.Update(t.Context(), func(tx database.Tx) error { return q.Insert(t.Context(), tx, pulls(taken)) })
	}
	taken--
	if refused == nil || !strings.Contains(refused.Error(), "full") {
		t.Fatalf("error %v, want that the database is full", refused)
	}
	started(t, q)
	time.Sleep(100 * time.Millisecond)
	limit(1 << 30)
	idle(t, q)
	for n := range taken {
		if calls.of(fmt.Sprint(n)) == 0 {
			t.Errorf("pull request %d was taken and not looked at", n)
		}
	}
	if calls.of(fmt.Sprint(taken)) != 0 {
		t.Error("what was refused was looked at")
	}
	ask(t, q, pulls(taken))
	idle(t, q)
}
