package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// Delivery is one webhook that asks for something.
type Delivery struct {
	ID           string // GitHub's
	Event        string
	Action       string
	Installation int64  // 0 where the payload names none
	Repo         string // "owner/name"; empty where the payload names none
	Work         gate.Work
}

// SaveDelivery stores d within tx. A delivery that is there already isn't fresh, and what it asks for was asked for.
func (s *DB) SaveDelivery(ctx context.Context, tx database.Tx, d Delivery) (fresh bool, err error) {
	work, err := json.Marshal(d.Work)
	if err != nil {
		return false, fmt.Errorf("delivery %s: %w", d.ID, err)
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO deliveries (id, event, action, installation, repo, received_at, work)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO NOTHING`,
		d.ID, d.Event, plain(d.Action), d.Installation, plain(d.Repo), micros(s.now()), string(work))
	if err != nil {
		return false, fmt.Errorf("delivery %s: %w", d.ID, err)
	}
	return n == 1, nil
}

// BumpGeneration counts, within tx, that subject is asked for once more, and answers the count. It holds subject's row
// until tx ends.
func (s *DB) BumpGeneration(ctx context.Context, tx database.Tx, subject string) (int64, error) {
	var generation int64
	err := tx.QueryRow(ctx, `
		INSERT INTO generations (subject, generation) VALUES ($1, 1)
		ON CONFLICT (subject) DO UPDATE SET generation = generations.generation + 1
		RETURNING generation`, subject).Scan(&generation)
	return generation, within("generation of "+subject, err)
}

// Generation is how often subject was asked for, 0 for never.
func (s *DB) Generation(ctx context.Context, tx database.Tx, subject string) (int64, error) {
	var generation int64
	err := tx.QueryRow(ctx, `SELECT generation FROM generations WHERE subject = $1`, subject).Scan(&generation)
	if none(err) {
		return 0, nil
	}
	return generation, within("generation of "+subject, err)
}

// SameGeneration reports whether subject was asked for exactly generation times. Where it was, it holds subject's row
// until tx, which may write, ends: an asking that comes meanwhile waits for tx.
func (s *DB) SameGeneration(ctx context.Context, tx database.Tx, subject string, generation int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE generations SET generation = generation WHERE subject = $1 AND generation = $2`, subject, generation)
	return n == 1, within("generation of "+subject, err)
}
