package main

import (
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// spans is a collector as OpenTelemetry's protocol over HTTP has it.
type spans struct {
	mu   sync.Mutex
	got  []*otlp.Span
	text strings.Builder // all of it, as JSON
	err  error
}

// ServeHTTP takes spans.
func (s *spans) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		if body, s.err = gzip.NewReader(r.Body); s.err != nil {
			return
		}
	}
	data, _ := io.ReadAll(body)
	var request collector.ExportTraceServiceRequest
	if s.err = proto.Unmarshal(data, &request); s.err != nil || r.URL.Path != "/v1/traces" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s.text.WriteString(protojson.Format(&request))
	for _, resource := range request.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			s.got = append(s.got, scope.GetSpans()...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func deliveryOf(s *otlp.Span) string {
	for _, a := range s.GetAttributes() {
		if a.GetKey() == "sluice.delivery" {
			return a.GetValue().GetStringValue()
		}
	}
	return ""
}

// Each delivery has a span, and the work that it asked for is below it: job, calls, publishing. Nothing of the pull
// request's words is sent.
func TestTraces(t *testing.T) {
	t.Parallel()
	took := &spans{}
	api := httptest.NewServer(took)
	defer api.Close()
	var stored []string
	t.Run("server", func(t *testing.T) { // its end sends what is left
		h := beginTraced(t, databasetest.SQLite(t), api.URL+"/v1/traces")
		h.populate()
		h.open()
		h.box.SetHookURL(h.url + githubapp.DefaultWebhookRoute)
		h.settle()
		must(t, h.box.Edit(theRepo, theNumber, "", strings.ReplaceAll(inOrder, "## Why", "## Whence")))
		h.settle()
		stored = h.strings("SELECT id FROM deliveries")
	})
	must(t, took.err)
	names := map[string]int{}
	byDelivery := map[string][]*otlp.Span{}
	traces := map[string]map[string]bool{}
	for _, s := range took.got {
		names[s.GetName()]++
		byDelivery[deliveryOf(s)] = append(byDelivery[deliveryOf(s)], s)
		id := hex.EncodeToString(s.GetTraceId())
		if traces[id] == nil {
			traces[id] = map[string]bool{}
		}
		traces[id][s.GetName()] = true
	}
	if len(stored) == 0 {
		t.Fatal("no delivery was stored")
	}
	for _, id := range stored {
		if !slices.ContainsFunc(byDelivery[id], func(s *otlp.Span) bool { return s.GetName() == "delivery" }) {
			t.Errorf("no span of delivery %s", id)
		}
	}
	whole := 0
	for _, in := range traces {
		if in["delivery"] && in["job pull"] && in["publish"] && in["GitHub graphql query"] && in["GitHub graphql mutation"] {
			whole++
		}
	}
	if whole == 0 {
		t.Errorf("no trace goes from a delivery to its check run; got %v", slices.Sorted(maps.Keys(names)))
	}
	for _, word := range []string{"Raise the limit", "twenty", "Whence", "src/rate", "fix-7", "access_tokens/", theRepo, "mira"} {
		if strings.Contains(took.text.String(), word) {
			t.Errorf("%q is in the spans", word)
		}
	}
}

// Off is the default: no note of a trace is kept.
func TestNoTraces(t *testing.T) {
	t.Parallel()
	h := begin(t, databasetest.SQLite(t))
	body := []byte(`{"action":"opened","installation":{"id":1},"repository":{"full_name":"acme/api"},"pull_request":{"number":12,"state":"open"}}`)
	if status := h.post("pull_request", "1", body, nil); status != http.StatusAccepted {
		t.Fatalf("got %d, want 202", status)
	}
	for _, value := range h.strings("SELECT value FROM published WHERE key LIKE 'told of %'") {
		var o origin
		must(t, json.Unmarshal([]byte(value), &o))
		if o.Trace != "" {
			t.Errorf("got the trace %q, want none", o.Trace)
		}
	}
}

func TestTracesEndpoint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env  map[string]string
		want string
		err  string
	}{
		{nil, "", ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, "http://collector:4318/v1/traces", ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/a/"}, "http://collector:4318/a/v1/traces", ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector/x", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://no"}, "https://collector/x", ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, "", ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"}, "", "OTEL_EXPORTER_OTLP_ENDPOINT is no URL"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "", "Sluice sends http/protobuf"},
	} {
		got, err := tracesEndpoint(func(name string) string { return c.env[name] })
		if got != c.want || (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%v: got %q and %v, want %q and %q", c.env, got, err, c.want, c.err)
		}
	}
}
