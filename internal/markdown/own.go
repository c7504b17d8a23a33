package markdown

import (
	"regexp"
	"strings"
)

// Own is what an author says in a text, in words of the author's own. What merely stands there does not count: code,
// quotes, comments and pictures, headings, boxes that nobody ticked, what the template brought, placeholders, the
// footers of tools, and prompts that were pasted in.
type Own struct {
	lines   []string // the author's words of each line, by its index
	foreign []bool   // lines of prompts and of tools' blocks
	given   []bool   // lines that the template brought
}

// OwnWords reads doc. template is the form that its author was given to fill in; nil where there was none.
func OwnWords(doc, template *Document) *Own { return own(doc, template, false) }

// AskedWords is [OwnWords] of a text that asks for work, as an issue does: its open boxes are what is to be done, save
// for those where its author gives an assurance ("I have searched for …").
func AskedWords(doc *Document) *Own { return own(doc, nil, true) }

func own(doc, template *Document, asks bool) *Own {
	form := formOf(template)
	o := &Own{lines: make([]string, len(doc.Lines)), foreign: foreignLines(doc), given: make([]bool, len(doc.Lines))}
	for i := range doc.Lines {
		line := &doc.Lines[i]
		o.given[i] = form.has(line)
		if o.foreign[i] || o.given[i] || !line.Said() || line.Level > 0 || line.Bold() {
			continue
		}
		text := line.Prose()
		if line.Place&Undone != 0 && (!asks || assurance.MatchString(text)) || footer(line) {
			continue
		}
		if text = form.cut(line, text); !Placeholder(text) && !unanswered(text) {
			o.lines[i] = text
		}
	}
	return o
}

// assurance begins the boxes of issue forms by which an author vouches for something.
var assurance = regexp.MustCompile(`(?i)^\W*(?:I|I'm|I’m|I've|I’ve|I'd|I’d|yes|no)\b`)

// Line is what the author says on a line, by its number; empty where that is nothing.
func (o *Own) Line(number int) string { return o.lines[number-1] }

// Foreign reports whether a line, by its number, belongs to a prompt that was pasted in or to a tool's block.
func (o *Own) Foreign(number int) bool { return o.foreign[number-1] }

// Given reports whether a line, by its number, is one that the template brought.
func (o *Own) Given(number int) bool { return o.given[number-1] }

// Count is how many words the author says on the lines from first to last, both included. A word that is said twice
// counts once.
func (o *Own) Count(first, last int) int {
	var words Counter
	for n := max(first, 1); n <= min(last, len(o.lines)); n++ {
		words.Add(o.lines[n-1])
	}
	return words.Count()
}

// CountAll is how many words the author says in all.
func (o *Own) CountAll() int { return o.Count(1, len(o.lines)) }

// foreignLines are the lines of prompts that were pasted in and of blocks that tools put between two comments.
func foreignLines(doc *Document) []bool {
	foreign := make([]bool, len(doc.Lines))
	until := 0
	folds := doc.Folds
	block, rank := "", 0
	for i := range doc.Lines {
		line := &doc.Lines[i]
		for len(folds) > 0 && folds[0].First <= line.Number {
			if promptName.MatchString(folds[0].Summary) {
				until = max(until, folds[0].Last)
			}
			folds = folds[1:]
		}
		if line.Place&Comment != 0 && line.Place&Code == 0 {
			block = afterMarker(block, line.Raw)
		}
		if line.Level > 0 && (rank == 0 || line.Level <= rank) {
			rank = 0
			if promptName.MatchString(line.Text()) {
				rank = line.Level
			}
		}
		foreign[i] = line.Number <= until || block != "" || rank > 0
	}
	return foreign
}

var (
	// promptName is what a fold or a heading is called where somebody pasted in what the agent was told.
	promptName = regexp.MustCompile(`(?i)^\W*(?:(?:the|full|original|initial|user|my|agent|ai|task)\s+)*(?:prompts?|instructions? (?:given )?to the (?:agent|ai))\W*$|` +
		`^\W*(?:the\s+)?original (?:issue|task|request|description)\b`)
	// toolBlock opens or closes a block that a tool puts into a description: Copilot's prompt, suffix and tips,
	// CodeRabbit's and others' summaries.
	toolBlock = regexp.MustCompile(`(?i)<!--\s*(start\b|end\b|begin\b|this is an auto-generated comment)[ :]*(.*?)\s*-->`)
	toolWords = regexp.MustCompile(`(?i)prompt|suffix|\btips\b|auto-generated comment|release notes by|pr-codex`)
)

// afterMarker is the name of the tool's block that is open after a line of comments, empty for none.
func afterMarker(block, raw string) string {
	for _, m := range toolBlock.FindAllStringSubmatch(raw, -1) {
		name := strings.ToLower(m[2])
		switch {
		case strings.EqualFold(m[1], "end"):
			if block != "" && (strings.HasSuffix(name, block) || strings.HasSuffix(block, name)) {
				block = ""
			}
		case block == "" && toolWords.MatchString(m[1]+" "+m[2]):
			block = name
		}
	}
	return block
}
