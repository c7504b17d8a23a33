package claims

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

const documentVerbs = `(?:update|updates|updated|updating|extend|extends|extended|adjust|adjusts|adjusted|refresh|refreshes|refreshed|revise|revises|revised|expand|expands|expanded|` + addVerbs + `)`

var (
	changelogDone = regexp.MustCompile(`\b` + documentVerbs + ` (?:(?:a|an|the|new|our) )?(?:(?:entry|entries|note|notes|line|section) (?:to|in) (?:the )?)?(?:changelog|change log)(?: entry| entries| note)?(` + documentEnd + `)|` +
		`\b(?:changelog|change log)(?: entry)? (?:(?:was|is|has been) )?(?:updated|added)(` + documentEnd + `)`)
	readmeDone = regexp.MustCompile(`\b` + documentVerbs + ` (?:(?:a|an|the|new|our|project|root|main) )*(?:(?:entry|entries|note|notes|line|section|sections|documentation|docs|instructions|examples?) (?:to|in) (?:the )?)?readme(?: docs| documentation| section)?(` + documentEnd + `)|` +
		`\breadme (?:(?:was|is|has been) )?updated(` + documentEnd + `)`)
	docsDone = regexp.MustCompile(`\b` + documentVerbs + ` (?:(?:the|our|all|some|user|api|project|related|relevant|corresponding|developer|public|new|existing|more) )*(?:docs|documentation)(` + documentEnd + `)|` +
		`^[\W_]*(?:i have |i've )?(?:docs|documentation) (?:(?:was|were|is|has been|have been) )?(?:updated|added)(` + documentEnd + `)`)
	elsewhere = regexp.MustCompile(`\b(?:wiki|website|web site|site|notion|confluence|portal|docs repo|documentation repo|docs team)\b`)
)

// documentEnd is what may follow a document where it itself is meant: "README badges" are something else.
const documentEnd = `$|[.,;:!)*_]| (?:-|to|with|for|and|as|about|on|in|so|accordingly|&|\+|` + obj + `)`

// document is a sort of document that a description says was updated.
type document struct {
	name  string
	done  *regexp.Regexp
	is    func(path string, k kind.Kind) bool // surely
	maybe func(c *change, i int) bool
}

var documents = []document{
	{"changelog", changelogDone, func(path string, _ kind.Kind) bool { return changelogPath.MatchString(path) }, func(c *change, i int) bool {
		return c.kinds[i] == kind.Documentation
	}},
	{"README", readmeDone, func(path string, _ kind.Kind) bool { return strings.Contains(strings.ToLower(path), "readme") }, func(c *change, i int) bool {
		return c.kinds[i] == kind.Documentation
	}},
	{"document", docsDone, func(path string, k kind.Kind) bool { return k == kind.Documentation || docsPath.MatchString(path) }, func(c *change, i int) bool {
		return c.comments(i) || c.kinds[i] == kind.Configuration || !c.read(i) || illustrates(c.files[i].Path)
	}},
}

var (
	changelogPath = regexp.MustCompile(`(?i)change|news|history|release|unreleased|whatsnew|what-s-new`)
	docsPath      = regexp.MustCompile(`(?i)\.(?:mdx?|rst|adoc|txt|html?|ipynb)$|(?:^|/)(?:docs?|documentation|guides?|man|help|wiki|manual|openapi|swagger)[/.]|openapi|swagger`)
)

func documentClaims(_ *change, s *statement) []claim {
	var found []claim
	for _, d := range documents {
		m := d.done.FindStringIndex(s.text)
		if m == nil || denied(s.text[:m[0]]) || elsewhere.MatchString(s.text) || !s.acts(m[0]) && !strings.Contains(s.text[m[0]:m[1]], "updated") {
			continue
		}
		found = append(found, claim{said: s, key: "document " + d.name, judge: func(c *change) answer { return c.judgeDocument(d) }})
	}
	return found
}

func (c *change) judgeDocument(d document) answer {
	for i := range c.files {
		for _, p := range c.files[i].Paths() {
			if d.is(p, c.kinds[i]) {
				return answer{state: confirmed, why: fmt.Sprintf("%s is changed", c.files[i].Path), place: place{path: c.files[i].Path}}
			}
		}
	}
	for i := range c.files {
		if d.maybe(c, i) {
			return answer{why: fmt.Sprintf("only %s could be meant", c.files[i].Path), place: place{path: c.files[i].Path}}
		}
	}
	return answer{
		state: contradicted, why: fmt.Sprintf("no changed file is a %s", d.name),
		fix: fmt.Sprintf("Commit the change of the %s, or take the sentence out of the description.", d.name),
	}
}

// comments reports whether a file gained lines that begin as comments or texts do: documentation stands in code too.
func (c *change) comments(i int) bool {
	lang := kind.Language(c.files[i].Path)
	for _, h := range c.hunks(i) {
		for _, l := range h.Lines {
			text := strings.TrimSpace(l.Text)
			if l.Op == pull.Add && text != "" && (commented(text, lang) || strings.Contains(text, `"""`) || strings.Contains(text, "'''") || strings.Contains(text, "/*") || strings.HasPrefix(text, "@doc") || strings.HasPrefix(text, "@moduledoc") || strings.HasPrefix(text, "<!--") || prose(text)) {
				return true
			}
		}
	}
	return kind.LineComment(lang) == "" && c.kinds[i] == kind.Code
}

// prose reports whether a line of code may be a line of a longer text: it has some words and nothing of a statement, or
// it speaks of help.
func prose(text string) bool {
	for _, word := range []string{"help", "usage", "Usage", "doc", "description", "summary"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return !strings.ContainsAny(text, "{};=") && len(strings.Fields(text)) >= 4
}
