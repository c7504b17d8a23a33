package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"github.com/sluicegate/sluice/internal/database"
)

// Installations share the workers when jobs are taken, not when they are asked for: one that has thousands of jobs, or
// whose jobs hang, leaves workers free for the others, and whose job it is that comes next doesn't depend on who asked
// first. Nothing is put back, so a flood costs no writes; nothing is kept beside the table, so a crash forgets nothing.
//
// The rule is that of a switch whose ports share one buffer (Choudhury and Hahne, Dynamic Queue Length Thresholds): an
// installation may begin a job while it runs fewer than there are workers free. Alone, it has half of them; two have a
// third each, and the last third is free at once for whoever comes. Urgent jobs go first; among them, those of the
// installation that runs the fewest.

// candidate is a job that may be taken. running is how many its installation runs in this process.
type candidate struct{ id, installation, priority, running int64 }

// share chooses among candidates, which are in the order of their priority and age, and answers whether one is held back
// though a worker is free.
func share(free int, candidates []candidate) (ids []int64, held bool) {
	lines := map[int64]int64{} // how many of an installation's are before
	for i := range candidates {
		c := &candidates[i]
		c.running += lines[c.installation]
		lines[c.installation]++
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.running, b.running))
	})
	left := int64(free)
	for _, c := range candidates {
		if c.running >= left {
			held = held || left > 0
			continue
		}
		ids = append(ids, c.id)
		left--
	}
	return ids, held
}

// fair is River's executor, but for the jobs that it takes.
type fair struct {
	riverdriver.Executor
	take func(ctx context.Context, free int) ([]*rivertype.JobRow, error)
}

// JobGetAvailable takes jobs for the workers that are free.
func (f fair) JobGetAvailable(ctx context.Context, params *riverdriver.JobGetAvailableParams) ([]*rivertype.JobRow, error) {
	return f.take(ctx, params.MaxToLock)
}

// take marks jobs as running, at most as many as there are free workers.
func (q *Queue) take(ctx context.Context, free int) (taken []*rivertype.JobRow, err error) {
	var ids []int64
	choose := func(tx database.Tx) (err error) {
		ids, err = q.choose(ctx, tx, free)
		return err
	}
	begin := func(tx database.Tx) (err error) {
		taken, err = q.begin(ctx, tx, ids)
		return err
	}
	if q.db.Engine() == database.SQLite {
		// Nobody else takes jobs, so what is seen stays so; and deliveries don't wait while it is looked for.
		if err = q.db.Look(ctx, choose); err == nil && len(ids) > 0 {
			err = q.db.Update(ctx, begin)
		}
		return taken, err
	}
	err = q.db.Update(ctx, func(tx database.Tx) error {
		if err := choose(tx); err != nil {
			return err
		}
		return begin(tx)
	})
	return taken, err
}

// choose answers the jobs to take.
func (q *Queue) choose(ctx context.Context, tx database.Tx, free int) ([]int64, error) {
	q.held.Store(true) // a job that ends while this one looks is seen by the next look
	candidates, err := q.candidates(ctx, tx, free)
	if err != nil {
		return nil, err
	}
	ids, held := share(free, candidates)
	q.held.Store(held)
	return ids, nil
}

// yield is called at the end of a job: one that is held back may have its turn now. Otherwise River looks at the next
// poll, because it got fewer jobs than it has workers.
func (q *Queue) yield() {
	if q.held.Load() {
		q.river.look()
	}
}

// lines are what candidates asks: the installations that have ready jobs, found by skipping through the index, how many
// each runs, and the first jobs of each.
const lines = `
WITH RECURSIVE
ready (installation) AS MATERIALIZED (
	SELECT (SELECT $INSTALLATION FROM river_job $INDEXED WHERE state = 'available' ORDER BY $INSTALLATION LIMIT 1)
	UNION ALL
	SELECT (SELECT $INSTALLATION FROM river_job $INDEXED
		WHERE state = 'available' AND $INSTALLATION > ready.installation ORDER BY $INSTALLATION LIMIT 1)
	FROM ready WHERE installation IS NOT NULL
),
busy (installation, running) AS MATERIALIZED (
	SELECT $INSTALLATION, count(*) FROM river_job WHERE state = 'running' AND $MINE GROUP BY 1
)
SELECT job.id, ready.installation, job.priority, coalesce(busy.running, 0)
FROM ready LEFT JOIN busy ON busy.installation = ready.installation
CROSS JOIN $FIRST AS job
ORDER BY job.priority, job.scheduled_at, job.id`

// few is how many of each are looked at: as many as it could have if all shared alike, and one more, which tells that
// there are more. What that leaves over is found at the next look.
const few = `1 + ($1 + 1) / (1 + (SELECT count(*) FROM ready WHERE installation IS NOT NULL))`

// A file of SQLite has one owner, so whatever runs is this process's. Its planner would rather sort all that is ready
// than use the index.
var sqliteLines = strings.NewReplacer(
	"$INSTALLATION", sqliteInstallation, "$INDEXED", "INDEXED BY sluice_job_ready", "$MINE", "$2 <> ''",
	"$FIRST AS job", `river_job AS job ON job.id IN (
		SELECT id FROM river_job INDEXED BY sluice_job_ready
		WHERE state = 'available' AND `+sqliteInstallation+` = ready.installation AND scheduled_at <= datetime('now', 'subsec')
		ORDER BY priority, scheduled_at, id LIMIT `+few+`)`,
).Replace(lines)

// Another process passes over what this one looks at: it has others to take, and comes again.
var postgresLines = strings.NewReplacer(
	"$INSTALLATION", postgresInstallation, "$INDEXED", "", "$MINE", "attempted_by[array_upper(attempted_by, 1)] = $2",
	"$FIRST", `LATERAL (
		SELECT id, priority, scheduled_at FROM river_job
		WHERE state = 'available' AND `+postgresInstallation+` = ready.installation AND scheduled_at <= now()
		ORDER BY priority, scheduled_at, id LIMIT `+few+` FOR UPDATE SKIP LOCKED)`,
).Replace(lines)

// candidates are the jobs that could be taken, in the order of their priority and age.
func (q *Queue) candidates(ctx context.Context, tx database.Tx, free int) ([]candidate, error) {
	query := sqliteLines
	if q.db.Engine() == database.Postgres {
		query = postgresLines
	}
	rows, err := tx.Query(ctx, query, free, nameOf(q.id))
	return database.Collect(rows, err, func(row database.Row) (c candidate, err error) {
		err = row.Scan(&c.id, &c.installation, &c.priority, &c.running)
		return c, err
	})
}

// begin marks jobs as running here. Of those that had them before, nobody asks any more.
func (q *Queue) begin(ctx context.Context, tx database.Tx, ids []int64) ([]*rivertype.JobRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	statement := `UPDATE river_job
		SET state = 'running', attempt = attempt + 1, attempted_at = datetime('now', 'subsec'), attempted_by = jsonb_array($1)
		WHERE id IN (SELECT value FROM json_each($2))`
	if q.db.Engine() == database.Postgres {
		statement = `UPDATE river_job
			SET state = 'running', attempt = attempt + 1, attempted_at = now(), attempted_by = ARRAY[$1::text]
			WHERE id IN (SELECT value::bigint FROM json_array_elements_text($2::json))`
	}
	if _, err := tx.Exec(ctx, statement, nameOf(q.id), string(list)); err != nil {
		return nil, err
	}
	return q.river.rows(ctx, tx, ids)
}

// The installation of a job, in each engine's words.
const (
	sqliteInstallation   = `coalesce(json_extract(args, '$.installation'), 0)`
	postgresInstallation = `coalesce((args->>'installation')::bigint, 0)`
)

// indexReady makes the index by which jobs are taken, once.
func indexReady(ctx context.Context, db *database.DB) error {
	installation := sqliteInstallation
	if db.Engine() == database.Postgres {
		installation = "(" + postgresInstallation + ")"
	}
	return db.Update(ctx, func(tx database.Tx) error {
		_, err := tx.Exec(ctx, `CREATE INDEX IF NOT EXISTS sluice_job_ready
			ON river_job (`+installation+`, priority, scheduled_at, id) WHERE state = 'available'`)
		return err
	})
}
