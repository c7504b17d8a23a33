package sandbox

import (
	"maps"
	"slices"
)

// role is what an account is in a repository: "admin", "maintain", "write", "triage", "read" or "none".
func (r *repo) role(a *account) string {
	role := orElse(r.roles[lower(a.login)], "none")
	if role == "none" && !r.private {
		role = "read"
	}
	if a == r.owner {
		role = "admin"
	}
	return role
}

// roles are GitHub's, the least first, with the names that they have as permissions of a list.
var roles = []struct{ role, permission string }{
	{"read", "pull"}, {"triage", "triage"}, {"write", "push"}, {"maintain", "maintain"}, {"admin", "admin"},
}

// grants reports whether a role has a permission.
func grants(role, permission string) bool {
	has, wanted := -1, len(roles)
	for i, r := range roles {
		if r.role == role {
			has = i
		}
		if r.permission == permission {
			wanted = i
		}
	}
	return has >= wanted
}

// collaborator is a "collaborator": a user with what they may do in a repository.
func (s *Sandbox) collaborator(r *repo, a *account) obj {
	role := r.role(a)
	permissions := obj{}
	for _, known := range roles {
		permissions[known.permission] = grants(role, known.permission)
	}
	user := s.user(a).(obj)
	user["role_name"], user["permissions"] = role, permissions
	return user
}

// listCollaborators lists everybody who has a role in a repository, the organisation's own account apart.
func (s *Sandbox) listCollaborators(c *call) *reply {
	permission := orElse(c.query.Get("permission"), "pull")
	var who []*account
	for _, login := range slices.Sorted(maps.Keys(c.repo.roles)) {
		if a := s.account(login); a != c.repo.owner && grants(c.repo.roles[login], permission) {
			who = append(who, a)
		}
	}
	return ok(list(paged(s, c, who), func(a *account) obj { return s.collaborator(c.repo, a) }))
}

// SetProperty gives a repository a custom property: a string, a list of them, or nil for one that has no value.
func (s *Sandbox) SetProperty(repo, name string, value any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return err
	}
	r.values[name] = value
	return nil
}

func (s *Sandbox) getProperties(c *call) *reply {
	out := []any{}
	for _, name := range slices.Sorted(maps.Keys(c.repo.values)) {
		out = append(out, obj{"property_name": name, "value": c.repo.values[name]})
	}
	return ok(out)
}
