package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
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
	once    bool
	openapi string
	verbose bool
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
	box := sandbox.New(sandbox.Options{Description: o.openapi, Permissions: permissions()})
	if err := box.LoadSamples(scenarios.Files); err != nil {
		return err
	}
	if err := box.Start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()

	folder, err := os.MkdirTemp("", "sluice-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	show := newDemoView(out, box)
	stop, err := startDemo(ctx, box, folder, show, o.verbose)
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
func startDemo(ctx context.Context, box *sandbox.Sandbox, folder string, show *demoView, verbose bool) (stop func() error, err error) {
	c := &serverConfig{DatabaseURL: "sqlite:" + folder + "/sluice.db"}
	c.GitHub.WebURL, c.GitHub.V3APIURL, c.GitHub.V4APIURL = box.WebURL(), box.APIURL(), box.GraphQLURL()
	c.GitHub.App.IntegrationID, c.GitHub.App.PrivateKey, c.GitHub.App.WebhookSecret = box.AppID(), string(box.PrivateKey()), box.Secret()
	log := zerolog.Nop()
	if verbose {
		log = zerolog.New(zerolog.ConsoleWriter{Out: os.Stderr}).With().Timestamp().Logger()
	}
	s, err := newServer(ctx, c, log)
	if err != nil {
		return nil, err
	}
	s.decided = show.decided
	show.server = s
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	// The server outlives ctx until stop, so that what was asked for is published when the user breaks off.
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- s.run(running, listener) }()
	box.SetHookURL("http://" + listener.Addr().String() + githubapp.DefaultWebhookRoute)
	return func() error {
		cancel()
		err := <-ended
		if err != nil && strings.Contains(err.Error(), "Server closed") {
			return nil
		}
		return err
	}, nil
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
