package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/agent/score"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/spf13/cobra"
)

// maxRow bounds a line that classify reads, in bytes: a snapshot of a large pull request is one line.
const maxRow = 64 << 20

func newClassify() *cobra.Command {
	var explain, scoring bool
	var git, since, format, own string
	cmd := &cobra.Command{
		Use:   "classify [FILE]",
		Short: "Say which agents wrote pull requests, one JSON object a line in and out",
		Long: `Classify reads pull requests, one JSON object a line, from FILE or from standard input ("-"), and writes who
wrote each, one JSON object a line in the same order.

A line is a snapshot, as "sluice check --save" writes it on one line, or a row of a collection:

  {"id": "acme/api#12", "author_login": …, "author_id": …, "author_type": "User" | "Bot", "head_ref": …,
   "title": …, "body": …, "labels": […], "commits": [{"message": …, "author_name": …, "author_email": …}]}

What is null or absent is unknown. No agent means that no sign of one was found, never that a person wrote it.

With --git it counts what landed in a clone instead: each merge with the commits that it brought, each squash.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			catalog, err := catalogOf(cmd, own)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			if git != "" {
				return classifyGit(cmd, catalog, git, since, format)
			}
			in, name, err := openRows(cmd, args)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			defer func() { _ = in.Close() }() // it was only read
			out := bufio.NewWriter(cmd.OutOrStdout())
			switch {
			case explain && scoring:
				err = errors.New("--explain and --score don't go together")
			case explain:
				err = eachRow(in, name, catalog, func(row *score.Row, a agent.Attribution, signals []agent.Signal) error {
					explainRow(out, row, &a, signals)
					return nil
				})
			case scoring:
				err = scoreRows(in, name, catalog, out)
			default:
				err = eachRow(in, name, catalog, func(row *score.Row, a agent.Attribution, _ []agent.Signal) error {
					return writeRow(out, row, &a)
				})
			}
			if err = errors.Join(err, out.Flush()); err != nil {
				return &exitError{exitUsage, err}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&explain, "explain", false, "print every signal that was looked at, for people")
	cmd.Flags().BoolVar(&scoring, "score", false, "hold the answers against the rows' labels: precision and recall by agent, and each mistake")
	cmd.Flags().StringVar(&git, "git", "", "count by month what landed in the clone in `DIR`, and which agents wrote it")
	cmd.Flags().StringVar(&since, "since", "1y", "with --git: how far back, 90d, 12w, 6m, 2y or a date")
	cmd.Flags().StringVar(&format, "format", "table", "with --git: table, json or csv")
	cmd.Flags().StringVar(&own, "policy", "", "recognise the agents that the policy in `FILE` defines too")
	return cmd
}

// catalogOf is the built-in catalog with the agents of the policy in a file; empty for none.
func catalogOf(cmd *cobra.Command, path string) (*agent.Catalog, error) {
	if path == "" {
		return agent.BuiltIn(), nil
	}
	layer, err := readLayer(cmd.InOrStdin(), policy.RepositoryLayer, path)
	if err != nil {
		return nil, err
	}
	p, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), layer)
	if len(problems) > 0 {
		return nil, fmt.Errorf("the policy is invalid:\n%w", joined(problems))
	}
	return p.Catalog(), nil
}

func classifyGit(cmd *cobra.Command, catalog *agent.Catalog, dir, since, format string) error {
	if !slices.Contains([]string{"table", "json", "csv"}, format) {
		return &exitError{exitUsage, fmt.Errorf("no format is named %q; the formats are table, json and csv", format)}
	}
	months, err := history(cmd.Context(), catalog, dir, since, time.Now())
	if err != nil {
		return &exitError{exitUsage, err}
	}
	return writeHistory(cmd.OutOrStdout(), months, format)
}

func openRows(cmd *cobra.Command, args []string) (io.ReadCloser, string, error) {
	if len(args) == 0 || args[0] == "-" {
		return io.NopCloser(cmd.InOrStdin()), "standard input", nil
	}
	file, err := os.Open(args[0])
	return file, args[0], err
}

// eachRow attributes each line; blank ones are passed over. A line that cannot be read ends it, with its number.
func eachRow(in io.Reader, name string, catalog *agent.Catalog, do func(*score.Row, agent.Attribution, []agent.Signal) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), maxRow)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		row, r, err := score.Read(lines.Bytes())
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
		a, signals := catalog.Explain(r)
		if err := do(row, a, signals); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("%s: a line is longer than %d MiB", name, maxRow>>20)
	}
	return lines.Err()
}

// writeRow writes an attribution with its row's id in front.
func writeRow(out *bufio.Writer, row *score.Row, a *agent.Attribution) error {
	id, err := json.Marshal(row.ID)
	if err != nil {
		return err
	}
	var form bytes.Buffer
	enc := json.NewEncoder(&form)
	enc.SetEscapeHTML(false) // addresses stand in angle brackets
	if err := enc.Encode(a); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `{"id":%s,%s`, id, form.Bytes()[1:])
	return err
}
