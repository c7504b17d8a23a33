package gate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/pull"
)

// HandleGroup looks at a merge group, and decides by the verdicts of its members. attempt counts from 1. A member whose
// newest report does not hold any more is judged for the group alone: a job of its own may be about to show its verdict,
// and two that write the first digest at once make two of it.
//
// What another try may mend is tried again quietly before the group shows that Sluice is unsure: a queue throws out what
// it is told not to merge. A group that nobody waits for, of pull requests that are closed and were never judged, shows
// nothing and has no report.
func (h *Handler) HandleGroup(ctx context.Context, g Group, attempt int) (*Report, error) {
	report, err := h.judgeGroup(ctx, g, attempt)
	if err != nil {
		err = fmt.Errorf("merge group of %s: %w", g.Repo, err)
	}
	if report == nil {
		return nil, err
	}
	if publishErr := h.Publisher.PublishGroup(ctx, g, report); publishErr != nil {
		return report, fmt.Errorf("merge group of %s: publish: %w", g.Repo, publishErr)
	}
	return report, err
}

// judgeGroup decides on a merge group. There is no report where an early attempt failed, and a report beside an error
// where a later one did.
func (h *Handler) judgeGroup(ctx context.Context, g Group, attempt int) (*Report, error) {
	members, err := h.Reader.Members(ctx, g)
	if err != nil {
		if quiet(err, attempt) {
			return nil, err
		}
		return h.unlisted(ctx, g, err)
	}
	// Before the reports are looked up: the job of one that changes meanwhile then knows of the group.
	if err := h.Recorder.KeepGroup(ctx, g, members); err != nil {
		return nil, err
	}
	reports, err := h.verdicts(ctx, g, members, attempt)
	switch {
	case err != nil && quiet(err, attempt):
		return nil, err
	case err == nil && over(g, members, reports):
		return nil, nil
	}
	return h.named(ctx, g, EvaluateGroup(g, members, reports, h.Now()), reports, err)
}

// unlisted is the report on a group whose members GitHub does not name, because of err.
func (h *Handler) unlisted(ctx context.Context, g Group, err error) (*Report, error) {
	report := EvaluateGroup(g, nil, nil, h.Now())
	report.Summary = "Unsure: GitHub did not say which pull requests are in this merge group. It will be tried again."
	if advice := advised(err); advice != "" {
		report.Summary = "Unsure: GitHub refuses to say which pull requests are in this merge group. " + advice
	}
	return h.named(ctx, g, report, nil, err)
}

// named gives a group's report the check run's name that the last valid policy of its base asks for, where no member's
// report said so. It passes err on.
func (h *Handler) named(ctx context.Context, g Group, report *Report, reports []*Report, err error) (*Report, error) {
	if slices.ContainsFunc(reports, func(r *Report) bool { return r != nil && r.Base == g.Base && r.Decision != Unsure }) {
		return report, err
	}
	layers, failed := h.Recorder.LastPolicy(ctx, g.Repo, g.Base)
	if failed != nil {
		return nil, failed
	}
	if p, problems := h.load(layers); len(problems) == 0 {
		to := &pull.Request{Repo: g.Repo, Base: pull.Branch{Repo: g.Repo, Name: g.Base}}
		report.Policy.CheckName = p.For(to, &agent.Attribution{}).CheckName
	}
	return report, err
}

// quiet reports whether a group is tried again before it shows anything: what went wrong may be over soon. While GitHub
// limits us nothing can be shown.
func quiet(err error, attempt int) bool {
	var permanent interface{ Permanent() bool }
	if advised(err) != "" || errors.As(err, &permanent) && permanent.Permanent() {
		return false
	}
	return attempt < patience || errors.As(err, new(limit))
}

// limit is an error that says until when GitHub limits the installation.
type limit interface {
	error
	RetryAt() (until time.Time)
}

// over reports whether nobody waits for the group: GitHub queues what is open alone, and the group of a re-run, which
// names no base, may be none.
func over(g Group, members []Member, reports []*Report) bool {
	for _, r := range reports {
		if r != nil {
			return false
		}
	}
	return len(members) > 0 || g.BaseSHA == ""
}

// verdicts are the reports that decide on a group, one for each member: nil for one that is closed and was never judged,
// and for one that could not be judged, which the error says. An error that another try may mend is told before others.
func (h *Handler) verdicts(ctx context.Context, g Group, members []Member, attempt int) ([]*Report, error) {
	reports := make([]*Report, len(members))
	var failed error
	for i := range members {
		r, err := h.verdict(ctx, g, &members[i], attempt)
		if err != nil && (failed == nil || quiet(err, 1) && !quiet(failed, 1)) {
			failed = err
		}
		if r == nil {
			continue
		}
		others, err := h.Recorder.AtHead(ctx, g.Repo, r.Head, r.Pull)
		if err != nil {
			return nil, err
		}
		reports[i] = strictest(r, others)
	}
	return reports, failed
}

// verdict is a member's newest report, where it was made of what GitHub has now, and else a new one.
func (h *Handler) verdict(ctx context.Context, g Group, m *Member, attempt int) (*Report, error) {
	kept, err := h.Recorder.Latest(ctx, g.Repo, m.Number)
	if err != nil {
		return nil, err
	}
	of := kept != nil && kept.Head == m.Head && kept.Base == m.Base && kept.Base == g.Base
	if of && kept.BaseSHA == m.BaseSHA && kept.Decision != Unsure {
		return kept, nil
	}
	made, err := h.judge(ctx, Target{Installation: g.Installation, Repo: g.Repo, Number: m.Number}, attempt)
	switch {
	case made == nil && err == nil && of:
		return kept, nil // it is merged or closed by now
	case made != nil && made.Head != m.Head && m.Head != "":
		return nil, fmt.Errorf("#%d: GitHub shows it at %.7s and in the queue at %.7s", m.Number, made.Head, m.Head)
	}
	return made, err
}
