package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// Record keeps r as the newest report of its pull request, with the issues that it names, and enters the decision into
// the ledger. A report that says what the newest one says, at another time of day, writes nothing.
func (s *DB) Record(ctx context.Context, t gate.Target, r *gate.Report) error {
	return s.RecordTelling(ctx, t, r, func(context.Context, database.Tx, []gate.Target) error { return nil })
}

// RecordTelling is [DB.Record] that, where it writes a report or opens the pull request again, calls tell within its
// transaction with the other open pull requests that have the head commit of r, or of the report before it: what they show
// goes by r too. It is not called where there are none.
func (s *DB) RecordTelling(ctx context.Context, t gate.Target, r *gate.Report, tell func(context.Context, database.Tx, []gate.Target) error) error {
	what := fmt.Sprintf("report of %s#%d", t.Repo, t.Number)
	hash, err := contentOf(r)
	if err != nil {
		return within(what, err)
	}
	known := false
	err = s.db.View(ctx, func(tx database.Tx) (err error) {
		known, err = s.known(ctx, tx, t, r, hash)
		return err
	})
	if err != nil || known {
		return within(what, err)
	}
	err = s.db.Update(ctx, func(tx database.Tx) error {
		beside, err := s.record(ctx, tx, t, r, hash)
		if err != nil || len(beside) == 0 {
			return err
		}
		return tell(ctx, tx, beside)
	})
	return within(what, err)
}

// known reports whether all that Record would keep is kept.
func (s *DB) known(ctx context.Context, tx database.Tx, t gate.Target, r *gate.Report, hash string) (bool, error) {
	var kept, state string
	var installation int64
	err := tx.QueryRow(ctx, `
		SELECT r.hash, p.state, p.installation FROM pulls p JOIN reports r ON r.id = p.report
		WHERE p.repo = $1 AND p.number = $2`, t.Repo, t.Number).Scan(&kept, &state, &installation)
	if none(err) {
		return false, nil
	}
	if err != nil || kept != hash || state != open || installation != t.Installation {
		return false, err
	}
	issues, err := issuesOf(ctx, tx, t.Repo, t.Number)
	return slices.Equal(issues, inOrder(r.Named)), err
}

// record answers the other open pull requests to which r is news.
func (s *DB) record(ctx context.Context, tx database.Tx, t gate.Target, r *gate.Report, hash string) (beside []gate.Target, err error) {
	report, before, err := newest(ctx, tx, t.Repo, t.Number)
	if err != nil {
		return nil, err
	}
	if before.hash != hash || before.state != open {
		if beside, err = besideHeads(ctx, tx, t, before.head, plain(r.Head)); err != nil {
			return nil, err
		}
	}
	now := micros(s.now())
	if before.hash != hash {
		text, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		err = tx.QueryRow(ctx, `
			INSERT INTO reports (repo, number, head, decision, report, hash, made_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
			t.Repo, t.Number, plain(r.Head), string(r.Decision), string(text), hash, now).Scan(&report)
		if err != nil {
			return nil, err
		}
		if err := s.enterDecision(ctx, tx, t, r, sum(text)); err != nil {
			return nil, err
		}
	}
	if err := keepIssues(ctx, tx, t.Repo, t.Number, r.Named); err != nil {
		return nil, err
	}
	var next int64
	if at := r.Next(); !at.IsZero() {
		next = micros(at)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO pulls (repo, number, installation, state, head, base, decision, report, updated_at, next_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (repo, number) DO UPDATE SET installation = excluded.installation, state = excluded.state,
			head = excluded.head, base = excluded.base, decision = excluded.decision, report = excluded.report,
			updated_at = excluded.updated_at, next_at = excluded.next_at`,
		t.Repo, t.Number, t.Installation, open, plain(r.Head), plain(r.Base), string(r.Decision), report, now, next)
	return beside, err
}

// contentOf is the hash of all that a report says, its time of day left out.
func contentOf(r *gate.Report) (string, error) {
	timeless := *r
	timeless.At = time.Time{}
	text, err := json.Marshal(&timeless)
	if err != nil {
		return "", err
	}
	return sum(text), nil
}

func sum(text []byte) string {
	hash := sha256.Sum256(text)
	return hex.EncodeToString(hash[:])
}

// The states of a pull request.
const (
	open   = "open"
	closed = "closed"
)

// kept is what is kept of a pull request.
type kept struct{ state, head, hash string }

// newest is a pull request's newest report and what is kept of it, 0 where there is none. It holds the pull request's row
// until tx ends: two reports of one pull request come one after the other.
func newest(ctx context.Context, tx database.Tx, repo string, number int) (report int64, k kept, err error) {
	err = tx.QueryRow(ctx, `UPDATE pulls SET state = state WHERE repo = $1 AND number = $2 RETURNING report, state, head`, repo, number).
		Scan(&report, &k.state, &k.head)
	if none(err) {
		return 0, kept{}, nil
	}
	if err != nil {
		return 0, kept{}, err
	}
	err = tx.QueryRow(ctx, `SELECT hash FROM reports WHERE id = $1`, report).Scan(&k.hash)
	return report, k, err
}

// AtHead lists the newest reports of the open pull requests of a repository that have a head commit, but for one, by number.
func (s *DB) AtHead(ctx context.Context, repo, head string, except int) (out []*gate.Report, err error) {
	var texts []string
	err = s.db.Look(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT r.report FROM pulls p JOIN reports r ON r.id = p.report
			WHERE p.repo = $1 AND p.head = $2 AND p.state = $3 AND p.number <> $4 ORDER BY p.number`, repo, plain(head), open, except)
		texts, err = database.Collect(rows, err, func(row database.Row) (text string, err error) {
			err = row.Scan(&text)
			return text, err
		})
		return err
	})
	for _, text := range texts {
		r, err := decodeReport(repo, 0, text)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, within("pull requests at "+head, err)
}

// Latest is the newest report of a pull request, nil where there is none.
func (s *DB) Latest(ctx context.Context, repo string, number int) (*gate.Report, error) {
	var text string
	err := s.db.Look(ctx, func(tx database.Tx) error {
		return tx.QueryRow(ctx, `
			SELECT r.report FROM pulls p JOIN reports r ON r.id = p.report
			WHERE p.repo = $1 AND p.number = $2`, repo, number).Scan(&text)
	})
	if none(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("report of %s#%d: %w", repo, number, err)
	}
	return decodeReport(repo, number, text)
}

func decodeReport(repo string, number int, text string) (*gate.Report, error) {
	var r gate.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return nil, fmt.Errorf("report of %s#%d: %w", repo, number, err)
	}
	return &r, nil
}
