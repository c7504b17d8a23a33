package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/sluicegate/sluice/internal/check/custom"
	"github.com/sluicegate/sluice/internal/gitlocal"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/strict"
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
	return policy.Ground{Tree: paths, Owner: opened.Owner(ctx)}, nil
}

// tried are the cases of the policy's own rules that come to something else than they want. They are said of the last
// layer that has any: its cases take the place of the others'.
func tried(p *policy.Policy, layers []policy.Layer) []strict.Problem {
	settings := p.Settings()
	var problems []strict.Problem
	for i := range settings.Checks {
		if o, ok := settings.Checks[i].Check.Options().(custom.Options); ok {
			problems = o.Try(settings.Kinds)
		}
	}
	source := ""
	for _, l := range layers {
		root, _ := strict.Parse(l.Source, []byte(l.Text))
		if strict.Field(strict.Field(strict.Field(root, "checks"), "custom"), "cases") != nil {
			source = l.Source
		}
	}
	return strict.In(source, problems)
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
