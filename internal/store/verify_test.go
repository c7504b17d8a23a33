package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/database"
)

// Whatever is done to the ledger behind our back is found, and the row is named.
func TestVerify(t *testing.T) {
	for _, c := range []struct {
		name string
		do   []string
		seq  int64
		what string
	}{
		{"nothing", nil, 0, ""},
		{"a row was changed", []string{`UPDATE ledger SET body = '{"decision":"open"}' WHERE seq = 3`}, 3, "changed"},
		{"who did it was changed", []string{`UPDATE ledger SET actor = 'ana' WHERE seq = 3`}, 3, "changed"},
		{"when was changed", []string{`UPDATE ledger SET at = at + 1 WHERE seq = 3`}, 3, "changed"},
		{"a row was changed with its hash", []string{`UPDATE ledger SET body = '{}', hash = 'x' WHERE seq = 3`}, 3, "changed"},
		{"the first was deleted", []string{`DELETE FROM ledger WHERE seq = 1`}, 1, "missing"},
		{"one was deleted", []string{`DELETE FROM ledger WHERE seq = 3`}, 3, "missing"},
		{"the last were deleted", []string{`DELETE FROM ledger WHERE seq >= 4`}, 4, "missing"},
		{"all were deleted", []string{`DELETE FROM ledger`}, 1, "missing"},
		{"the end was deleted", []string{`DELETE FROM ledger_end`}, 6, "end"},
		{"one was deleted and the others moved up", []string{`DELETE FROM ledger WHERE seq = 3`, `UPDATE ledger SET seq = 3 WHERE seq = 4`, `UPDATE ledger SET seq = 4 WHERE seq = 5`}, 3, "stand on"},
		{"one was put in at the end", []string{`INSERT INTO ledger SELECT 6, at, kind, repo, number, actor, body, hash, 'x' FROM ledger WHERE seq = 5`}, 6, "changed"},
		{"two changed places", []string{`UPDATE ledger SET seq = 9 WHERE seq = 2`, `UPDATE ledger SET seq = 2 WHERE seq = 3`, `UPDATE ledger SET seq = 3 WHERE seq = 9`}, 2, "stand on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, s *DB, _ *clock) {
				ctx := t.Context()
				must(t, s.db.Update(ctx, func(tx database.Tx) error {
					for i := range 5 {
						if err := s.Append(ctx, tx, Entry{Kind: "decision", Repo: "acme/api", Number: i, Actor: "sluice", Body: fmt.Sprintf(`{"n":%d}`, i)}); err != nil {
							return err
						}
					}
					for _, q := range c.do {
						if _, err := tx.Exec(ctx, q); err != nil {
							return err
						}
					}
					return nil
				}))
				rows, err := s.Verify(ctx)
				var broken *BrokenError
				switch {
				case c.seq == 0:
					if err != nil || rows != 5 {
						t.Errorf("got %d rows, %v; want 5 and no error", rows, err)
					}
				case !errors.As(err, &broken) || broken.Seq != c.seq || !strings.Contains(broken.What, c.what):
					t.Errorf("got %v; want row %d, %q", err, c.seq, c.what)
				}
			})
		})
	}
}
