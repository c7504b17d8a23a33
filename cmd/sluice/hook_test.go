package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/sluicegate/sluice/internal/database/databasetest"
)

func signature(h func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(h, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// post sends a delivery, signed well unless headers say otherwise; an empty one takes a header away.
func (h *house) post(event, id string, body []byte, headers map[string]string) int {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.url+githubapp.DefaultWebhookRoute, bytes.NewReader(body))
	must(h.T, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-GitHub-Event", event)
	req.Header.Set("X-GitHub-Delivery", id)
	req.Header.Set("X-Hub-Signature-256", "sha256="+signature(sha256.New, h.box.Secret(), body))
	for name, value := range headers {
		if value == "" {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	must(h.T, err)
	defer func() { _ = resp.Body.Close() }() // its words are for people
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// asks are the events and actions that ask for work, each as GitHub's real payloads have them.
var asks = map[string]bool{
	"check_run.requested_action": true, "check_run.rerequested": true, "check_suite.rerequested": true,
	"installation.created": true, "installation.new_permissions_accepted": true, "installation.unsuspend": true,
	"installation_repositories.added": true, "installation_repositories.removed": true, "pull_request.review_requested": true, "pull_request.closed": true, "pull_request.review_request_removed": true, "installation.deleted": true, "installation.suspend": true, "issue_comment.created": true, "issue_comment.edited": true, "issue_comment.deleted": true,
	"issues.assigned": true, "issues.deleted": true, "issues.edited": true, "issues.labeled": true, "issues.opened": true,
	"issues.reopened": true, "issues.transferred": true, "issues.unassigned": true, "issues.unlabeled": true,
	"merge_group.checks_requested": true, "pull_request.assigned": true, "pull_request.converted_to_draft": true,
	"pull_request.labeled": true, "pull_request.opened": true, "pull_request.ready_for_review": true,
	"pull_request.reopened": true, "pull_request.synchronize": true, "pull_request.unassigned": true,
	"pull_request.unlabeled": true, "pull_request_review.dismissed": true, "pull_request_review.submitted": true,
	"push.event": true,
}

// forUs makes a real payload one that asks this App: the re-run of its own check run, a member's command on an open pull
// request, a push that changes the policy of a branch.
func (h *house) forUs(name string, body []byte) []byte {
	h.Helper()
	var p map[string]any
	must(h.T, json.Unmarshal(body, &p))
	at := func(path ...string) map[string]any {
		m := p
		for _, step := range path {
			m, _ = m[step].(map[string]any)
		}
		return m
	}
	switch event, _, _ := strings.Cut(name, "."); event {
	case "check_run", "check_suite":
		at(event, "app")["id"] = h.box.AppID()
	case "issue_comment":
		at("issue")["pull_request"] = map[string]any{"url": "https://api.github.com/repos/Codertocat/Hello-World/pulls/1"}
		at("issue")["state"] = "open"
		at("comment")["body"], at("comment")["author_association"] = "/sluice recheck", "MEMBER"
		at("comment", "user")["type"] = "User"
	case "issues":
		delete(at("issue"), "pull_request")
	case "pull_request", "pull_request_review":
		at("pull_request")["state"] = "open"
	case "push":
		p["ref"], p["deleted"], p["after"] = "refs/heads/main", false, strings.Repeat("a", 40)
		p["commits"] = []any{map[string]any{"added": []any{}, "removed": []any{}, "modified": []any{".github/sluice.yml"}}}
	}
	out, err := json.Marshal(p)
	must(h.T, err)
	return out
}

// Every real payload is answered 2xx, as it came and as it would be if it were for this App. What asks for work is
// stored, with its job, and what doesn't is not. Payloads of installations that aren't there leave nothing behind.
func TestHookTakesRealPayloads(t *testing.T) {
	files, err := filepath.Glob("../../../shared/data/webhooks/*.json")
	must(t, err)
	if len(files) == 0 {
		t.Skip("GitHub's sample payloads are not here")
	}
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := begin(t, url, func(s *server) { s.patience = 0 })
		for i, file := range files {
			body, err := os.ReadFile(file)
			must(t, err)
			name := filepath.Base(file)
			event, _, _ := strings.Cut(name, ".")
			kind := strings.Join(strings.Split(name, ".")[:2], ".")
			id := "00000000-0000-4000-8000-" + hex.EncodeToString([]byte{0, 0, 0, 0, byte(i), 0})
			if status := h.post(event, id, body, nil); status/100 != 2 {
				t.Errorf("%s as it is: got %d, want 2xx", name, status)
			}
			before := h.count("deliveries")
			if status := h.post(event, id+"-ours", h.forUs(name, body), nil); status/100 != 2 {
				t.Errorf("%s for us: got %d, want 2xx", name, status)
			}
			if got := h.count("deliveries") - before; (got == 1) != asks[kind] {
				t.Errorf("%s for us: got %d stored, want it stored: %t", name, got, asks[kind])
			}
		}
		h.settle()
		if n := h.count("reports") + h.count("published WHERE key NOT LIKE 'told %'"); n != 0 {
			t.Errorf("got %d rows on pull requests that nobody can see", n)
		}
	})
}

// What GitHub would not send is refused, and nothing of it is stored or done.
func TestHookRefuses(t *testing.T) {
	t.Parallel()
	h := begin(t, databasetest.SQLite(t))
	body := []byte(`{"action":"opened","installation":{"id":1},"repository":{"full_name":"acme/api"},"pull_request":{"number":12,"state":"open"}}`)
	large := append(bytes.Repeat([]byte(" "), 25<<20), body...)
	with := func(name, value string) map[string]string { return map[string]string{name: value} }
	cases := []struct {
		name    string
		event   string
		id      string
		body    []byte
		headers map[string]string
		status  int
	}{
		{"a signature by another secret", "pull_request", "1", body, with("X-Hub-Signature-256", "sha256="+signature(sha256.New, "guess", body)), 401},
		{"a signature by the empty secret", "pull_request", "1", body, with("X-Hub-Signature-256", "sha256="+signature(sha256.New, "", body)), 401},
		{"a signature of another body", "pull_request", "1", body, with("X-Hub-Signature-256", "sha256="+signature(sha256.New, h.box.Secret(), body[1:])), 401},
		{"no signature", "pull_request", "1", body, with("X-Hub-Signature-256", ""), 401},
		{"half a signature", "pull_request", "1", body, with("X-Hub-Signature-256", "sha256="+signature(sha256.New, h.box.Secret(), body)[:32]), 401},
		{"SHA-1 alone", "pull_request", "1", body, map[string]string{
			"X-Hub-Signature-256": "", "X-Hub-Signature": "sha1=" + signature(sha1.New, h.box.Secret(), body),
		}, 401},
		{"SHA-1 under the other's name", "pull_request", "1", body, with("X-Hub-Signature-256", "sha1="+signature(sha1.New, h.box.Secret(), body)), 401},
		{"25 MB and some", "pull_request", "1", large, nil, 413},
		{"no JSON", "pull_request", "1", []byte("action=opened"), nil, 400},
		{"half of JSON", "pull_request", "1", body[:len(body)/2], nil, 400},
		{"JSON twice", "pull_request", "1", append(bytes.Clone(body), body...), nil, 400},
		{"JSON of another shape", "pull_request", "1", []byte(`["opened"]`), nil, 400},
		{"null", "pull_request", "1", []byte(`null`), nil, 0},
		{"nothing", "pull_request", "1", nil, nil, 400},
		{"no pull request", "pull_request", "1", []byte(`{"action":"opened","repository":{"full_name":"acme/api"}}`), nil, 400},
		{"a repository that is none", "pull_request", "1", []byte(strings.ReplaceAll(string(body), "acme/api", "../../etc")), nil, 400},
		{"no delivery id", "pull_request", "", body, with("X-GitHub-Delivery", ""), 400},
		{"a delivery id that is none", "pull_request", "1' OR '1'='1", body, nil, 400},
		{"no event", "", "1", body, with("X-GitHub-Event", ""), 400},
		{"an event that is none", "../pull_request", "1", body, nil, 400},
		{"a form", "pull_request", "1", body, with("Content-Type", "application/x-www-form-urlencoded"), 415},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status := (&house{T: t, box: h.box, url: h.url}).post(c.event, c.id, c.body, c.headers)
			if c.status != 0 && status != c.status {
				t.Errorf("got %d, want %d", status, c.status)
			}
			if n := h.count("deliveries") + h.count("river_job") + h.count("generations"); n != 0 {
				t.Errorf("got %d rows, want nothing stored", n)
			}
		})
	}
	if status := h.post("pull_request", "1", body, nil); status != http.StatusAccepted || h.count("deliveries") != 1 {
		t.Errorf("the same delivery in order: got %d and %d stored, want 202 and 1", status, h.count("deliveries"))
	}
	if strings.Contains(h.logged(), h.box.Secret()) {
		t.Error("the secret is in the log")
	}
}

// A server that cannot store says so: GitHub keeps the delivery on its list of failed ones.
func TestHookWithoutADatabase(t *testing.T) {
	t.Parallel()
	h := beginPull(t, databasetest.SQLite(t))
	if status, _ := h.get("/readyz"); status != http.StatusOK {
		t.Errorf("/readyz: got %d, want 200", status)
	}
	must(t, h.server.queue.Stop(t.Context())) // or it would take its time to find out
	if status, text := h.get("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "queue") {
		t.Errorf("/readyz without workers: got %d %q, want 503 for the queue", status, text)
	}
	must(t, h.server.db.Close())
	body := []byte(`{"action":"opened","installation":{"id":1},"repository":{"full_name":"acme/api"},"pull_request":{"number":12,"state":"open"}}`)
	if status := h.post("pull_request", "1", body, nil); status != http.StatusServiceUnavailable {
		t.Errorf("a delivery: got %d, want 503", status)
	}
	if status, text := h.get("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "database") {
		t.Errorf("/readyz: got %d %q, want 503 for the database", status, text)
	}
	if status, _ := h.get("/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: got %d, want 200: the process lives", status)
	}
}
