package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// obj is a JSON object. The shapes in these files are those of GitHub's REST description.
type obj = map[string]any

// list makes a JSON array, never null.
func list[T any](items []T, shape func(T) obj) []any {
	out := make([]any, 0, len(items))
	for _, item := range items {
		out = append(out, shape(item))
	}
	return out
}

// api is a REST address.
func (s *Sandbox) api(format string, args ...any) string {
	return s.base + "/api/v3" + fmt.Sprintf(format, args...)
}

// web is a page's address.
func (s *Sandbox) web(format string, args ...any) string {
	return s.base + fmt.Sprintf(format, args...)
}

// node is GitHub's opaque name of a thing, which GraphQL takes as an ID.
func node(prefix string, id int64) string { return fmt.Sprintf("%s_%d", prefix, id) }

// stamp is a time as GitHub writes it, nil where there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// user is a "simple-user", nil for nobody.
func (s *Sandbox) user(a *account) any {
	if a == nil {
		return nil
	}
	u := s.api("/users/%s", a.login)
	return obj{
		"login": a.login, "id": a.id, "node_id": a.nodeID(), "avatar_url": s.web("/avatars/%d", a.id), "gravatar_id": "",
		"url": u, "html_url": s.web("/%s", a.login), "followers_url": u + "/followers", "following_url": u + "/following{/other_user}",
		"gists_url": u + "/gists{/gist_id}", "starred_url": u + "/starred{/owner}{/repo}", "subscriptions_url": u + "/subscriptions",
		"organizations_url": u + "/orgs", "repos_url": u + "/repos", "events_url": u + "/events{/privacy}",
		"received_events_url": u + "/received_events", "type": string(a.kind), "site_admin": false,
	}
}

func (a *account) nodeID() string {
	switch a.kind {
	case pull.Bot:
		return node("BOT", a.id)
	case pull.Organization:
		return node("O", a.id)
	}
	return node("U", a.id)
}

func (s *Sandbox) users(accounts []*account) []any {
	out := make([]any, 0, len(accounts))
	for _, a := range accounts {
		out = append(out, s.user(a))
	}
	return out
}

// repoURLs are the addresses below a repository, by the part of their name before "_url".
var repoURLs = map[string]string{
	"archive": "/{archive_format}{/ref}", "assignees": "/assignees{/user}", "blobs": "/git/blobs{/sha}", "branches": "/branches{/branch}",
	"collaborators": "/collaborators{/collaborator}", "comments": "/comments{/number}", "commits": "/commits{/sha}",
	"compare": "/compare/{base}...{head}", "contents": "/contents/{+path}", "contributors": "/contributors",
	"deployments": "/deployments", "downloads": "/downloads", "events": "/events", "forks": "/forks", "git_commits": "/git/commits{/sha}",
	"git_refs": "/git/refs{/sha}", "git_tags": "/git/tags{/sha}", "hooks": "/hooks", "issue_comment": "/issues/comments{/number}",
	"issue_events": "/issues/events{/number}", "issues": "/issues{/number}", "keys": "/keys{/key_id}", "labels": "/labels{/name}",
	"languages": "/languages", "merges": "/merges", "milestones": "/milestones{/number}",
	"notifications": "/notifications{?since,all,participating}", "pulls": "/pulls{/number}", "releases": "/releases{/id}",
	"stargazers": "/stargazers", "statuses": "/statuses/{sha}", "subscribers": "/subscribers", "subscription": "/subscription",
	"tags": "/tags", "teams": "/teams", "trees": "/git/trees{/sha}",
}

// repository is a "repository", which has whatever the smaller shapes of it have.
func (s *Sandbox) repository(r *repo) obj {
	url := s.api("/repos/%s", r.full())
	html := s.web("/%s", r.full())
	host := strings.TrimPrefix(s.base, "http://")
	o := obj{
		"id": r.id, "node_id": node("R", r.id), "name": r.name, "full_name": r.full(), "private": r.private, "owner": s.user(r.owner),
		"html_url": html, "description": nil, "fork": r.fork, "url": url, "git_url": "git://" + host + "/" + r.full() + ".git",
		"ssh_url": "git@" + host + ":" + r.full() + ".git", "clone_url": html + ".git", "svn_url": html, "homepage": nil, "language": nil,
		"mirror_url": nil, "license": nil, "archived": false, "disabled": false, "visibility": r.visibility(), "default_branch": r.main,
		"has_issues": true, "has_projects": true, "has_downloads": true, "has_wiki": true, "has_pages": false, "has_discussions": false,
		"forks": 0, "forks_count": 0, "open_issues": r.open, "open_issues_count": r.open, "watchers": 0, "watchers_count": 0,
		"stargazers_count": 0, "size": 1, "topics": []any{}, "custom_properties": obj{}, "web_commit_signoff_required": false, "is_template": false, "allow_forking": true,
		"created_at": stamp(r.created), "updated_at": stamp(r.created), "pushed_at": stamp(r.created),
	}
	for name, rest := range repoURLs {
		o[name+"_url"] = url + rest
	}
	return o
}

// minimal is a "minimal-repository": less than a repository, in which some counts may be missing but none may be null.
func (s *Sandbox) fullRepository(r *repo) obj {
	o := s.repository(r)
	o["network_count"], o["subscribers_count"] = 0, 0
	return o
}

func (r *repo) visibility() string {
	if r.private {
		return "private"
	}
	return "public"
}

// label is a "label" of a repository. Labels are made by their use.
func (s *Sandbox) label(r *repo, name string) obj {
	id := int64(0)
	for _, c := range name {
		id = id*31 + int64(c)
	}
	id &= 0xffffff
	return obj{
		"id": id, "node_id": node("LA", id), "url": s.api("/repos/%s/labels/%s", r.full(), name), "name": name, "description": "",
		"color": "ededed", "default": false,
	}
}

func (s *Sandbox) labels(i *issue) []any {
	return list(i.labels, func(l string) obj { return s.label(i.repo, l) })
}

// association is what the author is to the repository, in GitHub's words.
func (s *Sandbox) association(r *repo, a *account) string {
	o := s.orgs[lower(r.owner.login)]
	switch {
	case a == r.owner:
		return "OWNER"
	case o != nil && o.members[lower(a.login)]:
		return "MEMBER"
	case slices.Contains([]string{"admin", "maintain", "write"}, r.roles[lower(a.login)]):
		return "COLLABORATOR"
	case a.kind == pull.Bot:
		return "CONTRIBUTOR"
	}
	return "NONE"
}

// issueShape is an "issue".
func (s *Sandbox) issueShape(i *issue) obj {
	url := s.api("/repos/%s/issues/%d", i.repo.full(), i.number)
	html := s.web("/%s/issues/%d", i.repo.full(), i.number)
	o := obj{
		"id": i.id, "node_id": node("I", i.id), "url": url, "repository_url": s.api("/repos/%s", i.repo.full()), "labels_url": url + "/labels{/name}",
		"comments_url": url + "/comments", "events_url": url + "/events", "html_url": html, "number": i.number, "state": string(i.state),
		"state_reason": nil, "title": i.title, "body": i.body, "user": s.user(i.author), "labels": s.labels(i), "assignee": nil,
		"assignees": s.users(i.assignees), "milestone": nil, "locked": false, "active_lock_reason": nil, "comments": len(i.comments),
		"closed_at": stamp(i.closed), "created_at": stamp(i.created), "updated_at": stamp(i.updated), "closed_by": nil,
		"author_association": s.association(i.repo, i.author), "timeline_url": url + "/timeline", "performed_via_github_app": nil,
		"reactions": s.rollup(url, nil),
	}
	if i.reason != "" {
		o["state_reason"] = i.reason
	}
	if len(i.assignees) > 0 {
		o["assignee"] = s.user(i.assignees[0])
	}
	if p := i.pull; p != nil {
		html := s.web("/%s/pull/%d", i.repo.full(), i.number)
		o["html_url"], o["draft"] = html, p.draft
		o["pull_request"] = obj{
			"url": s.api("/repos/%s/pulls/%d", i.repo.full(), i.number), "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch",
			"merged_at": stamp(p.merged),
		}
	}
	return o
}

// commentShape is an "issue-comment".
func (s *Sandbox) commentShape(c *comment) obj {
	url := s.api("/repos/%s/issues/comments/%d", c.on.repo.full(), c.id)
	page := "issues"
	if c.on.pull != nil {
		page = "pull"
	}
	o := obj{
		"id": c.id, "node_id": node("IC", c.id), "url": url, "html_url": s.web("/%s/%s/%d#issuecomment-%d", c.on.repo.full(), page, c.on.number, c.id),
		"issue_url": s.api("/repos/%s/issues/%d", c.on.repo.full(), c.on.number), "user": s.user(c.author), "body": c.body,
		"created_at": stamp(c.created), "updated_at": stamp(c.updated), "author_association": s.association(c.on.repo, c.author),
		"performed_via_github_app": nil, "reactions": s.rollup(url, c.reactions),
	}
	if c.app {
		o["performed_via_github_app"] = s.appShape()
	}
	return o
}

var reactionNames = []string{"+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"}

// rollup is a "reaction-rollup".
func (s *Sandbox) rollup(url string, reactions []reaction) obj {
	o := obj{"url": url + "/reactions", "total_count": len(reactions)}
	for _, name := range reactionNames {
		o[name] = 0
	}
	for _, r := range reactions {
		o[r.content] = o[r.content].(int) + 1
	}
	return o
}

func (s *Sandbox) reactionShape(r reaction) obj {
	return obj{"id": r.id, "node_id": node("REA", r.id), "user": s.user(r.by), "content": r.content, "created_at": stamp(r.at)}
}

// appShape is an "integration": the App.
func (s *Sandbox) appShape() obj {
	events := []any{}
	for _, e := range Events {
		events = append(events, e)
	}
	return obj{
		"id": s.app, "slug": s.opts.Slug, "node_id": node("A", s.app), "owner": s.user(s.account("sluicegate")), "name": s.opts.Slug,
		"description": nil, "external_url": s.base, "html_url": s.web("/apps/%s", s.opts.Slug), "created_at": stamp(began), "updated_at": stamp(began),
		"permissions": s.opts.Permissions, "events": events, "installations_count": len(s.installations),
	}
}

// Events are the events that the App is subscribed to.
var Events = []string{
	"check_run", "check_suite", "issue_comment", "issues", "merge_group", "pull_request", "pull_request_review", "push",
}

// began is when the sandbox's world begins; what says no time of its own is dated from here.
var began = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
