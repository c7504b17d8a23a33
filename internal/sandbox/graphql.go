package sandbox

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
)

//go:embed schema.graphql
var schemaText string

var schema = gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: schemaText})

// thing is a GraphQL object: its type and its fields. A field's value is a scalar, a *thing, a list of them, nil, or a
// resolver that makes one of these.
type thing struct {
	kind   string
	fields map[string]any
}

// resolver makes a field's value from its arguments, when it is asked for.
type resolver func(args map[string]any) (any, *problem)

// problem is an entry of "errors": GitHub's type and message. The field at hand becomes null.
type problem struct{ kind, message string }

// graphQL answers a query or a mutation.
func (s *Sandbox) graphQL(w http.ResponseWriter, r *http.Request) {
	c := &call{r: r, query: r.URL.Query(), header: http.Header{}}
	var err error
	if c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		write(w, c, refuse(http.StatusRequestEntityTooLarge, "Request body too large"))
		return
	}
	s.mu.Lock()
	s.calls[kindOf(c.body)]++
	rep := s.authenticate(c, byToken)
	if rep == nil {
		rep = s.overLimit(c)
	}
	if rep == nil {
		rep = s.execute(c)
	}
	data := encode(rep)
	s.mu.Unlock()
	s.limit(c, rep.status)
	if c.header.Get("X-RateLimit-Resource") != "" {
		c.header.Set("X-RateLimit-Resource", "graphql")
	}
	writeData(w, c, rep.status, data)
}

// kindOf is under which name a call counts: what writes counts apart.
func kindOf(body []byte) string {
	var ask struct{ Query string }
	if json.Unmarshal(body, &ask) == nil && strings.HasPrefix(strings.TrimSpace(ask.Query), "mutation") {
		return "POST /graphql mutation"
	}
	return "POST /graphql"
}

// mostParsed bounds the queries that are kept parsed.
const mostParsed = 200

// parse parses and validates a query, once: who benchmarks asks the same again and again.
func (s *Sandbox) parse(query string) (*ast.QueryDocument, gqlerror.List) {
	if doc := s.parsed[query]; doc != nil {
		return doc, nil
	}
	doc, errs := gqlparser.LoadQueryWithRules(schema, query, nil)
	if errs == nil {
		if len(s.parsed) >= mostParsed || s.parsed == nil {
			s.parsed = map[string]*ast.QueryDocument{}
		}
		s.parsed[query] = doc
	}
	return doc, errs
}

// execute parses, validates and runs what a call asks. What the schema does not allow is refused and kept as a
// departure.
func (s *Sandbox) execute(c *call) *reply {
	var ask struct {
		Query         string
		Variables     map[string]any
		OperationName string
	}
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.UseNumber()
	if err := decoder.Decode(&ask); err != nil || ask.Query == "" {
		return refuse(http.StatusBadRequest, "A query attribute must be specified and must be a string.")
	}
	doc, errs := s.parse(ask.Query)
	if errs != nil {
		return s.unacceptable(errs)
	}
	op := doc.Operations.ForName(ask.OperationName)
	if op == nil {
		return ok(obj{"errors": []any{obj{"message": "An operation name is required"}}})
	}
	vars, err := validator.VariableValues(schema, op, ask.Variables)
	if err != nil {
		return s.unacceptable(gqlerror.List{gqlerror.WrapIfUnwrapped(err)})
	}
	e := &execution{s: s, c: c, vars: vars}
	root := &thing{kind: "Query", fields: e.query()}
	if op.Operation == ast.Mutation {
		s.wrote(c, kindOf(c.body))
		root = &thing{kind: "Mutation", fields: e.mutation()}
	}
	data, _ := e.selection(root, op.SelectionSet, nil)
	out := &ordered{}
	out.set("data", data)
	if len(e.errors) > 0 {
		out.set("errors", e.errors)
	}
	return ok(out)
}

func (s *Sandbox) unacceptable(errs gqlerror.List) *reply {
	list := []any{}
	for _, err := range errs {
		s.depart("POST /graphql: %s", err.Message)
		entry := obj{"message": err.Message, "extensions": obj{"code": "undefinedField"}}
		if len(err.Locations) > 0 {
			entry["locations"] = err.Locations
		}
		list = append(list, entry)
	}
	return ok(obj{"errors": list})
}

// execution is one run of an operation.
type execution struct {
	s      *Sandbox
	c      *call
	vars   map[string]any
	errors []any
}

// selection answers the fields of a thing. It fails where a field that may not be null has nothing, so that the thing
// itself becomes null.
func (e *execution) selection(t *thing, set ast.SelectionSet, path []any) (*ordered, bool) {
	out := &ordered{}
	for _, f := range e.collect(t, set, nil) {
		at := slices.Concat(path, []any{f.Alias})
		if f.Name == "__typename" {
			out.set(f.Alias, t.kind)
			continue
		}
		value, known := t.fields[f.Name]
		if !known {
			e.s.depart("POST /graphql: the sandbox has no %s.%s", t.kind, f.Name)
			e.fail(at, &problem{"INTERNAL", fmt.Sprintf("the sandbox has no %s.%s", t.kind, f.Name)})
		}
		if resolve, is := value.(resolver); is {
			var wrong *problem
			if value, wrong = resolve(f.ArgumentMap(e.vars)); wrong != nil {
				e.fail(at, wrong)
				value = nil
			}
		}
		done, fine := e.complete(f.Definition.Type, value, f.SelectionSet, at)
		if !fine {
			return nil, false
		}
		out.set(f.Alias, done)
	}
	return out, true
}

// collect is the fields of a selection that apply to a thing, fragments laid open and what is skipped left out. Fields
// of one name are asked together.
func (e *execution) collect(t *thing, set ast.SelectionSet, list []*ast.Field) []*ast.Field {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if e.wanted(sel.Directives) {
				list = joined(list, sel)
			}
		case *ast.InlineFragment:
			if e.wanted(sel.Directives) && is(t.kind, sel.TypeCondition) {
				list = e.collect(t, sel.SelectionSet, list)
			}
		case *ast.FragmentSpread:
			if e.wanted(sel.Directives) && is(t.kind, sel.Definition.TypeCondition) {
				list = e.collect(t, sel.Definition.SelectionSet, list)
			}
		}
	}
	return list
}

func joined(list []*ast.Field, f *ast.Field) []*ast.Field {
	for i, old := range list {
		if old.Alias == f.Alias {
			both := *old
			both.SelectionSet = slices.Concat(old.SelectionSet, f.SelectionSet)
			list[i] = &both
			return list
		}
	}
	return append(list, f)
}

func (e *execution) wanted(list ast.DirectiveList) bool {
	for _, d := range list {
		on, _ := d.ArgumentMap(e.vars)["if"].(bool)
		if d.Name == "skip" && on || d.Name == "include" && !on {
			return false
		}
	}
	return true
}

// is reports whether a kind is of a type: itself, or a member of the interface or union.
func is(kind, of string) bool {
	if of == "" || of == kind {
		return true
	}
	for _, possible := range schema.PossibleTypes[of] {
		if possible.Name == kind {
			return true
		}
	}
	return false
}

// complete turns a value into what is answered, by its type in the schema.
func (e *execution) complete(t *ast.Type, value any, set ast.SelectionSet, path []any) (any, bool) {
	if missing(value) {
		return nil, !t.NonNull
	}
	if t.Elem != nil {
		out := []any{}
		for i, item := range value.([]*thing) {
			done, fine := e.complete(t.Elem, item, set, append(path[:len(path):len(path)], i))
			if !fine {
				return nil, !t.NonNull
			}
			out = append(out, done)
		}
		return out, true
	}
	inner, is := value.(*thing)
	if !is {
		return value, true
	}
	done, fine := e.selection(inner, set, path)
	if !fine {
		return nil, !t.NonNull
	}
	return done, true
}

// missing reports whether a value is nothing, a nil thing included.
func missing(value any) bool {
	if t, is := value.(*thing); is {
		return t == nil
	}
	return value == nil
}

func (e *execution) fail(path []any, p *problem) {
	e.errors = append(e.errors, obj{"type": p.kind, "path": path, "message": p.message})
}

// ordered is a JSON object in the order in which it was asked for.
type ordered struct {
	keys   []string
	values []any
}

func (o *ordered) set(key string, value any) {
	o.keys, o.values = append(o.keys, key), append(o.values, value)
}

// MarshalJSON writes the fields in order.
func (o *ordered) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("null"), nil
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		k, _ := json.Marshal(key)
		v, err := json.Marshal(o.values[i])
		if err != nil {
			return nil, err
		}
		b.Write(k)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
