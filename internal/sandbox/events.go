package sandbox

import (
	"encoding/json"
	"fmt"
)

// event is a payload with what every delivery of a repository has.
func (s *Sandbox) event(r *repo, sender *account, more obj) obj {
	o := obj{"repository": s.told(r), "sender": s.user(sender)}
	if owner := s.orgs[lower(r.owner.login)]; owner != nil {
		o["organization"] = s.orgShape(owner.account)
		if owner.installation != nil {
			o["installation"] = obj{"id": owner.installation.id, "node_id": node("IN", owner.installation.id)}
		}
	}
	for k, v := range more {
		o[k] = v
	}
	return o
}

// told is a repository as events have it, written out once for all that tell of it as it is: of a verdict's dozen check runs
// each has an event.
func (s *Sandbox) told(r *repo) json.RawMessage {
	state := fmt.Sprint(r.full(), r.private, r.main, r.open)
	if r.told == nil || r.toldAs != state {
		data, err := json.Marshal(s.repository(r))
		if err != nil {
			panic(err) // our own maps of strings and numbers
		}
		r.told, r.toldAs = data, state
	}
	return r.told
}

func (s *Sandbox) orgShape(a *account) obj {
	url := s.api("/orgs/%s", a.login)
	return obj{
		"login": a.login, "id": a.id, "node_id": a.nodeID(), "url": url, "repos_url": url + "/repos", "events_url": url + "/events",
		"hooks_url": url + "/hooks", "issues_url": url + "/issues", "members_url": url + "/members{/member}",
		"public_members_url": url + "/public_members{/member}", "avatar_url": s.web("/avatars/%d", a.id), "description": nil,
	}
}

func (s *Sandbox) pullEvent(p *pullRequest, sender *account, more obj) obj {
	o := s.event(p.repo, sender, more)
	o["number"], o["pull_request"] = p.number, s.pullShape(p)
	return o
}

func (s *Sandbox) reviewEvent(p *pullRequest, rv *review) obj {
	shape := s.reviewShape(p, rv)
	shape["state"] = lower(rv.state) // webhooks have it in lower case, the REST interface in upper case
	return s.event(p.repo, rv.author, obj{"review": shape, "pull_request": s.pullSimple(p)})
}

func (s *Sandbox) issueEvent(i *issue, more obj) obj {
	o := s.event(i.repo, i.author, more)
	o["issue"] = s.issueShape(i)
	return o
}

func (s *Sandbox) commentEvent(c *comment, sender *account, more obj) obj {
	o := s.event(c.on.repo, sender, more)
	o["issue"], o["comment"] = s.issueShape(c.on), s.commentShape(c)
	return o
}

func (s *Sandbox) groupEvent(r *repo, g *mergeGroup) obj {
	return s.event(r, s.account(webFlow), obj{"merge_group": obj{
		"head_sha": g.head, "head_ref": "refs/heads/" + g.ref, "base_sha": g.baseSHA, "base_ref": "refs/heads/" + g.base,
		"head_commit": s.simpleCommit(g.head),
	}})
}

// simpleCommit is a "simple-commit".
func (s *Sandbox) simpleCommit(sha string) obj {
	c := s.objects.commits[sha]
	person := func(sig Signature) obj { return obj{"name": sig.Name, "email": sig.Email} }
	return obj{
		"id": c.sha, "tree_id": c.tree, "message": c.message, "timestamp": stamp(c.committer.When),
		"author": person(c.author), "committer": person(c.committer),
	}
}

func (s *Sandbox) pushEvent(r *repo, branch, before string, sender *account) obj {
	const none = "0000000000000000000000000000000000000000"
	after := r.branches[branch]
	commits := []any{}
	known := before
	if known == "" {
		known = r.branches[r.main] // a new branch brings what the default one has not
	}
	for _, c := range s.objects.between(known, after) {
		commits = append(commits, s.pushCommit(r, c))
	}
	o := obj{
		"ref": "refs/heads/" + branch, "before": orElse(before, none), "after": orElse(after, none), "created": before == "", "deleted": after == "",
		"forced": before != "" && !s.objects.ancestors(after)[before], "base_ref": nil, "compare": s.web("/%s/compare/%s...%s", r.full(), before, after),
		"commits": commits, "head_commit": nil, "pusher": obj{"name": sender.login, "email": sender.git().Email},
	}
	if c := s.objects.commits[after]; c != nil {
		o["head_commit"] = s.pushCommit(r, c)
	}
	event := s.event(r, sender, o)
	event["repository"] = s.pushRepository(r)
	return event
}

// pushRepository is a repository as push events alone have it, with some fields more and with times in seconds.
func (s *Sandbox) pushRepository(r *repo) obj {
	o := s.repository(r)
	o["created_at"], o["pushed_at"] = r.created.Unix(), r.created.Unix()
	o["stargazers"], o["master_branch"] = 0, r.main
	owner := s.user(r.owner).(obj)
	owner["name"], owner["email"] = r.owner.login, nil
	o["owner"] = owner
	return o
}

// pushCommit is a commit as push events have it, with the paths that it touched.
func (s *Sandbox) pushCommit(r *repo, c *commit) obj {
	old := flat{}
	if len(c.parents) > 0 {
		old = s.objects.tree(c.parents[0])
	}
	added, removed, modified := []string{}, []string{}, []string{}
	for path, e := range c.files {
		if was, ok := old[path]; !ok {
			added = append(added, path)
		} else if was != e {
			modified = append(modified, path)
		}
	}
	for path := range old {
		if _, ok := c.files[path]; !ok {
			removed = append(removed, path)
		}
	}
	const most = 3000 // a payload ends somewhere: GitHub caps these lists, too
	person := func(sig Signature) obj {
		p := obj{"name": sig.Name, "email": sig.Email}
		if a := s.byEmail(sig.Email); a != nil {
			p["username"] = a.login
		}
		return p
	}
	return obj{
		"id": c.sha, "tree_id": c.tree, "distinct": true, "message": c.message, "timestamp": stamp(c.committer.When),
		"url": s.web("/%s/commit/%s", r.full(), c.sha), "author": person(c.author), "committer": person(c.committer),
		"added": first(added, most), "removed": first(removed, most), "modified": first(modified, most),
	}
}

func first(list []string, most int) []string { return list[:min(len(list), most)] }

// runEvent is a check_run event. sender asked for it.
func (s *Sandbox) runEvent(run *checkRun, sender *account, more obj) obj {
	o := s.event(run.repo, sender, more)
	shape := s.runShape(run)
	shape["check_suite"] = s.suiteShape(run.repo, run.head)
	o["check_run"] = shape
	return o
}

func (s *Sandbox) suiteShape(r *repo, head string) obj {
	url := s.api("/repos/%s/check-suites/%d", r.full(), s.suite(r, head))
	return obj{
		"head_commit": s.simpleCommit(head), "latest_check_runs_count": len(s.runsAt(r, head, false)), "check_runs_url": url + "/check-runs",
		"id": s.suite(r, head), "node_id": node("CS", s.suite(r, head)), "head_branch": s.branchOf(r, head), "head_sha": head, "status": "queued",
		"conclusion": nil, "url": url, "before": nil, "after": head,
		"pull_requests": list(headed(r, head), s.pullMinimal), "app": s.appShape(), "created_at": stamp(began), "updated_at": stamp(began),
	}
}

// branchOf names a branch of r itself at a commit, nil where there is none, as for a fork's head.
func (s *Sandbox) branchOf(r *repo, head string) any {
	for name, sha := range r.branches {
		if sha == head {
			return name
		}
	}
	return nil
}
