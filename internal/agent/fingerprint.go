package agent

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Fingerprint is how one agent, bot or reviewer is recognised: the form of the files in fingerprints/, and of the agents
// that an organisation adds in its policy.
type Fingerprint struct {
	Slug   string `yaml:"slug"`   // lower case with hyphens
	Name   string `yaml:"name"`   // as people call it
	Family string `yaml:"family"` // empty for the slug itself
	Class  Class  `yaml:"class"`  // empty for an agent
	// Absorbs names agents whose signs are this one's own where both are found: an agent in the cloud leaves the
	// trailers of the tool that it runs.
	Absorbs []string `yaml:"absorbs"`

	// Hosts says that a bot runs the work of others, agents' too: what its commits say of them counts.
	Hosts bool `yaml:"hosts"`

	// Unnamed says that the signs tell an agent and not which: beside an agent that is named they are that one's.
	Unnamed bool `yaml:"unnamed"`

	Accounts []Account  `yaml:"accounts"`
	Commits  []Identity `yaml:"commits"`  // author or committer lines
	Trailers []Trailer  `yaml:"trailers"` // of the last paragraph of a commit's message
	Messages []Pattern  `yaml:"messages"` // lines of a commit's message
	Body     []Pattern  `yaml:"body"`     // lines of the description
	Branches []Pattern  `yaml:"branches"` // the head branch, whole
	Labels   []Label    `yaml:"labels"`

	Match []Example `yaml:"match"` // must be recognised
	Miss  []Example `yaml:"miss"`  // must not
}

// Sign is what every sign has.
type Sign struct {
	Strength Confidence `yaml:"strength"`
	Forged   Forged     `yaml:"forged"`
	How      Authorship `yaml:"how"`    // autonomous or assisted: what the sign says of how the agent took part
	Source   string     `yaml:"source"` // where this is known from
	Since    string     `yaml:"since"`  // when it was first seen, as far as that is known
}

// Account is a GitHub account. Its id alone is conclusive: logins are text that a commit can claim.
type Account struct {
	Sign  `yaml:",inline"`
	Login string `yaml:"login"`
	ID    int64  `yaml:"id"`   // 0 where it is not known
	Role  Role   `yaml:"role"` // empty for any
}

// Identity is an author or committer line. Where both are given, both must be there.
type Identity struct {
	Sign  `yaml:",inline"`
	Email string `yaml:"email"` // exact, in lower case
	Match Regexp `yaml:"match"` // of the address, where it holds a run's id
	Name  Regexp `yaml:"name"`
}

// Trailer is a key and what stands behind it: an address, or a pattern of the whole value.
type Trailer struct {
	Sign  `yaml:",inline"`
	Key   string `yaml:"key"`
	Email string `yaml:"email"`
	Value Regexp `yaml:"value"`
	Not   Regexp `yaml:"not"` // what the value must not match
}

// Pattern is a line. Needle is a piece, in lower case, that every line that matches holds: it spares the search.
type Pattern struct {
	Sign   `yaml:",inline"`
	Needle string `yaml:"needle"`
	Line   Regexp `yaml:"line"`
	Hidden bool   `yaml:"hidden"` // the line is a comment of HTML, and counts only there
	Near   bool   `yaml:"inline"` // the line may hold other text; otherwise it stands alone
	Random bool   `yaml:"random"` // what the pattern's group holds looks drawn by lot, not like a word or a number
}

// Label is a label of the pull request.
type Label struct {
	Sign `yaml:",inline"`
	Name string `yaml:"name"`
}

// Example is a text that a fingerprint is tried on, as part of an otherwise plain pull request.
type Example struct {
	Why     string     `yaml:"why"`
	As      Confidence `yaml:"as"`     // how sure it is recognised; empty for any
	Author  string     `yaml:"author"` // a commit's author line, "Name <address>"
	Message string     `yaml:"message"`
	Body    string     `yaml:"body"`
	Branch  string     `yaml:"branch"`
	Login   string     `yaml:"login"` // the opener's
	ID      int64      `yaml:"id"`
}

// Class is what a fingerprint is of.
type Class string

// The classes. An ordinary bot is no coding agent; a reviewer touches pull requests of others.
const (
	Agent    Class = "agent"
	Bot      Class = "bot"
	Reviewer Class = "reviewer"
)

// Values lists the classes.
func (Class) Values() []string { return []string{string(Agent), string(Bot), string(Reviewer)} }

// Forged is how easily a sign is forged.
type Forged string

// How easily a sign is forged: not without the vendor's key; by anyone who can push or write; or by anyone, and its own
// user can switch it off as well.
const (
	Unforgeable Forged = "none"
	Trivial     Forged = "trivial"
	Removable   Forged = "removable"
)

// Values lists them.
func (Forged) Values() []string {
	return []string{string(Unforgeable), string(Trivial), string(Removable)}
}

// Role is where an account counts.
type Role string

// The roles: the account that opened the pull request, or a commit's author.
const (
	Opener Role = "opener"
	Author Role = "author"
)

// Values lists the roles.
func (Role) Values() []string { return []string{string(Opener), string(Author)} }

// Regexp is a pattern that is compiled when it is read.
type Regexp struct{ *regexp.Regexp }

// UnmarshalText compiles text.
func (r *Regexp) UnmarshalText(text []byte) error {
	compiled, err := regexp.Compile(string(text))
	if err != nil {
		return err
	}
	r.Regexp = compiled
	return nil
}

// found reports whether the line has the pattern.
func (p *Pattern) found(line string) bool {
	if !p.Random {
		return p.Line.matches(line)
	}
	if p.Line.Regexp == nil {
		return false
	}
	group := p.Line.FindStringSubmatch(line)
	return len(group) > 1 && group[1] != "" && !wordlike.MatchString(group[1])
}

// wordlike is a word, a number, or a word with a number behind it: "tests", "Tests", "2026", "node24", "RFC9".
var wordlike = regexp.MustCompile(`^(?:[a-z]*[0-9]*|[A-Z][a-z]*|[A-Z]*[0-9]*)$`)

func (r Regexp) matches(s string) bool { return r.Regexp != nil && r.MatchString(s) }

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// Parse reads a fingerprint, strictly.
func Parse(source string, text []byte) (*Fingerprint, []strict.Problem) {
	node, problems := strict.Parse(source, text)
	if len(problems) > 0 {
		return nil, problems
	}
	f, problems := Decode(node)
	return f, strict.In(source, problems)
}

// Decode reads a fingerprint from a node and fills in what goes without saying.
func Decode(node *yaml.Node) (*Fingerprint, []strict.Problem) {
	f := &Fingerprint{}
	if problems := strict.Decode(node, f); len(problems) > 0 {
		return nil, problems
	}
	var problems []strict.Problem
	if !slug.MatchString(f.Slug) {
		problems = append(problems, strict.At(strict.Field(node, "slug"), "the slug %q is not in lower case with hyphens", f.Slug))
	}
	for _, err := range f.fill() {
		problems = append(problems, strict.At(node, "%s: %v", f.Slug, err))
	}
	return f, problems
}

// fill completes what a file leaves out, and reports what it may not leave out.
func (f *Fingerprint) fill() (errs []error) {
	f.Name, f.Family = or(f.Name, f.Slug), or(f.Family, f.Slug)
	if f.Class == "" {
		f.Class = Agent
	}
	sign := func(what string, s *Sign, strength Confidence, forged Forged, how Authorship) {
		if s.Strength == "" {
			s.Strength = strength
		}
		if s.Forged == "" {
			s.Forged = forged
		}
		if s.How == "" {
			s.How = how
		}
		if s.Source == "" {
			errs = append(errs, fmt.Errorf("%s has no source: say where it is known from", what))
		}
		if s.Strength == Conclusive && s.Forged != Unforgeable {
			errs = append(errs, fmt.Errorf("%s is text, and text is never conclusive", what))
		}
	}
	for i := range f.Accounts {
		a := &f.Accounts[i]
		strength, forged := Conclusive, Unforgeable
		if a.ID == 0 {
			strength, forged = Strong, Trivial // a login is text, unless an App opened the pull request by it
		}
		sign("account "+a.Login, &a.Sign, strength, forged, Autonomous)
	}
	for i := range f.Commits {
		c := &f.Commits[i]
		c.Email = strings.ToLower(c.Email)
		sign("a commit's line", &c.Sign, Strong, Trivial, Autonomous)
	}
	for i := range f.Trailers {
		t := &f.Trailers[i]
		t.Key, t.Email = strings.ToLower(t.Key), strings.ToLower(t.Email)
		sign("trailer "+t.Key, &t.Sign, Strong, Removable, Assisted)
	}
	for i := range f.Messages {
		f.Messages[i].Needle = lowered(f.Messages[i].Needle)
		sign("a line of a message", &f.Messages[i].Sign, Strong, Removable, Assisted)
	}
	for i := range f.Body {
		f.Body[i].Needle = lowered(f.Body[i].Needle)
		sign("a line of the description", &f.Body[i].Sign, Strong, Removable, Assisted)
	}
	for i := range f.Branches {
		sign("a branch", &f.Branches[i].Sign, Weak, Trivial, Autonomous)
	}
	for i := range f.Labels {
		sign("label "+f.Labels[i].Name, &f.Labels[i].Sign, Weak, Trivial, Assisted)
	}
	return errs
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
