package claims

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// area is a part of a repository that a description says is left alone.
type area struct {
	name  string
	words string                        // what people call it
	at    func(c *change, i int) bool   // a change of this file certainly is one of the area
	maybe func(path, lower string) bool // it may be one
	// untold says that a diff never tells of the area for certain.
	untold bool
}

var areas = []area{
	{name: "migration", words: `(?:database|db|schema|data ?base schema|db schema) (?:or \w+ )?(?:changes?|migrations?|modifications?)|(?:new |schema )?migrations?`, at: func(c *change, i int) bool {
		return c.migration(i)
	}, maybe: func(_, lower string) bool {
		return strings.Contains(lower, "migrat") || strings.HasSuffix(lower, ".sql") || strings.HasSuffix(lower, ".prisma") || strings.Contains(lower, "schema") || strings.Contains(lower, "alembic")
	}},
	{name: "CI", words: `(?:ci|ci/cd|workflow|pipeline|github actions|ci configuration|ci config) (?:changes?|modifications?)`, at: func(c *change, i int) bool {
		return ciPath.MatchString(c.files[i].Path)
	}, maybe: func(_, lower string) bool {
		return strings.HasPrefix(lower, ".github/") || strings.Contains(lower, "pipeline")
	}},
	{name: "configuration", words: `config(?:uration)? changes?`, at: func(c *change, i int) bool {
		return c.kinds[i] == kind.Configuration && configPath.MatchString(c.lower[i][0]) && !strings.Contains(c.lower[i][0], "locale") && !strings.Contains(c.lower[i][0], "i18n")
	}, maybe: func(_, lower string) bool {
		return kind.Of(lower) == kind.Configuration || strings.Contains(lower, "config") || strings.Contains(lower, "settings")
	}},
	{name: "styling", words: `(?:css|style|styling) changes?`, at: func(c *change, i int) bool {
		return stylePath.MatchString(c.lower[i][0]) && c.kinds[i] != kind.Test && c.styles(i)
	}, maybe: func(_, lower string) bool { return uiPath.MatchString(lower) }},
	{name: "UI", words: `(?:ui|visual) changes?`, at: never, untold: true, maybe: func(_, lower string) bool { return uiPath.MatchString(lower) }},
	{name: "test", words: `tests? changes?|changes? (?:to|in) (?:the )?(?:existing )?tests?`, at: func(c *change, i int) bool {
		if c.kinds[i] != kind.Test || c.files[i].Status == pull.Added {
			return false
		}
		_, ran := c.runs(i)
		return ran
	}, maybe: func(_, lower string) bool { return looksLikeTest(lower) }},
	{name: "API", words: `(?:public )?(?:api|interface) changes?`, at: never, untold: true, maybe: func(_, lower string) bool {
		return apiPath.MatchString(lower) || kind.Of(lower) == kind.Code
	}},
	{name: "breaking", words: `breaking (?:api )?changes?|backwards?[- ]incompatible changes?`, at: never, untold: true, maybe: func(_, lower string) bool {
		return kind.Of(lower) == kind.Code || apiPath.MatchString(lower) || kind.Of(lower) == kind.Configuration
	}},
}

func never(*change, int) bool { return false }

var (
	ciPath     = regexp.MustCompile(`^(?:\.github/workflows/.+|\.github/actions/.+|\.gitlab-ci\.yml|\.circleci/.+|(?:.+/)?Jenkinsfile|azure-pipelines[\w.-]*\.ya?ml|\.travis\.yml|\.buildkite/.+|\.drone\.yml|bitbucket-pipelines\.yml|appveyor\.yml|\.semaphore/.+|\.woodpecker[/.].*|\.ci/.+)$`)
	configPath = regexp.MustCompile(`(?:^|/)(?:config|configs|conf|settings)/[^/]+\.(?:ya?ml|toml|json|ini|conf|properties|env)$|(?:^|/)(?:application|appsettings|settings|config)(?:[.-][\w-]+)?\.(?:ya?ml|toml|json|ini|conf|properties)$|(?:^|/)\.env(?:\.[\w.]+)?$`)
	stylePath  = regexp.MustCompile(`\.(?:css|scss|sass|less|styl)$`)
	uiPath     = regexp.MustCompile(`\.(?:css|scss|sass|less|styl|tsx|jsx|vue|svelte|html?|erb|haml|hbs|ejs|xaml|xib|storyboard|astro|razor|cshtml|twig|blade\.php)$`)
	apiPath    = regexp.MustCompile(`(?:^|/)(?:openapi|swagger)[\w.-]*\.(?:ya?ml|json)$|\.proto$|\.graphqls?$|\.gql$|(?:^|/)schema\.(?:json|graphql|prisma)$|\.avsc$|\.wsdl$|\.raml$`)
	// migrationPath is where the usual tools look for migrations.
	migrationPath = regexp.MustCompile(`(?:^|/)migrations?/(?:.+/)?[^/]*\.sql$|(?:^|/)migrations/\d{4}_\w+\.py$|(?:^|/)db/migrate/\d{8,14}_\w+\.rb$|(?:^|/)alembic/versions/[^/]+\.py$|(?:^|/)v\d+(?:[._]\d+)*__\w+\.sql$|` +
		`(?:^|/)migrations?/(?:.+/)?\D{0,8}\d{4}[_-]?\d{2}[_-]?\d{2}[_-]?\d[^/]*\.(?:ts|js|php|go|cs|java|kt|exs|py|xml|ya?ml)$|(?:^|/)migrations?/(?:.+/)?\d{13}-[^/]+\.(?:ts|js)$`)
)

// migration reports whether a file is a new step of the database's.
func (c *change) migration(i int) bool {
	f := &c.files[i]
	return f.Status == pull.Added && c.kinds[i] != kind.Test && c.kinds[i] != kind.Vendored && c.kinds[i] != kind.Documentation && migrationPath.MatchString(c.lower[i][0]) && !illustrates(f.Path)
}

func (c *change) migrations() []int {
	var at []int
	for i := range c.files {
		if c.migration(i) {
			at = append(at, i)
		}
	}
	return at
}

// styles reports whether a style sheet changes in more than comments and white space.
func (c *change) styles(i int) bool {
	for _, h := range c.hunks(i) {
		was, is := map[string]int{}, 0
		for _, l := range h.Lines {
			text := strings.Join(strings.Fields(l.Text), "")
			if l.Op == pull.Context || !strings.Contains(text, ":") || !strings.HasSuffix(text, ";") || strings.HasPrefix(text, "*") || strings.HasPrefix(text, "/") {
				continue
			}
			if l.Op == pull.Remove {
				was[text]++
			} else if was[text] == 0 {
				is++
			}
		}
		if is > 0 {
			return true
		}
	}
	return false
}

// things are what the areas are called where "changes" stands before them.
var things = map[string]string{
	"migration": `(?:database|db|database schema|db schema|schema)`, "CI": `(?:ci|ci/cd|ci configuration|ci config|ci workflows?|ci pipelines?|workflows?|github actions)`,
	"configuration": `(?:config|configuration|config files)`, "styling": `(?:css|styles|styling|stylesheets)`, "UI": `(?:ui|user interface)`,
	"test": `(?:existing )?tests`, "API": `(?:public )?apis?`, "breaking": `backwards? compatibility`,
}

// areaShapes are the claims "no … changes" and "… changes: none" of the areas.
var areaShapes = func() []*regexp.Regexp {
	var shapes []*regexp.Regexp
	for _, a := range areas {
		thing := things[a.name]
		shapes = append(shapes, regexp.MustCompile(`(?:\bwithout(?: any)?|`+opening+`(?:no|zero)) (?:`+a.words+`)`+whole+
			`|^[\W_]*(?:`+a.words+`)[*_]*:[*_]* (?:no|none)(?:$|[.,])`+
			`|`+opening+`no changes? (?:in|to|of) (?:the )?`+thing+whole+
			`|^[\W_]*(?:the )?`+thing+` (?:is|are|remains?|stays?|was|were) (?:untouched|unchanged|not (?:touched|changed|affected))`+whole))
	}
	return shapes
}()

func areaClaims(_ *change, s *statement) []claim {
	if s.nested || !denies(s.text) || strings.ContainsAny(s.heading, "/_`") || narrowed.MatchString(s.text) {
		return nil
	}
	var found []claim
	for n := range areas {
		m := areaShapes[n].FindStringIndex(s.text)
		if m == nil || wishes.MatchString(s.text[:m[0]]) {
			continue
		}
		found = append(found, claim{said: s, key: "no " + areas[n].name, judge: func(c *change) answer { return c.judgeArea(&areas[n]) }})
	}
	return found
}

// denies reports whether a text has one of the words that every shape of an area has: to look for a word costs a hundredth
// of what a shape does.
func denies(text string) bool {
	return containsAny(text, "no ", "none", "zero ", "without ", "untouched", "unchanged", "not ", " no.", " no,") || strings.HasSuffix(text, " no")
}

func containsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

func (c *change) judgeArea(a *area) answer {
	for i := range c.files {
		if a.at(c, i) {
			return answer{
				state: contradicted, why: fmt.Sprintf("the diff changes %s", c.files[i].Path), place: place{path: c.files[i].Path},
				fix: "Say in the description what changes there, or take that change out.",
			}
		}
	}
	var doubtful []int
	for i := range c.files {
		if a.maybe(c.files[i].Path, c.lower[i][0]) && c.files[i].NoPatch != pull.SameContent {
			doubtful = append(doubtful, i)
		}
	}
	if len(doubtful) > 0 && a.untold {
		return answer{why: "the diff alone does not tell"}
	}
	if len(doubtful) > 0 {
		return answer{why: fmt.Sprintf("the diff changes %s", c.some(doubtful)), place: place{path: c.files[doubtful[0]].Path}}
	}
	return answer{state: confirmed, why: "no such file is in the diff"}
}
