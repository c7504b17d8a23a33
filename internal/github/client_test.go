package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-cmp/cmp"
	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
)

const noPulls = `{"data":{"repository":{"pullRequests":{"pageInfo":{"hasNextPage":false},"nodes":[]}}}}`

// GitHub can end a token before its time; ghinstallation goes on using it.
func TestARevokedTokenIsReplaced(t *testing.T) {
	f, c := newFake(t)
	f.graph = func(string, map[string]any) string { return noPulls }
	list := func() error {
		_, err := c.OpenPulls(context.Background(), gate.RepoTarget{Installation: 3, Repo: "acme/api"})
		return err
	}
	for range 2 {
		if err := list(); err != nil {
			t.Fatal(err)
		}
	}
	if f.tokens != 1 {
		t.Errorf("tokens: got %d, want 1 for two calls", f.tokens)
	}
	f.mu.Lock()
	clear(f.valid)
	f.mu.Unlock()
	f.take()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := list(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if f.tokens != 2 {
		t.Errorf("tokens: got %d, want one more for eight calls at once", f.tokens)
	}
}

func TestAKeyThatIsRefused(t *testing.T) {
	f, c := newFake(t)
	f.graph = func(string, map[string]any) string { return noPulls }
	f.routes["graphql OpenPulls"] = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(401)
		fmt.Fprint(w, `{"message":"Bad credentials"}`)
	}
	_, err := c.OpenPulls(context.Background(), gate.RepoTarget{Installation: 3, Repo: "acme/api"})
	var denied *Denied
	if !errors.As(err, &denied) || len(f.take()) != 2 {
		t.Errorf("got %v, want Denied after two tries", err)
	}
}

// What goes wrong with a token comes through three layers of wrapping.
func TestNoToken(t *testing.T) {
	for status, want := range map[int]any{401: new(*Denied), 403: new(*Denied), 404: new(*Gone), 500: new(*Temporary), 429: new(*RetryAfter)} {
		f, c := newFake(t)
		f.noToken = status
		_, err := c.OpenPulls(context.Background(), gate.RepoTarget{Installation: 3, Repo: "acme/api"})
		if !errors.As(err, want) {
			t.Errorf("%d: got %v, want %T", status, err, want)
		}
	}
}

func TestNewForToken(t *testing.T) {
	f, _ := newFake(t)
	f.graph = func(string, map[string]any) string { return opening() }
	var cfg Config
	cfg.V3APIURL, cfg.V4APIURL = f.url, f.url+"/graphql"
	c, err := NewForToken(cfg, "ghp_x")
	if err != nil {
		t.Fatal(err)
	}
	// oauth2 writes "Bearer", which the fake takes from anybody.
	if r, _, err := c.Open(context.Background(), gate.Target{Repo: "acme/api", Number: 7}); err != nil || r.Number != 7 {
		t.Errorf("got %v, %v", r, err)
	}
	f.json(filesRoute, someFiles)
	if changes, err := c.changes(context.Background(), gate.Target{Repo: "acme/api", Number: 7}); err != nil || len(changes) != 9 || f.tokens != 0 {
		t.Errorf("got %d files, %v and %d tokens", len(changes), err, f.tokens)
	}
	if _, err := NewForToken(cfg, ""); err == nil || !strings.Contains(err.Error(), "GITHUB_TOKEN") {
		t.Errorf("no token: got %v", err)
	}
}

// A repository's own webhook names no installation.
func TestInstallationIsLookedUp(t *testing.T) {
	f, c := newFake(t)
	f.graph = func(string, map[string]any) string { return noPulls }
	f.json("GET /repos/acme/api/installation", `{"id":3}`)
	for range 2 {
		if _, err := c.OpenPulls(context.Background(), gate.RepoTarget{Repo: "acme/api"}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"GET /repos/acme/api/installation", "graphql OpenPulls", "graphql OpenPulls"}
	if diff := cmp.Diff(f.take(), want); diff != "" {
		t.Error(diff)
	}
}

// What was read before is asked for again, with its tag: a 304 costs nothing of the limit, an answer from the cache
// alone could be old.
func TestReadsAreValidated(t *testing.T) {
	f, c := newFake(t)
	var tags []string
	f.routes["GET /installation/repositories"] = func(w http.ResponseWriter, r *http.Request) {
		tags = append(tags, r.Header.Get("If-None-Match"))
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Cache-Control", "private, max-age=60, s-maxage=60")
		w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(304)
			return
		}
		fmt.Fprint(w, `{"total_count":1,"repositories":[{"full_name":"acme/api"}]}`)
	}
	for range 3 { // the answer to the second is a 304, which has a minute of its own
		got, err := c.Repositories(context.Background(), 3)
		if err != nil || len(got) != 1 {
			t.Fatalf("got %v, %v", got, err)
		}
	}
	if diff := cmp.Diff(tags, []string{"", `"v1"`, `"v1"`}); diff != "" {
		t.Error(diff)
	}
}

func TestCacheIsBounded(t *testing.T) {
	all := newCache(100)
	one, two := all.section("one"), all.section("two")
	one.Set("a", make([]byte, 20))
	two.Set("a", []byte("other"))
	if got, _ := two.Get("a"); string(got) != "other" {
		t.Errorf("sections share: got %q", got)
	}
	for i := range 10 {
		one.Get("a") // what is used stays
		one.Set(fmt.Sprint(i), make([]byte, 20))
	}
	one.Set("huge", make([]byte, 90))
	if _, ok := one.Get("huge"); ok {
		t.Error("one answer drove out the rest")
	}
	if _, ok := one.Get("a"); !ok || all.room < 0 || all.room > 100 {
		t.Errorf("used one kept: %v, room %d", ok, all.room)
	}
	one.Delete("a")
	one.Delete("a")
	if _, ok := one.Get("a"); ok {
		t.Error("deleted, and still there")
	}
}

// Thousands of repositories have no thousands of tokens: those that are in use stay.
func TestTokensAreBounded(t *testing.T) {
	_, c := newFake(t)
	used := c.bearer(scope{3, "acme/used"})
	for i := range maxBearers + 50 {
		c.bearer(scope{3, fmt.Sprint("acme/", i)})
		if c.bearer(scope{3, "acme/used"}) != used {
			t.Fatalf("forgotten after %d others, though it is in use", i)
		}
	}
	if len(c.bearers) != maxBearers {
		t.Errorf("got %d, want %d", len(c.bearers), maxBearers)
	}
}

func TestConfig(t *testing.T) {
	good := func() Config {
		var c Config
		c.App.IntegrationID, c.App.PrivateKey = 1, testKey()
		return c
	}
	cases := []struct {
		why  string
		make func(*Config)
		want string
	}{
		{"as it should be", func(*Config) {}, ""},
		{"no id", func(c *Config) { c.App.IntegrationID = 0 }, "GITHUB_APP_INTEGRATION_ID is missing"},
		{"no key", func(c *Config) { c.App.PrivateKey = "" }, "GITHUB_APP_PRIVATE_KEY is no RSA private key"},
		{"a path for the key", func(c *Config) { c.App.PrivateKey = "/etc/key.pem" }, "GITHUB_APP_PRIVATE_KEY is no RSA private key"},
		{"a host for a URL", func(c *Config) { c.V3APIURL = "ghe.example.com/api" }, "GITHUB_V3_API_URL is no URL"},
	}
	for _, tc := range cases {
		t.Run(tc.why, func(t *testing.T) {
			c := good()
			tc.make(&c)
			_, err := New(c)
			if tc.want == "" && err == nil {
				return
			}
			if err == nil || tc.want == "" || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "/etc/key.pem") {
				t.Error("the error shows what was given for a key")
			}
		})
	}
}

func TestClassify(t *testing.T) {
	response := func(status int, message string, headers ...string) error {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &gh.ErrorResponse{Response: &http.Response{StatusCode: status, Header: h, Body: http.NoBody}, Message: message}
	}
	token := func(status int) error {
		return &ghinstallation.HTTPError{Message: "x", Response: &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody}}
	}
	half := 30 * time.Second
	cases := []struct {
		why  string
		err  error
		want string
	}{
		{"a primary limit", &gh.RateLimitError{Rate: gh.Rate{Reset: gh.Timestamp{Time: now.Add(time.Minute * 20)}}}, "wait 20m0s"},
		{"a limit that has just ended", &gh.RateLimitError{Rate: gh.Rate{Reset: gh.Timestamp{Time: now.Add(-time.Minute)}}}, "wait 1s"},
		{"a secondary limit", &gh.AbuseRateLimitError{RetryAfter: &half}, "wait 30s"},
		{"a secondary limit that doesn't say when it ends", &gh.AbuseRateLimitError{}, "wait 1m0s"},
		{"429, which go-github knows nothing of", response(429, "", "Retry-After", "90"), "wait 1m30s"},
		{"429 with a date", response(429, "", "Retry-After", now.Add(5*time.Minute).Format(http.TimeFormat)), "wait 5m0s"},
		{"429 with the primary limit's headers", response(429, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(now.Add(time.Hour).Unix())), "wait 1h0m0s"},
		{"429 by a clock that is ten minutes behind ours", response(429, "", "X-RateLimit-Remaining", "0",
			"X-RateLimit-Reset", fmt.Sprint(now.Add(-5*time.Minute).Unix()), "Date", now.Add(-10*time.Minute).Format(http.TimeFormat)), "wait 5m0s"},
		{"a primary limit by a clock that is a day ahead", &gh.RateLimitError{
			Rate:     gh.Rate{Reset: gh.Timestamp{Time: now.Add(24*time.Hour + 3*time.Minute)}},
			Response: &http.Response{Header: http.Header{"Date": {now.Add(24 * time.Hour).Format(http.TimeFormat)}}},
		}, "wait 3m0s"},
		{"429 with nothing", response(429, ""), "wait 1m0s"},
		{"429 that asks for a year", response(429, "", "Retry-After", "31536000"), "wait 2h0m0s"},
		{"a secondary limit without its link", response(403, "You have exceeded a secondary rate limit. Please wait."), "wait 1m0s"},
		{"403 with Retry-After", response(403, "no", "Retry-After", "7"), "wait 7s"},
		{"a permission", response(403, "Resource not accessible by integration"), "denied"},
		{"suspended", response(403, "This installation has been suspended"), "denied"},
		{"401", response(401, "Bad credentials"), "denied"},
		{"404", response(404, ""), "gone"},
		{"410", response(410, ""), "gone"},
		{"451", response(451, ""), "gone"},
		{"422", response(422, "Validation Failed"), "refused"},
		{"500", response(500, ""), "temporary"},
		{"502", response(502, ""), "temporary"},
		{"202: not ready", &gh.AcceptedError{}, "temporary"},
		{"a broken connection", errors.New("connection reset by peer"), "temporary"},
		{"a time-out", context.DeadlineExceeded, "temporary"},
		{"we stop", context.Canceled, "as it is"},
		{"no token: the installation is gone", token(404), "gone"},
		{"no token: suspended", token(403), "denied"},
		{"no token: the key is wrong", token(401), "denied"},
		{"no token: GitHub is down", token(503), "temporary"},
		{"classified already", fmt.Errorf("x: %w", &Moved{}), "as it is"},
	}
	for _, tc := range cases {
		t.Run(tc.why, func(t *testing.T) {
			got := classify(fmt.Errorf("wrapped: %w", tc.err), now)
			if !errors.Is(got, tc.err) && !errors.As(got, new(*gh.ErrorResponse)) {
				t.Errorf("lost the cause: %v", got)
			}
			var retry *RetryAfter
			name := "as it is"
			switch {
			case errors.As(got, &retry):
				name = "wait " + retry.Until.Sub(now).String()
			case errors.As(got, new(*Denied)):
				name = "denied"
			case errors.As(got, new(*Gone)):
				name = "gone"
			case errors.As(got, new(*Refused)):
				name = "refused"
			case errors.As(got, new(*Temporary)):
				name = "temporary"
			}
			if name != tc.want {
				t.Errorf("got %s, want %s", name, tc.want)
			}
		})
	}
	if classify(nil, now) != nil {
		t.Error("no error became one")
	}
}

func TestSplit(t *testing.T) {
	for repo, want := range map[string]bool{
		"acme/api": true, "a.b/c_d-e": true, "acme/.github": true,
		"acme": false, "/api": false, "acme/": false, "acme/../x": false, "../x": false, "acme/..": false, "acme/a b": false, "acme/a?b": false, "acme/a%2f": false,
	} {
		if _, _, err := split(repo); (err == nil) != want {
			t.Errorf("%q: got %v, want ok %v", repo, err, want)
		}
	}
}
