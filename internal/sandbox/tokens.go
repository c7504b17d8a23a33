package sandbox

import (
	"maps"
	"net/http"
	"slices"
)

// mostNamed is how many repositories one token can be narrowed to: docs, "Create an installation access token for an app".
const mostNamed = 500

// makeToken makes an installation's token, narrowed to repositories and permissions where the body says so (docs, "Create an
// installation access token for an app").
func (s *Sandbox) makeToken(c *call) *reply {
	in := s.installations[int64(c.number("installation_id"))]
	if in == nil {
		return notFound()
	}
	if !in.suspended.IsZero() {
		return refuse(http.StatusForbidden, "This installation has been suspended")
	}
	var want struct {
		Repositories []string
		IDs          []int64 `json:"repository_ids"`
		Permissions  map[string]string
	}
	if rep := c.into(&want); rep != nil {
		return rep
	}
	t := &token{in: in, perms: maps.Clone(in.perms), expires: s.now().Add(hour)}
	var named []*repo
	for _, name := range want.Repositories {
		named = append(named, s.repos[lower(in.org.login+"/"+name)]) // an old name leads nowhere here
	}
	for _, id := range want.IDs {
		named = append(named, s.repoIDs[id])
	}
	for _, r := range named {
		if r == nil || !in.covers(r) || len(named) > mostNamed {
			return refuse(http.StatusUnprocessableEntity, "There is at least one repository that does not exist or is not accessible to the parent installation.")
		}
		if !slices.Contains(t.repos, r) {
			t.repos = append(t.repos, r)
		}
	}
	if len(want.Permissions) > 0 {
		for name, level := range want.Permissions {
			if have := in.perms[name]; level == "" || have != level && (have != "write" || level != "read") {
				return refuse(http.StatusUnprocessableEntity, "The permissions requested are not granted to this installation.")
			}
		}
		t.perms = maps.Clone(want.Permissions)
		if have, granted := in.perms["metadata"]; granted {
			t.perms["metadata"] = have // goes with every other one
		}
	}
	value := "ghs_" + random()
	s.tokens[value] = t
	body := obj{"token": value, "expires_at": stamp(t.expires), "permissions": t.perms, "repository_selection": t.selection()}
	if t.repos != nil {
		body["repositories"] = list(t.repos, s.repository)
	}
	return &reply{http.StatusCreated, body}
}

// selection is "all" of a token that reaches whatever repository its account has.
func (t *token) selection() string {
	if t.repos != nil || !t.in.all {
		return "selected"
	}
	return "all"
}

func (s *Sandbox) listRepositories(c *call) *reply {
	if c.token.in == nil {
		return refuse(http.StatusForbidden, "You must authenticate with an installation access token in order to list repositories for an installation.")
	}
	repos := slices.DeleteFunc(s.covered(c.token.in), func(r *repo) bool { return !c.token.owns(r) })
	return ok(obj{"total_count": len(repos), "repository_selection": c.token.selection(), "repositories": list(paged(s, c, repos), s.repository)})
}

// wrote keeps, where the options say so, that an installation wrote with a token that reaches more than one repository. GitHub
// allows it.
func (s *Sandbox) wrote(c *call, what string) {
	if s.opts.Narrow && c.token != nil && c.token.in != nil && len(c.token.repos) != 1 {
		s.depart("%s: written with a token that reaches more than one repository", what)
	}
}
