package digest

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// CheckRunText is what a check run's page shows, within GitHub's limits. Title is plain text, Summary and Text are
// Markdown; Text may be empty.
type CheckRunText struct {
	Title       string
	Summary     string
	Text        string
	Annotations []Annotation // of a check's own run; all of them, GitHub takes 50 a request
}

// Markdown is the page as one text, for who has no check run to put it in.
func (t CheckRunText) Markdown() string {
	return fmt.Sprintf("## %s\n\n%s\n%s", inline(t.Title, MaxTitle), t.Summary, t.Text)
}

// CheckRun is the page of the gate's check run, for every pull request and merge group.
func CheckRun(r *gate.Report) CheckRunText {
	_, words := headline(r)
	asked := r.Decision != gate.Open || involved(r) || merging(r)
	if asked {
		words = titled(words, clean(said(r), MaxTitle))
	}
	return CheckRunText{
		Title: clip(words, MaxTitle),
		Summary: fit(MaxText, runShapes, func(s shape) string {
			p := newPage(r, s)
			if !asked {
				p.nothingAsked()
				return p.String()
			}
			p.verdict()
			if !merging(r) {
				p.who()
			}
			p.problems()
			return p.String()
		}, func() string { return sentence(inline(said(r), 200)) + "\n" }),
		Text: fit(MaxText, runShapesFor(r.Verdicts), func(s shape) string { return gateText(r, s) },
			func() string { return "The details are left out, because they are longer than GitHub takes.\n" }),
	}
}

// titled is a headline and a sentence in one line, without what the sentence says again.
func titled(headline, sentence string) string {
	sentence = strings.TrimSuffix(sentence, ".")
	if len(sentence) >= len(headline) && strings.EqualFold(sentence[:len(headline)], headline) {
		return sentence
	}
	return headline + joined(": ", sentence)
}

func runShapesFor(verdicts []gate.Verdict) []shape {
	return worth(MaxText, runShapes, func(s shape) int { return leastListed(verdicts, s) })
}

func gateText(r *gate.Report, s shape) string {
	p := newPage(r, s)
	if r.Decision != gate.Open || involved(r) {
		p.look()
		p.change()
		p.checks()
		p.notes()
	}
	p.end()
	return p.String()
}

// end closes a check run's page.
func (p *page) end() {
	if len(p.left) > 0 {
		p.line("Left out, because a check run's page has an end: %s.\n", strings.Join(p.left, "; "))
	}
	p.line("<sub>%s</sub>", strings.TrimSpace(p.judged()+" · [Sluice]("+Home+")"))
}

// nothingAsked is the summary for a pull request that the gate leaves alone. No sign of an agent never means that a
// person wrote it.
func (p *page) nothingAsked() {
	if len(p.r.Attribution.Agents) > 0 || p.r.Attribution.Corrected != nil {
		p.verdict()
		p.who()
		return
	}
	if bot := p.r.Attribution.Bot; bot != "" {
		p.line("%s, an ordinary bot, opened this pull request. No sign of a coding agent was found in it, so Sluice asks nothing of it.\n", code(bot, 60))
	} else {
		p.line("No sign of a coding agent was found in this pull request, so Sluice asks nothing of it. Thank you for the change.\n")
	}
	p.onlyReviewed()
}

// CheckRunFor is the page of one check's own run, with an annotation for each finding that has a place.
func CheckRunFor(r *gate.Report, v *gate.Verdict) CheckRunText {
	t := CheckRunText{Title: clip(strings.TrimSuffix(clean(v.Summary, MaxTitle), "."), MaxTitle), Annotations: annotations(r, v)}
	if t.Title == "" {
		t.Title = costOf(v).word
	}
	at := siteOf(r)
	t.Summary = fmt.Sprintf("%s\n\n%s [What this check asks for](%s)\n", sentence(inline(v.Summary, 1000)), standing(r, v), Page(v.Check))
	t.Text = fit(MaxText, runShapesFor([]gate.Verdict{*v}), func(s shape) string {
		p := newPage(r, s)
		p.findings(v, "")
		for _, l := range v.Links[:min(len(v.Links), s.list)] {
			p.line("- Rests on %s", at.spec(l, 200))
		}
		return p.String()
	}, func() string { return "The findings are left out, because they are longer than GitHub takes.\n" })
	return t
}

// standing says what a verdict means for the pull request.
func standing(r *gate.Report, v *gate.Verdict) string {
	switch costOf(v).word {
	case "pass":
		return "Nothing is to be done."
	case "skip":
		return "It does not apply to this change."
	case "warn":
		return "The policy only warns of this: it closes nothing."
	case "waits":
		return "The policy requires it: the gate waits for a person."
	case "waived":
		return fmt.Sprintf("%s waived it, so it costs nothing.", inline(v.Waived.By, 80))
	case "error":
		return "It could not judge. That is not the author's fault, and it is no pass."
	}
	if r.Policy.Mode == policy.Observe {
		return "The policy observes only: this would have closed the gate."
	}
	return "The policy requires it: the gate stays closed until it is put right."
}

// clip cuts plain text to limit bytes, between two characters, and ends it with "…".
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s, _ = bounded(s, limit-len("…"))
	return strings.TrimRight(s, " ") + "…"
}
