package main

import (
	"cmp"
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
