package tests

import (
	"errors"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// change is what a pull request does to code and to tests.
type change struct {
	code        []place // code that changed
	tests       []place // tests that say something new
	unreadCode  []place // code of which nobody knows how it changed
	unreadTests []place
	idleTests   []check.Finding // test files that changed and say nothing new
	removed     int             // code files that were removed
	quiet       int             // code files in which nothing changed that runs

	hunks  [][]pull.Hunk // of each file of code and tests
	parts  [][]part
	unread map[int]bool // files whose patch is not known

	// old counts what test lines were removed, by their keys, in every test file: a line that only moved is no new test.
	old map[uint64]int
}

// place is a file and the first line in it that counts.
type place struct {
	path string
	line int
	why  string // why it could not be read
	// changed says of a test that could not be read that it was there before.
	changed bool
}

// read sorts the files. Removed test lines are looked at first, since a test may move to a file that comes earlier.
func (c *change) read(files []pull.File, kinds []kind.Kind) {
	parts := make([][]part, len(files))
	c.parts, c.hunks, c.unread = parts, make([][]pull.Hunk, len(files)), map[int]bool{}
	for i := range files {
		f := &files[i]
		if kinds[i] != kind.Test && kinds[i] != kind.Code || still(f) {
			continue
		}
		hunks, err := f.Hunks()
		if err != nil {
			c.unreadable(f, kinds[i], err)
			c.unread[i] = true
			continue
		}
		c.hunks[i] = hunks
		parts[i] = split(hunks, kind.Language(f.Path), kinds[i] == kind.Test)
		for _, p := range parts[i] {
			for k := range p.lines {
				if p.test && p.lines[k].Op == pull.Remove {
					c.old[key(p.lines[k].Text)]++
				}
			}
		}
	}
	for i := range files {
		if c.unread[i] {
			continue
		}
		switch kinds[i] {
		case kind.Test:
			c.test(&files[i], parts[i])
		case kind.Code:
			c.codeFile(&files[i], parts[i])
		}
	}
}

// still reports whether the file's content is what it was, or no text.
func still(f *pull.File) bool {
	return f.Status == pull.Unchanged || f.NoPatch == pull.Binary ||
		f.Patch == "" && f.Added == 0 && f.Removed == 0 && (f.NoPatch == pull.SameContent || f.NoPatch == "")
}

const tooLarge = "GitHub shows no patch of it: it is too large"

func (c *change) unreadable(f *pull.File, k kind.Kind, err error) {
	why := "its patch is not whole"
	if errors.Is(err, pull.ErrNoPatch) {
		why = "its patch was not read"
		if f.NoPatch == pull.TooLarge {
			why = tooLarge
		}
	}
	switch {
	case f.Status == pull.Removed && k == kind.Code:
		c.removed++
	case f.Status == pull.Removed:
		c.idle(f, "it was removed")
	case k == kind.Code:
		c.unreadCode = append(c.unreadCode, place{path: f.Path, why: why})
	default:
		c.unreadTests = append(c.unreadTests, place{path: f.Path, why: why, changed: f.Status != pull.Added})
	}
}

func (c *change) test(f *pull.File, parts []part) {
	switch {
	case f.Status == pull.Removed:
		c.idle(f, "it was removed")
	case f.NoPatch == pull.Binary:
		c.idle(f, "it is binary")
	case snapshot(f.Path):
		c.idle(f, "it is a snapshot, which a tool writes")
	case len(parts) == 0 && f.Status == pull.Added:
		c.idle(f, "it is empty")
	case len(parts) == 0 && f.Status == pull.Renamed:
		c.idle(f, "it was only renamed")
	case len(parts) == 0:
		c.idle(f, "its content did not change")
	default:
		if line := c.news(parts, kind.Language(f.Path)); line > 0 {
			c.tests = append(c.tests, place{path: f.Path, line: line})
			return
		}
		c.idle(f, "nothing was added to it but white space, comments, imports, or lines that stood in another place")
	}
}

func (c *change) codeFile(f *pull.File, parts []part) {
	lang := kind.Language(f.Path)
	switch {
	case f.Status == pull.Removed:
		c.removed++
		return
	case f.NoPatch == pull.Binary:
		return
	}
	// A test inside the file is a test for it.
	if line := c.news(parts, lang); line > 0 {
		c.tests = append(c.tests, place{path: f.Path, line: line})
	}
	for _, p := range parts {
		if !p.test && p.runs(lang) {
			c.code = append(c.code, place{path: f.Path, line: p.firstLine(lang)})
			return
		}
	}
	c.quiet++
}

const noNew = "is no new test: "

func (c *change) idle(f *pull.File, why string) {
	c.idleTests = append(c.idleTests, check.Finding{Path: f.Path, Message: noNew + why})
}

// snapshot reports whether a file is output that a test runner rewrites by itself.
func snapshot(path string) bool {
	return strings.Contains("/"+path, "/__snapshots__/") || strings.HasSuffix(path, ".snap") ||
		strings.HasSuffix(path, ".ambr") || strings.HasSuffix(path, ".storyshot")
}

// news is the first line that test parts add and that no test had before, 0 where there is none.
func (c *change) news(parts []part, lang string) int {
	for i := range parts {
		p := &parts[i]
		if !p.test || p.spaced() {
			continue
		}
		for j := range p.lines {
			l := &p.lines[j]
			if l.Op != pull.Add || !says(l.Text, lang) {
				continue
			}
			k := key(l.Text)
			if c.old[k] == 0 {
				return l.New
			}
			c.old[k]--
		}
	}
	return 0
}
