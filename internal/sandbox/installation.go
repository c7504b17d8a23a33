package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// installation is the App in one organisation.
type installation struct {
	id        int64
	org       *org
	all       bool // every repository, else those in repos
	repos     []*repo
	suspended time.Time
	perms     map[string]string
	used      int       // calls in this hour
	reset     time.Time // when the hour ends
}

// token is an installation's, or a person's.
type token struct {
	in      *installation // nil for a person's
	person  *account
	repos   []*repo // nil for all that the installation covers
	perms   map[string]string
	expires time.Time
}

func (in *installation) covers(r *repo) bool {
	return !r.fork && (in.all && r.owner == in.org.account || slices.Contains(in.repos, r))
}

// covered lists the repositories of an installation by id.
func (s *Sandbox) covered(in *installation) []*repo {
	var out []*repo
	for _, r := range s.repos {
		if in.covers(r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *repo) int { return int(a.id - b.id) })
	return out
}

// install puts the App into an organisation, for all repositories.
func (s *Sandbox) install(o *org) {
	if o.installation == nil {
		o.installation = &installation{id: s.id(), org: o, all: true, perms: maps.Clone(s.opts.Permissions)}
		s.installations[o.installation.id] = o.installation
	}
}

// Installation is the id of the App's installation in an organisation, 0 where there is none.
func (s *Sandbox) Installation(organisation string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.orgs[lower(organisation)]; o != nil && o.installation != nil {
		return o.installation.id
	}
	return 0
}

// Announce sends "installation created" for an organisation, as GitHub does when the App was installed.
func (s *Sandbox) Announce(organisation string) error {
	return s.installed(organisation, "created", func(*installation) {})
}

// Suspend switches an installation off: its tokens end and nothing is delivered but the suspension itself.
func (s *Sandbox) Suspend(organisation string) error {
	return s.installed(organisation, "suspend", func(in *installation) {
		in.suspended = s.now()
		s.revoke(in)
	})
}

// Unsuspend switches it on again.
func (s *Sandbox) Unsuspend(organisation string) error {
	return s.installed(organisation, "unsuspend", func(in *installation) { in.suspended = time.Time{} })
}

// Grant changes a permission of an installation, an empty level taking it away, and sends "new_permissions_accepted".
func (s *Sandbox) Grant(organisation, permission, level string) error {
	return s.installed(organisation, "new_permissions_accepted", func(in *installation) {
		in.perms[permission] = level
		if level == "" {
			delete(in.perms, permission)
		}
	})
}

// Uninstall takes the App out of an organisation and sends "installation deleted". Its tokens end.
func (s *Sandbox) Uninstall(organisation string) error {
	return s.installed(organisation, "deleted", func(in *installation) {
		s.revoke(in)
		in.org.installation = nil
		delete(s.installations, in.id)
	})
}

// AnnounceRepo sends "installation_repositories added" for a repository, as GitHub does for one that is made or newly
// covered.
func (s *Sandbox) AnnounceRepo(full string) error { return s.covering(full, "added", nil) }

// Exclude takes a repository out of the installation that covers it, which covers the others by name from then on, and sends
// "installation_repositories removed".
func (s *Sandbox) Exclude(full string) error {
	return s.covering(full, "removed", func(in *installation, r *repo) {
		in.repos = slices.DeleteFunc(s.covered(in), func(other *repo) bool { return other == r })
		in.all = false
	})
}

// Include puts a repository back that [Sandbox.Exclude] took out, and sends "installation_repositories added".
func (s *Sandbox) Include(full string) error {
	s.mu.Lock()
	r, err := s.repo(full)
	if err == nil && s.orgs[lower(r.owner.login)] != nil {
		in := s.orgs[lower(r.owner.login)].installation
		in.repos = append(in.repos, r)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.AnnounceRepo(full)
}

// covering changes whether a repository is covered, and sends what GitHub does.
func (s *Sandbox) covering(full, action string, change func(*installation, *repo)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(full)
	if err != nil {
		return err
	}
	o := s.orgs[lower(r.owner.login)]
	if o == nil || o.installation == nil || !o.installation.covers(r) {
		return fmt.Errorf("no installation covers %s", full)
	}
	if change != nil {
		change(o.installation, r)
	}
	shape := s.installationShape(o.installation)
	inSeconds(shape)
	named := map[string][]*repo{action: {r}}
	s.sendTo(o.installation, 0, "installation_repositories", action, obj{
		"installation": shape, "repository_selection": shape["repository_selection"], "repositories_added": list(named["added"], s.repositoryName),
		"repositories_removed": list(named["removed"], s.repositoryName), "requester": nil, "sender": s.user(s.account("octo-admin")),
	})
	return nil
}

func (s *Sandbox) installed(organisation, action string, change func(in *installation)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.orgs[lower(organisation)]
	if o == nil || o.installation == nil {
		return fmt.Errorf("nobody has installed the App in %s", organisation)
	}
	in := o.installation
	covered := s.covered(in)
	change(in)
	shape := s.installationShape(in)
	payload := obj{"installation": shape, "sender": s.user(s.account("octo-admin"))}
	if action == "created" || action == "deleted" {
		inSeconds(shape)
		payload["repositories"] = list(covered, s.repositoryName)
	}
	if action == "created" {
		payload["requester"] = nil
	}
	s.sendTo(in, 0, "installation", action, payload)
	return nil
}

// inSeconds gives an installation its times as some payloads have them.
func inSeconds(shape obj) { shape["created_at"], shape["updated_at"] = began.Unix(), began.Unix() }

func (s *Sandbox) repositoryName(r *repo) obj {
	return obj{"id": r.id, "node_id": node("R", r.id), "name": r.name, "full_name": r.full(), "private": r.private}
}

// RevokeTokens ends every token of the installation in an organisation at once, as GitHub may.
func (s *Sandbox) RevokeTokens(organisation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.orgs[lower(organisation)]; o != nil {
		s.revoke(o.installation)
	}
}

func (s *Sandbox) revoke(in *installation) {
	maps.DeleteFunc(s.tokens, func(_ string, t *token) bool { return t.in != nil && t.in == in })
}

// UserToken makes a token of a person, for what is called without the App. It does not end.
func (s *Sandbox) UserToken(login string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	value := "ghp_" + random()
	s.tokens[value] = &token{person: s.account(login), expires: s.now().AddDate(10, 0, 0)}
	return value
}

func random() string {
	b := make([]byte, 18)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// installationShape is an "installation".
func (s *Sandbox) installationShape(in *installation) obj {
	events := []any{}
	for _, e := range Events {
		events = append(events, e)
	}
	o := obj{
		"id": in.id, "account": s.user(in.org.account), "repository_selection": "all",
		"access_tokens_url": s.api("/app/installations/%d/access_tokens", in.id), "repositories_url": s.api("/installation/repositories"),
		"html_url": s.web("/organizations/%s/settings/installations/%d", in.org.login, in.id), "app_id": s.app, "app_slug": s.opts.Slug,
		"target_id": in.org.id, "target_type": string(pull.Organization), "permissions": in.perms, "events": events,
		"created_at": stamp(began), "updated_at": stamp(began), "single_file_name": nil, "suspended_at": stamp(in.suspended), "suspended_by": nil,
		"has_multiple_single_files": false, "single_file_paths": []any{},
	}
	if !in.all {
		o["repository_selection"] = "selected"
	}
	if !in.suspended.IsZero() {
		o["suspended_by"] = s.user(s.account("octo-admin"))
	}
	return o
}
