package markdown

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// goldmark's time grows with the square of the depth of quotes and lists, and of the length of a paragraph that was made
// for it ("[](" over and over). So deep nesting is flattened and a long paragraph is cut, which keeps the whole linear.
const (
	maxDepth = 16      // marks of quotes and lists at the start of one line
	maxBlock = 4 << 10 // bytes without a blank line between them
)

// marker is what opens a quote or an item of a list, longestMarker how much of a line is looked at for one, in bytes:
// wider gaps make code.
var marker = regexp.MustCompile(`^[ \t]*(?:>|(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$))`)

const longestMarker = 32

// joiner opens what follows a cut within a line: it shows nothing, and nothing behind it can open a block.
const joiner = "\u2060"

// bounded is the source that goldmark reads for lines, and the offset in it of each line.
func bounded(lines []Line) (source []byte, starts []int) {
	var b cutter
	for i := range lines {
		starts = append(starts, b.line(lines[i].Raw, i+1 < len(lines)))
	}
	return b.out, starts
}

type cutter struct {
	out    []byte
	size   int    // of the block so far
	prefix string // the marks that the block began with, those of lists as blanks
}

// line adds one line and returns its offset.
func (c *cutter) line(raw string, more bool) int {
	prefix, text := flatten(raw)
	switch {
	case strings.TrimSpace(text) == "" && prefix == "":
		c.size, c.prefix = 0, ""
	case prefix != "" || c.size == 0:
		c.size, c.prefix = 0, strings.TrimRight(asBlanks(prefix), " ")
	case c.size+len(raw) > maxBlock:
		c.out = append(c.out, c.prefix...)
		c.out = append(c.out, '\n')
		c.size = 0
	}
	start := len(c.out)
	if prefix == "" && c.size == 0 && c.prefix != "" {
		// The line went on with a quote without saying so.
		c.out = append(c.out, c.prefix+" "...)
	}
	c.out = append(c.out, prefix...)
	for len(text) > maxBlock {
		n := cut(text)
		c.out = append(c.out, text[:n]+"\n"+c.prefix+"\n"+c.prefix+joiner...)
		text = text[n:]
	}
	c.out = append(c.out, text...)
	if more {
		c.out = append(c.out, '\n')
	}
	c.size += len(prefix) + len(text)
	return start
}

// flatten splits a line into the marks that it begins with and the rest. Marks beyond maxDepth become blanks.
func flatten(raw string) (prefix, text string) {
	at := 0
	for depth := 1; ; depth++ {
		n := len(marker.FindString(raw[at:min(len(raw), at+longestMarker)]))
		switch {
		case n == 0:
			return prefix, raw[at:]
		case depth <= maxDepth:
			prefix += raw[at : at+n]
		case depth == maxDepth+1:
			prefix += strings.Repeat(" ", n)
		}
		at += n
	}
}

// asBlanks keeps the marks of quotes: what follows in the same item of a list stands below its first words.
func asBlanks(prefix string) string {
	return strings.Map(func(r rune) rune {
		if r == '>' {
			return r
		}
		return ' '
	}, prefix)
}

// cut is where to part a long line: at a space near the bound, or else at a rune.
func cut(text string) int {
	if i := strings.LastIndexByte(text[:maxBlock], ' '); i > maxBlock/2 {
		return i
	}
	n := maxBlock
	for n > maxBlock-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}
