package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/gate"
)

// What was counted is read at /metrics, under the names that dashboards rely on.
func TestMetrics(t *testing.T) {
	m := newMetrics()
	m.delivered("pull_request", true)
	m.delivered("pull_request", false)
	m.evaluated(gate.Closed)
	api := httptest.NewServer(http.NotFoundHandler())
	defer api.Close()
	client := &http.Client{Transport: counting{m, http.DefaultTransport}}
	if resp, err := client.Get(api.URL); err != nil || resp.Body.Close() != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	m.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	for _, want := range []string{
		`sluice_deliveries_total{event="pull_request",result="stored"} 1`,
		`sluice_deliveries_total{event="pull_request",result="repeated"} 1`,
		`sluice_evaluations_total{decision="closed"} 1`,
		`sluice_github_requests_total{method="GET",status="404"} 1`,
		"go_goroutines ",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}
