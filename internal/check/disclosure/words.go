package disclosure

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/agent"
)

// words tell which headings, boxes and labels ask about the use of AI.
type words struct {
	own   []string        // the policy's, normal
	texts map[string]bool // whole questions of the template, normal
}

func wordsOf(own []string) words {
	w := words{texts: map[string]bool{}}
	for _, s := range own {
		w.own = append(w.own, " "+normal(s)+" ")
	}
	return w
}

// and returns the words with the questions that were found in the template.
func (w words) and(questions []statement) words {
	out := words{own: w.own, texts: map[string]bool{}}
	for i := range questions {
		if questions[i].form != boxes {
			out.texts[normal(questions[i].text)] = true
		}
		for _, b := range questions[i].boxes {
			out.texts[normal(b.text)] = true
		}
	}
	return out
}

// longestQuestion is how long a heading, a label or a box is that asks, in bytes.
const longestQuestion = 240

var (
	// usage are the words by which a text speaks of using AI, and not of a product that has some.
	usage = regexp.MustCompile(`(?i)\b(?:us(?:e[ds]?|ing|age)|utili[sz]\w*|assist\w*|disclos\w*|declar\w*|generat\w*|statement|help(?:ed|s)?|author\w*|contribut\w*|attribution|provenance|transparency|involve\w*|written|wrote|created|produced|made|tools?|tooling|role|level|extent)\b`)
	// general is AI by its general names: a heading that names a product alone is of that product.
	general = regexp.MustCompile(`(?i)(?:^|[^a-z0-9_./-])(?:a\.?i\.?|llms?|gen-?ai|artificial intelligence|(?:large )?language models?|coding agents?|(?:coding )?assistants?)(?:$|[^a-z0-9_])`)
	// assurances are of rules that were read and of work that was looked at, which says nothing of what was used.
	assurances = regexp.MustCompile(`(?i)\b(?:polic(?:y|ies)|guidelines?|guidance|rules|code of conduct|terms)\b|` +
		`^\W*(?:i|we)(?:['’]ve)?\s+(?:(?:have|fully|also|can|will|confirm|certify|that|i|personally|carefully|manually)\s+)*(?:read|review(?:ed)?|underst\w+|verif\w+|test(?:ed)?|check(?:ed)?|follow(?:ed)?|agree|accept|take|am|explain|answer|own)\b|` +
		`^\W*(?:all|any|every)\s.*\b(?:reviewed|tested|verified|understood|checked)\b`)
	// summaries are headings of what a tool wrote about the change.
	summaries = regexp.MustCompile(`(?i)\b(?:summary|description|review|walkthrough|overview|changelog|release notes|prompts?)\b`)
	aiAlone   = regexp.MustCompile(`(?i)^\W*(?:(?:a\.?i\.?|llms?|gen-?ai|generative|artificial intelligence)\W*(?:and|or)?\W*)+$`)
)

// known reports whether the policy or the template has the question.
func (w words) known(text string) bool {
	n := normal(text)
	return w.texts[n] || slices.ContainsFunc(w.own, func(s string) bool { return strings.Contains(" "+n+" ", s) })
}

// heading reports whether a heading, or what stands before a colon, asks.
func (w words) heading(text string) bool {
	switch {
	case len(text) > longestQuestion:
		return false
	case w.known(text) || aiAlone.MatchString(text):
		return true
	}
	return general.MatchString(text) && usage.MatchString(text) && !summaries.MatchString(text) && !assurances.MatchString(text)
}

// box reports whether a check box outside of such a section asks.
func (w words) box(text string) bool {
	switch {
	case len(text) > longestQuestion:
		return false
	case w.known(text) || agent.DeniesAI(text):
		return true
	}
	return agent.SpeaksOfAI(text) && usage.MatchString(text) && !assurances.MatchString(text)
}

// normal is a text in lower case without signs, its words one space apart.
func normal(text string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
	}), " "))
}
