package custom

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Options are what a policy can say of it.
type Options struct {
	// Rules of your own, in CEL. Those of a later policy come on top; one of the same name is laid over the earlier.
	Rules Rules `yaml:"rules" json:"rules"`
	// Cases that "sluice lint" tries the rules on.
	Cases Cases `yaml:"cases" json:"cases"`
}

// Rules are rules by name, in order.
type Rules []Rule

// Rule is one rule of the organisation's own.
type Rule struct {
	// What findings call the rule.
	Name string `yaml:"name" json:"name" jsonschema:"required,minLength=1"`
	// What the rule is asked of, one by one: file or commit, under that name. Leave it out for the pull request as a whole.
	Each Each `yaml:"each" json:"each,omitempty"`
	// A CEL expression: the rule is for those of which it is true.
	When Expression `yaml:"when" json:"when,omitzero"`
	// A CEL expression that must be true.
	Must Expression `yaml:"must" json:"must"`
	// What a finding says where it is not.
	Message string `yaml:"message" json:"message,omitempty"`
	// What puts it right, in the imperative.
	Fix string `yaml:"fix" json:"fix,omitempty"`
	// What it costs: the check fails, the finding is only shown, or the rule is off.
	Level Level `yaml:"level" json:"level,omitempty"`
	// What a wrong change would cost where the rule does not hold.
	Risk check.Risk `yaml:"risk" json:"risk,omitempty"`
}

// Each is what a rule is asked of.
type Each string

// The things that a rule can be asked of, beside the pull request as a whole.
const (
	EachFile   Each = "file"
	EachCommit Each = "commit"
)

// Values lists them.
func (Each) Values() []string { return []string{string(EachFile), string(EachCommit)} }

// Level is what a rule that does not hold costs.
type Level string

// The levels.
const (
	Fails Level = "fail"
	Show  Level = "show" // a finding that fails nothing
	Off   Level = "off"
)

// Values lists the levels.
func (Level) Values() []string { return []string{string(Fails), string(Show), string(Off)} }

// The bounds of what a policy can say.
const (
	maxRules = 200
	maxName  = 80 // characters
)

// DecodeStrict lays rules over those that are there, by name, and compiles them: a type error is a mistake of the policy.
func (r *Rules) DecodeStrict(node *yaml.Node) []strict.Problem {
	if node.Kind != yaml.SequenceNode {
		var list []Rule
		return strict.Decode(node, &list)
	}
	all := slices.Clone(*r)
	var problems []strict.Problem
	lines := map[string]int{}
	for _, item := range node.Content {
		var rule Rule
		at := -1
		if name := strict.Field(item, "name"); name != nil {
			at = slices.IndexFunc(all, func(have Rule) bool { return have.Name == name.Value })
			if before := lines[name.Value]; before > 0 {
				problems = append(problems, strict.At(name, "a rule is named %q already, on line %d", name.Value, before))
				continue
			}
			lines[name.Value] = name.Line
		}
		if at >= 0 {
			rule = all[at]
		}
		wrong := rule.decode(item)
		problems = append(problems, wrong...)
		switch {
		case len(wrong) > 0:
		case at >= 0:
			all[at] = rule
		case len(all) == maxRules:
			return append(problems, strict.At(item, "there are more than %d rules; write one for several", maxRules))
		default:
			all = append(all, rule)
		}
	}
	*r = all
	return problems
}

// OnlyAdds reports whether a list has none but rules of new names: a locked rule is not changed by another beside it.
func (r Rules) OnlyAdds(node *yaml.Node) bool {
	if node.Kind != yaml.SequenceNode {
		return false
	}
	return !slices.ContainsFunc(node.Content, func(item *yaml.Node) bool {
		name := strict.Field(item, "name")
		return name == nil || slices.ContainsFunc(r, func(have Rule) bool { return have.Name == name.Value })
	})
}

// decode lays one item over the rule and compiles what comes out.
func (r *Rule) decode(item *yaml.Node) []strict.Problem {
	if problems := strict.Decode(indented(item), r); len(problems) > 0 {
		return problems
	}
	if r.Level == "" {
		r.Level = Fails
	}
	if err := named(r.Name); err != nil {
		return []strict.Problem{strict.At(or(strict.Field(item, "name"), item), "%v", err)}
	}
	if r.Must.text == "" {
		return []strict.Problem{strict.At(item, `%q says nothing; write "must:" and an expression that must be true`, r.Name)}
	}
	var problems []strict.Problem
	for _, e := range []struct {
		key  string
		expr *Expression
	}{{"when", &r.When}, {"must", &r.Must}} {
		if strict.Field(item, e.key) == nil {
			e.expr.node = item // its own place is in another file
		}
		problems = append(problems, e.expr.compile(e.key, r.Each)...)
	}
	return problems
}

func named(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("a rule needs a name: the findings give it")
	case len([]rune(name)) > maxName:
		return fmt.Errorf("a rule's name has at most %d characters; say the rest in message", maxName)
	case strings.ContainsAny(name, "\n\r\t"):
		return errors.New("a rule's name is one line")
	}
	return nil
}

func or(node, otherwise *yaml.Node) *yaml.Node {
	if node == nil {
		return otherwise
	}
	return node
}

// indented is a mapping whose block scalars stand where their text does: the parser tells the place of their sign, "|",
// and its text is usually two columns in from the key.
func indented(item *yaml.Node) *yaml.Node {
	if item.Kind != yaml.MappingNode {
		return item
	}
	out := *item
	out.Content = slices.Clone(item.Content)
	for i := 1; i < len(out.Content); i += 2 {
		if value := out.Content[i]; value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			moved := *value
			moved.Column = out.Content[i-1].Column + 2
			out.Content[i] = &moved
		}
	}
	return &out
}
