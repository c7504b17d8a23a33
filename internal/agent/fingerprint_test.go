package agent

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/pull"
)

func TestFingerprintsAreValid(t *testing.T) {
	c, problems := builtIn()
	for _, p := range problems {
		t.Error(p)
	}
	entries, _ := files.ReadDir("fingerprints")
	for _, entry := range entries {
		slug := strings.TrimSuffix(entry.Name(), ".yml")
		found := c.Find(slug)
		if len(found) == 0 {
			t.Errorf("%s: the slug is not the file's name", entry.Name())
			continue
		}
		if f := c.bySlug[slug]; f.Class == Agent && (len(f.Match) == 0 || len(f.Miss) == 0) {
			t.Errorf("%s has no texts that match and miss", slug)
		}
	}
}

// What only a list claims is weak, and every sign says how sure it is, how easily it is forged, and where it is known from.
func TestSignsAreWhole(t *testing.T) {
	for _, f := range BuiltIn().Fingerprints() {
		for _, s := range f.signs() {
			if s.Strength == "" || s.Forged == "" || s.Source == "" || s.How == "" {
				t.Errorf("%s: a sign is not whole: %+v", f.Slug, s)
			}
			if strings.HasPrefix(s.Source, "claimed") && s.Strength != Weak {
				t.Errorf("%s: what lists claim is %s", f.Slug, s.Strength)
			}
			if s.Strength == Conclusive && s.Forged != Unforgeable {
				t.Errorf("%s: what can be forged is conclusive", f.Slug)
			}
		}
		for _, needles := range [][]Pattern{f.Messages, f.Body} {
			for _, p := range needles {
				if len(p.Needle) < 3 {
					t.Errorf("%s: %s has no piece to be looked for first", f.Slug, p.Line)
				}
			}
		}
	}
}

func (f *Fingerprint) signs() []Sign {
	var all []Sign
	for i := range f.Accounts {
		all = append(all, f.Accounts[i].Sign)
	}
	for i := range f.Commits {
		all = append(all, f.Commits[i].Sign)
	}
	for i := range f.Trailers {
		all = append(all, f.Trailers[i].Sign)
	}
	for _, patterns := range [][]Pattern{f.Messages, f.Body, f.Branches} {
		for i := range patterns {
			all = append(all, patterns[i].Sign)
		}
	}
	for i := range f.Labels {
		all = append(all, f.Labels[i].Sign)
	}
	return all
}

// request is an otherwise plain pull request of a person, with the example in it.
func (e *Example) request() *pull.Request {
	r := &pull.Request{
		Repo: "acme/api", Number: 12, Title: "Add a thing", Body: e.Body, Known: pull.AllFacts,
		Author: pull.Account{Login: "ana", ID: 7, Type: pull.User}, Head: pull.Branch{Name: e.Branch},
	}
	if e.Login != "" {
		r.Author = pull.Account{Login: e.Login, ID: e.ID, Type: pull.User}
		if strings.HasSuffix(e.Login, "[bot]") {
			r.Author.Type = pull.Bot
		}
	}
	author := e.Author
	if author == "" {
		author = "Ana <ana@acme.example>"
	}
	name, email := address(author)
	message := e.Message
	if message == "" {
		message = "Add a thing"
	}
	r.Commits = []pull.Commit{{SHA: "1a2b3c4", Message: message, Author: pull.Person{Name: name, Email: email}}}
	return r
}

// Every agent is tried on every text: its own are recognised as its own and nobody else's, and the near misses as
// nobody's of the file that holds them.
func TestFingerprintsOnEveryText(t *testing.T) {
	c := BuiltIn()
	for _, f := range c.Fingerprints() {
		for i := range f.Match {
			e := &f.Match[i]
			a := c.Attribute(e.request())
			var slugs []string
			for _, found := range a.Agents {
				slugs = append(slugs, found.Agent)
			}
			if !slices.Equal(slugs, []string{f.Slug}) {
				t.Errorf("%s: %s: got %v", f.Slug, e.Why, slugs)
			} else if e.As != "" && a.Agents[0].Confidence != e.As {
				t.Errorf("%s: %s: got %s, want %s", f.Slug, e.Why, a.Agents[0].Confidence, e.As)
			}
		}
		for i := range f.Miss {
			e := &f.Miss[i]
			for _, found := range c.Attribute(e.request()).Agents {
				if found.Family == f.Family {
					t.Errorf("%s: %s: taken for %s (%s)", f.Slug, e.Why, found.Agent, found.Confidence)
				}
			}
		}
	}
}
