package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// settling is how long the end of a job may take, its own time over or not.
const settling = 10 * time.Second

// rounds is how often a job does its work in one go where it is asked for again meanwhile. Then others have their turn.
const rounds = 3

// work does one attempt of a job. complete marks it as done within a transaction.
func (q *Queue) work(ctx context.Context, job *rivertype.JobRow, t task, complete completer) error {
	for range rounds {
		again, err := q.round(ctx, job, t, complete)
		if err != nil || !again {
			return err
		}
	}
	return river.JobSnooze(0)
}

type completer func(ctx context.Context, tx database.Tx) error

// round does the work once. again says that it was asked for once more meanwhile.
func (q *Queue) round(ctx context.Context, job *rivertype.JobRow, t task, complete completer) (again bool, err error) {
	if until, limited := q.limits.until(t.installation, q.options.Now()); limited {
		return false, q.snooze(until)
	}
	generation, err := q.generation(ctx, t.subject)
	if err != nil {
		return false, err
	}
	more, err := q.attempt(ctx, &t, job)
	var limited interface{ RetryAt() time.Time }
	switch {
	case err == nil:
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return false, errors.Join(context.Canceled, err) // the queue stops: River puts the job back, and counts no attempt
	case errors.As(err, &limited):
		until := q.limits.set(t.installation, limited.RetryAt(), q.options.Now())
		q.line(q.log.Warn(), job, t).Err(err).Time("until", until).Msg("job waits for a limit to end")
		return false, q.snooze(until)
	case permanent(err) || q.hopeless(job):
		q.line(q.log.Error(), job, t).Err(err).Msg("job given up")
		more = gate.Work{}
	default:
		q.line(q.log.Warn(), job, t).Err(err).Msg("job failed")
		// A push that came meanwhile need not wait for the pause of this failure.
		if now, lost := q.generation(ctx, t.subject); lost == nil && now != generation {
			return true, nil
		}
		return false, err
	}
	return q.settle(ctx, t, generation, more, complete)
}

// attempt runs the handler. A panic in it is an error like others.
func (q *Queue) attempt(ctx context.Context, t *task, job *rivertype.JobRow) (more gate.Work, err error) {
	defer func() {
		if v := recover(); v != nil {
			q.line(q.log.Error(), job, *t).Bytes("stack", debug.Stack()).Msg("job panicked")
			more, err = gate.Work{}, fmt.Errorf("panic: %v", v)
		}
	}()
	return t.do(context.WithValue(ctx, taskKey{}, t), job.Attempt)
}

// settle ends a job, unless its subject was asked for again since it began. The asking and the ending both hold the
// generation, so one of them sees the other.
func (q *Queue) settle(ctx context.Context, t task, generation int64, more gate.Work, complete completer) (again bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	err = q.insertAll(ctx, list(&more), func(tx database.Tx) error {
		again = false
		if t.subject != "" {
			same, err := q.generations.SameGeneration(ctx, tx, t.subject, generation)
			if err != nil || !same {
				again = !same
				return err
			}
		}
		if t.ending != nil {
			if err := t.ending(ctx, tx); err != nil {
				return err
			}
		}
		return complete(ctx, tx)
	})
	return again, err
}

// generation is how often subject was asked for until now.
func (q *Queue) generation(ctx context.Context, subject string) (generation int64, err error) {
	if subject == "" {
		return 0, nil
	}
	err = q.db.Look(ctx, func(tx database.Tx) (err error) {
		generation, err = q.generations.Generation(ctx, tx, subject)
		return err
	})
	return generation, err
}

// permanent reports whether err says that no other try helps.
func permanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}

// hopeless reports whether a job fails for so long that it is given up. The sweep will find what it was for.
func (q *Queue) hopeless(job *rivertype.JobRow) bool {
	return len(job.Errors) > 0 && q.options.Now().Sub(job.Errors[0].At) > q.options.GiveUp
}

func (q *Queue) line(e *zerolog.Event, job *rivertype.JobRow, t task) *zerolog.Event {
	e = t.named(e.Str("job", job.Kind).Int("attempt", job.Attempt))
	if t.asked != nil {
		e = t.asked(e)
	}
	return e
}

type taskKey struct{}

// Asked has the lines that this package logs of the attempt that ctx belongs to name who asked for it as well: jobs hold
// identities alone. A handler calls it, at its beginning.
func Asked(ctx context.Context, by func(e *zerolog.Event) *zerolog.Event) {
	if t, ok := ctx.Value(taskKey{}).(*task); ok {
		t.asked = by
	}
}

// Ending has do run in the transaction that ends the job whose attempt ctx belongs to. It doesn't run where the job failed or
// was asked for again meanwhile.
func Ending(ctx context.Context, do func(ctx context.Context, tx database.Tx) error) {
	if t, ok := ctx.Value(taskKey{}).(*task); ok {
		t.ending = do
	}
}
