package markdown

import (
	"regexp"
	"strings"
	"unicode"
)

// Counter counts different words, whatever their case. The zero Counter is empty.
type Counter struct {
	words      map[string]bool
	characters map[rune]bool // of scripts that set no spaces between words
}

// Add takes in the words of a text. Addresses, numbers and signs are no words. Where a script sets no spaces between
// words, two of its characters are taken for one.
func (c *Counter) Add(text string) {
	if c.words == nil {
		c.words, c.characters = map[string]bool{}, map[rune]bool{}
	}
	for _, field := range strings.Fields(text) {
		if address(field) {
			continue
		}
		for _, word := range strings.FieldsFunc(field, notOfWord) {
			c.add(strings.ToLower(word))
		}
	}
}

// Count is how many different words were taken in.
func (c *Counter) Count() int { return len(c.words) + (len(c.characters)+1)/2 }

func (c *Counter) add(word string) {
	spaced := false
	for _, r := range word {
		if unicode.In(r, spaceless...) {
			c.characters[r] = true
		} else if unicode.IsLetter(r) {
			spaced = true
		}
	}
	if spaced {
		c.words[strings.Trim(word, ".'’_")] = true
	}
}

var spaceless = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

func notOfWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) && r != '\'' && r != '’' && r != '_' && r != '.'
}

func address(field string) bool {
	return strings.Contains(field, "://") || strings.HasPrefix(field, "www.")
}

// normal is a text in lower case without signs, its words one space apart.
func normal(text string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
	}), " "))
}

// Placeholder reports whether a text of one line says nothing yet: "N/A", "TBD", "[describe the change]", nothing at all.
func Placeholder(text string) bool {
	text = strings.TrimSpace(text)
	words := normal(text)
	if words == "" || placeholders[words] || stars.MatchString(words) {
		return true
	}
	// "[describe the change]", "<your text>", "{{ reason }}", "..." and the like ask; they don't say.
	if bracketed.MatchString(text) {
		return true
	}
	for _, p := range prefixes {
		if strings.HasPrefix(words, p) {
			return true
		}
	}
	return false
}

// longestLabel is how many words may stand before a colon as a label.
const longestLabel = 4

// unanswered reports whether a line is a label with nothing, or a placeholder, behind it: "Steps:", "Environment: n/a".
func unanswered(text string) bool {
	label, answer, found := strings.Cut(text, ":")
	return found && len(strings.Fields(label)) <= longestLabel && Placeholder(answer)
}

var (
	bracketed = regexp.MustCompile(`^(?:\[[^\[\]]*\]|<[^<>]*>|\{+[^{}]*\}+)[.:]?$`)
	stars     = regexp.MustCompile(`^(?:x+|go to|click on|scroll down to|see error|(?:os|browser|version|device)(?: e g .*)?)$`)
)

var placeholders = set(`n a`, `na`, `none`, `no`, `nil`, `null`, `nothing`, `yes`, `ok`, `tbd`, `tba`, `tbc`, `todo`, `wip`, `fixme`,
	`to do`, `to be done`, `to be determined`, `to be defined`, `to be added`, `to be written`, `to be filled`, `to be filled in`,
	`not applicable`, `not available`, `not yet`, `no response`, `no description`, `no description provided`, `coming soon`, `work in progress`,
	`placeholder`, `lorem ipsum`, `fill in`, `fill me in`, `fill this in`, `please fill in`, `write here`, `your text here`, `text here`,
	`description here`, `your description here`, `add description here`, `add a description`, `add description`, `insert description here`,
	`describe your changes`, `describe your changes here`, `describe the changes`, `describe your change`, `describe the change`,
	`describe the bug`, `describe the issue`, `describe the problem`, `describe what you changed`, `what changed`, `what did you change`,
	`see title`, `see the title`, `same as title`, `as title`, `as the title says`, `see above`, `as above`, `same as above`, `see below`,
	`see commit`, `see commits`, `see commit message`, `see commit messages`, `see diff`, `see the diff`, `see code`,
	`steps to reproduce`, `to reproduce`, `expected behavior`, `expected behaviour`, `actual behavior`, `actual behaviour`,
	`current behavior`, `current behaviour`, `expected result`, `actual result`, `screenshots`, `additional context`, `environment`,
	`what happened`, `what did you expect to happen`, `what did you expect`, `how has this been tested`, `test plan`)

// prefixes begin the sentences of GitHub's own issue templates ("About issue and pull request templates").
var prefixes = []string{
	`a clear and concise description of`, `if applicable add screenshots`, `add any other context`, `steps to reproduce the behavior`,
	`please describe`, `please provide`, `please include`, `please explain`, `provide a brief`, `provide a clear`, `is your feature request related to a problem`,
	`describe the solution you d like`, `describe alternatives you ve considered`, `lorem ipsum dolor`,
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
