package controlplane

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	maxFile  = 512 << 10 // bytes of one side that are read
	maxTotal = 2 << 20   // bytes of all sides together
)

// line is a line of a text with its number, from 1.
type line struct {
	n    int
	text string
}

// text is one side of a file. A side that is not there has no lines.
type text struct {
	there bool // the file is on this side, as a control file of the kind at hand
	whole string
	lines []line
}

// change is one control file with both of its sides.
type change struct {
	r       *report
	file    *pull.File
	path    string
	surface surface
	now     surface
	was     surface

	base, head     text
	link           bool           // it is a symbolic link; its only line says where to
	partial        bool           // the sides are only what the hunks show
	blind          bool           // what stood before cannot be told: only added lines say that something is new
	added, removed map[int]string // by number
	notes          []note
	beyond         int         // notes past those that are kept
	loose          bool        // one of those loosens
	before, after  []statement // of an instruction file
}

// open reads both sides. It returns nil where they were not read, which the report then says.
func (r *report) open(f *pull.File, now, was surface) *change {
	r.files++
	c := &change{r: r, file: f, path: f.Path, surface: now, now: now, was: was, added: map[int]string{}, removed: map[int]string{}}
	if now == none {
		c.surface = was
	}
	if f.Mode == pull.Submodule || f.NoPatch == pull.Binary {
		c.tell(check.Medium, 0, "", nil, "%s is not a text; what it holds is not judged here", c.surface)
		return c
	}
	hunks, err := f.Hunks()
	if err != nil {
		r.notRead(f.Path, err)
		return nil
	}
	for i := range hunks {
		for _, l := range hunks[i].Lines {
			switch l.Op {
			case pull.Add:
				c.added[l.New] = l.Text
			case pull.Remove:
				c.removed[l.Old] = l.Text
			}
		}
	}
	if err := c.read(hunks); err != nil {
		r.notRead(f.Path, err)
		return nil
	}
	r.bytes += len(c.base.whole) + len(c.head.whole)
	if len(c.base.whole) > maxFile || len(c.head.whole) > maxFile || r.bytes > maxTotal {
		r.notRead(f.Path, fmt.Errorf("it is more than is judged here: %d KB a file, %d MB of control files together", maxFile>>10, maxTotal>>20))
		return nil
	}
	return c
}

// read fills both sides, from the whole file if it was read, else from the patch as far as that carries.
func (c *change) read(hunks []pull.Hunk) error {
	f := c.file
	if f.Mode == pull.Symlink || f.PreviousMode == pull.Symlink {
		if !c.byLines() {
			return errors.New("it is a symbolic link, and where it leads is not read here")
		}
		c.link = f.Mode == pull.Symlink
		c.partial = true
		c.fromHunks(hunks)
		c.base.there, c.head.there = f.Status != pull.Added, f.Status != pull.Removed
		return nil
	}
	if c.now != none && c.was != none && c.now != c.was && (!c.tree() || c.was != settings && c.was != sharedSettings) {
		c.tell(check.Medium, 0, "", nil, "was %s under the name %s", c.was, short(f.Previous))
		c.was = none
	}
	head, read := c.r.in.Pull.Content(f.Path)
	read = read && !head.Missing && head.Unread == ""
	switch {
	case f.Status == pull.Removed:
		before, err := c.r.in.Pull.Before(f.Path)
		if err != nil {
			return err
		}
		c.base = whole(before.Text)
	case read:
		if c.now != none {
			c.head = whole(head.Text)
		}
		if c.was == none || f.Status == pull.Added || f.Status == pull.Copied {
			c.all(c.head.lines)
			break
		}
		before, err := c.r.in.Pull.Before(f.Path)
		if err != nil {
			return err
		}
		c.base = whole(before.Text)
	case f.Status == pull.Added:
		var b strings.Builder
		for n := 1; n <= len(c.added); n++ {
			b.WriteString(c.added[n] + "\n")
		}
		c.head = whole(b.String())
	case len(hunks) == 0 && c.now == c.was:
		return nil // renamed, or its mode changed
	case c.byLines() && c.now == c.was:
		c.partial = true
		c.fromHunks(hunks)
	case head.Unread != "":
		return errors.New(head.Unread)
	default:
		return errors.New("its content was not read, and its patch alone does not tell")
	}
	return nil
}

// addedLines are the numbers of the lines that are new; one that only moved within the file is not.
func (c *change) addedLines() []int { return unlike(c.added, c.removed) }

// removedLines are the numbers of the lines that are gone, in the same sense.
func (c *change) removedLines() []int { return unlike(c.removed, c.added) }

// unlike are the lines of one side that the other does not have too, each as often.
func unlike(lines, others map[int]string) []int {
	left := map[string]int{}
	for _, s := range others {
		left[strings.TrimSpace(s)]++
	}
	numbers := make([]int, 0, len(lines))
	for n := range lines {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return slices.DeleteFunc(numbers, func(n int) bool {
		s := strings.TrimSpace(lines[n])
		left[s]--
		return left[s] >= 0
	})
}

// all takes every line for added: the file is new as a control file, whatever it was before.
func (c *change) all(lines []line) {
	c.removed = map[int]string{}
	for _, l := range lines {
		c.added[l.n] = l.text
	}
}

// tree reports whether the file holds settings by name.
func (c *change) tree() bool { return c.surface == settings || c.surface == sharedSettings }

// byLines reports whether a part of the file can be judged without the rest.
func (c *change) byLines() bool {
	return c.surface == instructions || c.surface == script || c.surface == ignoreList || c.surface == other
}

func (c *change) fromHunks(hunks []pull.Hunk) {
	c.base.there, c.head.there = true, true
	for i := range hunks {
		if i > 0 { // a blank line parts what does not touch
			c.base.lines, c.head.lines = append(c.base.lines, line{}), append(c.head.lines, line{})
		}
		for _, l := range hunks[i].Lines {
			if l.Op != pull.Add {
				c.base.lines = append(c.base.lines, line{l.Old, l.Text})
			}
			if l.Op != pull.Remove {
				c.head.lines = append(c.head.lines, line{l.New, l.Text})
			}
		}
	}
}

func whole(s string) text {
	s = strings.TrimPrefix(s, "\ufeff")
	t := text{there: true, whole: s}
	n := 0
	for l := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		n++
		t.lines = append(t.lines, line{n, strings.TrimSuffix(l, "\r")})
	}
	return t
}

// at is line n of a side, "" where it is not there.
func (t *text) at(n int) string {
	if n > 0 && n <= len(t.lines) && t.lines[n-1].n == n {
		return t.lines[n-1].text
	}
	for _, l := range t.lines {
		if l.n == n {
			return l.text
		}
	}
	return ""
}
