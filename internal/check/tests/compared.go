package tests

import (
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// compared sets what a run of changes takes from the tests beside what it puts in its place: assertions that became
// weaker, values that were expected, tolerances.
func (s *strength) compared(sc *scene) {
	rewritten := 0
	var first int
	for from := 0; from < len(sc.rows); from = sc.rows[from].to {
		if sc.rows[from].Op == pull.Context || sc.rows[from].to-from < 2 {
			continue
		}
		s.weaker(sc, from)
		for _, p := range sc.alike(from) {
			if s.widened(sc, p) || !sc.expects(p.now) {
				continue
			}
			if rewritten == 0 {
				first = p.now
			}
			rewritten++
		}
	}
	s.retries(sc)
	if rewritten > 0 && s.changed && s.beside(sc) {
		r := &sc.rows[first]
		message := "an expected value was rewritten beside the code that it tests"
		if rewritten > 1 {
			message = count(rewritten, "", "expected values were rewritten beside the code that they test; the first is here")
		}
		s.doubtful(sc.file, r.New, message, "Look whether the new value is what the code should give, and not only what it gives.", sc.replaced(first)...)
	}
}

// beside reports whether code near the test changed.
func (s *strength) beside(sc *scene) bool {
	if s.asked == nil {
		s.asked = map[string]bool{}
		for i := range s.vanish.code {
			questions(s.vanish.code[i].file.Path, func(name string) bool {
				s.asked[name] = true
				return true
			})
		}
	}
	for name := range index([]place{{path: sc.file.Path}}) {
		if s.asked[name] {
			return true
		}
	}
	return false
}

// expects reports whether row k has an expected value: an assertion, but no message of one, or a value by that name.
func (sc *scene) expects(k int) bool {
	mask := sc.rows[k].mask
	if sc.form == goForm && messages.MatchString(mask) {
		return false
	}
	return sc.judges(k) || wanted.MatchString(mask)
}

var (
	messages = re(`\.(?:Error|Fatal|Log|Skip)f?\(`)
	wanted   = re(`(?i)\b(?:want|expected|expect)\w*\s*(?::=|[:=])`)
)

// twins are a removed and an added row that differ in their literals alone.
type twins struct{ was, now int }

// alike pairs the rows of the run that begins at from.
func (sc *scene) alike(from int) []twins {
	var out []twins
	old := map[uint64][]int{}
	for k := from; k < sc.rows[from].to; k++ {
		r := &sc.rows[k]
		if r.out || r.moved || !r.wordy || !strings.ContainsAny(r.Text, "0123456789\"'`") && !valued(r.mask) {
			continue
		}
		if r.Op == pull.Remove {
			key := skeleton(r.mask)
			old[key] = append(old[key], k)
		}
	}
	for k := from; len(old) > 0 && k < sc.rows[from].to; k++ {
		r := &sc.rows[k]
		if r.Op != pull.Add || r.out || r.moved || !r.wordy {
			continue
		}
		key := skeleton(r.mask)
		if list := old[key]; len(list) > 0 {
			old[key] = list[1:]
			out = append(out, twins{list[0], k})
		}
	}
	return out
}

var number = re(`\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?`)

var valueHints = hints{"true", "True", "false", "False", "nil", "null", "None", "undefined"}

// valued reports whether a line has a word that is a value.
func valued(mask string) bool {
	return valueHints.in(mask)
}

// skeleton tells blanked lines apart without their literals, units of time and white space: FNV-1a over what is left.
func skeleton(mask string) uint64 {
	h, last := uint64(14695981039346656037), byte(0)
	put := func(c byte) { h, last = (h^uint64(c))*1099511628211, c }
	for i := 0; i < len(mask); {
		c := mask[i]
		switch {
		case c == blank || c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '-' && strings.IndexByte("(,=:[", last) >= 0 && i+1 < len(mask) && digit(mask[i+1]):
			i++ // a sign
		case letter(rune(c)) || c >= 128:
			end := i + 1
			for end < len(mask) && (letter(rune(mask[end])) || mask[end] >= 128 || mask[end] == '.' && digit(c) && end+1 < len(mask) && digit(mask[end+1])) {
				end++
			}
			switch word := mask[i:end]; {
			case digit(c), noValues[word]:
				put('0')
			case scales[strings.TrimSuffix(strings.ToLower(word), "s")] > 0 && len(word) > 1:
				put('u')
			default:
				for j := range len(word) {
					put(word[j])
				}
			}
			i = end
		default:
			put(c)
			i++
		}
	}
	return h
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

var noValues = map[string]bool{"true": true, "false": true, "True": true, "False": true, "nil": true, "null": true, "None": true}

// weaker finds assertions of the run at from in whose place there is one on the same thing that says less.
func (s *strength) weaker(sc *scene, from int) {
	to := sc.rows[from].to
	// For each thing that is asserted, the most that an added line says of it.
	type best struct{ level, row int }
	says := map[string]best{}
	for k := from; k < to; k++ {
		r := &sc.rows[k]
		if r.Op != pull.Add || r.out || r.flagged || !sc.judges(k) {
			continue
		}
		text := sc.statement(k)
		l := level(text, sc.form)
		about(text, func(t string) {
			if l >= says[t].level {
				says[t] = best{l, k}
			}
		})
	}
	if len(says) == 0 {
		return
	}
	for k := from; k < to; k++ {
		r := &sc.rows[k]
		if r.Op != pull.Remove || r.out || r.moved || !sc.judges(k) {
			continue
		}
		text := sc.statement(k)
		l := level(text, sc.form)
		if l < partial {
			continue
		}
		found, most := -1, best{}
		about(text, func(t string) {
			if b, ok := says[t]; ok && (found < 0 || b.level > most.level) {
				found, most = b.row, b
			}
		})
		if found < 0 || most.level >= l || most.level == nothing || sc.rows[found].moved || sc.retained(r, found) || s.vanish.mentioned(r.Text) {
			continue
		}
		s.weakened(sc.file, sc.rows[found].New, "an assertion says less than the one it replaces", "Assert what the old one did.", r.Line, sc.rows[found].Line)
		sc.rows[found].flagged = true
	}
}

// retained reports whether the assertion at row now hands all that the old one names and counts to a function: it may compare
// as much.
func (sc *scene) retained(old *row, now int) bool {
	text := sc.statement(now)
	if !strings.Contains(text, "(") || strings.ContainsAny(text, "<>") || !strings.Contains(text, ",") && sc.form != goForm {
		return false
	}
	has, some := map[string]bool{}, false
	eachWord(text, func(w string) {
		has[w] = true
		some = some || saysSome[w] && w != "Error"
	})
	eachWord(sc.rows[now].Text, func(w string) { has[w] = true })
	kept := !some
	eachWord(old.Text, func(w string) {
		kept = kept && (has[w] || vocabulary[w] || asserting(w) || commonplace[w] && !digit(w[0]) && w != "want" && w != "expected")
	})
	return kept
}

// statement is row k with the lines that it goes on with: until its brackets are closed, and those that begin with a dot.
func (sc *scene) statement(k int) string {
	r := &sc.rows[k]
	text, depth := r.mask, brackets(r.mask)
	for j := k + 1; j < sc.near(k); j++ {
		n := &sc.rows[j]
		if n.Op != r.Op && n.Op != pull.Context {
			continue
		}
		t := strings.TrimSpace(n.mask)
		if depth <= 0 && !strings.HasPrefix(t, ".") || len(text) > maxStatement {
			break
		}
		text += " " + t
		depth += brackets(t)
	}
	return text
}

// maxStatement is how many bytes of a statement are looked at.
const maxStatement = 2000

func brackets(text string) int {
	if !strings.ContainsAny(text, "()[]") {
		return 0
	}
	return strings.Count(text, "(") + strings.Count(text, "[") - strings.Count(text, ")") - strings.Count(text, "]")
}

// judges reports whether row k asserts, by itself or in Go by the line below it.
func (sc *scene) judges(k int) bool {
	r := &sc.rows[k]
	if r.asserts {
		return true
	}
	if sc.form != goForm || !strings.HasPrefix(strings.TrimSpace(r.mask), "if ") && !strings.Contains(r.mask, "; ") {
		return false
	}
	for j := k + 1; j < sc.near(k) && j < k+far/4; j++ {
		if sc.rows[j].Op != pull.Context && sc.rows[j].Op != r.Op || !words(sc.rows[j].mask) {
			continue
		}
		return sc.rows[j].asserts
	}
	return false
}
