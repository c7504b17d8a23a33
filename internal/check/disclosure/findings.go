package disclosure

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxFindings bounds the questions that are quoted.
const maxFindings = 5

// unanswered is the verdict where the description answers nothing.
func unanswered(r *pull.Request, questions []statement) check.Verdict {
	v := check.Verdict{Outcome: check.Fail, Summary: "The description does not say whether AI took part."}
	if len(questions) == 0 {
		v.Findings = []check.Finding{{
			Message: "This policy asks whoever opens a pull request whether AI took part; the description does not say.",
			Fix:     `Write a line "AI assistance: none", or "AI assistance:" with what was used and for what.`,
		}}
		return v
	}
	v.Summary = "The description does not answer the template's statement on the use of AI."
	lines := strings.Split(r.Template.Text, "\n")
	for i := range questions[:min(len(questions), maxFindings)] {
		q := &questions[i]
		v.Findings = append(v.Findings, check.Finding{
			Message: fmt.Sprintf("The template asks %q (line %d of %s); the description does not answer.", short(q.text), q.line, r.Template.Path),
			Fix:     q.fix(),
			Quote:   q.quote(lines),
		})
	}
	return v
}

// fix says how the one who opened it answers.
func (q *statement) fix() string {
	var texts []string
	for _, b := range q.boxes {
		texts = append(texts, fmt.Sprintf("%q", short(b.text)))
	}
	switch {
	case len(texts) > 1:
		return fmt.Sprintf("Whoever opened the pull request ticks the box that is true: %s.", strings.Join(texts[:min(len(texts), maxFindings)], " or "))
	case len(texts) == 1:
		return fmt.Sprintf("Whoever opened the pull request ticks the box %s if it is true; if it isn't, a line %q or %q says so.", texts[0], "AI assistance: none", "AI assistance: what was used")
	case q.form == section:
		return fmt.Sprintf("Whoever opened the pull request writes below the heading %q what AI did here, or %q.", short(q.text), "None")
	}
	return fmt.Sprintf("Whoever opened the pull request writes behind %q what was used, or %q.", short(q.text), "none")
}

// quote is the question with its boxes.
func (q *statement) quote(lines []string) []string {
	at := []int{q.line}
	for _, b := range q.boxes {
		if b.line != q.line {
			at = append(at, b.line)
		}
	}
	var quoted []pull.Line
	for _, n := range at {
		if n <= len(lines) {
			quoted = append(quoted, pull.Line{Op: ' ', Text: strings.TrimRight(lines[n-1], "\r")})
		}
	}
	return check.Quote(quoted...)
}

// surely are the agents that took part, from probable up.
func surely(a *agent.Attribution) []agent.Found {
	var found []agent.Found
	for _, f := range a.Agents {
		if f.Confidence.AtLeast(agent.Probable) {
			found = append(found, f)
		}
	}
	return found
}

// contradicted is the verdict where the description denies what the signs say. Signs can be wrong, so it says what is
// seen and how either side is put right.
func contradicted(a *answer, agents []agent.Found) check.Verdict {
	v := check.Verdict{Outcome: check.Fail, Summary: "The description says that no AI took part; the signs say otherwise."}
	for i := range agents[:min(len(agents), maxFindings)] {
		f := &agents[i]
		name := f.Name
		if name == "" {
			name = f.Agent
		}
		finding := check.Finding{
			Message: fmt.Sprintf("The description says that no AI took part (line %d: %q); the signs say that %s did (%s).", a.line, short(a.text), name, f.Confidence),
			Fix:     `If the signs are right, correct the statement. If they are wrong, a maintainer can say so in a comment: "/sluice not-agent because …".`,
		}
		for _, e := range f.Evidence[:min(len(f.Evidence), 3)] {
			finding.Quote = append(finding.Quote, check.Quote(pull.Line{Op: ' ', Text: fmt.Sprintf("%s, %s: %s", e.Where, e.Signal, strings.Join(strings.Fields(e.Text), " "))})...)
		}
		v.Findings = append(v.Findings, finding)
	}
	return v
}

// short cuts a text that is quoted.
func short(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	n := most
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
