package tests

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// part is a run of changed lines without an unchanged one between them, either all test or all not.
type part struct {
	test  bool
	lines []pull.Line
}

// firstLine is the head's number of the first added line, if possible of one that says something; 0 where lines were only
// taken away.
func (p *part) firstLine(lang string) int {
	first := 0
	for i := range p.lines {
		l := &p.lines[i]
		if l.Op != pull.Add {
			continue
		}
		if says(l.Text, lang) {
			return l.New
		}
		if first == 0 {
			first = l.New
		}
	}
	return first
}

// split takes a file's hunks apart. In a test file all is test. Rust has tests inside code files, in modules and functions
// that are marked as tests: they are test, the rest is not.
func split(hunks []pull.Hunk, lang string, test bool) []part {
	var parts []part
	rust := rustTests{off: lang != "Rust" || test}
	for i := range hunks {
		h := &hunks[i]
		rust.enter(h.Section)
		start, inside := 0, false
		end := func(at int) {
			if at > start {
				parts = append(parts, part{test || inside, h.Lines[start:at]})
			}
			start = at
		}
		for j := range h.Lines {
			l := &h.Lines[j]
			if l.Op != pull.Remove {
				rust.line(l.Text)
			}
			if l.Op == pull.Context {
				end(j)
				start = j + 1
			} else if rust.inside != inside {
				end(j)
			}
			inside = rust.inside
		}
		end(len(h.Lines))
	}
	return parts
}

// runs reports whether the part changes what a program does: more than white space and comments.
func (p *part) runs(lang string) bool {
	indented := kind.Indented(lang)
	added, removed := side{lines: p.lines, op: pull.Add}, side{lines: p.lines, op: pull.Remove}
	for {
		a, b := added.statement(lang), removed.statement(lang)
		if a == nil || b == nil {
			return a != b
		}
		if indented && indent(a.Text) != indent(b.Text) || !sameWords(a.Text, b.Text) {
			return true
		}
	}
}

// side walks over the added or the removed lines of a part.
type side struct {
	lines []pull.Line
	op    pull.Op
	text  string // what is left of the line at hand, for next
}

// statement is the next line that is neither blank nor a comment, nil at the end.
func (s *side) statement(lang string) *pull.Line {
	for len(s.lines) > 0 {
		l := &s.lines[0]
		s.lines = s.lines[1:]
		if l.Op != s.op {
			continue
		}
		if text := strings.TrimSpace(l.Text); text != "" && !comment(text, lang) {
			return l
		}
	}
	return nil
}

// next is the next character that is no white space, 0 at the end.
func (s *side) next() rune {
	for {
		for i, r := range s.text {
			if !unicode.IsSpace(r) {
				s.text = s.text[i+utf8.RuneLen(r):]
				return r
			}
		}
		s.text = ""
		for len(s.lines) > 0 && s.lines[0].Op != s.op {
			s.lines = s.lines[1:]
		}
		if len(s.lines) == 0 {
			return 0
		}
		s.text, s.lines = strings.ToValidUTF8(s.lines[0].Text, "?"), s.lines[1:]
	}
}

// spaced reports whether the part changes nothing but white space, line breaks too.
func (p *part) spaced() bool {
	added, removed := side{lines: p.lines, op: pull.Add}, side{lines: p.lines, op: pull.Remove}
	for {
		a, b := added.next(), removed.next()
		if a != b {
			return false
		}
		if a == 0 {
			return true
		}
	}
}

func indent(text string) string { return text[:len(text)-len(strings.TrimLeft(text, " \t"))] }

// sameWords reports whether two lines are the same where runs of white space are one blank.
func sameWords(a, b string) bool {
	if a == b {
		return true
	}
	for {
		a, b = strings.TrimSpace(a), strings.TrimSpace(b)
		if a == "" || b == "" {
			return a == b
		}
		i, j := strings.IndexFunc(a, unicode.IsSpace), strings.IndexFunc(b, unicode.IsSpace)
		if i < 0 || j < 0 {
			return a == b
		}
		if a[:i] != b[:j] {
			return false
		}
		a, b = a[i:], b[j:]
	}
}

// comment reports whether a trimmed line is a comment by its beginning. Inside of a longer string that can be wrong; a
// directive to a compiler is none.
func comment(text, lang string) bool {
	mark := kind.LineComment(lang)
	if mark == "" {
		return false
	}
	if mark == "//" && strings.HasPrefix(text, "/*") {
		return strings.Index(text, "*/") == len(text)-2
	}
	if lang == "PHP" && text[0] == '#' {
		return !strings.HasPrefix(text, "#[")
	}
	if !strings.HasPrefix(text, mark) {
		return false
	}
	for _, directive := range []string{"//go:", "// +build", "//export ", "#!", "# frozen_string_literal", "#cgo"} {
		if strings.HasPrefix(text, directive) {
			return false
		}
	}
	return true
}

// frames are how lines begin that every test file has and that test nothing.
var frames = []string{
	"package ", "import ", "import(", "from ", "use ", "using ", "#include", "require ", "require(", "require_relative ", "namespace ",
	"<?php", "export {}", "@testable import", "'use strict'", `"use strict"`, "library ", "declare(strict_types",
}

// says reports whether a line of a test says something: it has a word, and is neither a comment nor a frame.
func says(line, lang string) bool {
	text := strings.TrimSpace(line)
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return false
	}
	if lang == "" {
		return true // a case or a fixture: every word counts
	}
	if comment(text, lang) {
		return false
	}
	if lang == "Go" && strings.HasSuffix(text, `"`) && strings.Count(text, `"`) == 2 && !strings.ContainsAny(text, "(:=,{") {
		return false // a line of an import block
	}
	return !slices.ContainsFunc(frames, func(frame string) bool { return strings.HasPrefix(text, frame) })
}

// key tells lines apart by what is in them besides white space: FNV-1a over their characters.
func key(line string) uint64 {
	h := uint64(14695981039346656037)
	for _, r := range line {
		if !unicode.IsSpace(r) {
			h = (h ^ uint64(r)) * 1099511628211
		}
	}
	return h
}
