package sandbox

import (
	"slices"
	"time"
)

// CheckRun is a check run as tests and the demo look at it.
type CheckRun struct {
	ID          int64
	Name        string
	App         string // slug
	Head        string
	Status      string
	Conclusion  string // "" until it is completed
	Title       string
	Summary     string
	Text        string
	ExternalID  string
	DetailsURL  string
	Annotations []Annotation
	Started     time.Time
	Completed   time.Time
}

// Comment is a comment as tests and the demo look at it.
type Comment struct {
	ID      int64
	Author  string // login
	App     bool   // written by the App
	Body    string
	Created time.Time
	Updated time.Time
}

// CheckRuns lists every check run on a commit, older ones of one name too, newest first.
func (s *Sandbox) CheckRuns(repo, head string) []CheckRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repos[lower(repo)]
	if r == nil {
		return nil
	}
	var out []CheckRun
	for _, run := range s.runsAt(r, head, true) {
		out = append(out, run.shown())
	}
	return out
}

// CheckRun is the App's check run of a name on a commit that counts: the newest one. The zero CheckRun where there is
// none.
func (s *Sandbox) CheckRun(repo, head, name string) CheckRun {
	for _, run := range s.CheckRuns(repo, head) {
		if run.Name == name && run.App == s.opts.Slug {
			return run
		}
	}
	return CheckRun{}
}

func (run *checkRun) shown() CheckRun {
	return CheckRun{
		ID: run.id, Name: run.Name, App: run.app, Head: run.head, Status: run.Status, Conclusion: run.Conclusion, Title: run.text("title"),
		Summary: run.text("summary"), Text: run.text("text"), ExternalID: run.ExternalID, DetailsURL: run.DetailsURL,
		Annotations: slices.Clone(run.annotations), Started: run.started, Completed: run.completed,
	}
}

// Comments lists the comments on an issue or pull request, oldest first.
func (s *Sandbox) Comments(repo string, number int) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.issue(repo, number)
	if err != nil {
		return nil
	}
	var out []Comment
	for _, m := range i.comments {
		out = append(out, Comment{ID: m.id, Author: m.author.login, App: m.app, Body: m.body, Created: m.created, Updated: m.updated})
	}
	return out
}

// Reactions lists the App's reactions to a comment, "+1", oldest first.
func (s *Sandbox) Reactions(comment int64) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	if m := s.comments[comment]; m != nil {
		for _, r := range m.reactions {
			out = append(out, r.content)
		}
	}
	return out
}

// Head is the head commit of a pull request, "" where there is none.
func (s *Sandbox) Head(repo string, number int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pull(repo, number)
	if err != nil {
		return ""
	}
	return p.head
}

// Tip is the commit of a branch, "" where there is none.
func (s *Sandbox) Tip(repo, branch string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return ""
	}
	return r.branches[branch]
}

// Groups lists the head commits of the merge groups of a repository, in the queue's order.
func (s *Sandbox) Groups(repo string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return nil
	}
	var out []string
	for _, g := range r.queue {
		out = append(out, g.head)
	}
	return out
}

// Departures lists the requests that GitHub's description does not allow, each once, in order of appearance.
func (s *Sandbox) Departures() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.departures)
}
