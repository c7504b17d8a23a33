package custom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Cases are cases in the order of the policy. A later layer's take the place of the earlier's.
type Cases []Case

// OnlyAdds is true: cases are for "sluice lint" and decide nothing.
func (Cases) OnlyAdds(*yaml.Node) bool { return true }

// Case is a pull request on which a rule must come to something.
type Case struct {
	// What the case shows.
	Name string `yaml:"name" json:"name" jsonschema:"required,minLength=1"`
	// The rule that is tried.
	Rule string `yaml:"rule" json:"rule" jsonschema:"required,minLength=1"`
	// The pull request, in the form of a snapshot; what is left out is an ordinary one's.
	Pull map[string]any `yaml:"pull" json:"pull,omitempty"`
	// Who wrote it, in the form of "sluice classify"; devin on its own where it is left out.
	Attribution map[string]any `yaml:"attribution" json:"attribution,omitempty"`
	// What the rule must come to.
	Want Want `yaml:"want" json:"want" jsonschema:"required"`

	node   *yaml.Node
	input  check.Input
	asked  *yaml.Node // where the rule is named
	wanted *yaml.Node
}

// Want is what a rule comes to.
type Want string

// What a rule can come to in a case. Skip is the answer where "when" is false, of every file or commit.
const (
	WantPass Want = "pass"
	WantFail Want = "fail"
	WantSkip Want = "skip"
)

// Values lists them.
func (Want) Values() []string { return []string{string(WantPass), string(WantFail), string(WantSkip)} }

// maxCases bounds the cases of a policy.
const maxCases = 500

// DecodeStrict reads a case with its pull request.
func (c *Case) DecodeStrict(node *yaml.Node) []strict.Problem {
	var form struct {
		Name, Rule        string
		Pull, Attribution yaml.Node
		Want              Want
	}
	if problems := strict.Decode(node, &form); len(problems) > 0 {
		return problems
	}
	*c = Case{Name: form.Name, Rule: form.Rule, Want: form.Want, node: node, asked: or(strict.Field(node, "rule"), node), wanted: or(strict.Field(node, "want"), node)}
	for _, key := range []struct{ name, value string }{{"name", form.Name}, {"rule", form.Rule}, {"want", string(form.Want)}} {
		if strings.TrimSpace(key.value) == "" {
			return []strict.Problem{strict.At(node, "a case needs name, rule and want; %s is missing", key.name)}
		}
	}
	r, a := ordinary()
	var problems []strict.Problem
	if !form.Pull.IsZero() {
		problems = append(problems, fromYAML(&form.Pull, "pull", r, &c.Pull)...)
	}
	if !form.Attribution.IsZero() {
		*a = agent.Attribution{}
		problems = append(problems, fromYAML(&form.Attribution, "attribution", a, &c.Attribution)...)
	}
	for i := range r.Files {
		if r.Files[i].Status == "" {
			r.Files[i].Status = pull.Modified
		}
	}
	c.input = check.Input{Pull: r, Attribution: a}
	return problems
}

// ordinary is the pull request that a case changes.
func ordinary() (*pull.Request, *agent.Attribution) {
	r := &pull.Request{
		Repo: "acme/api", Number: 12, Title: "Add a thing", State: pull.Open, Known: pull.AllFacts,
		Author: pull.Account{Login: "ana", ID: 1, Type: pull.User},
		Base:   pull.Branch{Repo: "acme/api", Name: "main"}, Head: pull.Branch{Repo: "acme/api", Name: "thing"},
	}
	return r, &agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "devin", Family: "devin", Confidence: agent.Conclusive}}}
}

var (
	unknownKey = regexp.MustCompile(`unknown field "([^"]*)"`)
	noVisible  = regexp.MustCompile(`^json: `)
)

// fromYAML decodes a mapping by the JSON names of into's fields; a field that it doesn't have is a problem.
func fromYAML(node *yaml.Node, key string, into any, shown *map[string]any) []strict.Problem {
	if node.Kind != yaml.MappingNode {
		return []strict.Problem{strict.At(node, "%s: expected a mapping with the fields of a snapshot", key)}
	}
	if err := node.Decode(shown); err != nil {
		return []strict.Problem{strict.At(node, "%s: %s", key, oneLine(err.Error()))}
	}
	form, err := json.Marshal(*shown)
	if err == nil {
		dec := json.NewDecoder(bytes.NewReader(form))
		dec.DisallowUnknownFields()
		err = dec.Decode(into)
	}
	if err == nil {
		return nil
	}
	at := node
	if m := unknownKey.FindStringSubmatch(err.Error()); m != nil {
		at = or(find(node, m[1]), node)
		return []strict.Problem{strict.At(at, "%s: no field is named %q; the fields are those of a snapshot (sluice check --save)", key, m[1])}
	}
	var wrong *json.UnmarshalTypeError
	if e, ok := err.(*json.UnmarshalTypeError); ok { //nolint:errorlint // json returns it unwrapped
		wrong = e
	}
	if wrong != nil {
		parts := strings.Split(wrong.Field, ".")
		at = or(find(node, parts[len(parts)-1]), node)
		return []strict.Problem{strict.At(at, "%s: %s cannot be a %s", key, wrong.Field, wrong.Value)}
	}
	return []strict.Problem{strict.At(at, "%s: %s", key, noVisible.ReplaceAllString(oneLine(err.Error()), ""))}
}

// find is the first key of a name in a tree.
func find(node *yaml.Node, name string) *yaml.Node {
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Value == name {
			return child
		}
		if found := find(child, name); found != nil {
			return found
		}
	}
	return nil
}

// Validate reports cases of rules that there are not, and too many of them.
func (o Options) Validate() map[string]error {
	known := map[string]bool{}
	var names []string
	for i := range o.Rules {
		known[o.Rules[i].Name] = true
		names = append(names, o.Rules[i].Name)
	}
	if len(o.Cases) > maxCases {
		return map[string]error{"cases": fmt.Errorf("there are %d; at most %d are taken", len(o.Cases), maxCases)}
	}
	for i := range o.Cases {
		if c := &o.Cases[i]; !known[c.Rule] {
			return map[string]error{"cases": fmt.Errorf("%q, on line %d: %s", c.Name, c.asked.Line, strict.Unknown(nil, "rule", c.Rule, names).Message)}
		}
	}
	return nil
}

// Try runs the cases and returns a problem for each that came to something else than it wants. Paths are of the kinds
// that the table says.
func (o Options) Try(kinds kind.Table) []strict.Problem {
	var problems []strict.Problem
	for i := range o.Cases {
		c := &o.Cases[i]
		for j := range o.Rules {
			if o.Rules[j].Name == c.Rule {
				if p, wrong := c.try(&o.Rules[j], kinds); wrong {
					problems = append(problems, p)
				}
			}
		}
	}
	return problems
}

func (c *Case) try(rule *Rule, kinds kind.Table) (strict.Problem, bool) {
	in := c.input
	in.Kinds = kinds
	got := newWorld(&in).judge(rule)
	if string(got.outcome) == string(c.Want) {
		return strict.Problem{}, false
	}
	why := ""
	switch {
	case got.outcome == check.Skip:
		why = `: "when" is false, so the rule does not apply; write "want: skip" if that is meant`
	case len(got.findings) > 0:
		why = ": " + got.findings[0].Message
	}
	return strict.At(c.wanted, "case %q wants %s and rule %q comes to %s%s", c.Name, c.Want, rule.Name, got.outcome, why), true
}
