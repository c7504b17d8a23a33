package controlplane

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	maxNotes = 12  // of a file
	maxKept  = 200 // of a file, until they are sorted
	maxTold  = 100 // of a pull request
)

// note is a finding, and whether it says that control is loosened.
type note struct {
	check.Finding
	loosens bool
}

// report collects what is said of a pull request.
type report struct {
	in     *check.Input
	o      *Options
	files  int
	bytes  int
	notes  []note
	unread []check.Finding
	more   int // notes that were left out

	loose, looseFiles int // notes that loosen, and the files that have any
	elsewhere
}

func (r *report) notRead(path string, err error) {
	f := check.Finding{Path: path, Message: "not judged: " + visible(strings.TrimPrefix(err.Error(), fmt.Sprintf("%q: ", path)))}
	if errors.Is(err, pull.ErrNoPatch) {
		f.Fix = "Split the change so that GitHub shows this file's diff, or have a person look at it whole."
	}
	r.unread = append(r.unread, f)
}

// loosens says that control is loosened; the check fails for it.
func (c *change) loosens(risk check.Risk, n int, fix string, quote []string, format string, args ...any) {
	c.note(true, risk, n, fix, quote, format, args...)
}

// tell says what a reviewer should know and what loosens nothing.
func (c *change) tell(risk check.Risk, n int, fix string, quote []string, format string, args ...any) {
	c.note(false, risk, n, fix, quote, format, args...)
}

func (c *change) note(loosens bool, risk check.Risk, n int, fix string, quote []string, format string, args ...any) {
	if c.blind && c.added[n] == "" {
		return
	}
	if len(c.notes) >= maxKept {
		c.beyond++
		c.loose = c.loose || loosens
		return
	}
	f := check.Finding{Path: c.path, Line: n, Message: visible(fmt.Sprintf(format, args...)), Fix: fix, Risk: risk}
	for _, q := range quote {
		f.Quote = append(f.Quote, visible(q))
	}
	for _, other := range c.notes {
		if other.Message == f.Message && other.Line == f.Line {
			return
		}
	}
	c.notes = append(c.notes, note{f, loosens})
}

// close hands the file's notes to the report: what loosens first, then by line.
func (c *change) close() {
	slices.SortStableFunc(c.notes, func(a, b note) int {
		if a.loosens != b.loosens {
			if a.loosens {
				return -1
			}
			return 1
		}
		return a.Line - b.Line
	})
	c.r.more += c.beyond
	if c.loose && !slices.ContainsFunc(c.notes, func(n note) bool { return n.loosens }) {
		c.r.loose++
		c.r.looseFiles++
	}
	for i, n := range c.notes {
		if n.loosens {
			c.r.loose++
			if i == 0 {
				c.r.looseFiles++
			}
		}
		if i >= maxNotes || len(c.r.notes) >= maxTold {
			c.r.more++
			continue
		}
		c.r.notes = append(c.r.notes, n)
	}
	c.notes = nil
}

// said quotes line n of the head.
func (c *change) said(n int) []string {
	if n == 0 {
		return nil
	}
	l := pull.Line{Op: pull.Context, Text: c.head.at(n)}
	if _, ok := c.added[n]; ok {
		l.Op = pull.Add
	}
	return quoted(l)
}

// stood quotes line n of the base.
func (c *change) stood(n int) []string {
	if n == 0 {
		return nil
	}
	l := pull.Line{Op: pull.Context, Text: c.base.at(n)}
	if _, ok := c.removed[n]; ok {
		l.Op = pull.Remove
	}
	return quoted(l)
}

// both quotes a line of the base and the one that stands for it.
func (c *change) both(base, head int) []string {
	return append(c.stood(base), c.said(head)...)
}

func quoted(l pull.Line) []string {
	if strings.TrimSpace(l.Text) == "" {
		return nil
	}
	return check.Quote(l)
}

func (r *report) verdict() check.Verdict {
	v := check.Verdict{Outcome: check.Pass}
	for _, n := range r.notes {
		v.Findings = append(v.Findings, n.Finding)
	}
	changed := count(r.files, "file that steers agents, CI or review", "files that steer agents, CI or review")
	switch {
	case r.loose > 0:
		v.Outcome = check.Fail
		v.Summary = fmt.Sprintf("Control is loosened in %s of %s.", count(r.loose, "place", "places"), count(r.looseFiles, "file", "files"))
	case len(r.unread) > 0:
		v.Outcome = check.Errored
		v.Summary = fmt.Sprintf("Not judged: %d of %s could not be read.", len(r.unread), changed)
	case len(r.notes) > 0:
		v.Summary = fmt.Sprintf("%s changed, and none loosens control; %s to look at.", changed, count(len(r.notes), "thing", "things"))
	default:
		v.Summary = changed + " changed, and none loosens control."
	}
	v.Findings = append(v.Findings, r.unread...)
	if r.more > 0 {
		v.Findings = append(v.Findings, check.Finding{Message: fmt.Sprintf("%d more of the kind are not listed", r.more)})
	}
	return v
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// short is an outsider's word for a message: on one line, not longer than a glance.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const most = 80
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
