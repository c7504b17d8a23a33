package check

import (
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// decodeOver lays each node over base, an O, and validates what comes out.
func decodeOver[O any](base any, nodes []*yaml.Node) (any, []strict.Problem) {
	options := base.(O)
	var problems []strict.Problem
	for _, node := range nodes {
		problems = append(problems, strict.Decode(node, &options)...)
	}
	v, ok := any(options).(validator)
	if !ok || len(problems) > 0 {
		return options, problems
	}
	for name, err := range v.Validate() {
		problems = append(problems, strict.At(place(nodes, name), "%s: %v", name, err))
	}
	return options, problems
}

// place finds the value of an option in the last node that sets it.
func place(nodes []*yaml.Node, name string) *yaml.Node {
	for i := len(nodes) - 1; i >= 0; i-- {
		if value := strict.Field(nodes[i], name); value != nil {
			return value
		}
	}
	return nil
}
