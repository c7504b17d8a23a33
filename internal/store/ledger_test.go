package store

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// The form of the hash is for ever: an export of today must verify in years.
func TestSum(t *testing.T) {
	e := Entry{
		Seq: 2, At: time.Date(2026, 11, 3, 10, 0, 0, 123456789, time.UTC), Kind: "decision", Repo: "acme/api", Number: 12,
		Actor: "sluice", Body: `{"a":"ü"}`, Previous: "ab",
	}
	// printf '1:1,1:2,16:1793700000123456,8:decision,8:acme/api,2:12,6:sluice,10:{"a":"ü"},2:ab,' | sha256sum
	const want = "1bea612239ea38325134cebbad55b365fbe0f021f5de6223de993b836670881b"
	if got := e.Sum(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// What stands in one field cannot be read as standing in two.
	other := e
	other.Kind, other.Repo = "decision,8:acme/api", ""
	if other.Sum() == e.Sum() {
		t.Error("two entries have one hash")
	}
}

func TestLedger(t *testing.T) {
	each(t, func(t *testing.T, s *DB, c *clock) {
		ctx := t.Context()
		must(t, s.Record(ctx, target, report("h1", gate.Closed)))
		c.pass(time.Second)
		must(t, s.Record(ctx, target, report("h2", gate.Open)))
		got, err := s.Ledger(ctx, 0, 10)
		must(t, err)
		if len(got) != 2 {
			t.Fatalf("%d entries, want 2", len(got))
		}
		previous := ""
		for i, e := range got {
			if e.Seq != int64(i+1) || e.Previous != previous || e.Hash != e.Sum() {
				t.Errorf("entry %d is not in the chain: %+v", i+1, e)
			}
			previous = e.Hash
		}
		var text string
		must(t, s.db.View(ctx, func(tx database.Tx) error {
			return tx.QueryRow(ctx, `SELECT report FROM reports ORDER BY id`).Scan(&text)
		}))
		want := Entry{
			Seq: 1, At: time.Date(2026, 11, 3, 10, 0, 0, 123456000, time.UTC), Kind: "decision", Repo: "acme/api", Number: 12, Actor: "sluice",
			Body: `{"head":"h1","base":"main","base_sha":"b0","decision":"closed","conclusion":"failure","mode":"enforce",` +
				`"policy":["acme/api:.github/sluice.yml@b0"],"risk":"high","authorship":"autonomous","agents":["devin"],` +
				`"checks":[{"check":"tests","level":"require","outcome":"fail"}],"report":"` + sum([]byte(text)) + `"}`,
			Hash: got[0].Hash,
		}
		if diff := cmp.Diff(got[0], want); diff != "" {
			t.Errorf("the first entry (-got +want):\n%s", diff)
		}
		page, err := s.Ledger(ctx, 1, 1)
		if err != nil || len(page) != 1 || page[0].Seq != 2 {
			t.Errorf("%v, %v; want the second entry alone", page, err)
		}
	})
}

var errRefused = errors.New("refused")

// Those who add at the same moment come one after the other, and what is rolled back leaves no gap.
func TestLedgerTogether(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		ctx := t.Context()
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() {
				err := s.db.Update(ctx, func(tx database.Tx) error {
					if err := s.Append(ctx, tx, Entry{Kind: "test", Number: i, Actor: "ana", Body: "{}"}); err != nil {
						return err
					}
					if i%3 == 0 {
						return errRefused
					}
					return nil
				})
				if err != nil && !errors.Is(err, errRefused) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		got, err := s.Ledger(ctx, 0, 100)
		must(t, err)
		if len(got) != 20 {
			t.Errorf("%d entries, want 20", len(got))
		}
		previous := ""
		for i, e := range got {
			if e.Seq != int64(i+1) || e.Previous != previous || e.Hash != e.Sum() {
				t.Errorf("entry %d is not in the chain: %+v", i+1, e)
			}
			previous = e.Hash
		}
		var seq int64
		var hash string
		must(t, s.db.View(ctx, func(tx database.Tx) error {
			return tx.QueryRow(ctx, `SELECT seq, hash FROM ledger_end`).Scan(&seq, &hash)
		}))
		if seq != 20 || hash != previous {
			t.Errorf("the end is %d %s, want the last entry's", seq, hash)
		}
	})
}
