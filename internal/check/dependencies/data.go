package dependencies

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// object is a mapping of a JSON or TOML file. Names are looked up letter by letter: the decoding into structs of
// encoding/json takes "Dependencies" for "dependencies", and no package manager does.
type object map[string]any

func (o object) text(key string) string {
	s, _ := o[key].(string)
	return s
}

func (o object) bool(key string) bool {
	b, _ := o[key].(bool)
	return b
}

func (o object) object(keys ...string) object {
	for _, key := range keys {
		o = asObject(o[key])
	}
	return o
}

func (o object) list(key string) []any { return asList(o[key]) }

// objects are the mappings of a list.
func (o object) objects(key string) []object {
	var out []object
	for _, item := range o.list(key) {
		if m := asObject(item); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func (o object) texts(key string) []string {
	if s, ok := o[key].(string); ok {
		return []string{s}
	}
	var out []string
	for _, item := range o.list(key) {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// keys are in order, so that what is said does not change from run to run.
func (o object) keys() []string {
	keys := make([]string, 0, len(o))
	for key := range o {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func asObject(v any) object {
	m, _ := v.(map[string]any)
	return m
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

var errNoObject = errors.New("it is no mapping")

func fromJSON(text string) (object, error) {
	var v any
	if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &v); err != nil {
		return nil, err
	}
	o := asObject(v)
	if o == nil {
		return nil, errNoObject
	}
	return o, nil
}

// maxNesting is deeper than any manifest. The TOML library calls itself once a level.
const maxNesting = 500

func fromTOML(text string) (object, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Count(line, "[")+strings.Count(line, "{") > 20*maxNesting || strings.Count(line, ".") > 20*maxNesting {
			return nil, errors.New("it is nested too deep")
		}
	}
	o := map[string]any{}
	if err := toml.Unmarshal([]byte(text), &o); err != nil {
		return nil, err
	}
	return o, nil
}

// node is an XML element with what is in it.
type node struct {
	name  string
	attrs map[string]string
	text  string
	nodes []*node
}

func fromXML(text string) (*node, error) {
	dec := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	dec.Strict = true
	dec.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "us-ascii", "iso-8859-1", "windows-1252", "utf-16": // names and versions are ASCII; editors of .NET write utf-16 and save otherwise
			return in, nil
		}
		return nil, fmt.Errorf("the encoding %q is not read", charset)
	}
	top := &node{}
	stack := []*node{top}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		at := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > maxNesting {
				return nil, errors.New("it is nested too deep")
			}
			n := &node{name: t.Name.Local, attrs: map[string]string{}}
			for _, a := range t.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			at.nodes = append(at.nodes, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(at.text) < 4096 {
				at.text += string(t)
			}
		}
	}
	if len(top.nodes) == 0 {
		return nil, errors.New("it has no element")
	}
	return top.nodes[0], nil
}

// child is the first element of that name, an empty one where there is none.
func (n *node) child(name string) *node {
	for _, c := range n.nodes {
		if c.name == name {
			return c
		}
	}
	return &node{}
}

// value is the text of the first element of that name.
func (n *node) value(name string) string { return strings.TrimSpace(n.child(name).text) }

// attr looks an attribute up as .NET does: by any case.
func (n *node) attr(names ...string) string {
	for _, name := range names {
		for key, value := range n.attrs {
			if strings.EqualFold(key, name) {
				return strings.TrimSpace(value)
			}
		}
	}
	return ""
}

// each calls see for every element of a name at any depth, with those above it.
func (n *node) each(name string, see func(n *node, above []string)) { n.walk(nil, name, see) }

func (n *node) walk(above []string, name string, see func(n *node, above []string)) {
	for _, c := range n.nodes {
		if strings.EqualFold(c.name, name) {
			see(c, append(slices.Clip(above), n.name))
		}
		c.walk(append(slices.Clip(above), n.name), name, see)
	}
}
