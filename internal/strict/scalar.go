package strict

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

func (d *decoding) scalar(node *yaml.Node, v reflect.Value, name string) {
	tag := node.ShortTag()
	switch v.Kind() {
	case reflect.String:
		// A number or a date where a string is wanted means its own text: a branch "1.10", a label "2024-01-01".
		if tag != "!!str" && tag != "!!int" && tag != "!!float" && tag != "!!timestamp" {
			break
		}
		v.SetString(node.Value)
		return
	case reflect.Bool:
		if tag != "!!bool" || !strings.EqualFold(node.Value, "true") && !strings.EqualFold(node.Value, "false") {
			break
		}
		v.SetBool(strings.EqualFold(node.Value, "true"))
		return
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n int64
		if tag != "!!int" {
			break
		}
		if node.Decode(&n) != nil || v.OverflowInt(n) {
			d.add(At(node, "%s%s is too large a number", label(name), cut(node.Value)))
			return
		}
		v.SetInt(n)
		return
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		var n uint64
		if tag != "!!int" {
			break
		}
		if node.Decode(&n) != nil || v.OverflowUint(n) {
			d.add(At(node, "%s%s is negative or too large a number", label(name), cut(node.Value)))
			return
		}
		v.SetUint(n)
		return
	case reflect.Float32, reflect.Float64:
		var n float64
		if tag != "!!int" && tag != "!!float" {
			break
		}
		if node.Decode(&n) != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			d.add(At(node, "%s%s is no number to reckon with", label(name), cut(node.Value)))
			return
		}
		v.SetFloat(n)
		return
	default:
		d.add(At(node, "%sSluice cannot read a %s", label(name), v.Type()))
		return
	}
	d.mismatch(node, v.Type(), name)
}

func (d *decoding) enum(node *yaml.Node, v reflect.Value, name string) {
	values := v.Interface().(Enum).Values()
	switch {
	case node.Kind != yaml.ScalarNode || node.ShortTag() == "!!null":
		d.mismatch(node, v.Type(), name)
	case !slices.Contains(values, node.Value):
		d.add(Unknown(node, noun(v.Type()), node.Value, values))
	default:
		v.SetString(node.Value)
	}
}

func (d *decoding) duration(node *yaml.Node, into *time.Duration, name string) {
	parsed, err := time.ParseDuration(node.Value)
	if node.Kind != yaml.ScalarNode || err != nil {
		d.add(At(node, `%sexpected a duration such as "24h", found %s`, label(name), found(node)))
		return
	}
	*into = parsed
}

func (d *decoding) mismatch(node *yaml.Node, t reflect.Type, name string) {
	message := fmt.Sprintf("%sexpected %s, found %s", label(name), expected(t), found(node))
	switch tag := node.ShortTag(); {
	case tag == "!!null":
		message += "; leave the key out if nothing is meant"
	case t.Kind() == reflect.Slice && node.Kind == yaml.ScalarNode:
		message += fmt.Sprintf("; write [%s]", quote(node.Value))
	case t.Kind() == reflect.String && tag == "!!bool":
		message += fmt.Sprintf("; put it in quotes, %s", quote(node.Value))
	}
	d.add(At(node, "%s", message))
}

// expected says in plain words what a type wants.
func expected(t reflect.Type) string {
	if e, ok := reflect.Zero(t).Interface().(Enum); ok {
		return "one of " + strings.Join(e.Values(), ", ")
	}
	switch t.Kind() {
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return "a list of strings"
		}
		return "a list"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "a string" // one that reads itself from text
	default:
		return "a whole number"
	}
}

// found says in plain words what a node is.
func found(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch node.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return "the number " + cut(node.Value)
	case "!!bool":
		return node.Value
	}
	return "the string " + quote(node.Value)
}

// noun is a type's name in plain words: Risk is a "risk".
func noun(t reflect.Type) string {
	var b strings.Builder
	for i, r := range t.Name() {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func label(name string) string {
	if name == "" {
		return ""
	}
	return cut(name) + ": "
}

func quote(s string) string { return strconv.Quote(cut(s)) }

// cut keeps a message readable whatever the file has.
func cut(s string) string {
	if r := []rune(s); len(r) > longestName {
		return string(r[:longestName]) + "…"
	}
	return s
}
