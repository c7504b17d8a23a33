package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	maxTeams         = 20
	maxMemberPages   = 10  // of 100
	maxReviewed      = 10  // approvals of older commits that are compared
	maxComparedFiles = 300 // docs, "Compare two commits": the first page has all of them
)

// people reads into r what needs asks for of teams, collaborators, custom properties and older approvals. What GitHub
// doesn't show is a gap that says what an owner must grant.
func (c *Client) people(ctx context.Context, t gate.Target, r *pull.Request, needs pull.Needs) error {
	want := needs.Facts &^ r.Known &^ gaps(r)
	if want.Has(pull.WithTeams) || len(needs.Teams) > 0 {
		if err := c.teams(ctx, t, r, needs.Teams); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		fact pull.Facts
		what string
		read func(context.Context, gate.Target, *pull.Request) error
	}{
		{pull.WithCollaborators, "who may write to the repository", c.collaborators},
		{pull.WithProperties, "the repository's custom properties", c.properties},
		{pull.WithReviewed, "what older approvals saw", c.reviewed},
	} {
		if !want.Has(part.fact) {
			continue
		}
		err := part.read(ctx, t, r)
		switch {
		case err == nil:
			r.Known |= part.fact
		case withheld(err):
			gap(r, part.fact, "GitHub does not show the App "+part.what)
		default:
			return fmt.Errorf("%s: %w", part.what, err)
		}
	}
	return nil
}

// withheld reports whether GitHub has no such thing, or keeps it from us.
func withheld(err error) bool {
	var gone *Gone
	var denied *Denied
	return errors.As(err, &gone) || errors.As(err, &denied)
}

// teams reads the members of teams, one call for each hundred of a team.
func (c *Client) teams(ctx context.Context, t gate.Target, r *pull.Request, names []string) error {
	r.Known |= pull.WithTeams
	for i, name := range names {
		if slices.ContainsFunc(r.Teams, func(team pull.Team) bool { return strings.EqualFold(team.Name, name) }) {
			continue
		}
		if i == maxTeams {
			gap(r, pull.WithTeams, fmt.Sprintf("%d teams are named; the first %d were read", len(names), maxTeams))
			return nil
		}
		team, err := c.team(ctx, t, name)
		if err != nil {
			return fmt.Errorf("team %s: %w", name, err)
		}
		r.Teams = append(r.Teams, team)
	}
	return nil
}

func (c *Client) team(ctx context.Context, t gate.Target, name string) (pull.Team, error) {
	out := pull.Team{Name: name}
	org, slug, ok := strings.Cut(name, "/")
	if !ok || !login.MatchString(org) || !login.MatchString(slug) {
		out.Missing = true
		return out, nil
	}
	members, err := c.accounts(ctx, t, fmt.Sprintf("orgs/%s/teams/%s/members", org, slug))
	if withheld(err) {
		out.Missing = true
		return out, nil
	}
	out.Members = members
	return out, err
}

// accounts reads a list of accounts, page by page.
func (c *Client) accounts(ctx context.Context, t gate.Target, path string) (out []pull.Account, err error) {
	for page := 1; page > 0 && page <= maxMemberPages; {
		err = c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
			separator := "?"
			if strings.Contains(path, "?") {
				separator = "&"
			}
			req, err := client.NewRequest(http.MethodGet, fmt.Sprintf("%s%sper_page=100&page=%d", path, separator, page), nil)
			if err != nil {
				return err
			}
			var list []gh.User
			resp, err := client.Do(ctx, req, &list)
			if err != nil {
				return err
			}
			for i := range list {
				out = append(out, pull.Account{Login: list[i].GetLogin(), ID: list[i].GetID(), Type: pull.AccountType(list[i].GetType())})
			}
			page = resp.NextPage
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// collaborators reads who may write: docs, "List repository collaborators", with the permission "push".
func (c *Client) collaborators(ctx context.Context, t gate.Target, r *pull.Request) error {
	list, err := c.accounts(ctx, t, "repos/"+t.Repo+"/collaborators?permission=push")
	r.Collaborators = list
	return err
}

// properties reads the custom properties' values: docs, "Get all custom property values for a repository". A value is a
// word, a list of words, or null.
func (c *Client) properties(ctx context.Context, t gate.Target, r *pull.Request) error {
	return c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
		req, err := client.NewRequest(http.MethodGet, "repos/"+t.Repo+"/properties/values", nil)
		if err != nil {
			return err
		}
		var list []struct {
			Name  string          `json:"property_name"`
			Value json.RawMessage `json:"value"`
		}
		if _, err := client.Do(ctx, req, &list); err != nil {
			return err
		}
		r.Properties = map[string][]string{}
		for _, p := range list {
			var one string
			var several []string
			switch {
			case json.Unmarshal(p.Value, &several) == nil:
			case json.Unmarshal(p.Value, &one) == nil:
				several = []string{one}
			}
			if len(several) > 0 {
				r.Properties[p.Name] = several
			}
		}
		return nil
	})
}

// reviewed reads what approvals of older commits saw, the newest of each person's: their change against the base, as an
// identity. A commit that is gone, or whose change is too large to be listed, leaves it empty: it doesn't count.
func (c *Client) reviewed(ctx context.Context, t gate.Target, r *pull.Request) error {
	newest := map[string]int{}
	for i, review := range r.Reviews {
		if review.State == "approved" || review.State == "changes_requested" || review.State == "dismissed" {
			newest[strings.ToLower(review.Author.Login)] = i
		}
	}
	compared := map[string]string{}
	for i := range r.Reviews {
		review := &r.Reviews[i]
		if review.State != "approved" || newest[strings.ToLower(review.Author.Login)] != i || review.SHA == "" || review.SHA == r.Head.SHA {
			continue
		}
		identity, known := compared[review.SHA]
		if !known {
			if len(compared) == maxReviewed {
				break
			}
			var err error
			if identity, err = c.compare(ctx, t, r.Base.SHA, review.SHA); err != nil && !withheld(err) {
				return err
			}
			compared[review.SHA] = identity
		}
		review.Change = identity
	}
	return nil
}

// compare is the identity of the change from a base to a head; empty where it is not whole.
func (c *Client) compare(ctx context.Context, t gate.Target, base, head string) (identity string, err error) {
	owner, name, err := split(t.Repo)
	if err != nil {
		return "", err
	}
	err = c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
		comparison, _, err := client.Repositories.CompareCommits(ctx, owner, name, url.PathEscape(base), url.PathEscape(head), &gh.ListOptions{PerPage: 1})
		if err != nil {
			return err
		}
		if len(comparison.Files) >= maxComparedFiles {
			return nil // there may be more
		}
		files := make([]pull.File, len(comparison.Files))
		for i, f := range comparison.Files {
			files[i] = changeOf(f).File
		}
		identity = pull.Identity(files)
		return nil
	})
	return identity, err
}
