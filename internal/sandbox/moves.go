package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// SetLag sets how far reads of a pull request's head are behind the delivery that told of a push, as they are at GitHub
// by seconds.
func (s *Sandbox) SetLag(lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = lag
}

// lagBehind shows a pull request as it was until the lag is over.
func (s *Sandbox) lagBehind(p, old *pullRequest) {
	if s.lag == 0 {
		return
	}
	head, base := p.head, p.base
	p.head, p.base = old.head, old.base
	time.AfterFunc(s.lag, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		// A later push has a timer of its own.
		if p.headRepo == nil || p.headRepo.branches[p.headName] == head {
			p.head, p.base = head, base
		}
	})
}

// Rename gives a repository another name in its organisation. Its old name leads to the new one until another
// repository takes it.
func (s *Sandbox) Rename(full, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(full)
	if err != nil {
		return err
	}
	if s.repos[lower(r.owner.login+"/"+name)] != nil {
		return fmt.Errorf("%s/%s is there already", r.owner.login, name)
	}
	delete(s.repos, lower(r.full()))
	s.moved[lower(r.full())] = r
	r.name = name
	s.repos[lower(r.full())] = r
	return nil
}

// Delete deletes a repository. Pull requests that come from it lose their head repository and stay.
func (s *Sandbox) Delete(full string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(full)
	if err != nil {
		return err
	}
	delete(s.repos, lower(r.full()))
	delete(s.repoIDs, r.id)
	for _, p := range s.pulls {
		if p.headRepo == r && p.repo != r {
			p.headRepo = nil
		}
	}
	return nil
}

// redirect answers a call to a repository's old name (docs, "Best practices for using the REST API", redirects): with
// 301 for reading and 307 for the rest.
func (s *Sandbox) redirect(c *call, r *repo) *reply {
	_, rest, _ := strings.Cut(strings.TrimPrefix(c.r.URL.EscapedPath(), "/api/v3/repos/"), "/")
	_, rest, _ = strings.Cut(rest, "/")
	url := strings.TrimSuffix(s.api("/repositories/%d/%s", r.id, rest), "/")
	if c.r.URL.RawQuery != "" {
		url += "?" + c.r.URL.RawQuery
	}
	c.header.Set("Location", url)
	status, message := http.StatusMovedPermanently, "Moved Permanently"
	if c.r.Method != http.MethodGet {
		status, message = http.StatusTemporaryRedirect, "Temporary Redirect"
	}
	return &reply{status, obj{"message": message, "url": url, "documentation_url": "https://docs.github.com/rest"}}
}

// byNumber writes a path that names a repository by its number as one that names it by its name.
func (s *Sandbox) byNumber(path string) string {
	rest, is := strings.CutPrefix(path, "/repositories/")
	if !is {
		return path
	}
	digits, rest, _ := strings.Cut(rest, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.repoIDs[int64(atoi(digits, 0))]; r != nil {
		return strings.TrimSuffix("/repos/"+r.full()+"/"+rest, "/")
	}
	return path
}
