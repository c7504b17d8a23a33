package disclosure

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/markdown"
)

// answer is what a description says in a statement.
type answer struct {
	text string
	line int
	says says
	box  bool // a box that was ticked
}

// says is what an answer comes to. Where it is not plain it is open: an answer, and no more.
type says int

const (
	open says = iota
	use
	none
)

// answersOf are the answers in the statements of a description: boxes that were ticked, and words that are neither the
// template's nor a placeholder.
func answersOf(found []statement, own *markdown.Own, labels map[string]bool) []answer {
	var all []answer
	for i := range found {
		s := &found[i]
		for _, b := range s.boxes {
			if b.ticked && !assured(b.text) && !own.Given(b.line) && normal(b.text) != "" {
				all = append(all, answer{text: b.text, line: b.line, says: meaning(b.text), box: true})
			}
		}
		if a, ok := spoken(s, own, labels); ok {
			all = append(all, a)
		}
	}
	return all
}

// spoken is what the words of a statement say, all of them together.
func spoken(s *statement, own *markdown.Own, labels map[string]bool) (answer, bool) {
	var a answer
	seen := map[says]bool{}
	for _, line := range s.said {
		text := line.text
		if s.form != label || line.line != s.line {
			if own.Given(line.line) {
				continue
			}
			if name, rest, ok := split(text); ok && labels[normal(name)] {
				text = rest
			}
		} else if own.Given(line.line) {
			continue
		}
		if !answers(text) {
			continue
		}
		if a.line == 0 {
			a.text, a.line = text, line.line
			if s.form == label {
				a.text = s.text + ": " + text
			}
		}
		seen[meaning(text)] = true
	}
	switch {
	case a.line == 0:
		return a, false
	case trailers.MatchString(s.text), seen[use] && !seen[none]:
		a.says = use
	case seen[none] && !seen[use]:
		a.says = none
	}
	return a, true
}

var (
	plain     = regexp.MustCompile(`(?i)^\W*(?:no|none|nope|n/?a|not applicable|not used|not at all|nothing|nil|never|zero|yes|y|yep)\W*$`)
	choice    = regexp.MustCompile(`(?i)^\W*(?:(?:yes|no|none|partial(?:ly)?|full(?:y)?|some|n/a|maybe|all)\s*(?:/|\||,|\bor\b)\s*)+(?:yes|no|none|partial(?:ly)?|full(?:y)?|some|n/a|maybe|all)\W*$`)
	negated   = regexp.MustCompile(`(?i)^\W*(?:no|none|nope|n/?a|not applicable|not used|not at all|nothing|nil|never|zero|0 ?%)(?:$|[^\w-])`)
	agreed    = regexp.MustCompile(`(?i)^\W*(?:yes|y|yep|partial|partially|partly|full|fully|some|heavily|mostly|minor|100 ?%)(?:$|[^\w-])`)
	disclosed = regexp.MustCompile(`(?i)\b(?:have|has|been|is|are|will be) disclosed\b`)
	limits    = regexp.MustCompile(`(?i)\b(?:except|besides|apart from|other than|but|only|however|although|save for)\b`)
)

// answers reports whether words answer: not a placeholder, not the choice that was to be made.
func answers(text string) bool {
	if plain.MatchString(text) {
		return true
	}
	return !choice.MatchString(text) && !markdown.Placeholder(text)
}

// assured reports whether a box vouches for something else than what was used. Beside a denial it doesn't matter.
func assured(text string) bool { return assurances.MatchString(text) && !agent.DeniesAI(text) }

// meaning is what a box or a line of an answer says.
func meaning(text string) says {
	switch {
	case strings.HasSuffix(strings.TrimSpace(text), "?"), disclosed.MatchString(text):
		return open // a question that was ticked, and a disclosure that stands elsewhere
	case (negated.MatchString(text) || agent.DeniesAI(text)) && limits.MatchString(text):
		return open
	case agent.DeniesAI(text):
		return none
	case negated.MatchString(text):
		// "None of it is Claude's" denies; "No tests were written by Claude" does not deny everything.
		if agent.SpeaksOfAI(text) && !plain.MatchString(text) && !strings.ContainsAny(text[:min(len(text), 12)], ",.;:–—") {
			return open
		}
		return none
	case agreed.MatchString(text), agent.SpeaksOfAI(text):
		return use
	}
	return open
}

// labelsOf are the template's labels, "Tools used:", behind which an answer is written.
func labelsOf(template *markdown.Document) map[string]bool {
	labels := map[string]bool{}
	for i := range template.Lines {
		if name, _, ok := split(template.Lines[i].Text()); ok && template.Lines[i].Said() {
			labels[normal(name)] = true
		}
	}
	return labels
}
