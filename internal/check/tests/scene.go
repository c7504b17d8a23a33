package tests

import (
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// scene is a changed file of tests as its hunks show it: its lines, and the tests that they stand in.
type scene struct {
	file *pull.File
	form *form
	rows []row
	old  []unit // what stood in the base, as far as hunks show it
	now  []unit // what stands in the head

	trades       map[trade]int
	heads, marks map[int]int    // units of the head by their first line, and by the lines that mark them
	hidden       map[string]int // functions that came and are no tests, by what their names say
}

// row is one line of a hunk.
type row struct {
	pull.Line
	hunk int
	from int    // the run of changed lines that it stands in, from its first line
	to   int    // to behind its last
	mask string // the line without what is in comments and strings, as the head reads it; a removed line's as the base does
	was  string // the same, as the base reads it
	// oldUnit and newUnit are the units that it stands in, on each side; -1 where there is none or the line is not there.
	oldUnit, newUnit int
	out              bool // it is in a part of a code file that is no test
	silenced         bool // it stays, and a comment or a string was put around it
	moved            bool // the same words were taken from, or put into, another place of the change's tests
	wordy            bool // it says something, in what changed
	asserts          bool
	isCase           bool // it is a case of a test with several, and it changed
	runner           int  // in a plan, what the changed line runs tests with
	flagged          bool // a finding stands at it
}

// removed reports whether what the line said is gone: it was taken away, or put into a comment.
func (r *row) removed() bool { return r.Op == pull.Remove || r.silenced }

// widest is how many bytes of a line are read: what is written by hand is shorter.
const widest = 1000

// cut shortens what is read of a very long line.
func (r *row) cut() {
	if len(r.Text) > widest {
		r.Text = r.Text[:widest]
		r.mask, r.was = r.mask[:min(widest, len(r.mask))], r.was[:min(widest, len(r.was))]
	}
}

func (r *row) added() bool { return r.Op == pull.Add }

// opensAlone reports whether a line begins with what opens a comment, or a string that is none's value.
func opensAlone(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "/*") || strings.HasPrefix(text, `"""`) || strings.HasPrefix(text, "'''")
}

// unit is a function, a test or a suite on one side of the change.
type unit struct {
	name   string
	test   bool
	suite  bool
	row    int // of its first line, -1 where only git's section names it
	marks  []int
	indent int
	rows   []int
	ended  bool // its last line is seen
	other  int  // the unit of the other side that it is, -1 where there is none
}

// shown reports whether the hunks show the whole unit.
func (u *unit) shown() bool { return u.row >= 0 && u.ended }

func words(text string) bool { return strings.ContainsFunc(text, letter) }

func letter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r >= '0' && r <= '9' || r > 127
}

// sceneOf lays out a file of tests; nil where its language has no form. A code file of Rust has tests too: rust says that
// what is outside of them is none of ours.
func sceneOf(f *pull.File, hunks []pull.Hunk, rust bool) *scene {
	form := formOf(kind.Language(f.Path))
	if form == nil {
		return nil
	}
	total := 0
	for i := range hunks {
		total += len(hunks[i].Lines)
	}
	s := &scene{file: f, form: form, rows: make([]row, 0, total)}
	inside := rustTests{off: !rust}
	for i := range hunks {
		h := &hunks[i]
		inside.enter(h.Section)
		now, was := begin(&form.style, h.Lines, pull.Remove), begin(&form.style, h.Lines, pull.Add)
		if now != was { // the base and the head are the same above a hunk
			now, was = masker{style: &form.style}, masker{style: &form.style}
		}
		first, pure := len(s.rows), false
		for _, l := range h.Lines {
			r := row{Line: l, hunk: i, oldUnit: -1, newUnit: -1}
			same, code := now == was, now.until == ""
			if l.Op != pull.Remove {
				r.mask = now.line(l.Text)
				inside.line(l.Text)
			}
			switch {
			case l.Op == pull.Remove:
				r.was = was.line(l.Text)
				r.mask = r.was
			case l.Op == pull.Context && same:
				r.was, was = r.mask, now
			case l.Op == pull.Context:
				r.was = was.line(l.Text)
				r.silenced = pure && !code && words(r.was) && !words(r.mask)
			case code && now.until != "":
				pure = opensAlone(l.Text)
			}
			r.out = rust && !inside.inside
			r.cut()
			s.rows = append(s.rows, r)
		}
		s.old = s.units(s.old, first, h.Section, pull.Add)
		s.now = s.units(s.now, first, h.Section, pull.Remove)
	}
	s.runs()
	s.pair()
	return s
}

// runs tells each changed line the run that it stands in.
func (s *scene) runs() {
	for from := 0; from < len(s.rows); {
		to := from + 1
		for s.rows[from].Op != pull.Context && to < len(s.rows) && s.rows[to].Op != pull.Context && s.rows[to].hunk == s.rows[from].hunk {
			to++
		}
		for k := from; k < to; k++ {
			s.rows[k].from, s.rows[k].to = from, to
		}
		from = to
	}
}

// walker is one side of a hunk while it is walked through.
type walker struct {
	*scene
	without pull.Op // of the lines that are not of that side
	units   []unit
	open    int   // the unit at hand, -1 where there is none
	marks   []int // lines that mark the next unit
}

// units follows one side of a hunk and appends what it finds.
func (s *scene) units(units []unit, first int, section string, without pull.Op) []unit {
	w := walker{scene: s, without: without, units: units, open: -1}
	if name, test, suite, ok := s.header(section, section); ok && !suite {
		w.units = append(w.units, unit{name: name, test: test, row: -1, other: -1})
		w.open = len(w.units) - 1
	}
	last := 0
	for k := first; k < len(s.rows); k++ {
		if s.rows[k].Op != without {
			w.row(k)
		}
		if last++; s.rows[k].Op != pull.Context {
			last = 0
		}
	}
	if w.open >= 0 && (last < 3 || s.file.Status == pull.Removed || s.file.Status == pull.Added) {
		w.units[w.open].ended = s.form.ended // the file ends here
	}
	return w.units
}

func (w *walker) row(k int) {
	r := &w.rows[k]
	mask := r.mask
	if w.without == pull.Add {
		mask = r.was
	}
	trimmed := strings.TrimSpace(mask)
	if trimmed == "" {
		if w.form.mark != nil && strings.Contains(r.Text, "@test") && w.form.mark.MatchString(r.Text) {
			w.marks = append(w.marks, k) // PHP has it in a comment
		}
		w.take(k)
		return
	}
	in := width(r.Text)
	if w.open >= 0 && in <= w.units[w.open].indent && k != w.units[w.open].row && !strings.ContainsRune("{)", rune(trimmed[0])) {
		u := &w.units[w.open]
		u.ended = true
		closes := !w.form.ended && (trimmed[0] == '}' || strings.HasPrefix(trimmed, "end")) && in == u.indent
		if closes {
			w.take(k)
		}
		if w.open, w.marks = -1, nil; closes {
			return
		}
	}
	if w.open >= 0 {
		w.take(k)
		return
	}
	w.outside(k, mask, trimmed, in)
}

// outside reads a line that stands in no unit.
func (w *walker) outside(k int, mask, trimmed string, in int) {
	name, test, suite, ok := w.header(mask, w.rows[k].Text)
	if !ok {
		switch goesOn := len(w.marks) > 0 && (in > width(w.rows[w.marks[0]].Text) || strings.ContainsRune(")]}", rune(trimmed[0]))); {
		case trimmed[0] == '@', trimmed[0] == '[', strings.HasPrefix(trimmed, "#["), goesOn:
			w.marks = append(w.marks, k)
		default:
			w.marks = nil
		}
		return
	}
	u := unit{name: name, test: test, suite: suite, row: k, indent: in, marks: w.marks, other: -1}
	if !suite && w.form.mark != nil {
		u.test = test || w.form.mark.MatchString(mask) || slices.ContainsFunc(w.marks, func(m int) bool { return w.form.mark.MatchString(w.rows[m].Text) })
	}
	w.units, w.marks = append(w.units, u), nil
	w.open = len(w.units) - 1
	w.take(k)
	if suite || oneLine(trimmed, w.form) {
		w.units[w.open].ended = !suite
		w.open = -1
	}
}

// take puts a line into the unit at hand.
func (w *walker) take(k int) {
	if w.without == pull.Add {
		w.rows[k].oldUnit = w.open
	} else {
		w.rows[k].newUnit = w.open
	}
	if w.open >= 0 {
		w.units[w.open].rows = append(w.units[w.open].rows, k)
	}
}

// oneLine reports whether a test begins and ends on its line.
func oneLine(trimmed string, f *form) bool {
	if f.ended {
		return !strings.HasSuffix(trimmed, ":") && !strings.HasSuffix(trimmed, "(") && !strings.HasSuffix(trimmed, ",")
	}
	return strings.HasSuffix(trimmed, "}") || strings.HasSuffix(trimmed, "))") || strings.HasSuffix(trimmed, ";") || strings.HasSuffix(trimmed, " end")
}

// header reports what a line opens.
func (s *scene) header(mask, text string) (name string, test, suite, ok bool) {
	f := s.form
	if f.def != nil {
		if at := f.def.FindStringSubmatchIndex(mask); at != nil && at[2] >= 0 {
			name = text[at[2]:at[3]]
			return name, f.named != nil && f.named.MatchString(name), false, true
		}
	}
	if f.call != nil && strings.ContainsAny(mask, "\"'`(:{ ") {
		if at := f.call.FindStringIndex(mask); at != nil {
			return f.title(text, mask, at[1]), true, false, true
		}
	}
	if f.suite != nil {
		if at := f.suite.FindStringSubmatchIndex(mask); at != nil {
			if len(at) > 2 && at[2] >= 0 {
				return text[at[2]:at[3]], false, true, true
			}
			return f.title(text, mask, at[1]), false, true, true
		}
	}
	return "", false, false, false
}

// title is the name that a test as a call has: what is in quotes, or in C between the brackets, behind its keyword; ""
// where it has none.
func (f *form) title(text, mask string, from int) string {
	from = max(0, from-1)
	if q := strings.IndexAny(mask[from:], "\"'`"); q >= 0 {
		start := from + q
		if end := strings.IndexByte(mask[start+1:], mask[start]); end >= 0 {
			return text[start+1 : start+1+end]
		}
		return text[start+1:]
	}
	if f != nativeForm {
		return ""
	}
	rest := strings.TrimLeft(text[from:], "( ")
	if end := strings.LastIndexByte(rest, ')'); end >= 0 {
		rest = rest[:end]
	}
	return strings.TrimSpace(strings.ReplaceAll(rest, "DISABLED_", ""))
}

// width is how far a line is indented.
func width(text string) int {
	n := 0
	for i := range len(text) {
		switch text[i] {
		case ' ':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// pair finds for each unit the one that it is on the other side: by its first line where that stays, or else by its name.
func (s *scene) pair() {
	byRow, byName := map[int]int{}, map[string][]int{}
	for i := range s.now {
		if r := s.now[i].row; r >= 0 {
			byRow[r] = i
		}
		byName[s.now[i].name] = append(byName[s.now[i].name], i)
	}
	for i := range s.old {
		u := &s.old[i]
		if j, ok := byRow[u.row]; ok && u.row >= 0 {
			u.other, s.now[j].other = j, i
		}
	}
	for i := range s.old {
		u := &s.old[i]
		for same := byName[u.name]; u.other < 0 && len(same) > 0; same = same[1:] {
			if j := same[0]; s.now[j].other < 0 && s.now[j].suite == u.suite {
				u.other, s.now[j].other = j, i
			}
			byName[u.name] = same[1:]
		}
	}
}
