package dependencies

import (
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// places are the changed lines of a file by the words in them.
type places struct {
	byWord [2]map[string]pull.Line // removed, added
	lines  []pull.Line
	budget int
}

// maxScans bounds how often all lines are searched: what the words don't find.
const maxScans = 12

func (f *file) place() *places {
	if f.places != nil {
		return f.places
	}
	p := &places{byWord: [2]map[string]pull.Line{{}, {}}, budget: maxScans}
	f.places = p
	if f.changed == nil {
		return p
	}
	hunks, err := f.changed.Hunks()
	if err != nil {
		return p
	}
	for i := range hunks {
		for _, l := range hunks[i].Lines {
			if l.Op == pull.Context {
				continue
			}
			p.lines = append(p.lines, l)
			p.words(l)
		}
	}
	return p
}

func side(op pull.Op) int {
	if op == pull.Add {
		return 1
	}
	return 0
}

func (p *places) words(l pull.Line) {
	m := p.byWord[side(l.Op)]
	keep := func(word string) {
		if _, seen := m[word]; !seen && word != "" {
			m[word] = l
		}
	}
	for _, word := range strings.FieldsFunc(l.Text, func(r rune) bool { return strings.ContainsRune(" \t\r\"'`,:;=(){}[]<>!~^", r) }) {
		word = strings.ToLower(word)
		keep(word)
		if i := strings.LastIndex(word, "node_modules/"); i >= 0 {
			keep(word[i+len("node_modules/"):])
		}
		if i := strings.LastIndexByte(word, '@'); i > 0 {
			keep(strings.TrimPrefix(word[:i], "/"))
		}
	}
}

// find is the first changed line of one side with one of the words, the words in order of preference.
func (p *places) find(op pull.Op, words ...string) (pull.Line, bool) {
	for _, word := range words {
		word = strings.ToLower(word)
		if l, ok := p.byWord[side(op)][word]; ok {
			return l, true
		}
		if i := strings.LastIndexByte(word, ':'); i >= 0 {
			if l, ok := p.byWord[side(op)][word[i+1:]]; ok {
				return l, true
			}
		}
	}
	for _, word := range words {
		if len(word) < 3 || p.budget == 0 {
			continue
		}
		p.budget--
		for _, l := range p.lines {
			if l.Op == op && strings.Contains(l.Text, word) {
				return l, true
			}
		}
	}
	return pull.Line{}, false
}

// quote puts the line that was and the line that is, as far as they are found, into a finding about words.
func (f *file) quote(finding *check.Finding, words ...string) {
	p := f.place()
	var lines []pull.Line
	if l, ok := p.find(pull.Remove, words...); ok {
		lines = append(lines, l)
	}
	if l, ok := p.find(pull.Add, words...); ok {
		finding.Line = l.New
		lines = append(lines, l)
	}
	finding.Quote = check.Quote(lines...)
}
