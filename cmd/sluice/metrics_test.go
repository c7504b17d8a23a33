package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/jobs"
)

// metricNames are the names that dashboards rely on, each with its labels.
var metricNames = map[string]string{
	"sluice_webhook_requests_total":            "code",
	"sluice_webhook_duration_seconds":          "",
	"sluice_deliveries_total":                  "event,result",
	"sluice_jobs_done_total":                   "job,result",
	"sluice_evaluations_total":                 "decision",
	"sluice_webhook_to_check_run_seconds":      "",
	"sluice_commands_total":                    "command,result",
	"sluice_sweeps_total":                      "result",
	"sluice_sweep_found_total":                 "",
	"sluice_redelivered_total":                 "",
	"sluice_github_requests_total":             "kind,status",
	"sluice_github_request_duration_seconds":   "kind",
	"sluice_github_limited_total":              "limit",
	"sluice_github_rate_limit_remaining_ratio": "",
	"sluice_github_rate_limit_remaining":       "resource",
	"sluice_database_up":                       "",
	"sluice_jobs_ready":                        "",
	"sluice_jobs_running":                      "",
	"sluice_jobs_later":                        "",
	"sluice_jobs_oldest_seconds":               "",
}

var described = regexp.MustCompile(`^Desc\{fqName: "([^"]+)", help: "([^"]+)", .*variableLabels: \{([^}]*)\}`)

// registered are the metrics of a running server, by name, with their labels.
func registered(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, c := range append(newMetrics().all(), newDepth(nil)) {
		descs := make(chan *prometheus.Desc, 10)
		c.Describe(descs)
		close(descs)
		for d := range descs {
			m := described.FindStringSubmatch(d.String())
			if m == nil {
				t.Fatalf("a description without help: %s", d)
			}
			out[m[1]] = m[3]
		}
	}
	return out
}

func TestMetricNames(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(registered(t), metricNames); diff != "" {
		t.Errorf("registered -, want +\n%s", diff)
	}
}

// page is what Prometheus reads.
func (m *metrics) page() string {
	w := httptest.NewRecorder()
	m.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	return w.Body.String()
}

func untraced(t *testing.T) *tracing {
	t.Helper()
	tracing, err := newTracing(t.Context(), "", zerolog.Nop())
	must(t, err)
	return tracing
}

// What was counted is read at /metrics.
func TestMetrics(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	m.registry.MustRegister(newDepth(func(context.Context) (jobs.Depth, error) {
		return jobs.Depth{Ready: 3, Oldest: 1500 * time.Millisecond}, nil
	}))
	m.delivered("pull_request", true)
	m.delivered("pull_request", false)
	m.evaluated(gate.Closed)
	m.tried("pull", nil)
	m.tried("pull", errors.New("502"))
	m.waited(120 * time.Millisecond)
	m.settled(&gate.Settled{Asked: gate.Asked{Verb: gate.Waive}, Refused: "no"})
	m.settled(&gate.Settled{Asked: gate.Asked{Verb: "rm -rf"}})
	hook := m.hook(http.NotFoundHandler())
	hook.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", http.NoBody))

	reset := time.Now().Add(time.Hour)
	left := map[string]string{"token a": "4000", "token b": "17", "token c": "9"}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-RateLimit-Limit", "5000")
		w.Header().Set("X-RateLimit-Resource", "core")
		w.Header().Set("X-RateLimit-Remaining", left[r.Header.Get("Authorization")])
		w.Header().Set("X-RateLimit-Reset", decimal(reset.Unix()))
		if r.Header.Get("Authorization") == "token c" { // its limit is over
			w.Header().Set("X-RateLimit-Reset", decimal(reset.Add(-2*time.Hour).Unix()))
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer api.Close()
	client := &http.Client{Transport: counting{m, untraced(t), http.DefaultTransport}}
	for token := range left {
		r := httptest.NewRequest(http.MethodGet, api.URL+"/api/v3/repos/acme/api/pulls/12/files?page=2", http.NoBody)
		r.RequestURI = ""
		r.Header.Set("Authorization", token)
		resp, err := client.Do(r)
		must(t, err)
		must(t, resp.Body.Close())
	}
	page := m.page()
	for _, want := range []string{
		`sluice_deliveries_total{event="pull_request",result="stored"} 1`,
		`sluice_deliveries_total{event="pull_request",result="repeated"} 1`,
		`sluice_evaluations_total{decision="closed"} 1`,
		`sluice_jobs_done_total{job="pull",result="done"} 1`,
		`sluice_jobs_done_total{job="pull",result="failed"} 1`,
		`sluice_webhook_to_check_run_seconds_bucket{le="0.15"} 1`,
		`sluice_webhook_to_check_run_seconds_bucket{le="0.1"} 0`,
		`sluice_commands_total{command="waive",result="refused"} 1`,
		`sluice_commands_total{command="unknown",result="accepted"} 1`,
		`sluice_webhook_requests_total{code="404"} 1`,
		`sluice_webhook_duration_seconds_count 1`,
		`sluice_github_requests_total{kind="GET /repos/{owner}/{repo}/pulls/{pull_number}/files",status="404"} 3`,
		`sluice_github_rate_limit_remaining{resource="core"} 17`,
		`sluice_github_rate_limit_remaining_ratio_bucket{le="0.05"} 2`,
		`sluice_database_up 1`,
		`sluice_jobs_ready 3`,
		`sluice_jobs_oldest_seconds 1.5`,
		"go_goroutines ",
	} {
		if !strings.Contains(page, want+"\n") && !strings.Contains(page, "\n"+want) {
			t.Errorf("no %s", want)
		}
	}
	problems, err := promlint.New(strings.NewReader(page)).Lint()
	must(t, err)
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "sluice_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}

// A database that is away is told of, and the other metrics with it.
func TestMetricsWithoutADatabase(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	m.registry.MustRegister(newDepth(func(context.Context) (jobs.Depth, error) { return jobs.Depth{}, errors.New("gone") }))
	page := m.page()
	if !strings.Contains(page, "\nsluice_database_up 0\n") || strings.Contains(page, "sluice_jobs_ready") || !strings.Contains(page, "go_goroutines") {
		t.Errorf("got\n%s", page)
	}
}

// The kind of a request is one of few, whatever names are in its path.
func TestKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "/repos/acme/api/pulls/12/files", "", "GET /repos/{owner}/{repo}/pulls/{pull_number}/files"},
		{"GET", "/api/v3/repos/acme/api/pulls/12/files", "", "GET /repos/{owner}/{repo}/pulls/{pull_number}/files"},
		{"GET", "/repos/acme/api/compare/main...feature%2Fone", "", "GET /repos/{owner}/{repo}/compare/{basehead...}"},
		{"GET", "/repos/acme/api/compare/main...feature/one", "", "GET /repos/{owner}/{repo}/compare/{basehead...}"},
		{"POST", "/app/installations/7/access_tokens", "", "POST /app/installations/{installation_id}/access_tokens"},
		{"PATCH", "/repos/acme/api/check-runs/7", "", "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}"},
		{"PATCH", "/repos/acme/api/issues/comments/7", "", "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}"},
		{"DELETE", "/repos/acme/api", "", "other"},
		{"GET", "/repos/acme/api/a-secret-project", "", "other"},
		{"GET", "/a//../b", "", "other"},
		{"POST", "/graphql", `{"query":"query($a:Int!){x}"}`, "graphql query"},
		{"POST", "/api/graphql", `{"query":"{x}"}`, "graphql query"},
		{"POST", "/graphql", `{"query":"\n mutation{x}","variables":{}}`, "graphql mutation"},
		{"POST", "/graphql", `{"query":"query{mutation}"}`, "graphql query"},
	} {
		r, err := http.NewRequest(c.method, "https://api.github.com"+c.path, strings.NewReader(c.body))
		must(t, err)
		if got := kindOf(r); got != c.want {
			t.Errorf("%s %s %s: got %q, want %q", c.method, c.path, c.body, got, c.want)
		}
		if text, _ := io.ReadAll(r.Body); string(text) != c.body {
			t.Errorf("%s %s: the body was read", c.method, c.path)
		}
	}
}

var labelled = regexp.MustCompile(`(?m)^(sluice_\w+)\{([^}\n]*(?:\{[^}\n]*\}[^}\n]*)*)\}`)

// Every call that a server makes has a kind, and no label has a word of an outsider: a name, a branch, a title, a path.
func TestMetricLabels(t *testing.T) {
	t.Parallel()
	h := beginPull(t, databasetest.SQLite(t))
	h.say("mira", "/sluice recheck")
	h.say("eve", "/sluice waive tests because I say so")
	must(t, h.box.Edit(theRepo, theNumber, "Raise the limit to twenty", strings.ReplaceAll(inOrder, "## Why", "## Whence")))
	h.settle()
	_, page := h.get("/metrics")
	for _, word := range []string{"acme", "mira", `"eve"`, "copilot", "Copilot", "limit to", "src/", "rate.go", "fix-7", `kind="other"`, h.box.Head(theRepo, theNumber)[:7]} {
		for _, m := range labelled.FindAllStringSubmatch(page, -1) {
			if strings.Contains(m[2], word) {
				t.Errorf("%q is in %s", word, m[0])
			}
		}
	}
	used := map[string]bool{}
	for _, m := range labelled.FindAllStringSubmatch(page, -1) {
		used[m[1]] = true
	}
	for _, want := range []string{"sluice_deliveries_total", "sluice_jobs_done_total", "sluice_github_requests_total", "sluice_commands_total", "sluice_github_rate_limit_remaining", "sluice_evaluations_total"} {
		if !used[want] {
			t.Errorf("no %s; got %v", want, slices.Sorted(maps.Keys(used)))
		}
	}
	if !regexp.MustCompile(`(?m)^sluice_webhook_to_check_run_seconds_count [1-9]`).MatchString(page) {
		t.Error("nobody timed the way from a webhook to its check run")
	}
	if t.Failed() {
		t.Log(page)
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
