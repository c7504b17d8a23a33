package sandbox

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// description is GitHub's OpenAPI description, which calls are held against. Nil checks nothing.
type description struct{ doc *openapi3.T }

// readDescription reads the description. Where there is no file, why says that nothing is checked.
func readDescription(path string) (d *description, why string, err error) {
	if path == "" {
		return nil, "requests are not held against GitHub's description: no path to it was given", nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if errors.Is(err, os.ErrNotExist) {
		return nil, "requests are not held against GitHub's description: there is no " + path, nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("GitHub's description: %w", err)
	}
	if data, err = widened(data); err != nil {
		return nil, "", fmt.Errorf("GitHub's description %s: %w", path, err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, "", fmt.Errorf("GitHub's description %s: %w", path, err)
	}
	return &description{doc: doc}, "", nil
}

// moreOperations are operations that a cut of the description may lack, of the npm package @octokit/openapi 23.0.2 (MIT,
// Copyright (c) 2020 GitHub), without prose.
//
//go:embed openapi.json
var moreOperations []byte

// widened is a description with the operations of ours that it doesn't have. What it has stays as it is.
func widened(data []byte) ([]byte, error) {
	var doc, more map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(moreOperations, &more); err != nil {
		return nil, err
	}
	add(doc, more, "paths")
	into, _ := doc["components"].(map[string]any)
	from, _ := more["components"].(map[string]any)
	for kind := range from {
		add(into, from, kind)
	}
	return json.Marshal(doc)
}

// add puts the members of more[key] into doc[key], those that are there left alone.
func add(doc, more map[string]any, key string) {
	into, _ := doc[key].(map[string]any)
	from, _ := more[key].(map[string]any)
	if into == nil || from == nil {
		return
	}
	for name, value := range from {
		if _, there := into[name]; !there {
			into[name] = value
		}
	}
}

// depart keeps a departure, once.
func (s *Sandbox) depart(format string, args ...any) {
	if d := fmt.Sprintf(format, args...); !slices.Contains(s.departures, d) {
		s.departures = append(s.departures, d)
	}
}

// request keeps what is wrong with a call.
func (d *description) request(s *Sandbox, rt *route, c *call) {
	if rt == nil {
		s.depart("%s %s: no such operation in the sandbox", c.r.Method, c.r.URL.Path)
		return
	}
	if d == nil || tolerated(rt, c) {
		return
	}
	in, err := d.input(rt, c)
	if err != nil {
		s.depart("%s: %v", rt, err)
		return
	}
	if err := openapi3filter.ValidateRequest(c.r.Context(), in); err != nil {
		s.depart("%s: %s", rt, short(err))
	}
	for name := range c.query {
		known := slices.ContainsFunc(parameters(in.Route), func(p *openapi3.Parameter) bool { return p.In == "query" && p.Name == name })
		if !known {
			s.depart("%s: the description has no query parameter %q", rt, name)
		}
	}
}

// tolerated are two habits of the clients that depart from the description and that GitHub takes: ghinstallation posts
// "null" for a token, and go-github a bare list of labels.
func tolerated(rt *route, c *call) bool {
	body := strings.TrimSpace(string(c.body))
	return strings.HasSuffix(rt.pattern, "/access_tokens") && body == "null" ||
		rt.method == http.MethodPost && strings.HasSuffix(rt.pattern, "/labels") && strings.HasPrefix(body, "[")
}

func (d *description) input(rt *route, c *call) (*openapi3filter.RequestValidationInput, error) {
	item := d.doc.Paths.Value(rt.pattern)
	if item == nil || item.GetOperation(rt.method) == nil {
		return nil, errors.New("the description has no such operation")
	}
	r := c.r.Clone(c.r.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	if len(bytes.TrimSpace(c.body)) == 0 {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	return &openapi3filter.RequestValidationInput{
		Request: r, PathParams: c.params, QueryParams: c.query,
		Route: &routers.Route{Spec: d.doc, Path: rt.pattern, PathItem: item, Method: rt.method, Operation: item.GetOperation(rt.method)},
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, RejectWhenRequestBodyNotSpecified: true, SkipSettingDefaults: true,
		},
	}, nil
}

func parameters(r *routers.Route) []*openapi3.Parameter {
	var out []*openapi3.Parameter
	for _, list := range []openapi3.Parameters{r.PathItem.Parameters, r.Operation.Parameters} {
		for _, ref := range list {
			out = append(out, ref.Value)
		}
	}
	return out
}

// answer says what is wrong with one of the sandbox's own answers, "" where nothing is. Errors are left alone: the
// description has them only in part.
func (d *description) answer(rt *route, c *call, status int, data []byte) string {
	// The description wants the account of a listed installation to be a person and an enterprise at once.
	if d == nil || rt == nil || status >= 300 || rt.pattern == "/app/installations" {
		return ""
	}
	in, err := d.input(rt, c)
	if err != nil {
		return ""
	}
	header := http.Header{}
	if data != nil {
		header.Set("Content-Type", "application/json")
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	out.SetBodyBytes(data)
	if err := openapi3filter.ValidateResponse(c.r.Context(), out); err != nil {
		return fmt.Sprintf("answer to %s: %s", rt, short(err))
	}
	return ""
}

// short is an error without the schema and the value that kin-openapi adds to it.
func short(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\nSchema:")
	if len(text) > 600 {
		text = text[:600]
	}
	return strings.ReplaceAll(text, "\n", " ")
}
