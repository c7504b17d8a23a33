package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// The kinds of jobs. Their arguments are stored: identities, never words.
type (
	pullArgs struct{ gate.Target }

	groupArgs struct {
		Installation int64  `json:"installation" river:"unique"`
		Repo         string `json:"repo" river:"unique"`
		HeadSHA      string `json:"head_sha" river:"unique"`
		Base         string `json:"base"`
		BaseSHA      string `json:"base_sha"` // events differ in whether they name it
		HeadRef      string `json:"head_ref"`
	}

	repoArgs         struct{ gate.RepoTarget }
	headArgs         struct{ gate.HeadTarget }
	issueArgs        struct{ gate.IssueTarget }
	installationArgs struct {
		Installation int64 `json:"installation"`
	}
)

func (pullArgs) Kind() string         { return "pull" }
func (groupArgs) Kind() string        { return "group" }
func (repoArgs) Kind() string         { return "repo" }
func (headArgs) Kind() string         { return "head" }
func (issueArgs) Kind() string        { return "issue" }
func (installationArgs) Kind() string { return "installation" }

// args are the arguments of one kind of job.
type args interface {
	Kind() string
	task(h *Handlers) task
}

// task is what a job is to do.
type task struct {
	installation int64
	// subject is what is asked for as often as it changes. Empty for a job that only finds out what is meant: what was
	// asked for while it ran is looked at after it.
	subject string
	// do does it, and answers what else is to be done.
	do func(ctx context.Context, attempt int) (gate.Work, error)
	// named puts its identity into a log line.
	named func(e *zerolog.Event) *zerolog.Event
	// asked puts into it who asked for it, where the handler has said.
	asked func(e *zerolog.Event) *zerolog.Event
	// ending runs in the transaction that ends the job; nil for nothing.
	ending func(ctx context.Context, tx database.Tx) error
}

func pullSubject(t gate.Target) string { return fmt.Sprintf("pull %s#%d", t.Repo, t.Number) }

func (a pullArgs) task(h *Handlers) task {
	return task{
		installation: a.Installation, subject: pullSubject(a.Target),
		do: func(ctx context.Context, attempt int) (gate.Work, error) {
			return gate.Work{}, h.Pull(ctx, a.Target, attempt)
		},
		named: func(e *zerolog.Event) *zerolog.Event { return e.Str("repo", a.Repo).Int("pull", a.Number) },
	}
}

func groupSubject(g *gate.Group) string { return "group " + g.Repo + "@" + g.HeadSHA }

func (a groupArgs) task(h *Handlers) task {
	g := gate.Group{Installation: a.Installation, Repo: a.Repo, Base: a.Base, BaseSHA: a.BaseSHA, HeadSHA: a.HeadSHA, HeadRef: a.HeadRef}
	return task{
		installation: a.Installation, subject: groupSubject(&g),
		do: func(ctx context.Context, attempt int) (gate.Work, error) {
			return gate.Work{}, h.Group(ctx, g, attempt)
		},
		named: func(e *zerolog.Event) *zerolog.Event { return e.Str("repo", a.Repo).Str("sha", a.HeadSHA) },
	}
}

func (a repoArgs) task(h *Handlers) task {
	return task{
		installation: a.Installation,
		do:           func(ctx context.Context, _ int) (gate.Work, error) { return h.Repo(ctx, a.RepoTarget) },
		named:        func(e *zerolog.Event) *zerolog.Event { return e.Str("repo", a.Repo) },
	}
}

func (a headArgs) task(h *Handlers) task {
	return task{
		installation: a.Installation,
		do:           func(ctx context.Context, _ int) (gate.Work, error) { return h.Head(ctx, a.HeadTarget) },
		named:        func(e *zerolog.Event) *zerolog.Event { return e.Str("repo", a.Repo).Str("sha", a.SHA) },
	}
}

func (a issueArgs) task(h *Handlers) task {
	return task{
		installation: a.Installation,
		do:           func(ctx context.Context, _ int) (gate.Work, error) { return h.Issue(ctx, a.IssueTarget) },
		named:        func(e *zerolog.Event) *zerolog.Event { return e.Str("repo", a.Repo).Int("issue", a.Number) },
	}
}

func (a installationArgs) task(h *Handlers) task {
	return task{
		installation: a.Installation,
		do:           func(ctx context.Context, _ int) (gate.Work, error) { return h.Installation(ctx, a.Installation) },
		named:        func(e *zerolog.Event) *zerolog.Event { return e.Int64("installation", a.Installation) },
	}
}

// wanted is one job that is asked for.
type wanted struct {
	args    args
	subject string
}

// list is what w asks for, each once, in one order: transactions that hold several subjects take them in the same order
// and don't stand in each other's way.
func list(w *gate.Work) []wanted {
	out := make([]wanted, 0, len(w.Pulls)+len(w.Groups)+len(w.Repos)+len(w.Heads)+len(w.Issues)+len(w.Installations))
	for _, t := range w.Pulls {
		out = append(out, wanted{pullArgs{t}, pullSubject(t)})
	}
	for i := range w.Groups {
		g := &w.Groups[i]
		a := groupArgs{Installation: g.Installation, Repo: g.Repo, HeadSHA: g.HeadSHA, Base: g.Base, BaseSHA: g.BaseSHA, HeadRef: g.HeadRef}
		out = append(out, wanted{a, groupSubject(g)})
	}
	for _, t := range w.Repos {
		out = append(out, wanted{args: repoArgs{t}})
	}
	for _, t := range w.Heads {
		out = append(out, wanted{args: headArgs{t}})
	}
	for _, t := range w.Issues {
		out = append(out, wanted{args: issueArgs{t}})
	}
	for _, id := range w.Installations {
		out = append(out, wanted{args: installationArgs{id}})
	}
	key := func(w wanted) string { return cmp.Or(w.subject, fmt.Sprintf("%s %v", w.args.Kind(), w.args)) }
	slices.SortStableFunc(out, func(a, b wanted) int { return cmp.Compare(key(a), key(b)) })
	return slices.CompactFunc(out, func(a, b wanted) bool { return key(a) == key(b) })
}
