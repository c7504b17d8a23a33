package main

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/invopop/jsonschema"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/strict"
)

const module = "github.com/sluicegate/sluice"

// sources are the packages whose comments describe the keys, seen from config.
var sources = []string{"../internal/policy", "../internal/check", "../internal/agent"}

// generator reflects the types as strict.Decode reads them.
type generator struct {
	*jsonschema.Reflector
	checks []check.Check
}

// Schema is the JSON Schema of a policy file that can name the checks. The current folder is config.
func Schema(checks []check.Check) ([]byte, error) {
	g := &generator{checks: checks, Reflector: &jsonschema.Reflector{
		Anonymous: true, DoNotReference: true, FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true,
		KeyNamer: strings.ToLower, // a field without a tag; the names in tags are in lower case
	}}
	for _, dir := range sources {
		if err := g.AddGoComments(module+"/config", dir, jsonschema.WithFullComment()); err != nil {
			return nil, err
		}
	}
	comments := g.CommentMap
	g.CommentMap = nil
	g.LookupComment = func(t reflect.Type, field string) string {
		if field == "" {
			return "" // a type's comment is for Go programmers
		}
		return describe(field, comments[t.PkgPath()+"."+t.Name()+"."+field])
	}
	g.Mapper = g.known
	s := g.Reflect(policy.File{})
	if rules, ok := s.Properties.Get("rules"); ok {
		when, _ := rules.Items.Properties.Get("when")
		size, _ := when.Properties.Get("size")
		least := uint64(1)
		when.MinProperties, size.MinProperties = &least, &least
	}
	s.Title = "Sluice policy"
	s.Description = "What an organisation wants of agents' pull requests. \"sluice lint\" finds what a schema cannot."
	return indented(s)
}

// describe turns a field's comment, "MinWords is how many …", into a sentence for people who do not see the Go name.
func describe(field, comment string) string {
	comment = strings.Join(strings.Fields(comment), " ")
	rest, ok := strings.CutPrefix(comment, field+" ")
	if !ok && comment != "" {
		return sentence(comment)
	} else if !ok {
		return ""
	}
	for _, verb := range []string{"is ", "are ", "has ", "have "} {
		rest = strings.TrimPrefix(rest, verb)
	}
	return sentence(rest)
}

// sentence is s with a capital and a full stop.
func sentence(s string) string {
	runes := []rune(strings.TrimSuffix(s, "."))
	if len(runes) == 0 {
		return ""
	}
	runes[0] = unicode.ToUpper(runes[0])
	return string(runes) + "."
}

// known maps the types that strict.Decode reads in a way of their own; nil for all others.
func (g *generator) known(t reflect.Type) *jsonschema.Schema {
	zero := reflect.Zero(t).Interface()
	if e, ok := zero.(strict.Enum); ok && t.Kind() == reflect.String {
		return words(e)
	}
	switch {
	case t == reflect.TypeFor[policy.Settings]():
		return g.settings()
	case t == reflect.TypeFor[policy.Approvals]():
		return g.approvals()
	case t == reflect.TypeFor[policy.Definition]():
		return g.definition()
	case t == reflect.TypeFor[time.Duration]():
		return &jsonschema.Schema{Type: "string", Examples: []any{"24h"}}
	case t.Kind() == reflect.Slice && one(zero):
		item, most := g.inner(t.Elem()), uint64(1)
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{item, {Type: "array", Items: item, MinItems: &most}}}
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		m := &jsonschema.Schema{Type: "object", AdditionalProperties: g.inner(t.Elem())}
		if e, ok := reflect.Zero(t.Key()).Interface().(strict.Enum); ok {
			m.PropertyNames = words(e)
		}
		return m
	case t.Kind() != reflect.String && reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return &jsonschema.Schema{Type: "string"}
	}
	return nil
}

func one(v any) bool {
	_, ok := v.(interface{ One() })
	return ok
}

func words(e strict.Enum) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, word := range e.Values() {
		s.Enum = append(s.Enum, word)
	}
	return s
}

// inner is the schema of a type within another.
func (g *generator) inner(t reflect.Type) *jsonschema.Schema {
	s := g.ReflectFromType(t)
	s.Version = ""
	return s
}

// definition is the schema of an agent: it has a slug, and each of its signs a source.
func (g *generator) definition() *jsonschema.Schema {
	s := g.inner(reflect.TypeFor[agent.Fingerprint]())
	s.Required = []string{"slug"}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		if items := p.Value.Items; items != nil && items.Properties != nil {
			if _, sign := items.Properties.Get("source"); sign {
				items.Required = []string{"source"}
			}
		}
	}
	return s
}

// settings is the schema of "checks": each check with its level and its options.
func (g *generator) settings() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	for _, c := range g.checks {
		s.Properties.Set(c.Name, g.setting(c))
	}
	return s
}

// setting is the schema of one check: its level and its options.
func (g *generator) setting(c check.Check) *jsonschema.Schema {
	t := reflect.TypeOf(c.Options())
	options := g.inner(t)
	fields, names := strict.Fields(t)
	for _, name := range names {
		if p, ok := options.Properties.Get(name); ok {
			p.Default = presented(reflect.ValueOf(c.Options()).FieldByIndex(fields[name]))
		}
	}
	level := words(policy.Level(""))
	level.Description = "What a failure costs: the gate (require), a remark (warn), or the check does not run (off)."
	options.Properties.Set("level", level)
	_ = options.Properties.MoveToFront("level")
	options.Description = sentence(c.About())
	return options
}

// approvals is the schema of what a rule says of the check "approvals"; without that check there is nothing to say.
func (g *generator) approvals() *jsonschema.Schema {
	for _, c := range g.checks {
		if c.Name == "approvals" {
			return g.setting(c)
		}
	}
	return jsonschema.FalseSchema
}

// presented is a default as a policy would write it.
func presented(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.String()
	case encoding.TextMarshaler:
		text, _ := x.MarshalText()
		return string(text)
	case fmt.Stringer:
		return x.String()
	}
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return []any{}
	case v.Kind() == reflect.Map && v.IsNil():
		return map[string]any{}
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil
	}
	return v.Interface()
}
