package jobs

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// The priorities, the most urgent first. What was found by going through a list waits behind what somebody just did, so
// that a new installation with thousands of pull requests holds up nobody's push.
const (
	urgent = 1 // a delivery's
	found  = 3 // of a repository, an installation, the sweep
)

// Insert asks for work within tx: when tx is committed it will be done, and not otherwise. What is asked for already and
// has not begun is done once; what is being done is done once more. So a delivery is taken in one transaction:
//
//	db.Update(ctx, func(tx database.Tx) error {
//		fresh, err := store.SaveDelivery(ctx, tx, delivery)
//		if err != nil || !fresh {
//			return err
//		}
//		return queue.Insert(ctx, tx, delivery.Work)
//	})
func (q *Queue) Insert(ctx context.Context, tx database.Tx, w gate.Work) error {
	return q.insert(ctx, tx, list(&w), urgent)
}

// Sweep asks for work that nobody waits for at this moment, as [Queue.Insert] does, in transactions of its own.
func (q *Queue) Sweep(ctx context.Context, w gate.Work) error {
	return q.insertAll(ctx, list(&w), nil)
}

// batch is how many jobs one transaction takes at most: on SQLite, deliveries wait for it.
const batch = 25

// insertAll asks for a long list in several transactions. last runs in the last one; it may be nil.
func (q *Queue) insertAll(ctx context.Context, all []wanted, last func(tx database.Tx) error) error {
	for len(all) > batch {
		err := q.db.Update(ctx, func(tx database.Tx) error { return q.insert(ctx, tx, all[:batch], found) })
		if err != nil {
			return err
		}
		all = all[batch:]
	}
	return q.db.Update(ctx, func(tx database.Tx) error {
		if err := q.insert(ctx, tx, all, found); err != nil || last == nil {
			return err
		}
		return last(tx)
	})
}

// active are the states in which a job is still to be done: there is one of a pull request's jobs among them. River
// demands that running is one, so a generation tells the running job that it was asked for again.
var active = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

func (q *Queue) insert(ctx context.Context, tx database.Tx, all []wanted, priority int) error {
	if len(all) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, 0, len(all))
	for _, w := range all {
		// Before the job: the job that ends holds the generation, then itself.
		if w.subject != "" {
			if _, err := q.generations.BumpGeneration(ctx, tx, w.subject); err != nil {
				return fmt.Errorf("jobs: %w", err)
			}
		}
		params = append(params, river.InsertManyParams{Args: w.args, InsertOpts: &river.InsertOpts{
			Priority:   priority,
			UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active},
		}})
	}
	results, err := q.river.insert(ctx, tx, params)
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	for _, r := range results {
		if r.UniqueSkippedAsDuplicate {
			if err := q.hasten(ctx, tx, r.Job, priority); err != nil {
				return fmt.Errorf("jobs: %w", err)
			}
		}
	}
	return nil
}

// hasten makes a job that was asked for before as urgent as the new asking. One that waits for its next try tries now:
// what was wrong may be gone, and a new push should not wait for the pause of an old one. A job that waits for the end
// of a limit goes on waiting.
func (q *Queue) hasten(ctx context.Context, tx database.Tx, job *rivertype.JobRow, priority int) error {
	if job.Priority > priority {
		if _, err := tx.Exec(ctx, `UPDATE river_job SET priority = $1 WHERE id = $2 AND priority > $1`, priority, job.ID); err != nil {
			return err
		}
	}
	if job.State == rivertype.JobStateRetryable {
		return q.river.wake(ctx, tx, job.ID)
	}
	return nil
}
