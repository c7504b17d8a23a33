package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sluicegate/sluice/internal/database"
)

// Depth is how much there is to do.
type Depth struct {
	Ready   int           // may begin now
	Running int           //
	Later   int           // wait for their next try, or for a limit to end
	Oldest  time.Duration // how long the first of those that are ready has waited
}

// Depth counts the jobs.
func (q *Queue) Depth(ctx context.Context) (d Depth, err error) {
	err = q.db.View(ctx, func(tx database.Tx) error {
		if d, err = counts(ctx, tx); err != nil || d.Ready == 0 {
			return err
		}
		var since time.Time
		err := tx.QueryRow(ctx, `SELECT scheduled_at FROM river_job WHERE state = 'available' ORDER BY scheduled_at LIMIT 1`).Scan(&since)
		if err == nil {
			d.Oldest = max(q.options.Now().Sub(since), 0)
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return Depth{}, fmt.Errorf("jobs: %w", err)
	}
	return d, nil
}

func counts(ctx context.Context, tx database.Tx) (d Depth, err error) {
	rows, err := tx.Query(ctx, `
		SELECT state, count(*) FROM river_job
		WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') GROUP BY state`)
	type count struct {
		state string
		n     int
	}
	all, err := database.Collect(rows, err, func(row database.Row) (c count, err error) {
		err = row.Scan(&c.state, &c.n)
		return c, err
	})
	for _, c := range all {
		switch c.state {
		case "available":
			d.Ready += c.n
		case "running":
			d.Running += c.n
		default:
			d.Later += c.n
		}
	}
	return d, err
}

// Idle waits until there is nothing to do.
func (q *Queue) Idle(ctx context.Context) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		d, err := q.Depth(ctx)
		if err != nil || d.Ready+d.Running+d.Later == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("jobs: %d ready, %d running, %d waiting: %w", d.Ready, d.Running, d.Later, ctx.Err())
		case <-tick.C:
		}
	}
}
