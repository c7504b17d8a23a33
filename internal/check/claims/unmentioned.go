package claims

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxUnmentioned bounds how many changes of weight are listed.
const maxUnmentioned = 20

// weight is a sort of change that a reviewer wants to be told of.
type weight struct {
	what  string
	words string // by whose beginnings a description speaks of it without naming a path; "=" ends a whole word
	is    func(c *change, i int) bool
}

var weights = []weight{
	{"changes what steers agents", "agent claude cursor copilot gemini mcp= skill instruction rule= rules= prompt", func(c *change, i int) bool { return steerPath.MatchString(c.files[i].Path) }},
	{"changes CI", "ci= workflow pipeline action= actions= build= builds= runner jenkins circleci travis", func(c *change, i int) bool { return ciPath.MatchString(c.files[i].Path) }},
	{"is a migration of the database", "migrat database db= schema table= tables= column index= indexes= sql=", func(c *change, i int) bool { return c.migration(i) }},
	{"is a deleted test", "remov delet drop obsolete replac consolidat merge moved moves clean", func(c *change, i int) bool {
		return c.files[i].Status == pull.Removed && c.kinds[i] == kind.Test && kind.Language(c.files[i].Path) != ""
	}},
	{"changes dependencies", "dependenc deps= bump upgrad package librar version module vendor requirements", func(c *change, i int) bool {
		return c.kinds[i] != kind.Test && c.kinds[i] != kind.Vendored && c.entries(i)
	}},
	{"changes a public interface", "api= apis= schema endpoint openapi swagger proto graphql contract interface", func(c *change, i int) bool {
		return c.kinds[i] != kind.Test && c.kinds[i] != kind.Vendored && interfacePath.MatchString(c.lower[i][0])
	}},
	{"changes authentication or cryptography", "auth oauth login logs= logged= sign= signin signed= session token password credential permission secur crypt encrypt decrypt role= roles= access sso= jwt= secret key= keys= certificate tls= ssl= user= users=", func(c *change, i int) bool {
		return c.kinds[i] == kind.Code && authPath.MatchString(c.lower[i][0])
	}},
}

var (
	steerPath = regexp.MustCompile(`(?:^|/)(?:AGENTS\.md|AGENTS\.override\.md|AGENT\.md|CLAUDE\.md|CLAUDE\.local\.md|GEMINI\.md|QWEN\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.goosehints|\.roomodes|\.mcp\.json|copilot-instructions\.md)$|` +
		`(?:^|/)\.(?:claude|cursor|codex|gemini|windsurf|clinerules|roo|kiro|junie|continue|opencode|aider)/|^\.github/(?:instructions|prompts|agents|chatmodes)/|^\.vscode/mcp\.json$|(?:^|/)\.aider[\w.]*$`)
	// interfacePath are descriptions of interfaces for others; a query in GraphQL is none.
	interfacePath = regexp.MustCompile(`(?:^|/)(?:openapi|swagger)[\w.-]*\.(?:ya?ml|json)$|\.proto$|schema[\w.-]*\.(?:graphqls?|gql)$|\.graphqls$|\.avsc$|\.wsdl$|\.raml$`)
	authPath      = regexp.MustCompile(`(?:^|[/_.-])(?:auth|authn|authz|authentication|authorization|oauth\d?|oidc|saml|sso|jwt|login|logout|sessions?|passwords?|credentials?|permissions?|rbac|acl|crypto|cryptography|encryption|security|secrets?|tokens?)(?:[/_.-]|$)`)
)

// said is everything that a description says anywhere, code, quotes and folds too: whoever named a thing has named it.
type said struct {
	text   string
	words  map[string]bool
	spoken map[int]bool // by the index of a weight
}

func saidBy(r *pull.Request) *said {
	s := &said{text: strings.ToLower(r.Title + "\n" + r.Body), words: map[string]bool{}, spoken: map[int]bool{}}
	for _, word := range strings.FieldsFunc(r.Title+"\n"+r.Body, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		s.words[strings.ToLower(word)] = true
		if len(word) > 3 {
			for _, part := range wordsOf(word) {
				s.words[part] = true
			}
		}
	}
	return s
}

// layout are names of directories and files that say nothing of what is in them.
var layout = wordSet(`src lib app apps packages pkg internal cmd main java kotlin python com org net io github test tests index init mod utils util helpers helper common core shared base types
	type components component modules module services service models model views view controllers controller pages page api server client the and for new`)

// names reports whether a path, one of its directories or a word of its name is said.
func (s *said) names(path string) bool {
	for _, part := range strings.FieldsFunc(path, func(c rune) bool { return c == '/' || c == '.' }) {
		if lower := strings.ToLower(part); len(lower) > 2 && !layout[lower] && s.words[lower] {
			return true
		}
		for _, word := range wordsOf(part) {
			if len(word) > 2 && !layout[word] && (s.words[word] || s.words[strings.TrimSuffix(word, "s")] || s.words[word+"s"]) {
				return true
			}
		}
	}
	return strings.Contains(s.text, strings.ToLower(path[strings.LastIndexByte(path, '/')+1:]))
}

// speaks reports whether a word of the description speaks of a weight.
func (s *said) speaks(w int) bool {
	if spoken, known := s.spoken[w]; known {
		return spoken
	}
	begins := strings.Fields(weights[w].words)
	s.spoken[w] = false
	for word := range s.words {
		if slices.ContainsFunc(begins, func(b string) bool {
			whole, exact := strings.CutSuffix(b, "=")
			return word == whole || !exact && strings.HasPrefix(word, b)
		}) {
			s.spoken[w] = true
			break
		}
	}
	return s.spoken[w]
}

// base reports whether a path, its directory or its name is said.
func (s *said) base(path string) bool {
	lower := strings.ToLower(path)
	dir, name := "", lower
	if i := strings.LastIndexByte(lower, '/'); i >= 0 {
		dir, name = lower[:i], lower[i+1:]
	}
	return strings.Contains(s.text, name) || len(dir) > 3 && strings.Contains(s.text, dir)
}

// unmentioned lists the changes of weight of which a description says nothing, and how many more there are.
func (c *change) unmentioned(r *pull.Request, large int) (found []check.Finding, more int) {
	s := saidBy(r)
	for i := range c.files {
		what := c.weigh(i, s, large)
		switch {
		case what == "":
		case len(found) == maxUnmentioned:
			more++
		default:
			found = append(found, check.Finding{
				Path: c.files[i].Path, Message: fmt.Sprintf("Not mentioned: %s %s.", c.files[i].Path, what),
				Fix: "Say in the description what changes there and why.",
			})
		}
	}
	return found, more
}

// weigh says what an unmentioned file does that a reviewer should know; "" where that is nothing, or was said.
func (c *change) weigh(i int, s *said, large int) string {
	f := &c.files[i]
	if f.NoPatch == pull.SameContent && f.Status != pull.Removed {
		return ""
	}
	for w := range weights {
		if !weights[w].is(c, i) {
			continue
		}
		if s.speaks(w) || s.base(f.Path) {
			return ""
		}
		return weights[w].what
	}
	if n := f.Added + f.Removed; c.kinds[i] == kind.Code && f.Status != pull.Removed && n >= large && !s.names(f.Path) {
		return fmt.Sprintf("changes %d lines of code", n)
	}
	return ""
}
