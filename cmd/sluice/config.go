package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

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
	GitHub      githubapp.Config `yaml:"github"`       // GITHUB_…, under go-githubapp's names
}

// readConfig reads the file, where one is named, then the environment. All mistakes come at once.
func readConfig(path string) (*serverConfig, error) {
	c := &serverConfig{Listen: "127.0.0.1:8080", DatabaseURL: "sqlite:sluice.db", LogLevel: "info"}
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
			return nil, joined(problems)
		}
	}
	for name, value := range map[string]*string{
		"SLUICE_LISTEN": &c.Listen, "SLUICE_DATABASE_URL": &c.DatabaseURL,
		"SLUICE_PUBLIC_URL": &c.PublicURL, "SLUICE_LOG_LEVEL": &c.LogLevel,
	} {
		if v := os.Getenv(name); v != "" {
			*value = v
		}
	}
	c.GitHub.SetValuesFromEnv("")
	return c, c.validate()
}

// validate leaves GitHub's part to the package github, which knows it.
func (c *serverConfig) validate() error {
	var errs []error
	// go-githubapp passes over a number that is none.
	if id := os.Getenv("GITHUB_APP_INTEGRATION_ID"); id != "" {
		if _, err := strconv.ParseInt(id, 10, 64); err != nil {
			errs = append(errs, fmt.Errorf("GITHUB_APP_INTEGRATION_ID is %q: write the App's number, as its page on GitHub shows it", id))
		}
	}
	if _, err := c.level(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *serverConfig) level() (zerolog.Level, error) {
	level, err := zerolog.ParseLevel(c.LogLevel)
	if err != nil || level == zerolog.NoLevel {
		return zerolog.InfoLevel, fmt.Errorf("SLUICE_LOG_LEVEL is %q: write debug, info, warn or error", c.LogLevel)
	}
	return level, nil
}

// joined makes one error of all problems, a line each.
func joined(problems []strict.Problem) error {
	var errs []error
	for _, p := range problems {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}
