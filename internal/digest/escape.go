package digest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// zwsp keeps two characters apart without being seen. GitHub looks for mentions, references and emoji after it has
// rendered Markdown, so neither a backslash nor an entity stops it (github/markup#1168: "@ character is not escapable");
// a zero-width space behind the sign does, and is what Dependabot uses (dependabot-core#3157).
const zwsp = "\u200b"

// inline is an outsider's words as Markdown text on one line: they show as written and do nothing. No mention,
// reference, link, image, HTML, emphasis, heading, list or table comes of them, at the start of a line neither. What
// cannot be seen is shown as ⟨U+202E⟩. At most limit characters are shown, with "…" for the rest.
//
// A commit's SHA stays a link: GitHub links it to a commit of this repository at most, and pings nobody.
func inline(s string, limit int) string {
	words := clean(s, limit)
	var b strings.Builder
	b.Grow(len(words) + 16)
	for i, r := range words {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '~', '|', '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '@':
			b.WriteRune(r)
			b.WriteString(zwsp)
		case '#': // a heading that is quoted stays one that can be copied
			if i == 0 {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			if i+1 < len(words) && words[i+1] >= '0' && words[i+1] <= '9' {
				b.WriteString(zwsp)
			}
		case '-', '+', '=':
			if i == 0 {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			if r == '-' && reference.MatchString(words[max(0, i-3):i]) {
				b.WriteString(zwsp)
			}
		case '.', ')':
			if ordinal(words[:i]) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			if r == '.' && i >= 3 && strings.EqualFold(words[i-3:i], "www") {
				b.WriteString(zwsp)
			}
		case ':':
			b.WriteRune(r)
			if strings.HasPrefix(words[i:], "://") || emoji.MatchString(words[i:min(len(words), i+64)]) {
				b.WriteString(zwsp)
			}
		default:
			b.WriteRune(r)
		}
	}
	if ordinal(words) { // with a dot of ours behind it, it would open a list
		return fmt.Sprintf("&#%d;%s", words[0], b.String()[1:])
	}
	return b.String()
}

var (
	reference = regexp.MustCompile(`(?i)gh$`)                // "GH-12" is a reference as "#12" is
	emoji     = regexp.MustCompile(`^:[A-Za-z0-9_+-]+(:|$)`) // our own colon may follow
)

// ordinal reports whether a dot behind s would make it the number of a list's item.
func ordinal(s string) bool {
	return s != "" && len(s) <= 9 && strings.Trim(s, "0123456789") == ""
}

// code is an outsider's words as a code span, in which GitHub sees no mention, reference or emoji. It is never empty.
// Every character that cannot be seen, line breaks among them, is shown as ⟨U+000A⟩.
func code(s string, limit int) string {
	words := visible(s, limit)
	if strings.TrimSpace(words) == "" {
		return "(empty)"
	}
	// In a code span this is text to GitHub; whoever looks for our marker in the raw comment must not find one either.
	words = strings.ReplaceAll(words, "<!--", "<"+zwsp+"!--")
	fence := strings.Repeat("`", longestRun(words, '`')+1)
	if words[0] == '`' || words[len(words)-1] == '`' || words[0] == ' ' || words[len(words)-1] == ' ' {
		words = " " + words + " "
	}
	return fence + words + fence
}

// longestRun is the length of the longest run of c in s.
func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// clean is an outsider's words as plain text on one line: white space becomes single spaces, what cannot be seen is
// spelt out, and what is longer than limit ends with "…". It holds no control character.
func clean(s string, limit int) string { return show(s, limit, true) }

// visible is clean for names, where white space matters: all but the plain space is spelt out.
func visible(s string, limit int) string { return show(s, limit, false) }

const maxMarks = 3 // combining marks on one character that are shown; text in use has at most two or three

func show(s string, limit int, fold bool) string {
	// Spaces and marks that are dropped count for nothing: bound what is read too.
	s, rest := bounded(s, 32*limit+256)
	var b strings.Builder
	count, marks, space, prev := 0, 0, false, rune(0)
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		if fold && unicode.IsSpace(r) {
			space = count > 0
			continue
		}
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		piece := spell(r, prev)
		if space {
			piece, space = " "+piece, false
		}
		n := utf8.RuneCountInString(piece)
		if count+n > limit-1 && (count+n > limit || rest || strings.TrimSpace(s) != "") {
			rest = true
			break
		}
		b.WriteString(piece)
		count, prev = count+n, r
	}
	if rest {
		b.WriteString("…")
	}
	return b.String()
}

// bounded is the first limit bytes of s, cut between two characters, and whether there is more.
func bounded(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}

// spell is r as it is shown behind prev.
func spell(r, prev rune) string {
	if r == '\u200d' && prev >= 0x1f000 { // joins the parts of an emoji
		return string(r)
	}
	if hidden(r) {
		return fmt.Sprintf("⟨U+%04X⟩", r)
	}
	return string(r)
}

// hidden reports whether r cannot be seen, or changes how its neighbours are seen: controls, the characters of
// bidirectional text, zero-width ones, tags, fillers, variation selectors but for the one that emoji need, and what
// Unicode has not given out.
func hidden(r rune) bool {
	switch {
	case r < unicode.MaxASCII:
		return r < ' '
	case r == '\ufe0f':
		return false
	case r == '\u00ad', r == '\u034f', r == '\u115f', r == '\u1160', r == '\u17b4', r == '\u17b5', r == '\u2800', r == '\u3164', r == '\uffa0':
		return true
	case unicode.Is(unicode.Variation_Selector, r):
		return true
	case unicode.Is(unicode.Zs, r):
		return true // reached for names only: a space that is not the plain one
	}
	return !unicode.IsGraphic(r)
}
