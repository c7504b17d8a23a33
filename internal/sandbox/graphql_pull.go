package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// nodeState is the state in GraphQL's words.
func (p *pullRequest) nodeState() string {
	if !p.merged.IsZero() {
		return "MERGED"
	}
	return strings.ToUpper(string(p.state))
}

// talk is what issues, pull requests and comments have in common.
func (e *execution) talk(id string, author *account, r *repo, body string, created, updated, edited time.Time) map[string]any {
	return map[string]any{
		"id": id, "author": e.s.actor(author, ""), "authorAssociation": e.s.association(r, author), "body": body, "createdAt": stamp(created),
		"updatedAt": stamp(updated), "lastEditedAt": stamp(edited), "viewerDidAuthor": author == e.s.caller(e.c),
	}
}

// common is what an issue and a pull request have in common.
func (e *execution) common(prefix, page string, i *issue) map[string]any {
	s := e.s
	f := e.talk(node(prefix, i.id), i.author, i.repo, i.body, i.created, i.updated, i.edited)
	f["databaseId"], f["fullDatabaseId"], f["number"], f["title"] = i.id, decimal(i.id), i.number, i.title
	f["closed"], f["closedAt"] = i.state == pull.Closed, stamp(i.closed)
	f["url"] = s.web("/%s/%s/%d", i.repo.full(), page, i.number)
	f["repository"] = simple(func() any { return e.repository(i.repo) })
	f["assignees"] = connection("User", func(map[string]any) []*thing {
		return things(i.assignees, func(a *account) *thing { return s.actor(a, "User") })
	})
	f["labels"] = connection("Label", func(map[string]any) []*thing {
		return things(i.labels, func(l string) *thing {
			return &thing{"Label", map[string]any{"id": node("LA", s.label(i.repo, l)["id"].(int64)), "name": l, "color": "ededed"}}
		})
	})
	f["comments"] = connection("IssueComment", func(map[string]any) []*thing { return things(i.comments, e.comment) })
	return f
}

func (e *execution) issue(i *issue) *thing {
	f := e.common("I", "issues", i)
	f["timelineItems"] = connection("IssueTimelineItems", func(args map[string]any) []*thing { return e.timeline(i, words(args["itemTypes"])) })
	f["state"], f["stateReason"] = strings.ToUpper(string(i.state)), nullable(strings.ToUpper(i.reason))
	return &thing{"Issue", f}
}

func (e *execution) comment(m *comment) *thing {
	edited := m.updated
	if edited.Equal(m.created) {
		edited = time.Time{}
	}
	f := e.talk(node("IC", m.id), m.author, m.on.repo, m.body, m.created, m.updated, edited)
	f["databaseId"], f["fullDatabaseId"] = m.id, decimal(m.id)
	f["url"] = e.s.commentShape(m)["html_url"]
	f["issue"] = simple(func() any {
		if m.on.pull != nil {
			return e.pullAsIssue(m.on)
		}
		return e.issue(m.on)
	})
	f["pullRequest"] = simple(func() any {
		if m.on.pull == nil {
			return nil
		}
		return e.pull(m.on.pull)
	})
	return &thing{"IssueComment", f}
}

// pullAsIssue is a pull request where the schema says Issue, as for a comment on one.
func (e *execution) pullAsIssue(i *issue) *thing {
	t := e.issue(i)
	t.fields["url"] = e.s.web("/%s/pull/%d", i.repo.full(), i.number)
	return t
}

func (e *execution) pull(p *pullRequest) *thing {
	s := e.s
	f := e.common("PR", "pull", p.issue)
	f["timelineItems"] = connection("PullRequestTimelineItems", func(args map[string]any) []*thing { return e.timeline(p.issue, words(args["itemTypes"])) })
	f["state"], f["isDraft"], f["merged"], f["mergedAt"] = p.nodeState(), p.draft, !p.merged.IsZero(), stamp(p.merged)
	f["mergedBy"], f["mergeable"], f["reviewDecision"] = s.actor(p.mergedBy, ""), "MERGEABLE", nil
	f["mergeCommit"] = simple(func() any { return e.commit(p.repo, s.objects.commits[p.mergeCommit]) })
	f["isCrossRepository"] = p.headRepo != p.repo
	f["headRefName"], f["headRefOid"] = p.headName, p.head
	f["headRef"] = simple(func() any { return e.ref(p.headRepo, p.headName) })
	f["headRepository"] = simple(func() any { return e.repository(p.headRepo) })
	f["headRepositoryOwner"] = simple(func() any {
		if p.headRepo == nil {
			return nil
		}
		return s.actor(p.headRepo.owner, "")
	})
	f["baseRefName"], f["baseRefOid"] = p.baseName, p.base
	f["baseRef"] = simple(func() any { return e.ref(p.repo, p.baseName) })
	f["baseRepository"] = simple(func() any { return e.repository(p.repo) })
	f["additions"] = simple(func() any { return total(s.changed(p), func(c pull.File) int { return c.Added }) })
	f["deletions"] = simple(func() any { return total(s.changed(p), func(c pull.File) int { return c.Removed }) })
	f["changedFiles"] = simple(func() any { return len(s.changed(p)) })
	f["files"] = connection("PullRequestChangedFile", func(map[string]any) []*thing {
		files := s.changed(p)
		return things(files[:min(len(files), maxListedFiles)], changedFile)
	})
	f["commits"] = connection("PullRequestCommit", func(map[string]any) []*thing {
		return things(s.commits(p), func(c *commit) *thing {
			return &thing{"PullRequestCommit", map[string]any{"id": node("PRC", p.id) + c.sha, "commit": simple(func() any { return e.commit(p.repo, c) })}}
		})
	})
	f["reviews"] = connection("PullRequestReview", func(args map[string]any) []*thing { return e.reviews(p, words(args["states"])) })
	f["reviewRequests"] = connection("ReviewRequest", func(map[string]any) []*thing { return e.reviewRequests(p) })
	f["closingIssuesReferences"] = connection("Issue", func(map[string]any) []*thing {
		shown := slices.DeleteFunc(s.closing(p), func(i *issue) bool { return !e.c.token.sees(i.repo) || !e.c.token.may("issues:read", i.repo) })
		return things(shown, e.issue)
	})
	return &thing{"PullRequest", f}
}

func total(files []pull.File, of func(pull.File) int) int {
	n := 0
	for _, f := range files {
		n += of(f)
	}
	return n
}

func changedFile(f pull.File) *thing {
	kind := strings.ToUpper(string(f.Status))
	if f.Status == pull.Removed {
		kind = "DELETED"
	}
	return &thing{"PullRequestChangedFile", map[string]any{"path": f.Path, "additions": f.Added, "deletions": f.Removed, "changeType": kind}}
}

func (e *execution) reviews(p *pullRequest, states []string) []*thing {
	var out []*thing
	for _, rv := range p.reviews {
		if len(states) > 0 && !strings.Contains(strings.Join(states, " "), rv.state) {
			continue
		}
		f := e.talk(node("PRR", rv.id), rv.author, p.repo, rv.body, rv.at, rv.at, time.Time{})
		f["databaseId"], f["state"], f["submittedAt"] = rv.id, rv.state, stamp(rv.at)
		f["authorCanPushToRepository"] = rv.author != nil && grants(p.repo.role(rv.author), "push")
		f["url"] = e.s.web("/%s/pull/%d#pullrequestreview-%d", p.repo.full(), p.number, rv.id)
		f["commit"] = simple(func() any { return e.commit(p.repo, e.s.objects.commits[rv.sha]) })
		out = append(out, &thing{"PullRequestReview", f})
	}
	return out
}

func (e *execution) reviewRequests(p *pullRequest) []*thing {
	var out []*thing
	add := func(id int64, who *thing) {
		out = append(out, &thing{"ReviewRequest", map[string]any{"id": node("RR", id), "asCodeOwner": false, "requestedReviewer": who}})
	}
	for _, a := range p.reviewers {
		add(a.id, e.s.actor(a, ""))
	}
	for _, t := range p.teams {
		add(t.id, e.s.teamThing(p.repo.owner, t))
	}
	return out
}
