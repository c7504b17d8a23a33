package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
)

// client is River's client, whatever the engine.
type client interface {
	start(ctx context.Context) error
	stop(ctx context.Context) error
	running() bool
	insert(ctx context.Context, tx database.Tx, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	wake(ctx context.Context, tx database.Tx, id int64) error
	rows(ctx context.Context, tx database.Tx, ids []int64) ([]*rivertype.JobRow, error)
	look() // takes jobs now, if some may be taken
}

// neverDiscard is the number of attempts after which River would drop a job by itself. We decide that, in the transaction
// that looks at the generation.
const neverDiscard = 30_000

// cooldown is the shortest time between two fetches of jobs; the default of 100 ms holds up a burst.
const cooldown = 5 * time.Millisecond

// interrupting is how long an interrupted job may take to notice.
const interrupting = 2 * time.Second

// connect makes the client of the queue's engine.
func connect(q *Queue) (client, error) {
	o := &q.options
	config := &river.Config{
		ID:                          nameOf(q.id),
		Workers:                     workers(q),
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}},
		FetchCooldown:               cooldown,
		FetchPollInterval:           o.Poll,
		JobTimeout:                  o.Timeout,
		RescueStuckJobsAfter:        o.Rescue,
		SoftStopTimeout:             o.Grace,
		CompletedJobRetentionPeriod: o.Keep,
		MaxAttempts:                 neverDiscard,
		RetryPolicy:                 &backoff{o.Retry, o.MaxRetry, o.Now},
		Logger:                      quiet(o.Log),
	}
	switch q.db.Engine() {
	case database.SQLite:
		driver := &local{riversqlite.New(q.db.SQLite()), q.take, newNews()}
		c, err := river.NewClient(driver, config)
		return &typed[*sql.Tx]{c, database.SQLTx, driver.news, driver.news.tell}, err
	case database.Postgres:
		driver := &shared{riverpgxv5.New(q.db.Postgres()), q.take, newNews()}
		c, err := river.NewClient(driver, config)
		return &typed[pgx.Tx]{c, database.PgxTx, driver.news, func() {}}, err
	}
	return nil, fmt.Errorf("no queue for the engine %q", q.db.Engine())
}

// quiet is River's log: what goes wrong, and nothing of what goes right.
func quiet(log zerolog.Logger) *slog.Logger {
	return slog.New(zerolog.NewSlogHandler(log.Level(max(log.GetLevel(), zerolog.WarnLevel))))
}

func workers(q *Queue) *river.Workers {
	all := river.NewWorkers()
	add[pullArgs](all, q)
	add[groupArgs](all, q)
	add[repoArgs](all, q)
	add[headArgs](all, q)
	add[issueArgs](all, q)
	add[installationArgs](all, q)
	return all
}

func add[A args](all *river.Workers, q *Queue) {
	river.AddWorker(all, river.WorkFunc(func(ctx context.Context, job *river.Job[A]) error {
		defer q.yield()
		return q.work(ctx, job.JobRow, job.Args.task(&q.handlers), func(ctx context.Context, tx database.Tx) error {
			return complete(ctx, q.db.Engine(), tx, job)
		})
	}))
}

// complete marks a job as done within tx.
func complete[A args](ctx context.Context, engine database.Engine, tx database.Tx, job *river.Job[A]) (err error) {
	if engine == database.SQLite {
		_, err = river.JobCompleteTx[*riversqlite.Driver](ctx, database.SQLTx(tx), job)
	} else {
		_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, database.PgxTx(tx), job)
	}
	return err
}

// typed is a client and what it takes for a transaction.
type typed[T any] struct {
	*river.Client[T]
	raw  func(database.Tx) T
	news news
	kick func() // tells this process that there are new jobs, where the database doesn't
}

func (c *typed[T]) start(ctx context.Context) error { return c.Start(ctx) }

// stop waits for the jobs, and interrupts them where ctx ends first. An error says that one didn't end even then.
func (c *typed[T]) stop(ctx context.Context) error {
	if c.Stop(ctx) == nil {
		return nil
	}
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), interrupting)
	defer cancel()
	return c.StopAndCancel(soon)
}

func (c *typed[T]) running() bool {
	select {
	case <-c.Stopped():
		return false
	default:
		return true
	}
}

func (c *typed[T]) insert(ctx context.Context, tx database.Tx, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error) {
	database.AfterCommit(tx, c.kick)
	return c.InsertManyTx(ctx, c.raw(tx), params)
}

func (c *typed[T]) wake(ctx context.Context, tx database.Tx, id int64) error {
	_, err := c.JobRetryTx(ctx, c.raw(tx), id)
	return err
}

func (c *typed[T]) rows(ctx context.Context, tx database.Tx, ids []int64) ([]*rivertype.JobRow, error) {
	return c.Driver().UnwrapExecutor(c.raw(tx)).JobGetByIDMany(ctx, &riverdriver.JobGetByIDManyParams{ID: ids})
}

func (c *typed[T]) look() { c.news.tell() }
