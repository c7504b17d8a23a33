package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/strict"
)

// serverConfig is the server's configuration: a YAML file, and the environment over it.
type serverConfig struct {
	Listen      string           `yaml:"listen"`       // SLUICE_LISTEN
	DatabaseURL string           `yaml:"database_url"` // SLUICE_DATABASE_URL
	PublicURL   string           `yaml:"public_url"`   // SLUICE_PUBLIC_URL; where people reach this server
	LogLevel    string           `yaml:"log_level"`    // SLUICE_LOG_LEVEL
	Keep        retention        `yaml:"keep"`
	GitHub      githubapp.Config `yaml:"github"` // GITHUB_…, under go-githubapp's names

	// WebhookSecretOld is taken beside the webhook's secret while that is being changed: SLUICE_WEBHOOK_SECRET_OLD.
	WebhookSecretOld string `yaml:"webhook_secret_old"`

	byHand bool   // the database is migrated by hand
	traces string // where spans are sent, a URL: OTEL_EXPORTER_OTLP_ENDPOINT; empty for nowhere
}

// retention is how long what is not the ledger is kept.
type retention struct {
	Deliveries time.Duration `yaml:"deliveries"` // what GitHub sent
	Reports    time.Duration `yaml:"reports"`    // what was said of pull requests, the newest of open ones apart
}

var defaultRetention = retention{Deliveries: 30 * 24 * time.Hour, Reports: 365 * 24 * time.Hour}

// shortest is the least time that deliveries are kept: GitHub sends again what is up to three days old, and what is
// known is not done twice.
const shortest = 96 * time.Hour

// readConfig reads the file, where one is named, then the environment. All mistakes come at once.
func readConfig(path string) (*serverConfig, error) {
	c := &serverConfig{Listen: "127.0.0.1:8080", DatabaseURL: "sqlite:sluice.db", LogLevel: "info", Keep: defaultRetention}
	if path != "" {
		text, err := os.ReadFile(path) //nolint:gosec // the user names the file
		if err != nil {
			return nil, err
		}
		node, problems := strict.Parse(path, text)
		if len(problems) == 0 {
			problems = strict.In(path, strict.Decode(node, c))
		}
		if len(problems) > 0 {
			return nil, discreet(problems)
		}
	}
	errs := []error{c.environment()}
	var err error
	c.traces, err = tracesEndpoint(os.Getenv)
	errs = append(errs, err, c.validate())
	if err := errors.Join(errs...); err != nil {
		return nil, c.veil().error(err)
	}
	return c, nil
}

// validate leaves GitHub's part to the package github, which knows it.
func (c *serverConfig) validate() error {
	var errs []error
	// go-githubapp passes over a number that is none.
	if id := os.Getenv("GITHUB_APP_INTEGRATION_ID"); id != "" {
		if _, err := strconv.ParseInt(id, 10, 64); err != nil {
			errs = append(errs, errors.New("GITHUB_APP_INTEGRATION_ID is no number: write the one that is called App ID on the App's page"))
		}
	}
	if _, err := c.level(); err != nil {
		errs = append(errs, err)
	}
	switch {
	case c.WebhookSecretOld == "":
	case c.WebhookSecretOld == c.GitHub.App.WebhookSecret:
		errs = append(errs, errors.New("SLUICE_WEBHOOK_SECRET_OLD is the new secret too: write the one before into it, or take it away when all deliveries come with the new one"))
	case c.GitHub.App.WebhookSecret == "":
		errs = append(errs, errors.New("SLUICE_WEBHOOK_SECRET_OLD is set and GITHUB_APP_WEBHOOK_SECRET is not: the secret that holds goes into the latter"))
	}
	for name, d := range map[string]time.Duration{"keep.deliveries": c.Keep.Deliveries, "keep.reports": c.Keep.Reports} {
		if d < shortest {
			errs = append(errs, fmt.Errorf("%s is %s: GitHub sends again what is days old, so keep it for %s at least", name, d, shortest))
		}
	}
	return errors.Join(errs...)
}

// webhookSecrets are those that a delivery may be signed with.
func (c *serverConfig) webhookSecrets() []string {
	secrets := []string{c.GitHub.App.WebhookSecret}
	if c.WebhookSecretOld != "" {
		secrets = append(secrets, c.WebhookSecretOld)
	}
	return secrets
}

func (c *serverConfig) level() (zerolog.Level, error) {
	level, err := zerolog.ParseLevel(c.LogLevel)
	if err != nil || level == zerolog.NoLevel {
		return zerolog.InfoLevel, fmt.Errorf("SLUICE_LOG_LEVEL is %q: write debug, info, warn or error", c.LogLevel)
	}
	return level, nil
}

// quoted is a word of the file in a message.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// longestShown is how long a value may be that is shown: a longer one could be a secret in the wrong place.
const longestShown = 16

// discreet makes one error of all problems, a line each, without values that could be secrets.
func discreet(problems []strict.Problem) error {
	var errs []error
	for _, p := range problems {
		p.Message = quoted.ReplaceAllStringFunc(p.Message, func(word string) string {
			if len(word) > longestShown {
				return "[not shown: it may be a secret]"
			}
			return word
		})
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

// joined makes one error of all problems, a line each.
func joined(problems []strict.Problem) error {
	var errs []error
	for _, p := range problems {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}
