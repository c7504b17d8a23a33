package jobs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/sluicegate/sluice/internal/database"
)

// A job that runs when its process is killed stays marked as running. River rescues it when it has run for longer than
// any job may. That is long for somebody who waits for a check run, so queues tell sooner that one of them is gone: a
// SQLite file has one owner, so that whatever runs when it starts is nobody's; on Postgres each queue holds an advisory
// lock, which goes with its connection, and the others look.

const idPrefix = "sluice-"

func newID() uint32 { return rand.Uint32() } //nolint:gosec // it need only differ

// nameOf is the queue's name in River's tables.
func nameOf(id uint32) string { return fmt.Sprintf("%s%08x", idPrefix, id) }

// idOf is the queue of a name, ok false for one that isn't ours.
func idOf(name string) (id uint32, ok bool) {
	digits, ours := strings.CutPrefix(name, idPrefix)
	n, err := strconv.ParseUint(digits, 16, 32)
	return uint32(n), ours && err == nil
}

// appear makes the queue known to be alive until disappear is called, and takes up what is nobody's.
func (q *Queue) appear(ctx context.Context) (disappear func(), err error) {
	if q.db.Engine() == database.SQLite {
		release, err := q.db.Own(ctx)
		if err != nil {
			return nil, err
		}
		if err := q.takeUpAll(ctx); err != nil {
			release()
			return nil, err
		}
		return release, nil
	}
	conn, err := q.hold(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() { q.watch(ctx, conn) })
	return func() {
		cancel()
		done.Wait()
	}, nil
}

// takeUpAll makes all jobs that run ready again.
func (q *Queue) takeUpAll(ctx context.Context) error {
	return q.db.Update(ctx, func(tx database.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
		if err != nil {
			return err
		}
		if n > 0 {
			q.log.Info().Int64("jobs", n).Msg("unfinished jobs taken up")
		}
		// A leader that was killed would keep the next one waiting.
		_, err = tx.Exec(ctx, `DELETE FROM river_leader`)
		return err
	})
}

// lockClass is the first half of the advisory locks' keys, the queue's id the second: "slui" in ASCII.
const lockClass = 0x736c7569

// hold takes the queue's lock on a connection of its own.
func (q *Queue) hold(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, q.db.Postgres().Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1, $2)`, int32(lockClass), int32(q.id)); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// watch holds the queue's lock until ctx ends, and looks for jobs of queues that hold none. One is given up when it
// held none twice in a row: a connection that broke is soon made anew.
func (q *Queue) watch(ctx context.Context, conn *pgx.Conn) {
	tick := time.NewTicker(q.options.Look)
	defer tick.Stop()
	var missing []string
	for {
		select {
		case <-ctx.Done():
			if conn != nil {
				_ = conn.Close(context.WithoutCancel(ctx))
			}
			return
		case <-tick.C:
		}
		var err error
		if conn == nil || conn.IsClosed() {
			conn, err = q.hold(ctx)
		}
		if err == nil {
			missing, err = q.look(ctx, conn, missing)
		}
		if err != nil && ctx.Err() == nil {
			q.log.Warn().Err(err).Msg("other servers not seen")
			missing = nil
		}
	}
}

// look answers the queues whose jobs run, or that lead, and that hold no lock. Those that were missing before lose their
// jobs and the lead: a leader that is gone would keep what waits for its next try waiting longer.
func (q *Queue) look(ctx context.Context, conn *pgx.Conn, before []string) (missing []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	working, err := column[string](ctx, conn, `
		SELECT attempted_by[array_upper(attempted_by, 1)] FROM river_job WHERE state = 'running' AND attempted_by IS NOT NULL
		UNION SELECT leader_id FROM river_leader`)
	if err != nil {
		return nil, err
	}
	alive, err := column[uint32](ctx, conn, `
		SELECT objid FROM pg_locks
		WHERE locktype = 'advisory' AND granted AND classid::bigint = $1 AND objsubid = 2
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, int64(lockClass))
	if err != nil {
		return nil, err
	}
	for _, name := range working {
		id, ours := idOf(name)
		switch {
		case !ours || slices.Contains(alive, id):
		case !slices.Contains(before, name):
			missing = append(missing, name)
		default:
			if err := q.takeOver(ctx, conn, name); err != nil {
				return nil, err
			}
		}
	}
	return missing, nil
}

func (q *Queue) takeOver(ctx context.Context, conn *pgx.Conn, name string) error {
	tag, err := conn.Exec(ctx, `UPDATE river_job SET state = 'available'
		WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1`, name)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `DELETE FROM river_leader WHERE leader_id = $1`, name); err != nil {
		return err
	}
	q.log.Warn().Str("server", name).Int64("jobs", tag.RowsAffected()).Msg("jobs of a lost server taken up")
	return nil
}

func column[T any](ctx context.Context, conn *pgx.Conn, query string, args ...any) ([]T, error) {
	rows, err := conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}
