package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// Standing is where a pull request stands by its newest report.
type Standing struct {
	gate.Target
	Head     string // the commit that was judged
	Base     string // the branch that it was judged for
	Decision gate.Decision
	Updated  time.Time
}

const standingColumns = `p.installation, p.repo, p.number, p.head, p.base, p.decision, p.updated_at`

func scanStanding(row database.Row) (Standing, error) {
	var s Standing
	var decision string
	var updated int64
	err := row.Scan(&s.Installation, &s.Repo, &s.Number, &s.Head, &s.Base, &decision, &updated)
	s.Decision, s.Updated = gate.Decision(decision), fromMicros(updated)
	return s, err
}

// Newest lists the open pull requests that have a report, the newest first, limit at most.
func (s *DB) Newest(ctx context.Context, limit int) ([]Standing, error) {
	return s.standings(ctx, "open pull requests",
		`SELECT `+standingColumns+` FROM pulls p WHERE p.state = $1 ORDER BY p.updated_at DESC, p.repo, p.number LIMIT $2`, open, limit)
}

// OpenIn lists the open pull requests of a repository that have a report, by number.
func (s *DB) OpenIn(ctx context.Context, repo string) ([]Standing, error) {
	return s.standings(ctx, "open pull requests of "+repo,
		`SELECT `+standingColumns+` FROM pulls p WHERE p.state = $1 AND p.repo = $2 ORDER BY p.number`, open, repo)
}

// Due lists the open pull requests whose report time alone has changed by at, limit at most. The next report of each says
// anew when that is.
func (s *DB) Due(ctx context.Context, at time.Time, limit int) (out []gate.Target, err error) {
	due, err := s.standings(ctx, "pull requests that are due",
		`SELECT `+standingColumns+` FROM pulls p WHERE p.state = $1 AND p.next_at > 0 AND p.next_at <= $2 ORDER BY p.next_at, p.repo, p.number LIMIT $3`,
		open, micros(at), limit)
	for i := range due {
		out = append(out, due[i].Target)
	}
	return out, err
}

// Standing lists the open pull requests of a repository that have a report, by number.
func (s *DB) Standing(ctx context.Context, repo string) (out []gate.Standing, err error) {
	all, err := s.OpenIn(ctx, repo)
	for i := range all {
		out = append(out, gate.Standing{Target: all[i].Target, Head: all[i].Head, Base: all[i].Base, Decision: all[i].Decision})
	}
	return out, err
}

// WithHead lists the open pull requests of a repository that were judged at a commit, by number.
func (s *DB) WithHead(ctx context.Context, repo, sha string) ([]Standing, error) {
	return s.standings(ctx, "pull requests at "+sha,
		`SELECT `+standingColumns+` FROM pulls p WHERE p.state = $1 AND p.repo = $2 AND p.head = $3 ORDER BY p.number`, open, repo, sha)
}

// Naming lists the open pull requests that name an issue, in whatever repository they are.
func (s *DB) Naming(ctx context.Context, issue pull.IssueRef) ([]Standing, error) {
	return s.standings(ctx, fmt.Sprintf("pull requests that name %s#%d", issue.Repo, issue.Number), `
		SELECT `+standingColumns+` FROM pulls p JOIN specs s ON s.repo = p.repo AND s.number = p.number
		WHERE p.state = $1 AND s.issue_repo = $2 AND s.issue_number = $3 ORDER BY p.repo, p.number`, open, issue.Repo, issue.Number)
}

func (s *DB) standings(ctx context.Context, what, query string, args ...any) (out []Standing, err error) {
	err = s.db.Look(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, query, args...)
		out, err = database.Collect(rows, err, scanStanding)
		return err
	})
	return out, within(what, err)
}

// Beside lists the other open pull requests of a repository whose head commit is that of one, as it is kept.
func (s *DB) Beside(ctx context.Context, repo string, number int) (out []gate.Target, err error) {
	all, err := s.standings(ctx, fmt.Sprintf("pull requests beside %s#%d", repo, number), `
		SELECT `+standingColumns+` FROM pulls p JOIN pulls o ON o.repo = p.repo AND o.head = p.head
		WHERE o.repo = $1 AND o.number = $2 AND p.number <> $2 AND p.state = $3 ORDER BY p.number`, repo, number, open)
	for i := range all {
		out = append(out, all[i].Target)
	}
	return out, err
}

// besideHeads lists the other open pull requests of t's repository that have one of two head commits, by number.
func besideHeads(ctx context.Context, tx database.Tx, t gate.Target, one, other string) ([]gate.Target, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+standingColumns+` FROM pulls p
		WHERE p.repo = $1 AND p.head IN ($2, $3) AND p.number <> $4 AND p.state = $5 ORDER BY p.number`, t.Repo, one, other, t.Number, open)
	return database.Collect(rows, err, func(row database.Row) (gate.Target, error) {
		s, err := scanStanding(row)
		return s.Target, err
	})
}

// Closed notes that a pull request is closed or merged: it is listed no more, and in no merge group. Its
// reports stay. A later report opens it.
func (s *DB) Closed(ctx context.Context, repo string, number int) error {
	err := s.db.Update(ctx, func(tx database.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE pulls SET state = $1, updated_at = $2 WHERE repo = $3 AND number = $4 AND state <> $1`,
			closed, micros(s.now()), repo, number)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM queued WHERE repo = $1 AND number = $2`, repo, number)
		return err
	})
	return within(fmt.Sprintf("%s#%d", repo, number), err)
}

// keepIssues keeps which issues a pull request names, in the place of what was kept before.
func keepIssues(ctx context.Context, tx database.Tx, repo string, number int, issues []pull.IssueRef) error {
	if _, err := tx.Exec(ctx, `DELETE FROM specs WHERE repo = $1 AND number = $2`, repo, number); err != nil {
		return err
	}
	for _, issue := range inOrder(issues) {
		_, err := tx.Exec(ctx, `INSERT INTO specs (repo, number, issue_repo, issue_number) VALUES ($1, $2, $3, $4)`,
			repo, number, issue.Repo, issue.Number)
		if err != nil {
			return err
		}
	}
	return nil
}

// issuesOf is what keepIssues kept, in order.
func issuesOf(ctx context.Context, tx database.Tx, repo string, number int) ([]pull.IssueRef, error) {
	rows, err := tx.Query(ctx, `SELECT issue_repo, issue_number FROM specs WHERE repo = $1 AND number = $2`, repo, number)
	issues, err := database.Collect(rows, err, func(row database.Row) (ref pull.IssueRef, err error) {
		err = row.Scan(&ref.Repo, &ref.Number)
		return ref, err
	})
	return inOrder(issues), err
}

// inOrder is each issue once, in one order.
func inOrder(issues []pull.IssueRef) []pull.IssueRef {
	sorted := slices.Clone(issues)
	slices.SortFunc(sorted, func(a, b pull.IssueRef) int {
		return cmp.Or(strings.Compare(a.Repo, b.Repo), cmp.Compare(a.Number, b.Number))
	})
	return slices.Compact(sorted)
}
