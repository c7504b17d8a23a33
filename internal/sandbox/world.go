package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// org is an organisation. People own repositories through one as well: the sandbox makes no difference there.
type org struct {
	*account
	teams        map[string]*team // by slug
	members      map[string]bool  // by login in lower case
	installation *installation
}

type team struct {
	id      int64
	slug    string
	members []string // logins
}

// repo is a repository with what is in it. Its git objects are shared with its forks.
type repo struct {
	id       int64
	owner    *account
	name     string
	network  string // full name of the repository that it was forked from, its own otherwise
	private  bool
	fork     bool
	main     string            // the default branch
	branches map[string]string // name to commit
	pulls    map[int]*pullRequest
	issues   map[int]*issue
	queue    []*mergeGroup
	roles    map[string]string      // login in lower case to "admin", "write", "read"
	values   map[string]any         // custom properties: a string, or a list of them
	suites   map[string]int64       // head commit to the App's check suite
	runs     map[string][]*checkRun // by head commit, oldest first
	created  time.Time
	required []string        // names of check runs without which nothing is merged
	open     int             // issues and pull requests that are open
	last     int             // the last number given to an issue or a pull request
	told     json.RawMessage // as events have it
	toldAs   string          // what of it was told
}

func (r *repo) full() string { return r.owner.login + "/" + r.name }

// issue is an issue, or the part of a pull request that GitHub treats as one.
type issue struct {
	id                       int64
	repo                     *repo
	number                   int
	title, body              string
	author                   *account
	state                    pull.State // open or closed
	reason                   string     // "completed", "not_planned"; "" while open
	labels                   []string
	assignees                []*account
	assignments              []assignment
	created, updated, edited time.Time
	closed                   time.Time
	comments                 []*comment
	pull                     *pullRequest // nil for an issue
}

// assignment is one event of the timeline: somebody was assigned, or is no longer.
type assignment struct {
	id     int64
	by, to *account
	gone   bool
	at     time.Time
}

// pullRequest is what a pull request has beyond its issue.
type pullRequest struct {
	*issue
	draft       bool
	merged      time.Time
	mergedBy    *account
	headRepo    *repo // nil once the fork is gone
	headName    string
	head        string // commit
	baseName    string
	base        string // the base's commit when the head or the base last changed, as GitHub keeps it
	reviewers   []*account
	teams       []*team
	reviews     []*review
	linked      []int // issues linked by hand, beside those that the text closes
	modifiable  bool
	mergeCommit string
}

type review struct {
	id     int64
	author *account
	state  string // "APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"
	body   string
	sha    string
	at     time.Time
}

type comment struct {
	id               int64
	on               *issue
	author           *account
	app              bool // written by the App
	body             string
	created, updated time.Time
	reactions        []reaction
}

type reaction struct {
	id      int64
	content string
	by      *account
	at      time.Time
}

// mergeGroup is an entry of the merge queue: a commit of its own that merges a pull request into the entry before it,
// or into the base.
type mergeGroup struct {
	base      string // branch
	baseSHA   string // what it is built on
	ref, head string
	pull      *pullRequest
	at        time.Time
}

// lower is how names are compared: GitHub's are case-insensitive.
func lower(s string) string { return strings.ToLower(s) }

func (s *Sandbox) repo(full string) (*repo, error) {
	r := s.repos[lower(full)]
	if r == nil {
		return nil, fmt.Errorf("the sandbox has no repository %s", full)
	}
	return r, nil
}

func (s *Sandbox) pull(full string, number int) (*pullRequest, error) {
	r, err := s.repo(full)
	if err != nil {
		return nil, err
	}
	p := r.pulls[number]
	if p == nil {
		return nil, fmt.Errorf("the sandbox has no pull request %s#%d", full, number)
	}
	return p, nil
}

// commit resolves what a request calls a ref: a full or short commit name, a branch, "heads/x", "refs/heads/x" or
// "HEAD", as far as this repository can see it.
func (s *Sandbox) commit(r *repo, ref string) *commit {
	if ref == "" || ref == "HEAD" {
		ref = r.main
	}
	for _, branch := range []string{ref, strings.TrimPrefix(ref, "heads/"), strings.TrimPrefix(ref, "refs/heads/")} {
		if sha, ok := r.branches[branch]; ok {
			return s.objects.commits[sha]
		}
	}
	if c := s.objects.commits[ref]; c != nil && c.in(r.network) {
		return c
	}
	return nil
}

// changed lists the files of a pull request: what its head has since it left the base.
func (s *Sandbox) changed(p *pullRequest) []pull.File { return s.compare(p.from(), p.head) }

// from is the commit that the pull request is compared with: the base branch's, until it is merged.
func (p *pullRequest) from() string {
	if sha := p.repo.branches[p.baseName]; sha != "" && p.merged.IsZero() {
		return sha
	}
	return p.base
}

// compare is the diff from the merge base of two commits to the second.
func (s *Sandbox) compare(base, head string) []pull.File {
	from := s.objects.mergeBase(base, head)
	key := from + ".." + head
	files, ok := s.diffs[key]
	if !ok {
		files = s.objects.diff(s.objects.tree(from), s.objects.tree(head))
		s.diffs[key] = files
	}
	return files
}

// commits lists a pull request's own commits, oldest first.
func (s *Sandbox) commits(p *pullRequest) []*commit {
	return s.objects.between(p.from(), p.head)
}

// set changes where an issue or a pull request stands.
func (i *issue) set(state pull.State) {
	if i.state == pull.Open {
		i.repo.open--
	}
	if state == pull.Open {
		i.repo.open++
	}
	i.state = state
}

// following are the open pull requests whose head is a branch, the oldest first.
func (s *Sandbox) following(r *repo, branch string) []*pullRequest {
	var list []*pullRequest
	for _, p := range s.pulls {
		if p.headRepo == r && p.headName == branch && p.state == pull.Open {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *pullRequest) int { return int(a.id - b.id) })
	return list
}

// openPulls are the open pull requests of a repository, newest first.
func (r *repo) openPulls() []*pullRequest {
	var list []*pullRequest
	for _, p := range r.pulls {
		if p.state == pull.Open {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *pullRequest) int { return b.number - a.number })
	return list
}

// number gives an issue or a pull request its number, the next free one where want is 0.
func (r *repo) number(want int) (int, error) {
	if want == 0 {
		want = r.last + 1
	}
	if r.issues[want] != nil {
		return 0, fmt.Errorf("%s#%d exists already", r.full(), want)
	}
	r.last = max(r.last, want)
	return want, nil
}
