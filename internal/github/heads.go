package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
)

// Heads lists the open pull requests of repositories of one installation, in one call for all of them and one more for
// each hundred pull requests of a repository beyond the first. Repositories that are gone have none.
func (c *Client) Heads(ctx context.Context, installation int64, repos []gate.RepoTarget) (open []gate.Standing, calls int, err error) {
	type asked struct {
		repo  gate.RepoTarget
		after string
	}
	var rest []asked
	for _, r := range repos {
		if _, _, err := split(r.Repo); err != nil {
			return nil, calls, err
		}
		rest = append(rest, asked{repo: r})
	}
	for len(rest) > 0 {
		var query strings.Builder
		variables, parameters := map[string]any{}, []string{}
		for i, a := range rest {
			owner, name, _ := split(a.repo.Repo)
			for key, value := range map[string]any{"owner": owner, "name": name, "after": cursor(a.after)} {
				variables[key+strconv.Itoa(i)] = value
			}
			parameters = append(parameters, fmt.Sprintf("$owner%d: String!, $name%d: String!, $after%d: String", i, i, i))
			fmt.Fprintf(&query, `
  r%d: repository(owner: $owner%d, name: $name%d) {
    pullRequests(states: OPEN, first: 100, after: $after%d, orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes { number headRefOid baseRefName }
    }
  }`, i, i, i, i)
		}
		var answer map[string]*struct {
			PullRequests nodes[struct {
				Number      int
				HeadRefOID  string
				BaseRefName string
			}]
		}
		text := "query Heads(" + strings.Join(parameters, ", ") + ") {" + query.String() + "\n}\n"
		calls++
		if _, err := c.queryAcross(ctx, installation, rest[0].repo.Repo, text, variables, &answer); err != nil {
			return nil, calls, fmt.Errorf("open pull requests: %w", err)
		}
		var more []asked
		for i, a := range rest {
			r := answer["r"+strconv.Itoa(i)]
			if r == nil {
				continue
			}
			for _, p := range r.PullRequests.Nodes {
				open = append(open, gate.Standing{
					Target: gate.Target{Installation: installation, Repo: a.repo.Repo, Number: p.Number}, Head: p.HeadRefOID, Base: p.BaseRefName,
				})
			}
			if r.PullRequests.PageInfo.HasNextPage {
				more = append(more, asked{a.repo, r.PullRequests.PageInfo.EndCursor})
			}
		}
		rest = more
	}
	return open, calls, nil
}

// Attempt is one attempt to deliver a webhook.
type Attempt struct {
	ID     int64
	GUID   string
	At     time.Time
	Status int
}

// Failures lists the attempts to deliver a webhook that failed since a time, as GitHub has them on record.
func (c *Client) Failures(ctx context.Context, since time.Time) (out []Attempt, err error) {
	for path := "app/hook/deliveries?per_page=100&status=failure"; path != ""; {
		err = c.app(func(client *gh.Client) error {
			req, err := client.NewRequest(http.MethodGet, path, nil)
			if err != nil {
				return err
			}
			var list []gh.HookDelivery
			resp, err := client.Do(ctx, req, &list)
			if err != nil {
				return err
			}
			path = ""
			if resp.Cursor != "" {
				path = "app/hook/deliveries?per_page=100&status=failure&cursor=" + resp.Cursor
			}
			for i := range list {
				d := &list[i]
				if d.GetDeliveredAt().Before(since) {
					path = "" // they come newest first
					break
				}
				out = append(out, Attempt{ID: d.GetID(), GUID: d.GetGUID(), At: d.GetDeliveredAt().Time, Status: d.GetStatusCode()})
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("failed deliveries: %w", err)
		}
	}
	return out, nil
}

// Redeliver has the delivery of an attempt sent again.
func (c *Client) Redeliver(ctx context.Context, attempt int64) error {
	return c.app(func(client *gh.Client) error {
		_, _, err := client.Apps.RedeliverHookDelivery(ctx, attempt)
		var accepted *gh.AcceptedError // GitHub answers 202, which go-github takes for an error
		if errors.As(err, &accepted) {
			return nil
		}
		return err
	})
}

// refusedFor is how long what could not be written is left alone, by those who look for what is missing: an owner who does not
// grant a permission would cost a call for each pull request at each look.
const refusedFor = time.Hour

// Shows reports whether the gate's check run is known to stand on a pull request's head, or could not be written a short
// time ago.
func (p *Publisher) Shows(ctx context.Context, t gate.Target, head string) (bool, error) {
	var s shown
	kept, err := p.recall(ctx, shownKey(t.Repo, t.Number), &s)
	return kept != nil && s.SHA == head && (s.Failed.IsZero() || p.client.cfg.Now().Sub(s.Failed) < refusedFor), err
}
