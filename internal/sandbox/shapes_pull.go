package sandbox

import (
	"slices"

	"github.com/sluicegate/sluice/internal/pull"
)

// side is a "head" or "base" of a pull request.
func (s *Sandbox) side(r *repo, branch, sha string) obj {
	if r == nil {
		return obj{"label": nil, "ref": branch, "sha": sha, "user": nil, "repo": nil}
	}
	return obj{"label": r.owner.login + ":" + branch, "ref": branch, "sha": sha, "user": s.user(r.owner), "repo": s.repository(r)}
}

// pullSimple is a "pull-request-simple", as lists have it.
func (s *Sandbox) pullSimple(p *pullRequest) obj {
	url := s.api("/repos/%s/pulls/%d", p.repo.full(), p.number)
	issue := s.api("/repos/%s/issues/%d", p.repo.full(), p.number)
	html := s.web("/%s/pull/%d", p.repo.full(), p.number)
	statuses := s.api("/repos/%s/statuses/%s", p.repo.full(), p.head)
	link := func(href string) obj { return obj{"href": href} }
	o := obj{
		"id": p.id, "node_id": node("PR", p.id), "url": url, "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch",
		"issue_url": issue, "commits_url": url + "/commits", "review_comments_url": url + "/comments",
		"review_comment_url": s.api("/repos/%s/pulls/comments{/number}", p.repo.full()), "comments_url": issue + "/comments",
		"statuses_url": statuses, "number": p.number, "state": string(p.state), "locked": false, "active_lock_reason": nil,
		"title": p.title, "user": s.user(p.author), "body": nil, "created_at": stamp(p.created), "updated_at": stamp(p.updated),
		"closed_at": stamp(p.closed), "merged_at": stamp(p.merged), "merge_commit_sha": nil, "assignee": nil,
		"assignees": s.users(p.assignees), "requested_reviewers": s.users(p.reviewers),
		"requested_teams": list(p.teams, func(t *team) obj { return s.teamShape(p.repo.owner, t) }),
		"labels":          s.labels(p.issue), "milestone": nil, "draft": p.draft, "auto_merge": nil,
		"author_association": s.association(p.repo, p.author),
		"head":               s.side(p.headRepo, p.headName, p.head), "base": s.side(p.repo, p.baseName, p.base),
		"_links": obj{
			"self": link(url), "html": link(html), "issue": link(issue), "comments": link(issue + "/comments"),
			"review_comments": link(url + "/comments"), "review_comment": link(s.api("/repos/%s/pulls/comments{/number}", p.repo.full())),
			"commits": link(url + "/commits"), "statuses": link(statuses),
		},
	}
	if p.body != "" {
		o["body"] = p.body
	}
	if len(p.assignees) > 0 {
		o["assignee"] = s.user(p.assignees[0])
	}
	if p.mergeCommit != "" {
		o["merge_commit_sha"] = p.mergeCommit
	}
	return o
}

// pullShape is a "pull-request", as one alone and in webhooks.
func (s *Sandbox) pullShape(p *pullRequest) obj {
	o := s.pullSimple(p)
	added, removed := 0, 0
	files := s.changed(p)
	for _, f := range files {
		added += f.Added
		removed += f.Removed
	}
	o["merged"], o["mergeable"], o["rebaseable"], o["mergeable_state"] = !p.merged.IsZero(), true, true, "clean"
	if p.draft {
		o["mergeable_state"] = "draft"
	} else if s.blocked(p) != "" {
		o["mergeable_state"] = "blocked"
	}
	o["merged_by"] = s.user(p.mergedBy)
	o["comments"], o["review_comments"], o["maintainer_can_modify"] = len(p.comments), 0, p.modifiable
	o["commits"], o["additions"], o["deletions"], o["changed_files"] = len(s.commits(p)), added, removed, len(files)
	return o
}

// pullMinimal is a "pull-request-minimal", as check runs have it.
func (s *Sandbox) pullMinimal(p *pullRequest) obj {
	side := func(r *repo, ref, sha string) obj {
		return obj{"ref": ref, "sha": sha, "repo": obj{"id": r.id, "url": s.api("/repos/%s", r.full()), "name": r.name}}
	}
	return obj{
		"id": p.id, "number": p.number, "url": s.api("/repos/%s/pulls/%d", p.repo.full(), p.number),
		"head": side(p.headRepo, p.headName, p.head), "base": side(p.repo, p.baseName, p.base),
	}
}

// headed are the open pull requests of r whose head branch is in r itself and at sha: GitHub names no fork's there.
func headed(r *repo, sha string) []*pullRequest {
	var out []*pullRequest
	for _, p := range r.pulls {
		if p.head == sha && p.headRepo == r && p.state == pull.Open {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *pullRequest) int { return b.number - a.number })
	return out
}

// fileShape is a "diff-entry". old is the tree that the diff begins at.
func (s *Sandbox) fileShape(r *repo, old flat, head *commit, f pull.File) obj {
	sha := head.files[f.Path].sha
	if f.Status == pull.Removed {
		sha = old[f.Path].sha
	}
	o := obj{
		"sha": sha, "filename": f.Path, "status": string(f.Status), "additions": f.Added, "deletions": f.Removed, "changes": f.Added + f.Removed,
		"blob_url": s.web("/%s/blob/%s/%s", r.full(), head.sha, urlPath(f.Path)), "raw_url": s.web("/%s/raw/%s/%s", r.full(), head.sha, urlPath(f.Path)),
		"contents_url": s.api("/repos/%s/contents/%s?ref=%s", r.full(), urlPath(f.Path), head.sha),
	}
	if f.Patch != "" {
		o["patch"] = f.Patch
	}
	if f.Previous != "" {
		o["previous_filename"] = f.Previous
	}
	return o
}

// reviewShape is a "pull-request-review".
func (s *Sandbox) reviewShape(p *pullRequest, rv *review) obj {
	html := s.web("/%s/pull/%d#pullrequestreview-%d", p.repo.full(), p.number, rv.id)
	api := s.api("/repos/%s/pulls/%d", p.repo.full(), p.number)
	return obj{
		"id": rv.id, "node_id": node("PRR", rv.id), "user": s.user(rv.author), "body": rv.body, "state": rv.state, "html_url": html,
		"pull_request_url": api, "author_association": s.association(p.repo, rv.author), "submitted_at": stamp(rv.at), "commit_id": rv.sha,
		"_links": obj{"html": obj{"href": html}, "pull_request": obj{"href": api}},
	}
}

// teamShape is a "team".
func (s *Sandbox) teamShape(owner *account, t *team) obj {
	url := s.api("/organizations/%d/team/%d", owner.id, t.id)
	return obj{
		"id": t.id, "node_id": node("T", t.id), "name": t.slug, "slug": t.slug, "description": nil, "privacy": "closed",
		"notification_setting": "notifications_enabled", "permission": "push", "url": url, "html_url": s.web("/orgs/%s/teams/%s", owner.login, t.slug),
		"members_url": url + "/members{/member}", "repositories_url": url + "/repos", "parent": nil, "type": "organization",
		"organization_id": owner.id,
	}
}
