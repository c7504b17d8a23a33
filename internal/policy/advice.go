package policy

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Advice is something in a policy that is valid and hardly meant, and what to write.
type Advice struct { //nolint:errname // advice in a list first, and an error only by what it is made of
	strict.Problem
	Fix string // in the imperative
}

// Ground is what is known of the repository that a policy is for. The zero Ground knows nothing.
type Ground struct {
	Tree     []string // the paths of its files; nil where nobody looked
	Branches []string // the names of its branches
	Owner    string   // the organisation or person that it belongs to
	Teams    []string // those that its CODEOWNERS names, "@org/team"
}

// Absent says what is wrong with a glob that matches no file of the tree, and what to write; both are empty where it
// matches one, or may wait for what is to come.
func (g Ground) Absent(glob string) (message, fix string) {
	a := &adviser{ground: g, dirs: directories(g.Tree)}
	a.inTree(&layerFile{}, nil, "glob", glob)
	if len(a.found) == 0 {
		return "", ""
	}
	return a.found[0].Message, a.found[0].Fix
}

// Advise looks at a valid policy and the layers that it was loaded from: what never matches, what a later rule hides, what
// has no effect, what a label loosens. The built-in layer is nobody's to change, so nothing is said of it.
func (p *Policy) Advise(g Ground, layers ...Layer) []Advice {
	a := &adviser{policy: p, ground: g}
	a.dirs = directories(g.Tree)
	layers = slices.Clone(layers)
	order := []LayerName{OrganisationLayer, RepositoryLayer}
	slices.SortStableFunc(layers, func(x, y Layer) int { return cmp.Compare(slices.Index(order, x.Name), slices.Index(order, y.Name)) })
	for _, layer := range layers {
		if layer.Name != BuiltInLayer {
			a.read(layer)
		}
	}
	for i := range a.files {
		a.file(&a.files[i])
	}
	for i := range a.rules {
		a.rule(&a.rules[i])
	}
	a.between()
	a.idle()
	slices.SortStableFunc(a.found, func(x, y Advice) int {
		return cmp.Or(cmp.Compare(a.layer(x.Source), a.layer(y.Source)), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return a.found
}

// adviser is a policy while advice is given.
type adviser struct {
	policy *Policy
	ground Ground
	dirs   map[string]bool // of the tree
	files  []layerFile
	rules  []layerRule // in the order in which they are laid
	found  []Advice
}

// layerFile is one layer with the place of everything in it.
type layerFile struct {
	Layer
	File
	root *yaml.Node
}

// layerRule is one rule with its place.
type layerRule struct {
	Rule
	node *yaml.Node
	from *layerFile
}

func (a *adviser) read(layer Layer) {
	layer.Source = cmp.Or(layer.Source, string(layer.Name))
	f := layerFile{Layer: layer}
	root, problems := strict.Parse(layer.Source, []byte(layer.Text))
	if len(problems) > 0 || len(strict.Decode(root, &f.File)) > 0 {
		return // a valid policy has neither
	}
	f.root = root
	a.files = append(a.files, f)
	from := &a.files[len(a.files)-1]
	nodes := strict.Field(root, "rules")
	for i := range f.Rules {
		r := f.Rules[i]
		if r.Approvals != nil {
			r.Checks = append(slices.Clone(r.Checks), r.Approvals.Setting)
		}
		kept := *from
		a.rules = append(a.rules, layerRule{r, nodes.Content[i], &kept})
	}
	slices.SortStableFunc(a.rules, func(x, y layerRule) int { return cmp.Compare(late(&x.When), late(&y.When)) })
}

func late(w *When) int {
	if w.late() {
		return 1
	}
	return 0
}

// layer is the place of a source in the order of the layers.
func (a *adviser) layer(source string) int {
	return slices.IndexFunc(a.files, func(f layerFile) bool { return f.Source == source })
}

// advise adds a piece of advice at a node of a layer.
func (a *adviser) advise(f *layerFile, node *yaml.Node, fix, format string, args ...any) {
	p := strict.At(node, format, args...)
	p.Source = f.Source
	a.found = append(a.found, Advice{p, fix})
}

// file looks at what a layer says beside its rules.
func (a *adviser) file(f *layerFile) {
	for k := range f.Kinds {
		a.globs(f, "kinds", strict.Field(strict.Field(f.root, "kinds"), string(k)), f.Kinds[k])
	}
	for i := range f.Checks {
		a.options(f, &f.Checks[i])
	}
	a.teams(f, "waivers", strict.Field(strict.Field(f.root, "waivers"), "by"))
	lock := strict.Field(f.root, "lock")
	for i, path := range f.Lock {
		for _, other := range f.Lock {
			if len(path) > len(other) && path[:len(other)] == other && path[len(other)] == '.' {
				a.advise(f, item(lock, i), fmt.Sprintf("delete %q", path), "lock: %q is locked by %q already", path, other)
				break
			}
		}
	}
}

// idle finds options of checks that run nowhere.
func (a *adviser) idle() {
	for i := range a.files {
		f := &a.files[i]
		for j := range f.Checks {
			s := &f.Checks[j]
			if len(s.Options.Content) > 0 && !a.runs(s.Check) {
				a.advise(f, s.key, fmt.Sprintf("give it \"level: require\" or \"level: warn\", or delete its options: %s", keysOf(s.Options)),
					"%s has options, and its level is off everywhere", s.Check)
			}
		}
	}
	for i := range a.rules {
		r := &a.rules[i]
		for j := range r.Checks {
			s := &r.Checks[j]
			if s.Level == "" && len(s.Options.Content) > 0 && !a.runs(s.Check) {
				a.advise(r.from, s.key, "give it \"level: require\" or \"level: warn\" in this rule",
					"rule %q gives %s options, and its level is off everywhere", r.Name, s.Check)
			}
		}
	}
}

// runs reports whether a check is ever on.
func (a *adviser) runs(check string) bool {
	if a.level(check) != Off {
		return true
	}
	return slices.ContainsFunc(a.rules, func(r layerRule) bool {
		return slices.ContainsFunc(r.Checks, func(s Setting) bool { return s.Check == check && s.Level != "" && s.Level != Off })
	})
}

// level is a check's level where no rule matches.
func (a *adviser) level(check string) Level {
	for _, c := range a.policy.checks {
		if c.check.Name == check {
			return c.level
		}
	}
	return Off
}

// keysOf lists the keys of a mapping.
func keysOf(node *yaml.Node) string {
	var names []string
	for i := 0; i+1 < len(node.Content); i += 2 {
		names = append(names, node.Content[i].Value)
	}
	return join(names)
}
