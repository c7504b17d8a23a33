// Package sandbox is a small GitHub over real HTTP on loopback, with sample pull requests.
//
// The demo, the end-to-end tests and the benchmarks run against it. It signs its deliveries, checks the App's JSON Web
// Token and its installation tokens, answers the part of GitHub's REST and GraphQL interfaces that an App like this one
// uses, and refuses what GitHub would refuse. Where it has GitHub's OpenAPI description, it holds every request against
// it and keeps the departures. Nothing is stored: a Sandbox begins empty and ends with its process.
//
// Its methods may be called from many goroutines.
package sandbox

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
	"github.com/vektah/gqlparser/v2/ast"
)

// Options are how a sandbox is set up. The zero Options make a working one.
type Options struct {
	Addr        string            // where to listen; "127.0.0.1:0" where empty
	HookURL     string            // where deliveries go; can be set later by [Sandbox.SetHookURL]
	Secret      string            // the webhook secret; made up where empty
	Slug        string            // the App's; "sluice" where empty
	Description string            // path of GitHub's OpenAPI description; unchecked where empty or not there
	Permissions map[string]string // the App's; [DefaultPermissions] where nil
	RateLimit   int               // calls an hour an installation; 5,000 where 0
	Connections int               // deliveries under way at once; 1 where 0, which keeps their order
	Narrow      bool              // to write with a token for more than one repository is a departure
	Keep        int               // deliveries kept on record, the newest; all where 0
	Now         func() time.Time  // the clock; time.Now where nil
}

// DefaultPermissions are what an installation grants unless the options say otherwise.
var DefaultPermissions = map[string]string{
	"checks": "write", "contents": "read", "issues": "read", "members": "read", "merge_queues": "read", "metadata": "read",
	"pull_requests": "write",
}

// Sandbox is one small GitHub. Make it with [New].
type Sandbox struct {
	opts   Options
	key    *rsa.PrivateKey
	server *http.Server
	base   string // "http://127.0.0.1:1234"
	app    int64
	spec   *description
	unheld string // why requests are not held against the description; "" where they are

	mu            sync.Mutex // everything below
	objects       objects
	accounts      map[string]*account // by login in lower case
	orgs          map[string]*org     // by login in lower case
	repos         map[string]*repo    // by full name in lower case
	repoIDs       map[int64]*repo
	installations map[int64]*installation
	tokens        map[string]*token
	runs          map[int64]*checkRun
	comments      map[int64]*comment
	pulls         map[int64]*pullRequest // by id
	issues        map[int64]*issue       // by id
	diffs         map[string][]pull.File // by "base..head"
	samples       []*scenario
	lastID        int64
	lag           time.Duration    // how far reads are behind the deliveries
	moved         map[string]*repo // by the full name that a repository had, in lower case
	manifests     map[string]obj   // of Apps that are being made, by code
	calls         map[string]int
	parsed        map[string]*ast.QueryDocument // queries, by their text
	departures    []string

	hooks  hooks
	faults faults
}

// New makes a sandbox that has no repository and does not listen yet.
func New(opts Options) *Sandbox {
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	if opts.Secret == "" {
		secret := make([]byte, 20)
		_, _ = rand.Read(secret) // never fails
		opts.Secret = hex.EncodeToString(secret)
	}
	if opts.Slug == "" {
		opts.Slug = "sluice"
	}
	if opts.Permissions == nil {
		opts.Permissions = DefaultPermissions
	}
	if opts.RateLimit == 0 {
		opts.RateLimit = 5000
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Sandbox{
		opts: opts, objects: newObjects(), accounts: map[string]*account{}, orgs: map[string]*org{},
		repos: map[string]*repo{}, repoIDs: map[int64]*repo{}, installations: map[int64]*installation{},
		tokens: map[string]*token{}, runs: map[int64]*checkRun{}, comments: map[int64]*comment{},
		pulls: map[int64]*pullRequest{}, issues: map[int64]*issue{}, diffs: map[string][]pull.File{}, calls: map[string]int{}, lastID: 900_000_000,
		moved: map[string]*repo{}, manifests: map[string]obj{},
	}
	for _, b := range bots {
		s.accounts[lower(b.login)] = &b
	}
	s.app = s.id()
	s.account(opts.Slug + "[bot]")
	s.hooks.keep = opts.Keep
	s.hooks.start(s, opts.HookURL, max(opts.Connections, 1))
	return s
}

// Start makes the App's key, reads the description and listens. Call it once, before anything that uses an address.
func (s *Sandbox) Start() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("key of the sandbox's App: %w", err)
	}
	s.key = key
	if s.spec, s.unheld, err = readDescription(s.opts.Description); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.opts.Addr)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	s.base = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(listener) }() // ends with Close
	return nil
}

// Close stops listening and sending. Deliveries that are under way are cut off.
func (s *Sandbox) Close() error {
	s.hooks.stop()
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}

// WebURL is the sandbox's address as GITHUB_WEB_URL takes it.
func (s *Sandbox) WebURL() string { return s.base }

// APIURL is the REST address as GITHUB_V3_API_URL takes it, of the form that GitHub Enterprise Server has.
func (s *Sandbox) APIURL() string { return s.base + "/api/v3/" }

// GraphQLURL is the GraphQL address as GITHUB_V4_API_URL takes it.
func (s *Sandbox) GraphQLURL() string { return s.base + "/api/graphql" }

// AppID is the App's id.
func (s *Sandbox) AppID() int64 { return s.app }

// PrivateKey is the App's key as PEM. Only a started sandbox has one.
func (s *Sandbox) PrivateKey() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.key)})
}

// Secret is the webhook secret.
func (s *Sandbox) Secret() string { return s.opts.Secret }

// Unchecked says why requests are not held against GitHub's description, "" where they are.
func (s *Sandbox) Unchecked() string { return s.unheld }

// id is the next unused number. Ids of all kinds are drawn from one row.
func (s *Sandbox) id() int64 {
	s.lastID++
	return s.lastID
}

func (s *Sandbox) now() time.Time { return s.opts.Now().UTC() }
