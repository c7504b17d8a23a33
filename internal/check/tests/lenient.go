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
