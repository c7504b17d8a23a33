package tests

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

const keep = "Put the assertion back, or say in the description why it no longer holds."

// emptied finds tests that stay and lose their assertions.
func (s *strength) emptied(sc *scene) {
	for i := range sc.old {
		u := &sc.old[i]
		if u.suite || u.other < 0 || sc.now[u.other].suite {
			continue
		}
		v := &sc.now[u.other]
		if u.row >= 0 && sc.rows[u.row].out {
			continue
		}
		s.lost(sc, u, v)
	}
	// Where a hunk begins inside of a test, its name is not always shown.
	for from := 0; from < len(sc.rows); {
		u, v := &unit{row: -1, test: true}, &unit{row: -1, test: true}
		k := from
		for ; k < len(sc.rows) && sc.rows[k].hunk == sc.rows[from].hunk; k++ {
			r := &sc.rows[k]
			if r.out {
				continue
			}
			if r.Op != pull.Add && r.oldUnit < 0 {
				u.rows = append(u.rows, k)
			}
			if r.Op != pull.Remove && r.newUnit < 0 {
				v.rows = append(v.rows, k)
			}
		}
		s.lost(sc, u, v)
		from = k
	}
}

// fewerCases finds rows of tables of cases that are gone from a file that gained fewer.
func (s *strength) fewerCases(sc *scene) {
	if sc.file.Status == pull.Removed {
		return
	}
	var taken, silenced []pull.Line
	at, silent, came := 0, 0, 0
	for k := range sc.rows {
		r := &sc.rows[k]
		switch {
		case !r.isCase || r.moved:
		case r.Op == pull.Add:
			came++
		case r.oldUnit >= 0 && sc.old[r.oldUnit].other < 0 || s.vanish.mentioned(r.Text):
		case s.spoken[key(strings.TrimSpace(r.Text))]:
			if silenced = append(silenced, r.Line); len(silenced) == 1 {
				silent = k
			}
		default:
			if taken = append(taken, r.Line); len(taken) == 1 {
				at = k
			}
		}
	}
	if len(silenced) > 0 {
		s.weakened(sc.file, sc.lineAt(silent), count(len(silenced), "case was", "cases were")+" commented out", keep, silenced...)
	}
	if len(taken) > came {
		s.doubtful(sc.file, sc.lineAt(at), fmt.Sprintf("%s taken out and %d put in", count(len(taken), "case was", "cases were"), came),
			"Look whether they no longer hold, or only no longer pass.", taken...)
	}
}

// lost compares the assertions of a test before and after.
func (s *strength) lost(sc *scene, u, v *unit) {
	var taken []*row
	var first int
	left, came, kept := 0, 0, 0
	for _, k := range u.rows {
		r := &sc.rows[k]
		switch {
		case !r.asserts:
		case r.removed() && !r.moved:
			if len(taken) == 0 {
				first = k
			}
			taken = append(taken, r)
		case r.removed():
			left++
		default:
			kept++
		}
	}
	if len(taken) == 0 {
		return
	}
	said := map[string]bool{}
	for r := range sc.rowsOf(u) {
		for _, w := range strings.FieldsFunc(r.Text, func(c rune) bool { return !letter(c) && c != '?' && c != '!' }) {
			said[w] = true
		}
	}
	for _, k := range v.rows {
		if r := &sc.rows[k]; r.Op == pull.Add && (r.asserts || helps(sc, r, said)) {
			came++
		}
	}
	if came > 0 && came+left >= len(taken) || came > 0 && kept+came > 0 && s.retold(sc, taken, v) {
		return
	}
	for _, r := range taken {
		if s.vanish.mentioned(r.Text) {
			return
		}
	}
	quote := make([]pull.Line, 0, len(taken))
	commented := false
	for _, r := range taken {
		l := r.Line
		l.Op = pull.Remove
		quote = append(quote, l)
		commented = commented || r.silenced || s.spoken[key(strings.TrimSpace(r.Text))]
	}
	line, name := sc.lineAt(first), naming(u)
	if !u.test && u.row >= 0 {
		name = u.name
	}
	switch {
	case commented:
		s.weakened(sc.file, line, fmt.Sprintf("%s of %s%s commented out", count(len(taken), "assertion", "assertions"), name, wasWere(len(taken))), keep, quote...)
	case came == 0 && kept == 0 && left == 0 && u.shown() && v.shown():
		s.weakened(sc.file, line, fmt.Sprintf("%s stays and asserts nothing any more", name), keep, quote...)
	case came == 0 && left == 0:
		s.weakened(sc.file, line, fmt.Sprintf("%s taken from %s, and none put in", count(len(taken), "assertion was", "assertions were"), name), keep, quote...)
	default:
		s.doubtful(sc.file, line, fmt.Sprintf("%s lost more assertions than it gained", name), "Look at what it no longer asserts.", quote...)
	}
}

func wasWere(n int) string {
	if n == 1 {
		return " was"
	}
	return " were"
}

// retold reports whether what the taken assertions name and count stands in lines that the test gained.
func (s *strength) retold(sc *scene, taken []*row, v *unit) bool {
	now := map[string]bool{}
	for _, k := range v.rows {
		if r := &sc.rows[k]; r.Op == pull.Add {
			tokens(r.Text, func(t string) { now[t] = true })
		}
	}
	all, there := 0, 0
	for _, r := range taken {
		tokens(r.Text, func(t string) {
			if all++; now[t] {
				there++
			}
		})
	}
	return 2*there >= all
}

var (
	calls   = re(`([A-Za-z_]\w*[?!]?)\s*\(`)
	command = re(`^\s*([a-z_]\w*)\s`)
	talk    = map[string]bool{
		"print": true, "println": true, "printf": true, "Println": true, "Printf": true, "Print": true, "log": true, "Log": true, "Logf": true,
		"debug": true, "info": true, "warn": true, "puts": true, "p": true, "echo": true, "console": true, "dump": true, "var_dump": true,
		"str": true, "repr": true, "String": true, "Helper": true, "Parallel": true, "if": true, "for": true, "while": true, "switch": true, "catch": true, "except": true,
	}
)

// helps reports whether an added line may assert by way of a function that the test did not call before.
func helps(sc *scene, r *row, said map[string]bool) bool {
	if !r.wordy || returns[strings.TrimSpace(r.mask)] {
		return false
	}
	for _, m := range calls.FindAllStringSubmatch(r.mask, 4) {
		if !talk[m[1]] && !said[m[1]] {
			return true
		}
	}
	if sc.form == rubyForm || sc.form == shellForm || sc.form == elixirForm {
		m := command.FindStringSubmatch(r.mask + " ")
		return m != nil && !talk[m[1]] && !said[m[1]] && m[1] != "return" && m[1] != "true" && m[1] != "end"
	}
	return false
}
