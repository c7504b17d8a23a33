package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/strict"
	"github.com/spf13/cobra"
)

func newExplain() *cobra.Command {
	var merged bool
	var org string
	cmd := &cobra.Command{
		Use:   "explain [CHECK | AGENT] | --policy [DIR | FILE]",
		Short: "Show what a check looks at, how an agent is recognised, or where a policy's values are from",
		Long: `Explain shows a check's page and its options, or the signs by which an agent, a family of agents, a bot or a
reviewer is recognised. Without a name it lists them all.

With --policy it prints the policy of a clone or a file as its layers leave it (built-in, the organisation's of
--org, the repository's), each value with the layer and the line that it is from, and whether it is locked.

Exit status: 0, or 2 where nothing has that name, or the policy is not valid.`,
		Example: `  sluice explain
  sluice explain spec
  sluice explain claude
  sluice explain --policy --org ../.github/.github/sluice.yml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, catalog := cmd.OutOrStdout(), agent.BuiltIn()
			if merged {
				if err := explainPolicy(cmd.InOrStdin(), out, org, args); err != nil {
					return &exitError{exitUsage, err}
				}
				return nil
			}
			if org != "" {
				return &exitError{exitUsage, errors.New("--org goes with --policy")}
			}
			if len(args) == 0 {
				return list(out, catalog)
			}
			if i := indexCheck(args[0]); i >= 0 {
				return explainCheck(out, &all.Checks[i])
			}
			if found := catalog.Find(args[0]); len(found) > 0 {
				return explainAgents(out, args[0], found)
			}
			return &exitError{exitUsage, unknownName(args[0], catalog)}
		},
	}
	cmd.Flags().BoolVar(&merged, "policy", false, "show the merged policy, and where each value is from")
	cmd.Flags().StringVar(&org, "org", "", "with --policy, the organisation's policy `FILE`, which lies below")
	cmd.Flags().StringVar(&org, "organisation", "", "the same as --org")
	_ = cmd.Flags().MarkHidden("organisation") // it is there
	return cmd
}

func indexCheck(name string) int {
	for i := range all.Checks {
		if all.Checks[i].Name == name {
			return i
		}
	}
	return -1
}

// unknownName says that nothing has a name, and what may have been meant.
func unknownName(name string, catalog *agent.Catalog) error {
	known := catalog.Names()
	for i := range all.Checks {
		known = append(known, all.Checks[i].Name)
	}
	for _, f := range catalog.Fingerprints() {
		known = append(known, f.Slug)
	}
	hint := `"sluice explain" lists them`
	if near := strict.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Errorf("no check and no agent is named %q; %s", name, hint)
}

func list(out io.Writer, catalog *agent.Catalog) error {
	w := &lines{out: out}
	w.line("Checks")
	for i := range all.Checks {
		w.line("  %-16s %s", all.Checks[i].Name, all.Checks[i].About())
	}
	for _, class := range []struct {
		class   agent.Class
		heading string
	}{{agent.Agent, "Agents"}, {agent.Bot, "Ordinary bots, which the gate lets be"}, {agent.Reviewer, "Reviewers, which are shown and never counted"}} {
		var rows []*agent.Fingerprint
		for _, f := range catalog.Fingerprints() {
			if f.Class == class.class {
				rows = append(rows, f)
			}
		}
		if len(rows) == 0 {
			continue
		}
		w.line("")
		w.line("%s", class.heading)
		for _, f := range rows {
			family := ""
			if f.Family != f.Slug {
				family = " (family " + f.Family + ")"
			}
			w.line("  %-24s %s%s", f.Slug, f.Name, family)
		}
	}
	return w.err
}

func explainCheck(out io.Writer, c *check.Check) error {
	w := &lines{out: out}
	w.line("%s", strings.TrimSpace(c.Doc))
	options, err := optionsOf(c)
	if err != nil {
		return errors.Join(err, w.err)
	}
	w.line("")
	w.line("## In a policy, with the defaults")
	w.line("")
	w.line("    checks:")
	w.line("      %s:", c.Name)
	w.line("        level: require  # or warn, or off")
	for _, o := range options {
		w.line("        %s: %s", o.name, o.value)
	}
	return w.err
}

// lines writes lines until one cannot be written.
type lines struct {
	out io.Writer
	err error
}

func (w *lines) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintln(w.out, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
}
