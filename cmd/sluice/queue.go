package main

import (
	"context"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

func (s *server) lookAtGroup(ctx context.Context, g gate.Group, attempt int) error {
	if g.BaseSHA == "" { // a re-run, whose event does not name it
		known, err := s.store.GroupsAt(ctx, g.Repo, g.HeadSHA)
		if err != nil {
			return err
		}
		if len(known) > 0 {
			g.BaseSHA = known[0].BaseSHA
		}
	}
	report, err := s.handler.HandleGroup(ctx, g, attempt)
	t := gate.Target{Installation: g.Installation, Repo: g.Repo}
	switch {
	case err == nil && report == nil:
		s.ended(ctx, "merge group gone", func(e *zerolog.Event) { e.Str("repo", g.Repo).Str("sha", g.HeadSHA) })
	case err == nil:
		s.unchanged(ctx, t, report)
		s.published(t, report)
	}
	return err
}

// regroup has the merge groups looked at again that a pull request is in: they are decided from its verdict, and a queue
// asks for that of a group alone. It goes by no comparison with the verdict before, for a job that was killed just here
// finds nothing new when it is done again.
func (s *server) regroup(ctx context.Context, t gate.Target) error {
	groups, err := s.store.GroupsWith(ctx, t.Repo, t.Number)
	if err != nil || len(groups) == 0 {
		return err
	}
	w := gate.Work{Groups: groups}
	if err := s.handOn(ctx, originOf(ctx), &w); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx database.Tx) error { return s.queue.Insert(ctx, tx, w) })
}
