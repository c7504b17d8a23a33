package strict

import (
	"encoding"
	"fmt"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"
)

// Decoder is a type that reads its own node and reports what is wrong with it.
type Decoder interface {
	DecodeStrict(node *yaml.Node) []Problem
}

// Enum is a string type of few words. Its zero value lists them, in the order in which people should read them.
type Enum interface {
	Values() []string
}

// List is a list that may also be written as its only item: "agent: devin" for "agent: [devin]".
type List[T any] []T

// One marks a [List] for the decoder and for a schema.
func (List[T]) One() {}

type one interface{ One() }

// maxProblems bounds what one call reports: nobody reads more, and a hostile file could have a million.
const maxProblems = 100

// Decode lays node over the value that into points to: what the node does not say stays, a list or a map that it names
// is replaced whole, a struct's fields are laid over one by one. Field names are those of the yaml tags, else the Go
// name in lower case. Unknown and repeated keys, words outside an [Enum] and wrong types are problems, all of them at
// once, sorted by nothing but their order in the file. With any problem what into points to is half changed.
//
// Fields can be strings, numbers, booleans, durations ("24h"), structs, pointers, slices, maps with string keys,
// yaml.Node, and what is a [Decoder], yaml.Unmarshaler or encoding.TextUnmarshaler. What into had before is not
// written through: slices, maps and pointers are made anew.
func Decode(node *yaml.Node, into any) []Problem {
	if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
		node = node.Content[0]
	}
	var d decoding
	d.value(node, reflect.ValueOf(into).Elem(), "")
	return d.problems
}

// At is a problem at the place of node, which may be nil.
func At(node *yaml.Node, format string, args ...any) Problem {
	p := Problem{Message: fmt.Sprintf(format, args...)}
	if node != nil {
		p.Line, p.Column = node.Line, node.Column
	}
	return p
}

// decoding is one call of Decode.
type decoding struct{ problems []Problem }

func (d *decoding) add(problems ...Problem) {
	d.problems = append(d.problems, problems[:min(len(problems), maxProblems-len(d.problems))]...)
}

// value decodes node into v, which is what name says; an empty name is the root.
func (d *decoding) value(node *yaml.Node, v reflect.Value, name string) {
	if node.Kind == yaml.AliasNode {
		d.add(At(node, "aliases are not taken; write the value out"))
		return
	}
	if d.itself(node, v, name) {
		return
	}
	if _, ok := v.Interface().(Enum); ok && v.Kind() == reflect.String {
		d.enum(node, v, name)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			fresh.Elem().Set(v.Elem())
		}
		d.value(node, fresh.Elem(), name)
		v.Set(fresh)
	case reflect.Struct:
		d.structure(node, v, name)
	case reflect.Map:
		d.mapping(node, v, name)
	case reflect.Slice:
		d.list(node, v, name)
	default:
		d.scalar(node, v, name)
	}
}

// itself decodes the types that know how, and reports whether v is one.
func (d *decoding) itself(node *yaml.Node, v reflect.Value, name string) bool {
	switch into := v.Addr().Interface().(type) {
	case *yaml.Node:
		*into = *node
	case *time.Duration:
		d.duration(node, into, name)
	case Decoder:
		d.add(into.DecodeStrict(node)...)
	case yaml.Unmarshaler:
		if err := into.UnmarshalYAML(node); err != nil {
			d.add(At(node, "%s%v", label(name), err))
		}
	case encoding.TextUnmarshaler:
		if node.Kind != yaml.ScalarNode || node.ShortTag() == "!!null" {
			d.mismatch(node, v.Type(), name)
		} else if err := into.UnmarshalText([]byte(node.Value)); err != nil {
			d.add(At(node, "%s%v", label(name), err))
		}
	default:
		return false
	}
	return true
}

func (d *decoding) list(node *yaml.Node, v reflect.Value, name string) {
	items := node.Content
	if _, ok := v.Interface().(one); ok && node.Kind == yaml.ScalarNode && node.ShortTag() != "!!null" {
		items = []*yaml.Node{node}
	} else if node.Kind != yaml.SequenceNode {
		d.mismatch(node, v.Type(), name)
		return
	}
	fresh := reflect.MakeSlice(v.Type(), 0, 0)
	for _, item := range items {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(item, element, name)
		fresh = reflect.Append(fresh, element)
	}
	v.Set(fresh)
}
