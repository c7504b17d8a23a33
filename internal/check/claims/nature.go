package claims

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	thisChange = `(?:(?:this|the) (?:pr|mr|pull request|change|changes|changeset|patch|commit|diff|update)(?: (?:is|are|contains?|has|makes?|includes?|introduces?))?|it is|it's|these are|this is|these changes are|contains|type(?: of change)?:|note:)`
	sure       = `(?: (?:a|an|purely|strictly|just|only|simply|all|entirely|completely|mainly))*`
	noun       = `(?:[ -](?:pr|change|changes|update|updates|fix|fixes|pull request|commit|edits?|cleanup|refactor|tweaks?))?`
	// whole ends a claim about all of the change: nothing follows that would narrow it.
	whole = `(?: (?:here|intended|expected|in this (?:pr|change|pull request|patch|commit)|at all|were made|was made|made|included|introduced|involved))*[*_)\]]*(?:[.!,;:]|$| -| \(|: )`
)

// nature is what a description says all of a change to be.
type nature struct {
	name  string
	shape *regexp.Regexp
	judge func(c *change, s *statement) answer
}

var natures = []nature{
	{"documentation", only(`(?:docs?|documentation|readme|markdown|changelog)`), onlyOf("documentation", codeRuns)},
	{"comments", only(`(?:code )?(?:comments?|docstrings?|javadocs?|jsdoc|godoc)`), onlyOf("comments", codeRuns)},
	{"formatting", only(`(?:formatting|whitespace|white[- ]space|indentation)`), onlyOf("formatting", codeRuns)},
	{"tests", only(`tests?`), onlyOf("tests", shippedRuns)},
	{"no code", regexp.MustCompile(opening + `no (?:production |source |actual |application |runtime )?code(?: was| is| has been|s)?(?: changes?| changed| touched| modified)` + whole), onlyOf("no code", shippedRuns)},
	{"behaviour", regexp.MustCompile(opening + `no (?:functional(?:ity)?|behaviou?r(?:al)?|semantic|user[- ](?:facing|visible)|observable|logic|logical|runtime)(?:(?:,? (?:or|and) |/)\w+)? changes?` + whole +
		`|` + opening + `no changes? (?:in|to) (?:the )?(?:existing |runtime |observable )?(?:behaviou?rs?|functionality|logic)` + whole +
		`|\b(?:behaviou?r|functionality) (?:is|remains|stays|should remain|was|has not|hasn't) (?:unchanged|the same|identical|changed)` + whole), sameBehaviour},
	{"behaviour", only(`(?:refactor|refactors|refactoring|code motion|move|moves|no-op|noop)`), sameBehaviour},
	{"behaviour", only(`(?:rename|renames|renaming|file moves?)`), sameBehaviour},
}

// opening is where a claim about the whole change may begin.
const opening = `(?:^[\W_]*|(?:[,;:(]|\.| -|\b(?:and|with|but|so|has|have|there are|there is|contains?|makes?|is|introduces?|includes?|are|adds?|adding|introducing|brings|requires)) +)`

// only is the shape of claims that a change is of one sort and no other.
func only(sort string) *regexp.Regexp {
	return regexp.MustCompile(`^[\W_]*(?:` + thisChange + `)?` + sure + ` ?` + sort + `[ -]only` + noun + whole +
		`|^[\W_]*` + thisChange + ` (?:only|just|purely|exclusively|merely)(?: (?:touches|changes|updates|affects|modifies|contains?|edits|fixes|a|an|the))* ` + sort + noun + whole +
		`|^[\W_]*(?:` + thisChange + ` )?(?:a )?(?:pure|purely|strictly|exclusively)(?: a)? ` + sort + noun + whole +
		`|^[\W_]*(?:only|just) ` + sort + ` (?:changes?|updates?|edits?|fixes)` + whole +
		`|^[\W_]*only (?:the )?` + sort + `(?: files)? (?:is|are|was|were|has been|have been) (?:changed|touched|modified|updated|affected)` + whole +
		`|^[\W_]*` + thisChange + ` only (?:touches|changes|updates|affects|modifies|edits|adds) (?:the )?` + sort + `(?: files?| comments?)?` + whole)
}

func natureClaims(_ *change, s *statement) []claim {
	// What stands below another item, or under the heading of a part, may be said of that part.
	if s.nested || strings.ContainsAny(s.heading, "/_`") || s.lead != "" && strings.ContainsFunc(s.lead, isObject) {
		return nil
	}
	if !containsAny(s.text, "only", "just", "pure", "strict", "exclusiv", "merely", "no ", "behavio", "functionality") {
		return nil // every shape has one of them
	}
	var found []claim
	for _, n := range natures {
		at := n.shape.FindStringIndex(s.text)
		if at == nil || wishes.MatchString(s.text[:at[0]]) || narrowed.MatchString(s.text) {
			continue
		}
		found = append(found, claim{said: s, key: "nature " + n.name, judge: func(c *change) answer { return n.judge(c, s) }})
	}
	return found
}

// narrowed are words by which a claim about everything is said of a part, or taken back in part.
var narrowed = regexp.MustCompile(`\b(?:except|besides|apart from|other than|aside from|mostly|mainly|largely|almost|beyond|but|skip|skips|skipped|for docs|mode|on docs|path|paths|should)\b|, (?:just|only)\b`)

// onlyOf judges a claim that nothing but one sort changed. against finds what certainly is of another.
func onlyOf(sort string, against func(c *change) (answer, bool)) func(c *change, s *statement) answer {
	return func(c *change, _ *statement) answer {
		if a, found := against(c); found {
			return a
		}
		var doubtful []int
		for i := range c.files {
			k := c.kinds[i]
			if k == kind.Code && sort != "tests" && !c.onlyComments(i) || sort == "tests" && k != kind.Test || sort == "documentation" && k != kind.Documentation && k != kind.Code {
				doubtful = append(doubtful, i)
			}
		}
		for _, i := range doubtful {
			if !c.read(i) && c.kinds[i] == kind.Code {
				return answer{state: unread, why: fmt.Sprintf("the patch of %s was not read", c.files[i].Path), place: place{path: c.files[i].Path}}
			}
		}
		if len(doubtful) > 0 {
			return answer{why: fmt.Sprintf("whether that holds for %s is not told by the diff alone", c.some(doubtful)), place: place{path: c.files[doubtful[0]].Path}}
		}
		return answer{state: confirmed, why: "no changed file is of another sort"}
	}
}

// onlyComments reports whether all changed lines of a code file are blank or begin as comments do.
func (c *change) onlyComments(i int) bool {
	if !c.read(i) {
		return false
	}
	lang := kind.Language(c.files[i].Path)
	for _, h := range c.hunks(i) {
		for _, l := range h.Lines {
			text := strings.TrimSpace(l.Text)
			if l.Op != pull.Context && text != "" && !commented(text, lang) {
				return false
			}
		}
	}
	return true
}

// commented reports whether a trimmed line begins as a comment does.
func commented(text, lang string) bool {
	mark := kind.LineComment(lang)
	return mark != "" && strings.HasPrefix(text, mark) || mark == "//" && (strings.HasPrefix(text, "/*") || strings.HasPrefix(text, "*"))
}

// codeRuns finds code, tests too, that certainly changed.
func codeRuns(c *change) (answer, bool) { return c.firstRun(kind.Code, kind.Test) }

// shippedRuns finds code besides tests that certainly changed.
func shippedRuns(c *change) (answer, bool) { return c.firstRun(kind.Code) }

func (c *change) firstRun(kinds ...kind.Kind) (answer, bool) {
	for i := range c.files {
		f := &c.files[i]
		of := false
		for _, k := range kinds {
			of = of || c.kinds[i] == k
		}
		if !of || kind.Language(f.Path) == "" || illustrates(f.Path) || looksLikeTest(f.Path) && c.kinds[i] == kind.Code {
			continue
		}
		if l, ok := c.runs(i); ok {
			return answer{
				state: contradicted, why: fmt.Sprintf("the diff changes code in %s", f.Path), place: c.at(i, l),
				fix: "Say in the description what the code does now, or take its change out.",
			}, true
		}
	}
	return answer{}, false
}

// sameBehaviour judges a claim that what a program does stays the same: few things certainly change it.
func sameBehaviour(c *change, _ *statement) answer {
	fix := "Say in the description what is different now, or take that change out."
	added := c.newDependencies().added
	for _, d := range added[:min(len(added), maxLocked)] {
		if !d.shipped || !d.certain || !c.used(d.name) {
			continue
		}
		return answer{state: contradicted, why: fmt.Sprintf("%s is a new dependency", d.name), place: d.place, fix: fix}
	}
	if at := c.migrations(); len(at) > 0 {
		i := at[0]
		return answer{state: contradicted, why: fmt.Sprintf("%s is a new migration of the database", c.files[i].Path), place: place{path: c.files[i].Path}, fix: fix}
	}
	for i := range c.files {
		if c.kinds[i] == kind.Code && !illustrates(c.files[i].Path) && !looksLikeTest(c.files[i].Path) {
			if was, is, ok := c.value(i); ok {
				return answer{state: contradicted, why: fmt.Sprintf("a value changes in %s", c.files[i].Path), place: c.at(i, was, is), fix: fix}
			}
		}
	}
	for i := range c.files {
		if k := c.kinds[i]; k != kind.Documentation && k != kind.Test && (k != kind.Code || !c.onlyComments(i)) && c.files[i].NoPatch != pull.SameContent {
			return answer{why: "the diff alone does not tell"}
		}
	}
	return answer{state: confirmed, why: "no line of code changed"}
}

// value finds a named value, a number or a truth, that one line has and its next version has otherwise.
func (c *change) value(i int) (was, is pull.Line, found bool) {
	hunks := c.hunks(i)
	lang := kind.Language(c.files[i].Path)
	if kind.LineComment(lang) == "" {
		return was, is, false
	}
	for h := range hunks {
		lines := hunks[h].Lines
		var code []bool
		for l := 0; l+1 < len(lines); l++ {
			if lines[l].Op != pull.Remove || lines[l+1].Op != pull.Add {
				continue
			}
			alone := (l == 0 || lines[l-1].Op == pull.Context) && (l+2 == len(lines) || lines[l+2].Op == pull.Context)
			if !alone || !otherValue(lines[l].Text, lines[l+1].Text) {
				continue
			}
			if code == nil {
				code = certain(lines, lang, valued)
			}
			if code == nil {
				break // nothing in this hunk is certain
			}
			if code[l] && code[l+1] {
				return lines[l], lines[l+1], true
			}
		}
	}
	return was, is, false
}

// valued is an assignment of a plain number or truth to a name, and nothing else.
var valued = regexp.MustCompile(`^\s*((?:[A-Za-z_][\w.<>:\[\]&]*\s+){0,6}[A-Za-z_][\w.]*\s*:?=\s*)(-?\d[\d_]*(?:\.\d+)?|true|false|True|False)(\s*[*+]\s*[\w.]+)?[;,]?\s*(?://.*|#.*|/\*.*\*/)?$`)

// otherValue reports whether two lines set the same name to another plain value.
func otherValue(was, is string) bool {
	if len(was) > 300 || len(is) > 300 || !strings.Contains(was, "=") || !strings.Contains(is, "=") {
		return false
	}
	a, b := valued.FindStringSubmatch(was), valued.FindStringSubmatch(is)
	if a == nil || b == nil || strings.Join(strings.Fields(a[1]), " ") != strings.Join(strings.Fields(b[1]), " ") || a[3] != b[3] {
		return false
	}
	name := strings.ToLower(a[1])
	for _, word := range []string{"version", "revision", "year", "build", "date", "serial"} {
		if strings.Contains(name, word) {
			return false
		}
	}
	plainly := func(v string) string {
		v = strings.ToLower(strings.ReplaceAll(v, "_", ""))
		if strings.Contains(v, ".") {
			v = strings.TrimRight(strings.TrimRight(v, "0"), ".")
		}
		return v
	}
	return plainly(a[2]) != plainly(b[2])
}
