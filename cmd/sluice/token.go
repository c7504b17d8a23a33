package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/sluicegate/sluice/internal/github"
)

// tokenClient reads with GITHUB_TOKEN. host is that of a URL that was given, or empty: the token is sent to the GitHub
// that the environment names and nowhere else, whatever a URL says.
func tokenClient(host string) (*github.Client, error) {
	var c github.Config
	c.SetValuesFromEnv("")
	c.UserAgent = "sluice"
	web, err := url.Parse(cmp.Or(c.WebURL, "https://github.com"))
	if err != nil {
		return nil, fmt.Errorf("GITHUB_WEB_URL: %w", err)
	}
	if host != "" && host != web.Host && host != "www."+web.Host {
		return nil, fmt.Errorf("%s is not the GitHub that is configured (%s); set GITHUB_WEB_URL, GITHUB_V3_API_URL and GITHUB_V4_API_URL for it", host, web.Host)
	}
	return github.NewForToken(c, os.Getenv("GITHUB_TOKEN"))
}

// advised is err with what a person with a token can do about it.
func advised(name string, err error) error {
	var gone *github.Gone
	var denied *github.Denied
	switch {
	case err == nil:
		return nil
	case errors.As(err, &gone):
		return fmt.Errorf("%s: %w; look at the name, and whether GITHUB_TOKEN may read that repository", name, err)
	case errors.As(err, &denied):
		return fmt.Errorf("%s: %w; GITHUB_TOKEN is refused: set one that may read pull requests, issues and contents", name, err)
	}
	return fmt.Errorf("%s: %w", name, err)
}
