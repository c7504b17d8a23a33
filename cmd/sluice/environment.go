package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/strict"
)

// variable is a setting that the environment may give.
type variable struct {
	name  string
	value *string
	// secret ones may lie in a file, which NAME_FILE names: what orchestrators mount is in no process list, no crash
	// report and no child's environment.
	secret bool
}

func (c *serverConfig) variables() []variable {
	return []variable{
		{"GITHUB_APP_PRIVATE_KEY", &c.GitHub.App.PrivateKey, true},
		{"GITHUB_APP_WEBHOOK_SECRET", &c.GitHub.App.WebhookSecret, true},
		{"GITHUB_OAUTH_CLIENT_SECRET", &c.GitHub.OAuth.ClientSecret, true},
		{"SLUICE_WEBHOOK_SECRET_OLD", &c.WebhookSecretOld, true},
		{"SLUICE_DATABASE_URL", &c.DatabaseURL, true},
		{"SLUICE_LISTEN", &c.Listen, false},
		{"SLUICE_PUBLIC_URL", &c.PublicURL, false},
		{"SLUICE_LOG_LEVEL", &c.LogLevel, false},
	}
}

// elsewhere are variables of Sluice's that other commands and the tests read.
var elsewhere = []string{"SLUICE_OPENAPI", "SLUICE_GRAPHQL_SCHEMA"}

// environment lays the environment over c.
func (c *serverConfig) environment() error {
	c.GitHub.SetValuesFromEnv("")
	var errs []error
	known := slices.Clone(elsewhere)
	for _, v := range c.variables() {
		known = append(known, v.name)
		text := os.Getenv(v.name)
		if v.secret {
			known = append(known, v.name+"_FILE")
			from, err := v.file(text)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			text = from
		}
		if text != "" {
			*v.value = text
		}
	}
	return errors.Join(append(errs, unknown(os.Environ(), known)...)...)
}

// largestSecret is more than any key is long.
const largestSecret = 64 << 10

// file is the text of the file that NAME_FILE names, or the variable's own text where it names none. The line's end that
// editors leave is no part of a secret.
func (v *variable) file(text string) (string, error) {
	path := os.Getenv(v.name + "_FILE")
	switch {
	case path == "":
		return text, nil
	case text != "":
		return "", fmt.Errorf("%[1]s and %[1]s_FILE are both set: take one of them away", v.name)
	}
	f, err := os.Open(path) //nolint:gosec // whoever runs the server names the file
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", v.name, withoutPath(err))
	}
	defer func() { _ = f.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(f, largestSecret+1))
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", v.name, withoutPath(err))
	}
	secret := strings.TrimRight(string(body), "\r\n")
	switch {
	case len(body) > largestSecret:
		return "", fmt.Errorf("%s_FILE names a file of more than 64 KB: name the one that holds the secret alone", v.name)
	case secret == "":
		return "", fmt.Errorf("%s_FILE names an empty file: write the secret into it", v.name)
	}
	return secret, nil
}

// withoutPath leaves the path out: where somebody put the secret itself into the variable, it would be shown.
func withoutPath(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("%w: name a file that this process can read", at.Err)
	}
	return err
}

// discovered are the variables that Kubernetes and Docker set for a service that is named sluice.
var discovered = regexp.MustCompile(`^SLUICE_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)?)$`)

// unknown are the errors of variables that look like Sluice's and are none: a misspelt one would be passed over.
func unknown(environ, known []string) (errs []error) {
	slices.Sort(environ)
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "SLUICE_") || strings.HasPrefix(name, "SLUICE_TEST_") || slices.Contains(known, name) {
			continue
		}
		// SLUICE_PORT=8080 is a person's mistake, SLUICE_PORT=tcp://10.0.0.1:80 a link.
		if discovered.MatchString(name) && (name != "SLUICE_PORT" || strings.Contains(value, "://")) {
			continue
		}
		hint := "take it away, or see sluice serve --help for those there are"
		if near := strict.Nearest(name, known); near != "" {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		errs = append(errs, fmt.Errorf("no variable is named %.64s; %s", name, hint))
	}
	return errs
}
