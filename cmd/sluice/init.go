package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/gitlocal"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/survey"
	"github.com/spf13/cobra"
)

func newInit() *cobra.Command {
	var force, show bool
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a first policy for a clone, from what is found in it",
		Long: `Init looks at a clone (its languages, where its tests are, CODEOWNERS, trackers, specifications, generated
files, folders where a mistake costs much, what steers agents) and writes ` + policy.Path + `: a policy that
observes and blocks nothing, with the reason of each choice beside it. It is linted before it is written.

Exit status: 0, or 2 where there is no clone, or a policy already.`,
		Example: `  sluice init
  sluice init ../api --print`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			if err := initialise(cmd.Context(), cmd.OutOrStdout(), dir, force, show); err != nil {
				return &exitError{exitUsage, err}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite the policy that is there")
	cmd.Flags().BoolVar(&show, "print", false, "print the policy and write nothing")
	return cmd
}

func initialise(ctx context.Context, out io.Writer, dir string, force, show bool) error {
	clone, err := gitlocal.Open(ctx, dir)
	if err != nil {
		return err
	}
	text, p, err := surveyed(ctx, clone)
	if err != nil {
		return err
	}
	if show {
		_, err = io.WriteString(out, text)
		return err
	}
	if err := writePolicy(clone.Dir(), text, force); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: written. %s\nRead it, commit it, and look at the verdicts: sluice check --base main\n", policy.Path, meaning(p))
	return nil
}

// recentSubjects is how many commits are looked at for the keys of a tracker.
const recentSubjects = 200

// surveyed is a policy for a clone, valid and without a warning.
func surveyed(ctx context.Context, clone *gitlocal.Clone) (string, *policy.Policy, error) {
	paths, err := clone.Paths(ctx)
	if err != nil {
		return "", nil, err
	}
	subjects, err := clone.Subjects(ctx, recentSubjects)
	if err != nil {
		return "", nil, err
	}
	found := survey.Look(&survey.Clone{Paths: paths, Subjects: subjects, Text: func(path string) string {
		text, _ := clone.Text(path) // what cannot be read says nothing
		return text
	}})
	var names []string
	for i := range all.Checks {
		names = append(names, all.Checks[i].Name)
	}
	text := found.Policy(names)
	layer := policy.Layer{Name: policy.RepositoryLayer, Source: policy.Path, Text: text}
	p, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), layer)
	if len(problems) > 0 {
		return "", nil, fmt.Errorf("what would be written is not valid; please report it with the output of \"sluice init --print\":\n%w", joined(problems))
	}
	return text, p, nil
}

// writePolicy writes the file below the clone's top level; a link cannot lead it elsewhere.
func writePolicy(dir, text string, force bool) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.Mkdir(path.Dir(policy.Path), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := root.OpenFile(policy.Path, how, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("there is a %s already; --print shows what would be written, --force overwrites it", policy.Path)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
