package claims

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

const testWords = `(?:(?:the|a|an|some|more|few|several|many|new|additional|extra|further|missing|corresponding|comprehensive|extensive|thorough|full|basic|simple|focused|targeted|dedicated|relevant|appropriate|necessary|` +
	`unit|integration|regression|e2e|end-to-end|functional|acceptance|automated|smoke|snapshot|component|api|backend|frontend|server|client|ui|browser|playwright|cypress|vitest|jest|pytest|rspec|go|rust|python|table-driven|property|property-based|` +
	`fuzz|benchmark|edge[- ]case|positive|negative|failing|passing|my|our|\d+\+?|two|three|four|five|six|seven|eight|nine|ten|dozens? of|a number of|and|&|/|,|` + obj + `)[ ,]*){0,8}`

var (
	// newTests is the claim that tests were added.
	newTests = regexp.MustCompile(`\b(?:` + addVerbs + `|wrote|writes|written|includes?|including|provides?) ` + testWords + `(?:tests|test (?:cases?|coverage|suites?|files?)|specs|test|coverage for)(` + testEnd + `)`)
	// testsWere is the same the other way round.
	testsWere = regexp.MustCompile(`\b(?:unit |integration |regression |e2e |new |more |additional |corresponding |test )*(?:tests|test|test cases?|test coverage|specs) (?:(?:have|has) been |were |was |are )?(?:now )?(?:added|written)(` + testEnd + `)|` +
		`\b(?:unit |integration |regression |e2e |new )*tests (?:are )?included(?:$|[.,;)])|` +
		`^[\W_]*(?:the )?new (?:unit |integration |regression |e2e )*tests (?:cover|verify|check|exercise|ensure|assert|validate|prove)s?\b|` +
		`\b(?:covered|backed|verified|accompanied) by (?:new|added|additional) (?:unit |integration |regression |e2e )*tests`)
	// withTests adds something and tests in one breath. "Fixes x with tests" is something else.
	withTests    = regexp.MustCompile(`^[\W_]*(?:[a-z]+(?:\([^)]*\))?: )?(?:add|adds|added|implement|implements|implemented|introduce|introduces|introduced) .*\bwith (?:(?:new|full|comprehensive|corresponding|accompanying|matching|unit|integration|regression|e2e|extensive|some) )+tests(` + testEnd + `)`)
	updatedTests = regexp.MustCompile(`\b(?:updates?|updated|updating|adjusts?|adjusted|adapts?|adapted|rewrites?|rewrote|modif(?:y|ies|ied)) (?:(?:the|all|some|affected|relevant|existing|corresponding|unit|integration|e2e|snapshot) ){0,4}tests(` + testEnd + `)`)
)

// testEnd is what may follow "tests" where tests are meant and not something of theirs: "test ids", "tests directory".
const testEnd = `$|[.,;:!)*_]| (?:for|to|that|which|covering|cover|around|in|on|of|with|and|as|so|where|at|using|via|against|verifying|ensuring|exercising|checking|proving|validating|under|from|by|based|both|the|all|` + obj + `|-)(?:[ :,]|$)| \(| ` + obj

func testClaims(_ *change, s *statement) []claim {
	var found []claim
	if m := newTests.FindStringIndex(s.text); m != nil && s.acts(m[0]) || passiveTests(s) || withTests.MatchString(s.text) && !denied(s.text) {
		found = append(found, claim{said: s, key: "tests added", judge: func(c *change) answer { return c.judgeTests() }})
	}
	if m := updatedTests.FindStringIndex(s.text); m != nil && s.acts(m[0]) {
		found = append(found, claim{said: s, key: "tests updated", judge: func(c *change) answer { return c.judgeTestsTouched() }})
	}
	return found
}

func passiveTests(s *statement) bool {
	m := testsWere.FindStringIndex(s.text)
	return m != nil && !denied(s.text[:m[0]]) && !strings.Contains(s.text[:m[0]], "#")
}

// testParts are words by which a path may be of tests though its form is no test's.
var testParts = []string{"test", "spec", "e2e", "fixture", "verif", "cypress", "playwright", "smoke", "bench", "mock", "qa", "__snapshots__", "golden", "scenario", "check"}

// looksLikeTest reports whether a path may be a test's, by a wide measure.
func looksLikeTest(path string) bool {
	path = strings.ToLower(path)
	return slices.ContainsFunc(testParts, func(part string) bool { return strings.Contains(path, part) })
}

// testLine is a line that begins a test, wherever it stands.
var testLine = regexp.MustCompile(`^\s*(?:(?:async )?def test|func (?:\([^)]*\) )?(?:Test|Fuzz|Benchmark|Example)|(?:it|test|describe|context|specify|scenario|Scenario|Describe|It)(?:\.\w+)*[ (]|#\[(?:\w+::)*test|@(?:\w+\.)*(?:Test|ParameterizedTest)\b|\[(?:Fact|Theory|Test|TestMethod|TestCase)\b|fn test|TEST(?:_F|_P)?\(|public function test|>>> |@pytest|t\.Run\(|test ")`)

// mayBeginTest is a quick look at a line before [testLine].
func mayBeginTest(text string) bool {
	for _, word := range []string{"est", "EST", "it", "It", "desc", "Desc", "cont", "spec", "cena", "Fact", "Theory", "Fuzz", "Bench", "Example", ">>>", "t.Run"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

func (c *change) judgeTests() answer {
	var doubtful, unreadable []int
	for i := range c.files {
		f := &c.files[i]
		test := c.kinds[i] == kind.Test
		if f.Status == pull.Removed {
			continue
		}
		if !c.read(i) {
			if test || looksLikeTest(f.Path) || kind.Language(f.Path) == "Rust" {
				unreadable = append(unreadable, i)
			}
			continue
		}
		if l, ok := c.newTestLine(i, test); ok {
			return answer{state: confirmed, why: fmt.Sprintf("%s has new tests", f.Path), place: c.at(i, l)}
		}
		if !test && c.speaksOfTests(i) || !test && looksLikeTest(f.Path) && (f.Added > 0 || f.NoPatch == pull.Binary) || test && (f.NoPatch == pull.Binary || f.Status == pull.Renamed || f.Status == pull.Added) {
			doubtful = append(doubtful, i)
		}
	}
	switch {
	case len(unreadable) > 0:
		return answer{why: fmt.Sprintf("the patch of %s was not read", c.some(unreadable)), place: place{path: c.files[unreadable[0]].Path}}
	case len(doubtful) > 0:
		return answer{why: fmt.Sprintf("only %s could be meant", c.some(doubtful)), place: place{path: c.files[doubtful[0]].Path}}
	}
	return answer{
		state: contradicted, why: "no test has a new line",
		fix: "Commit the tests, or take the sentence out of the description.",
	}
}

// ofTests is a word that code has where it tests.
var ofTests = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:tests?|testset|deftest|unittest|assert\w*|expect|spec)(?:[^a-z]|$)|test_|_test|[a-z]Test[A-Z(]`)

// speaksOfTests reports whether a file gained a line that may be of a test, in whatever language, or that runs one.
func (c *change) speaksOfTests(i int) bool {
	switch c.kinds[i] {
	case kind.Documentation, kind.Lock, kind.Generated, kind.Vendored:
		return false
	}
	for _, h := range c.hunks(i) {
		for _, l := range h.Lines {
			if l.Op == pull.Add && len(l.Text) < 500 && (strings.Contains(l.Text, "est") || strings.Contains(l.Text, "ssert") || strings.Contains(l.Text, "xpect") || strings.Contains(l.Text, "spec")) && ofTests.MatchString(l.Text) {
				return true
			}
		}
	}
	return false
}

// newTestLine finds a line that a test gained and that says something, if possible one that begins a test.
func (c *change) newTestLine(i int, test bool) (line pull.Line, found bool) {
	lang := kind.Language(c.files[i].Path)
	prose := c.kinds[i] == kind.Documentation || c.kinds[i] == kind.Configuration
	for _, h := range c.hunks(i) {
		for _, l := range h.Lines {
			if l.Op != pull.Add {
				continue
			}
			if !prose && len(l.Text) < 500 && mayBeginTest(l.Text) && testLine.MatchString(l.Text) {
				return l, true
			}
			if test && !found {
				text := strings.TrimSpace(l.Text)
				found = strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) && !commented(text, lang)
				line = l
			}
		}
	}
	return line, found
}

func (c *change) judgeTestsTouched() answer {
	for i := range c.files {
		if c.kinds[i] == kind.Test {
			return answer{state: confirmed, why: fmt.Sprintf("%s is changed", c.files[i].Path), place: place{path: c.files[i].Path}}
		}
	}
	for i := range c.files {
		if looksLikeTest(c.files[i].Path) || kind.Language(c.files[i].Path) == "Rust" {
			return answer{why: fmt.Sprintf("only %s could be meant", c.files[i].Path), place: place{path: c.files[i].Path}}
		}
	}
	if a := c.judgeTests(); a.state != contradicted {
		return a
	}
	return answer{
		state: contradicted, why: "no test is among the changed files",
		fix: "Commit the tests, or take the sentence out of the description.",
	}
}
