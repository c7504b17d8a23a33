package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// listPulls lists the open ones, newest first, unless the query says otherwise.
func (s *Sandbox) listPulls(c *call) *reply {
	state, head, base := orElse(c.query.Get("state"), "open"), c.query.Get("head"), c.query.Get("base")
	var out []*pullRequest
	for _, p := range c.repo.pulls {
		label := p.headName
		if p.headRepo != nil {
			label = p.headRepo.owner.login + ":" + p.headName
		}
		if state != "all" && string(p.state) != state || base != "" && p.baseName != base || head != "" && !strings.EqualFold(label, head) {
			continue
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *pullRequest) int {
		if c.query.Get("sort") == "updated" {
			return cmp.Or(b.updated.Compare(a.updated), b.number-a.number)
		}
		return cmp.Or(b.created.Compare(a.created), b.number-a.number)
	})
	// GitHub's default is descending for the day of creation and ascending for the rest (REST description, "pulls/list").
	if direction := c.query.Get("direction"); direction == "asc" || direction == "" && c.query.Get("sort") == "updated" {
		slices.Reverse(out)
	}
	return ok(list(paged(s, c, out), s.pullSimple))
}

// theirPull is the pull request of a call's path, nil where there is none.
func (c *call) theirPull() *pullRequest { return c.repo.pulls[c.number("pull_number")] }

func (s *Sandbox) getPull(c *call) *reply {
	p := c.theirPull()
	if p == nil {
		return notFound()
	}
	return ok(s.pullShape(p))
}

func (s *Sandbox) listFiles(c *call) *reply {
	p := c.theirPull()
	if p == nil {
		return notFound()
	}
	files := s.changed(p)
	old := s.objects.tree(s.objects.mergeBase(p.from(), p.head))
	head := s.objects.commits[p.head]
	return ok(list(paged(s, c, files[:min(len(files), maxListedFiles)]), func(f pull.File) obj { return s.fileShape(p.repo, old, head, f) }))
}

// maxListedCommits is the most commits that GitHub lists for a pull request.
const maxListedCommits = 250

func (s *Sandbox) listCommits(c *call) *reply {
	p := c.theirPull()
	if p == nil {
		return notFound()
	}
	commits := s.commits(p)
	return ok(list(paged(s, c, commits[:min(len(commits), maxListedCommits)]), func(at *commit) obj { return s.commitShape(p.repo, at) }))
}

func (s *Sandbox) listReviews(c *call) *reply {
	p := c.theirPull()
	if p == nil {
		return notFound()
	}
	return ok(list(paged(s, c, p.reviews), func(rv *review) obj { return s.reviewShape(p, rv) }))
}

func (s *Sandbox) listReviewers(c *call) *reply {
	p := c.theirPull()
	if p == nil {
		return notFound()
	}
	return ok(obj{"users": s.users(p.reviewers), "teams": list(p.teams, func(t *team) obj { return s.teamShape(p.repo.owner, t) })})
}

func (s *Sandbox) requestReviewers(c *call) *reply {
	p := c.theirPull()
	if p == nil {
		return notFound()
	}
	var want struct {
		Reviewers []string
		Teams     []string `json:"team_reviewers"`
	}
	if rep := c.into(&want); rep != nil {
		return rep
	}
	for _, login := range want.Reviewers {
		a := s.accounts[lower(login)]
		if a == p.author {
			return refuse(http.StatusUnprocessableEntity, "Review cannot be requested from pull request author.")
		}
		if a == nil || c.repo.roles[lower(login)] == "" && !s.org(c.repo.owner.login).members[lower(login)] {
			return refuse(http.StatusUnprocessableEntity, "Reviews may only be requested from collaborators.")
		}
		if !slices.Contains(p.reviewers, a) {
			p.reviewers = append(p.reviewers, a)
		}
	}
	for _, slug := range want.Teams {
		t := s.org(c.repo.owner.login).teams[slug]
		if t == nil {
			return refuse(http.StatusUnprocessableEntity, "Reviews may only be requested from collaborators.")
		}
		if !slices.Contains(p.teams, t) {
			p.teams = append(p.teams, t)
		}
	}
	return &reply{http.StatusCreated, s.pullSimple(p)}
}

func (s *Sandbox) putMerge(c *call) *reply {
	p := c.theirPull()
	if p == nil {
		return notFound()
	}
	var want struct{ SHA string }
	if rep := c.into(&want); rep != nil {
		return rep
	}
	switch {
	case p.state != pull.Open:
		return refuse(http.StatusMethodNotAllowed, "Pull Request is not mergeable")
	case s.blocked(p) != "":
		return refuse(http.StatusMethodNotAllowed, s.blocked(p))
	case want.SHA != "" && want.SHA != p.head:
		return refuse(http.StatusConflict, "Head branch was modified. Review and try the merge again.")
	}
	s.mergePull(p, s.caller(c))
	return ok(obj{"sha": p.mergeCommit, "merged": true, "message": "Pull Request successfully merged"})
}

// caller is the account in whose name a call acts: the App's bot, or the person.
func (s *Sandbox) caller(c *call) *account {
	if c.token.person != nil {
		return c.token.person
	}
	return s.account(s.opts.Slug + "[bot]")
}
