package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/jobs"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/store"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// inbox takes deliveries into the database.
type inbox struct{ *server }

// Accept stores a delivery and what it asks for in one transaction. When it returns nil, nothing can lose it; the same
// delivery twice changes nothing.
func (i inbox) Accept(ctx context.Context, d github.Delivery) error {
	ctx, end := i.tracing.start(ctx, "delivery", trace.SpanKindServer, attribute.String("sluice.delivery", d.ID),
		attribute.String("sluice.event", d.Event), attribute.Int64("sluice.installation", d.Installation))
	err := i.take(ctx, &d)
	end(err)
	return err
}

func (i inbox) take(ctx context.Context, d *github.Delivery) error {
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
		if err := i.note(ctx, tx, d); err != nil {
			return err
		}
		for _, asked := range d.Work.Asked {
			if err := i.store.Ask(ctx, tx, asked); err != nil {
				return err
			}
		}
		for _, g := range d.Work.Gone {
			if err := i.store.DropGroup(ctx, tx, g); err != nil {
				return err
			}
		}
		for n := range d.Work.Administration {
			if err := i.store.Administered(ctx, tx, &d.Work.Administration[n]); err != nil {
				return err
			}
		}
		if err := i.queue.Insert(ctx, tx, d.Work); err != nil {
			return err
		}
		return i.noteHead(ctx, tx, d)
	})
}

// recorder keeps reports, and has those looked at again that share a head commit: what they show goes by all of them.
type recorder struct {
	*store.DB
	server *server
}

// Record keeps r as the newest report of its pull request.
func (r recorder) Record(ctx context.Context, t gate.Target, report *gate.Report) error {
	return r.RecordTelling(ctx, t, report, func(ctx context.Context, tx database.Tx, beside []gate.Target) error {
		return r.server.queue.Insert(ctx, tx, gate.Work{Pulls: beside})
	})
}

// work is what the queue does for each kind of job.
func (s *server) work() jobs.Handlers {
	return jobs.Handlers{
		Pull: func(ctx context.Context, t gate.Target, attempt int) error {
			return s.job(ctx, "pull", pullOrigin(t), func(ctx context.Context) error { return s.lookAtPull(ctx, t, attempt) })
		},
		Group: func(ctx context.Context, g gate.Group, attempt int) error {
			return s.job(ctx, "group", groupOrigin(&g), func(ctx context.Context) error { return s.lookAtGroup(ctx, g, attempt) })
		},
		Repo: func(ctx context.Context, t gate.RepoTarget) (gate.Work, error) {
			return s.list(ctx, "repo", repoOrigin(t), func(ctx context.Context) (gate.Work, error) {
				pulls, err := s.client.OpenPulls(ctx, t)
				return gate.Work{Pulls: pulls}, err
			})
		},
		Head: func(ctx context.Context, t gate.HeadTarget) (gate.Work, error) {
			return s.list(ctx, "head", headOrigin(t), func(ctx context.Context) (gate.Work, error) {
				pulls, err := s.client.PullsWithHead(ctx, t)
				if err != nil {
					return gate.Work{}, err
				}
				groups, err := s.store.GroupsAt(ctx, t.Repo, t.SHA)
				return gate.Work{Pulls: pulls, Groups: groups}, err
			})
		},
		Issue: func(ctx context.Context, t gate.IssueTarget) (gate.Work, error) {
			return s.list(ctx, "issue", issueOrigin(t), func(ctx context.Context) (gate.Work, error) { return s.naming(ctx, t) })
		},
		Installation: func(ctx context.Context, id int64) (gate.Work, error) {
			return s.list(ctx, "installation", installationOrigin(id), func(ctx context.Context) (gate.Work, error) {
				s.client.Changed(id)
				repos, err := s.client.Repositories(ctx, id)
				return gate.Work{Repos: repos}, err
			})
		},
	}
}

// job does one attempt of a job, in the name of the delivery that asked for it, where one did.
func (s *server) job(ctx context.Context, kind, key string, do func(context.Context) error) error {
	from, err := s.origin(ctx, key)
	if err != nil {
		return err
	}
	if from != nil {
		ctx = under(withOrigin(ctx, from), from.Trace)
		jobs.Asked(ctx, from.delivery)
	}
	within, end := s.tracing.start(ctx, "job "+kind, trace.SpanKindConsumer, from.attributes(attribute.String("sluice.job", kind))...)
	err = s.early(from, do(within))
	end(err)
	s.metrics.tried(kind, err)
	if err == nil && from != nil {
		jobs.Ending(ctx, func(ctx context.Context, tx database.Tx) error {
			return s.store.Forget(ctx, tx, from.key, []byte(from.value))
		})
	}
	return err
}

// early is an error where GitHub shows nothing of what its delivery has just told of: its lists lag, those of an
// installation's repositories too. Otherwise it is err.
func (s *server) early(from *origin, err error) error {
	if from == nil || !errors.As(err, new(*github.Gone)) || time.Since(from.At) > s.patience {
		return err
	}
	return fmt.Errorf("not shown yet: %s", err.Error()) // its words alone: what wraps it is not tried again
}

// list is a job that finds out what is meant; its delivery asked for that.
func (s *server) list(ctx context.Context, kind, key string, find func(context.Context) (gate.Work, error)) (w gate.Work, err error) {
	err = s.job(ctx, kind, key, func(ctx context.Context) error {
		if w, err = find(ctx); err != nil {
			return err
		}
		if w.Empty() {
			s.ended(ctx, "nothing to look at", func(e *zerolog.Event) { e.Str("job", kind) })
		}
		return s.handOn(ctx, originOf(ctx), &w)
	})
	return w, err
}

func (s *server) lookAtPull(ctx context.Context, t gate.Target, attempt int) error {
	report, err := s.handler.Handle(ctx, t, attempt)
	switch {
	case err == nil && report == nil:
		s.ended(ctx, "pull request not open", func(e *zerolog.Event) { e.Str("repo", t.Repo).Int("pull", t.Number) })
		return s.closed(ctx, t)
	case err == nil:
		s.unchanged(ctx, t, report)
		s.published(t, report)
	}
	if report != nil { // it is kept, shown or not
		if err := s.regroup(ctx, t); err != nil {
			return err
		}
	}
	return s.behind(ctx, t, report, err)
}

// closed notes that a pull request is no longer open, and has those looked at again that had to bear its verdict.
func (s *server) closed(ctx context.Context, t gate.Target) error {
	beside, err := s.store.Beside(ctx, t.Repo, t.Number)
	if err != nil {
		return err
	}
	if err := s.store.Closed(ctx, t.Repo, t.Number); err != nil || len(beside) == 0 {
		return err
	}
	return s.queue.Sweep(ctx, gate.Work{Pulls: beside})
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
