package spec

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
)

// criterion is one thing that a spec asks for.
type criterion struct {
	number int    // its place among those of its spec, from 1
	label  string // as the spec numbers it itself, "AC2"; empty where it doesn't
	text   string
	ticked bool
	names  []string // paths, and names in code spans
}

// Bounds of the criteria of one spec, and of all specs together.
const (
	maxCriteria      = 100
	maxCriterionText = 300 // bytes
	maxCriterionName = 8
)

var (
	// criteriaHeading opens a list of criteria.
	criteriaHeading = regexp.MustCompile(`(?i)^\W*(?:\d+[.)]\s*)?(?:(?:the|functional|non-functional|technical|key|main|list of|user)\s+)*(?:acceptance(?: criteria| criterion| tests?)?|acs?|definition of done|dod|(?:is )?(?:it(?:'s|’s| is) )?done when|done criteria|` +
		`success criteria|exit criteria|completion criteria|requirements?|tasks?(?: list)?|to-?dos?|deliverables?|what (?:needs to be|should be|is to be) done|must(?: have)?|expected (?:results?|outcomes?))(?:\s*\([^)]*\))?\W*$`)
	// tasksAside are headings below which boxes are no work to be done: an issue form's own questions.
	tasksAside = regexp.MustCompile(`(?i)code of conduct|before (?:you )?submit|pre-?flight|checklist for (?:the )?reporter|prerequisites?|contribut|preliminary|verifications?|out[- ]of[- ]scope|non[- ]goals?|willing|affected|severity|priority|environment|platforms?|browsers?|type of`)
	// ownLabel is how a spec numbers a criterion itself.
	ownLabel = regexp.MustCompile(`^[*_\[(]*(?:([A-Z]{1,4}[- ]?\d{1,3}(?:\.\d{1,3})?)[\])*_]*\s*(?:[:.)]|[-–—]\s)|((?:AC|REQ|FR|NFR|US|R)-?\d{1,3}(?:\.\d{1,3})?)[\])*_]*\s)`)
	// step is a line of a scenario, in the open or in a fence.
	step = regexp.MustCompile(`^[\s>]*(?:[-*+]\s+|\d{1,3}[.)]\s+)?[*_]*(?i:(scenario(?: outline)?|example)[*_]*:\s*(.*)|(given|when|then|and|but)[*_]*:?[*_]*\s+(\S.*))$`)
)

// criteriaOf finds what a spec asks for: boxes of task lists anywhere, items of lists below the usual headings, and
// scenarios of Given, When and Then. What it finds beyond the bound is left out, and cut says so.
func criteriaOf(doc *markdown.Document) (found []criterion, cut bool) {
	own := markdown.AskedWords(doc)
	var r criteriaReader
	for i := range doc.Lines {
		line := &doc.Lines[i]
		if own.Foreign(line.Number) || line.Place&(markdown.Comment|markdown.Quote) != 0 {
			continue
		}
		r.line(line, own)
		if len(r.found) == maxCriteria {
			cut = true
			break
		}
	}
	r.end()
	for i := range r.found {
		r.found[i].number = i + 1
	}
	return r.found, cut
}

// criteriaReader goes through a spec line by line.
type criteriaReader struct {
	found  []criterion
	below  bool // a heading above says that criteria follow
	aside  bool // a heading above says that boxes are none
	rank   int  // of the heading that said so
	indent int  // of the items of the list at hand; -1 for none

	scenario []string // the lines of the scenario at hand
	names    []string
	then     bool // it has come to what is expected
}

const boldRank = 7

func (r *criteriaReader) line(line *markdown.Line, own *markdown.Own) {
	text := line.Text()
	switch {
	case line.Place&markdown.Code != 0:
		r.step(line, line.Raw)
		return
	case line.Level > 0:
		r.heading(text, line.Level)
		return
	case line.Bold() && line.Place&markdown.List == 0 && !step.MatchString(text):
		r.heading(text, boldRank)
		return
	case text == "":
		return
	case line.Place&markdown.List == 0 && strings.HasSuffix(text, ":") && criteriaHeading.MatchString(text):
		r.heading(text, boldRank+1)
		return
	}
	if r.step(line, text) {
		return
	}
	r.item(line, own)
}

func (r *criteriaReader) heading(text string, rank int) {
	r.end()
	r.indent = -1
	if r.rank > 0 && rank > r.rank {
		return // a part of the section at hand
	}
	r.below, r.aside, r.rank = criteriaHeading.MatchString(text), tasksAside.MatchString(text), 0
	if r.below || r.aside {
		r.rank = rank
	}
}

var itemStart = regexp.MustCompile(`^([ \t]*)(?:[-*+]|\d{1,9}[.)])\s+`)

// item takes in an item of a list that is a criterion. What stands below another one belongs to it.
func (r *criteriaReader) item(line *markdown.Line, own *markdown.Own) {
	mark := itemStart.FindStringSubmatch(line.Raw)
	task := line.Task != markdown.NoTask
	if mark == nil {
		if line.Place&markdown.List == 0 {
			r.indent = -1
			if r.rank > boldRank {
				r.below, r.rank = false, 0 // a lead-in leads one list
			}
		}
		return
	}
	indent := len(strings.ReplaceAll(mark[1], "\t", "    "))
	if r.indent < 0 || indent < r.indent {
		r.indent = indent
	}
	// Words that the author doesn't say are no criterion: a placeholder, an assurance.
	said := own.Line(line.Number) != "" || line.Task == markdown.Ticked || len(namesOf(line)) > 0
	if r.aside || !said || !task && (!r.below || indent >= r.indent+2) || task && line.Task == markdown.Ticked && assured.MatchString(line.Prose()) {
		return
	}
	text := line.Text()
	if markdown.Placeholder(text) {
		return
	}
	r.add(criterion{text: shorten(text), ticked: line.Task == markdown.Ticked, names: namesOf(line)})
}

// assured begins the ticked boxes of issue forms by which a reporter vouches for something.
var assured = regexp.MustCompile(`(?i)^\W*(?:I|I'm|I’m|I've|I’ve|I'd|I’d|yes|no)\b`)

func (r *criteriaReader) add(c criterion) {
	if len(r.found) == maxCriteria {
		return
	}
	if m := ownLabel.FindStringSubmatch(c.text); m != nil {
		c.label = m[1] + m[2]
	}
	r.found = append(r.found, c)
}

// step takes in a line of a scenario, and reports whether it is one.
func (r *criteriaReader) step(line *markdown.Line, text string) bool {
	if len(text) > 1000 || line.Task != markdown.NoTask {
		return false
	}
	m := step.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	word := strings.ToLower(m[3])
	switch {
	case m[1] != "":
		if strings.EqualFold(m[1], "example") && line.Place&markdown.Code == 0 {
			return false
		}
		r.end()
		r.scenario = []string{strings.TrimSpace(m[2])}
		return true
	case len(r.scenario) == 0 && word != "given" && word != "when":
		return false
	case (word == "given" || word == "when") && r.then:
		// A new one begins where the last one came to its end, and the scenario has no heading of its own.
		r.end()
	}
	r.then = r.then || word == "then"
	if len(r.scenario) < 20 {
		r.scenario = append(r.scenario, strings.TrimSpace(m[3]+" "+m[4]))
		r.names = append(r.names, namesOf(line)...)
	}
	return true
}

// end closes the scenario at hand. One without anything expected is none.
func (r *criteriaReader) end() {
	if r.then {
		text := strings.TrimSpace(strings.Join(r.scenario, " "))
		if r.scenario[0] != "" && !strings.HasPrefix(strings.ToLower(r.scenario[0]), "given ") && !strings.HasPrefix(strings.ToLower(r.scenario[0]), "when ") {
			text = r.scenario[0]
		}
		r.add(criterion{text: shorten(text), names: r.names})
	}
	r.scenario, r.names, r.then = nil, nil, false
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxCriterionText {
		return text
	}
	cut := strings.LastIndexByte(text[:maxCriterionText], ' ')
	if cut <= 0 {
		cut = maxCriterionText
	}
	return strings.ToValidUTF8(text[:cut], "") + "…"
}

var (
	nameShape = regexp.MustCompile(`^(?:[\w.-]+/)*[A-Za-z_][\w.-]*(?:\(\))?$`)
	fileShape = regexp.MustCompile(`^(?:[\w.@-]+/)+[\w.@-]+\.\w{1,6}$`)
)

// namesOf are the paths of a line and the names in its code spans: what would be found in a diff as it stands.
func namesOf(line *markdown.Line) []string {
	var names []string
	add := func(name string) {
		if len(names) < maxCriterionName && len(name) > 2 && len(name) < 200 {
			names = append(names, strings.TrimSuffix(strings.TrimPrefix(name, "./"), "()"))
		}
	}
	for _, s := range line.Spans {
		switch s.Kind {
		case markdown.CodeSpan:
			if text := strings.TrimSpace(s.Text); nameShape.MatchString(text) && !common[strings.ToLower(text)] {
				add(text)
			}
		case markdown.Words, markdown.Link:
			for _, word := range strings.Fields(s.Text) {
				if word = strings.Trim(word, "()[]\"'*_,;:.!?"); strings.Contains(word, "/") && len(word) < 200 && fileShape.MatchString(word) {
					add(word)
				}
			}
		}
	}
	return names
}

var common = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields("true false null nil none undefined error errors string int bool name value type status main test tests get post put patch delete") {
		set[w] = true
	}
	return set
}()
