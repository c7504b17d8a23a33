package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A renamed repository is found under its old name, over REST by a redirect and over GraphQL at once.
func TestOldNamesLeadOn(t *testing.T) {
	s := begin(t, Options{})
	c := client(t, s, "acme")
	must(t, s.Rename("acme/api", "service"))
	p, _, err := c.PullRequests.Get(t.Context(), "acme", "api", 12)
	must(t, err)
	if got := p.GetBase().GetRepo().GetFullName(); got != "acme/service" {
		t.Errorf("got %s, want acme/service", got)
	}
	got := query(t, s, bearer(t, s, "acme"), `{ repository(owner: "acme", name: "api") { nameWithOwner } }`, nil)
	if pick(got, "data.repository.nameWithOwner") != "acme/service" {
		t.Errorf("got %v, want acme/service", got)
	}
	must(t, s.Delete("acme/service"))
	if _, resp, err := c.PullRequests.Get(t.Context(), "acme", "service", 12); err == nil || resp.StatusCode != 404 {
		t.Errorf("got %v of a deleted repository, want 404", err)
	}
}

// A push is told before it can be read.
func TestReadsLagBehind(t *testing.T) {
	s := begin(t, Options{})
	s.SetLag(50 * time.Millisecond)
	before := s.Head("acme/api", 12)
	after, err := s.Push("acme/api", 12, Change{Message: "More", Author: s.Identity("mira"), Write: map[string]File{"more.go": {Text: "package src\n"}}})
	must(t, err)
	deliveries := s.Deliveries()
	if last := deliveries[len(deliveries)-1]; !strings.Contains(string(last.Payload), `"after":"`+after) {
		t.Errorf("the delivery does not say the new head")
	}
	if got := s.Head("acme/api", 12); got != before {
		t.Errorf("got the head %s at once, want the old one", got)
	}
	for range 100 {
		if s.Head("acme/api", 12) == after {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the new head never came")
}

// The fork of a pull request is deleted: its head has no repository any more, and all else stays.
func TestTheForkIsGone(t *testing.T) {
	s := begin(t, Options{})
	must(t, s.AddRepo(Repo{Name: "wanderer/api", Fork: "acme/api"}))
	n, err := s.Open(Pull{
		Repo: "acme/api", HeadRepo: "wanderer/api", Head: "fish", Author: "wanderer", Title: "Fish",
		Commits: []Change{{Message: "Fish", Author: s.Identity("wanderer"), Write: map[string]File{"fish": {Text: "fish\n"}}}},
	})
	must(t, err)
	must(t, s.Delete("wanderer/api"))
	c := client(t, s, "acme")
	p, _, err := c.PullRequests.Get(t.Context(), "acme", "api", n)
	must(t, err)
	if p.GetHead().Repo != nil || p.GetHead().GetSHA() != s.Head("acme/api", n) {
		t.Errorf("got the head %v, want a commit without a repository", p.GetHead())
	}
	got := query(t, s, bearer(t, s, "acme"), `query($n: Int!) { repository(owner: "acme", name: "api") { pullRequest(number: $n) {
		headRepository { nameWithOwner } isCrossRepository commits(first: 5) { totalCount } } } }`, obj{"n": n})
	if pick(got, "data.repository.pullRequest.headRepository") != nil || pick(got, "data.repository.pullRequest.commits.totalCount") != 1.0 {
		t.Errorf("got %v, want no repository and its one commit", got)
	}
}

// A manifest becomes an App by a code that works once.
func TestManifest(t *testing.T) {
	s := begin(t, Options{})
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"manifest": {`{"url": "https://sluice.example", "redirect_url": "https://sluice.example/setup", "hook_attributes": {"url": ""}}`}}
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.WebURL()+"/organizations/acme/settings/apps/new?state=abc", strings.NewReader(form.Encode()))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := browser.Do(req)
	must(t, err)
	_ = resp.Body.Close()
	back, err := resp.Location()
	must(t, err)
	if back.Query().Get("state") != "abc" {
		t.Errorf("got %s, want the state back", back)
	}
	path := "/app-manifests/" + back.Query().Get("code") + "/conversions"
	status, made := ask(t, s, "", "POST", path, nil)
	if status != 201 || made.(obj)["pem"] != string(s.PrivateKey()) || made.(obj)["webhook_secret"] != s.Secret() {
		t.Errorf("got %d, want the App's key and secret", status)
	}
	if status, _ := ask(t, s, "", "POST", path, nil); status != 404 {
		t.Errorf("got %d the second time, want 404", status)
	}
	noDepartures(t, s)
}
