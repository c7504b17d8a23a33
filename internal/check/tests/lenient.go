package tests

import (
	"path"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

const strictly = "Let the run fail where a test fails."

// plans looks at what says how tests are run.
func (s *strength) plans(list []*plan) {
	// Which runners the change starts somewhere: a step that moved is not removed.
	starts := map[int]int{}
	for _, p := range list {
		for k := range p.rows {
			if r := &p.rows[k]; r.Op == pull.Add {
				if r.runner > 0 {
					starts[r.runner]++
				}
			}
		}
	}
	for _, p := range list {
		s.steps(p, starts)
		s.triggers(p)
		for k := range p.rows {
			if r := &p.rows[k]; r.Op == pull.Add && r.mask != "" && p.file.Status != pull.Added {
				s.lenient(p, k)
			}
		}
		s.thresholds(p)
	}
}

// steps finds runs of tests that are gone.
func (s *strength) steps(p *plan, starts map[int]int) {
	var quote []pull.Line
	at := -1
	for k := range p.rows {
		r := &p.rows[k]
		if r.Op != pull.Remove {
			continue
		}
		g := r.runner
		if g == 0 {
			continue
		}
		// Anything started by a name of the project's may be the same thing.
		if starts[g] > 0 || starts[byName] > 0 || g == byName && len(starts) > 0 || s.aboutGone(r.mask) {
			continue
		}
		if quote = append(quote, r.Line); at < 0 {
			at = k
		}
	}
	switch {
	case at < 0:
	case p.file.Status == pull.Removed:
		s.weakened(p.file, 0, "was removed, and it ran tests", "Put it back, or run the tests somewhere else.", quote...)
	default:
		s.weakened(p.file, p.lineAt(at), "a step that ran tests was removed", "Put it back, or run the tests somewhere else.", append(quote, p.instead(at)...)...)
	}
}

var (
	onPull  = re(`^\s*(?:-\s*)?pull_request:?\s*$|^\s*on:.*\bpull_request\b`)
	checker = re(`(?i)test|ci\b|check|lint|build|verify|main`)
)

// triggers finds a workflow that does not run for pull requests any more.
func (s *strength) triggers(p *plan) {
	if p.file.Status == pull.Removed || !strings.Contains(p.file.Path, "workflows/") || !checker.MatchString(path.Base(p.file.Path)) {
		return
	}
	at := -1
	for k := range p.rows {
		r := &p.rows[k]
		switch {
		case !strings.Contains(r.mask, "pull_request"):
		case r.Op != pull.Remove:
			return
		case at < 0 && onPull.MatchString(r.mask):
			at = k
		}
	}
	if at >= 0 {
		s.weakened(p.file, p.lineAt(at), "this does not run for pull requests any more", "Let it run before the merge.", append([]pull.Line{p.rows[at].Line}, p.instead(at)...)...)
	}
}

// instead is the line that took the place of row k, where it is plain.
func (p *plan) instead(k int) []pull.Line {
	if r := &p.rows[k]; r.to-r.from == 2 && p.rows[r.to-1].Op == pull.Add {
		return []pull.Line{p.rows[r.to-1].Line}
	}
	return nil
}

// aboutGone reports whether a command names a directory of which the change removes code.
func (s *strength) aboutGone(command string) bool {
	for _, dir := range s.vanish.dirs() {
		if strings.Contains(command, dir) {
			return true
		}
	}
	return false
}

// dirs are directories of removed code, a bounded number.
func (v *vanished) dirs() []string {
	if v.goneDirs == nil {
		v.goneDirs = []string{}
		seen := map[string]bool{}
		for i := range v.code {
			f := v.code[i].file
			if f.Status != pull.Removed {
				continue
			}
			for _, dir := range []string{path.Dir(f.Path), path.Base(path.Dir(f.Path)), kind.Subject(f.Path)} {
				if len(dir) > 3 && !neutral[dir] && !seen[dir] && len(seen) < far {
					seen[dir] = true
					v.goneDirs = append(v.goneDirs, dir)
				}
			}
		}
	}
	return v.goneDirs
}

var (
	lenient  = re(`(?:\|\||;)\s*(?:true|:|exit 0|/bin/true|\(exit 0\))\s*["')]*,?\s*$|\|\|\s*echo\b`)
	keyFalse = re(`^\s*-?\s*(?:if:\s*(?:\$\{\{\s*)?(?:false|'false'|"false")|when:\s*(?:manual|never)\b|enabled:\s*false\b)`)
	keyTrue  = re(`^\s*-?\s*["']?(?:continue-on-error|continueOnError|allow_failure|allow_failures|soft_fail|ignoreFailures|ignore_errors|testFailureIgnore|failure_ignore)["']?\s*[:=]\s*(?:true|'true'|"true"|\$\{\{\s*true)|<testFailureIgnore>\s*true|<skipTests>\s*true|<maven\.test\.skip>\s*true|<skipITs>\s*true|^\s*(?:tasks\.)?(?:test|withType).*\benabled\s*=\s*false|^\s*ignoreFailures\s*=?\s*true|catchError\(|isIgnoreFailures\s*=\s*true`)
	sideStep = re(`(?i)uses:\s*\S*(?:upload|download|cache|codecov|coveralls|notify|slack|comment|publish|deploy|release|report|label|sonar|setup)|name:.*(?:upload|notify|comment|publish|deploy|release|report|cache|badge|coverage)`)
)

// lenient looks at an added line of a file that was there.
func (s *strength) lenient(p *plan, k int) {
	r := &p.rows[k]
	switch {
	case lenient.MatchString(r.mask) && s.excused(p, k):
	case strings.HasPrefix(r.mask, "\t-") && s.dashed(p, k):
	case strings.Contains(r.mask, "set +e") && p.precedes(k):
		if !p.traded(k, setE) {
			s.weakened(p.file, r.New, "a command that fails does not stop this any more", strictly, r.Line)
		}
	case keyTrue.MatchString(r.mask) && !p.traded(k, keyTrue) && p.stepStays(k, true):
		s.weakened(p.file, r.New, "this may fail now, and the run passes", strictly, p.replaced(k)...)
	case keyFalse.MatchString(r.mask) && !p.traded(k, keyFalse) && p.stepStays(k, false):
		s.weakened(p.file, r.New, "this does not run any more", "Let it run.", p.replaced(k)...)
	default:
		s.narrowed(p, k)
	}
}

// dashed tells of a command of a Makefile that got a dash: make goes on where it fails.
func (s *strength) dashed(p *plan, k int) bool {
	r := &p.rows[k]
	command := strings.TrimLeft(r.mask, "\t-@ ")
	if !checks(command) {
		return false
	}
	for j := max(r.from, k-far); j < min(r.to, k+far); j++ {
		if old := &p.rows[j]; old.Op == pull.Remove && !strings.HasPrefix(strings.TrimLeft(old.mask, "\t@ "), "-") && strings.TrimLeft(old.mask, "\t@ ") == command {
			s.weakened(p.file, r.New, "this may fail now, and the run passes", strictly, old.Line, r.Line)
			return true
		}
	}
	return false
}

var setE = re(`set \+e`)

// excused tells of a command whose failure counts for nothing, and reports whether row k is one.
func (s *strength) excused(p *plan, k int) bool {
	r := &p.rows[k]
	command := lenient.ReplaceAllString(r.mask, "")
	if !checks(command + " ") {
		t := strings.TrimSpace(r.mask)
		if !strings.HasPrefix(t, "||") || k == 0 || !checks(strings.TrimSuffix(strings.TrimSpace(p.rows[k-1].mask), `\`)+" ") {
			return false
		}
		command = p.rows[k-1].mask
	}
	if p.traded(k, lenient) {
		return true
	}
	runner := runnerOf(command + " ")
	for j := max(r.from, k-far); j < min(r.to, k+far); j++ {
		if old := &p.rows[j]; old.Op == pull.Remove && old.runner == runner && (runner > 0 || linters.MatchString(old.mask)) {
			s.weakened(p.file, r.New, "this may fail now, and the run passes", strictly, old.Line, r.Line)
			return true
		}
	}
	if strings.HasPrefix(strings.TrimSpace(r.mask), "||") {
		s.weakened(p.file, r.New, "this may fail now, and the run passes", strictly, p.rows[k-1].Line, r.Line)
		return true
	}
	s.doubtful(p.file, r.New, "runs a check, and passes where it fails", strictly, r.Line)
	return true
}

// precedes reports whether tests are run by the lines below row k that stay.
func (p *plan) precedes(k int) bool {
	for j := k + 1; j < p.near(k) && j < k+far/4; j++ {
		r := &p.rows[j]
		if strings.Contains(r.mask, "set -e") && r.Op != pull.Remove {
			return false
		}
		if r.Op == pull.Context && checks(r.mask) {
			return true
		}
	}
	return false
}

// stepStays reports whether the step or job that row k is a key of was there before, and is no side matter; where the
// key says that it does not run, only one that tests counts.
func (p *plan) stepStays(k int, fails bool) bool {
	if p.kind == runsBuild && !strings.Contains(path.Base(p.file.Path), "yml") && !strings.Contains(path.Base(p.file.Path), "yaml") {
		return true
	}
	in := keyAt(p.rows[k].Text)
	stays, tests, aside := false, false, false
	look := func(j int) bool {
		r := &p.rows[j]
		if r.Op == pull.Remove || strings.TrimSpace(r.mask) == "" {
			return true
		}
		own := keyAt(r.Text)
		if own < in {
			t := strings.TrimSpace(r.mask)
			if j < k && strings.HasSuffix(t, ":") && own == in-2 && r.Op == pull.Context { // the name of a job
				stays, tests = true, tests || testish.MatchString(t)
			}
			return false
		}
		if own == in && r.Op == pull.Context {
			stays = true
		}
		tests = tests || checks(r.mask) || testish.MatchString(r.mask)
		aside = aside || sideStep.MatchString(r.mask)
		return true
	}
	for j := k; j >= max(0, k-far) && p.rows[j].hunk == p.rows[k].hunk; j-- {
		if j < k && !look(j) || dashed(p.rows[j].Text) && p.rows[j].Op != pull.Remove && keyAt(p.rows[j].Text) == in {
			break
		}
	}
	for j := k + 1; j < p.near(k); j++ {
		if dashed(p.rows[j].Text) && keyAt(p.rows[j].Text) == in || !look(j) {
			break
		}
	}
	return stays && (tests || fails && !aside)
}

var testish = re(`(?i)\btests?\b|unit|integration|\be2e\b|\bspecs?\b|\blint|\bcheck`)

func dashed(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "- ") }

// keyAt is where a line's first key begins: behind the dash of a list.
func keyAt(text string) int {
	in := width(text)
	if dashed(text) {
		in += 2
	}
	return in
}

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
