package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
)

func newServe() *cobra.Command {
	var config string
	var byHand bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the GitHub App",
		Long: `Serve runs the App: it takes GitHub's webhooks at /api/github/hook, looks at pull requests and posts check
runs and digests. /healthz answers while the process lives, /readyz while it can take deliveries, /metrics what
was counted, for Prometheus.

Configuration comes from --config and from the environment, which wins:

  GITHUB_APP_INTEGRATION_ID   the App's id
  GITHUB_APP_WEBHOOK_SECRET   the webhook's secret
  SLUICE_WEBHOOK_SECRET_OLD   the one before, taken as well while it is being changed
  GITHUB_APP_PRIVATE_KEY      the App's private key, the text of the PEM file
  GITHUB_WEB_URL, GITHUB_V3_API_URL, GITHUB_V4_API_URL   for GitHub Enterprise Server
  SLUICE_LISTEN               127.0.0.1:8080
  SLUICE_DATABASE_URL         sqlite:sluice.db, or postgres://…
  SLUICE_PUBLIC_URL           where people reach this server
  SLUICE_LOG_LEVEL            debug, info, warn or error
  OTEL_EXPORTER_OTLP_ENDPOINT where traces are sent to over HTTP; with OpenTelemetry's other variables

The secrets, the key and SLUICE_DATABASE_URL may lie in files instead, which NAME_FILE names:
GITHUB_APP_PRIVATE_KEY_FILE=/run/secrets/key.pem. A SLUICE_ variable that isn't here is an error.

To change the webhook's secret: set SLUICE_WEBHOOK_SECRET_OLD to the one that holds and GITHUB_APP_WEBHOOK_SECRET to a
new one, restart, write the new one on the App's page, and take the old one away when no more deliveries fail.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(config)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			c.byHand = byHand
			return serve(cmd.Context(), c, os.Stderr)
		},
	}
	cmd.Flags().StringVar(&config, "config", "", "a YAML `FILE`, as config/server.example.yml shows")
	cmd.Flags().BoolVar(&byHand, "no-migrate", false, "leave the database's tables alone; bring them up to date with sluice migrate")
	return cmd
}

// collect is how much the heap may grow before the garbage is collected, in percent of what lives. That is some fifty
// megabytes of rules that never change, and a look at a pull request needs a few: Go's 100 would wait for fifty more.
const collect = 50

// serve runs the server until ctx ends. Neither what it logs nor its error shows a secret.
func serve(ctx context.Context, c *serverConfig, out io.Writer) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collect)
	}
	level, err := c.level()
	if err != nil {
		return err
	}
	hide := c.veil()
	return hide.error(listen(ctx, c, zerolog.New(hide.over(out)).Level(level).With().Timestamp().Logger()))
}

func listen(ctx context.Context, c *serverConfig, log zerolog.Logger) error {
	s, err := newServer(ctx, c, log)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	if c.WebhookSecretOld != "" {
		log.Info().Msg("two webhook secrets are taken; take SLUICE_WEBHOOK_SECRET_OLD away when the new one is on the App's page")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen on %s: %w; set SLUICE_LISTEN to a free address", c.Listen, err), s.db.Close(), s.tracing.stop(ctx))
	}
	return s.run(ctx, listener)
}
