package summary

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
)

// section is a heading and the lines below it, down to the next.
type section struct {
	heading     string   // as it is shown; empty for what stands above the first heading
	line        int      // of the heading, from 1
	rank        int      // 1 to 6 for a heading, then bold and leadIn
	rest        string   // what a lead-in says behind its colon
	first, last int      // the lines below the heading; last < first where there are none
	wanted      []string // the names of the policy that it answers
}

func (s *section) answers(name string) bool { return slices.Contains(s.wanted, name) }

// ranks of what can open a section, below the six levels of headings.
const (
	bold   = 7 // a line in bold
	leadIn = 8 // "Why: because"
)

// longestHeading is how many bytes of a line may be a heading that is not marked as one.
const longestHeading = 80

// sectionsOf cuts a description into sections. What stands above the first heading, or below a title alone, is taken
// for what changed: people begin with what they did. A heading that the policy doesn't name belongs to the section that
// it stands in.
func sectionsOf(doc *markdown.Document, own *markdown.Own, m matcher) []section {
	open := section{line: 1, first: 1, wanted: m.opening()}
	var found, around []section // around: the sections that the open one stands in, itself included
	blank := true               // nothing but blank lines so far
	for i := range doc.Lines {
		line := &doc.Lines[i]
		name, rest, rank := opens(line, m)
		if rank == 0 || own.Foreign(line.Number) {
			blank = blank && strings.TrimSpace(line.Raw) == ""
			continue
		}
		for len(around) > 0 && around[len(around)-1].rank >= rank {
			around = around[:len(around)-1]
		}
		next := section{heading: name, line: line.Number, rest: answer(own, line.Number, rest), rank: rank, wanted: m.match(name)}
		switch {
		case next.wanted != nil:
			around = append(around, next)
		case len(around) > 0:
			next = around[len(around)-1]
			next.rest = ""
		case blank && line.Level > 0:
			next = section{wanted: m.opening()} // a title
		}
		open.last = i
		next.first = line.Number + 1
		found, open, blank = append(found, open), next, false
	}
	open.last = len(doc.Lines)
	return append(found, open)
}

// answer is what a lead-in says behind its colon in its author's own words.
func answer(own *markdown.Own, line int, rest string) string {
	if markdown.Placeholder(rest) || own.Line(line) == "" {
		return ""
	}
	// Where the lead-in is the template's, only the answer is left.
	if said := own.Line(line); len(said) < len(rest) {
		return said
	}
	return rest
}

// opens reports whether a line opens a section: its name, what it says behind the name, and its rank.
func opens(line *markdown.Line, m matcher) (name, rest string, rank int) {
	if !line.Said() || line.Place&markdown.Undone != 0 {
		return "", "", 0
	}
	text := line.Text()
	switch {
	case line.Level > 0:
		return text, "", line.Level
	case text == "" || line.Place&markdown.Table != 0:
		return "", "", 0
	case line.Bold() && len(text) <= longestHeading:
		return text, "", bold
	}
	return lead(line, m)
}

// behind is what parts a lead-in from what it leads to.
var behind = regexp.MustCompile(`^\s*(?::|\s[-–—]\s)\s*`)

// lead recognises "Why: because" and "**Why** - because". Only a name that the policy or the table knows leads in: many
// sentences have a colon.
func lead(line *markdown.Line, m matcher) (name, rest string, rank int) {
	text := line.Prose()
	if s := line.Spans[0]; s.Strong && len(s.Text) <= longestHeading && strings.HasPrefix(text, strings.TrimSpace(s.Text)) {
		name = strings.TrimSpace(s.Text)
		rest = text[len(name):]
		if at := behind.FindStringIndex(rest); at != nil {
			rest = rest[at[1]:]
		} else if !strings.HasSuffix(name, ":") {
			return "", "", 0
		}
		if len(m.match(name)) > 0 || m.known(name) {
			return name, strings.TrimSpace(rest), leadIn
		}
		return "", "", 0
	}
	name, rest, found := strings.Cut(text, ":")
	if !found || len(name) > longestHeading || strings.HasPrefix(rest, "//") || !m.known(name) {
		return "", "", 0
	}
	return name, strings.TrimSpace(rest), leadIn
}

// matcher knows which names of the policy a heading answers.
type matcher struct {
	exact map[string][]string // by reduced heading
	rows  map[string][]string // by row of the table
}

func matcherOf(wanted []string) matcher {
	m := matcher{exact: map[string][]string{}, rows: map[string][]string{}}
	for _, name := range wanted {
		key := reduce(name)
		m.exact[key] = append(m.exact[key], name)
		if row := rowOf(key); row != "" {
			m.rows[row] = append(m.rows[row], name)
		}
	}
	return m
}

// opening are the names that words above the first heading answer: people begin with what they did.
func (m matcher) opening() []string { return m.rows["what changed"] }

// known reports whether a whole name is the policy's or the table's.
func (m matcher) known(name string) bool {
	key := reduce(name)
	return key != "" && (m.exact[key] != nil || rowOf(key) != "")
}

// parts of a heading that names several sections, "What & why", or says more, "Why (the long story)".
var parts = regexp.MustCompile(`(?i)\s+(?:and|or|und|et|y)\s+|[/&+,|:;()–—]|\s-\s`)

func (m matcher) match(heading string) []string {
	if names := m.one(heading); names != nil {
		return names
	}
	var names []string
	for _, part := range parts.Split(heading, 6) {
		for _, name := range m.one(part) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// one is the names that a heading answers as a whole: the policy's own name before the table's.
func (m matcher) one(heading string) []string {
	key := reduce(heading)
	if key == "" {
		return nil
	}
	if names := m.exact[key]; names != nil {
		return names
	}
	return m.rows[rowOf(key)]
}
