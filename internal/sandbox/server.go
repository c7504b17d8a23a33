package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// call is one request on its way.
type call struct {
	r      *http.Request
	params map[string]string // of the path
	query  url.Values
	body   []byte
	token  *token // nil for the App's own calls
	repo   *repo  // of the path; nil where that names none
	header http.Header
}

// reply is an answer.
type reply struct {
	status int
	body   any // nil for none
}

func ok(body any) *reply { return &reply{http.StatusOK, body} }

// refuse is an error as GitHub words it.
func refuse(status int, message string, errs ...obj) *reply {
	body := obj{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)}
	if len(errs) > 0 {
		body["errors"] = errs
	}
	return &reply{status, body}
}

func notFound() *reply { return refuse(http.StatusNotFound, "Not Found") }

// invalid is a refusal of one field (docs, "Troubleshooting the REST API", validation failed).
func invalid(resource, field, code, message string) *reply {
	return refuse(http.StatusUnprocessableEntity, "Validation Failed", obj{"resource": resource, "field": field, "code": code, "message": message})
}

// into decodes the body; the refusal is nil where that worked.
func (c *call) into(v any) *reply {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.body, v); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	return nil
}

// number is a parameter of the path, 0 where it is no number.
func (c *call) number(name string) int {
	n, err := strconv.Atoi(c.params[name])
	if err != nil {
		return 0
	}
	return n
}

// maxBody bounds a request. GitHub's own bound is not documented; a check run with full texts and 50 annotations is far
// below this.
const maxBody = 10 << 20

func (s *Sandbox) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/v3/", s.faulty(http.HandlerFunc(s.rest)))
	mux.Handle("POST /api/graphql", s.faulty(http.HandlerFunc(s.graphQL)))
	site := http.NewServeMux()
	site.HandleFunc("GET /{owner}/{repo}/pull/{number}", s.page)
	site.HandleFunc("GET /style.css", s.style)
	site.HandleFunc("POST /settings/apps/new", s.newApp)
	site.HandleFunc("POST /organizations/{org}/settings/apps/new", s.newApp)
	site.HandleFunc("GET /{$}", s.front)
	mux.Handle("/", site)
	return mux
}

// rest answers a REST call.
func (s *Sandbox) rest(w http.ResponseWriter, r *http.Request) {
	c := &call{r: r, query: r.URL.Query(), header: http.Header{}}
	var err error
	if c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		write(w, c, refuse(http.StatusRequestEntityTooLarge, "Request body too large"))
		return
	}
	rt, params := match(r.Method, s.byNumber(strings.TrimPrefix(r.URL.EscapedPath(), "/api/v3")))
	c.params = params
	s.mu.Lock()
	s.spec.request(s, rt, c)
	rep := s.answer(rt, c)
	data := encode(rep)
	if wrong := s.spec.answer(rt, c, rep.status, data); wrong != "" {
		s.depart("%s", wrong)
	}
	s.mu.Unlock()
	if r.Method == http.MethodGet && rep.status == http.StatusOK {
		sum := sha256.Sum256(data)
		etag := `W/"` + hex.EncodeToString(sum[:]) + `"`
		c.header.Set("ETag", etag)
		c.header.Set("Cache-Control", "private, max-age=60, s-maxage=60")
		c.header.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")
		if r.Header.Get("If-None-Match") == etag {
			rep, data = &reply{status: http.StatusNotModified}, nil
		}
	}
	s.limit(c, rep.status)
	writeData(w, c, rep.status, data)
}

// answer finds out who calls and whether they may, then does what is asked.
func (s *Sandbox) answer(rt *route, c *call) *reply {
	if rt == nil {
		s.calls["unknown "+c.r.Method+" "+c.r.URL.Path]++
		return notFound()
	}
	s.calls[rt.String()]++
	if rep := s.authenticate(c, rt.who); rep != nil {
		return rep
	}
	if rep := s.overLimit(c); rep != nil {
		return rep
	}
	if owner, ok := c.params["owner"]; ok {
		c.repo = s.repos[lower(owner+"/"+c.params["repo"])]
		if old := s.moved[lower(owner+"/"+c.params["repo"])]; c.repo == nil && old != nil {
			return s.redirect(c, old)
		}
		if c.repo == nil || c.token != nil && !c.token.sees(c.repo) {
			return notFound()
		}
	}
	if c.token != nil && !c.token.may(rt.needs, c.repo) {
		return refuse(http.StatusForbidden, "Resource not accessible by integration")
	}
	if rt.method != http.MethodGet && rt.who == byToken {
		s.wrote(c, rt.String())
	}
	return rt.handle(s, c)
}

func encode(rep *reply) []byte {
	if rep.body == nil {
		return nil
	}
	data, err := json.Marshal(rep.body)
	if err != nil {
		panic(fmt.Sprintf("sandbox: answer of type %T: %v", rep.body, err))
	}
	return data
}

func write(w http.ResponseWriter, c *call, rep *reply) { writeData(w, c, rep.status, encode(rep)) }

func writeData(w http.ResponseWriter, c *call, status int, data []byte) {
	maps.Copy(w.Header(), c.header)
	w.Header().Set("X-GitHub-Media-Type", "github.v3; format=json")
	if data != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(status)
	_, _ = w.Write(data) //nolint:gosec // JSON, and a page that is escaped; the caller may be gone
}

// overLimit refuses a call of an installation that has used up its hour.
func (s *Sandbox) overLimit(c *call) *reply {
	if c.token == nil || c.token.in == nil {
		return nil
	}
	in := c.token.in
	if now := s.now(); now.After(in.reset) {
		in.used, in.reset = 0, now.Add(hour)
	}
	if in.used < s.opts.RateLimit || strings.HasSuffix(c.r.URL.Path, "/rate_limit") {
		return nil
	}
	return refuse(http.StatusForbidden, fmt.Sprintf("API rate limit exceeded for installation ID %d.", in.id))
}

// limit counts the call and sets the headers that say what is left (docs, "Rate limits for the REST API"). What was not
// modified costs nothing.
func (s *Sandbox) limit(c *call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.token == nil || c.token.in == nil {
		return
	}
	in := c.token.in
	if status != http.StatusNotModified && !strings.HasSuffix(c.r.URL.Path, "/rate_limit") {
		in.used++
	}
	c.header.Set("X-RateLimit-Limit", strconv.Itoa(s.opts.RateLimit))
	c.header.Set("X-RateLimit-Remaining", strconv.Itoa(max(s.opts.RateLimit-in.used, 0)))
	c.header.Set("X-RateLimit-Used", strconv.Itoa(min(in.used, s.opts.RateLimit)))
	c.header.Set("X-RateLimit-Reset", decimal(in.reset.Unix()))
	c.header.Set("X-RateLimit-Resource", "core")
}

// Calls counts the requests so far by kind, "GET /repos/{owner}/{repo}/pulls/{pull_number}", "POST /graphql" for
// a query, "POST /graphql mutation" for what writes.
func (s *Sandbox) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// ResetCalls begins the count anew.
func (s *Sandbox) ResetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.calls)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
