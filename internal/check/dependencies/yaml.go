package dependencies

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// fromYAML reads a file of YAML's plain part, which is all that tools write: mappings, lists and scalars. The library's own
// way into a map compares every key with every other one.
func fromYAML(text string) (object, error) {
	var top yaml.Node
	if err := yaml.Unmarshal([]byte(text), &top); err != nil {
		return nil, err
	}
	if len(top.Content) == 0 {
		return object{}, nil
	}
	v, err := plainYAML(top.Content[0], 0)
	if err != nil {
		return nil, err
	}
	o := asObject(v)
	if o == nil {
		return nil, errNoObject
	}
	return o, nil
}

func plainYAML(n *yaml.Node, depth int) (any, error) {
	if depth > maxNesting {
		return nil, errors.New("it is nested too deep")
	}
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, twice := m[key]; twice || n.Content[i].Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("line %d: the key %q stands twice, or is no word", n.Content[i].Line, key)
			}
			v, err := plainYAML(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			m[key] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			v, err := plainYAML(c, depth+1)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case yaml.ScalarNode:
		if n.ShortTag() == "!!bool" {
			return n.Value == "true", nil
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: it refers to another part of itself", n.Line)
}
