package tests

import (
	"path"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

var (
	// Options that take tests out of a run.
	leaving = re(`(?:^|\s|["'=])(?:--passWithNoTests|--pass-with-no-tests|-DskipTests\b|-DskipITs\b|-Dmaven\.test\.skip\b|-x\s+:?(?:[\w-]+:)*(?:test|check)\w*|--exclude-task\s+test|--deselect\b|--ignore(?:-glob)?[= ]|-k\s*["'\\]*not\b|-m\s*["'\\]*not\b|-skip[= ]|--skip\b|-short\b|--exclude[= -]|--testPathIgnorePatterns\b|--no-run\b|--collect-only|--co\b|-Dtest=!|--exclude-tags?|--exclude-group|--tag\s+~|--maxfail=\d{3,}|--exit-zero|--no-verify|--filter-out|--test-skip|-E\s|--reruns[= ]\d|--retries[= ][1-9]|--only-failures|--lf\b|--allow-empty)`)
	// Options that let only some run.
	choosing = re(`(?:^|\s)(?:-run[= ]|--run[= ]|-k[= ]|-Dtest=|--filter[= ]|--grep[= ]|-t\s+["']|--testNamePattern|--testPathPattern|--tests[= ]|--lib\b)`)
	// Keys of configurations that list what is left out.
	leavingKeys = re(`(?i)\b(?:testPathIgnorePatterns|modulePathIgnorePatterns|coveragePathIgnorePatterns|norecursedirs|collect_ignore(?:_glob)?|exclude|excludes|excludedGroups|exclude_tests|testIgnore|excludeSpecPattern|ignoreTestFiles|spec_exclude|exclude_pattern|omit)\b["']?\s*[:=(\[>]`)
	ordinary    = re(`(?i)node_modules|\bdist\b|\bbuild\b|vendor|venv|coverage|\btarget\b|\bout\b|e2e|playwright|cypress|\.next|fixtures|snapshot|\.git\b|__pycache__|generated|examples?\b|migrations|__init__|\.d\.ts|site-packages|storybook|stories`)
	quoted      = re(`["'][^"']+["']|>[^<>]+<`)
	// In a build's configuration, only what is left out by the name of a test counts.
	leavingTest = re(`(?i)\bexclude\w*["']?\s*[:=(>\s]\s*.*(?:Tests?|Spec|IT)\b`)
)

// narrowed looks for tests that an added line takes out of a run.
func (s *strength) narrowed(p *plan, k int) {
	r := &p.rows[k]
	g := r.runner
	var old *row
	for j := max(r.from, k-far); j < min(r.to, k+far); j++ {
		if o := &p.rows[j]; o.Op == pull.Remove && o.mask != "" && (g > 0 && o.runner == g || sameKey(o.mask, r.mask)) {
			old = o
			break
		}
	}
	was := ""
	if old != nil {
		was = old.mask
	}
	quote := []pull.Line{r.Line}
	if old != nil {
		quote = []pull.Line{old.Line, r.Line}
	}
	options := g > 0 && old != nil || g == 0 && (strings.Contains(r.mask, "addopts") || strings.HasPrefix(strings.TrimSpace(r.mask), "-")) && p.goesOn(k)
	switch {
	case options && countOf(r.mask, leaving) > countOf(was, leaving):
		s.weakened(p.file, r.New, "this leaves tests out, or passes without them", "Run them all.", quote...)
	case g > 0 && old != nil && countOf(r.mask, choosing) > countOf(was, choosing):
		s.weakened(p.file, r.New, "this runs only some of the tests", "Run them all.", quote...)
	case g > 0 && old != nil && strings.Contains(was, " ./...") && !strings.Contains(r.mask, "./...") && !strings.Contains(r.mask, "$") && strings.Contains(r.mask, " ./"):
		s.weakened(p.file, r.New, "this runs only some of the tests", "Run them all.", quote...)
	case p.kind == runsBuild && leavingKeys.MatchString(r.mask) && testTool(p.file.Path):
		if len(fresh(was, r.mask)) > 0 {
			s.weakened(p.file, r.New, "this leaves tests out", "Run them all.", quote...)
		}
	case p.kind == runsBuild && strings.Contains(r.mask, "xclude") && builds(p.file.Path) && leavingTest.MatchString(r.mask) && !leavingTest.MatchString(was):
		s.weakened(p.file, r.New, "this leaves tests out", "Run them all.", quote...)
	case p.kind == runsBuild && testTool(p.file.Path) && old == nil && p.listed(k):
		s.weakened(p.file, r.New, "this leaves tests out", "Run them all.", r.Line)
	case repeats.MatchString(r.mask) && grewTries(was, r.mask) && (testTool(p.file.Path) || g > 0):
		s.weakened(p.file, r.New, "tests may be tried more often", "Find out why they fail.", quote...)
	}
}

// sameKey reports whether two lines set the same thing.
func sameKey(a, b string) bool {
	ka, kb := keyOf(a), keyOf(b)
	return ka != "" && ka == kb
}

func keyOf(line string) string {
	at := strings.IndexAny(line, ":=")
	if at < 0 {
		return ""
	}
	return strings.Trim(strings.TrimSpace(line[:at]), `"'- `)
}

// fresh are the strings that a list gains and that tools leave out by habit no more.
func fresh(was, now string) []string {
	var out []string
	for _, q := range quoted.FindAllString(now, 32) {
		if !strings.Contains(was, q) && !ordinary.MatchString(q) && !leavingKeys.MatchString(q+":") && strings.ContainsAny(q, "/*._") {
			out = append(out, q)
		}
	}
	return out
}

// testTool reports whether a file configures a runner of tests and little else.
func testTool(p string) bool {
	b := path.Base(p)
	for _, word := range []string{"jest", "vitest", "karma", "playwright", "cypress", "pytest", "phpunit", "mocharc", "ava.", "conftest", "tox.ini", "wdio", "nextest", "dart_test"} {
		if strings.Contains(b, word) {
			return true
		}
	}
	return b == "package.json" || b == "pyproject.toml" || b == "setup.cfg"
}

func builds(p string) bool {
	b := path.Base(p)
	return strings.Contains(b, "gradle") || b == "pom.xml" || b == "build.sbt"
}

// listed reports whether row k is an item of a list of what is left out, whose key stands above it.
func (p *plan) listed(k int) bool {
	if !quoted.MatchString(p.rows[k].mask) || len(fresh("", p.rows[k].mask)) == 0 || strings.ContainsAny(p.rows[k].mask, ":={") {
		return false
	}
	in := width(p.rows[k].Text)
	for j := k - 1; j >= max(0, k-far) && p.rows[j].hunk == p.rows[k].hunk; j-- {
		if r := &p.rows[j]; r.Op != pull.Remove && words(r.mask) && width(r.Text) < in {
			return strings.Contains(r.mask, "[") && leavingKeys.MatchString(r.mask) && r.Op == pull.Context
		}
	}
	return false
}

// goesOn reports whether row k goes on with a command that runs tests, or is the options of pytest.
func (p *plan) goesOn(k int) bool {
	if strings.Contains(p.rows[k].mask, "addopts") {
		return true
	}
	for j := k - 1; j >= max(0, k-far/4) && p.rows[j].hunk == p.rows[k].hunk; j-- {
		r := &p.rows[j]
		if r.Op == pull.Remove || strings.TrimSpace(r.mask) == "" {
			continue
		}
		if !strings.HasSuffix(strings.TrimSpace(r.mask), `\`) {
			return strings.Contains(r.mask, "addopts")
		}
		if runnerOf(r.mask) > 0 {
			return true
		}
	}
	return false
}

// grewTries reports whether a line allows more tries than the one it replaces.
func grewTries(was, now string) bool {
	most := func(text string) (m float64) {
		for _, f := range figures(text) {
			m = max(m, f.value)
		}
		return m
	}
	return most(now) > most(was) && countOf(now, number) <= max(1, countOf(was, number))
}
