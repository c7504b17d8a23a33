package github

import (
	"context"
	"errors"
	"fmt"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	// maxReviewed bounds how many older commits are compared with the base, each a call.
	maxReviewed = 10
	// comparedFiles is how many files GitHub shows of a comparison: docs, "Compare two commits".
	comparedFiles = 300
)

// reviewed reads of each person's newest approval what it was of, where that is not the head: the identity of the change
// from the base to that commit. One whose commit GitHub no longer has, or shows in part only, has none.
func (c *Client) reviewed(ctx context.Context, t gate.Target, r *pull.Request) error {
	if !r.Known.Has(pull.WithReviews) {
		gap(r, pull.WithReviewed, "the reviews could not be read whole")
		return nil
	}
	approvals := olderApprovals(r)
	if len(approvals) > maxReviewed {
		gap(r, pull.WithReviewed, fmt.Sprintf("%d approvals are of older commits; the newest %d were compared with the head", len(approvals), maxReviewed))
		approvals = approvals[:maxReviewed]
	}
	changes := map[string]string{}
	for _, i := range approvals {
		sha := r.Reviews[i].SHA
		if _, read := changes[sha]; !read {
			change, err := c.identityAt(ctx, t, r.Base.SHA, sha)
			if err != nil {
				return err
			}
			changes[sha] = change
		}
		r.Reviews[i].Change = changes[sha]
	}
	return nil
}

// olderApprovals are the indexes of each author's newest approval where that is of another commit than the head, the
// newest first. An approval that its author took back, or that was dismissed, says so in its state.
func olderApprovals(r *pull.Request) []int {
	var out []int
	seen := map[string]bool{}
	for i := len(r.Reviews) - 1; i >= 0; i-- {
		review := &r.Reviews[i]
		who := fmt.Sprint(review.Author.ID, " ", review.Author.Login)
		if review.State != "approved" || seen[who] {
			continue
		}
		seen[who] = true
		if review.SHA != "" && review.SHA != r.Head.SHA {
			out = append(out, i)
		}
	}
	return out
}

// identityAt is the identity of the change from where a commit left the base, "" where nobody can say.
func (c *Client) identityAt(ctx context.Context, t gate.Target, base, sha string) (string, error) {
	owner, name, err := split(t.Repo)
	if err != nil {
		return "", err
	}
	key := fmt.Sprintf("change %s %s %s", t.Repo, base, sha)
	if change, ok := c.kept.Get(key); ok {
		return string(change), nil
	}
	var files []pull.File
	err = c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
		files = nil
		compared, _, err := client.Repositories.CompareCommits(ctx, owner, name, base, sha, &gh.ListOptions{Page: 1, PerPage: 1})
		if err != nil {
			return err
		}
		for _, f := range compared.Files {
			files = append(files, changeOf(f).File)
		}
		return nil
	})
	var gone *Gone
	switch {
	case errors.As(err, &gone):
		return "", nil // a force push took it away
	case err != nil:
		return "", fmt.Errorf("compare with %s: %w", short(sha), err)
	case len(files) >= comparedFiles, len(files) == 0:
		return "", nil
	}
	change := pull.Identity(files)
	c.kept.Set(key, []byte(change))
	return change, nil
}
