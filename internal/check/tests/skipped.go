package tests

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

const letRun = "Let it run and put the code right, or delete it and say why."

// skipped finds tests that were there and that are skipped now, files of them that a build tag takes out, and tests that
// keep the others from running.
func (s *strength) skipped(sc *scene) {
	f := sc.form
	for k := range sc.rows {
		r := &sc.rows[k]
		if r.out || !r.added() || r.moved {
			continue
		}
		if f.skipFile != nil && fileHints.in(r.Text) && s.fileSkipped(sc, k) {
			continue
		}
		if off := disabled(r.mask); off && s.covers(sc, k) {
			s.weakened(sc.file, r.New, "tests were put where nothing compiles or runs them", letRun, r.Line)
			continue
		}
		if !maySkip(r.mask) {
			continue
		}
		switch {
		case matches(f.focus, r.mask) && focused(r, f):
			s.focus(sc, k)
		case matches(f.skipHead, r.mask):
			s.skipHead(sc, k)
		case matches(f.skipMark, r.mask):
			s.skipMark(sc, k)
		case matches(f.skipCall, r.mask):
			s.skipCall(sc, k)
		}
	}
}

var fileHints = hints{"//go:build", "// +build", "pytestmark", "__test__", "collect_ignore"}

// maySkip reports whether a line can have a form that skips or narrows.
func maySkip(mask string) bool {
	t := strings.TrimLeft(mask, " \t")
	return t != "" && strings.IndexByte("xfPXF", t[0]) >= 0 || skipHints.in(mask)
}

var skipHints = hints{
	"kip", "KIP", "todo", "fix", "fail", "only", "ocus", "pending", "isabled", "gnore", "nabled", "ssum", "xplicit", "nconclusive", "ncomplete",
	"nownIssue", "solo", "runIf", "cancel(", "borted", "cfg(", "DISABLED", "__test__", "ailure", "GNORE",
}

func matches(p *regexp.Regexp, text string) bool { return p != nil && p.MatchString(text) }

// traded reports whether the run of changes around row k takes away what pattern matches, as often as it adds it up to k.
func (sc *scene) traded(k int, pattern *regexp.Regexp) bool {
	at := trade{sc.rows[k].from, pattern}
	left, known := sc.trades[at]
	if !known {
		for j := sc.rows[k].from; j < sc.rows[k].to; j++ {
			if r := &sc.rows[j]; r.Op == pull.Remove && matches(pattern, r.mask) {
				left++
			}
		}
	}
	if sc.trades == nil {
		sc.trades = map[trade]int{}
	}
	sc.trades[at] = left - 1
	return left > 0
}

// trade is a run of changes and what is looked for in it.
type trade struct {
	from    int
	pattern *regexp.Regexp
}

// focused reports whether a word that keeps other tests from running is one: "fit" is a name that functions have.
func focused(r *row, f *form) bool {
	if f != scriptForm || strings.Contains(r.mask, ".only") || strings.Contains(r.mask, "fdescribe") {
		return true
	}
	_, args, _ := strings.Cut(r.mask, "(")
	args = strings.TrimSpace(args)
	return args != "" && strings.ContainsAny(args[:1], "\"'`") &&
		(strings.Contains(args, "=>") || strings.Contains(args, "function") || strings.HasSuffix(args, ","))
}

func (s *strength) focus(sc *scene, k int) {
	if sc.traded(k, sc.form.focus) {
		return
	}
	s.weakened(sc.file, sc.rows[k].New, "keeps the other tests from running", "Take the focus away.", sc.replaced(k)...)
}

// replaced is row k behind the line that it took the place of, where that is plain.
func (sc *scene) replaced(k int) []pull.Line {
	r := &sc.rows[k]
	if old := sc.counterpart(k); old != nil {
		return []pull.Line{old.Line, r.Line}
	}
	return []pull.Line{r.Line}
}

// far is how many lines around a line are looked at.
const far = 40

// counterpart is the removed line that stands for the added row k in its run of changes: the one that shares the most
// with it; nil where none shares half.
func (sc *scene) counterpart(k int) *row {
	words := map[string]bool{}
	all := func(text string, visit func(string)) {
		for _, w := range strings.FieldsFunc(text, func(c rune) bool { return !letter(c) }) {
			visit(w)
		}
	}
	all(sc.rows[k].Text, func(w string) { words[w] = true })
	var best *row
	most := 0
	for j := max(sc.rows[k].from, k-far); j < min(sc.rows[k].to, k+far); j++ {
		if sc.rows[j].Op != pull.Remove {
			continue
		}
		n, total := 0, 0
		all(sc.rows[j].Text, func(w string) {
			if total++; words[w] {
				n++
			}
		})
		if 2*n >= total && n > most {
			best, most = &sc.rows[j], n
		}
	}
	return best
}

// skipHead looks at a test or suite that is opened in a form that skips it.
func (s *strength) skipHead(sc *scene, k int) {
	r := &sc.rows[k]
	if sc.traded(k, sc.form.skipHead) {
		return
	}
	_, _, suite, ok := sc.header(r.mask, r.Text)
	u := sc.opens(k)
	existed := sc.counterpart(k) != nil || u != nil && u.other >= 0
	if !existed && suite && ok {
		existed = s.holdsOld(sc, k)
	}
	s.tellSkip(sc, k, u, existed)
}

// holdsOld reports whether lines that stay stand right below row k, deeper: what it opens was there before.
func (s *strength) holdsOld(sc *scene, k int) bool {
	in := width(sc.rows[k].Text)
	for j := k + 1; j < sc.near(k); j++ {
		r := &sc.rows[j]
		if r.Op == pull.Remove || !words(r.mask) {
			continue
		}
		if width(r.Text) <= in {
			return false
		}
		if r.Op == pull.Context {
			return true
		}
	}
	return false
}

// skipMark looks at a mark above a test, or above a class of tests.
func (s *strength) skipMark(sc *scene, k int) {
	if sc.traded(k, sc.form.skipMark) {
		return
	}
	if strings.Contains(sc.rows[k].mask, "cfg(") { // it may stand above anything
		if u := sc.marked(k); u == nil || !u.test {
			return
		}
	}
	if u := sc.marked(k); u != nil {
		s.tellSkip(sc, k, u, sc.rows[u.row].Op == pull.Context || u.other >= 0)
		return
	}
	// What it marks is not in the hunk, or is a call: the next line that says something tells.
	for j := k + 1; j < sc.near(k); j++ {
		if r := &sc.rows[j]; r.Op != pull.Remove && words(r.mask) {
			s.tellSkip(sc, k, nil, r.Op == pull.Context)
			return
		}
	}
	s.tellSkip(sc, k, nil, sc.file.Status != pull.Added)
}

// near is behind the last of the lines after row k that are looked at.
func (sc *scene) near(k int) int {
	end := min(len(sc.rows), k+far)
	for end > k && sc.rows[end-1].hunk != sc.rows[k].hunk {
		end--
	}
	return end
}

// opens is the unit of the head that row k opens, nil where it opens none.
func (sc *scene) opens(k int) *unit {
	if sc.heads == nil {
		sc.heads, sc.marks = map[int]int{}, map[int]int{}
		for i := range sc.now {
			sc.heads[sc.now[i].row] = i
			for _, m := range sc.now[i].marks {
				sc.marks[m] = i
			}
		}
	}
	if i, ok := sc.heads[k]; ok && k >= 0 {
		return &sc.now[i]
	}
	return nil
}

// marked is the unit of the head that row k marks, nil where it marks none that is seen.
func (sc *scene) marked(k int) *unit {
	if u := sc.opens(k); u != nil {
		return u
	}
	if i, ok := sc.marks[k]; ok {
		return &sc.now[i]
	}
	return nil
}

// skipCall looks at a statement that ends a test before it is over.
func (s *strength) skipCall(sc *scene, k int) {
	r := &sc.rows[k]
	if sc.traded(k, sc.form.skipCall) {
		return
	}
	u := sc.marked(k)
	if u == nil {
		u = sc.unitOf(r)
	}
	if fresh := sc.freshUnit(u); fresh && sc.file.Status != pull.Added && u != nil && hooks[u.name] {
		s.weakened(sc.file, r.New, "tests are skipped now by "+u.name, letRun, r.Line)
		return
	} else if fresh || u == nil && !sc.amidOld(k) || sc.freshCase(k) {
		return // a new test may say where it cannot run
	}
	s.tellSkip(sc, k, u, true)
}

// hooks run before every test of a file or a directory.
var hooks = wordSet(`setUp setUpClass setup_method setup_module setup_class setup_function pytest_collection_modifyitems pytest_runtest_setup TestMain
	SetUp SetUpTestSuite SetupTest SetupSuite setup setUpBeforeClass`)

// freshCase reports whether row k stands in a case of a test that is new: a line above that opens it was added.
func (sc *scene) freshCase(k int) bool {
	in := width(sc.rows[k].Text)
	for j := k - 1; j >= max(0, k-far) && sc.rows[j].hunk == sc.rows[k].hunk && in > 0; j-- {
		r := &sc.rows[j]
		if r.Op == pull.Remove || !words(r.mask) || width(r.Text) >= in {
			continue
		}
		in = width(r.Text)
		if r.Op == pull.Add && !r.moved && (matches(sc.form.cases, r.mask) || matches(sc.form.call, r.mask) || matches(sc.form.suite, r.mask)) {
			return true
		}
	}
	return false
}

// amidOld reports whether the line before or behind row k's run of changes stays, so that the change is inside of what was there.
func (sc *scene) amidOld(k int) bool {
	for _, j := range []int{sc.rows[k].from - 1, sc.rows[k].to} {
		if j >= 0 && j < len(sc.rows) && sc.rows[j].hunk == sc.rows[k].hunk && words(sc.rows[j].mask) {
			return true
		}
	}
	return false
}

func (s *strength) tellSkip(sc *scene, k int, u *unit, existed bool) {
	r := &sc.rows[k]
	if !existed {
		if u != nil && (u.test || u.suite) {
			s.doubtful(sc.file, r.New, naming(u)+" is new and does not run", "Let it run, or leave it out.", r.Line)
		}
		return
	}
	message := naming(u) + " is skipped now"
	if u != nil && u.suite {
		message = naming(u) + " are skipped now"
	}
	if u != nil && !u.test && !u.suite {
		message = "tests are skipped now in " + u.name
	}
	if u != nil && u.test && strings.Contains(r.mask, "param(") {
		message = "a case of " + message
	}
	if sc.conditional(k) {
		message += " under a condition"
	}
	s.weakened(sc.file, r.New, message, letRun, sc.replaced(k)...)
}

var condition = re(`\b(?:if|unless|when|skipIf|skipUnless|skipif|runIf|assum\w+|XCTSkipIf|XCTSkipUnless|Skip\.If\w*|EnabledIf\w*|EnabledOn\w*|Short|cfg)\b|&&|\|\|`)

// conditional reports whether the skip at row k stands under a condition, as far as the line and the one above show it.
func (sc *scene) conditional(k int) bool {
	if condition.MatchString(sc.rows[k].mask) {
		return true
	}
	for j := k - 1; j >= max(0, k-far) && sc.rows[j].hunk == sc.rows[k].hunk; j-- {
		if r := &sc.rows[j]; r.Op != pull.Remove && words(r.mask) {
			return width(r.Text) < width(sc.rows[k].Text) && condition.MatchString(r.mask)
		}
	}
	return false
}

// fileSkipped looks at a line that takes a whole file of tests out, and tells whether it is one.
func (s *strength) fileSkipped(sc *scene, k int) bool {
	r := &sc.rows[k]
	text := r.mask
	if sc.form == goForm {
		if !strings.HasPrefix(r.Text, "//") {
			return false
		}
		text = r.Text
	}
	if !sc.form.skipFile.MatchString(text) || sc.file.Status == pull.Added {
		return false
	}
	for j := max(r.from, k-far); j < min(r.to, k+far); j++ {
		if old := &sc.rows[j]; old.Op == pull.Remove && sc.form.skipFile.MatchString(old.Text) {
			return true // one condition for another
		}
	}
	s.weakened(sc.file, r.New, "the tests of this file are left out now, at least under a condition", letRun, r.Line)
	return true
}

var never = re(`^\s*#\s*if\s+(?:0|false|FALSE)\s*$|^\s*if\s*\(?\s*(?:false|False|0)\s*\)?\s*[:{]?\s*$|^=begin\b|^\s*@unittest\.skip`)

// disabled reports whether a line begins what never is compiled or run.
func disabled(mask string) bool {
	return strings.Contains(mask, "if") && never.MatchString(mask) || strings.HasPrefix(mask, "=begin")
}

// covers reports whether the lines below row k that stay have tests or assertions.
func (s *strength) covers(sc *scene, k int) bool {
	for j := k + 1; j < sc.near(k); j++ {
		r := &sc.rows[j]
		if r.Op == pull.Remove {
			continue
		}
		if t := strings.TrimSpace(r.mask); strings.HasPrefix(t, "#endif") || t == "}" || t == "=end" {
			return false
		}
		if (r.Op == pull.Context || r.moved) && (r.asserts || r.newUnit >= 0 && sc.now[r.newUnit].row == j) {
			return true
		}
	}
	return false
}
