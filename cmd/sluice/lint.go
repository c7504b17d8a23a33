package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/strict"
	"github.com/spf13/cobra"
)

func newLint() *cobra.Command {
	var org, clone string
	var strictly bool
	cmd := &cobra.Command{
		Use:   "lint [FILE]",
		Short: "Show a policy's mistakes, all of them, with line and column",
		Long: `Lint reads a policy as the server does and shows every mistake in it, or in one line what it means. It tries the
cases of the check "custom". Then it warns of what is valid and hardly meant, and says what to write: a rule
that never matches or that a later rule hides, options of a check that is off, a label that loosens the gate,
and globs that match no file of the clone.

FILE is ` + policy.Path + ` where none is given, and - is standard input. With --org the file is laid over the
organisation's, so that locks show; --org without FILE reads the organisation's policy alone. The clone is the
one around FILE, if FILE is its ` + policy.Path + `, or that of --clone.

Exit status: 0 the policy is valid, 2 it is not or could not be read, or --strict and there are warnings.`,
		Example: `  sluice lint
  sluice lint --org ../.github/.github/sluice.yml
  git show origin/main:.github/sluice.yml | sluice lint -`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			layers, err := lintLayers(cmd.InOrStdin(), org, args)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			ground, err := groundOf(cmd.Context(), clone, args)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			return lint(cmd.OutOrStdout(), layers, ground, strictly)
		},
	}
	cmd.Flags().StringVar(&org, "org", "", "the organisation's policy `FILE`, which lies below")
	cmd.Flags().StringVar(&clone, "clone", "", "look for the policy's paths in the clone at `DIR`")
	cmd.Flags().BoolVar(&strictly, "strict", false, "let warnings fail as mistakes do")
	return cmd
}

// lintLayers reads the files that the command line names, the organisation's first.
func lintLayers(in io.Reader, org string, args []string) ([]policy.Layer, error) {
	var layers []policy.Layer
	if org != "" {
		layer, err := readLayer(in, policy.OrganisationLayer, org)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer)
	}
	path := policy.Path
	switch {
	case len(args) > 0:
		path = args[0]
	case org != "":
		return layers, nil
	}
	layer, err := readLayer(in, policy.RepositoryLayer, path)
	if errors.Is(err, fs.ErrNotExist) && len(args) == 0 {
		return nil, fmt.Errorf("there is no %s here; name the file, or begin with one of config/examples", policy.Path)
	}
	return append(layers, layer), err
}

// readLayer reads a policy file, no more of it than the policy would be refused for.
func readLayer(in io.Reader, name policy.LayerName, path string) (policy.Layer, error) {
	source := path
	if path == "-" {
		source = "standard input"
	} else {
		file, err := os.Open(path) //nolint:gosec // the user names the file
		if err != nil {
			return policy.Layer{}, err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, strict.MaxText+1))
	if err != nil {
		return policy.Layer{}, fmt.Errorf("%s: %w", source, err)
	}
	return policy.Layer{Name: name, Source: source, Text: string(text)}, nil
}

func lint(out io.Writer, layers []policy.Layer, ground policy.Ground, strictly bool) error {
	p, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), layers...)
	if len(problems) == 0 {
		problems = tried(p, layers)
	}
	for _, problem := range problems {
		fmt.Fprintln(out, problem.Error())
	}
	if n := len(problems); n > 0 {
		return &exitError{exitUsage, fmt.Errorf("the policy has %s; the server would not take it", count(n, "mistake"))}
	}
	fmt.Fprintf(out, "%s: valid. %s\n", layers[len(layers)-1].Source, meaning(p))
	for _, note := range p.Settings().Notes {
		fmt.Fprintln(out, "note:", note)
	}
	return advise(out, slices.Concat(p.Advise(ground, layers...), absent(p, ground, layers), dear(p, layers)), strictly)
}

// meaning is what a policy does, in one line.
func meaning(p *policy.Policy) string {
	settings := p.Settings()
	by := map[policy.Level][]string{}
	for _, c := range settings.Checks {
		by[c.Level] = append(by[c.Level], c.Check.Name)
	}
	mode := map[policy.Mode]string{policy.Enforce: "It blocks", policy.Observe: "It blocks nothing (mode: observe)"}[settings.Mode]
	parts := []string{mode}
	for _, level := range []struct {
		level policy.Level
		verb  string
	}{{policy.Require, "requires"}, {policy.Warn, "warns of"}, {policy.Off, "leaves off"}} {
		if names := by[level.level]; len(names) > 0 {
			parts = append(parts, level.verb+" "+strings.Join(names, ", "))
		}
	}
	if n := p.Rules(); n > 0 {
		parts = append(parts, "has "+count(n, "rule"))
	}
	return strings.Join(parts, "; ") + "."
}

// count is "1 rule", "2 rules".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
