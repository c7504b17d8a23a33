package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxVia bounds how many pull requests' Apps are kept in memory.
const maxVia = 10_000

// via reads through which App a person opened a pull request: an agent that acts in a person's name leaves no other sign
// that GitHub vouches for. Only REST tells, and only of the pull request as an issue. It never changes, so it is asked
// once; a bot's own pull request doesn't need it.
func (c *Client) via(ctx context.Context, t gate.Target, r *pull.Request) error {
	if r.Author.Type != pull.User {
		return nil
	}
	key := fmt.Sprintf("%s#%d %d", r.Repo, r.Number, r.CreatedAt.Unix())
	c.mu.Lock()
	slug, ok := c.opened[key]
	c.mu.Unlock()
	if !ok {
		var err error
		if slug, err = c.readVia(ctx, t); err != nil {
			return err
		}
		c.mu.Lock()
		if len(c.opened) >= maxVia {
			clear(c.opened)
		}
		c.opened[key] = slug
		c.mu.Unlock()
	}
	r.App = slug
	return nil
}

func (c *Client) readVia(ctx context.Context, t gate.Target) (slug string, err error) {
	owner, name, err := split(t.Repo)
	if err != nil {
		return "", err
	}
	var issue struct {
		App *struct {
			Slug string `json:"slug"`
		} `json:"performed_via_github_app"`
	}
	err = c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
		req, err := client.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/%s/issues/%d", owner, name, t.Number), nil)
		if err != nil {
			return err
		}
		_, err = client.Do(ctx, req, &issue)
		return err
	})
	var gone *Gone
	var denied *Denied
	if errors.As(err, &gone) || errors.As(err, &denied) {
		return "", nil // not shown as an issue: nothing is known of an App, which is no sign of none
	}
	if err != nil || issue.App == nil {
		return "", err
	}
	return issue.App.Slug, nil
}
