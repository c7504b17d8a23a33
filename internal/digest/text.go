package digest

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
)

// Options are how [Text] writes.
type Options struct {
	Color bool // ANSI colours, and marks beside words
	Width int  // of the terminal, in columns; 0 wraps nothing, as a pipe wants it
}

// Text is the report for a terminal or a pipe. What an outsider wrote holds no control character: it cannot steer the
// terminal. Without colour it is plain text, one thing a line.
func Text(r *gate.Report, o Options) string {
	t := &term{Options: o}
	t.heading(r)
	t.facts(r)
	t.verdicts(r)
	t.places(r)
	t.policy(r)
	return strings.ReplaceAll(t.String(), "\n\n\n", "\n\n")
}

// maxFindings are shown of each check; the JSON has all.
const maxFindings = 20

func (t *term) heading(r *gate.Report) {
	name := r.Repository
	if r.Pull > 0 {
		name = fmt.Sprintf("%s#%d", name, r.Pull)
	}
	if name = clean(name, 140); name != "" || r.Title != "" {
		t.hang("", t.bold(name)+joined(gap(name), clean(r.Title, 200)))
	}
	_, words := headline(r)
	words = titled(words, clean(said(r), 500))
	t.hang(t.paint(decisionColor(r), t.mark(decisionMark(r))), t.paint(decisionColor(r), words))
	t.line("")
}

// first is the label of a list: it stands before its first entry only.
func first(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

func gap(before string) string {
	if before == "" {
		return ""
	}
	return "  "
}

func (t *term) facts(r *gate.Report) {
	a := &r.Attribution
	for i, f := range a.Agents {
		if a.Corrected != nil {
			break
		}
		label, how := part(a.Authorship, f.Confidence)
		if i > 0 {
			label, how = "and", ""
		}
		t.fact(label, t.bold(clean(called(f), 60))+joined(", ", how)+" ("+sureness(f.Confidence)+")")
		for i, e := range f.Evidence {
			if i == mostSigns {
				t.fact("", t.dim("and "+counted(len(f.Evidence)-i, "more sign")))
				break
			}
			t.fact("", t.dim(clean(strings.Trim(e.Signal+", "+e.Where+": "+e.Text, ",: "), 200)))
		}
	}
	if c := a.Corrected; c != nil {
		t.fact("corrected", clean(c.By, 80)+" says: "+claimed(a, clean)+joined(", because ", clean(c.Reason, 500)))
		t.fact("", t.dim("the machine said: "+machineSaid(&c.Was, clean)))
	} else if len(a.Agents) == 0 && !merging(r) {
		t.fact("written by", "no sign of an agent was found")
	}
	if a.Bot != "" {
		t.fact("opened by", clean(a.Bot, 60)+", an ordinary bot")
	}
	for i, p := range a.Principals {
		t.fact(first(i, "behind it"), clean(p.Login, 80)+joined(", who ", clean(p.Evidence, 120)))
	}
	for i, l := range r.Spec {
		t.fact(first(i, "to do"), clean(l.Title, 200)+joined("  ", t.dim(clean(l.URL+l.Path, 300))))
	}
	if len(r.Spec) == 0 {
		t.fact("to do", unspecified(r))
	}
	if r.Risk.Level != "" {
		var reasons []string
		for _, s := range r.Risk.Reasons {
			reasons = append(reasons, clean(s, 200))
		}
		t.fact("risk", clean(string(r.Risk.Level), 20)+joined(": ", strings.Join(reasons, "; ")))
	}
	for i, c := range r.Change {
		t.fact(first(i, "change"), fmt.Sprintf("%s in %s  %s", clean(kindWords(c.Kind), 30), counted(c.Files, "file"),
			t.dim("+"+thousands(c.Added)+" -"+thousands(c.Removed))))
	}
	for i, s := range r.Unread {
		t.fact(first(i, "not read"), clean(s, 300))
	}
}

func (t *term) verdicts(r *gate.Report) {
	if len(r.Verdicts) == 0 {
		return
	}
	t.line("")
	width, marks := 0, len("error")
	for i := range r.Verdicts {
		width = max(width, columns(clean(r.Verdicts[i].Check, 60)))
		marks = max(marks, len(costOf(&r.Verdicts[i]).word))
	}
	for i := range r.Verdicts {
		t.verdict(&r.Verdicts[i], width, marks)
	}
}

// verdict is one line on a check, and below it the findings of a check that needs work.
func (t *term) verdict(v *gate.Verdict, width, marks int) {
	c := costOf(v)
	word := t.paint(outcomeColor(c.word), t.mark(c.mark)+pad(c.word, marks))
	name := clean(v.Check, 60)
	t.hang("  "+word+"  "+t.bold(pad(name, width))+"  ", clean(v.Summary, 500))
	if !needsWork(v) {
		return
	}
	indent := strings.Repeat(" ", 4+marks+t.markWidth())
	if w := v.Waived; w != nil {
		t.hang(indent, "waived by "+clean(w.By, 80)+joined(", because ", clean(w.Reason, 500)))
	} else if v.Lapsed != "" {
		t.hang(indent, clean(v.Lapsed, 300))
	}
	common := commonFix(v.Findings)
	for i := range v.Findings {
		if i == maxFindings {
			t.line(indent + t.dim("and "+thousands(len(v.Findings)-i)+" more; --format json has all"))
			break
		}
		f := &v.Findings[i]
		t.hangAt(indent, t.where(f)+clean(f.Message, 500), len(indent)+2)
		for _, line := range f.Quote {
			t.line(indent + "  " + t.paint(quoteColor(line), clean(line, 180)))
		}
		if common == "" && f.Fix != "" {
			t.hang(indent+"  "+t.paint(cyan, "-> "), clean(f.Fix, 500))
		}
	}
	if common != "" {
		t.hang(indent+"  "+t.paint(cyan, "-> "), clean(common, 500))
	}
}

func quoteColor(line string) string {
	switch line[:min(1, len(line))] {
	case "-":
		return red
	case "+":
		return green
	}
	return dim
}

func (t *term) where(f *check.Finding) string {
	if f.Path == "" {
		return ""
	}
	place := visible(f.Path, maxPath)
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, f.Line)
	}
	return t.bold(place) + "  "
}

func (t *term) places(r *gate.Report) {
	if len(r.Look) == 0 {
		return
	}
	t.line("")
	for i, l := range r.Look {
		place := visible(l.Path, maxPath)
		if l.Line > 0 {
			place = fmt.Sprintf("%s:%d", place, l.Line)
		}
		t.fact(first(i, "look first"), t.bold(place)+joined("  ", clean(l.Why, 300)))
	}
}

func (t *term) policy(r *gate.Report) {
	for i := range r.Verdicts {
		if needsWork(&r.Verdicts[i]) {
			t.line("")
			t.fact("help", "sluice explain "+slug(r.Verdicts[i].Check)+t.dim("  says what a check asks for, and how to put it right"))
			break
		}
	}
	t.line("")
	for i, s := range r.Policy.Problems {
		t.fact(first(i, "mistakes"), t.paint(red, visible(s, 500)))
	}
	if r.Policy.Mode != "" {
		var from []string
		for _, s := range r.Policy.Sources {
			from = append(from, clean(s, 200))
		}
		t.fact("policy", clean(string(r.Policy.Mode), 20)+joined(", from ", strings.Join(from, ", ")))
	}
	for i, s := range r.Policy.Notes {
		t.fact(first(i, "note"), clean(s, 300))
	}
}
