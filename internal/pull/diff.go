package pull

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// ErrNoPatch is wrapped by the errors of [File.Hunks] where the file changed and nobody has read how.
var ErrNoPatch = errors.New("its patch was not read")

// Hunk is one run of changed lines with the unchanged ones around it.
type Hunk struct {
	OldStart int // line of the base's file, from 1; 0 where the file is new
	OldLines int
	NewStart int // line of the head's file, from 1; 0 where the file is removed
	NewLines int
	// Section is what git quotes after the second "@@": the nearest line above that begins a function or the like.
	Section string
	Lines   []Line
}

// Line is one line of a hunk, without its line feed. A carriage return stays.
type Line struct {
	Op   Op
	Text string
	Old  int // its number in the base's file, from 1; 0 for an added line
	New  int // its number in the head's file, from 1; 0 for a removed line
}

// Op is what happened to a line.
type Op byte

// The ops, as a patch writes them.
const (
	Context Op = ' '
	Add     Op = '+'
	Remove  Op = '-'
)

// Hunks reads the file's patch. A file whose content did not change, and a binary one, has no hunks. The error wraps
// [ErrNoPatch] where the patch is missing; any other error is of a patch that is malformed or cut off. Nothing is
// returned beside an error: half a change must not be judged.
func (f *File) Hunks() ([]Hunk, error) {
	if f.Patch == "" {
		return nil, f.missing()
	}
	patch := strings.TrimSuffix(f.Patch, "\n")
	// GitHub's patches have no header, and the library reads only files that have one.
	files, preamble, err := gitdiff.Parse(&lineReader{"--- a/f\n+++ b/f\n" + patch + "\n"})
	if err != nil {
		return nil, fmt.Errorf("patch of %q: %w", f.Path, err)
	}
	if len(files) != 1 || preamble != "" {
		return nil, fmt.Errorf("patch of %q: it is not one file's hunks", f.Path)
	}
	hunks := make([]Hunk, len(files[0].TextFragments))
	lines, added, removed := 0, 0, 0
	for i, fragment := range files[0].TextFragments {
		if hunks[i], err = hunk(fragment); err != nil {
			return nil, fmt.Errorf("patch of %q: %w", f.Path, err)
		}
		if i > 0 && !follows(&hunks[i-1], &hunks[i]) {
			return nil, fmt.Errorf("patch of %q: hunk %d does not come after hunk %d", f.Path, i+1, i)
		}
		lines += 1 + len(fragment.Lines)
		added += int(fragment.LinesAdded)
		removed += int(fragment.LinesDeleted)
	}
	// The library stops where a hunk's numbers end, and drops what is left.
	if lines != countLines(patch) {
		return nil, fmt.Errorf("patch of %q: lines stand outside its hunks", f.Path)
	}
	if added < f.Added || removed < f.Removed {
		return nil, fmt.Errorf("patch of %q: it is cut off: it has +%d -%d of +%d -%d lines", f.Path, added, removed, f.Added, f.Removed)
	}
	return hunks, nil
}

// lineReader gives the library each line as a part of the text. Its own reader copies them, which takes half of its time.
type lineReader struct{ rest string }

func (r *lineReader) ReadString(delim byte) (string, error) {
	i := strings.IndexByte(r.rest, delim)
	if i < 0 {
		line := r.rest
		r.rest = ""
		return line, io.EOF
	}
	line := r.rest[:i+1]
	r.rest = r.rest[i+1:]
	return line, nil
}

func (r *lineReader) Read(p []byte) (int, error) {
	if r.rest == "" {
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// missing is nil where a file rightly has no patch.
func (f *File) missing() error {
	switch f.NoPatch {
	case Binary:
		return nil
	case SameContent, "":
		if f.Added == 0 && f.Removed == 0 {
			return nil
		}
		return fmt.Errorf("%q: %w", f.Path, ErrNoPatch)
	default:
		return fmt.Errorf("%q: %w (%s)", f.Path, ErrNoPatch, f.NoPatch)
	}
}

func hunk(fragment *gitdiff.TextFragment) (Hunk, error) {
	for _, n := range []int64{fragment.OldPosition, fragment.OldLines, fragment.NewPosition, fragment.NewLines} {
		if n < 0 || n > math.MaxInt32 {
			return Hunk{}, fmt.Errorf("hunk header: %d is no line", n)
		}
	}
	if fragment.OldPosition == 0 && fragment.OldLines > 0 || fragment.NewPosition == 0 && fragment.NewLines > 0 {
		return Hunk{}, errors.New("hunk header: lines cannot begin at line 0")
	}
	h := Hunk{
		OldStart: int(fragment.OldPosition), OldLines: int(fragment.OldLines),
		NewStart: int(fragment.NewPosition), NewLines: int(fragment.NewLines),
		Section: fragment.Comment,
		Lines:   make([]Line, len(fragment.Lines)),
	}
	oldLine, newLine := h.OldStart, h.NewStart
	for i, l := range fragment.Lines {
		line := Line{Op: Context, Text: strings.TrimSuffix(l.Line, "\n")}
		switch l.Op {
		case gitdiff.OpAdd:
			line.Op = Add
		case gitdiff.OpDelete:
			line.Op = Remove
		}
		if line.Op != Add {
			line.Old = oldLine
			oldLine++
		}
		if line.Op != Remove {
			line.New = newLine
			newLine++
		}
		h.Lines[i] = line
	}
	return h, nil
}

// follows reports whether b is below a on both sides. A side without lines names the line before it.
func follows(a, b *Hunk) bool {
	return b.OldStart >= a.OldStart+a.OldLines-empty(b.OldLines) && b.NewStart >= a.NewStart+a.NewLines-empty(b.NewLines)
}

func empty(lines int) int {
	if lines == 0 {
		return 1
	}
	return 0
}

// countLines counts a patch's lines, those left out that only say that a file does not end in a line feed.
func countLines(patch string) int {
	n := 0
	for line := range strings.SplitSeq(patch, "\n") {
		if !strings.HasPrefix(line, `\`) {
			n++
		}
	}
	return n
}
