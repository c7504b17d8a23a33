package github

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	stdhash "hash"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

const (
	testSecret = "it is a secret"
	testApp    = 29310
)

// box is an Inbox in memory.
type box struct {
	err error
	got []Delivery
}

func (b *box) Accept(_ context.Context, d Delivery) error {
	if b.err != nil {
		return b.err
	}
	b.got = append(b.got, d)
	return nil
}

func newTestHook(t testing.TB, in Inbox, secrets ...string) http.Handler {
	t.Helper()
	h, err := NewHook(HookConfig{Secrets: secrets, AppID: testApp}, in, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func sign(kind string, f func() stdhash.Hash, secret string, body []byte) string {
	mac := hmac.New(f, []byte(secret))
	mac.Write(body)
	return kind + "=" + hex.EncodeToString(mac.Sum(nil))
}

// delivery is a webhook as GitHub sends it.
func delivery(event string, body []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/api/github/hook", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-GitHub-Event", event)
	r.Header.Set("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
	r.Header.Set("X-Hub-Signature", sign("sha1", sha1.New, testSecret, body))
	r.Header.Set("X-Hub-Signature-256", sign("sha256", sha256.New, testSecret, body))
	return r
}

func post(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// shared is a folder that other people's data lies in, where it is there.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("no shared data")
	}
	return path
}

const opened1 = `{"action":"opened","number":7,"pull_request":{"number":7,"state":"open"},"repository":{"full_name":"acme/api"},"installation":{"id":3}}`

func TestHookRefuses(t *testing.T) {
	ok := []byte(opened1)
	cases := []struct {
		name string
		want int
		make func() *http.Request
	}{
		{"another method", 405, func() *http.Request { r := delivery("pull_request", ok); r.Method = "GET"; return r }},
		{"no signature", 401, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Del("X-Hub-Signature")
			r.Header.Del("X-Hub-Signature-256")
			return r
		}},
		{"SHA-1 alone", 401, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Del("X-Hub-Signature-256")
			return r
		}},
		{"SHA-1 in the place of SHA-256: go-github goes by the prefix", 401, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Set("X-Hub-Signature-256", r.Header.Get("X-Hub-Signature"))
			return r
		}},
		{"another secret", 401, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Set("X-Hub-Signature-256", sign("sha256", sha256.New, "wrong", ok))
			return r
		}},
		{"the empty secret", 401, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Set("X-Hub-Signature-256", sign("sha256", sha256.New, "", ok))
			return r
		}},
		{"another body", 401, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(opened1, "7", "8", 1)))
			return r
		}},
		{"a form", 415, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return r
		}},
		{"no delivery id", 400, func() *http.Request { r := delivery("pull_request", ok); r.Header.Del("X-GitHub-Delivery"); return r }},
		{"an endless delivery id", 400, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Set("X-GitHub-Delivery", strings.Repeat("a", 65))
			return r
		}},
		{"a delivery id with a line break in disguise", 400, func() *http.Request {
			r := delivery("pull_request", ok)
			r.Header.Set("X-GitHub-Delivery", "a\tb")
			return r
		}},
		{"no event", 400, func() *http.Request { r := delivery("pull_request", ok); r.Header.Del("X-GitHub-Event"); return r }},
		{"a body that says it is too large", 413, func() *http.Request {
			r := delivery("pull_request", ok)
			r.ContentLength = maxBody + 1
			return r
		}},
		{"a body that is too large and doesn't say so", 413, func() *http.Request {
			r := delivery("pull_request", ok)
			r.ContentLength = -1
			r.Body = io.NopCloser(io.LimitReader(zeros{}, maxBody+1))
			return r
		}},
		{"no JSON", 400, func() *http.Request { return delivery("pull_request", []byte("payload=%7B%7D")) }},
		{"half a JSON", 400, func() *http.Request { return delivery("pull_request", ok[:len(ok)-1]) }},
		{"two JSONs", 400, func() *http.Request { return delivery("pull_request", append(ok, ok...)) }},
		{"no object", 400, func() *http.Request { return delivery("pull_request", []byte(`["opened"]`)) }},
		{"no pull request", 400, func() *http.Request { return delivery("pull_request", []byte(`{"action":"opened"}`)) }},
		{"a number that is a text", 400, func() *http.Request {
			return delivery("pull_request", []byte(strings.Replace(opened1, `{"number":7`, `{"number":"7"`, 1)))
		}},
		{"a repository that climbs", 400, func() *http.Request {
			return delivery("pull_request", []byte(strings.Replace(opened1, "acme/api", "../api", 1)))
		}},
		{"a push to nowhere", 400, func() *http.Request { return delivery("push", []byte(`{}`)) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := &box{}
			w := post(newTestHook(t, in, testSecret), c.make())
			if w.Code != c.want {
				t.Errorf("status: got %d %s, want %d", w.Code, w.Body, c.want)
			}
			if len(in.got) > 0 {
				t.Errorf("stored %v, want nothing", in.got)
			}
			if strings.Contains(w.Body.String(), testSecret) {
				t.Error("the answer tells the secret")
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestHookNeedsASecret(t *testing.T) {
	for _, secrets := range [][]string{nil, {""}, {testSecret, ""}} {
		if _, err := NewHook(HookConfig{Secrets: secrets, AppID: 1}, &box{}, zerolog.Nop()); err == nil {
			t.Errorf("%q: got no error, want one", secrets)
		}
	}
}

func TestHookNeedsTheAppsID(t *testing.T) {
	if _, err := NewHook(HookConfig{Secrets: []string{testSecret}}, &box{}, zerolog.Nop()); err == nil {
		t.Error("got no error, want one")
	}
}

// While the secret is being changed GitHub signs with one of two.
func TestHookTakesTwoSecrets(t *testing.T) {
	for _, secrets := range [][]string{{testSecret, "new"}, {"new", testSecret}} {
		in := &box{}
		if w := post(newTestHook(t, in, secrets...), delivery("pull_request", []byte(opened1))); w.Code != 202 || len(in.got) != 1 {
			t.Errorf("%q: got %d and %d stored, want 202 and 1", secrets, w.Code, len(in.got))
		}
	}
	in := &box{}
	if w := post(newTestHook(t, in, "new", "newer"), delivery("pull_request", []byte(opened1))); w.Code != 401 || len(in.got) != 0 {
		t.Errorf("neither: got %d and %d stored, want 401 and 0", w.Code, len(in.got))
	}
}

func TestHookAnswers503WhenNothingWasStored(t *testing.T) {
	var log bytes.Buffer
	h, err := NewHook(HookConfig{Secrets: []string{testSecret}, AppID: testApp}, &box{err: errors.New("disk full")}, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	if w := post(h, delivery("pull_request", []byte(opened1))); w.Code != 503 || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("got %d %q, want 503 and no inner matters", w.Code, w.Body)
	}
	if got := strings.Count(log.String(), "\n"); got != 1 || !strings.Contains(log.String(), "disk full") {
		t.Errorf("log: got %s, want the reason in one line", &log)
	}
}

func TestHookLogsOneLineWithoutWords(t *testing.T) {
	var log bytes.Buffer
	h, err := NewHook(HookConfig{Secrets: []string{testSecret}, AppID: testApp}, &box{}, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(opened1, `"state"`, `"title":"SECRET PLAN","state"`, 1)
	r := delivery("pull_request", []byte(body))
	r = r.WithContext(zerolog.New(&log).WithContext(r.Context())) // as a server's middleware would
	post(h, r)
	want := `{"level":"info","delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958","event":"pull_request","action":"opened","installation":3,"repo":"acme/api","message":"delivery accepted"}` + "\n"
	if log.String() != want {
		t.Errorf("log: got %swant %s", &log, want)
	}
}

// TestRealPayloads posts captures of GitHub's own: what Sluice handles is stored, the rest answered and left.
func TestRealPayloads(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "webhooks"), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no payloads", err)
	}
	taken := map[string]int{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(filepath.Base(file), ".")
		event, action := parts[0], parts[1]
		if action == "event" {
			action = ""
		}
		in := &box{}
		if w := post(newTestHook(t, in, testSecret), delivery(event, body)); w.Code/100 != 2 {
			t.Errorf("%s: got %d %s, want 2xx", filepath.Base(file), w.Code, w.Body)
		}
		taken[event+"."+action] += len(in.got)
		if len(in.got) > 0 && events[event][action] == nil {
			t.Errorf("%s: stored, though nobody handles it", filepath.Base(file))
		}
		for _, d := range in.got {
			if event == "pull_request" && !sha.MatchString(d.Head) {
				t.Errorf("%s: head %q", filepath.Base(file), d.Head)
			}
			if d.Work.Empty() || d.Event != event || d.Action != action {
				t.Errorf("%s: stored as %+v", filepath.Base(file), d)
			}
		}
	}
	// How many of each are stored; the captures that are not here ask for nothing.
	want := map[string]int{
		"pull_request.opened": 4, "pull_request.closed": 2, "pull_request.reopened": 2, "pull_request.synchronize": 1, "pull_request.ready_for_review": 3,
		"pull_request.converted_to_draft": 3, "pull_request.labeled": 2, "pull_request.unlabeled": 2, "pull_request.assigned": 2,
		"pull_request.unassigned": 2, "pull_request_review.submitted": 3, "pull_request_review.dismissed": 1,
		"issues.opened": 4, "issues.edited": 3, "issues.reopened": 1, "issues.deleted": 1, "issues.transferred": 1,
		"issues.labeled": 2, "issues.unlabeled": 2, "issues.assigned": 3, "issues.unassigned": 2,
		"check_suite.rerequested": 2, "merge_group.checks_requested": 2,
		"installation.created": 2, "installation.new_permissions_accepted": 1, "installation.unsuspend": 1,
		"installation_repositories.added": 2, "pull_request.review_requested": 1, "pull_request.review_request_removed": 1, "installation.suspend": 1, "installation.deleted": 2, "installation_repositories.removed": 1,
	}
	for name, n := range taken {
		if n != want[name] {
			t.Errorf("%s: got %d stored, want %d", name, n, want[name])
		}
	}
}
