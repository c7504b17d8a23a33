package tests

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// gone is a test that is no longer where it was.
type gone struct {
	*scene
	u *unit
}

// deleted finds tests that are gone. One is not where it moved, was renamed, or became a part of another test, nor where
// the code that it tested is gone as well.
func (s *strength) deleted() {
	came := map[string]int{}
	for _, sc := range s.scenes {
		for i := range sc.now {
			if u := &sc.now[i]; u.other < 0 && u.row >= 0 && u.test {
				came[u.name]++
			}
		}
	}
	byFile := map[*scene][]gone{}
	for _, sc := range s.scenes {
		for i := range sc.old {
			u := &sc.old[i]
			if !u.test || u.row < 0 || sc.rows[u.row].out {
				continue
			}
			if u.other >= 0 {
				s.unmarked(sc, u)
				continue
			}
			if came[u.name] > 0 {
				came[u.name]--
				s.delta.tests[0]--
				s.delta.tests[1]--
				continue
			}
			if s.quieted(sc, u) || sc.renamed(u) || s.rewritten(sc, u) || s.vanish.in(sc, u) {
				continue
			}
			byFile[sc] = append(byFile[sc], gone{sc, u})
		}
	}
	for _, sc := range s.scenes {
		s.tellGone(sc, byFile[sc])
	}
}

const restore = "Put it back, or say in the description why what it checked no longer holds."

func (s *strength) tellGone(sc *scene, list []gone) {
	if len(list) == 0 {
		return
	}
	var quote []pull.Line
	for _, g := range list {
		quote = append(quote, sc.rows[g.u.row].Line)
	}
	if sc.file.Status == pull.Removed {
		s.weakened(sc.file, 0, fmt.Sprintf("was removed with %s, and the code that it tests stays", count(len(list), "test", "tests")), restore, quote...)
		return
	}
	for _, g := range list {
		s.weakened(sc.file, sc.lineAt(g.u.row), naming(g.u)+" was deleted", restore, sc.rows[g.u.row].Line)
	}
}

// unmarked finds a test that stays as a function which no runner takes for a test.
func (s *strength) unmarked(sc *scene, u *unit) {
	v := &sc.now[u.other]
	if v.test || sc.form.mark == nil || v.row < 0 {
		return
	}
	for _, m := range u.marks {
		if r := &sc.rows[m]; r.removed() && sc.form.mark.MatchString(r.Text) && !r.moved {
			s.weakened(sc.file, sc.lineAt(m), naming(u)+" is marked as a test no more, so nothing runs it", "Put the mark back.", r.Line)
			return
		}
	}
}

// quieted finds a test that is still there and that nothing runs: in a comment, or under a name that is no test's.
func (s *strength) quieted(sc *scene, u *unit) bool {
	first := &sc.rows[u.row]
	if first.silenced || s.spoken[key(strings.TrimSuffix(strings.TrimSpace(first.Text), "*/"))] {
		line := first.Line
		if first.silenced {
			line.Op = pull.Remove
		}
		s.weakened(sc.file, sc.lineAt(u.row), naming(u)+" was commented out", "Take the comment away, or delete the test and say why.", line)
		return true
	}
	if v := sc.hiding(u.name); v != nil && !s.called(v.name) {
		s.weakened(sc.file, sc.lineAt(v.row), fmt.Sprintf("%s was renamed to %s, which no runner takes for a test", naming(u), v.name),
			"Give it back the name of a test.", first.Line, sc.rows[v.row].Line)
		return true
	}
	return false
}

// hiding is a function that came, is no test, and has the test's name but for what is around it.
func (sc *scene) hiding(test string) *unit {
	if sc.hidden == nil {
		sc.hidden = map[string]int{}
		for i := range sc.now {
			if v := &sc.now[i]; !v.test && !v.suite && v.row >= 0 && v.other < 0 && sc.rows[v.row].added() {
				sc.hidden[bareName(v.name)] = i
			}
		}
	}
	if i, ok := sc.hidden[bareName(test)]; ok {
		return &sc.now[i]
	}
	return nil
}

// bareName is a name without what says that it is a test or none.
func bareName(name string) string {
	name = strings.ToLower(name)
	for _, cut := range []string{"_", "disabled", "disable", "skipped", "skip", "broken", "old", "todo", "wip", "off", "no", "x", "_", "tests", "test", "_"} {
		if rest := strings.TrimPrefix(name, cut); rest != "" {
			name = rest
		}
	}
	for _, cut := range []string{"disabled", "skipped", "skip", "broken", "old", "off", "_"} {
		if rest := strings.TrimSuffix(name, cut); rest != "" {
			name = rest
		}
	}
	return name
}

// called reports whether a line of the head's tests calls a function.
func (s *strength) called(name string) bool {
	if s.calls == nil {
		s.calls = map[string]bool{}
		for _, sc := range s.scenes {
			for k := range sc.rows {
				r := &sc.rows[k]
				if r.Op == pull.Remove {
					continue
				}
				own := sc.opens(k)
				for _, m := range calls.FindAllStringSubmatch(r.mask, -1) {
					if own == nil || own.name != m[1] {
						s.calls[m[1]] = true
					}
				}
			}
		}
	}
	return s.calls[name]
}

// renamed reports whether the test's lines stand in another test now.
func (sc *scene) renamed(u *unit) bool {
	stay, all := map[int]int{}, 0
	for r := range sc.rowsOf(u) {
		if !words(r.was) {
			continue
		}
		all++
		if r.Op == pull.Context && r.newUnit >= 0 && sc.now[r.newUnit].test {
			stay[r.newUnit]++
		}
	}
	for v, n := range stay {
		if sc.now[v].other < 0 && sc.rows[max(0, sc.now[v].row)].added() && 2*n+1 >= all {
			return true
		}
	}
	return false
}

// rewritten reports whether most of what the test named and counted stands in lines that tests add: it became another
// test, or a case of one, or moved under another name.
func (s *strength) rewritten(sc *scene, u *unit) bool {
	if s.fresh == nil {
		s.fresh = map[string]bool{}
		for _, other := range s.scenes {
			for k := range other.rows {
				if r := &other.rows[k]; r.added() && !r.out && r.wordy {
					tokens(r.Text, func(t string) { s.fresh[t] = true })
				}
			}
		}
	}
	if len(s.fresh) == 0 {
		return false
	}
	seen, there := map[string]bool{}, 0
	for _, k := range u.rows {
		if r := &sc.rows[k]; (k != u.row || len(u.rows) == 1) && words(r.was) {
			tokens(r.Text, func(t string) {
				if !seen[t] {
					if seen[t] = true; s.fresh[t] {
						there++
					}
				}
			})
		}
	}
	return len(seen) >= 2 && 3*there >= 2*len(seen)
}

// tokens calls visit with the words and numbers of a line that tell one test from another.
func tokens(text string, visit func(string)) {
	eachWord(text, func(t string) {
		if !commonplace[t] {
			visit(t)
		}
	})
}

// commonplace are words that every test has.
var commonplace = wordSet(`a an and are as assert assertEqual assertEquals assertThat assert_eq assert_equal async await be before
		beforeEach bool by case cases char const def describe do double else end eq equal equals err error Error Errorf Equal
		except expect expected export false False Fatal Fatalf final float fn for from func fun function get given got if import in
		int is isEqualTo it item let long name new nil none None not null of on or private public raise require result return run Run
		self should string String struct t T tc test Test testing the then this throws to toBe toEqual true True try tt type unwrap
		val value var void want when with x y i j r s v w EXPECT_EQ ASSERT_EQ XCTAssertEqual Assert AreEqual NoError`)
