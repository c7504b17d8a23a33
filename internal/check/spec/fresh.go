package spec

import (
	"fmt"
	"time"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// began is when the work began, as far as it is known: the earliest commit by its author's own date, or the opening of
// the pull request. It says which of them.
func began(r *pull.Request) (at time.Time, what string) {
	if r.Known.Has(pull.WithCommits) {
		for i := range r.Commits {
			c := &r.Commits[i]
			if when := c.Author.When; !c.Merge() && !when.IsZero() && (at.IsZero() || when.Before(at)) {
				at, what = when, "the first commit"
			}
		}
	}
	if opened := r.CreatedAt; !opened.IsZero() && (at.IsZero() || opened.Before(at)) {
		at, what = opened, "the opening of the pull request"
	}
	return at, what
}

// late says why a spec is not from before the work; nil where it is, or where nobody knows.
func late(r *pull.Request, n *named) *check.Finding {
	if n.here != "" {
		return &check.Finding{
			Path: n.link.Path, Message: fmt.Sprintf("%s is %s by this pull request: it was not there as it is before the work began.", n.link.Path, n.here),
			Fix: "Compare it with what was asked for, or name a spec from before the work.",
		}
	}
	if n.issue == nil {
		return nil
	}
	start, what := began(r)
	if start.IsZero() {
		return nil
	}
	name := short(n.issue.IssueRef, r.Repo)
	fix := "Look at its history whether it still asks for what was wanted, and not for what was made."
	switch i := n.issue; {
	case i.CreatedAt.After(start):
		return &check.Finding{Message: fmt.Sprintf("Issue %s was opened at %s, after %s at %s.", name, utc(i.CreatedAt), what, utc(start)), Fix: fix}
	case i.EditedAt.After(start) && !r.CreatedAt.IsZero() && i.EditedAt.After(r.CreatedAt):
		return &check.Finding{Message: fmt.Sprintf("Issue %s was edited at %s, after the pull request was opened at %s.", name, utc(i.EditedAt), utc(r.CreatedAt)), Fix: fix}
	case i.EditedAt.After(start):
		return &check.Finding{Message: fmt.Sprintf("Issue %s was edited at %s, after %s at %s.", name, utc(i.EditedAt), what, utc(start)), Fix: fix}
	}
	return nil
}

func utc(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
