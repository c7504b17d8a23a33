package sandbox

import (
	"fmt"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// Pull is a pull request to be opened.
type Pull struct {
	Repo      string
	Number    int // the next free one where 0
	Title     string
	Body      string
	Author    string // login
	Head      string // branch; made at the base where the repository has none of that name
	HeadRepo  string // full name of a fork; Repo where empty
	Base      string // branch; the default branch where empty
	Draft     bool
	Labels    []string
	Assignees []string
	Assigner  string   // login of who assigned them; the author where empty
	Reviewers []string // logins
	Teams     []string // slugs
	Linked    []int    // issues linked by hand
	Commits   []Change // put onto Head first
	At        time.Time
}

// Open opens a pull request and sends "opened", after what its commits send when they are pushed. It returns the number.
func (s *Sandbox) Open(spec Pull) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(spec.Repo)
	if err != nil {
		return 0, err
	}
	head, err := s.repo(orElse(spec.HeadRepo, spec.Repo))
	if err != nil {
		return 0, err
	}
	base := orElse(spec.Base, r.main)
	if r.branches[base] == "" {
		return 0, fmt.Errorf("%s has no branch %s", spec.Repo, base)
	}
	before := head.branches[spec.Head]
	if before == "" {
		head.branches[spec.Head] = r.branches[base]
	}
	for _, c := range spec.Commits {
		s.commitTo(head, spec.Head, c)
	}
	if head.branches[spec.Head] == r.branches[base] {
		return 0, fmt.Errorf("no commits between %s and %s", base, spec.Head)
	}
	i, err := s.addIssue(r, Issue{
		Number: spec.Number, Title: spec.Title, Body: spec.Body, Author: spec.Author, Labels: spec.Labels, Assignees: spec.Assignees,
		Assigner: spec.Assigner, At: spec.At,
	})
	if err != nil {
		return 0, err
	}
	p := &pullRequest{
		issue: i, draft: spec.Draft, headRepo: head, headName: spec.Head, head: head.branches[spec.Head],
		baseName: base, base: r.branches[base], linked: spec.Linked, modifiable: head != r,
	}
	for _, login := range spec.Reviewers {
		p.reviewers = append(p.reviewers, s.account(login))
	}
	for _, slug := range spec.Teams {
		if t := s.org(r.owner.login).teams[slug]; t != nil {
			p.teams = append(p.teams, t)
		}
	}
	if len(spec.Commits) > 0 {
		s.pushed(head, spec.Head, before, i.author)
	}
	i.pull = p
	r.pulls[p.number], s.pulls[p.id] = p, p
	s.send(r, "pull_request", "opened", s.pullEvent(p, i.author, nil))
	return p.number, nil
}

// commitTo puts a commit onto a branch. Nobody is told.
func (s *Sandbox) commitTo(r *repo, branch string, ch Change) *commit {
	if ch.At.IsZero() {
		ch.At = s.now()
	}
	if ch.Author.When.IsZero() {
		ch.Author.When = ch.At
	}
	if ch.Committer.Name == "" {
		ch.Committer = ch.Author
	}
	if ch.Committer.When.IsZero() {
		ch.Committer.When = ch.At
	}
	c := &commit{message: ch.Message, author: ch.Author, committer: ch.Committer, signed: ch.Signed, networks: []string{r.network}}
	var old flat
	if tip := r.branches[branch]; tip != "" {
		c.parents, old = []string{tip}, s.objects.commits[tip].files
	}
	c.files = s.tree(old, ch.Write, ch.Remove)
	c = s.objects.addCommit(c)
	r.branches[branch] = c.sha
	return c
}

// Commit puts a commit onto a branch and sends "push", and "synchronize" for each open pull request of that head. It
// returns the commit's name.
func (s *Sandbox) Commit(repo, branch string, ch Change) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return "", err
	}
	before := r.branches[branch]
	c := s.commitTo(r, branch, ch)
	s.pushed(r, branch, before, s.byEmail(c.author.Email))
	return c.sha, nil
}

// Push puts commits onto a pull request's head. It returns the new head.
func (s *Sandbox) Push(repo string, number int, changes ...Change) (string, error) {
	return s.repush(repo, number, false, changes)
}

// ForcePush puts the head back to the base and the commits onto that. It returns the new head.
func (s *Sandbox) ForcePush(repo string, number int, changes ...Change) (string, error) {
	return s.repush(repo, number, true, changes)
}

func (s *Sandbox) repush(repo string, number int, force bool, changes []Change) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pull(repo, number)
	if err != nil {
		return "", err
	}
	if p.headRepo == nil {
		return "", fmt.Errorf("the fork of %s#%d is gone", repo, number)
	}
	before := p.headRepo.branches[p.headName]
	if force {
		p.headRepo.branches[p.headName] = p.repo.branches[p.baseName]
	}
	for _, c := range changes {
		s.commitTo(p.headRepo, p.headName, c)
	}
	s.pushed(p.headRepo, p.headName, before, p.author)
	return p.headRepo.branches[p.headName], nil
}

// pushed tells that a branch moved, and moves the pull requests of that head with it. An App that may write checks is
// asked for its check suite on each new head (docs, "Using the REST API to interact with checks"), which forks don't get.
func (s *Sandbox) pushed(r *repo, branch, before string, by *account) {
	if by == nil {
		by = s.account("ghost")
	}
	s.send(r, "push", "", s.pushEvent(r, branch, before, by))
	s.send(r, "check_suite", "requested", s.event(r, by, obj{"check_suite": s.suiteShape(r, r.branches[branch])}))
	for _, p := range s.following(r, branch) {
		if p.head == r.branches[branch] {
			continue
		}
		old := *p
		p.head, p.base, p.updated = r.branches[branch], p.repo.branches[p.baseName], s.now()
		s.send(p.repo, "pull_request", "synchronize", s.pullEvent(p, by, obj{"before": before, "after": p.head}))
		s.lagBehind(p, &old)
	}
}

// Edit changes title and body, an empty one staying as it is, and sends "edited".
func (s *Sandbox) Edit(repo string, number int, title, body string) error {
	return s.act(repo, number, "edited", func(p *pullRequest) (obj, error) {
		changes := obj{}
		if title != "" && title != p.title {
			changes["title"] = obj{"from": p.title}
			p.title = title
		}
		if body != "" && body != p.body {
			changes["body"] = obj{"from": p.body}
			p.body = body
		}
		p.edited = s.now()
		return obj{"changes": changes}, nil
	})
}

// Retarget changes the base branch and sends "edited" with the old base.
func (s *Sandbox) Retarget(repo string, number int, base string) error {
	return s.act(repo, number, "edited", func(p *pullRequest) (obj, error) {
		sha := p.repo.branches[base]
		if sha == "" {
			return nil, fmt.Errorf("%s has no branch %s", repo, base)
		}
		changes := obj{"base": obj{"ref": obj{"from": p.baseName}, "sha": obj{"from": p.base}}}
		p.baseName, p.base = base, sha
		return obj{"changes": changes}, nil
	})
}

// Label adds a label and sends "labeled".
func (s *Sandbox) Label(repo string, number int, label string) error {
	return s.act(repo, number, "labeled", func(p *pullRequest) (obj, error) {
		if !slices.Contains(p.labels, label) {
			p.labels = append(p.labels, label)
		}
		return obj{"label": s.label(p.repo, label)}, nil
	})
}

// LabelAs sets a label as login, or takes it away where set is false, and sends "labeled" or "unlabeled".
func (s *Sandbox) LabelAs(login, repo string, number int, label string, set bool) error {
	action := "unlabeled"
	if set {
		action = "labeled"
	}
	return s.actAs(login, repo, number, action, func(p *pullRequest) (obj, error) {
		p.labels = slices.DeleteFunc(p.labels, func(l string) bool { return l == label })
		if set {
			p.labels = append(p.labels, label)
		}
		return obj{"label": s.label(p.repo, label)}, nil
	})
}

// Unlabel takes a label away and sends "unlabeled".
func (s *Sandbox) Unlabel(repo string, number int, label string) error {
	return s.act(repo, number, "unlabeled", func(p *pullRequest) (obj, error) {
		p.labels = slices.DeleteFunc(p.labels, func(l string) bool { return l == label })
		return obj{"label": s.label(p.repo, label)}, nil
	})
}

// SetDraft makes it a draft or ready and sends "converted_to_draft" or "ready_for_review".
func (s *Sandbox) SetDraft(repo string, number int, draft bool) error {
	action := "ready_for_review"
	if draft {
		action = "converted_to_draft"
	}
	return s.act(repo, number, action, func(p *pullRequest) (obj, error) {
		p.draft = draft
		return nil, nil
	})
}

// Abandon closes without merging and sends "closed".
func (s *Sandbox) Abandon(repo string, number int) error {
	return s.setState(repo, number, pull.Closed)
}

// Reopen opens again and sends "reopened".
func (s *Sandbox) Reopen(repo string, number int) error { return s.setState(repo, number, pull.Open) }

func (s *Sandbox) setState(repo string, number int, state pull.State) error {
	action := "closed"
	if state == pull.Open {
		action = "reopened"
	}
	return s.act(repo, number, action, func(p *pullRequest) (obj, error) {
		p.set(state)
		p.closed = time.Time{}
		if state == pull.Closed {
			p.closed = s.now()
		}
		return nil, nil
	})
}

// act changes a pull request and sends what happened, in its author's name.
func (s *Sandbox) act(repo string, number int, action string, change func(p *pullRequest) (obj, error)) error {
	return s.actAs("", repo, number, action, change)
}

// actAs is act in the name of login; empty for the author.
func (s *Sandbox) actAs(login, repo string, number int, action string, change func(p *pullRequest) (obj, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pull(repo, number)
	if err != nil {
		return err
	}
	more, err := change(p)
	if err != nil {
		return err
	}
	p.updated = s.now()
	by := p.author
	if login != "" {
		by = s.account(login)
	}
	s.send(p.repo, "pull_request", action, s.pullEvent(p, by, more))
	return nil
}
