package agent

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sluicegate/sluice/internal/strict"
)

//go:embed fingerprints/*.yml
var files embed.FS

// Catalog is a set of fingerprints: the agents that can be recognised, with the ordinary bots and the reviewers that
// must not count. It does not change, so it may be shared.
type Catalog struct {
	fingerprints []*Fingerprint // by slug
	bySlug       map[string]*Fingerprint

	ids    map[int64][]claim  // accounts by id
	logins map[string][]claim // accounts by login, in lower case
	emails map[string][]claim // addresses of commit lines

	loose    []claim            // commit lines that go by a pattern
	trailers map[string][]claim // trailers by key
	messages []claim
	body     []claim
	branches []claim
	labels   map[string][]claim // in lower case

	// What is looked for in every text: the pieces of the patterns, and the trailers' keys with their colons.
	inBody, inMessages           *finder
	bodyNeedles, messagesNeedles []int // of each pattern
	keyNeedles, blockNeedles     []int
}

// claim is one sign of one fingerprint: exactly one of the pointers is set.
type claim struct {
	*Fingerprint
	account  *Account
	identity *Identity
	trailer  *Trailer
	pattern  *Pattern
	label    *Label
}

// BuiltIn is the catalog of fingerprints/. It is read once and shared.
var BuiltIn = sync.OnceValue(func() *Catalog {
	c, problems := builtIn()
	if len(problems) > 0 {
		panic(fmt.Sprintf("fingerprints: %v", problems))
	}
	return c
})

func builtIn() (*Catalog, []strict.Problem) {
	entries, err := files.ReadDir("fingerprints")
	if err != nil {
		return nil, []strict.Problem{{Message: err.Error()}}
	}
	var all []*Fingerprint
	var problems []strict.Problem
	for _, entry := range entries {
		text, err := files.ReadFile("fingerprints/" + entry.Name())
		if err != nil {
			return nil, []strict.Problem{{Message: err.Error()}}
		}
		f, found := Parse(entry.Name(), text)
		if problems = append(problems, found...); len(found) == 0 {
			all = append(all, f)
		}
	}
	return New(all...), problems
}

// New makes a catalog. Of two fingerprints with one slug the later one counts.
func New(all ...*Fingerprint) *Catalog {
	c := &Catalog{
		bySlug: map[string]*Fingerprint{}, ids: map[int64][]claim{}, logins: map[string][]claim{},
		emails: map[string][]claim{}, trailers: map[string][]claim{}, labels: map[string][]claim{},
	}
	for _, f := range all {
		c.bySlug[f.Slug] = f
	}
	for _, f := range c.bySlug {
		c.fingerprints = append(c.fingerprints, f)
	}
	slices.SortFunc(c.fingerprints, func(a, b *Fingerprint) int { return strings.Compare(a.Slug, b.Slug) })
	for _, f := range c.fingerprints {
		c.index(f)
	}
	c.find()
	return c
}

// find makes ready what searches the texts.
func (c *Catalog) find() {
	var needles []string
	for _, claim := range c.body {
		needles = append(needles, claim.pattern.Needle)
	}
	for key := range c.trailers {
		needles = append(needles, key+":")
	}
	openers := []string{codeRabbits}
	for _, b := range reviewerBlocks {
		openers = append(openers, b.open)
	}
	c.inBody = newFinder(unique(append(needles, openers...)))
	for _, open := range openers {
		c.blockNeedles = append(c.blockNeedles, c.inBody.index(open))
	}
	for _, claim := range c.body {
		c.bodyNeedles = append(c.bodyNeedles, c.inBody.index(claim.pattern.Needle))
	}
	for key := range c.trailers {
		c.keyNeedles = append(c.keyNeedles, c.inBody.index(key+":"))
	}
	needles = []string{pickedNeedle}
	for _, claim := range c.messages {
		needles = append(needles, claim.pattern.Needle)
	}
	c.inMessages = newFinder(unique(needles))
	for _, claim := range c.messages {
		c.messagesNeedles = append(c.messagesNeedles, c.inMessages.index(claim.pattern.Needle))
	}
}

func unique(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

// With returns a catalog that has extra beside what c has. An extra fingerprint takes the place of one of its slug.
func (c *Catalog) With(extra ...*Fingerprint) *Catalog {
	return New(append(slices.Clone(c.fingerprints), extra...)...)
}

func (c *Catalog) index(f *Fingerprint) {
	for i := range f.Accounts {
		a := &f.Accounts[i]
		if a.ID != 0 && !claimed(c.ids[a.ID], f) { // an account of several names is one account
			c.ids[a.ID] = append(c.ids[a.ID], claim{Fingerprint: f, account: a})
		}
		if a.Login != "" {
			key := strings.ToLower(a.Login)
			c.logins[key] = append(c.logins[key], claim{Fingerprint: f, account: a})
		}
	}
	for i := range f.Commits {
		id := claim{Fingerprint: f, identity: &f.Commits[i]}
		if id.identity.Email != "" {
			c.emails[id.identity.Email] = append(c.emails[id.identity.Email], id)
		} else {
			c.loose = append(c.loose, id)
		}
	}
	for i := range f.Trailers {
		c.trailers[f.Trailers[i].Key] = append(c.trailers[f.Trailers[i].Key], claim{Fingerprint: f, trailer: &f.Trailers[i]})
	}
	for i := range f.Messages {
		c.messages = append(c.messages, claim{Fingerprint: f, pattern: &f.Messages[i]})
	}
	for i := range f.Body {
		c.body = append(c.body, claim{Fingerprint: f, pattern: &f.Body[i]})
	}
	for i := range f.Branches {
		c.branches = append(c.branches, claim{Fingerprint: f, pattern: &f.Branches[i]})
	}
	for i := range f.Labels {
		key := strings.ToLower(f.Labels[i].Name)
		c.labels[key] = append(c.labels[key], claim{Fingerprint: f, label: &f.Labels[i]})
	}
}

func claimed(claims []claim, f *Fingerprint) bool {
	return slices.ContainsFunc(claims, func(c claim) bool { return c.Fingerprint == f })
}

// Fingerprints are all that the catalog knows, by slug. They must not be changed.
func (c *Catalog) Fingerprints() []*Fingerprint { return c.fingerprints }

// Find is the fingerprint of a slug, or those of a family; nil where nothing is named so.
func (c *Catalog) Find(name string) []*Fingerprint {
	if f := c.bySlug[name]; f != nil && f.Family == name && f.Class != Agent {
		return []*Fingerprint{f}
	}
	var found []*Fingerprint
	for _, f := range c.fingerprints {
		if f.Slug == name || f.Family == name {
			found = append(found, f)
		}
	}
	return found
}

// Names are the slugs and the families of the agents, sorted: what a policy can name.
func (c *Catalog) Names() []string {
	var names []string
	for _, f := range c.fingerprints {
		if f.Class == Agent {
			names = append(names, f.Slug, f.Family)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
