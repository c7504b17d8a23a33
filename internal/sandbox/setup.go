package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// File is one file of a tree: its text and its mode, a regular file where that is empty. For a link, Text is its
// target; for a submodule, the commit's name.
type File struct {
	Text string
	Mode pull.Mode
}

// Repo is a repository to be made.
type Repo struct {
	Name    string // "acme/api"
	Files   map[string]File
	Branch  string // the default branch; "main" where empty
	Private bool
	Fork    string // the full name of the repository that it is a fork of
	At      time.Time
}

// Change is a commit to be made.
type Change struct {
	Message   string
	Author    Signature // who wrote it
	Committer Signature // the author where empty
	Signed    bool      // by GitHub's own key
	Write     map[string]File
	Remove    []string
	At        time.Time // now where zero
}

// Issue is an issue to be made.
type Issue struct {
	Repo      string
	Number    int // the next free one where 0
	Title     string
	Body      string
	Author    string // login
	State     pull.State
	Labels    []string
	Assignees []string
	Assigner  string // login of who assigned them; the author where empty
	At        time.Time
}

// AddRepo makes a repository with one commit on its default branch. Its owner becomes an organisation that has
// installed the App; no delivery is sent.
func (s *Sandbox) AddRepo(spec Repo) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, name, ok := strings.Cut(spec.Name, "/")
	if !ok || s.repos[lower(spec.Name)] != nil {
		return fmt.Errorf("repository %q: give it a new name of the form owner/name", spec.Name)
	}
	if spec.At.IsZero() {
		spec.At = s.now()
	}
	r := &repo{
		id: s.id(), name: name, network: lower(spec.Name), private: spec.Private, main: orElse(spec.Branch, "main"),
		branches: map[string]string{}, pulls: map[int]*pullRequest{}, issues: map[int]*issue{},
		roles: map[string]string{}, values: map[string]any{}, suites: map[string]int64{}, runs: map[string][]*checkRun{}, created: spec.At,
	}
	if spec.Fork != "" {
		parent, err := s.repo(spec.Fork)
		if err != nil {
			return err
		}
		r.owner, r.fork, r.network, r.main = s.account(owner), true, parent.network, parent.main
		r.branches[r.main] = parent.branches[parent.main]
	} else {
		r.owner = s.org(owner).account
		c := s.objects.addCommit(&commit{
			message: "Begin", files: s.tree(nil, spec.Files, nil), networks: []string{r.network},
			author: Signature{Name: owner, Email: owner + "@example.com", When: spec.At}, committer: Signature{Name: owner, Email: owner + "@example.com", When: spec.At},
		})
		r.branches[r.main] = c.sha
		s.install(s.orgs[lower(owner)])
	}
	s.repos[lower(r.full())], s.repoIDs[r.id] = r, r
	return nil
}

// org finds or makes an organisation.
func (s *Sandbox) org(login string) *org {
	if o := s.orgs[lower(login)]; o != nil {
		return o
	}
	a := s.account(login)
	a.kind = pull.Organization
	o := &org{account: a, teams: map[string]*team{}, members: map[string]bool{}}
	s.orgs[lower(login)] = o
	return o
}

// tree is old with files written and paths removed.
func (s *Sandbox) tree(old flat, write map[string]File, remove []string) flat {
	files := flat{}
	maps.Copy(files, old)
	for _, path := range remove {
		delete(files, path)
	}
	for path, f := range write {
		e := entry{mode: pull.Mode(orElse(string(f.Mode), string(pull.Regular)))}
		if e.mode == pull.Submodule {
			e.sha = f.Text
		} else {
			e.sha = s.objects.addBlob([]byte(f.Text))
		}
		files[path] = e
	}
	return files
}

// AddBranch makes a branch at the commit of another.
func (s *Sandbox) AddBranch(repo, name, from string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return err
	}
	c := s.commit(r, from)
	if c == nil {
		return fmt.Errorf("%s has no commit %s", repo, from)
	}
	r.branches[name] = c.sha
	return nil
}

// AddIssue makes an issue and sends no delivery. It returns the number.
func (s *Sandbox) AddIssue(spec Issue) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(spec.Repo)
	if err != nil {
		return 0, err
	}
	i, err := s.addIssue(r, spec)
	if err != nil {
		return 0, err
	}
	return i.number, nil
}

func (s *Sandbox) addIssue(r *repo, spec Issue) (*issue, error) {
	number, err := r.number(spec.Number)
	if err != nil {
		return nil, err
	}
	if spec.At.IsZero() {
		spec.At = s.now()
	}
	i := &issue{
		id: s.id(), repo: r, number: number, title: spec.Title, body: spec.Body, author: s.account(orElse(spec.Author, "ghost")),
		labels: slices.Clone(spec.Labels), created: spec.At, updated: spec.At,
	}
	i.set(pull.State(orElse(string(spec.State), string(pull.Open))))
	if i.state == pull.Closed {
		i.closed, i.reason = spec.At, "completed"
	}
	for _, login := range spec.Assignees {
		i.assign(s.id(), s.account(orElse(spec.Assigner, orElse(spec.Author, "ghost"))), s.account(login), spec.At)
	}
	r.issues[number], s.issues[i.id] = i, i
	return i, nil
}

// AddMember makes a person a member of an organisation, and of its teams by slug.
func (s *Sandbox) AddMember(organisation, login string, teams ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.org(organisation)
	o.members[lower(login)] = true
	s.account(login)
	for _, slug := range teams {
		t := o.teams[slug]
		if t == nil {
			t = &team{id: s.id(), slug: slug}
			o.teams[slug] = t
		}
		if !slices.Contains(t.members, login) {
			t.members = append(t.members, login)
		}
	}
}

// SetRole gives a person a role in a repository: "admin", "maintain", "write", "triage", "read" or "none".
func (s *Sandbox) SetRole(repo, login, role string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return err
	}
	s.account(login)
	r.roles[lower(login)] = role
	return nil
}

// AccountID is the id of an account, which is made where there is none.
func (s *Sandbox) AccountID(login string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(login).id
}

// Identity is the line that an account's commits carry: its name, and its own address or GitHub's no-reply one.
func (s *Sandbox) Identity(login string) Signature {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(login).git()
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
