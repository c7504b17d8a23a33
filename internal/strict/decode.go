package strict

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Decode lays node over the value that into points to: what the node does not say stays, a list or a map that it names
// is replaced whole. Field names are those of the yaml tags.
func Decode(node *yaml.Node, into any) []Problem {
	if err := node.Decode(into); err != nil {
		return []Problem{At(node, "%v", err)}
	}
	return nil
}

// At is a problem at the place of node, which may be nil.
func At(node *yaml.Node, format string, args ...any) Problem {
	p := Problem{Message: fmt.Sprintf(format, args...)}
	if node != nil {
		p.Line, p.Column = node.Line, node.Column
	}
	return p
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
