package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/config"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Policy is the layers of one repository laid together. It does not change, so it may be shared. Only a valid one
// exists: make it with [Load].
type Policy struct {
	sources  []string
	mode     Mode
	agents   Agents
	checkRun CheckRun
	waivers  Waivers
	kinds    map[kind.Kind][]string
	table    kind.Table
	checks   []setting // every check, in the order that Load was given
	rules    []rule    // in the order in which they are laid
	locks    locks
	notes    []string
	own      bool // there is a layer beside the built-in one
	defined  []defined
	catalog  *agent.Catalog
}

// setting is a check as the layers leave it, where no rule matches.
type setting struct {
	check check.Check
	level Level
}

// BuiltIn is the layer below all others.
func BuiltIn() Layer {
	return Layer{Name: BuiltInLayer, Source: string(BuiltInLayer), Text: config.Default}
}

// Load lays the layers over the built-in one, in the order built-in, organisation, repository whatever their order here.
// The checks are those that a policy can name, agents are the slugs and families that it can beside those that it defines.
// Every mistake of every layer is reported, with its source, line and column, those that only one pull request would meet
// too; with any there is no policy.
func Load(checks []check.Check, agents []string, layers ...Layer) (*Policy, []strict.Problem) {
	order := []LayerName{BuiltInLayer, OrganisationLayer, RepositoryLayer}
	layers = slices.Clone(layers)
	if !slices.ContainsFunc(layers, func(l Layer) bool { return l.Name == BuiltInLayer }) {
		layers = append(layers, BuiltIn())
	}
	slices.SortStableFunc(layers, func(a, b Layer) int {
		return cmp.Compare(slices.Index(order, a.Name), slices.Index(order, b.Name))
	})
	l := &loading{agents: agents, kinds: map[kind.Kind][]string{}, unlevelled: map[string]strict.Problem{}}
	for _, c := range checks {
		l.names = append(l.names, c.Name)
		l.checks = append(l.checks, setting{check: c})
	}
	for _, layer := range layers {
		l.layer(layer)
	}
	for i := range l.rules {
		for _, s := range l.rules[i].Checks {
			if s.Level != "" {
				delete(l.unlevelled, s.Check)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.unlevelled)) {
		l.problems = append(l.problems, l.unlevelled[name])
	}
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	l.finish()
	return &l.Policy, nil
}

// loading is a policy while its layers are laid.
type loading struct {
	Policy
	names    []string // of the checks
	agents   []string // slugs and families
	kinds    map[kind.Kind][]string
	problems []strict.Problem
	// unlevelled are the checks that a layer gave options and none a level.
	unlevelled map[string]strict.Problem

	at    Layer // the layer at hand
	root  *yaml.Node
	found []strict.Problem // of the layer at hand
}

func (l *loading) layer(layer Layer) {
	layer.Source = cmp.Or(layer.Source, string(layer.Name))
	l.at, l.found = layer, nil
	l.sources = append(l.sources, layer.Source)
	l.own = l.own || layer.Name != BuiltInLayer
	root, problems := strict.Parse(layer.Source, []byte(layer.Text))
	if root == nil {
		l.problems = append(l.problems, problems...)
		return
	}
	l.root = root
	if l.version() {
		file := File{Mode: l.mode, Agents: l.Policy.agents, CheckRun: l.checkRun, Waivers: l.waivers}
		l.found = append(l.found, strict.Decode(root, &file)...)
		l.define(&file)
		l.judge(&file)
		l.lay(&file)
	}
	l.problems = append(l.problems, strict.In(layer.Source, l.found)...)
}

// version reports whether the rest of the file can be judged: the keys of another version may mean anything.
func (l *loading) version() bool {
	var file struct {
		Version int `yaml:"version"`
	}
	node := strict.Field(l.root, "version")
	switch {
	case l.root.ShortTag() == "!!null":
		l.problem(l.root, "the file says nothing; begin with %q", fmt.Sprintf("version: %d", Version))
		return false
	case l.root.Kind != yaml.MappingNode:
		l.found = strict.Decode(l.root, &file)
		return false
	case node == nil:
		l.problem(l.root, "the version is missing; begin with %q", fmt.Sprintf("version: %d", Version))
		return true
	}
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "version"}
	l.found = strict.Decode(mapping(strict.Pair{Key: key, Value: node}), &file)
	if len(l.found) == 0 && file.Version != Version {
		l.problem(node, "version %d is not known; this Sluice reads version %d", file.Version, Version)
	}
	return len(l.found) == 0
}

func (l *loading) problem(node *yaml.Node, format string, args ...any) {
	l.found = append(l.found, strict.At(node, format, args...))
}

// node is the value at a path of keys, the nearest one above it where there is none.
func (l *loading) node(keys ...string) *yaml.Node {
	node := l.root
	for _, key := range keys {
		next := strict.Field(node, key)
		if next == nil {
			break
		}
		node = next
	}
	return node
}

// lay puts a file over what the layers below it say.
func (l *loading) lay(file *File) {
	l.holdMode(file)
	l.holdAgents(file)
	l.holdCheckRun(file)
	l.holdKinds(file)
	l.holdWaivers(file)
	for i := range file.Checks {
		l.layCheck(&file.Checks[i])
	}
	l.layRules(file)
	if l.at.Name == RepositoryLayer && strict.Field(l.root, "lock") != nil {
		l.problem(l.node("lock"), "a repository cannot lock; move this to the organisation's policy")
		return
	}
	l.lock(file.Lock)
}

func (l *loading) layCheck(s *Setting) {
	c := l.check(s)
	if c == nil {
		return
	}
	l.holdSetting(s, c.level)
	configured, problems := c.check.Configure(s.Options)
	l.found = append(l.found, problems...)
	c.check = configured
	if s.Level != "" {
		c.level = s.Level
	}
	delete(l.unlevelled, s.Check)
	if c.level == "" && len(s.Options.Content) > 0 {
		p := strict.At(s.key, "%s has options and no level, so it would not run; add \"level: require\" or \"level: warn\"", s.Check)
		p.Source = l.at.Source
		l.unlevelled[s.Check] = p
	}
}

// check is the check that a setting names; where there is none, that is a problem. The built-in layer speaks of every
// check that there is, also where only some are given.
func (l *loading) check(s *Setting) *setting {
	i := slices.Index(l.names, s.Check)
	if i < 0 {
		if l.at.Name == BuiltInLayer {
			return nil
		}
		l.found = append(l.found, strict.Unknown(s.key, "check", s.Check, l.names))
		return nil
	}
	return &l.checks[i]
}

// finish settles what can be settled when all layers are valid.
func (l *loading) finish() {
	for i := range l.checks {
		l.checks[i].level = cmp.Or(l.checks[i].level, Off)
	}
	// The globs were judged when they were decoded, so the table takes them.
	l.table, _ = kind.Default.With(l.kinds)
	l.Policy.kinds = l.kinds
	l.catalog = catalogOf(l.defined)
	if !l.own {
		l.notes = append(l.notes, fmt.Sprintf("No policy was found (%s on the base branch); the built-in one applies, and it observes: nothing is blocked.", Path))
	}
}

// label is a layer's place for a note: "line 7 of acme/api:.github/sluice.yml".
func (l *loading) label(node *yaml.Node) string {
	return fmt.Sprintf("line %d of %s", node.Line, strings.TrimSpace(l.at.Source))
}
