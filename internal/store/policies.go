package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// KeepPolicy keeps the layers as the last ones that were valid for a repository and a base branch. What is kept already
// is not written again. Where what they say is new, and not only the commit that they were read at, the ledger gets it.
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
		if err != nil {
			return err
		}
		return s.enterPolicy(ctx, tx, repo, base, kept, layers)
	})
	return within(what, err)
}

// governed is the body of an entry of the kind "policy": what governs a branch from now on.
type governed struct {
	Base   string          `json:"base"`
	Layers []governedLayer `json:"layers"`
}

type governedLayer struct {
	Layer  string `json:"layer"`
	Source string `json:"source"`
	SHA256 string `json:"sha256"`
	Text   string `json:"text"`
}

func (s *DB) enterPolicy(ctx context.Context, tx database.Tx, repo, base, kept string, layers []policy.Layer) error {
	var before []policy.Layer
	if kept != "" {
		if err := json.Unmarshal([]byte(kept), &before); err != nil {
			return err
		}
	}
	if slices.EqualFunc(before, layers, func(a, b policy.Layer) bool { return a.Name == b.Name && a.Text == b.Text }) {
		return nil
	}
	entry := governed{Base: base, Layers: []governedLayer{}}
	for _, l := range layers {
		entry.Layers = append(entry.Layers, governedLayer{string(l.Name), l.Source, sum([]byte(l.Text)), plain(l.Text)})
	}
	body, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	return s.Append(ctx, tx, Entry{Kind: "policy", Repo: repo, Actor: "sluice", Body: string(body)})
}

// Administered enters what somebody did to an installation into the ledger, within tx.
func (s *DB) Administered(ctx context.Context, tx database.Tx, a *gate.Administration) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return s.Append(ctx, tx, Entry{Kind: "administration", Actor: plain(cmp.Or(a.By, "github")), Body: string(body)})
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
	err = s.db.Look(ctx, func(tx database.Tx) error {
		return tx.QueryRow(ctx, `SELECT layers FROM policies WHERE repo = $1 AND base = $2`, repo, plain(base)).Scan(&text)
	})
	if none(err) {
		return "", nil
	}
	return text, err
}
