package digest

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
)

// look is where to look first, as links into the diff.
func (p *page) look() {
	if len(p.r.Look) == 0 {
		return
	}
	p.line("#### Look here first\n")
	for i, l := range p.r.Look {
		if i == p.s.list {
			p.line("\nand %s more", counted(len(p.r.Look)-i, "place"))
			break
		}
		p.line("%d. %s%s", i+1, p.at.file(l.Path, l.Line), joined(": ", p.words(l.Why)))
	}
	p.line("")
}

// change is what was changed, by kind: a sentence for up to three kinds, a table for more.
func (p *page) change() {
	parts := p.r.Change
	switch {
	case len(parts) == 0:
		return
	case len(parts) <= 3:
		var words []string
		for _, c := range parts {
			words = append(words, fmt.Sprintf("%s in %s (+%s −%s)", inline(kindWords(c.Kind), 30), counted(c.Files, "file"), thousands(c.Added), thousands(c.Removed)))
		}
		p.line("#### The change\n\n%s\n", sentence(upper(strings.Join(words, ", "))))
		return
	}
	p.line("#### The change\n\n| | files | added | removed |\n|:--|--:|--:|--:|")
	for _, c := range parts {
		p.line("| %s | %s | %s | %s |", inline(kindWords(c.Kind), 30), thousands(c.Files), thousands(c.Added), thousands(c.Removed))
	}
	p.line("")
}

// checks are the verdicts that need work, in the open, then the others in a fold.
func (p *page) checks() {
	if len(p.r.Verdicts) == 0 {
		return
	}
	p.line("#### The checks\n")
	for i := range p.r.Verdicts {
		if v := &p.r.Verdicts[i]; needsWork(v) {
			p.check(v)
		}
	}
	p.calm()
}

// check is one verdict with its findings and how to put each right.
func (p *page) check(v *gate.Verdict) {
	p.line("**%s %s** (%s): %s [What it asks for](%s)\n", costOf(v).mark, inline(v.Check, 60), verdictWords(v), sentence(p.words(v.Summary)), Page(v.Check))
	if w := p.waiver(v); w != "" {
		p.line("%s\n", w)
	}
	p.findings(v, "")
}

// findings lists what a check saw. A fix that is the same for all is said once.
func (p *page) findings(v *gate.Verdict, indent string) {
	if len(v.Findings) == 0 {
		return
	}
	common := commonFix(v.Findings)
	for i := range v.Findings {
		if i == p.s.findings {
			p.line("%s- and %s more%s", indent, thousands(len(v.Findings)-i), p.elsewhere)
			break
		}
		f := &v.Findings[i]
		lines := append([]string{p.finding(f)}, quoted(f, p.s.words)...)
		if f.Fix != "" && common == "" {
			lines = append(lines, "→ "+sentence(p.words(f.Fix)))
		}
		// A backslash breaks the line, in a check run's page too.
		p.line("%s- %s", indent, strings.Join(lines, "\\\n"+indent+"  "))
	}
	if common != "" {
		p.line("\n%s→ %s", indent, sentence(p.words(common)))
	}
	p.line("")
}

// quoted is the lines that a finding rests on, each as code.
func quoted(f *check.Finding, limit int) []string {
	var out []string
	for _, line := range f.Quote {
		out = append(out, code(line, min(limit, 180)))
	}
	return out
}

// waiver says who signed an exception from a verdict, or why one holds no more; "" where nobody did.
func (p *page) waiver(v *gate.Verdict) string {
	w := v.Waived
	if w == nil {
		return sentence(p.words(v.Lapsed))
	}
	until := "for this commit"
	if !w.Until.IsZero() {
		until = "until " + w.Until.UTC().Format(time.DateOnly)
	}
	return sentence(fmt.Sprintf("Waived by %s %s%s", p.at.person(w.By), until, joined(", because ", p.words(w.Reason))))
}

func (p *page) finding(f *check.Finding) string {
	if f.Path == "" {
		return cmp.Or(p.words(f.Message), "(no words)") // an empty item could underline the line before it
	}
	return p.at.file(f.Path, f.Line) + joined(": ", p.words(f.Message))
}

// commonFix is the fix that all of two or more findings have, "" where they differ.
func commonFix(findings []check.Finding) string {
	if len(findings) < 2 {
		return ""
	}
	for _, f := range findings {
		if f.Fix != findings[0].Fix {
			return ""
		}
	}
	return findings[0].Fix
}

// calm folds the verdicts that need nothing.
func (p *page) calm() {
	pass, skip := p.named(check.Pass), p.named(check.Skip)
	if len(pass)+len(skip) == 0 {
		return
	}
	var words []string
	if len(pass) > 0 {
		words = append(words, "✓ Passed: "+strings.Join(pass, ", "))
	}
	if len(skip) > 0 {
		words = append(words, "– Not asked: "+strings.Join(skip, ", "))
	}
	summary := strings.Join(words, " · ")
	if !p.s.passing {
		p.line("%s\n", summary)
		p.left = append(p.left, "what the passing checks saw")
		return
	}
	p.fold(summary, func() {
		for i := range p.r.Verdicts {
			v := &p.r.Verdicts[i]
			if needsWork(v) {
				continue
			}
			p.line("- **%s %s** %s", costOf(v).mark, inline(v.Check, 60), sentence(p.words(v.Summary)))
			p.findings(v, "  ")
		}
		p.line("")
	})
}

// named are the names of the checks that came to an outcome.
func (p *page) named(o check.Outcome) []string {
	var names []string
	for _, v := range p.r.Verdicts {
		if v.Outcome == o {
			names = append(names, slug(v.Check))
		}
	}
	return names
}

// upper starts words with a capital, where they start with a small letter of ASCII.
func upper(words string) string {
	if words == "" || words[0] < 'a' || words[0] > 'z' {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
