package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gh "github.com/google/go-github/v62/github"
	"github.com/gregjones/httpcache"
	"github.com/sluicegate/sluice/internal/gate"
	"golang.org/x/sync/singleflight"
)

// scope is what a token reaches: one repository, to do what the App may do there; or every repository of an installation,
// to read alone.
type scope struct {
	installation int64
	repo         string // "owner/name" in lower case, empty for every repository
}

const (
	// maxBearers bounds how many scopes have their token kept. One has about 10 KB: GitHub answers with the repository, and
	// ghinstallation keeps what it answers.
	maxBearers = 1000
	// doubted is the age from which a token that is refused something is made anew.
	doubted = time.Minute
)

// bearer carries the requests of one scope to GitHub. Its token is made when it is first needed, once for all who want it
// at one moment, and again before it ends.
type bearer struct {
	client *gh.Client
	used   time.Time // guarded by the Client

	mint   func(context.Context) (*ghinstallation.Transport, error)
	wait   time.Duration // for a token
	flight singleflight.Group
	hosts  []string          // of GitHub's API
	plain  http.RoundTripper // to others

	mu          sync.Mutex
	token       *ghinstallation.Transport // nil for none
	made, until time.Time
}

// bearer is the one of a scope. Of too many the one that was used longest ago is forgotten.
func (c *Client) bearer(s scope) *bearer {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.bearers[s]
	if b == nil {
		if len(c.bearers) >= maxBearers {
			oldest := s
			for key, other := range c.bearers {
				if oldest == s || other.used.Before(c.bearers[oldest].used) {
					oldest = key
				}
			}
			delete(c.bearers, oldest)
		}
		b = c.newBearer(s)
		c.bearers[s] = b
	}
	b.used = time.Now()
	return b
}

// newBearer puts the cache around what adds the token: what was read with one token is of use to the next. Each scope has a
// part of the cache to itself, for its keys are bare addresses, and what one token was shown is not for another's eyes.
func (c *Client) newBearer(s scope) *bearer {
	b := &bearer{
		mint: func(ctx context.Context) (*ghinstallation.Transport, error) { return c.mint(ctx, s) },
		wait: c.cfg.Timeout, hosts: c.hosts, plain: c.cfg.Transport,
	}
	b.client = gh.NewClient(&http.Client{Timeout: c.cfg.Timeout, Transport: &httpcache.Transport{
		Transport: whole{b}, Cache: c.cache.section(fmt.Sprintf("%d %s", s.installation, s.repo)), MarkCachedResponses: true,
	}})
	b.client.BaseURL = c.base
	b.client.UserAgent = fmt.Sprintf("%s (installation: %d)", c.cfg.UserAgent, s.installation)
	return b
}

// RoundTrip sends r with the token, to GitHub's API and nowhere else: an answer may lead elsewhere.
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if !slices.Contains(b.hosts, r.URL.Scheme+"://"+r.URL.Host) {
		return b.plain.RoundTrip(r)
	}
	token, err := b.hold(r.Context())
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // a RoundTripper does so in any case
		}
		return nil, err
	}
	resp, err := token.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		b.ended(token)
	}
	return resp, err
}

// hold waits for the token. Who gives up waiting leaves it to the others.
func (b *bearer) hold(ctx context.Context) (*ghinstallation.Transport, error) {
	if token := b.held(); token != nil {
		return token, nil
	}
	made := b.flight.DoChan("", func() (any, error) {
		if token := b.held(); token != nil {
			return token, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.wait)
		defer cancel()
		token, err := b.mint(ctx)
		if err != nil {
			return nil, err
		}
		_, refresh, err := token.Expiry()
		b.mu.Lock()
		defer b.mu.Unlock()
		// ghinstallation would make the next one itself, for each who comes then.
		b.token, b.made, b.until = token, time.Now(), refresh.Add(-time.Minute)
		return token, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-made:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*ghinstallation.Transport), nil
	}
}

// held is the token, nil where there is none or it is about to end.
func (b *bearer) held() *ghinstallation.Transport {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !time.Now().Before(b.until) {
		b.token = nil
	}
	return b.token
}

// ended forgets a token that GitHub ended before its time.
func (b *bearer) ended(token *ghinstallation.Transport) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.token == token {
		b.token = nil
	}
}

// drop forgets a token that was made before a time.
func (b *bearer) drop(before time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made.Before(before) {
		b.token = nil
	}
}

// Changed says that an installation may do something else now, or has other repositories: its tokens of before don't know.
func (c *Client) Changed(installation int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s, b := range c.bearers {
		if s.installation == installation {
			b.drop(time.Now())
		}
	}
}

// doubt forgets the token of a scope that was refused something, unless it was made just now: more may have been granted
// since, and another repository may have the name.
func (c *Client) doubt(s scope) { c.bearer(s).drop(time.Now().Add(-doubted)) }

// issuesGranted reports whether issues are shown to the App, as far as is known. GraphQL shows none without the permission,
// like those of repositories that the App is not installed on.
func (c *Client) issuesGranted(ctx context.Context, t gate.Target) bool {
	if c.token != nil {
		return true // a person's
	}
	id, err := c.installationOf(ctx, t.Installation, t.Repo)
	if err != nil {
		return true
	}
	token := c.bearer(scope{installation: id}).held()
	if token == nil {
		return true
	}
	granted, err := token.Permissions()
	return err != nil || granted.Issues != nil || granted.Metadata == nil // nothing goes without metadata
}

// mint makes a token. First it asks for what nearly every installation gives; where GitHub won't have that, it looks for
// what there is.
func (c *Client) mint(ctx context.Context, s scope) (*ghinstallation.Transport, error) {
	options := &gh.InstallationTokenOptions{Permissions: reading(nil)}
	if _, name, is := strings.Cut(s.repo, "/"); is {
		options = &gh.InstallationTokenOptions{Repositories: []string{name}}
	}
	token, err := c.issue(ctx, s.installation, options)
	if !errors.As(err, new(*Refused)) {
		return token, err
	}
	if options, err = c.fitting(ctx, s); err != nil {
		return nil, err
	}
	token, err = c.issue(ctx, s.installation, options)
	if s.repo != "" && errors.As(err, new(*Refused)) {
		return nil, &Gone{fmt.Errorf("%s is no repository of installation %d any more: it was taken out, or has another owner", s.repo, s.installation)}
	}
	return token, err
}

// issue asks for a token. GitHub refuses one for a repository that is not the installation's, or not under this name, and
// for a permission that it was not granted.
func (c *Client) issue(ctx context.Context, installation int64, options *gh.InstallationTokenOptions) (*ghinstallation.Transport, error) {
	// Each has an AppsTransport of its own: ghinstallation writes into it.
	app := ghinstallation.NewAppsTransportFromPrivateKey(c.cfg.Transport, c.cfg.App.IntegrationID, c.key)
	app.BaseURL = strings.TrimSuffix(c.base.String(), "/")
	token := ghinstallation.NewFromAppsTransport(app, installation)
	token.InstallationTokenOptions = options
	_, err := token.Token(ctx)
	return token, classify(err, c.cfg.Now()) // here, for those who wait for it share it
}

// fitting is what can be asked for instead: what was granted, or the repository by its number, whatever it is called now.
func (c *Client) fitting(ctx context.Context, s scope) (*gh.InstallationTokenOptions, error) {
	if s.repo == "" {
		var granted *gh.InstallationPermissions
		err := c.app(func(client *gh.Client) error {
			installation, _, err := client.Apps.GetInstallation(ctx, s.installation)
			granted = installation.GetPermissions()
			return err
		})
		if granted == nil {
			granted = &gh.InstallationPermissions{}
		}
		return &gh.InstallationTokenOptions{Permissions: reading(granted)}, err
	}
	owner, name, err := split(s.repo)
	if err != nil {
		return nil, err
	}
	var id int64
	err = c.as(scope{installation: s.installation}, func(client *gh.Client) error {
		repo, _, err := client.Repositories.Get(ctx, owner, name)
		id = repo.GetID()
		return err
	})
	return &gh.InstallationTokenOptions{RepositoryIDs: []int64{id}}, err
}
