package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/policy"
)

// KeepPolicy keeps the layers as the last ones that were valid for a repository and a base branch. What is kept already
// is not written again.
func (s *DB) KeepPolicy(ctx context.Context, repo, base string, layers []policy.Layer) error {
	text, err := json.Marshal(layers)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("policy of %s, branch %s", repo, base)
	kept, err := s.policyText(ctx, repo, base)
	if err != nil || kept == string(text) {
		return within(what, err)
	}
	err = s.db.Update(ctx, func(tx database.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO policies (repo, base, layers, kept_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (repo, base) DO UPDATE SET layers = excluded.layers, kept_at = excluded.kept_at`,
			repo, plain(base), string(text), micros(s.now()))
		return err
	})
	return within(what, err)
}

// LastPolicy is what KeepPolicy kept, nil where there is nothing.
func (s *DB) LastPolicy(ctx context.Context, repo, base string) ([]policy.Layer, error) {
	text, err := s.policyText(ctx, repo, base)
	if err != nil || text == "" {
		return nil, within(fmt.Sprintf("policy of %s, branch %s", repo, base), err)
	}
	var layers []policy.Layer
	if err := json.Unmarshal([]byte(text), &layers); err != nil {
		return nil, fmt.Errorf("policy of %s, branch %s: %w", repo, base, err)
	}
	return layers, nil
}

// policyText is the layers as they are kept, empty where there are none.
func (s *DB) policyText(ctx context.Context, repo, base string) (text string, err error) {
	err = s.db.View(ctx, func(tx database.Tx) error {
		return tx.QueryRow(ctx, `SELECT layers FROM policies WHERE repo = $1 AND base = $2`, repo, plain(base)).Scan(&text)
	})
	if none(err) {
		return "", nil
	}
	return text, err
}
