package sandbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

func (s *Sandbox) getUser(c *call) *reply {
	a := s.accounts[lower(c.params["username"])]
	if a == nil {
		return notFound()
	}
	o := s.user(a).(obj)
	for _, key := range []string{"name", "company", "location", "email", "hireable", "bio"} {
		o[key] = nil
	}
	o["user_view_type"], o["blog"], o["public_repos"], o["public_gists"], o["followers"], o["following"] = "public", "", 0, 0, 0, 0
	o["created_at"], o["updated_at"] = stamp(began), stamp(began)
	return ok(o)
}

func (s *Sandbox) isMember(c *call) *reply {
	o := s.orgs[lower(c.params["org"])]
	if o == nil || !o.members[lower(c.params["username"])] {
		return notFound()
	}
	return &reply{http.StatusNoContent, nil}
}

// team finds the team of a call's path, nil where the caller's installation has none of that name.
func (s *Sandbox) team(c *call) (*org, *team) {
	o := s.orgs[lower(c.params["org"])]
	if o == nil || c.token.in != nil && c.token.in.org != o {
		return nil, nil
	}
	return o, o.teams[c.params["team_slug"]]
}

func (s *Sandbox) getTeam(c *call) *reply {
	o, t := s.team(c)
	if t == nil {
		return notFound()
	}
	shape := s.teamShape(o.account, t)
	shape["members_count"], shape["repos_count"] = len(t.members), 0
	shape["created_at"], shape["updated_at"] = stamp(began), stamp(began)
	organisation := s.orgShape(o.account)
	for key, value := range (obj{
		"html_url": s.web("/%s", o.login), "type": "Organization", "has_organization_projects": true, "has_repository_projects": true,
		"public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": stamp(began), "updated_at": stamp(began),
		"archived_at": nil,
	}) {
		organisation[key] = value
	}
	shape["organization"] = organisation
	return ok(shape)
}

func (s *Sandbox) listTeam(c *call) *reply {
	_, t := s.team(c)
	if t == nil {
		return notFound()
	}
	return ok(list(paged(s, c, t.members), func(login string) obj { return s.user(s.account(login)).(obj) }))
}

func (s *Sandbox) getMembership(c *call) *reply {
	o, t := s.team(c)
	if t == nil || !slices.ContainsFunc(t.members, func(m string) bool { return strings.EqualFold(m, c.params["username"]) }) {
		return notFound()
	}
	return ok(obj{
		"url": s.api("/organizations/%d/team/%d/memberships/%s", o.id, t.id, c.params["username"]), "role": "member", "state": "active",
	})
}

func (s *Sandbox) getRepo(c *call) *reply { return ok(s.fullRepository(c.repo)) }

func (s *Sandbox) getBranch(c *call) *reply {
	sha, known := c.repo.branches[c.params["branch"]]
	if !known {
		return refuse(http.StatusNotFound, "Branch not found")
	}
	url := s.api("/repos/%s/branches/%s", c.repo.full(), c.params["branch"])
	return ok(obj{
		"name": c.params["branch"], "commit": s.commitShape(c.repo, s.objects.commits[sha]), "protected": false, "protection": obj{"enabled": false},
		"protection_url": url + "/protection", "_links": obj{"self": url, "html": s.web("/%s/tree/%s", c.repo.full(), c.params["branch"])},
	})
}

// getPermission answers with the permission in GitHub's old words and the role in its new ones.
func (s *Sandbox) getPermission(c *call) *reply {
	a := s.accounts[lower(c.params["username"])]
	if a == nil {
		return notFound()
	}
	role := c.repo.role(a)
	permission := role
	switch role {
	case "maintain":
		permission = "write"
	case "triage":
		permission = "read"
	}
	return ok(obj{"permission": permission, "role_name": role, "user": s.collaborator(c.repo, a)})
}

func (s *Sandbox) listRepoTeams(c *call) *reply {
	var teams []*team
	if o := s.orgs[lower(c.repo.owner.login)]; o != nil {
		for _, t := range o.teams {
			teams = append(teams, t)
		}
	}
	slices.SortFunc(teams, func(a, b *team) int { return strings.Compare(a.slug, b.slug) })
	return ok(list(paged(s, c, teams), func(t *team) obj { return s.teamShape(c.repo.owner, t) }))
}

// getContents answers with a file or a folder's list. A file over 1 MB comes without its text, one over 100 MB not at
// all (docs, "Repository contents").
func (s *Sandbox) getContents(c *call) *reply {
	ref := orElse(c.query.Get("ref"), c.repo.main)
	at := s.commit(c.repo, ref)
	if at == nil {
		return refuse(http.StatusNotFound, "No commit found for the ref "+ref)
	}
	path := strings.Trim(c.params["path"], "/")
	e, found := s.objects.find(at.tree, path)
	if !found {
		return notFound()
	}
	if e.kind == "tree" {
		items := []any{}
		for _, below := range s.objects.trees[e.sha] {
			items = append(items, s.contentShape(c.repo, ref, strings.TrimPrefix(path+"/"+below.name, "/"), below))
		}
		return ok(items)
	}
	o := s.contentShape(c.repo, ref, path, e)
	text := s.objects.blobs[e.sha]
	switch {
	case e.kind == "commit":
		o["type"], o["submodule_git_url"] = "submodule", nil
		return ok(o)
	case e.mode == "120000":
		o["type"], o["target"] = "symlink", string(text)
		return ok(o)
	}
	o["encoding"], o["content"] = "base64", wrapped(text)
	if len(text) > 1<<20 {
		o["encoding"], o["content"] = "none", ""
	}
	return ok(o)
}

// wrapped is base64 in lines of 60 characters, as GitHub writes it.
func wrapped(data []byte) string {
	text := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(text) > 60 {
		b.WriteString(text[:60] + "\n")
		text = text[60:]
	}
	return b.String() + text + "\n"
}

func (s *Sandbox) getBlob(c *call) *reply {
	text, known := s.objects.blobs[c.params["file_sha"]]
	if !known {
		return notFound()
	}
	sha := c.params["file_sha"]
	return ok(obj{
		"sha": sha, "node_id": "B_" + sha, "size": len(text), "url": s.api("/repos/%s/git/blobs/%s", c.repo.full(), sha), "encoding": "base64",
		"content": wrapped(text),
	})
}
