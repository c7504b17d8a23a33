package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// simple makes a resolver of a value that needs no arguments and is made only when it is asked for.
func simple(make func() any) resolver {
	return func(map[string]any) (any, *problem) { return make(), nil }
}

// query is the root of queries.
func (e *execution) query() map[string]any {
	s := e.s
	return map[string]any{
		"id":         "Q",
		"rateLimit":  simple(func() any { return e.rateLimit() }),
		"repository": resolver(e.repositoryByName),
		"viewer":     simple(func() any { return s.actor(s.caller(e.c), "User") }),
		"user": resolver(func(args map[string]any) (any, *problem) {
			a := s.accounts[lower(text(args["login"]))]
			if a == nil || a.kind != pull.User {
				return nil, unresolved("a User", "login", args["login"])
			}
			return s.actor(a, ""), nil
		}),
		"organization": resolver(func(args map[string]any) (any, *problem) {
			o := s.orgs[lower(text(args["login"]))]
			if o == nil {
				return nil, unresolved("an Organization", "login", args["login"])
			}
			return e.organisation(o), nil
		}),
		"node": resolver(func(args map[string]any) (any, *problem) { return e.nodeByID(text(args["id"])) }),
	}
}

// organisation is an organisation with its teams, which only its own installation sees, with the permission for them.
func (e *execution) organisation(o *org) *thing {
	t := e.s.actor(o.account, "")
	find := t.fields["team"].(resolver)
	t.fields["team"] = resolver(func(args map[string]any) (any, *problem) {
		switch token := e.c.token; {
		case token.in != nil && token.in.org != o:
			return nil, nil
		case !token.may("members:read", nil):
			return nil, &problem{"FORBIDDEN", "Resource not accessible by integration"}
		}
		return find(args)
	})
	return t
}

func text(v any) string { s, _ := v.(string); return s }

func unresolved(what, by string, value any) *problem {
	return &problem{"NOT_FOUND", fmt.Sprintf("Could not resolve to %s with the %s of '%v'.", what, by, value)}
}

func (e *execution) rateLimit() *thing {
	limit, used, reset := e.s.opts.RateLimit, 0, e.s.now().Add(hour)
	if in := e.c.token.in; in != nil {
		used, reset = min(in.used+1, limit), in.reset
	}
	return &thing{"RateLimit", map[string]any{
		"cost": 1, "limit": limit, "nodeCount": 1, "remaining": limit - used, "resetAt": stamp(reset), "used": used,
	}}
}

func (e *execution) repositoryByName(args map[string]any) (any, *problem) {
	full := text(args["owner"]) + "/" + text(args["name"])
	r := e.s.repos[lower(full)]
	if follow, said := args["followRenames"].(bool); r == nil && (follow || !said) {
		r = e.s.moved[lower(full)]
	}
	if r == nil || !e.c.token.sees(r) {
		return nil, unresolved("a Repository", "name", full)
	}
	return e.repository(r), nil
}

// guarded is a resolver behind a permission.
func (e *execution) guarded(r *repo, needs string, resolve resolver) resolver {
	return func(args map[string]any) (any, *problem) {
		if !e.c.token.may(needs, r) {
			return nil, &problem{"FORBIDDEN", "Resource not accessible by integration"}
		}
		return resolve(args)
	}
}

func (e *execution) repository(r *repo) *thing {
	if r == nil {
		return nil
	}
	s := e.s
	fields := map[string]any{
		"createdAt": stamp(r.created), "databaseId": r.id, "id": node("R", r.id), "isArchived": false, "isFork": r.fork, "isPrivate": r.private,
		"name": r.name, "nameWithOwner": r.full(), "owner": s.actor(r.owner, ""), "url": s.web("/%s", r.full()),
		"parent":           simple(func() any { return e.parent(r) }),
		"defaultBranchRef": simple(func() any { return e.ref(r, r.main) }),
		"ref": resolver(func(args map[string]any) (any, *problem) {
			return e.ref(r, strings.TrimPrefix(text(args["qualifiedName"]), "refs/heads/")), nil
		}),
		"object": e.guarded(r, "contents:read", func(args map[string]any) (any, *problem) { return e.object(r, args), nil }),
		"pullRequest": e.guarded(r, "pull_requests:read", func(args map[string]any) (any, *problem) {
			n, _ := integer(args["number"])
			if r.pulls[n] == nil {
				return nil, unresolved("a PullRequest", "number", n)
			}
			return e.pull(r.pulls[n]), nil
		}),
		"issue": e.guarded(r, "issues:read", func(args map[string]any) (any, *problem) {
			n, _ := integer(args["number"])
			if r.issues[n] == nil || r.issues[n].pull != nil {
				return nil, unresolved("an Issue", "number", n)
			}
			return e.issue(r.issues[n]), nil
		}),
		"issueOrPullRequest": resolver(func(args map[string]any) (any, *problem) {
			n, _ := integer(args["number"])
			i := r.issues[n]
			switch {
			case i == nil:
				return nil, unresolved("an issue or pull request", "number", n)
			case i.pull == nil && !e.c.token.may("issues:read", r), i.pull != nil && !e.c.token.may("pull_requests:read", r):
				return nil, forbidden
			case i.pull != nil:
				return e.pull(i.pull), nil
			}
			return e.issue(i), nil
		}),
		"pullRequests": e.guarded(r, "pull_requests:read", connection("PullRequest", func(args map[string]any) []*thing { return e.pulls(r, args) })),
		"mergeQueue": e.guarded(r, "merge_queues:read", func(args map[string]any) (any, *problem) {
			return e.queue(r, orElse(text(args["branch"]), r.main)), nil
		}),
	}
	return &thing{"Repository", fields}
}

func (e *execution) parent(r *repo) *thing {
	if !r.fork {
		return nil
	}
	if now := e.s.repos[r.network]; now != nil {
		return e.repository(now)
	}
	return e.repository(e.s.moved[r.network])
}

func (e *execution) ref(r *repo, branch string) *thing {
	if r == nil || r.branches[branch] == "" {
		return nil
	}
	return &thing{"Ref", map[string]any{
		"id": node("REF", r.id) + branch, "name": branch, "prefix": "refs/heads/",
		"target": simple(func() any { return e.commit(r, e.s.objects.commits[r.branches[branch]]) }),
	}}
}

// object resolves "REV", "REV:PATH" or an object's name.
func (e *execution) object(r *repo, args map[string]any) *thing {
	expression := text(args["expression"])
	if oid := text(args["oid"]); oid != "" {
		expression = oid
	}
	rev, path, inside := strings.Cut(expression, ":")
	at := e.s.commit(r, rev)
	if at == nil {
		return nil
	}
	if !inside {
		return e.commit(r, at)
	}
	entry, found := e.s.objects.find(at.tree, strings.Trim(path, "/"))
	if !found {
		return nil
	}
	return e.gitObject(r, entry, strings.Trim(path, "/"))
}

func (e *execution) pulls(r *repo, args map[string]any) []*thing {
	states, base, head := words(args["states"]), text(args["baseRefName"]), text(args["headRefName"])
	var list []*pullRequest
	for _, p := range r.pulls {
		if len(states) > 0 && !slices.Contains(states, p.nodeState()) || base != "" && p.baseName != base || head != "" && p.headName != head {
			continue
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *pullRequest) int { return a.number - b.number })
	order, _ := args["orderBy"].(map[string]any)
	switch text(order["field"]) {
	case "CREATED_AT":
		slices.SortStableFunc(list, func(a, b *pullRequest) int { return a.created.Compare(b.created) })
	case "UPDATED_AT":
		slices.SortStableFunc(list, func(a, b *pullRequest) int { return a.updated.Compare(b.updated) })
	}
	if text(order["direction"]) == "DESC" {
		slices.Reverse(list)
	}
	return things(list, e.pull)
}

func things[T any](items []T, shape func(T) *thing) []*thing {
	out := make([]*thing, 0, len(items))
	for _, item := range items {
		out = append(out, shape(item))
	}
	return out
}

// queue is the merge queue of a branch: an entry for each pull request, each built on the one before it.
func (e *execution) queue(r *repo, branch string) *thing {
	entries := []*thing{}
	for _, g := range r.queue {
		if g.base != branch {
			continue
		}
		entries = append(entries, &thing{"MergeQueueEntry", map[string]any{
			"id": node("MQE", g.pull.id), "position": len(entries) + 1, "state": "AWAITING_CHECKS", "enqueuedAt": stamp(g.at),
			"pullRequest": simple(func() any { return e.pull(g.pull) }),
			"headCommit":  simple(func() any { return e.commit(r, e.s.objects.commits[g.head]) }),
			"baseCommit":  simple(func() any { return e.commit(r, e.s.objects.commits[g.baseSHA]) }),
		}})
	}
	return &thing{"MergeQueue", map[string]any{
		"id": node("MQ", r.id) + branch, "url": e.s.web("/%s/queue/%s", r.full(), branch),
		"entries": connection("MergeQueueEntry", func(map[string]any) []*thing { return entries }),
	}}
}

// nodeByID finds a thing by the id that REST calls node_id.
func (e *execution) nodeByID(id string) (any, *problem) {
	prefix, digits, _ := strings.Cut(id, "_")
	n, _ := strconv.ParseInt(digits, 10, 64)
	s := e.s
	switch prefix {
	case "PR":
		if p := s.pulls[n]; p != nil && e.c.token.sees(p.repo) {
			return e.pull(p), nil
		}
	case "I":
		if i := s.issues[n]; i != nil && e.c.token.sees(i.repo) {
			return e.issue(i), nil
		}
	case "R":
		if r := s.repoIDs[n]; r != nil && e.c.token.sees(r) {
			return e.repository(r), nil
		}
	case "IC":
		if m := s.comments[n]; m != nil && e.c.token.sees(m.on.repo) {
			return e.comment(m), nil
		}
	case "CR":
		if run := s.runs[n]; run != nil && e.c.token.sees(run.repo) {
			return e.run(run), nil
		}
	}
	return nil, &problem{"NOT_FOUND", fmt.Sprintf("Could not resolve to a node with the global id of '%s'", id)}
}

// actor is an account. as is the type to give it, its own where that is empty: GitHub shows a commit's bot as a User.
func (s *Sandbox) actor(a *account, as string) *thing {
	if a == nil {
		return nil
	}
	kind, login := string(a.kind), a.node()
	if as != "" {
		kind, login = as, a.login
	}
	fields := map[string]any{
		"id": a.nodeID(), "databaseId": a.id, "login": login, "url": s.web("/%s", login), "avatarUrl": s.web("/avatars/%d", a.id),
		"name": nullable(a.name), "email": a.email,
	}
	if kind == string(pull.Organization) {
		fields["team"] = resolver(func(args map[string]any) (any, *problem) {
			o := s.orgs[lower(a.login)]
			if o == nil || o.teams[text(args["slug"])] == nil {
				return nil, nil
			}
			return s.teamThing(a, o.teams[text(args["slug"])]), nil
		})
	}
	return &thing{kind, fields}
}

func (s *Sandbox) teamThing(owner *account, t *team) *thing {
	return &thing{"Team", map[string]any{
		"id": node("T", t.id), "databaseId": t.id, "name": t.slug, "slug": t.slug, "combinedSlug": owner.login + "/" + t.slug,
		"url": s.web("/orgs/%s/teams/%s", owner.login, t.slug), "organization": s.actor(owner, ""),
		"members": connection("TeamMember", func(map[string]any) []*thing {
			return things(t.members, func(login string) *thing { return s.actor(s.account(login), "User") })
		}),
	}}
}
