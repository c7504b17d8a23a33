package jobs

import (
	"fmt"
	"testing"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
)

// BenchmarkLook is what it costs to choose the jobs to take, by how many installations have how many ready, and how many
// workers are free.
func BenchmarkLook(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": databasetest.SQLite, "postgres": databasetest.Postgres} {
		for _, c := range []struct{ installations, each, free int }{{0, 0, 64}, {1, 1, 64}, {1, 5000, 64}, {1, 5000, 33}, {500, 40, 64}, {500, 40, 4}} {
			b.Run(fmt.Sprintf("%s/%d of %d, %d free", name, c.each, c.installations, c.free), func(b *testing.B) {
				q := newQueue(b, prepare(b, url(b)), nothing(), Options{})
				for n := range c.installations {
					ask(b, q, of(int64(n), c.each))
				}
				for b.Loop() {
					err := q.db.Update(b.Context(), func(tx database.Tx) error {
						_, err := q.choose(b.Context(), tx, c.free)
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
