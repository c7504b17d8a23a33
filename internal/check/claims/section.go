package claims

import (
	"regexp"
	"strings"
)

// pseudo is the rank of a heading that is only a line in bold.
const pseudo = 7

// section is what the headings above a line make of it.
type section struct {
	title   string // of the nearest heading, in lower case
	off     bool   // nothing below is said of this change
	testing bool   // steps to take are told below
	rank    int    // of the heading that switched off or to testing; 0 where none did
}

var (
	// otherwhere are headings below which people tell of what this change is not: plans, the past, the reader's own steps.
	otherwhere = regexp.MustCompile(`(?i)\b(?:next steps?|future|follow[- ]?ups?|to-?dos?|out[- ]of[- ]scope|not (?:in|included|covered|done|addressed|part)|non[- ]goals?|` +
		`(?:known )?(?:issues?|limitations?)|alternatives?|background|contexts?|problems?|motivation|why|root cause|cause|bugs?|reproduc\w*|steps?|before|after|` +
		`expected|actual|current|roll ?out|rollback|deploy\w*|migration (?:guide|notes|steps)|migrating|upgrad\w+|usage|how to|instructions?|examples?|previous\w*|history|` +
		`remaining|later|open questions?|questions?|risks?|acceptance criteria|requirements?|tasks?|plan|proposal|release notes?|changelog|summary by|overview by|greptile|` +
		`commits?|dependenc(?:y|ies) updates?|related|references?|links?|prompt|screenshots?|todo list|notes? for reviewers?|review\w* (?:notes?|guide|instructions?))\b`)
	// aboutTests are headings below which people say what they tested, and what a reader can try.
	aboutTests = regexp.MustCompile(`(?i)\b(?:test|tests|tested|testing|verif\w+|validat\w+|qa|quality)\b`)
	// ours are headings that would be otherwhere's by a word, and tell of this change.
	ours = regexp.MustCompile(`(?i)^\W*(?:what(?:'s| has| is)?(?: been)? (?:changed|new|done|and why)|(?:bug ?)?fix(?:es)?|summary|changes?|(?:files|problems?) (?:changed|fixed|solved)|what (?:and|&) why|why (?:and|&) what|migrations?)\W*$`)
)

// open takes in a heading.
func (s *reader) open(title string, rank int) {
	s.end()
	s.title, s.lead, s.below = strings.ToLower(title), "", ""
	if s.rank > 0 && rank > s.rank && s.off {
		return // still below the heading that switched off
	}
	s.off, s.testing, s.rank = false, false, 0
	switch {
	case len(title) > 200 || ours.MatchString(title):
	case aboutTests.MatchString(title) && !planned.MatchString(title):
		s.testing, s.rank = true, rank
	case otherwhere.MatchString(title), planned.MatchString(title):
		s.off, s.rank = true, rank
	}
}

// planned are headings about tests that nobody has written yet.
var planned = regexp.MustCompile(`(?i)\b(?:missing|todo|future|follow[- ]?ups?|remaining|later|reproduc\w*)\b`)
