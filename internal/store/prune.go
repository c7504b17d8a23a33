package store

import (
	"context"
	"time"

	"github.com/sluicegate/sluice/internal/database"
)

// pruneBatch is how many rows one transaction deletes at most: on SQLite, deliveries wait for it.
const pruneBatch = 500

// Prune deletes the deliveries that came before one time and the reports that were made before another, with what is
// remembered of closed pull requests that nothing happened to since. The newest report of a pull request that is open
// stays, and so does the ledger, for ever. Merge groups go when no queue can wait for them any more. It answers how many
// rows went.
func (s *DB) Prune(ctx context.Context, deliveries, reports time.Time) (int64, error) {
	var total int64
	for _, step := range []struct {
		query  string
		before time.Time
	}{
		{`DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE received_at < $1 ORDER BY received_at LIMIT $2)`, deliveries},
		{`DELETE FROM specs WHERE (repo, number) IN (SELECT repo, number FROM pulls WHERE state = 'closed' AND updated_at < $1 ORDER BY updated_at LIMIT $2)`, reports},
		{`DELETE FROM generations WHERE subject IN (SELECT 'pull ' || repo || '#' || number FROM pulls WHERE state = 'closed' AND updated_at < $1 ORDER BY updated_at LIMIT $2)`, reports},
		{`DELETE FROM pulls WHERE (repo, number) IN (SELECT repo, number FROM pulls WHERE state = 'closed' AND updated_at < $1 ORDER BY updated_at LIMIT $2)`, reports},
		{`DELETE FROM reports WHERE id IN (SELECT r.id FROM reports r WHERE r.made_at < $1
			AND NOT EXISTS (SELECT 1 FROM pulls p WHERE p.report = r.id) ORDER BY r.made_at LIMIT $2)`, reports},
		{`DELETE FROM queued WHERE (repo, number, head) IN (SELECT repo, number, head FROM queued WHERE kept_at < $1 ORDER BY kept_at LIMIT $2)`, s.now().Add(-longestQueued)},
		// What was put on GitHub so long ago is found there again, should anybody ask.
		{`DELETE FROM published WHERE key IN (SELECT key FROM published WHERE updated_at < $1 ORDER BY updated_at LIMIT $2)`, reports},
	} {
		for {
			var n int64
			err := s.db.Update(ctx, func(tx database.Tx) (err error) {
				n, err = tx.Exec(ctx, step.query, micros(step.before), pruneBatch)
				return err
			})
			total += n
			if err != nil {
				return total, within("prune", err)
			}
			if n < pruneBatch {
				break
			}
		}
	}
	return total, nil
}

// Claim takes a turn at something that one of several processes does at a time: it answers true where nobody took it
// for so long.
func (s *DB) Claim(ctx context.Context, key string, every time.Duration) (mine bool, err error) {
	now := s.now()
	err = s.db.Update(ctx, func(tx database.Tx) error {
		n, err := tx.Exec(ctx, `
			INSERT INTO settings (key, value, updated_at) VALUES ($1, '', $2)
			ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at WHERE settings.updated_at <= $3`,
			key, micros(now), micros(now.Add(-every)))
		mine = n == 1
		return err
	})
	return mine, within("turn at "+key, err)
}
