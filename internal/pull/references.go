package pull

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/markdown"
)

// Reference is an issue that a text names, and how.
type Reference struct {
	IssueRef
	Keyword bool   // by one of GitHub's closing words, "Fixes #12"
	Line    int    // of the text, from 1
	Host    string // of a link; empty for a number
	Before  string // what the line says before it, since the last reference; at most 64 bytes, the last ones
	Alone   bool   // the line says nothing but references
}

var (
	// GitHub's closing words: docs, "Linking a pull request to an issue".
	closing = regexp.MustCompile(`(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+$`)
	mention = regexp.MustCompile(`(?i)https?://([^\s/]+)/([\w.-]+/[\w.-]+)/(?:issues|pull)/(\d{1,9})\b|` +
		`(?:^|[\s([{,;:])((?:([\w.-]+/[\w.-]+)#|#|GH-)(\d{1,9})\b)`)
)

// longestClosing bounds how far before a number its closing word is looked for, in bytes.
const longestClosing = 32

// longestBefore bounds [Reference.Before], in bytes.
const longestBefore = 64

// References finds the issues that a Markdown text names, in order of appearance, each once: "#12", "GH-12",
// "acme/api#12" and links. repo is where a bare number belongs. What stands in code, quotes and comments names
// nothing. GitHub Enterprise's links count, so the host is not looked at; whoever asks for the issue asks one host.
func References(text, repo string) []Reference {
	var refs []Reference
	seen := map[IssueRef]int{}
	for _, ref := range Mentions(markdown.Parse(text), repo) {
		if i, ok := seen[ref.IssueRef]; ok {
			refs[i].Keyword = refs[i].Keyword || ref.Keyword
			continue
		}
		seen[ref.IssueRef] = len(refs)
		refs = append(refs, ref)
	}
	return refs
}

// Mentions is [References] with each place where an issue is named.
func Mentions(doc *markdown.Document, repo string) []Reference {
	var refs []Reference
	for i := range doc.Lines {
		if line := &doc.Lines[i]; line.Said() {
			refs = append(refs, mentionsOf(line, repo)...)
		}
	}
	return refs
}

func mentionsOf(line *markdown.Line, repo string) []Reference {
	var refs []Reference
	words := visible(line)
	last, rest := 0, 0 // where the last mention ended, and how much is said beside them
	for _, m := range mention.FindAllStringSubmatchIndex(words, -1) {
		group := func(i int) string { return words[max(m[2*i], 0):max(m[2*i+1], 0)] }
		ref := Reference{Line: line.Number, Host: strings.ToLower(group(1))}
		ref.Repo, ref.Number = repo, number(group(3)+group(6))
		if ref.Number == 0 {
			continue
		}
		if name := group(2) + group(5); name != "" && !strings.EqualFold(name, repo) {
			ref.Repo = name
		}
		start := max(m[0], m[8])
		ref.Keyword = closing.MatchString(words[max(0, start-longestClosing):start])
		ref.Before = words[max(last, start-longestBefore):start]
		rest += letters(words[last:start])
		last = m[1]
		refs = append(refs, ref)
	}
	if rest+letters(anchor.ReplaceAllString(words[last:], "")) == 0 {
		for i := range refs {
			refs[i].Alone = true
		}
	}
	return refs
}

// anchor is what may follow an issue's number in a link.
var anchor = regexp.MustCompile(`^[#?/]\S*`)

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || r == 0 {
			n++
		}
	}
	return n
}

// visible is the line's words with each link's target in place of its text, which may say anything.
func visible(line *markdown.Line) string {
	var b strings.Builder
	for _, s := range line.Spans {
		switch s.Kind {
		case markdown.Words:
			b.WriteString(s.Text)
		case markdown.Link:
			b.WriteString(s.URL)
		default:
			b.WriteByte('\x00')
		}
	}
	return b.String()
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
