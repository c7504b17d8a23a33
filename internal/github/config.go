package github

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v4"
	"github.com/palantir/go-githubapp/githubapp"
)

// Config is how to reach GitHub and as whom.
type Config struct {
	// Config has the names that go-githubapp gives them: the URLs, the App's id, its key and its webhook secret.
	// Empty URLs are github.com's.
	githubapp.Config `yaml:",inline"`

	UserAgent string        // empty for "sluice"
	Timeout   time.Duration // of one request; 0 for 30 seconds
	// Transport carries every request, those for tokens too: a test or a meter puts its own here. Nil for one with
	// time-outs of its own.
	Transport http.RoundTripper
	// Now is the clock; nil for the machine's.
	Now func() time.Time
}

// Addresses of github.com.
const (
	defaultWeb = "https://github.com"
	defaultV3  = "https://api.github.com/"
	defaultV4  = "https://api.github.com/graphql"
)

func (c Config) withDefaults() Config {
	fill := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	fill(&c.WebURL, defaultWeb)
	fill(&c.V3APIURL, defaultV3)
	fill(&c.V4APIURL, defaultV4)
	fill(&c.UserAgent, "sluice")
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	if c.Transport == nil {
		c.Transport = NewTransport()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// NewTransport is the transport that a Config without one has: with time-outs, and for many parallel calls.
func NewTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = defaultTimeout
	transport.MaxIdleConnsPerHost = 64 // the default, 2, opens a connection for nearly each of many parallel calls
	return transport
}

// defaultTimeout is of one request.
const defaultTimeout = 30 * time.Second

// Validate reports everything that is wrong with c, each with what to do.
func (c *Config) Validate() error {
	var errs []error
	if c.App.IntegrationID <= 0 {
		errs = append(errs, errors.New("GITHUB_APP_INTEGRATION_ID is missing: it is the number called App ID on the App's page"))
	}
	if _, err := jwt.ParseRSAPrivateKeyFromPEM([]byte(c.App.PrivateKey)); err != nil {
		errs = append(errs, errors.New("GITHUB_APP_PRIVATE_KEY is no RSA private key in PEM form: generate one on the App's page and give the whole file's text"))
	}
	return errors.Join(append(errs, c.addresses())...)
}

// addresses reports URLs that are none.
func (c *Config) addresses() error {
	var errs []error
	for _, u := range []struct{ name, value string }{
		{"GITHUB_WEB_URL", c.WebURL}, {"GITHUB_V3_API_URL", c.V3APIURL}, {"GITHUB_V4_API_URL", c.V4APIURL},
	} {
		if parsed, err := url.Parse(u.value); u.value != "" && (err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http") {
			errs = append(errs, fmt.Errorf("%s is no URL: write it like https://github.example.com/api/v3", u.name))
		}
	}
	return errors.Join(errs...)
}
