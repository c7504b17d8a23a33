package controlplane

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"
)

const (
	maxDepth = 100
	maxNodes = 200_000 // of one file, aliases written out
)

var errDeep = fmt.Errorf("it is nested more than %d levels deep", maxDepth)

type valueKind byte

const (
	scalar valueKind = iota
	sequence
	mapping
)

// value is a part of a file of settings, whichever form it has. The methods of a nil value answer as for nothing.
type value struct {
	kind   valueKind
	text   string // of a scalar: "true", "12", or its words
	quoted bool   // the scalar is a string for certain
	line   int    // of its name, or of itself where it has none; 0 where that is not known
	items  []*value
	keys   []string // in the order of the file
	fields map[string]*value
}

func (v *value) set(key string, item *value) {
	if v.fields == nil {
		v.fields = map[string]*value{}
	}
	if _, twice := v.fields[key]; !twice {
		v.keys = append(v.keys, key)
	}
	v.fields[key] = item
}

// get is the value below the names, nil where there is none.
func (v *value) get(names ...string) *value {
	for _, name := range names {
		if v == nil {
			return nil
		}
		v = v.fields[name]
	}
	return v
}

// str is a scalar's text, "" for anything else.
func (v *value) str() string {
	if v == nil || v.kind != scalar || !v.quoted && v.text == "null" {
		return ""
	}
	return v.text
}

func (v *value) at() int {
	if v == nil {
		return 0
	}
	return v.line
}

// strings are the scalars of a list, or a scalar as its only one.
func (v *value) strings() []string {
	if v == nil {
		return nil
	}
	if v.kind == scalar {
		if s := v.str(); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, item := range v.items {
		if s := item.str(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// equal reports whether two values say the same; the order of names does not count.
func (v *value) equal(w *value) bool {
	if v == nil || w == nil {
		return v == w
	}
	if v.kind != w.kind || v.text != w.text || len(v.items) != len(w.items) || len(v.fields) != len(w.fields) {
		return false
	}
	for i := range v.items {
		if !v.items[i].equal(w.items[i]) {
			return false
		}
	}
	for key, item := range v.fields {
		if other, ok := w.fields[key]; !ok || !item.equal(other) {
			return false
		}
	}
	return true
}

// walk visits every scalar with the names that lead to it; a list's items have the name of the list.
func (v *value) walk(visit func(names []string, v *value)) { v.walkFrom(nil, visit) }

func (v *value) walkFrom(names []string, visit func([]string, *value)) {
	if v == nil {
		return
	}
	if v.kind == scalar {
		visit(names, v)
		return
	}
	for _, item := range v.items {
		item.walkFrom(names, visit)
	}
	for _, key := range v.keys {
		v.fields[key].walkFrom(append(slices.Clip(names), key), visit)
	}
}

// form is the value written out on one line, with names in order.
func (v *value) form() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v *value) write(b *strings.Builder) {
	if v == nil || b.Len() > 2000 {
		return
	}
	switch v.kind {
	case scalar:
		b.WriteString(v.text)
	case sequence:
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(' ')
			}
			item.write(b)
		}
	case mapping:
		keys := slices.Clone(v.keys)
		slices.Sort(keys)
		for i, key := range keys {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(key + "=")
			v.fields[key].write(b)
		}
	}
}

// parse reads a text by the form that its path names.
func parse(p, s string) (*value, error) {
	switch strings.ToLower(path.Ext(p)) {
	case ".json", ".jsonc", ".json5", ".code-workspace":
		return parseJSON(s)
	case ".toml":
		return parseTOML(s)
	case ".yml", ".yaml":
		return parseYAML(s)
	}
	if t := strings.TrimSpace(s); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "//") || strings.HasPrefix(t, "/*") {
		return parseJSON(s)
	}
	return parseYAML(s)
}

func parseYAML(s string) (v *value, err error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(s), &doc); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return &value{kind: mapping, line: 1}, nil
	}
	b := builder{}
	return b.yaml(doc.Content[0], 0)
}

// builder counts the parts of a file, so that few aliases cannot stand for a million.
type builder struct{ nodes int }

func (b *builder) yaml(n *yaml.Node, depth int) (*value, error) {
	if b.nodes++; b.nodes > maxNodes {
		return nil, fmt.Errorf("it has more than %d parts", maxNodes)
	}
	if depth > maxDepth {
		return nil, errDeep
	}
	v := &value{line: n.Line}
	switch n.Kind {
	case yaml.AliasNode:
		return b.yaml(n.Alias, depth+1)
	case yaml.ScalarNode:
		v.text, v.quoted = n.Value, n.ShortTag() == "!!str"
		switch n.ShortTag() {
		case "!!bool":
			v.text = strings.ToLower(n.Value)
			if t := map[string]string{"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}[v.text]; t != "" {
				v.text = t
			}
		case "!!null":
			v.text = "null"
		}
	case yaml.SequenceNode:
		v.kind = sequence
		for _, item := range n.Content {
			w, err := b.yaml(item, depth+1)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, w)
		}
	case yaml.MappingNode:
		v.kind = mapping
		for i := 0; i+1 < len(n.Content); i += 2 {
			w, err := b.yaml(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			if n.Content[i+1].Kind == yaml.AliasNode {
				copied := *w
				w = &copied
			}
			w.line = n.Content[i].Line
			v.set(n.Content[i].Value, w)
		}
	}
	return v, nil
}

func parseTOML(s string) (*value, error) {
	var doc map[string]any
	if err := toml.Unmarshal([]byte(s), &doc); err != nil {
		return nil, err
	}
	t := tomlLines{}
	for n, l := range strings.Split(s, "\n") {
		t.lines = append(t.lines, line{n + 1, l})
	}
	return t.value(doc, 0, 0, &builder{})
}

// tomlLines finds names again: the decoder does not say where they stand.
type tomlLines struct {
	lines  []line
	looked int // lines that were looked at
}

// maxLooked bounds the search for names, of which a file can have many.
const maxLooked = 100_000

// find is the number of the first line after the one given that sets or opens a name; the one given where there is none.
func (t *tomlLines) find(name string, after int) int {
	for _, l := range t.lines[min(after, len(t.lines)):] {
		if t.looked++; t.looked > maxLooked {
			break
		}
		s := strings.TrimSpace(l.text)
		if rest, ok := strings.CutPrefix(strings.Trim(s, `[]"' `), name); ok && (rest == "" || strings.ContainsAny(rest[:1], " =.\"'")) {
			return l.n
		}
		if strings.HasPrefix(s, "[") && (strings.Contains(s, "."+name) || strings.Contains(s, `."`+name)) {
			return l.n
		}
	}
	return after
}

func (t *tomlLines) value(x any, n, depth int, b *builder) (*value, error) {
	if b.nodes++; b.nodes > maxNodes {
		return nil, fmt.Errorf("it has more than %d parts", maxNodes)
	}
	if depth > maxDepth {
		return nil, errDeep
	}
	v := &value{line: n}
	switch x := x.(type) {
	case map[string]any:
		v.kind = mapping
		names := make([]string, 0, len(x))
		for name := range x {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			w, err := t.value(x[name], t.find(name, n), depth+1, b)
			if err != nil {
				return nil, err
			}
			v.set(name, w)
		}
	case []any:
		v.kind = sequence
		for _, item := range x {
			w, err := t.value(item, n, depth+1, b)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, w)
		}
	case string:
		v.text, v.quoted = x, true
	case bool:
		v.text = strconv.FormatBool(x)
	case time.Time:
		v.text = x.Format(time.RFC3339)
	default:
		v.text = fmt.Sprint(x)
	}
	return v, nil
}
