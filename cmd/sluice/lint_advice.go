package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check/custom"
	"github.com/sluicegate/sluice/internal/gitlocal"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// groundOf is what a clone tells of the repository that a policy is for. Without a name it is the clone around the policy,
// if that is where a repository has its own: other files may be for another repository.
func groundOf(ctx context.Context, clone string, args []string) (policy.Ground, error) {
	dir, given := clone, clone != ""
	if !given {
		if len(args) > 0 && !strings.HasSuffix(filepath.ToSlash(args[0]), policy.Path) {
			return policy.Ground{}, nil
		}
		dir = "."
		if len(args) > 0 {
			dir = filepath.Dir(args[0])
		}
	}
	opened, err := gitlocal.Open(ctx, dir)
	if err != nil {
		if given {
			return policy.Ground{}, err
		}
		return policy.Ground{}, nil // nobody asked for a clone, and there is none
	}
	paths, err := opened.Paths(ctx)
	if err != nil {
		return policy.Ground{}, fmt.Errorf("%s: %w", dir, err)
	}
	if paths == nil {
		paths = []string{}
	}
	branches, err := opened.Branches(ctx)
	return policy.Ground{Tree: paths, Branches: branches, Owner: opened.Owner(ctx), Teams: teamsOf(opened)}, err
}

var team = regexp.MustCompile(`(?m)(?:^|\s)(@[A-Za-z0-9][\w-]*/[\w.-]+)`)

// teamsOf are the teams that a clone's CODEOWNERS names; none where there is no such file.
func teamsOf(clone *gitlocal.Clone) (teams []string) {
	for _, path := range []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"} {
		text, err := clone.Text(path)
		if err != nil || text == "" {
			continue
		}
		for _, m := range team.FindAllStringSubmatch(text, -1) {
			teams = append(teams, m[1])
		}
		break // GitHub reads the first that there is
	}
	slices.Sort(teams)
	return slices.Compact(teams)
}

// ownRules are the options of the check "custom".
func ownRules(p *policy.Policy) (o custom.Options, kinds kind.Table) {
	settings := p.Settings()
	for i := range settings.Checks {
		if options, ok := settings.Checks[i].Check.Options().(custom.Options); ok {
			o = options
		}
	}
	return o, settings.Kinds
}

// tried are the cases of the policy's own rules that come to something else than they want. They are of the last layer
// that has any: its cases take the place of the others'.
func tried(p *policy.Policy, layers []policy.Layer) []strict.Problem {
	o, kinds := ownRules(p)
	return strict.In(saidBy(layers, "cases", ""), o.Try(kinds))
}

// dear are the policy's own rules that a large change would not be judged by.
func dear(p *policy.Policy, layers []policy.Layer) []policy.Advice {
	o, _ := ownRules(p)
	var advice []policy.Advice
	for _, d := range o.Dear() {
		d.Source = saidBy(layers, "rules", d.Rule)
		advice = append(advice, policy.Advice{Problem: d.Problem, Fix: "let \"when\" or a glob leave out what it need not look at, and loop once"})
	}
	return advice
}

// absent are the globs in the repository's own rules that match no file of the clone.
func absent(p *policy.Policy, ground policy.Ground, layers []policy.Layer) []policy.Advice {
	o, _ := ownRules(p)
	var advice []policy.Advice
	for _, g := range o.Globs() {
		g.Source = saidBy(layers, "rules", g.Rule)
		if !slices.ContainsFunc(layers, func(l policy.Layer) bool { return l.Name == policy.RepositoryLayer && l.Source == g.Source }) {
			continue // an organisation's are for many clones
		}
		if message, fix := ground.Absent(g.Glob); message != "" {
			g.Message = message
			advice = append(advice, policy.Advice{Problem: g.Problem, Fix: fix})
		}
	}
	return advice
}

// saidBy is the source of the last layer that gives "custom" a list, with an item of a name where one is given.
func saidBy(layers []policy.Layer, list, name string) string {
	source := ""
	for _, l := range layers {
		root, _ := strict.Parse(l.Source, []byte(l.Text))
		items := strict.Field(strict.Field(strict.Field(root, "checks"), "custom"), list)
		if items != nil && (name == "" || slices.ContainsFunc(items.Content, func(item *yaml.Node) bool {
			value := strict.Field(item, "name")
			return value != nil && value.Value == name
		})) {
			source = l.Source
		}
	}
	return source
}

// advise shows what is valid and hardly meant.
func advise(out io.Writer, advice []policy.Advice, strictly bool) error {
	for _, a := range advice {
		fmt.Fprintf(out, "%s: warning: %s\n    fix: %s\n", place(a.Problem), a.Message, a.Fix)
	}
	if n := len(advice); n > 0 && strictly {
		return &exitError{exitUsage, errors.New("the policy has " + count(n, "warning") + ", and --strict takes none")}
	}
	return nil
}

func place(p strict.Problem) string { return fmt.Sprintf("%s:%d:%d", p.Source, p.Line, p.Column) }
