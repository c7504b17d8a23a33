package tests

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// strength is what a change does to the strength of the tests: whether they notice less than they did.
type strength struct {
	scenes  []*scene
	vanish  *vanished // of the code
	weak    []check.Finding
	look    []check.Finding // what can be right, and a reviewer should look at
	delta   delta
	spoken  map[uint64]bool // what added comments say: a line that is there was commented out
	calls   map[string]bool // what the tests of the head call, made when asked for
	fresh   map[string]bool // words that lines of tests add, made when asked for
	asked   map[string]bool // names under which the code that changed asks for tests, made when asked for
	changed bool            // some code changed
	allowed map[string]bool // files in which the policy allows it
}

// delta counts what was added to the tests and what was taken from them. Lines that only moved don't count.
type delta struct {
	assertions, tests, cases [2]int // added, removed
}

func (d delta) String() string {
	var parts []string
	for _, p := range []struct {
		name string
		n    [2]int
	}{{"assertions", d.assertions}, {"tests", d.tests}, {"cases", d.cases}} {
		if p.n == [2]int{} {
			continue
		}
		text := p.name
		if p.n[0] > 0 {
			text += fmt.Sprintf(" +%d", p.n[0])
		}
		if p.n[1] > 0 {
			text += fmt.Sprintf(" −%d", p.n[1])
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// weakened adds a finding of a test that notices less, at a line of the head.
func (s *strength) weakened(f *pull.File, line int, message, fix string, quote ...pull.Line) {
	if s.allowed[f.Path] {
		return
	}
	s.weak = append(s.weak, finding(f, line, message, fix, check.Medium, quote))
}

// doubtful adds a finding of what can be right.
func (s *strength) doubtful(f *pull.File, line int, message, fix string, quote ...pull.Line) {
	if s.allowed[f.Path] {
		return
	}
	s.look = append(s.look, finding(f, line, message, fix, "", quote))
}

func finding(f *pull.File, line int, message, fix string, risk check.Risk, quote []pull.Line) check.Finding {
	if f.Status == pull.Removed {
		line = 0
	}
	return check.Finding{Path: f.Path, Line: line, Message: message, Fix: fix, Risk: risk, Quote: check.Quote(quote...)}
}

// measure looks at every file of tests.
func (s *strength) measure() {
	s.settle()
	for _, sc := range s.scenes {
		s.count(sc)
	}
	s.deleted()
	for _, sc := range s.scenes {
		s.skipped(sc)
		s.always(sc)
		s.compared(sc)
		s.emptied(sc)
		s.fewerCases(sc)
	}
}

// settle finds the lines that only moved: they were taken from one place of the tests and put into another.
func (s *strength) settle() {
	taken, put := map[uint64]int{}, map[uint64]int{}
	s.spoken = map[uint64]bool{}
	each := func(visit func(*scene, *row)) {
		for _, sc := range s.scenes {
			for k := range sc.rows {
				if r := &sc.rows[k]; !r.out && (r.removed() || r.added()) {
					visit(sc, r)
				}
			}
		}
	}
	each(func(_ *scene, r *row) {
		r.wordy = words(r.mask) || r.silenced && words(r.was)
		switch {
		case r.removed() && r.wordy:
			taken[key(r.Text)]++
		case r.added() && r.wordy:
			put[key(r.Text)]++
		case r.added() && words(r.Text):
			s.spoken[key(uncommented(r.Text))] = true
		}
	})
	each(func(_ *scene, r *row) {
		if !r.wordy {
			return
		}
		from, k := put, key(r.Text)
		if r.added() {
			from = taken
		}
		if from[k] > 0 {
			from[k]--
			r.moved = true
		}
	})
	for _, sc := range s.scenes {
		sc.respaced()
	}
}

// respaced marks runs of changes that change white space and line breaks alone.
func (sc *scene) respaced() {
	for from := 0; from < len(sc.rows); from = sc.rows[from].to {
		if sc.rows[from].Op == pull.Context {
			continue
		}
		p := part{lines: make([]pull.Line, 0, sc.rows[from].to-from)}
		for k := from; k < sc.rows[from].to; k++ {
			p.lines = append(p.lines, sc.rows[k].Line)
		}
		if !p.spaced() {
			continue
		}
		for k := from; k < sc.rows[from].to; k++ {
			sc.rows[k].moved = true
		}
	}
}

// uncommented is what a comment says.
func uncommented(text string) string {
	text = strings.TrimSpace(text)
	text = strings.TrimLeft(text, "/#*-;")
	return strings.TrimSuffix(strings.TrimSpace(text), "*/")
}

// count adds up what the lines of a file add and take.
func (s *strength) count(sc *scene) {
	f := sc.form
	for k := range sc.rows {
		r := &sc.rows[k]
		if r.out {
			continue
		}
		mask := r.mask
		if r.silenced {
			mask = r.was
		}
		r.asserts = f.asserts != nil && f.asks.in(mask) && f.asserts.MatchString(mask)
		side := 0
		switch {
		case r.removed():
			side = 1
		case !r.added():
			continue
		}
		if r.moved {
			continue
		}
		if r.asserts {
			s.delta.assertions[side]++
		}
		if f.cases != nil && !r.asserts && strings.Contains(r.Text, "\x22") && f.cases.MatchString(mask) {
			r.isCase = true
			s.delta.cases[side]++
		}
	}
	for side, units := range [2][]unit{sc.now, sc.old} {
		for i := range units {
			if u := &units[i]; u.test && u.row >= 0 && u.other < 0 && !sc.rows[u.row].out {
				s.delta.tests[side]++
			}
		}
	}
}

// rowsOf are the lines of a unit.
func (sc *scene) rowsOf(u *unit) func(func(*row) bool) {
	return func(yield func(*row) bool) {
		for _, k := range u.rows {
			if !yield(&sc.rows[k]) {
				return
			}
		}
	}
}

// unitOf is the unit that a line stands in, on the side that it is on; nil where that is not seen.
func (sc *scene) unitOf(r *row) *unit {
	switch {
	case r.Op == pull.Remove && r.oldUnit >= 0:
		return &sc.old[r.oldUnit]
	case r.Op != pull.Remove && r.newUnit >= 0:
		return &sc.now[r.newUnit]
	}
	return nil
}

// fresh reports whether the unit that an added line stands in came with the change.
func (sc *scene) freshUnit(u *unit) bool {
	return sc.file.Status == pull.Added || u != nil && u.row >= 0 && u.other < 0 && sc.rows[u.row].Op == pull.Add && !sc.rows[u.row].moved
}

// lineAt is a line of the head near row k: its own, or that of the nearest line that stays.
func (sc *scene) lineAt(k int) int {
	for j := k; j < len(sc.rows) && j <= sc.rows[k].to && sc.rows[j].hunk == sc.rows[k].hunk; j++ {
		if sc.rows[j].New > 0 {
			return sc.rows[j].New
		}
	}
	for j := k; j >= max(0, sc.rows[k].from-1); j-- {
		if sc.rows[j].New > 0 {
			return sc.rows[j].New
		}
	}
	return 0
}

// naming is how a message calls a test.
func naming(u *unit) string {
	if u == nil || u.name == "" {
		return "a test"
	}
	name := strings.TrimSpace(u.name)
	if len(name) > 80 {
		name = strings.ToValidUTF8(name[:80], "") + "…"
	}
	if u.suite {
		return "the tests of " + name
	}
	if strings.ContainsAny(name, " \t") && !strings.HasPrefix(name, "`") {
		name = `"` + name + `"`
	}
	return "the test " + name
}
