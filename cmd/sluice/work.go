package main

import (
	"context"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/jobs"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/store"
)

// inbox takes deliveries into the database.
type inbox struct{ *server }

// Accept stores a delivery and what it asks for in one transaction. When it returns nil, nothing can lose it; the same
// delivery twice changes nothing.
func (i inbox) Accept(ctx context.Context, d github.Delivery) error {
	return i.db.Update(database.Urgent(ctx), func(tx database.Tx) error {
		fresh, err := i.store.SaveDelivery(ctx, tx, store.Delivery{
			ID: d.ID, Event: d.Event, Action: d.Action, Installation: d.Installation, Repo: d.Repo, Work: d.Work,
		})
		if err != nil {
			return err
		}
		database.AfterCommit(tx, func() { i.metrics.delivered(d.Event, fresh) })
		if !fresh {
			return nil // nor does it tell anything of where the pull request stands now
		}
		if err := i.note(ctx, tx, &d); err != nil {
			return err
		}
		for _, asked := range d.Work.Asked {
			if err := i.store.Ask(ctx, tx, asked); err != nil {
				return err
			}
		}
		for n := range d.Work.Administration {
			if err := i.store.Administered(ctx, tx, &d.Work.Administration[n]); err != nil {
				return err
			}
		}
		return i.queue.Insert(ctx, tx, d.Work)
	})
}

// work is what the queue does for each kind of job.
func (s *server) work() jobs.Handlers {
	return jobs.Handlers{
		Pull:  s.lookAtPull,
		Group: s.lookAtGroup,
		Repo: func(ctx context.Context, t gate.RepoTarget) (gate.Work, error) {
			pulls, err := s.client.OpenPulls(ctx, t)
			return gate.Work{Pulls: pulls}, err
		},
		Head: func(ctx context.Context, t gate.HeadTarget) (gate.Work, error) {
			pulls, err := s.client.PullsWithHead(ctx, t)
			return gate.Work{Pulls: pulls}, err
		},
		Issue: s.naming,
		Installation: func(ctx context.Context, id int64) (gate.Work, error) {
			repos, err := s.client.Repositories(ctx, id)
			return gate.Work{Repos: repos}, err
		},
	}
}

func (s *server) lookAtPull(ctx context.Context, t gate.Target, attempt int) error {
	report, err := s.handler.Handle(ctx, t, attempt)
	switch {
	case err == nil && report == nil:
		return s.store.Closed(ctx, t.Repo, t.Number)
	case err == nil:
		s.published(t, report)
	}
	return s.behind(ctx, t, report, err)
}

func (s *server) lookAtGroup(ctx context.Context, g gate.Group, attempt int) error {
	report, err := s.handler.HandleGroup(ctx, g, attempt)
	if err == nil {
		s.published(gate.Target{Installation: g.Installation, Repo: g.Repo}, report)
	}
	return err
}

// published counts a report that is shown, and tells whoever wants to know.
func (s *server) published(t gate.Target, r *gate.Report) {
	s.metrics.evaluated(r.Decision)
	if s.decided != nil {
		s.decided(t, r)
	}
}

// naming finds the pull requests whose spec an issue is.
func (s *server) naming(ctx context.Context, t gate.IssueTarget) (gate.Work, error) {
	standings, err := s.store.Naming(ctx, pull.IssueRef{Repo: t.Repo, Number: t.Number})
	var w gate.Work
	for _, standing := range standings {
		w.Pulls = append(w.Pulls, standing.Target)
	}
	return w, err
}
