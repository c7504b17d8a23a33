package size

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// why is why a line need not be read.
type why string

const (
	inLocks   why = "in lock files"
	generated why = "generated"
	vendored  why = "vendored"
	ignored   why = "ignored by the policy"
	moved     why = "moved"
	formatted why = "formatted"
)

var whys = []why{inLocks, generated, vendored, ignored, moved, formatted}

// total is the measure of one change.
type total struct {
	changed     int // lines, all of them
	read        int // lines to read
	unseen      int // lines to read that count because nobody here has seen them
	files       int // files to read
	directories map[string]bool
	off         map[why]int
	each        []part
	unread      []check.Finding
}

// part is one file that is to be read.
type part struct {
	path  string
	kind  kind.Kind
	lines int
}

// source is one file whose patch was read.
type source struct {
	file  *pull.File
	kind  kind.Kind
	hunks []pull.Hunk
	state [][]mark // of each hunk's lines
}

// mark is what was found of a changed line.
type mark byte

const (
	toRead mark = iota
	isMoved
	isFormatted
)

func measure(in *check.Input, o *Options) *total {
	t := &total{directories: map[string]bool{}, off: map[why]int{}}
	var sources []*source
	for i := range in.Pull.Files {
		f := &in.Pull.Files[i]
		k := in.Kinds.Of(f.Path)
		lines := f.Added + f.Removed
		t.changed += lines
		if w := leftOut(k, o, f.Path); w != "" {
			t.off[w] += lines
			continue
		}
		hunks, err := f.Hunks()
		switch {
		case err != nil:
			t.unread = append(t.unread, unreadFinding(f))
			if f.NoPatch != pull.TooLarge {
				t.unseen += lines
			}
			t.add(f.Path, k, lines)
		case len(hunks) > 0:
			sources = append(sources, newSource(f, k, hunks))
		case looked(f):
			t.add(f.Path, k, 0)
		}
	}
	for _, s := range sources {
		s.formatting()
	}
	findMoved(sources)
	for _, s := range sources {
		t.count(s)
	}
	return t
}

func leftOut(k kind.Kind, o *Options, p string) why {
	switch k {
	case kind.Lock:
		return inLocks
	case kind.Generated:
		return generated
	case kind.Vendored:
		return vendored
	}
	for _, glob := range o.Ignore {
		if doublestar.MatchUnvalidated(glob, p) {
			return ignored
		}
	}
	return ""
}

// looked reports whether somebody looks at a file without lines: a picture, a new mode. A rename and an empty file are
// looked at in the list of files.
func looked(f *pull.File) bool {
	return f.NoPatch == pull.Binary && f.Status != pull.Renamed || f.PreviousMode != "" && f.Mode != "" && f.Mode != f.PreviousMode
}

func unreadFinding(f *pull.File) check.Finding {
	finding := check.Finding{Path: f.Path, Message: fmt.Sprintf("its patch could not be read, so that all of its %s count", count(f.Added+f.Removed, "line", "lines"))}
	if f.NoPatch == pull.TooLarge {
		finding.Message = fmt.Sprintf("GitHub shows no patch of it, so that all of its %s count", count(f.Added+f.Removed, "line", "lines"))
		finding.Fix = "Split the change of this file, or put it under generated in the policy's kinds if a tool writes it."
	}
	return finding
}

func newSource(f *pull.File, k kind.Kind, hunks []pull.Hunk) *source {
	s := &source{file: f, kind: k, hunks: hunks, state: make([][]mark, len(hunks))}
	for i := range hunks {
		s.state[i] = make([]mark, len(hunks[i].Lines))
	}
	return s
}

func (t *total) add(p string, k kind.Kind, lines int) {
	t.read += lines
	t.files++
	t.directories[path.Dir(p)] = true
	t.each = append(t.each, part{p, k, lines})
}

func (t *total) count(s *source) {
	read := 0
	for i := range s.hunks {
		for j, l := range s.hunks[i].Lines {
			switch {
			case l.Op == pull.Context:
			case s.state[i][j] == isMoved:
				t.off[moved]++
			case s.state[i][j] == isFormatted:
				t.off[formatted]++
			default:
				read++
			}
		}
	}
	if read > 0 || looked(s.file) {
		t.add(s.file.Path, s.kind, read)
	}
}

const (
	maxLargest = 5
	maxNotes   = 20
)

// largest are the files with the most lines to read.
func (t *total) largest() []check.Finding {
	each := slices.Clone(t.each)
	slices.SortFunc(each, func(a, b part) int {
		if a.lines != b.lines {
			return b.lines - a.lines
		}
		return strings.Compare(a.path, b.path)
	})
	var out []check.Finding
	for _, p := range each[:min(len(each), maxLargest)] {
		if p.lines*10 >= t.read && p.lines > 0 { // a tenth or more
			out = append(out, check.Finding{Path: p.path, Message: fmt.Sprintf("has %s of the lines to read", number(p.lines))})
		}
	}
	return out
}

func (t *total) notes() []check.Finding {
	out := slices.Clone(t.unread[:min(len(t.unread), maxNotes)])
	if more := len(t.unread) - maxNotes; more > 0 {
		out = append(out, check.Finding{Message: fmt.Sprintf("the patches of %s more files could not be read, so that all of their lines count", number(more))})
	}
	return out
}
