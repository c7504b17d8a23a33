package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/jobs"
	"github.com/sluicegate/sluice/internal/store"
)

// A delivery with its jobs, as the server takes it: store and queue in one transaction.
func TestDelivery(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		ctx := t.Context()
		db := databasetest.Open(t, url)
		if err := errors.Join(store.Migrate(ctx, db), jobs.Migrate(ctx, db)); err != nil {
			t.Fatal(err)
		}
		s := store.New(db, time.Now)
		var calls atomic.Int32
		handlers := jobs.Handlers{
			Pull:         func(context.Context, gate.Target, int) error { calls.Add(1); return nil },
			Group:        func(context.Context, gate.Group, int) error { return nil },
			Repo:         func(context.Context, gate.RepoTarget) (gate.Work, error) { return gate.Work{}, nil },
			Head:         func(context.Context, gate.HeadTarget) (gate.Work, error) { return gate.Work{}, nil },
			Issue:        func(context.Context, gate.IssueTarget) (gate.Work, error) { return gate.Work{}, nil },
			Installation: func(context.Context, int64) (gate.Work, error) { return gate.Work{}, nil },
		}
		q, err := jobs.New(db, s, handlers, jobs.Options{Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		accept := func(id string, fail error) error {
			d := store.Delivery{ID: id, Work: gate.Work{Pulls: []gate.Target{{Installation: 7, Repo: "acme/api", Number: 12}}}}
			return db.Update(ctx, func(tx database.Tx) error {
				fresh, err := s.SaveDelivery(ctx, tx, d)
				if err != nil || !fresh {
					return err
				}
				return errors.Join(q.Insert(ctx, tx, d.Work), fail)
			})
		}
		if err := q.Start(ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := q.Stop(context.WithoutCancel(ctx)); err != nil {
				t.Error(err)
			}
		})
		refused := errors.New("refused")
		for _, step := range []struct {
			why  string
			id   string
			fail error
			want int32
		}{
			{"what is rolled back leaves neither", "one", refused, 0},
			{"so it can be delivered again", "one", nil, 1},
			{"the same delivery again changes nothing", "one", nil, 1},
			{"another delivery looks again", "two", nil, 2},
		} {
			if err := accept(step.id, step.fail); !errors.Is(err, step.fail) {
				t.Fatal(err)
			}
			if err := q.Idle(ctx); err != nil {
				t.Fatal(err)
			}
			if got := calls.Load(); got != step.want {
				t.Errorf("%s: looked at %d times, want %d", step.why, got, step.want)
			}
		}
	})
}
