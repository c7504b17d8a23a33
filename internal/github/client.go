package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	gh "github.com/google/go-github/v62/github"
	"github.com/gregjones/httpcache"
	"github.com/palantir/go-githubapp/githubapp"
	"golang.org/x/oauth2"
)

// Client speaks to GitHub as the App and as its installations. Any number of goroutines may use one.
type Client struct {
	cfg     Config
	cache   *cache
	kept    section // of the cache: what belongs to a commit
	creator githubapp.ClientCreator
	token   *gh.Client // of [NewForToken], in the place of installations

	mu      sync.Mutex
	renewed map[int64]githubapp.ClientCreator // of installations whose token was revoked early
	found   map[string]int64                  // installations by repository, for deliveries that name none
	opened  map[string]string                 // the Apps that pull requests were opened through
	seen    map[string]*seen                  // of pull requests that were opened, by [seenKey]
}

// New makes a Client. It makes no call; a configuration that cannot work is an error.
func New(cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return newClient(cfg)
}

// NewForToken makes a Client that reads with a person's token, in whatever installation's name it is asked: for "sluice
// check OWNER/REPO#N". The configuration needs no App.
func NewForToken(cfg Config, token string) (*Client, error) {
	if err := cfg.addresses(); err != nil {
		return nil, err
	}
	if token == "" {
		return nil, errors.New("GITHUB_TOKEN is empty: GitHub answers most of what Sluice asks only with a token; one that may read is enough")
	}
	c, err := newClient(cfg)
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(strings.TrimSuffix(c.cfg.V3APIURL, "/") + "/")
	if err != nil {
		return nil, err
	}
	// go-githubapp's own gives these clients neither our transport nor a time-out.
	c.token = gh.NewClient(&http.Client{Timeout: c.cfg.Timeout, Transport: &oauth2.Transport{
		Source: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}), Base: c.cfg.Transport,
	}})
	c.token.BaseURL, c.token.UserAgent = base, c.cfg.UserAgent
	return c, nil
}

func newClient(cfg Config) (*Client, error) {
	c := &Client{
		cfg: cfg.withDefaults(), cache: newCache(cacheSize),
		renewed: map[int64]githubapp.ClientCreator{}, found: map[string]int64{}, opened: map[string]string{}, seen: map[string]*seen{},
	}
	c.kept = c.cache.section().(section)
	var err error
	c.creator, err = c.newCreator()
	return c, err
}

// newCreator always validates what it has cached: without that go-githubapp serves a pull request up to a minute old.
func (c *Client) newCreator() (githubapp.ClientCreator, error) {
	return githubapp.NewDefaultCachingClientCreator(c.cfg.Config,
		githubapp.WithClientUserAgent(c.cfg.UserAgent),
		githubapp.WithClientTimeout(c.cfg.Timeout),
		githubapp.WithClientCaching(true, func() httpcache.Cache { return c.cache.section() }),
		githubapp.WithTransport(c.cfg.Transport),
	)
}

// AppID is the App's id.
func (c *Client) AppID() int64 { return c.cfg.App.IntegrationID }

// installation runs call with the client of an installation, or of the one that covers repo where id is 0.
func (c *Client) installation(ctx context.Context, id int64, repo string, call func(*gh.Client) error) error {
	if c.token != nil {
		return classify(call(c.token), c.cfg.Now())
	}
	named := id != 0
	id, err := c.installationOf(ctx, id, repo)
	if err != nil {
		return err
	}
	err = c.as(id, call)
	var gone *Gone
	var denied *Denied
	if !named && (errors.As(err, &gone) || errors.As(err, &denied)) {
		c.mu.Lock()
		delete(c.found, repo) // it may belong to another one by now
		c.mu.Unlock()
	}
	return err
}

// as runs call with an installation's client. GitHub can revoke a token before its end, and ghinstallation would go on
// using it: on a 401 the client is made anew, once.
func (c *Client) as(id int64, call func(*gh.Client) error) error {
	creator := c.creatorOf(id)
	client, err := creator.NewInstallationClient(id)
	if err != nil {
		return err
	}
	err = call(client)
	if unauthorized(err) {
		if client, err = c.renew(id, creator); err != nil {
			return err
		}
		err = call(client)
	}
	return classify(err, c.cfg.Now())
}

func (c *Client) creatorOf(id int64) githubapp.ClientCreator {
	c.mu.Lock()
	defer c.mu.Unlock()
	if creator, ok := c.renewed[id]; ok {
		return creator
	}
	return c.creator
}

// renew makes the installation's client anew unless somebody else has done so since old was in use.
func (c *Client) renew(id int64, old githubapp.ClientCreator) (*gh.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	current, ok := c.renewed[id]
	if !ok {
		current = c.creator
	}
	if current == old {
		fresh, err := c.newCreator()
		if err != nil {
			return nil, err
		}
		c.renewed[id], current = fresh, fresh
	}
	return current.NewInstallationClient(id)
}

func unauthorized(err error) bool {
	var response *gh.ErrorResponse
	return errors.As(err, &response) && response.Response != nil && response.Response.StatusCode == http.StatusUnauthorized
}

// app runs call as the App itself.
func (c *Client) app(call func(*gh.Client) error) error {
	client, err := c.creator.NewAppClient()
	if err != nil {
		return err
	}
	return classify(call(client), c.cfg.Now())
}

// installationOf is id, or where a delivery named none (a webhook of the repository's own, not the App's), the
// installation that covers repo.
func (c *Client) installationOf(ctx context.Context, id int64, repo string) (int64, error) {
	if id != 0 {
		return id, nil
	}
	c.mu.Lock()
	id = c.found[repo]
	c.mu.Unlock()
	if id != 0 {
		return id, nil
	}
	owner, name, err := split(repo)
	if err != nil {
		return 0, err
	}
	err = c.app(func(client *gh.Client) error {
		installation, _, err := client.Apps.FindRepositoryInstallation(ctx, owner, name)
		id = installation.GetID()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("installation of %s: %w", repo, err)
	}
	c.mu.Lock()
	c.found[repo] = id
	c.mu.Unlock()
	return id, nil
}

// repoName is what GitHub allows in the names of owners and repositories.
var repoName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$`)

// split cuts "owner/name".
func split(repo string) (owner, name string, err error) {
	owner, name, _ = strings.Cut(repo, "/")
	if !repoName.MatchString(repo) || strings.Trim(owner, ".") == "" || strings.Trim(name, ".") == "" {
		return "", "", &Refused{fmt.Errorf("%q is no repository: write owner/name", repo)}
	}
	return owner, name, nil
}

func short(sha string) string { return sha[:min(len(sha), 7)] }
