package sandbox

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// Comment writes a comment on an issue or pull request as login and sends "issue_comment created". It returns the
// comment's id.
func (s *Sandbox) Comment(repo string, number int, login, body string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.issue(repo, number)
	if err != nil {
		return 0, err
	}
	return s.addComment(i, s.account(login), body, false).id, nil
}

func (s *Sandbox) addComment(i *issue, by *account, body string, app bool) *comment {
	c := &comment{id: s.id(), on: i, author: by, body: body, app: app, created: s.now(), updated: s.now()}
	i.comments = append(i.comments, c)
	s.comments[c.id] = c
	s.send(i.repo, "issue_comment", "created", s.commentEvent(c, by, nil))
	return c
}

// EditComment changes a comment as login, which need not be its author, and sends "issue_comment edited".
func (s *Sandbox) EditComment(id int64, login, body string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.comments[id]
	if c == nil {
		return fmt.Errorf("the sandbox has no comment %d", id)
	}
	s.editComment(c, s.account(login), body)
	return nil
}

func (s *Sandbox) editComment(c *comment, by *account, body string) {
	from := c.body
	c.body, c.updated = body, s.now()
	s.send(c.on.repo, "issue_comment", "edited", s.commentEvent(c, by, obj{"changes": obj{"body": obj{"from": from}}}))
}

// DeleteComment removes a comment as login and sends "issue_comment deleted".
func (s *Sandbox) DeleteComment(id int64, login string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.comments[id]
	if c == nil {
		return fmt.Errorf("the sandbox has no comment %d", id)
	}
	s.deleteComment(c, s.account(login))
	return nil
}

func (s *Sandbox) deleteComment(c *comment, by *account) {
	delete(s.comments, c.id)
	for i, other := range c.on.comments {
		if other == c {
			c.on.comments = append(c.on.comments[:i:i], c.on.comments[i+1:]...)
			break
		}
	}
	s.send(c.on.repo, "issue_comment", "deleted", s.commentEvent(c, by, nil))
}

// Review submits a review of the head as login and sends "pull_request_review submitted". state is "approved",
// "changes_requested" or "commented".
func (s *Sandbox) Review(repo string, number int, login, state, body string) error {
	return s.ReviewAt(repo, number, login, state, body, "")
}

// ReviewAt is Review of an older commit, which GitHub takes from whoever had the page open; empty for the head.
func (s *Sandbox) ReviewAt(repo string, number int, login, state, body, commit string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pull(repo, number)
	if err != nil {
		return err
	}
	by := s.account(login)
	if by == p.author && state != "commented" {
		return fmt.Errorf("%s opened %s#%d: GitHub lets nobody approve or refuse their own", login, repo, number)
	}
	rv := &review{id: s.id(), author: by, state: strings.ToUpper(state), body: body, sha: orElse(commit, p.head), at: s.now()}
	p.reviews = append(p.reviews, rv)
	s.send(p.repo, "pull_request_review", "submitted", s.reviewEvent(p, rv))
	return nil
}

// EditIssue changes an issue's title and body, an empty one staying as it is, and sends "issues edited".
func (s *Sandbox) EditIssue(repo string, number int, title, body string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.issue(repo, number)
	if err != nil {
		return err
	}
	changes := obj{}
	if title != "" && title != i.title {
		changes["title"] = obj{"from": i.title}
		i.title = title
	}
	if body != "" && body != i.body {
		changes["body"] = obj{"from": i.body}
		i.body = body
	}
	i.edited, i.updated = s.now(), s.now()
	s.send(i.repo, "issues", "edited", s.issueEvent(i, obj{"changes": changes}))
	return nil
}

// CloseIssue closes an issue as done and sends "issues closed".
func (s *Sandbox) CloseIssue(repo string, number int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.issue(repo, number)
	if err != nil {
		return err
	}
	i.set(pull.Closed)
	i.reason, i.closed, i.updated = "completed", s.now(), s.now()
	s.send(i.repo, "issues", "closed", s.issueEvent(i, nil))
	return nil
}

func (s *Sandbox) issue(repo string, number int) (*issue, error) {
	r, err := s.repo(repo)
	if err != nil {
		return nil, err
	}
	i := r.issues[number]
	if i == nil {
		return nil, fmt.Errorf("the sandbox has no issue %s#%d", repo, number)
	}
	return i, nil
}
