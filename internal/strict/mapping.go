package strict

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Pair is one entry of a mapping.
type Pair struct {
	Key   *yaml.Node // its Value is the name
	Value *yaml.Node
}

// Pairs lists the entries of a mapping in order, each name once. A node that is no mapping, a key that is no string and
// a name that is written twice are problems; name is what the node is, for the message, and may be empty.
func Pairs(node *yaml.Node, name string) ([]Pair, []Problem) {
	if node.Kind != yaml.MappingNode {
		return nil, []Problem{At(node, "%sexpected a mapping, found %s", label(name), found(node))}
	}
	var pairs []Pair
	var problems []Problem
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!null" {
			problems = append(problems, At(key, "%sexpected a name as the key, found %s", label(name), found(key)))
			continue
		}
		if before := first[key.Value]; before != nil {
			problems = append(problems, At(key, "%s is written twice; it is on line %d already", quote(key.Value), before.Line))
			continue
		}
		first[key.Value] = key
		pairs = append(pairs, Pair{key, node.Content[i+1]})
	}
	return pairs, problems
}

// Field is the value under name in a mapping, nil where there is none.
func Field(node *yaml.Node, name string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return nil
}

// Unknown is the problem of a name that is none of known: `no check is named "summry"; did you mean "summary"?` The noun
// is what it should have named.
func Unknown(node *yaml.Node, noun, name string, known []string) Problem {
	if near := Nearest(name, known); near != "" {
		return At(node, "no %s is named %s; did you mean %s?", noun, quote(name), quote(near))
	}
	if len(known) == 0 {
		return At(node, "no %s is named %s; there are none here", noun, quote(name))
	}
	return At(node, "no %s is named %s; write one of %s", noun, quote(name), strings.Join(known, ", "))
}

func (d *decoding) structure(node *yaml.Node, v reflect.Value, name string) {
	pairs, problems := Pairs(node, name)
	d.add(problems...)
	fields, names := Fields(v.Type())
	for _, p := range pairs {
		index, ok := fields[p.Key.Value]
		if !ok {
			d.add(Unknown(p.Key, "key", p.Key.Value, names))
			continue
		}
		d.value(p.Value, v.FieldByIndex(index), p.Key.Value)
	}
}

// Fields lists the keys of a struct type as [Decode] reads them, in order, and where each field is. Fields of an
// embedded struct with the option "inline" are the struct's own.
func Fields(t reflect.Type) (index map[string][]int, names []string) {
	index = map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		inline := strings.Contains(options, "inline")
		if name == "-" || inline || !f.IsExported() || !reached(t, f.Index) {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		if _, ok := index[name]; !ok {
			names = append(names, name)
		}
		index[name] = f.Index
	}
	return index, names
}

// reached reports whether every struct on the way to a promoted field is inline.
func reached(t reflect.Type, index []int) bool {
	for i := 1; i < len(index); i++ {
		f := t.FieldByIndex(index[:i])
		if f.Type.Kind() != reflect.Struct || !strings.Contains(f.Tag.Get("yaml"), ",inline") {
			return false
		}
	}
	return true
}

func (d *decoding) mapping(node *yaml.Node, v reflect.Value, name string) {
	pairs, problems := Pairs(node, name)
	d.add(problems...)
	fresh := reflect.MakeMap(v.Type())
	for _, p := range pairs {
		key, element := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		d.value(p.Key, key, name)
		d.value(p.Value, element, p.Key.Value)
		fresh.SetMapIndex(key, element)
	}
	v.Set(fresh)
}
