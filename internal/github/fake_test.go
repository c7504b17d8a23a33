package github

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

var testKey = sync.OnceValue(func() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
})

// now is the time in these tests.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fake is as much of GitHub as one test needs, over real HTTP. It holds every request against GitHub's descriptions,
// where they are at hand.
type fake struct {
	t      testing.TB
	url    string
	graph  func(operation string, variables map[string]any) string // answers GraphQL: JSON
	routes map[string]http.HandlerFunc                             // by method and path

	noToken int // the status where no token is given

	mu     sync.Mutex
	tokens int
	valid  map[string]bool
	calls  []string // method and path, or "graphql" and the operation; tokens apart
	bodies []string
}

func newFake(t testing.TB) (*fake, *Client) {
	f := &fake{t: t, routes: map[string]http.HandlerFunc{}, valid: map[string]bool{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	var cfg Config
	cfg.V3APIURL, cfg.V4APIURL = server.URL, server.URL+"/graphql"
	cfg.App.IntegrationID, cfg.App.PrivateKey = testApp, testKey()
	cfg.Now = func() time.Time { return now }
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/access_tokens") {
		if f.noToken != 0 {
			w.WriteHeader(f.noToken)
			return
		}
		f.mu.Lock()
		f.tokens++
		token := fmt.Sprintf("t%d", f.tokens)
		f.valid["token "+token] = true
		f.mu.Unlock()
		w.WriteHeader(201)
		fmt.Fprintf(w, `{"token":%q,"expires_at":%q}`, token, time.Now().Add(time.Hour).Format(time.RFC3339))
		return
	}
	name := r.Method + " " + r.URL.Path
	var q struct {
		Query     string
		Variables map[string]any
	}
	if r.URL.Path == "/graphql" {
		if err := json.Unmarshal(body, &q); err != nil {
			f.t.Errorf("GraphQL: %v", err)
		}
		name = "graphql " + strings.FieldsFunc(q.Query, func(c rune) bool { return c == ' ' || c == '(' })[1]
	}
	f.mu.Lock()
	f.calls, f.bodies = append(f.calls, name), append(f.bodies, string(body))
	got := r.Header.Get("Authorization")
	valid := f.valid[got]
	f.mu.Unlock()
	if !valid && !strings.HasPrefix(got, "Bearer ") {
		w.WriteHeader(401)
		io.WriteString(w, `{"message":"Bad credentials"}`)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	route := f.routes[name]
	switch {
	case route != nil:
		f.checkREST(r, body)
		route(w, r)
	case r.URL.Path == "/graphql" && f.graph != nil:
		f.checkGraph(q.Query, q.Variables)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, f.graph(name[len("graphql "):], q.Variables))
	default:
		w.WriteHeader(404)
		io.WriteString(w, `{"message":"Not Found"}`)
	}
}

// take returns the calls since the last take.
func (f *fake) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls, f.bodies = nil, nil
	return calls
}

// json answers a route with a text of JSON.
func (f *fake) json(route, text string) {
	f.routes[route] = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
}

var description = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join("..", "..", "..", "shared", "data", "openapi.json"))
	if err != nil {
		return nil
	}
	return doc
})

// checkREST holds a request against GitHub's description: the path, the query's parameters, the body.
func (f *fake) checkREST(r *http.Request, body []byte) {
	doc := description()
	if doc == nil || r.URL.Path == "/graphql" {
		return
	}
	for path, item := range doc.Paths.Map() {
		op := item.GetOperation(r.Method)
		if op == nil || !matches(path, r.URL.Path) {
			continue
		}
		params := append(slices.Clone(item.Parameters), op.Parameters...)
		for name := range r.URL.Query() {
			if params.GetByInAndName("query", name) == nil {
				f.t.Errorf("%s %s: GitHub knows no parameter %q", r.Method, path, name)
			}
		}
		if op.RequestBody == nil {
			return
		}
		var value any
		if err := json.Unmarshal(body, &value); err != nil {
			f.t.Errorf("%s %s: %v", r.Method, path, err)
		}
		if err := op.RequestBody.Value.Content.Get("application/json").Schema.Value.VisitJSON(value); err != nil {
			f.t.Errorf("%s %s: %v", r.Method, path, err)
		}
		return
	}
	f.t.Errorf("%s %s: not in GitHub's description", r.Method, r.URL.Path)
}

func matches(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && want[i] != got[i] {
			return false
		}
	}
	return true
}

var schemaOfGitHub = sync.OnceValue(func() string {
	text, _ := os.ReadFile(os.Getenv("SLUICE_GRAPHQL_SCHEMA"))
	return string(text)
})

func (f *fake) checkGraph(query string, variables map[string]any) {
	if schemaOfGitHub() == "" {
		return
	}
	schema := loadedSchema(f.t)
	if _, errs := gqlparser.LoadQueryWithRules(schema, query, nil); len(errs) > 0 {
		f.t.Errorf("query: %v", errs)
	}
}

var (
	schemaOnce  sync.Once
	schemaValue *ast.Schema
)

func loadedSchema(t testing.TB) *ast.Schema {
	schemaOnce.Do(func() { schemaValue = loadSchema(t, "schema.graphql", schemaOfGitHub()) })
	return schemaValue
}

// memory is a Memory in memory.
type memory map[string]string

func (m memory) RecallAll(_ context.Context, keys []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, key := range keys {
		if v, ok := m[key]; ok {
			out[key] = []byte(v)
		}
	}
	return out, nil
}

func (m memory) RememberAll(_ context.Context, values map[string][]byte) error {
	for key, value := range values {
		m[key] = string(value)
	}
	return nil
}

func (m memory) SwapAll(_ context.Context, old, values map[string][]byte) (map[string]bool, error) {
	swapped := map[string]bool{}
	for key, value := range values {
		was, expected := old[key]
		if now, ok := m[key]; ok == expected && now == string(was) {
			m[key], swapped[key] = string(value), true
		}
	}
	return swapped, nil
}

// page answers one page of a list, with the link to the next.
func page(w http.ResponseWriter, r *http.Request, total int, item func(i int) string) {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	n = max(n, 1)
	var items []string
	for i := (n - 1) * size; i < min(n*size, total); i++ {
		items = append(items, item(i))
	}
	if n*size < total {
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?page=%d>; rel="next"`, r.Host, r.URL.Path, n+1))
	}
	io.WriteString(w, "["+strings.Join(items, ",")+"]")
}
