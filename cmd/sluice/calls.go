package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// counting is a transport that counts and times the requests to GitHub's API, and makes a span of each.
type counting struct {
	*metrics
	*tracing
	next http.RoundTripper
}

// RoundTrip sends r.
func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	kind := kindOf(r)
	started := time.Now()
	ctx, end := c.start(r.Context(), "GitHub "+kind, trace.SpanKindClient,
		originOf(r.Context()).attributes(attribute.String("http.request.method", r.Method), attribute.String("sluice.kind", kind))...)
	resp, err := c.next.RoundTrip(r.WithContext(ctx))
	status := 0
	if err == nil {
		status = resp.StatusCode
		c.answered(r, resp)
	}
	trace.SpanFromContext(ctx).SetAttributes(attribute.Int("http.response.status_code", status))
	c.called(kind, status, time.Since(started))
	end(err)
	return resp, err
}

// answered takes note of what an answer says of limits, and of a write that was done.
func (c counting) answered(r *http.Request, resp *http.Response) {
	if ratio, ok := c.rates.saw(r.Header.Get("Authorization"), resp.Header); ok {
		c.left.Observe(ratio)
	}
	switch limits := resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusTooManyRequests; {
	case limits && resp.Header.Get("X-RateLimit-Remaining") == "0":
		c.limited.WithLabelValues("primary").Inc()
	case limits && (resp.StatusCode == http.StatusTooManyRequests || resp.Header.Get("Retry-After") != ""):
		c.limited.WithLabelValues("secondary").Inc()
	}
	if count, ok := r.Context().Value(tallyKey{}).(*tally); ok && resp.StatusCode < 300 && writes(r) {
		count.writes.Add(1)
	}
}

// writes reports whether a request changes what people see.
func writes(r *http.Request) bool {
	if strings.HasSuffix(r.URL.Path, "/graphql") {
		return operation(r) == "mutation"
	}
	return r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/access_tokens")
}

// routes are the calls that Sluice makes, as GitHub's REST description names them. What is called and not here counts as
// other: names of owners, branches and files must not become labels.
var routes = func() *http.ServeMux {
	mux := http.NewServeMux()
	for _, pattern := range []string{
		"GET /app", "GET /app/installations", "GET /app/installations/{installation_id}", "POST /app/installations/{installation_id}/access_tokens",
		"GET /app/hook/deliveries", "POST /app/hook/deliveries/{delivery_id}/attempts",
		"GET /installation/repositories", "GET /rate_limit",
		"GET /orgs/{org}/teams/{team_slug}/members",
		"GET /repos/{owner}/{repo}", "GET /repos/{owner}/{repo}/installation",
		"GET /repos/{owner}/{repo}/collaborators", "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
		"GET /repos/{owner}/{repo}/properties/values", "GET /repos/{owner}/{repo}/contents/{path...}",
		"GET /repos/{owner}/{repo}/git/trees/{tree_sha}", "GET /repos/{owner}/{repo}/compare/{basehead...}",
		"GET /repos/{owner}/{repo}/pulls", "GET /repos/{owner}/{repo}/pulls/{pull_number}",
		"GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
		"GET /repos/{owner}/{repo}/commits/{ref}/check-runs", "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
		"POST /repos/{owner}/{repo}/check-runs", "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
		"GET /repos/{owner}/{repo}/issues/{issue_number}",
		"GET /repos/{owner}/{repo}/issues/{issue_number}/comments", "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
		"PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
	} {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	return mux
}()

// kindOf is what a request asks for, in words of GitHub's: its route, or for GraphQL whether it is a query.
func kindOf(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/api/v3") // GitHub Enterprise Server's
	if strings.HasSuffix(path, "/graphql") && r.Method == http.MethodPost {
		return "graphql " + operation(r)
	}
	u := *r.URL
	u.Path, u.RawPath = path, strings.TrimPrefix(r.URL.RawPath, "/api/v3")
	if _, pattern := routes.Handler(&http.Request{Method: r.Method, URL: &u}); pattern != "" {
		return pattern
	}
	return "other"
}

// operation is "query" or "mutation", by the first bytes of what is posted.
func operation(r *http.Request) string {
	if r.GetBody == nil {
		return "query"
	}
	body, err := r.GetBody()
	if err != nil {
		return "query"
	}
	defer func() { _ = body.Close() }() // a copy in memory
	first := make([]byte, 64)
	n, _ := io.ReadFull(body, first)
	_, text, _ := bytes.Cut(first[:n], []byte(`"query":"`))
	text = bytes.ReplaceAll(text, []byte(`\n`), nil)
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("mutation")) {
		return "mutation"
	}
	return "query"
}
