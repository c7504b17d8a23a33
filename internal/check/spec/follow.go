package spec

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// progress is how far a criterion has come, as far as texts and the diff tell.
type progress int

const (
	unmentioned progress = iota
	left                 // the description says that it is not for this change
	claimed              // the description speaks of it
	done                 // its box is ticked, or what it names is in the diff
)

// follower looks for criteria in the description and the diff.
type follower struct {
	lines   []saidLine
	all     map[string]bool // the words of all lines
	numbers map[int]progress
	labels  map[string]progress
	ticked  map[string]bool // texts of ticked boxes, reduced
	changed map[string]bool // names in changed lines, in lower case
	paths   []string        // of changed files, in lower case
	counted int             // numbers that were taken from the text
}

type saidLine struct {
	text  string // reduced
	words map[string]bool
	how   progress // of the criteria that it speaks of
}

// Bounds of what is compared.
const (
	maxSaidLines  = 2000
	maxNumbers    = 2000
	maxSentences  = 50 // of one line
	maxSaidWords  = 60 // of one line
	fewestShared  = 3  // words that a line shares with a criterion of which it speaks
	sharedPercent = 60
)

var (
	// byNumber names criteria by their numbers: "AC2", "AC 1, 2 and 4", "criterion 3", "acceptance criteria 1-3".
	byNumber  = regexp.MustCompile(`(?i)\b(?:acs?|(?:acceptance )?criteri(?:on|a)|requirements?|reqs?|tasks?|items?|scenarios?|points?)[ -]*#?(\d{1,3}(?:(?:\s*(?:,|and|&|/|-|–|to|,\s*and)\s*)(?:ac)?[ -]*#?\d{1,3}){0,20})\b`)
	digits    = regexp.MustCompile(`\d{1,3}|-|–|to`)
	someLabel = regexp.MustCompile(`\b[A-Z]{1,4}[- ]?\d{1,3}(?:\.\d{1,3})?\b`)
	// sentenceEnd parts the sentences of a line: one may be about what is done, the next about what is not.
	sentenceEnd = regexp.MustCompile(`[.!?;]\s+`)
	// leaves say that something is not for this change.
	leaves = regexp.MustCompile(`(?i)\b(?:not (?:done|included|covered|implemented|addressed|part|in this|yet|here)|left (?:out|for|open)|follow[- ]?ups?|later|out of scope|deferred?|postponed?|skip(?:s|ped)|todo|remaining|future|separate|another (?:pr|change|pull request)|won't|doesn't|does not|isn't)\b`)
)

func newFollower(r *pull.Request, t *text, wanted []criterion) *follower {
	f := &follower{all: map[string]bool{}, numbers: map[int]progress{}, labels: map[string]progress{}, ticked: map[string]bool{}, changed: map[string]bool{}}
	f.say(t.title.Lines[0].Text(), claimed)
	below := false // a heading says that what follows is left
	for i := range t.body.Lines {
		line := &t.body.Lines[i]
		if line.Level > 0 || line.Bold() {
			below = leaves.MatchString(line.Text())
		}
		if t.own.Foreign(line.Number) || !line.Said() || len(f.lines) >= maxSaidLines {
			continue
		}
		// What the template brought says nothing. An open box is what is left, a ticked one is done.
		if t.own.Given(line.Number) {
			continue
		}
		words, how := line.Text(), claimed
		switch {
		case line.Task == markdown.Ticked:
			how = done
			f.ticked[reduce(words)] = true
		case below || line.Task == markdown.Unticked:
			how = left
		}
		for _, sentence := range sentenceEnd.Split(words, maxSentences) {
			f.say(sentence, how)
		}
	}
	f.diff(r, wanted)
	return f
}

// say takes in a sentence of the description, and what speaking there means.
func (f *follower) say(text string, how progress) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if leaves.MatchString(text) {
		how = left
	}
	line := saidLine{text: reduce(text), words: map[string]bool{}, how: how}
	for _, word := range significant(line.text) {
		if len(line.words) < maxSaidWords {
			line.words[word] = true
		}
		if how != left {
			f.all[word] = true
		}
	}
	f.lines = append(f.lines, line)
	for _, m := range byNumber.FindAllStringSubmatch(text, -1) {
		from, through := 0, false
		for _, d := range digits.FindAllString(m[1], -1) {
			n, err := strconv.Atoi(d)
			if err != nil {
				through = true
				continue
			}
			if !through || n-from > maxCriteria {
				from = n
			}
			for ; from <= n && f.counted < maxNumbers; from++ {
				f.counted++
				f.numbers[from] = max(f.numbers[from], how)
			}
			from, through = n, false
		}
	}
	for _, label := range someLabel.FindAllString(text, -1) {
		f.labels[labelKey(label)] = max(f.labels[labelKey(label)], how)
	}
}

func labelKey(label string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(strings.ToUpper(label))
}

// diff looks which of the names that criteria have are in changed lines.
func (f *follower) diff(r *pull.Request, wanted []criterion) {
	names := map[string]bool{}
	for i := range wanted {
		for _, name := range wanted[i].names {
			if !strings.Contains(name, "/") {
				names[lastName(name)] = true
			}
		}
	}
	for i := range r.Files {
		for _, p := range r.Files[i].Paths() {
			f.paths = append(f.paths, strings.ToLower(p))
		}
		if len(names) == 0 {
			continue
		}
		for line := range strings.Lines(r.Files[i].Patch) {
			if line[0] == '+' || line[0] == '-' {
				f.line(line, names)
			}
		}
	}
}

// line takes in the names of a changed line that are wanted.
func (f *follower) line(line string, wanted map[string]bool) {
	from := -1
	for at := 0; at <= len(line); at++ {
		inside := at < len(line) && (line[at] == '_' || line[at] >= '0' && line[at] <= '9' || line[at]|0x20 >= 'a' && line[at]|0x20 <= 'z' || line[at] >= 0x80)
		switch {
		case inside && from < 0:
			from = at
		case !inside && from >= 0:
			if wanted[line[from:at]] {
				f.changed[line[from:at]] = true
			}
			from = -1
		}
	}
}

func ofName(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// lastName is a name without its package, receiver or option's dashes.
func lastName(name string) string {
	parts := strings.FieldsFunc(name, func(c rune) bool { return !ofName(c) })
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// has reports whether a name is in the diff: a changed file, or a word of a changed line.
func (f *follower) has(name string) bool {
	lower := strings.ToLower(name)
	end := "/" + lower
	for _, p := range f.paths {
		if p == lower || strings.HasSuffix(p, end) {
			return true
		}
	}
	return !strings.Contains(name, "/") && f.changed[lastName(name)]
}

// progress of a criterion.
func (f *follower) progress(c *criterion) progress {
	text := reduce(c.text)
	if c.ticked || f.ticked[text] {
		return done
	}
	how := f.numbers[c.number]
	if c.label != "" {
		// Where the spec numbers its criteria itself, its numbers are meant.
		how = f.labels[labelKey(c.label)]
		if n, err := strconv.Atoi(strings.TrimLeft(labelKey(c.label), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")); err == nil {
			how = max(how, f.numbers[n])
		}
	}
	words := significant(text)
	for i := range f.lines {
		if line := &f.lines[i]; line.how > how && line.speaks(text, words) {
			how = line.how
		}
	}
	if how == unmentioned && len(words) > fewestShared && share(words, f.all) >= 85 {
		how = claimed
	}
	if how == left {
		return left
	}
	inDiff := len(c.names) > 0
	for _, name := range c.names {
		inDiff = inDiff && f.has(name)
	}
	if inDiff {
		return done
	}
	return how
}

// speaks reports whether a line of the description quotes a criterion, or shares most of its words.
func (l *saidLine) speaks(text string, words []string) bool {
	if len(text) > 12 && strings.Contains(l.text, text) {
		return true
	}
	shared := 0
	for _, word := range words {
		if l.words[word] {
			shared++
		}
	}
	return shared >= fewestShared && shared*100 >= len(words)*sharedPercent || len(words) > 0 && len(words) <= fewestShared && shared == len(words) && len(text) > 8
}

func share(words []string, of map[string]bool) int {
	shared := 0
	for _, word := range words {
		if of[word] {
			shared++
		}
	}
	return shared * 100 / len(words)
}

// reduce is a text in lower case, its words one space apart, without a number in front.
func reduce(text string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(ownLabel.ReplaceAllString(text, ""), func(c rune) bool { return !ofName(c) }), " "))
}

// significant are the words of a reduced text that carry it, each once, without their endings.
func significant(text string) []string {
	var words []string
	seen := map[string]bool{}
	for _, word := range strings.Fields(text) {
		if small[word] || len(word) < 3 && !unicode.IsDigit(rune(word[0])) {
			continue
		}
		word = stem(word)
		if !seen[word] && len(words) < maxSaidWords {
			seen[word] = true
			words = append(words, word)
		}
	}
	return words
}

// stem takes an English ending off, so that "retries", "retried" and "retry" are one.
func stem(word string) string {
	for _, ending := range []struct{ from, to string }{{"ying", "y"}, {"ies", "y"}, {"ied", "y"}, {"ing", ""}, {"ed", ""}, {"es", ""}, {"s", ""}, {"e", ""}} {
		if base, ok := strings.CutSuffix(word, ending.from); ok && len(base) >= 3 {
			return base + ending.to
		}
	}
	return word
}

var small = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`the and for are was were with that this these those from into must should shall can could may might will would has have had been being not but all any its it's
		when then given which who what where there their they our you your than also only each every user users able as is be to of in on at by or an if no so`) {
		set[w] = true
	}
	return set
}()
