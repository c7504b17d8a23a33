// Package jobs is durable work: what was asked for is done, whatever dies in between, once at a time for each pull
// request, and as often as it takes.
//
// The queue lives in the database, beside the deliveries: one transaction takes a delivery and the jobs that it asks
// for. A pull request that is asked for again while a job looks at it is looked at once more, and not more often than
// that. The jobs hold identities alone; what there is to do is in [Handlers]. River does the queueing; nothing of it
// shows outside.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// Handlers do the work. What a handler answers decides on its job:
//
//   - nil: done, unless it was asked for again meanwhile;
//   - an error with a method RetryAt() time.Time: GitHub limits the installation; its jobs wait until then;
//   - an error with a method Permanent() bool that answers true: no other try helps; it is logged and done with;
//   - any other error, and a panic: again, after a pause that grows, until [Options.GiveUp].
//
// A handler may be called at the same time for different things, and again for what it has done: after a crash, nobody
// knows. It ends when its context does.
type Handlers struct {
	Pull  func(ctx context.Context, t gate.Target, attempt int) error // attempt counts from 1
	Group func(ctx context.Context, g gate.Group, attempt int) error

	// These answer what is meant. It becomes jobs of its own, behind those that somebody waits for.
	Repo         func(ctx context.Context, t gate.RepoTarget) (gate.Work, error)
	Head         func(ctx context.Context, t gate.HeadTarget) (gate.Work, error)
	Issue        func(ctx context.Context, t gate.IssueTarget) (gate.Work, error)
	Installation func(ctx context.Context, id int64) (gate.Work, error)
}

func (h *Handlers) complete() bool {
	return h.Pull != nil && h.Group != nil && h.Repo != nil && h.Head != nil && h.Issue != nil && h.Installation != nil
}

// Generations count how often a subject was asked for; store.DB does. A subject is a pull request or a merge group.
type Generations interface {
	// BumpGeneration counts one more, and holds subject's row until tx ends.
	BumpGeneration(ctx context.Context, tx database.Tx, subject string) (int64, error)
	// Generation is the count, 0 for never.
	Generation(ctx context.Context, tx database.Tx, subject string) (int64, error)
	// SameGeneration compares, and holds subject's row until tx ends where the count is the same.
	SameGeneration(ctx context.Context, tx database.Tx, subject string, generation int64) (bool, error)
}

// Options are what may be set. The zero value of each means its default.
type Options struct {
	Workers  int           // jobs at the same time, in this process: 64; one installation has half of them at most
	Timeout  time.Duration // of one attempt: 1 minute
	Rescue   time.Duration // after this a running job is taken for lost, if nothing else tells: Timeout and 15 seconds
	Poll     time.Duration // how often the database is asked for jobs that come back; of new ones it tells: 100 ms
	Retry    time.Duration // pause after the first failure, doubled at each further one: 1 second
	MaxRetry time.Duration // the longest pause: 2 minutes
	GiveUp   time.Duration // a job that fails for so long is given up: 24 hours
	Look     time.Duration // how often queues on Postgres look whether another one was killed: 2 seconds
	Keep     time.Duration // how long a job is kept when it is done: 1 hour
	Grace    time.Duration // how long Stop waits for running jobs before it interrupts them: 20 seconds

	Now func() time.Time // the clock: time.Now
	Log zerolog.Logger
}

func (o *Options) defaults() {
	for _, d := range []struct {
		value *time.Duration
		is    time.Duration
	}{
		{&o.Timeout, time.Minute},
		{&o.Poll, 100 * time.Millisecond},
		{&o.Retry, time.Second},
		{&o.MaxRetry, 2 * time.Minute},
		{&o.GiveUp, 24 * time.Hour},
		{&o.Look, 2 * time.Second},
		{&o.Keep, time.Hour},
		{&o.Grace, 20 * time.Second},
	} {
		if *d.value == 0 {
			*d.value = d.is
		}
	}
	o.Poll = max(o.Poll, cooldown)
	if o.Rescue == 0 {
		o.Rescue = o.Timeout + 15*time.Second
	}
	if o.Workers == 0 {
		o.Workers = 64
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Queue is the durable work. Its methods may be called at the same time.
type Queue struct {
	db          *database.DB
	generations Generations
	handlers    Handlers
	options     Options
	log         zerolog.Logger
	limits      limits
	river       client
	held        atomic.Bool // a ready job waits for its installation's turn
	id          uint32      // of this queue among those that share the database

	mu      sync.Mutex
	release func() // ends what goes on beside River, while it runs
}

// New makes a queue on a database whose tables [Migrate] has brought up to date. It takes work at once and does it from
// [Queue.Start] on.
func New(db *database.DB, generations Generations, handlers Handlers, options Options) (*Queue, error) {
	if !handlers.complete() {
		return nil, errors.New("jobs: a handler is missing")
	}
	options.defaults()
	q := &Queue{db: db, generations: generations, handlers: handlers, options: options, log: options.Log, id: newID()}
	var err error
	if q.river, err = connect(q); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return q, nil
}

// Start begins to work, and goes on until [Queue.Stop]: the end of ctx ends only the start. On SQLite it owns the
// database; several processes share one on Postgres. What a process that was killed left undone is taken up, on SQLite
// at the next start, on Postgres in seconds by the others.
func (q *Queue) Start(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.release != nil {
		return errors.New("jobs: started already")
	}
	release, err := q.appear(ctx)
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	if err = q.river.start(context.WithoutCancel(ctx)); err != nil {
		release()
		return fmt.Errorf("jobs: %w", err)
	}
	q.release = release
	return nil
}

// Stop takes no more jobs and waits for those that run. After [Options.Grace], or where ctx ends first, it interrupts
// them, and they will be done when a queue starts again; an error says that one runs on. A queue that isn't started is
// stopped.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.release == nil {
		return nil
	}
	if err := q.river.stop(ctx); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	q.release()
	q.release = nil
	return nil
}

// Running reports whether jobs are being done.
func (q *Queue) Running() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.release != nil && q.river.running()
}
