package github

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxPages bounds how many pages of 100 are read of one list.
const maxPages = 30

type moreAnswer struct {
	Repository *struct {
		PullRequest *struct {
			HeadRefOID string
			Commits    nodes[commit]
			Reviews    nodes[review]
		}
	}
}

// more puts into r the commits and reviews of the first answer and pages on for the rest of them.
func (c *Client) more(ctx context.Context, t gate.Target, r *pull.Request, first *opened) error {
	commits, reviews := first.Commits, first.Reviews
	for page := 1; ; page++ {
		for i := range commits.Nodes {
			r.Commits = append(r.Commits, commits.Nodes[i].commit())
		}
		for i := range reviews.Nodes {
			if review, ok := reviews.Nodes[i].review(); ok {
				r.Reviews = append(r.Reviews, review)
			}
		}
		if !commits.PageInfo.HasNextPage && !reviews.PageInfo.HasNextPage || page == maxPages {
			break
		}
		answer, err := c.page(ctx, t, r, commits.PageInfo.HasNextPage, commits.PageInfo.EndCursor,
			reviews.PageInfo.HasNextPage, reviews.PageInfo.EndCursor)
		if err != nil {
			return err
		}
		commits, reviews = answer.Repository.PullRequest.Commits, answer.Repository.PullRequest.Reviews
	}
	if reviews.PageInfo.HasNextPage {
		gap(r, pull.WithReviews, fmt.Sprintf("%d reviews were read and there are more", len(r.Reviews)))
	}
	return wholeCommits(r, first.Commits.TotalCount)
}

func (c *Client) page(ctx context.Context, t gate.Target, r *pull.Request, wantCommits bool, afterCommits string, wantReviews bool, afterReviews string) (*moreAnswer, error) {
	owner, name, err := split(t.Repo)
	if err != nil {
		return nil, err
	}
	variables := map[string]any{
		"owner": owner, "name": name, "number": t.Number, "wantCommits": wantCommits, "wantReviews": wantReviews,
		"commits": cursor(afterCommits), "reviews": cursor(afterReviews),
	}
	var answer moreAnswer
	problems, err := c.query(ctx, t.Installation, t.Repo, queries["more"], variables, &answer)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, problems[0].err()
	}
	if answer.Repository == nil || answer.Repository.PullRequest == nil {
		return nil, c.nothing(nil)
	}
	if now := answer.Repository.PullRequest.HeadRefOID; now != r.Head.SHA {
		return nil, &Moved{t.Repo, t.Number, r.Head.SHA, now}
	}
	return &answer, nil
}

// cursor is nil for the first page: to GraphQL an empty string is no cursor.
func cursor(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// wholeCommits compares what is listed with what GitHub counts, and with the head.
func wholeCommits(r *pull.Request, total int) error {
	if !r.Known.Has(pull.WithCommits) {
		return nil
	}
	if len(r.Commits) < total {
		gap(r, pull.WithCommits, fmt.Sprintf("%d of %d commits are listed", len(r.Commits), total))
		return nil
	}
	isHead := func(c pull.Commit) bool { return c.SHA == r.Head.SHA }
	if len(r.Commits) > 0 && !slices.ContainsFunc(r.Commits, isHead) {
		return &Temporary{fmt.Errorf("the list of commits lags behind the head %s", short(r.Head.SHA))}
	}
	return nil
}
