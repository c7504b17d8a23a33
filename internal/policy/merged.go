package policy

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Merged is one line of a policy as its layers leave it. The lines together are a policy in YAML.
type Merged struct {
	Text   string // with its indentation
	Source string // the layer that says so; empty where no layer does, and for a line that only holds others
	Line   int    // of that layer
	Locked bool   // no repository can loosen it
	Note   string // what else there is to say: that it is a default, that a lock holds
}

// Merge is the policy of the layers, value by value, with where each is from. The layers are those of [Load]; the problems
// are its, and with any there are no lines.
func Merge(checks []check.Check, agents []string, layers ...Layer) ([]Merged, []string, []strict.Problem) {
	final, problems := Load(checks, agents, layers...)
	if len(problems) > 0 {
		return nil, nil, problems
	}
	m := &merging{final: final}
	m.stack(checks, agents, layers)
	m.value(0, "version", fmt.Sprint(Version), nil, "version")
	m.value(0, "mode", word(string(final.mode)), func(p *Policy) any { return p.mode }, "mode")
	m.agents()
	m.section("check_run")
	m.value(1, "name", flow(final.checkRun.Name), func(p *Policy) any { return p.checkRun.Name }, "check_run", "name")
	m.value(1, "each", fmt.Sprint(final.checkRun.Each), func(p *Policy) any { return p.checkRun.Each }, "check_run", "each")
	m.kinds()
	m.section("checks")
	for i := range final.checks {
		m.check(&final.checks[i])
	}
	m.rules()
	m.waivers()
	m.locks()
	return m.lines, final.Settings().Notes, nil
}

// merging is the layers one above the other.
type merging struct {
	final  *Policy
	layers []Layer
	roots  []*yaml.Node
	after  []Policy // what holds when a layer is laid
	lines  []Merged
}

// stack lays the layers again, and keeps what held after each.
func (m *merging) stack(checks []check.Check, agents []string, layers []Layer) {
	l := &loading{agents: agents, kinds: map[kind.Kind][]string{}, unlevelled: map[string]strict.Problem{}}
	for _, c := range checks {
		l.names = append(l.names, c.Name)
		l.checks = append(l.checks, setting{check: c})
	}
	m.layers = slices.Clone(layers)
	if !slices.ContainsFunc(m.layers, func(l Layer) bool { return l.Name == BuiltInLayer }) {
		m.layers = append(m.layers, BuiltIn())
	}
	order := []LayerName{BuiltInLayer, OrganisationLayer, RepositoryLayer}
	slices.SortStableFunc(m.layers, func(a, b Layer) int {
		return cmp.Compare(slices.Index(order, a.Name), slices.Index(order, b.Name))
	})
	for i := range m.layers {
		m.layers[i].Source = cmp.Or(m.layers[i].Source, string(m.layers[i].Name))
		l.layer(m.layers[i])
		held := l.Policy
		held.checks, held.kinds = slices.Clone(l.checks), maps.Clone(l.kinds)
		m.after = append(m.after, held)
		m.roots = append(m.roots, l.root)
	}
}

// origin is the layer that a value is from: the last that says it and was not refused by a lock.
func (m *merging) origin(value func(*Policy) any, path ...string) (layer int, key *yaml.Node) {
	for i, root := range slices.Backward(m.roots) {
		key := keyAt(root, path...)
		if key == nil {
			continue
		}
		if i > 0 && value != nil && m.after[i-1].locks.hold(path...) && reflect.DeepEqual(value(&m.after[i]), value(&m.after[i-1])) {
			continue
		}
		return i, key
	}
	return -1, nil
}

// keyAt is the key at a path of keys, nil where there is none.
func keyAt(node *yaml.Node, path ...string) (key *yaml.Node) {
	for _, name := range path {
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		key = nil
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == name {
				key, node = node.Content[i], node.Content[i+1]
				break
			}
		}
		if key == nil {
			return nil
		}
	}
	return key
}

func (m *merging) section(name string) { m.lines = append(m.lines, Merged{Text: name + ":"}) }

// value adds a line for a value; is tells what it is in a policy, to see whether a lock refused it.
func (m *merging) value(indent int, name, text string, is func(*Policy) any, path ...string) {
	line := Merged{Text: strings.Repeat("  ", indent) + name + ": " + text, Locked: m.final.locks.hold(path...)}
	if i, key := m.origin(is, path...); i >= 0 {
		line.Source, line.Line = m.layers[i].Source, key.Line
	} else {
		line.Note = "the default"
	}
	m.lines = append(m.lines, line)
}

func (m *merging) agents() {
	m.section("agents")
	a := &m.final.agents
	m.value(1, "gate", flow(a.Gate), func(p *Policy) any { return p.agents.Gate }, "agents", "gate")
	m.value(1, "from", word(string(a.From)), func(p *Policy) any { return p.agents.From }, "agents", "from")
	m.value(1, "deny", flow(a.Deny), func(p *Policy) any { return p.agents.Deny }, "agents", "deny")
	for i := range m.final.defined {
		d := &m.final.defined[i]
		m.lines = append(m.lines, Merged{Text: "  # " + d.Slug + " is defined", Note: d.place})
	}
}

func (m *merging) kinds() {
	if len(m.final.kinds) == 0 {
		return
	}
	m.section("kinds")
	for _, k := range slices.Sorted(maps.Keys(m.final.kinds)) {
		m.value(1, string(k), flow(m.final.kinds[k]), func(p *Policy) any { return p.kinds[k] }, "kinds", string(k))
	}
}

// check adds a check's level, and its options where it can run.
func (m *merging) check(s *setting) {
	name := s.check.Name
	m.lines = append(m.lines, Merged{Text: "  " + name + ":"})
	at := slices.IndexFunc(m.final.checks, func(c setting) bool { return c.check.Name == name })
	m.value(2, "level", word(string(s.level)), func(p *Policy) any { return p.checks[at].level }, "checks", name, "level")
	if s.level == Off && !m.turnedOn(name) {
		return
	}
	fields, names := strict.Fields(reflect.TypeOf(s.check.Options()))
	for _, option := range names {
		is := func(p *Policy) any {
			return reflect.ValueOf(p.checks[at].check.Options()).FieldByIndex(fields[option]).Interface()
		}
		if list := reflect.ValueOf(is(m.final)); list.Kind() == reflect.Slice && list.Len() > 0 && list.Type().Elem().Kind() == reflect.Struct {
			m.items(list, "checks", name, option)
			continue
		}
		m.value(2, option, flow(is(m.final)), is, "checks", name, option)
	}
}

// items adds a list of mappings, one a line: where they have names, they may be of several layers.
func (m *merging) items(list reflect.Value, path ...string) {
	m.lines = append(m.lines, Merged{Text: "    " + path[len(path)-1] + ":"})
	for i := range list.Len() {
		line := Merged{Text: "      - " + flow(list.Index(i).Interface()), Locked: m.final.locks.hold(path...)}
		name := list.Index(i).FieldByName("Name")
		if j, item := m.itemOrigin(fmt.Sprint(name), path); item != nil {
			line.Source, line.Line = m.layers[j].Source, item.Line
		}
		m.lines = append(m.lines, line)
	}
}

// itemOrigin is the last layer that says an item of a name, or the first where a lock keeps it.
func (m *merging) itemOrigin(name string, path []string) (layer int, item *yaml.Node) {
	for j, root := range m.roots {
		at := root
		for _, key := range path {
			at = strict.Field(at, key)
		}
		if at == nil || item != nil && m.after[j-1].locks.hold(path...) {
			continue
		}
		for _, node := range at.Content {
			if value := strict.Field(node, "name"); value != nil && value.Value == name {
				layer, item = j, node
			}
		}
	}
	return layer, item
}

// turnedOn reports whether a rule lets a check run.
func (m *merging) turnedOn(name string) bool {
	return slices.ContainsFunc(m.final.rules, func(r rule) bool {
		return slices.ContainsFunc(r.Checks, func(s Setting) bool { return s.Check == name && s.Level != "" && s.Level != Off })
	})
}

// rules adds every rule as it is written, in the order in which they are laid.
func (m *merging) rules() {
	if len(m.final.rules) == 0 {
		return
	}
	m.section("rules")
	for i, root := range m.roots {
		list := strict.Field(root, "rules")
		if list == nil || !slices.ContainsFunc(m.final.rules, func(r rule) bool { return r.source == m.layers[i].Source }) {
			continue
		}
		for _, node := range list.Content {
			for j := 0; j+1 < len(node.Content); j += 2 {
				key, value := node.Content[j], node.Content[j+1]
				indent := "    "
				if j == 0 {
					indent = "  - "
				}
				line := Merged{Text: indent + key.Value + ": " + flowNode(value), Source: m.layers[i].Source, Line: key.Line}
				if m.layers[i].Name == RepositoryLayer && m.locked(key.Value, value) {
					line.Note = "where it loosens what is locked, it is not taken"
				}
				m.lines = append(m.lines, line)
			}
		}
	}
}

// locked reports whether a lock may hold against what a rule says under a key.
func (m *merging) locked(key string, value *yaml.Node) bool {
	switch key {
	case "mode", "risk":
		return m.final.locks.hold(key)
	case "approvals":
		return m.locked("checks", &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Value: key}, value}})
	case "checks":
		for i := 0; i+1 < len(value.Content); i += 2 {
			name, settings := value.Content[i].Value, value.Content[i+1]
			for j := 0; j+1 < len(settings.Content); j += 2 {
				if m.final.locks.hold("checks", name, settings.Content[j].Value) {
					return true
				}
			}
		}
	}
	return false
}

func (m *merging) waivers() {
	m.section("waivers")
	w := &m.final.waivers
	for _, v := range []struct {
		name string
		is   func(*Policy) any
	}{
		{"by", func(p *Policy) any { return p.waivers.By }},
		{"checks", func(p *Policy) any { return p.waivers.Checks }},
		{"days", func(p *Policy) any { return p.waivers.Days }},
	} {
		if v.name == "days" && w.Days == 0 {
			continue // nobody may waive
		}
		m.value(1, v.name, flow(v.is(m.final)), v.is, "waivers", v.name)
	}
}

func (m *merging) locks() {
	for i, root := range m.roots {
		if list := strict.Field(root, "lock"); list != nil && len(list.Content) > 0 {
			m.lines = append(m.lines, Merged{Text: "lock: " + flowNode(list), Source: m.layers[i].Source, Line: list.Line})
		}
	}
}
