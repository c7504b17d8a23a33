package tests

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// part is a run of changed lines without an unchanged one between them, either all test or all not.
type part struct {
	test           bool
	added, removed []pull.Line
}

func (p *part) firstLine() int {
	if len(p.added) > 0 {
		return p.added[0].New
	}
	return 0
}

// split takes a file's hunks apart. In a test file all is test. Rust has tests inside code files, in modules and functions
// that are marked as tests: they are test, the rest is not.
func split(hunks []pull.Hunk, lang string, test bool) []part {
	parts := make([]part, 0, len(hunks))
	rust := rustTests{off: lang != "Rust" || test}
	for i := range hunks {
		h := &hunks[i]
		rust.enter(h.Section)
		parts = append(parts, part{test: test || rust.inside})
		for _, l := range h.Lines {
			if l.Op != pull.Remove {
				rust.line(l.Text)
			}
			p := &parts[len(parts)-1]
			if is := test || rust.inside; is != p.test || l.Op == pull.Context && len(p.added)+len(p.removed) > 0 {
				parts = append(parts, part{test: is})
				p = &parts[len(parts)-1]
			}
			switch l.Op {
			case pull.Add:
				p.added = append(p.added, l)
			case pull.Remove:
				p.removed = append(p.removed, l)
			}
		}
	}
	return parts
}

// runs reports whether the part changes what a program does: more than white space and comments.
func (p *part) runs(lang string) bool {
	return !slices.Equal(statements(p.added, lang), statements(p.removed, lang))
}

// statements are the lines that are neither blank nor comments, with runs of white space as one blank. The white space
// before a line stays where the language reads it.
func statements(lines []pull.Line, lang string) []string {
	var out []string
	for _, l := range lines {
		text := strings.TrimSpace(l.Text)
		if text == "" || comment(text, lang) {
			continue
		}
		if strings.ContainsAny(text, "\t\v\f\u00a0") || strings.Contains(text, "  ") {
			text = strings.Join(strings.Fields(text), " ")
		}
		if kind.Indented(lang) {
			text = l.Text[:len(l.Text)-len(strings.TrimLeft(l.Text, " \t"))] + text
		}
		out = append(out, text)
	}
	return out
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

// squeeze is a line without its white space.
func squeeze(line string) string {
	if !strings.ContainsFunc(line, unicode.IsSpace) {
		return line
	}
	var b strings.Builder
	b.Grow(len(line))
	for _, r := range line {
		if !unicode.IsSpace(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// join is the lines as one text without white space: what stays the same when lines are only broken anew.
func join(lines []pull.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(squeeze(l.Text))
	}
	return b.String()
}
