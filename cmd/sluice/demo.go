package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/sandbox"
	"github.com/sluicegate/sluice/testdata/scenarios"
	"github.com/spf13/cobra"
)

// demoOptions are the flags of "sluice demo".
type demoOptions struct {
	once     bool
	openapi  string
	verbose  bool
	database string // its URL; a file of the demo's own where empty
}

func newDemo() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole product on this machine, without an account",
		Long: `Demo starts a small GitHub on this machine, installs Sluice on it and opens sample pull requests of agents
and people. Each goes the whole way: signed webhook, database, queue, checks, check runs, digest. A line tells each
verdict as it comes in; then it says where to look. Nothing leaves this machine and nothing is kept.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), cmd.OutOrStdout(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.once, "once", false, "end when every pull request is decided; exit 0 if each is as its sample says")
	flags.StringVar(&o.openapi, "openapi", os.Getenv("SLUICE_OPENAPI"), "hold every request against GitHub's OpenAPI description in this `FILE` (or SLUICE_OPENAPI)")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "show the server's log")
	return cmd
}

// demoPatience is how long the demo waits for its last verdict.
const demoPatience = 2 * time.Minute

func runDemo(ctx context.Context, out io.Writer, o demoOptions) (err error) {
	box := sandbox.New(sandbox.Options{Description: o.openapi, Permissions: permissions(), Narrow: true})
	if err := box.LoadSamples(scenarios.Files); err != nil {
		return err
	}
	if err := box.Start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()

	if o.database == "" {
		folder, err := os.MkdirTemp("", "sluice-demo-")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		o.database = "sqlite:" + folder + "/sluice.db"
	}
	show := newDemoView(out, box)
	stop, err := startDemo(ctx, box, show, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()

	if err := box.OpenSamples(); err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	if err := show.wait(wait); err != nil {
		return err
	}
	wrong := show.close()
	if o.once || ctx.Err() != nil {
		if wrong > 0 {
			return &exitError{code: 1}
		}
		return nil
	}
	show.whereToLook()
	<-ctx.Done()
	return nil
}

// startDemo runs the server against the sandbox. stop ends it.
func startDemo(ctx context.Context, box *sandbox.Sandbox, show *demoView, o demoOptions) (stop func() error, err error) {
	log := zerolog.Nop()
	if o.verbose {
		log = zerolog.New(zerolog.ConsoleWriter{Out: os.Stderr}).With().Timestamp().Logger()
	}
	s, err := newServer(ctx, sandboxConfig(box, o.database), log)
	if err != nil {
		return nil, err
	}
	s.decided = show.decided
	show.server = s
	address, stop, err := s.background(ctx)
	if err != nil {
		return nil, err
	}
	box.SetHookURL(address + githubapp.DefaultWebhookRoute)
	return stop, nil
}

// sandboxConfig is a server's configuration for the sandbox's App.
func sandboxConfig(box *sandbox.Sandbox, database string) *serverConfig {
	c := &serverConfig{DatabaseURL: database, Keep: defaultRetention}
	c.GitHub.WebURL, c.GitHub.V3APIURL, c.GitHub.V4APIURL = box.WebURL(), box.APIURL(), box.GraphQLURL()
	c.GitHub.App.IntegrationID, c.GitHub.App.PrivateKey, c.GitHub.App.WebhookSecret = box.AppID(), string(box.PrivateKey()), box.Secret()
	return c
}

// permissions are those that the App asks for, as the sandbox writes them.
func permissions() map[string]string {
	out := map[string]string{}
	for name, access := range github.Permissions() {
		out[name] = string(access)
	}
	return out
}

func plural(n int, what string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
