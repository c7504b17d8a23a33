package check

import (
	"maps"
	"reflect"
	"slices"

	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// decodeOver lays each node over base, an O, and validates what comes out. What the values say together is looked at
// only where each can be read.
func decodeOver[O any](base any, nodes []*yaml.Node) (any, []strict.Problem) {
	options := base.(O)
	var problems []strict.Problem
	for _, node := range nodes {
		problems = append(problems, strict.Decode(node, &options)...)
	}
	if len(problems) > 0 {
		return options, problems
	}
	v, ok := any(options).(validator)
	if !ok {
		v, ok = any(&options).(validator)
	}
	if !ok {
		return options, nil
	}
	wrong := v.Validate()
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		if wrong[name] != nil {
			problems = append(problems, strict.At(place(nodes, name), "%s: %v", name, wrong[name]))
		}
	}
	return options, problems
}

// place finds the value of an option in the last node that sets it, or else that node: a mistake has a place even where
// it is a default that does not go with what was set.
func place(nodes []*yaml.Node, name string) *yaml.Node {
	for i := len(nodes) - 1; i >= 0; i-- {
		if value := strict.Field(nodes[i], name); value != nil {
			return value
		}
	}
	if len(nodes) > 0 {
		return nodes[len(nodes)-1]
	}
	return nil
}

// adder is an option whose values add up over the layers of a policy.
type adder interface {
	// OnlyAdds reports whether a value takes nothing away from those that are there, and changes none of them.
	OnlyAdds(node *yaml.Node) bool
}

// OnlyAdds reports whether a value of an option surely only adds to what the check has for it: a lock need not hold
// against that.
func (c Check) OnlyAdds(option string, value *yaml.Node) bool {
	fields, _ := strict.Fields(reflect.TypeOf(c.options))
	index, ok := fields[option]
	if !ok {
		return false
	}
	a, ok := reflect.ValueOf(c.options).FieldByIndex(index).Interface().(adder)
	return ok && a.OnlyAdds(value)
}
