package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"go.opentelemetry.io/otel/attribute"
)

// origin is the newest delivery that asked for something, until it is answered. Jobs hold identities alone, and one of
// them may answer many deliveries, so it lies beside them under the name of what was asked for, with the older ones behind
// it.
type origin struct {
	Delivery string    `json:"delivery"`
	At       time.Time `json:"at"`              // when it came
	Trace    string    `json:"trace,omitempty"` // its span
	Rerun    bool      `json:"rerun,omitempty"` // somebody pressed a check run's button

	also       []string // the older ones, answered by the same
	told       bool     // a line in the log says how it ended
	key, value string   // as it lies in the store
}

func pullOrigin(t gate.Target) string     { return fmt.Sprintf("told of pull %s#%d", t.Repo, t.Number) }
func groupOrigin(g *gate.Group) string    { return "told of group " + g.Repo + "@" + g.HeadSHA }
func repoOrigin(t gate.RepoTarget) string { return fmt.Sprintf("told of repo %s %s", t.Repo, t.Base) }
func headOrigin(t gate.HeadTarget) string { return "told of head " + t.Repo + "@" + t.SHA }

func issueOrigin(t gate.IssueTarget) string {
	return fmt.Sprintf("told of issue %s#%d", t.Repo, t.Number)
}
func installationOrigin(id int64) string { return fmt.Sprintf("told of installation %d", id) }

// mostOrigins bounds what one delivery is remembered for. Nobody waits for the hundredth pull request of a list.
const mostOrigins = 50

// origins are the names of what w asks for, each once and in one order: transactions that hold several don't stand in
// each other's way.
func origins(w *gate.Work) (out []string) {
	for _, t := range w.Pulls {
		out = append(out, pullOrigin(t))
	}
	for i := range w.Groups {
		out = append(out, groupOrigin(&w.Groups[i]))
	}
	for _, t := range w.Repos {
		out = append(out, repoOrigin(t))
	}
	for _, t := range w.Heads {
		out = append(out, headOrigin(t))
	}
	for _, t := range w.Issues {
		out = append(out, issueOrigin(t))
	}
	for _, id := range w.Installations {
		out = append(out, installationOrigin(id))
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), mostOrigins)]
}

// note keeps, within the transaction that takes a delivery, that it asks.
func (s *server) note(ctx context.Context, tx database.Tx, d *github.Delivery) error {
	value, err := json.Marshal(origin{Delivery: d.ID, At: time.Now().UTC(), Trace: parentOf(ctx), Rerun: d.Rerun()})
	if err != nil {
		return err
	}
	for _, key := range origins(&d.Work) {
		if err := s.store.Prepend(ctx, tx, key, value); err != nil {
			return err
		}
	}
	return nil
}

// origin is the delivery that asked for what key names and was not answered yet, nil for none: a sweep asks too.
func (s *server) origin(ctx context.Context, key string) (*origin, error) {
	value, err := s.store.Recall(ctx, key)
	if err != nil || value == nil {
		return nil, err
	}
	o := &origin{key: key, value: string(value)}
	notes := json.NewDecoder(bytes.NewReader(value))
	if notes.Decode(o) != nil {
		return nil, nil //nolint:nilerr // a note that cannot be read tells nothing
	}
	for older := (origin{}); notes.Decode(&older) == nil; older = (origin{}) { // until the end, or one that is cut off
		if older.Delivery != o.Delivery && !slices.Contains(o.also, older.Delivery) {
			o.also = append(o.also, older.Delivery)
		}
	}
	return o, nil
}

// handOn notes for each pull request of w that o asked for it.
func (s *server) handOn(ctx context.Context, o *origin, w *gate.Work) error {
	keys := origins(w)
	if o == nil || len(keys) == 0 {
		return nil
	}
	return s.db.Update(ctx, func(tx database.Tx) error {
		for _, key := range keys {
			if err := s.store.Prepend(ctx, tx, key, []byte(o.value)); err != nil {
				return err
			}
		}
		return nil
	})
}

type originKey struct{}

func withOrigin(ctx context.Context, o *origin) context.Context {
	if o == nil {
		return ctx
	}
	return context.WithValue(ctx, originKey{}, o)
}

// originOf is the delivery that ctx's job answers, nil for none.
func originOf(ctx context.Context) *origin {
	o, _ := ctx.Value(originKey{}).(*origin)
	return o
}

// delivery names a delivery, and the older ones that are answered with it, in a log line and in a span.
func (o *origin) delivery(e *zerolog.Event) *zerolog.Event {
	if o == nil {
		return e
	}
	if len(o.also) > 0 {
		e = e.Strs("also", o.also)
	}
	return e.Str("delivery", o.Delivery)
}

func (o *origin) attributes(more ...attribute.KeyValue) []attribute.KeyValue {
	if o == nil {
		return more
	}
	return append(more, attribute.String("sluice.delivery", o.Delivery))
}

// tally counts the writes to GitHub of whoever has it in the context.
type tally struct{ writes atomic.Int64 }

type tallyKey struct{}
