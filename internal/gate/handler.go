package gate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
)

// Handler takes a pull request the whole way: read, evaluate, record, publish. Its methods may be called at the same
// time for different targets; twice for one target does the work twice and shows it once.
type Handler struct {
	Reader    Reader
	Publisher Publisher
	Recorder  Recorder
	// Desk, Maintainers and Answers go together; without them nobody can ask for anything.
	Desk        Desk
	Maintainers Maintainers
	Answers     Answerer
	Checks      []check.Check
	Now         func() time.Time
}

// patience is the attempt from which on a pull request that cannot be read is shown as unsure. Before, a quick retry is
// the better answer: most of GitHub's failures are over in seconds.
const patience = 3

// Handle looks at one pull request. attempt counts from 1. An error means that it should be tried again; by then, from
// the third attempt on, the pull request may already show that Sluice is unsure; it does so at once where an error has a
// method Advice, which says what an owner must do. A pull request that is not open asks for nothing.
func (h *Handler) Handle(ctx context.Context, t Target, attempt int) (*Report, error) {
	report, err := h.judge(ctx, t, attempt)
	if report == nil {
		return nil, err
	}
	if recordErr := h.Recorder.Record(ctx, t, report); recordErr != nil {
		return nil, fmt.Errorf("%s#%d: record: %w", t.Repo, t.Number, recordErr)
	}
	if publishErr := h.show(ctx, t, report); publishErr != nil {
		return report, fmt.Errorf("%s#%d: publish: %w", t.Repo, t.Number, publishErr)
	}
	return report, err
}

// judge reads a pull request and decides on it. What people asked for is settled; nothing else is kept or
// shown. There is no report where the pull request is not open or an early attempt failed, and a report beside an error
// where a later one did.
func (h *Handler) judge(ctx context.Context, t Target, attempt int) (*Report, error) {
	r, layers, err := h.Reader.Open(ctx, t)
	if err != nil {
		err = fmt.Errorf("%s#%d: %w", t.Repo, t.Number, err)
		if advice := advised(err); advice != "" && r != nil && r.State == pull.Open {
			return unread(r, layers, advice, h.Now()), err
		}
		return nil, err
	}
	if r.State != pull.Open {
		return nil, nil
	}
	report, err := h.evaluate(ctx, t, r, layers)
	if err == nil {
		return report, nil
	}
	err = fmt.Errorf("%s#%d: %w", t.Repo, t.Number, err)
	advice := advised(err)
	if attempt < patience && advice == "" {
		return nil, err
	}
	return unread(r, layers, advice, h.Now()), err
}

// advised is what an owner must do before another try can help, empty where that is not known. The words are Sluice's own.
func advised(err error) string {
	var a interface{ Advice() string }
	if errors.As(err, &a) {
		return a.Advice()
	}
	return ""
}

// evaluate finds the policy that holds, reads what it needs and decides.
func (h *Handler) evaluate(ctx context.Context, t Target, r *pull.Request, layers []policy.Layer) (*Report, error) {
	p, broken, err := h.policy(ctx, t.Repo, r.Base.Name, layers)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return invalid(r, layers, broken, h.Now()), nil
	}
	asked, err := h.listen(ctx, t, r, p)
	if err != nil {
		return nil, err
	}
	err = Complete(ctx, r, p, func(ctx context.Context, r *pull.Request, needs pull.Needs) error {
		return h.Reader.Complete(ctx, t, r, needs)
	})
	if err != nil {
		return nil, err
	}
	report := Evaluate(r, p, h.Now())
	waivers, err := h.settleWaivers(ctx, t, r, p, report, asked)
	if err != nil {
		return nil, err
	}
	if waivers {
		report = Evaluate(r, p, h.Now())
	}
	if len(broken) > 0 {
		report.Policy.Problems = broken
		report.Policy.Notes = append(report.Policy.Notes, "The policy on the base branch is invalid; the last valid one is in force.")
	}
	return report, nil
}

// policy loads the layers. Where they are invalid it takes the last valid ones and says what is broken; a nil policy
// means that there never were any.
func (h *Handler) policy(ctx context.Context, repo, base string, layers []policy.Layer) (p *policy.Policy, broken []string, err error) {
	p, problems := h.load(layers)
	if len(problems) == 0 {
		return p, nil, h.Recorder.KeepPolicy(ctx, repo, base, layers)
	}
	for _, problem := range problems {
		broken = append(broken, problem.Error())
	}
	last, err := h.Recorder.LastPolicy(ctx, repo, base)
	if err != nil || last == nil {
		return nil, broken, err
	}
	// What was valid for an older Sluice may not be for this one: then nothing is in force.
	if p, problems = h.load(last); len(problems) > 0 {
		return nil, broken, nil
	}
	return p, broken, nil
}

func (h *Handler) load(layers []policy.Layer) (*policy.Policy, []strict.Problem) {
	return policy.Load(h.Checks, agent.BuiltIn().Names(), layers...)
}

// later are the parts that no rule looks at: they are read in the second step, of those checks that apply.
const later = pull.WithModes | pull.WithDocuments | pull.WithContents | pull.WithTeams | pull.WithCollaborators | pull.WithReviewed

// Complete has read fill r with what p wants to know of it, in two steps: the files first, for the policy's rules go by
// path, then what follows from them, then what the rules that go by the risk ask for beside. A pull request that is not gated needs nothing more.
func Complete(ctx context.Context, r *pull.Request, p *policy.Policy, read func(context.Context, *pull.Request, pull.Needs) error) error {
	attribution := attribute(r, p)
	if !p.For(r, &attribution).Gated {
		return nil
	}
	if err := read(ctx, r, pull.Needs{Facts: p.Facts() &^ later}); err != nil {
		return err
	}
	if err := read(ctx, r, p.For(r, &attribution).Needs(r)); err != nil || !p.ByRisk() {
		return err
	}
	applied, _, _ := apply(r, p, &attribution)
	return read(ctx, r, applied.Needs(r))
}

// HandleGroup looks at a merge group. Members without a verdict for this base are judged for the group alone, and so are
// those of which something could not be read, for nobody would look at the group again when it can: a job of their own
// may be about to show their verdict, and two that write the first digest at once make two of it.
func (h *Handler) HandleGroup(ctx context.Context, g Group, attempt int) (*Report, error) {
	numbers, err := h.Reader.Members(ctx, g)
	if err != nil {
		err = fmt.Errorf("merge group of %s: %w", g.Repo, err)
		advice := advised(err)
		if advice == "" {
			return nil, err
		}
		// Without a check run the queue would wait until it gives up.
		report := EvaluateGroup(g, nil, nil, h.Now())
		report.Summary = "Unsure: GitHub refuses to say which pull requests are in this merge group. " + advice
		return report, errors.Join(err, h.Publisher.PublishGroup(ctx, g, report))
	}
	reports := make([]*Report, len(numbers))
	var failed error
	for i, number := range numbers {
		r, err := h.Recorder.Latest(ctx, g.Repo, number)
		if err != nil {
			return nil, fmt.Errorf("merge group of %s: %w", g.Repo, err)
		}
		if r == nil || r.Base != g.Base || r.Decision == Unsure {
			t := Target{Installation: g.Installation, Repo: g.Repo, Number: number}
			if r, err = h.judge(ctx, t, attempt); err != nil {
				failed = err
			}
		}
		reports[i] = r
	}
	report := EvaluateGroup(g, numbers, reports, h.Now())
	if err := h.Publisher.PublishGroup(ctx, g, report); err != nil {
		return report, fmt.Errorf("merge group of %s: publish: %w", g.Repo, err)
	}
	return report, failed
}
