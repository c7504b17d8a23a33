package github

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxTeams bounds how many teams are looked up for one pull request.
const maxTeams = 50

// teamsOf asks for the teams that needs names and r doesn't have. A name that no team can have is one that GitHub has not.
func (a *ask) teamsOf(r *pull.Request, needs pull.Needs) {
	for _, name := range needs.Teams {
		if slices.ContainsFunc(r.Teams, func(t pull.Team) bool { return t.Name == name }) {
			continue
		}
		if _, _, err := split(name); err != nil {
			r.Teams = append(r.Teams, pull.Team{Name: name, Missing: true})
			continue
		}
		a.teams = append(a.teams, name)
	}
	if len(a.teams) > maxTeams {
		gap(r, pull.WithTeams, fmt.Sprintf("%d teams are asked for; the first %d were looked up", len(a.teams), maxTeams))
		a.teams = a.teams[:maxTeams]
	}
}

// teams puts the teams into r that were asked for by name, with all their members, those of teams inside them too.
func (c *Client) teams(ctx context.Context, t gate.Target, r *pull.Request, a *ask, f *found, needs pull.Needs) error {
	if (needs.Facts.Has(pull.WithTeams) || len(needs.Teams) > 0) && gaps(r)&pull.WithTeams == 0 {
		r.Known |= pull.WithTeams
	}
	for _, name := range a.teams {
		first := f.teams[name]
		if first == nil {
			r.Teams = append(r.Teams, pull.Team{Name: name, Missing: true})
			if f.withheld[name] {
				gap(r, pull.WithTeams, fmt.Sprintf("GitHub does not show the members of %s: an owner of %s must grant the App the permission Members: read",
					name, name[:strings.IndexByte(name, '/')]))
			}
			continue
		}
		team, whole, err := c.team(ctx, t, name, first)
		if err != nil {
			return fmt.Errorf("team %s: %w", name, err)
		}
		if !whole {
			gap(r, pull.WithTeams, fmt.Sprintf("%d members of %s were read and there are more", len(team.Members), name))
		}
		r.Teams = append(r.Teams, team)
	}
	return nil
}

// team pages on from a team's first members.
func (c *Client) team(ctx context.Context, t gate.Target, name string, at *team) (out pull.Team, whole bool, err error) {
	out.Name = name
	org, slug, _ := strings.Cut(name, "/")
	for page := 1; ; page++ {
		for _, m := range at.Members.Nodes {
			out.Members = append(out.Members, m.account())
		}
		info := at.Members.PageInfo
		if !info.HasNextPage || page == maxPages {
			return out, !info.HasNextPage, nil
		}
		var answer struct {
			Organization *struct{ Team *team }
		}
		problems, err := c.queryAcross(ctx, t.Installation, t.Repo, queries["team"], map[string]any{"org": org, "slug": slug, "after": info.EndCursor}, &answer)
		switch {
		case err != nil:
			return out, false, err
		case len(problems) > 0:
			return out, false, problems[0].err()
		case answer.Organization == nil || answer.Organization.Team == nil:
			return out, false, c.nothing(nil)
		}
		at = answer.Organization.Team
	}
}
