package github

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/golang-jwt/jwt/v4"
	gh "github.com/google/go-github/v62/github"
	"github.com/palantir/go-githubapp/githubapp"
	"golang.org/x/oauth2"
)

// Client speaks to GitHub as the App and as its installations. Any number of goroutines may use one.
type Client struct {
	cfg    Config
	cache  *cache
	kept   section    // of the cache: what belongs to a commit
	itself *gh.Client // speaks as the App
	base   *url.URL   // of the REST API, with its slash
	hosts  []string   // of both APIs, with their schemes
	key    *rsa.PrivateKey
	token  *gh.Client // of [NewForToken], in the place of installations

	mu      sync.Mutex
	bearers map[scope]*bearer
	found   map[string]int64  // installations by repository, for deliveries that name none
	opened  map[string]string // the Apps that pull requests were opened through
	seen    map[string]*seen  // of pull requests that were opened, by [seenKey]
}

// New makes a Client. It makes no call; a configuration that cannot work is an error.
func New(cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	c, err := newClient(cfg)
	if err != nil {
		return nil, err
	}
	if c.key, err = jwt.ParseRSAPrivateKeyFromPEM([]byte(cfg.App.PrivateKey)); err != nil {
		return nil, err
	}
	c.itself, err = githubapp.NewClientCreator(c.cfg.V3APIURL, c.cfg.V4APIURL, c.cfg.App.IntegrationID, []byte(c.cfg.App.PrivateKey),
		githubapp.WithClientUserAgent(c.cfg.UserAgent),
		githubapp.WithClientTimeout(c.cfg.Timeout),
		githubapp.WithTransport(c.cfg.Transport),
	).NewAppClient()
	return c, err
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
	// go-githubapp's own gives these clients neither our transport nor a time-out.
	c.token = gh.NewClient(&http.Client{Timeout: c.cfg.Timeout, Transport: &oauth2.Transport{
		Source: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}), Base: c.cfg.Transport,
	}})
	c.token.BaseURL, c.token.UserAgent = c.base, c.cfg.UserAgent
	return c, nil
}

func newClient(cfg Config) (*Client, error) {
	c := &Client{
		cfg: cfg.withDefaults(), cache: newCache(cacheSize),
		bearers: map[scope]*bearer{}, found: map[string]int64{}, opened: map[string]string{}, seen: map[string]*seen{},
	}
	c.kept = c.cache.section("kept")
	var err error
	if c.base, err = url.Parse(strings.TrimSuffix(c.cfg.V3APIURL, "/") + "/"); err != nil {
		return nil, err
	}
	graph, err := url.Parse(c.cfg.V4APIURL)
	if err != nil {
		return nil, err
	}
	c.hosts = []string{c.base.Scheme + "://" + c.base.Host, graph.Scheme + "://" + graph.Host}
	return c, nil
}

// AppID is the App's id.
func (c *Client) AppID() int64 { return c.cfg.App.IntegrationID }

// installation runs call with a token for repo alone, of an installation, or of the one that covers repo where id is 0. It
// may do there what the App may do. Where repo is empty, it may read every repository of the installation, and nothing else.
func (c *Client) installation(ctx context.Context, id int64, repo string, call func(*gh.Client) error) error {
	return c.within(ctx, id, repo, strings.ToLower(repo), call)
}

// within runs call with a token that reaches what reach says, as a [scope] has it. repo tells the installation where id is 0.
func (c *Client) within(ctx context.Context, id int64, repo, reach string, call func(*gh.Client) error) error {
	if c.token != nil {
		return classify(call(c.token), c.cfg.Now())
	}
	named := id != 0
	id, err := c.installationOf(ctx, id, repo)
	if err != nil {
		return err
	}
	err = c.as(scope{id, reach}, call)
	var gone *Gone
	var denied *Denied
	if !named && (errors.As(err, &gone) || errors.As(err, &denied)) {
		c.mu.Lock()
		delete(c.found, repo) // it may belong to another one by now
		c.mu.Unlock()
	}
	return err
}

// as runs call with the client of a scope. GitHub can end a token before its time: then it is done once more, with another.
func (c *Client) as(s scope, call func(*gh.Client) error) error {
	client := c.bearer(s).client
	err := call(client)
	if unauthorized(err) {
		err = call(client)
	}
	err = classify(err, c.cfg.Now())
	if errors.As(err, new(*Denied)) || errors.As(err, new(*Gone)) {
		c.doubt(s)
	}
	return err
}

func unauthorized(err error) bool {
	var response *gh.ErrorResponse
	return errors.As(err, &response) && response.Response != nil && response.Response.StatusCode == http.StatusUnauthorized
}

// app runs call as the App itself. One client for all of them knows of a limit that one has met.
func (c *Client) app(call func(*gh.Client) error) error { return classify(call(c.itself), c.cfg.Now()) }

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
