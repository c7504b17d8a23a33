package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxCollaboratorPages bounds the list of those who may write, 100 a page.
const maxCollaboratorPages = 20

// besides are the parts of a pull request that need calls of their own.
const besides = pull.WithCollaborators | pull.WithProperties | pull.WithReviewed

// beside reads the parts that cost a call of their own. One that GitHub refuses is a gap that says who must act; it
// doesn't keep the others from being read.
func (c *Client) beside(ctx context.Context, t gate.Target, r *pull.Request, needs pull.Needs) error {
	want := needs.Facts & besides &^ r.Known &^ gaps(r)
	for _, part := range []struct {
		facts  pull.Facts
		read   func(context.Context, gate.Target, *pull.Request) error
		reason string
	}{
		{pull.WithCollaborators, c.collaborators, "GitHub does not show who may write to the repository: look whether the App is installed for it and has the permission Metadata: read"},
		{pull.WithProperties, c.properties, "GitHub does not show the repository's custom properties: an organisation has them, and the App needs the permission Metadata: read"},
		{pull.WithReviewed, c.reviewed, "GitHub does not show what older approvals were of: the App needs the permission Contents: read"},
	} {
		if want&part.facts == 0 {
			continue
		}
		err := part.read(ctx, t, r)
		var gone *Gone
		var denied *Denied
		switch {
		case errors.As(err, &gone), errors.As(err, &denied):
			gap(r, part.facts, part.reason)
		case err != nil:
			return err
		case gaps(r)&part.facts == 0:
			r.Known |= part.facts
		}
	}
	return nil
}

// collaborators lists who may write to the repository, by whatever way: docs, "List repository collaborators".
func (c *Client) collaborators(ctx context.Context, t gate.Target, r *pull.Request) error {
	owner, name, err := split(t.Repo)
	if err != nil {
		return err
	}
	var all []pull.Account
	for page := 1; page > 0; {
		if page > maxCollaboratorPages {
			gap(r, pull.WithCollaborators, fmt.Sprintf("%d accounts that may write were listed and there are more", len(all)))
			break
		}
		err := c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
			users, resp, err := client.Repositories.ListCollaborators(ctx, owner, name, &gh.ListCollaboratorsOptions{
				Permission: "push", ListOptions: gh.ListOptions{Page: page, PerPage: 100},
			})
			if err != nil {
				return err
			}
			for _, u := range users {
				all = append(all, pull.Account{Login: u.GetLogin(), ID: u.GetID(), Type: pull.AccountType(u.GetType())})
			}
			page = resp.NextPage
			return nil
		})
		if err != nil {
			return fmt.Errorf("collaborators: %w", err)
		}
	}
	r.Collaborators = all
	return nil
}

// properties reads the repository's custom properties. One without a value is none.
//
// go-github takes every value for a text; one of several choices is a list.
func (c *Client) properties(ctx context.Context, t gate.Target, r *pull.Request) error {
	owner, name, err := split(t.Repo)
	if err != nil {
		return err
	}
	var list []struct {
		Name  string          `json:"property_name"`
		Value json.RawMessage `json:"value"`
	}
	err = c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
		list = nil
		req, err := client.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/%s/properties/values", owner, name), nil)
		if err != nil {
			return err
		}
		_, err = client.Do(ctx, req, &list)
		return err
	})
	if err != nil {
		return fmt.Errorf("custom properties: %w", err)
	}
	r.Properties = map[string][]string{}
	for _, p := range list {
		var one *string
		var many []string
		switch {
		case json.Unmarshal(p.Value, &one) == nil && one == nil: // it has no value
		case json.Unmarshal(p.Value, &one) == nil:
			r.Properties[p.Name] = []string{*one}
		case json.Unmarshal(p.Value, &many) == nil:
			r.Properties[p.Name] = many
		default:
			gap(r, pull.WithProperties, "GitHub gives the custom property "+p.Name+" in a form that is not known here")
		}
	}
	return nil
}
