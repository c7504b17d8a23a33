package agent

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
)

// description looks at the pull request's text: marks that stand alone on a line, hidden comments, and trailers of a
// message that became the text. What stands in code, quotes, folds or a reviewer's block is somebody else's.
//
// Most texts hold no mark at all, so the lines are looked at only where a piece of one was found.
func (c *collector) description() {
	marks, trailers, reviewed := c.candidates()
	if len(marks) == 0 && !trailers {
		return
	}
	doc := markdown.Scan(c.body)
	var reviewers []bool
	if reviewed {
		reviewers = blocks(doc)
	}
	i := -1
	for lower := range strings.SplitSeq(c.lower, "\n") { // as Scan cuts it
		i++
		line := &doc.Lines[i]
		if strings.TrimSpace(lower) == "" {
			continue
		}
		why := c.somebodyElses(line, reviewed && reviewers[i])
		c.marks(line, lower, marks, why)
		if trailers && strings.IndexByte(lower, ':') > 0 {
			c.trailerIn(line, why)
		}
	}
}

// candidates are the patterns of which the text holds a piece, and whether it holds a trailer's key, or what opens a
// reviewer's block.
func (c *collector) candidates() (marks []claim, trailers, reviewed bool) {
	holds := c.inBody.in(c.lower)
	for i, claim := range c.Catalog.body {
		if holds[c.bodyNeedles[i]] {
			marks = append(marks, claim)
		}
	}
	held := func(i int) bool { return holds[i] }
	return marks, slices.ContainsFunc(c.keyNeedles, held), slices.ContainsFunc(c.blockNeedles, held)
}

// somebodyElses says why a line's words are not its author's, "" where they are.
func (c *collector) somebodyElses(line *markdown.Line, reviewer bool) string {
	switch {
	case line.Place&markdown.Code != 0:
		return "in code"
	case line.Place&markdown.Quote != 0:
		return "in a quote"
	case reviewer:
		return "in a reviewer's block"
	case line.Place&markdown.Details != 0:
		return "in a fold"
	case c.bot != "":
		return "an ordinary bot's text, which quotes others"
	}
	return ""
}

var codeSpan = regexp.MustCompile("`[^`]*`")

// marks looks for the patterns in one line; lower is the line in lower case.
func (c *collector) marks(line *markdown.Line, lower string, marks []claim, why string) {
	for _, claim := range marks {
		p := claim.pattern
		if !strings.Contains(lower, p.Needle) {
			continue
		}
		hidden := line.Place&markdown.Comment != 0 || strings.Contains(line.Raw, "<!--")
		text := strings.TrimSpace(line.Raw)
		if p.Hidden != hidden && (p.Hidden || line.Place&markdown.Comment != 0) {
			continue
		}
		subject := text
		if p.Near {
			subject = codeSpan.ReplaceAllString(text, " ")
		}
		if !p.found(subject) {
			continue
		}
		s := c.add(claim, &p.Sign, "body", fmt.Sprintf("description, line %d", line.Number), text, -1)
		// A comment cannot be quoted by accident, and a reviewer's mark opens its own block.
		if !p.Hidden && claim.Class != Reviewer || why == "in code" || why == "in a quote" {
			s.Rejected = why
		}
	}
}

// trailerIn looks for an agent's trailer in a line of the text.
func (c *collector) trailerIn(line *markdown.Line, why string) {
	if line.Place&markdown.Comment != 0 {
		return
	}
	key, value, ok := splitTrailer(strings.TrimSpace(line.Raw))
	if !ok {
		return
	}
	for _, claim := range c.trailerOf(trailerLine{strings.ToLower(key), value, line.Raw}) {
		s := c.add(claim, claim.sign(), "body", fmt.Sprintf("description, line %d", line.Number), strings.TrimSpace(line.Raw), -1)
		s.How, s.Rejected = Assisted, why
		s.text()
	}
}

// reviewer blocks: what reviewers write into other people's descriptions, from a mark that opens to one that closes.
var reviewerBlocks = []struct{ open, close string }{
	{"<!-- cursor_summary -->", "<!-- /cursor_summary -->"},
	{"<!-- this is an auto-generated comment: release notes by coderabbit.ai -->", "<!-- end of auto-generated comment: release notes by coderabbit.ai -->"},
	{"<!-- ellipsis_hidden -->", "<!-- ellipsis_hidden -->"},
	{"<!-- greptile_comment -->", "<!-- /greptile_comment -->"},
	{"<!-- devin-review-badge-begin -->", "<!-- devin-review-badge-end -->"},
}

// codeRabbits is the heading of another.
const codeRabbits = "summary by coderabbit"

// blocks tells for each line whether it stands in a reviewer's block. A heading "Summary by CodeRabbit" opens one that
// the next heading of its level closes; a block that is never closed runs to the end.
func blocks(doc *markdown.Document) []bool {
	in := make([]bool, len(doc.Lines))
	end, level := "", 0
	inside := false
	for i := range doc.Lines {
		line := &doc.Lines[i]
		lower := strings.ToLower(line.Raw)
		switch {
		case inside && end != "":
			in[i] = true
			if strings.Contains(lower, end) {
				inside = false
			}
			continue
		case inside && line.Level > 0 && line.Level <= level:
			inside = false
		}
		if !inside {
			for _, b := range reviewerBlocks {
				if strings.Contains(lower, b.open) {
					inside, end, in[i] = !strings.Contains(lower[strings.Index(lower, b.open)+len(b.open):], b.close), b.close, true
				}
			}
			if line.Level > 0 && strings.Contains(lower, codeRabbits) {
				inside, end, level = true, "", line.Level
			}
		}
		in[i] = in[i] || inside
	}
	return in
}
