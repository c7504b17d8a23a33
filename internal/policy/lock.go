package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// locks are the paths that later layers may not loosen: "mode", "checks.scope", "checks.size.max_lines".
//
// Where one side is plainly stricter (mode, level, risk, the agents that are gated or denied), a stricter value is
// taken. An option of a check has no side that Sluice could call stricter, so the locked one stands.
type locks map[string]bool

// hold reports whether path, or what it belongs to, is locked.
func (l locks) hold(path ...string) bool {
	for i := range path {
		if l[strings.Join(path[:i+1], ".")] {
			return true
		}
	}
	return false
}

func (l *loading) lock(paths []string) {
	fresh := locks{}
	for path := range l.locks {
		fresh[path] = true
	}
	for i, path := range paths {
		l.found = append(l.found, l.judgeLock(path, item(l.node("lock"), i))...)
		fresh[path] = true
	}
	l.locks = fresh
}

// refused notes that a lock won.
func (l *loading) refused(path string, node *yaml.Node) {
	l.notes = append(l.notes, fmt.Sprintf("The organisation has locked %s, so %s is not taken.", path, l.label(node)))
}

func (l *loading) holdMode(file *File) {
	if l.locks.hold("mode") && file.Mode.looser(l.mode) {
		l.refused("mode", l.node("mode"))
		return
	}
	l.mode = file.Mode
}

func (l *loading) holdAgents(file *File) {
	old, fresh := l.Policy.agents, file.Agents
	if l.locks.hold("agents", "gate") {
		fresh.Gate = union(old.Gate, fresh.Gate)
		if len(fresh.Gate) > len(file.Agents.Gate) {
			l.refused("agents.gate", l.node("agents", "gate"))
		}
	}
	if l.locks.hold("agents", "deny") {
		fresh.Deny = union(old.Deny, fresh.Deny)
		if len(fresh.Deny) > len(file.Agents.Deny) {
			l.refused("agents.deny", l.node("agents", "deny"))
		}
	}
	if l.locks.hold("agents", "from") && !old.From.AtLeast(fresh.From) {
		fresh.From = old.From
		l.refused("agents.from", l.node("agents", "from"))
	}
	fresh.Define = nil // a layer adds to what is defined; what it leaves out stays
	l.Policy.agents = fresh
}

// union is a with what b has beyond it.
func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func (l *loading) holdCheckRun(file *File) {
	old, fresh := l.checkRun, file.CheckRun
	if l.locks.hold("check_run", "name") && fresh.Name != old.Name {
		fresh.Name = old.Name
		l.refused("check_run.name", l.node("check_run", "name"))
	}
	if l.locks.hold("check_run", "each") && fresh.Each != old.Each {
		fresh.Each = old.Each
		l.refused("check_run.each", l.node("check_run", "each"))
	}
	l.checkRun = fresh
}

func (l *loading) holdKinds(file *File) {
	if len(file.Kinds) > 0 && l.locks.hold("kinds") {
		l.refused("kinds", l.node("kinds"))
		return
	}
	for k, globs := range file.Kinds {
		for _, g := range globs {
			l.kinds[k] = append(l.kinds[k], string(g))
		}
	}
}

// holdWaivers: who may make exceptions has no side that is plainly stricter for each of its keys, so a lock keeps all.
func (l *loading) holdWaivers(file *File) {
	if strict.Field(l.root, "waivers") == nil {
		return
	}
	if l.locks.hold("waivers") {
		l.refused("waivers", l.node("waivers"))
		return
	}
	l.waivers = file.Waivers
}

// holdSetting takes out of s what is locked, where the level so far is level. What is taken out is judged all the
// same: a mistake does not go away because a lock covers it.
func (l *loading) holdSetting(s *Setting, level Level) {
	if s.Level.looser(level) && s.Level != "" && l.locks.hold("checks", s.Check, "level") {
		l.refused("checks."+s.Check+".level", s.level)
		s.Level = ""
	}
	kept := *s.Options
	kept.Content = nil
	for i := 0; i+1 < len(s.Options.Content); i += 2 {
		key, value := s.Options.Content[i], s.Options.Content[i+1]
		if l.locks.hold("checks", s.Check, key.Value) && !l.onlyAdds(s.Check, key.Value, value) {
			l.refused("checks."+s.Check+"."+key.Value, key)
			l.judgeAlone(s.Check, key, value)
			continue
		}
		kept.Content = append(kept.Content, key, value)
	}
	s.Options = &kept
}

// onlyAdds reports whether a value only adds to what the check has for an option.
func (l *loading) onlyAdds(name, option string, value *yaml.Node) bool {
	i := slices.Index(l.names, name)
	return i >= 0 && l.checks[i].check.OnlyAdds(option, value)
}

// judgeAlone reports the mistakes of one option that is not taken.
func (l *loading) judgeAlone(name string, key, value *yaml.Node) {
	if i := slices.Index(l.names, name); i >= 0 {
		_, problems := l.checks[i].check.Configure(mapping(strict.Pair{Key: key, Value: value}))
		l.found = append(l.found, problems...)
	}
}
