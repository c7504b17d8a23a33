package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/digest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/gitlocal"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/spf13/cobra"
)

// checkOptions are the flags of "sluice check".
type checkOptions struct {
	base, span, snapshot, policy, format, save string
	carry                                      bool
}

func newCheck() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [OWNER/REPO#NUMBER | URL]",
		Short: "Check a range of this clone, a pull request, or a snapshot",
		Long: `Check gives the report that Sluice would post, without posting it.

It looks at a range of the clone around the current folder (--base or --range), at a pull request over
GitHub's API (its number or URL; GITHUB_TOKEN is used where it is set), or at a stored snapshot.
The policy and CODEOWNERS are read from the base, as the server does.

Exit status: 0 open, 1 closed, 2 a mistake in the call, the policy or the input, 3 waiting or unsure.`,
		Example: `  sluice check --base main
  sluice check --range v1.4.0..HEAD --format markdown
  sluice check acme/api#12
  sluice check acme/api#12 --save case.json && sluice check --snapshot case.json --policy new.yml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCheck(cmd, args, &o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.base, "base", "", "check what HEAD has and this `REF` has not")
	flags.StringVar(&o.span, "range", "", "check the range `A..B` of this clone: B is to go into A")
	flags.StringVar(&o.snapshot, "snapshot", "", "check a stored pull request, a JSON `FILE`")
	flags.StringVar(&o.policy, "policy", "", "use this policy `FILE` in place of the base's own")
	flags.StringVar(&o.format, "format", "text", "text, markdown, json or sarif")
	flags.BoolVar(&o.carry, "carry", false, "with --format json, put the pull request itself into the report, to be replayed with --snapshot")
	flags.StringVar(&o.save, "save", "", "store the pull request as a snapshot `FILE` as well")
	return cmd
}

var formats = []string{"text", "markdown", "json", "sarif"}

func runCheck(cmd *cobra.Command, args []string, o *checkOptions) error {
	if !slices.Contains(formats, o.format) {
		return &exitError{exitUsage, fmt.Errorf("no format is named %q; the formats are %s", o.format, strings.Join(formats, ", "))}
	}
	if o.carry && o.format != "json" {
		return &exitError{exitUsage, errors.New("--carry goes with --format json")}
	}
	subject, err := o.subject(cmd.Context(), args)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	report, err := subject.report(cmd.Context(), o)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	if err := show(cmd, report, subject.request, o); err != nil {
		return err
	}
	switch report.Decision {
	case gate.Open:
		return nil
	case gate.Closed:
		return &exitError{code: exitClosed}
	}
	return &exitError{code: exitUnsure}
}

// subject is a pull request that is checked without being published.
type subject struct {
	request  *pull.Request
	layers   []policy.Layer
	complete func(context.Context, *pull.Request, pull.Needs) error
	now      time.Time
}

// subject finds what the command line asks for: just one of the ways.
func (o *checkOptions) subject(ctx context.Context, args []string) (*subject, error) {
	ways := 0
	for _, given := range []bool{o.base != "", o.span != "", o.snapshot != "", len(args) > 0} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return nil, errors.New("say what to check: --base REF, --range A..B, --snapshot FILE, or a pull request as OWNER/REPO#NUMBER; just one of them")
	case o.snapshot != "":
		return fromSnapshot(o.snapshot)
	case len(args) > 0:
		return fromGitHub(ctx, args[0])
	case o.base != "":
		return fromClone(ctx, o.base, "HEAD")
	}
	base, head, ok := strings.Cut(strings.Replace(o.span, "...", "..", 1), "..")
	if !ok || base == "" {
		return nil, fmt.Errorf("--range %s is no range: write A..B, as in main..HEAD", o.span)
	}
	if head == "" {
		head = "HEAD"
	}
	return fromClone(ctx, base, head)
}

func fromSnapshot(path string) (*subject, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	r, err := decodeCase(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	layers, err := layersOf(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &subject{request: r, layers: layers, now: newest(r)}, nil
}

func fromClone(ctx context.Context, base, head string) (*subject, error) {
	clone, err := gitlocal.Open(ctx, ".")
	if err != nil {
		return nil, err
	}
	r, layers, err := clone.Range(ctx, base, head)
	if err != nil {
		return nil, err
	}
	return &subject{request: r, layers: layers, complete: clone.Complete, now: newest(r)}, nil
}

// newest is the time of the newest commit: a report of one range says the same today and tomorrow.
func newest(r *pull.Request) time.Time {
	var t time.Time
	for _, c := range r.Commits {
		if c.Committer.When.After(t) {
			t = c.Committer.When
		}
	}
	return t
}

// reference is OWNER/REPO#NUMBER, or the URL of a pull request.
var reference = regexp.MustCompile(`^(?:https?://([^/]+)/)?([\w.-]+/[\w.-]+)(?:#|/pull/)(\d{1,9})(?:[/?#].*)?$`)

func fromGitHub(ctx context.Context, name string) (*subject, error) {
	m := reference.FindStringSubmatch(name)
	if m == nil {
		return nil, fmt.Errorf("%q names no pull request: write OWNER/REPO#NUMBER or its URL; for a range of this clone use --base or --range", name)
	}
	number, err := strconv.Atoi(m[3])
	if err != nil {
		return nil, err
	}
	client, err := tokenClient(m[1])
	if err != nil {
		return nil, err
	}
	t := gate.Target{Repo: m[2], Number: number}
	r, layers, err := client.Open(ctx, t)
	if err != nil {
		return nil, advised(name, err)
	}
	complete := func(ctx context.Context, r *pull.Request, needs pull.Needs) error {
		return advised(name, client.Complete(ctx, t, r, needs))
	}
	return &subject{request: r, layers: layers, complete: complete, now: time.Now()}, nil
}

// report evaluates the subject, by the file of --policy where one is given.
func (s *subject) report(ctx context.Context, o *checkOptions) (*gate.Report, error) {
	if o.policy != "" {
		text, err := os.ReadFile(o.policy)
		if err != nil {
			return nil, err
		}
		s.layers = []policy.Layer{{Name: policy.RepositoryLayer, Source: o.policy, Text: string(text)}}
	}
	p, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), s.layers...)
	if len(problems) > 0 {
		return nil, fmt.Errorf("the policy is invalid:\n%w", joined(problems))
	}
	s.request.Policies = policiesOf(s.layers)
	if s.complete != nil {
		if err := gate.Complete(ctx, s.request, p, s.complete); err != nil {
			return nil, err
		}
	}
	if o.save != "" {
		if err := save(o.save, s.request); err != nil {
			return nil, err
		}
	}
	return gate.Evaluate(s.request, p, s.now), nil
}

func save(path string, r *pull.Request) error {
	file, err := os.Create(path) //nolint:gosec // the user names the file
	if err != nil {
		return err
	}
	return errors.Join(pull.Encode(file, r), file.Close())
}

// show prints a report on r.
func show(cmd *cobra.Command, report *gate.Report, r *pull.Request, o *checkOptions) error {
	out := cmd.OutOrStdout()
	var text []byte
	var err error
	switch o.format {
	case "markdown":
		text = []byte(digest.CheckRun(report).Markdown())
	case "json":
		if text, err = digest.JSON(report); err == nil && o.carry {
			text, err = carry(text, r)
		}
	case "sarif":
		text, err = digest.SARIF(report)
	default:
		s := screenOf(out)
		text = []byte(digest.Text(report, digest.Options{Color: s.color, Width: s.width}))
	}
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}
