package main

import (
	"context"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// shown is a publisher that tells of what it shows: a line in the log with the delivery that asked, a span, and how long
// the author waited.
type shown struct {
	*server
	next gate.Publisher
}

// Publish shows r on its pull request.
func (s shown) Publish(ctx context.Context, t gate.Target, r *gate.Report) error {
	return s.tell(ctx, t.Repo, t.Number, r, func(ctx context.Context) error { return s.next.Publish(ctx, t, r) })
}

// PublishGroup shows r on a merge group.
func (s shown) PublishGroup(ctx context.Context, g gate.Group, r *gate.Report) error {
	return s.tell(ctx, g.Repo, 0, r, func(ctx context.Context) error { return s.next.PublishGroup(ctx, g, r) })
}

// tell publishes. Where nothing had to be written there is nothing to tell; unchanged does.
func (s shown) tell(ctx context.Context, repo string, number int, r *gate.Report, publish func(context.Context) error) error {
	from := originOf(ctx)
	count := &tally{}
	started := time.Now()
	ctx, end := s.tracing.start(context.WithValue(ctx, tallyKey{}, count), "publish", trace.SpanKindInternal,
		from.attributes(attribute.String("sluice.sha", r.Head), attribute.String("sluice.decision", string(r.Decision)))...)
	if from != nil && from.Rerun {
		ctx = github.Anew(ctx)
	}
	err := publish(ctx)
	end(err)
	if count.writes.Load() == 0 {
		return err
	}
	line := reported(from.delivery(s.log.Info()), repo, number, r).Int64("writes", count.writes.Load()).Dur("took", time.Since(started))
	if from != nil {
		line = line.Dur("since", time.Since(from.At))
	}
	line.Msg("report published")
	if from != nil {
		from.told = true
	}
	if err == nil && from != nil {
		s.metrics.waited(time.Since(from.At))
	}
	return err
}

// reported names a report in a log line.
func reported(line *zerolog.Event, repo string, number int, r *gate.Report) *zerolog.Event {
	line = line.Str("repo", repo)
	if number != 0 {
		line = line.Int("pull", number)
	}
	return line.Str("sha", r.Head).Str("decision", string(r.Decision))
}

// unchanged says that what GitHub shows is what it should be, where a delivery asked and nothing was published.
func (s *server) unchanged(ctx context.Context, t gate.Target, r *gate.Report) {
	s.ended(ctx, "report unchanged", func(e *zerolog.Event) { reported(e, t.Repo, t.Number, r) })
}

// ended says how it ended with the delivery that ctx's job answers, where nothing has said so yet. What nobody's delivery
// asked for ends in silence: the sweep looks at everything.
func (s *server) ended(ctx context.Context, how string, named func(e *zerolog.Event)) {
	from := originOf(ctx)
	if from == nil || from.told {
		return
	}
	from.told = true
	from.delivery(s.log.Info()).Func(named).Dur("since", time.Since(from.At)).Msg(how)
}
