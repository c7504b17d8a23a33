package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// longestQueued is how long a merge group is remembered whose end nobody told. A queue gives up on a check that does not
// come after six hours at most (docs, "Managing a merge queue").
const longestQueued = 24 * time.Hour

// KeepGroup keeps which pull requests are in a merge group, in the place of what was kept of it before.
func (s *DB) KeepGroup(ctx context.Context, g gate.Group, members []gate.Member) error {
	what := fmt.Sprintf("merge group of %s at %s", g.Repo, g.HeadSHA)
	numbers := make([]int, 0, len(members))
	for i := range members {
		numbers = append(numbers, members[i].Number)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	var kept []int
	err := s.db.Look(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, `SELECT number FROM queued WHERE repo = $1 AND head = $2 ORDER BY number`, g.Repo, g.HeadSHA)
		kept, err = database.Collect(rows, err, func(row database.Row) (n int, err error) {
			err = row.Scan(&n)
			return n, err
		})
		return err
	})
	if err != nil || slices.Equal(kept, numbers) {
		return within(what, err)
	}
	err = s.db.Update(ctx, func(tx database.Tx) error {
		if err := s.DropGroup(ctx, tx, g); err != nil {
			return err
		}
		for _, n := range numbers {
			_, err := tx.Exec(ctx, `
				INSERT INTO queued (repo, number, head, installation, base, base_sha, head_ref, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (repo, number, head) DO NOTHING`, // somebody else keeps the same
				g.Repo, n, g.HeadSHA, g.Installation, plain(g.Base), g.BaseSHA, plain(g.HeadRef), micros(s.now()))
			if err != nil {
				return err
			}
		}
		return nil
	})
	return within(what, err)
}

// DropGroup forgets a merge group, within tx.
func (s *DB) DropGroup(ctx context.Context, tx database.Tx, g gate.Group) error {
	_, err := tx.Exec(ctx, `DELETE FROM queued WHERE repo = $1 AND head = $2`, g.Repo, g.HeadSHA)
	return within("merge group of "+g.Repo, err)
}

const groupColumns = `q.installation, q.repo, q.base, q.base_sha, q.head, q.head_ref`

func scanGroup(row database.Row) (g gate.Group, err error) {
	err = row.Scan(&g.Installation, &g.Repo, &g.Base, &g.BaseSHA, &g.HeadSHA, &g.HeadRef)
	return g, err
}

// GroupsAt lists the merge group that has a head commit: one at most.
func (s *DB) GroupsAt(ctx context.Context, repo, head string) ([]gate.Group, error) {
	return s.groups(ctx, "merge group of "+repo+" at "+head,
		`SELECT DISTINCT `+groupColumns+` FROM queued q WHERE q.kept_at > $1 AND q.repo = $2 AND q.head = $3`, repo, head)
}

// GroupsWith lists the merge groups that a pull request is in, or another open one with the same head commit: the
// verdicts of these are one.
func (s *DB) GroupsWith(ctx context.Context, repo string, number int) ([]gate.Group, error) {
	return s.groups(ctx, fmt.Sprintf("merge groups of %s#%d", repo, number), `
		SELECT DISTINCT `+groupColumns+` FROM queued q WHERE q.kept_at > $1 AND q.repo = $2 AND (q.number = $3 OR q.number IN (
			SELECT o.number FROM pulls p JOIN pulls o ON o.repo = p.repo AND o.head = p.head WHERE p.repo = $2 AND p.number = $3))
		ORDER BY q.head`, repo, number)
}

func (s *DB) groups(ctx context.Context, what, query string, args ...any) (out []gate.Group, err error) {
	since := micros(s.now().Add(-longestQueued))
	err = s.db.Look(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, query, append([]any{since}, args...)...)
		out, err = database.Collect(rows, err, scanGroup)
		return err
	})
	return out, within(what, err)
}
