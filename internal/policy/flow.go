package policy

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// plainWord is a string that YAML takes for one without quotes.
var plainWord = regexp.MustCompile(`^[a-z][a-z_-]*$`)

// reserved are words that some YAML takes for something else. "off" is a level, and people write it as it stands.
var reserved = []string{"null", "true", "false", "yes", "no", "on", "y", "n"}

// word is a string in one line of YAML, without quotes where it can be.
func word(s string) string {
	if plainWord.MatchString(s) && !slices.Contains(reserved, s) {
		return s
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}

// flow is a value in one line of YAML: its JSON form, with blanks after commas and colons, and an empty list for none.
func flow(v any) string {
	if r := reflect.ValueOf(v); r.IsValid() && (r.Kind() == reflect.Slice && r.IsNil()) {
		return "[]"
	} else if r.IsValid() && r.Kind() == reflect.Map && r.IsNil() {
		return "{}"
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return `""`
	}
	var node yaml.Node
	if yaml.Unmarshal(b.Bytes(), &node) != nil || len(node.Content) != 1 {
		return strings.TrimSpace(b.String())
	}
	return flowNode(node.Content[0])
}

// flowNode is a node in one line of YAML.
func flowNode(node *yaml.Node) string {
	var parts []string
	switch node.Kind {
	case yaml.SequenceNode:
		for _, child := range node.Content {
			parts = append(parts, flowNode(child))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			parts = append(parts, flowNode(node.Content[i])+": "+flowNode(node.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if node.ShortTag() != "!!str" {
		return node.Value
	}
	return word(node.Value)
}
