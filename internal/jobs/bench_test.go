package jobs

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// BenchmarkLatency is how long a pull request that is asked for waits for its handler, with nothing else to do.
func BenchmarkLatency(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": databasetest.SQLite, "postgres": databasetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			began := make(chan time.Time, 1)
			h := nothing()
			h.Pull = func(context.Context, gate.Target, int) error { began <- time.Now(); return nil }
			q := started(b, newQueue(b, prepare(b, url(b)), h, Options{}))
			var waits []time.Duration
			for n := 0; b.Loop(); n++ {
				ask(b, q, pulls(n))
				asked := time.Now()
				waits = append(waits, (<-began).Sub(asked))
				time.Sleep(time.Duration(n%17) * time.Millisecond)
			}
			slices.Sort(waits)
			b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// BenchmarkThroughput is the queue's own cost of a pull request, with a handler that does nothing.
func BenchmarkThroughput(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": databasetest.SQLite, "postgres": databasetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			q := started(b, newQueue(b, prepare(b, url(b)), nothing(), Options{}))
			for n := 0; b.Loop(); n++ {
				w := pulls(n)
				if err := q.db.Update(b.Context(), func(tx database.Tx) error { return q.Insert(b.Context(), tx, w) }); err != nil {
					b.Fatal(err)
				}
			}
			idle(b, q)
		})
	}
}
