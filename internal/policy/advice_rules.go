package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// maxCompared bounds the rules that are compared with each other: nobody writes as many.
const maxCompared = 500

// between compares the rules with each other and with what holds above them.
func (a *adviser) between() {
	for i := range a.rules[:min(len(a.rules), maxCompared)] {
		r := &a.rules[i]
		if !a.hidden(i) && r.from.Name == RepositoryLayer { // an organisation's rule holds a repository to what it says
			a.changesNothing(r, a.rules[:i])
		}
	}
}

// hidden advises of a rule all of which a later rule overwrites, on every pull request that it is for.
func (a *adviser) hidden(i int) bool {
	r := &a.rules[i]
	for j := i + 1; j < min(len(a.rules), maxCompared); j++ {
		later := &a.rules[j]
		if !wider(&later.When, &r.When) || !overwrites(later, r) || later.from.Name != r.from.Name && len(a.policy.locks) > 0 {
			continue
		}
		at := strict.Field(r.node, "name")
		if wider(&r.When, &later.When) && overwrites(r, later) && sameWords(r, later) {
			a.advise(r.from, at, "delete one of them", "rule %q says the same as rule %q, %s, of the same pull requests", r.Name, later.Name, a.place(r, later))
		} else {
			fix := fmt.Sprintf("put it after %q, or delete it", later.Name)
			if r.from.Name != later.from.Name {
				fix = "lock what it says, if a repository must not change it"
			}
			a.advise(r.from, at, fix,
				"rule %q is hidden by rule %q, %s, which is laid later, is for all its pull requests and says all that it says", r.Name, later.Name, a.place(r, later))
		}
		return true
	}
	return false
}

// place says where the other rule is, seen from r.
func (a *adviser) place(r, other *layerRule) string {
	if r.from.Source == other.from.Source {
		return fmt.Sprintf("line %d", other.node.Line)
	}
	return fmt.Sprintf("line %d of %s", other.node.Line, other.from.Source)
}

// wider reports whether a rule with the conditions w surely matches wherever one with n does.
func wider(w, n *When) bool {
	return within(n.Agent, w.Agent) && within(n.Authorship, w.Authorship) && withinFold(n.Labels, w.Labels) &&
		within(n.Kinds, w.Kinds) && (within(n.TouchesKinds, w.TouchesKinds) || len(n.Kinds) > 0 && within(n.Kinds, w.TouchesKinds)) &&
		within(n.Risk, w.Risk) && covered(n.Paths, w.Paths) && (covered(n.Touches, w.Touches) || len(n.Paths) > 0 && covered(n.Paths, w.Touches)) &&
		covered(n.Base, w.Base) && covered(n.Repository, w.Repository) &&
		(w.Fork == nil || n.Fork != nil && *n.Fork == *w.Fork) && (w.Draft == nil || n.Draft != nil && *n.Draft == *w.Draft) &&
		withinSize(n.Size, w.Size) && withinProperties(n.Properties, w.Properties)
}

// within reports whether a condition that one of narrow holds implies that one of wide does. No condition is the widest.
func within[T comparable](narrow, wide []T) bool {
	return wide == nil || narrow != nil && !slices.ContainsFunc(narrow, func(x T) bool { return !slices.Contains(wide, x) })
}

func withinFold(narrow, wide []string) bool {
	lower := func(all []string) []string {
		if all == nil {
			return nil
		}
		out := []string{}
		for _, s := range all {
			out = append(out, strings.ToLower(s))
		}
		return out
	}
	return within(lower(narrow), lower(wide))
}

func covered(narrow, wide []Glob) bool {
	return wide == nil || narrow != nil && !slices.ContainsFunc(narrow, func(n Glob) bool {
		return !slices.ContainsFunc(wide, func(w Glob) bool { return covers(w, n) })
	})
}

func withinSize(narrow, wide *Size) bool {
	if wide == nil || narrow == nil {
		return wide == nil
	}
	atLeast := func(n, w *int) bool { return w == nil || n != nil && *n >= *w }
	atMost := func(n, w *int) bool { return w == nil || n != nil && *n <= *w }
	return atLeast(narrow.LinesOver, wide.LinesOver) && atLeast(narrow.FilesOver, wide.FilesOver) &&
		atMost(narrow.LinesUnder, wide.LinesUnder) && atMost(narrow.FilesUnder, wide.FilesUnder)
}

func withinProperties(narrow, wide map[string]strict.List[string]) bool {
	for name, values := range wide {
		if have, ok := narrow[name]; !ok || !within(have, values) {
			return false
		}
	}
	return true
}

// overwrites reports whether later says all that r says.
func overwrites(later, r *layerRule) bool {
	if r.Mode != "" && later.Mode == "" || r.Risk != "" && later.Risk == "" {
		return false
	}
	for _, s := range r.Checks {
		i := slices.IndexFunc(later.Checks, func(l Setting) bool { return l.Check == s.Check })
		if i < 0 || s.Level != "" && later.Checks[i].Level == "" {
			return false
		}
		for j := 0; j+1 < len(s.Options.Content); j += 2 {
			value := strict.Field(later.Checks[i].Options, s.Options.Content[j].Value)
			if value == nil || addsUp(s.Check, value) {
				return false
			}
		}
	}
	return true
}

// addsUp reports whether an option's value may be laid over the one before rather than take its place.
func addsUp(check string, value *yaml.Node) bool {
	return check == "custom" || value.Kind == yaml.MappingNode
}

// sameWords reports whether two rules, each of which overwrites the other, also mean the same values.
func sameWords(x, y *layerRule) bool {
	if x.Mode != y.Mode || x.Risk != y.Risk || len(x.Checks) != len(y.Checks) {
		return false
	}
	for _, s := range x.Checks {
		i := slices.IndexFunc(y.Checks, func(t Setting) bool { return t.Check == s.Check })
		if i < 0 || y.Checks[i].Level != s.Level || !sameNode(s.Options, y.Checks[i].Options) {
			return false
		}
	}
	return true
}

func sameNode(x, y *yaml.Node) bool {
	if x.Kind != y.Kind || x.Value != y.Value || len(x.Content) != len(y.Content) {
		return false
	}
	for i := range x.Content {
		if !sameNode(x.Content[i], y.Content[i]) {
			return false
		}
	}
	return true
}

// changesNothing advises of a rule that says what holds anyway: all it says is said above the rules, and none of those
// before it says otherwise.
func (a *adviser) changesNothing(r *layerRule, before []layerRule) {
	if r.Risk != "" {
		return // a rule's name is a reason for the risk
	}
	if r.Mode != "" && (r.Mode != a.policy.mode || slices.ContainsFunc(before, func(b layerRule) bool { return b.Mode != "" })) {
		return
	}
	for _, s := range r.Checks {
		if len(s.Options.Content) > 0 || s.Level != a.level(s.Check) || slices.ContainsFunc(before, func(b layerRule) bool {
			return slices.ContainsFunc(b.Checks, func(t Setting) bool { return t.Check == s.Check && t.Level != "" })
		}) {
			return
		}
	}
	a.advise(r.from, strict.Field(r.node, "name"), "delete the rule", "rule %q changes nothing: what it says holds without it", r.Name)
}
