package policy

import (
	"cmp"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Version is the version of the policy file that this Sluice reads.
const Version = 1

// File is the form of a policy file.
type File struct {
	// The version of this file's form: 1.
	Version int `yaml:"version" jsonschema:"required,enum=1"`
	// Whether verdicts block: "observe" shows them and blocks nothing.
	Mode Mode `yaml:"mode"`
	// Whose pull requests the gate is for.
	Agents Agents `yaml:"agents"`
	// The checks, what each one's outcome costs, and its options.
	Checks Settings `yaml:"checks"`
	// What the gate shows on a commit.
	CheckRun CheckRun `yaml:"check_run"`
	// Paths that are of a kind, beyond the usual conventions.
	Kinds Kinds `yaml:"kinds"`
	// What differs for some pull requests. Later rules win; what a rule does not say stays.
	Rules []Rule `yaml:"rules"`
	// Who may make an exception, of what, and for how long.
	Waivers Waivers `yaml:"waivers"`
	// What a repository may not loosen, in an organisation's policy: "mode", "checks.scope", "checks.size.max_lines".
	Lock []string `yaml:"lock"`
}

// Agents says whose pull requests the gate is for.
type Agents struct {
	// The kinds of authorship that the gate applies to.
	Gate []agent.Authorship `yaml:"gate"`
	// The least confidence that counts.
	From agent.Confidence `yaml:"from"`
	// Agents and families that nobody may use here.
	Deny []string `yaml:"deny"`
	// Agents of your own, in the form of the built-in fingerprints. One of a built-in agent's slug takes its place.
	Define []Definition `yaml:"define"`
}

// CheckRun says what the gate shows on a commit.
type CheckRun struct {
	// The name of the gate's check run; {base} is the branch that the pull request is to go to.
	Name string `yaml:"name" jsonschema:"minLength=1,maxLength=255"`
	// Whether every check has a further check run of its own.
	Each bool `yaml:"each"`
}

// Kinds adds globs to the conventions on what a file is.
type Kinds map[kind.Kind][]Glob

// Rule is what differs for some pull requests.
type Rule struct {
	// What the report calls the rule.
	Name string `yaml:"name" jsonschema:"required,minLength=1"`
	// The pull requests that the rule is for. All conditions must hold.
	When When `yaml:"when" jsonschema:"required"`
	// Levels and options that hold then.
	Checks Settings `yaml:"checks"`
	// What a wrong change would cost then.
	Risk check.Risk `yaml:"risk"`
	// Whether verdicts block then.
	Mode Mode `yaml:"mode"`
	// Who has to approve then: short for the check "approvals", required, with these options.
	Approvals *Approvals `yaml:"approvals"`
}

// When are a rule's conditions. All that are written must hold; of a list, one item is enough.
type When struct {
	// Agents or families, one of which took part.
	Agent strict.List[string] `yaml:"agent"`
	// How agents took part.
	Authorship strict.List[agent.Authorship] `yaml:"authorship"`
	// Globs; every touched path matches one. A change without files matches none.
	Paths strict.List[Glob] `yaml:"paths"`
	// Globs; at least one touched path matches one. Both names of a rename are touched.
	Touches strict.List[Glob] `yaml:"touches"`
	// Kinds of file; every touched path is of one of them. A change without files is of none.
	Kinds strict.List[kind.Kind] `yaml:"kinds"`
	// Kinds of file; at least one touched path is of one of them.
	TouchesKinds strict.List[kind.Kind] `yaml:"touches_kinds"`
	// The risk, of the other rules and of what the checks saw. Rules with this condition are laid after all others, and
	// cannot set the risk.
	Risk strict.List[check.Risk] `yaml:"risk"`
	// Globs of repositories, "acme/pay-*", for an organisation's policy.
	Repository strict.List[Glob] `yaml:"repository"`
	// Custom properties of the repository, each with one of these values: {tier: [critical, high]}.
	Properties map[string]strict.List[string] `yaml:"properties"`
	// Labels, one of which is set. Agents can set labels, so let no rule loosen the gate by one.
	Labels strict.List[string] `yaml:"labels"`
	// Globs of branches that the pull request is to go to.
	Base strict.List[Glob] `yaml:"base"`
	// Whether the head is in another repository.
	Fork *bool `yaml:"fork"`
	// Whether it is a draft.
	Draft *bool `yaml:"draft"`
	// How large the change is.
	Size *Size `yaml:"size"`
}

// Size is how large a change is. All that is written must hold. Lines are added and removed ones of every file.
type Size struct {
	// More changed lines than this.
	LinesOver *int `yaml:"lines_over" jsonschema:"minimum=0"`
	// Fewer changed lines than this.
	LinesUnder *int `yaml:"lines_under" jsonschema:"minimum=0"`
	// More changed files than this.
	FilesOver *int `yaml:"files_over" jsonschema:"minimum=0"`
	// Fewer changed files than this.
	FilesUnder *int `yaml:"files_under" jsonschema:"minimum=0"`
}

// Waivers says who may make an exception. A principal of the pull request and a bot never may.
type Waivers struct {
	// Who may waive: "maintainers" (who may write to the repository), logins, "@org/team". Nobody where it is empty.
	By []string `yaml:"by"`
	// The checks that can be waived; every one where nothing is said.
	Checks []string `yaml:"checks"`
	// The longest time that a waiver with a date may last, in days.
	Days int `yaml:"days" jsonschema:"minimum=1,maximum=366"`
}

// Settings are what a file or a rule says of checks, in its order.
type Settings []Setting

// Setting is what is said of one check: its level and its options.
type Setting struct {
	Check   string
	Level   Level      // empty where nothing is said
	Options *yaml.Node // a mapping without the level

	key, level *yaml.Node // where the name and the level are written
}

// DecodeStrict reads {check: {level: …, option: …}}. Names and options are judged by whoever knows the checks.
func (s *Settings) DecodeStrict(node *yaml.Node) []strict.Problem {
	pairs, problems := strict.Pairs(node, "checks")
	fresh := make(Settings, 0, len(pairs))
	for _, p := range pairs {
		setting, wrong := newSetting(p)
		fresh, problems = append(fresh, setting), append(problems, wrong...)
	}
	*s = fresh
	return problems
}

// Approvals is what a rule says of the check "approvals".
type Approvals struct{ Setting }

// DecodeStrict reads the check's options.
func (a *Approvals) DecodeStrict(node *yaml.Node) []strict.Problem {
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "approvals", Line: node.Line, Column: node.Column}
	var problems []strict.Problem
	a.Setting, problems = newSetting(strict.Pair{Key: key, Value: node})
	a.Level = cmp.Or(a.Level, Require)
	return problems
}

func newSetting(p strict.Pair) (Setting, []strict.Problem) {
	s := Setting{Check: p.Key.Value, key: p.Key}
	pairs, problems := strict.Pairs(p.Value, s.Check)
	options := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: p.Value.Line, Column: p.Value.Column}
	for _, option := range pairs {
		if option.Key.Value == "level" {
			s.level = option.Value
			var level struct{ Level Level }
			problems = append(problems, strict.Decode(mapping(option), &level)...)
			s.Level = level.Level
			continue
		}
		options.Content = append(options.Content, option.Key, option.Value)
	}
	s.Options = options
	return s, problems
}

// mapping is the mapping of one entry, so that its problems name the key.
func mapping(p strict.Pair) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: p.Key.Line, Column: p.Key.Column, Content: []*yaml.Node{p.Key, p.Value}}
}
