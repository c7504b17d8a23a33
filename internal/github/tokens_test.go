package github_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// wire is a transport that keeps which tokens were asked for, and which of them each request carried.
type wire struct {
	mu     sync.Mutex
	scopes map[string]string // by token, "api" or "reads"
	asked  []string          // the bodies for tokens
	used   map[string]string // by request, the scope of its token
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !strings.HasSuffix(r.URL.Path, "/access_tokens") {
		w.used[nameOf(r, body)] = w.scopes[strings.TrimPrefix(r.Header.Get("Authorization"), "token ")]
		return resp, err
	}
	w.asked = append(w.asked, strings.TrimSpace(string(body)))
	if err == nil && resp.StatusCode == http.StatusCreated {
		data, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(strings.NewReader(string(data)))
		w.scopes[tokenOf(data)] = scopeOf(data)
	}
	return resp, err
}

func nameOf(r *http.Request, body []byte) string {
	if !strings.HasSuffix(r.URL.Path, "/graphql") {
		return r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v3")
	}
	var q struct{ Query string }
	_ = json.Unmarshal(body, &q)
	return strings.Join(strings.FieldsFunc(q.Query, func(c rune) bool { return c == ' ' || c == '(' })[:2], " ")
}

func tokenOf(data []byte) string {
	var t struct{ Token string }
	_ = json.Unmarshal(data, &t)
	return t.Token
}

// scopeOf is what GitHub says that a token may do.
func scopeOf(data []byte) string {
	var t struct {
		Repositories []struct{ Name string }
		Permissions  map[string]string
	}
	_ = json.Unmarshal(data, &t)
	var out []string
	for _, r := range t.Repositories {
		out = append(out, r.Name)
	}
	for _, access := range t.Permissions {
		if access != "read" && len(out) == 0 {
			return "writes anywhere"
		}
	}
	if len(out) == 0 {
		return "reads"
	}
	return strings.Join(out, " ")
}

// wired is a client whose requests are watched.
func wired(t *testing.T, s *sandbox.Sandbox) (*wire, *github.Client) {
	t.Helper()
	w := &wire{scopes: map[string]string{}, used: map[string]string{}}
	cfg := configOf(s)
	cfg.Transport = w
	c, err := github.New(cfg)
	must(t, err)
	return w, c
}

// What writes reaches one repository; what reaches all of them reads. A closing issue of another private repository is seen.
func TestTokensAreNarrow(t *testing.T) {
	s, _ := begin(t)
	w, c := wired(t, s)
	must(t, s.AddRepo(sandbox.Repo{Name: "acme/plans", Private: true}))
	_, err := s.AddIssue(sandbox.Issue{Repo: "acme/plans", Number: 3, Title: "A plan", Body: "Twenty.", Author: "mira"})
	must(t, err)
	number, err := s.Open(sandbox.Pull{
		Repo: "acme/api", Title: "Raise the limit", Body: "Fixes acme/plans#3, see acme/api#7", Author: "mira", Head: "mira/20",
		Commits: []sandbox.Change{{
			Message: "Raise\n\nCo-Authored-By: Claude <noreply@anthropic.com>", Author: s.Identity("mira"),
			Write: map[string]sandbox.File{"src/rate.go": {Text: "package src\n\nconst limit = 20\n"}},
		}},
	})
	must(t, err)
	h := handler(t, c, memory{})
	to := target(s)
	to.Number = number
	handle(t, s, h, to)
	r := opened(t, c, to)
	if len(r.Issues) != 1 || r.Issues[0].Title != "A plan" {
		t.Errorf("closing issues: got %+v, want the one of acme/plans", r.Issues)
	}
	must(t, c.Complete(t.Context(), to, r, pull.Needs{Facts: pull.AllFacts, Issues: []pull.IssueRef{{Repo: "acme/plans", Number: 3}}, Teams: []string{"acme/core"}}))
	_, err = c.Repositories(t.Context(), to.Installation)
	must(t, err)
	_, err = c.OpenPulls(t.Context(), gate.RepoTarget{Installation: to.Installation, Repo: "acme/plans"})
	must(t, err)
	_, err = c.Members(t.Context(), queued(s))
	must(t, err)
	_, _, err = c.Heads(t.Context(), to.Installation, []gate.RepoTarget{{Repo: "acme/api"}, {Repo: "acme/plans"}})
	must(t, err)
	want := map[string]string{
		"query Open": "reads", "query Lookup": "reads", "query Heads": "reads", "query OpenPulls": "reads", "GET /installation/repositories": "reads",
		"query Queue":                                             "api",
		"mutation Publish":                                        "api",
		"GET /repos/acme/api/collaborators":                       "api",
		"GET /repos/acme/api/properties/values":                   "api",
		fmt.Sprintf("GET /repos/acme/api/issues/%d", number):      "api",
		fmt.Sprintf("GET /repos/acme/api/pulls/%d/files", number): "api",
	}
	if diff := cmp.Diff(w.used, want); diff != "" {
		t.Errorf("tokens: got, want:\n%s", diff)
	}
	if len(w.asked) != 2 {
		t.Errorf("asked for tokens: got %q, want two", w.asked)
	}
}

// queued is a merge group, whose queue is read with a token for its repository.
func queued(s *sandbox.Sandbox) gate.Group {
	sha := strings.Repeat("a", 40)
	return gate.Group{Installation: s.Installation("acme"), Repo: "acme/api", Base: "main", HeadSHA: sha, HeadRef: "gh-readonly-queue/main/pr-12-" + sha}
}

// Many that want one token at once make one, also where what they ask first is more than there is.
func TestOneTokenForMany(t *testing.T) {
	for _, tc := range []struct {
		why   string
		spoil func(*sandbox.Sandbox) error
		tries int
	}{
		{"as usual", func(*sandbox.Sandbox) error { return nil }, 2},
		{"a permission is missing", func(s *sandbox.Sandbox) error { return s.Grant("acme", "members", "") }, 3},
		{"the repository has another name", func(s *sandbox.Sandbox) error { return s.Rename("acme/api", "service") }, 3},
	} {
		t.Run(tc.why, func(t *testing.T) {
			s, _ := begin(t)
			w, c := wired(t, s)
			must(t, tc.spoil(s))
			var group sync.WaitGroup
			for i := range 50 {
				group.Go(func() {
					var err error
					if i%2 == 0 {
						_, _, err = c.Open(t.Context(), target(s))
					} else {
						_, err = c.Members(t.Context(), queued(s))
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if len(w.asked) != tc.tries {
				t.Errorf("asked for tokens: got %q, want %d", w.asked, tc.tries)
			}
			for _, scope := range w.scopes {
				if scope != "reads" && scope != "api" && scope != "service" {
					t.Errorf("a token that %s", scope)
				}
			}
		})
	}
}

// A repository that is not the installation's any more is gone, whatever it was: no other try finds it.
func TestNoTokenForWhatIsGone(t *testing.T) {
	for _, tc := range []struct {
		why   string
		spoil func(*sandbox.Sandbox) error
		want  any
	}{
		{"deleted", func(s *sandbox.Sandbox) error { return s.Delete("acme/api") }, new(*github.Gone)},
		{"taken out", func(s *sandbox.Sandbox) error { return s.Exclude("acme/api") }, new(*github.Gone)},
		{"uninstalled", func(s *sandbox.Sandbox) error { return s.Uninstall("acme") }, new(*github.Gone)},
		{"suspended", func(s *sandbox.Sandbox) error { return s.Suspend("acme") }, new(*github.Denied)},
	} {
		t.Run(tc.why, func(t *testing.T) {
			s, c := begin(t)
			to := queued(s)
			must(t, tc.spoil(s))
			for range 2 {
				if _, err := c.Members(t.Context(), to); !errors.As(err, tc.want) {
					t.Errorf("got %v, want %T", err, tc.want)
				}
			}
		})
	}
}

// What the App was granted later is in the next token.
func TestNewPermissions(t *testing.T) {
	s, c := begin(t)
	private(t, s)
	must(t, s.Grant("acme", "contents", ""))
	to := gate.Target{Installation: s.Installation("acme"), Repo: "acme/secret", Number: 1}
	if _, _, err := c.Open(t.Context(), to); !errors.As(err, new(*github.Denied)) {
		t.Errorf("got %v, want Denied", err)
	}
	must(t, s.Grant("acme", "contents", "read"))
	c.Changed(to.Installation) // as the delivery that tells of it has done
	if _, _, err := c.Open(t.Context(), to); err != nil {
		t.Error(err)
	}
}

// What was read with one token is validated with the next. What one installation was shown is shown to no other: each asks
// for itself.
func TestTheCacheOutlivesATokenAndStaysApart(t *testing.T) {
	s, _ := begin(t)
	private(t, s)
	must(t, s.AddRepo(sandbox.Repo{Name: "calm/secret"}))
	var tags, answers []string
	cfg := configOf(s)
	cfg.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "/files") {
			tags, answers = append(tags, fmt.Sprint(r.Header.Get("If-None-Match") != "")), append(answers, fmt.Sprint(resp.StatusCode))
		}
		return resp, err
	})
	c, err := github.New(cfg)
	must(t, err)
	to := gate.Target{Installation: s.Installation("acme"), Repo: "acme/secret", Number: 1}
	read := func(to gate.Target) error {
		r := &pull.Request{Repo: to.Repo, Number: 1, Base: pull.Branch{Name: "main", SHA: s.Tip("acme/secret", "main")}, Head: pull.Branch{SHA: s.Head("acme/secret", 1)}}
		return c.Complete(t.Context(), to, r, pull.Needs{Facts: pull.WithFiles})
	}
	must(t, read(to))
	c.Changed(to.Installation)
	must(t, read(to))
	to.Installation = s.Installation("calm")
	if err := read(to); !errors.As(err, new(*github.Gone)) {
		t.Errorf("another installation's: got %v, want Gone", err)
	}
	if diff := cmp.Diff(tags, []string{"false", "true", "false"}); diff != "" {
		t.Errorf("asked with a tag: got, want:\n%s", diff)
	}
	if diff := cmp.Diff(answers, []string{"200", "304", "404"}); diff != "" {
		t.Errorf("answers: got, want:\n%s", diff)
	}
}

// An answer that leads elsewhere takes no token there.
func TestTokensGoToGitHubAlone(t *testing.T) {
	s, _ := begin(t)
	var elsewhere []string
	cfg := configOf(s)
	cfg.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		switch {
		case r.URL.Host == "elsewhere.example":
			elsewhere = append(elsewhere, r.Header.Get("Authorization"))
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
		case strings.HasSuffix(r.URL.Path, "/permission"):
			return &http.Response{
				StatusCode: http.StatusFound, Header: http.Header{"Location": {"https://elsewhere.example/"}}, Body: http.NoBody, Request: r,
			}, nil
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	c, err := github.New(cfg)
	must(t, err)
	if may, err := c.Maintains(t.Context(), target(s), pull.Account{Login: "mira", ID: 1}); may || err != nil {
		t.Errorf("got %v, %v", may, err)
	}
	if diff := cmp.Diff(elsewhere, []string{""}); diff != "" {
		t.Errorf("tokens that went elsewhere: got, want:\n%s", diff)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
