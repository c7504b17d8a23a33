package controlplane

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/check"
)

const fixHidden = "Take the characters out; an editor that shows invisible characters finds them."

// hidden looks for characters in the added lines that a reviewer does not see, or that turn the text around.
func (c *change) hidden() {
	for _, n := range c.addedLines() {
		s := c.added[n]
		if ascii(s) {
			continue
		}
		if n == 1 {
			s = strings.TrimPrefix(s, "\ufeff")
		}
		list, message := concealed(s)
		if list == "" {
			continue
		}
		if message != "" {
			c.loosens(check.High, n, fixHidden, c.said(n), "has characters that nobody sees and that spell %q", short(message))
			continue
		}
		c.loosens(check.High, n, fixHidden, c.said(n), "has characters that nobody sees: %s", list)
	}
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// concealed lists the hidden characters of a line, "U+200B, U+202E", and what those spell that are ASCII in disguise.
func concealed(s string) (list, message string) {
	var names []string
	var spelt strings.Builder
	runes := []rune(s)
	righted := strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
	})
	flag := false // a flag of a country's part: U+1F3F4, then tags up to U+E007F
	for i, r := range runes {
		if r == 0x1f3f4 {
			flag = true
			continue
		}
		if tag := r >= 0xe0000 && r <= 0xe007f; !tag {
			flag = false
		} else if flag {
			flag = r != 0xe007f
			continue
		}
		if !conceals(r) || fits(runes, i, righted) {
			continue
		}
		if r >= 0xe0020 && r < 0xe007f {
			spelt.WriteRune(r - 0xe0000)
		}
		if name := fmt.Sprintf("%U", r); len(names) < 5 && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", "), spelt.String()
}

// conceals reports whether a character takes no room, or turns the text around it.
func conceals(r rune) bool {
	switch {
	case r < 0xad:
		return r == 0x7f || r < ' ' && r != '\t' && r != '\r' && r != '\f' || r >= 0x80 && r < 0xa0
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x180e, r == 0x3164, r == 0xffa0, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return true
	case r >= 0xfe00 && r <= 0xfe0f:
		return true
	}
	return false
}

// fits reports whether a hidden character is where writing needs it: joiners inside of emoji and of scripts that join, marks
// of direction beside words that run from the right, one selector after a sign.
func fits(runes []rune, i int, righted bool) bool {
	var before, after rune
	if i > 0 {
		before = runes[i-1]
	}
	if i+1 < len(runes) {
		after = runes[i+1]
	}
	switch r := runes[i]; {
	case r == 0x200c || r == 0x200d:
		return pictorial(before) && pictorial(after) || joins(before) || joins(after)
	case r == 0x200e, r == 0x200f, r == 0x61c:
		return righted
	case r >= 0xfe00 && r <= 0xfe0f:
		return before != 0 && !conceals(before) && !unicode.IsSpace(before) && (before >= 0xa9 || r == 0xfe0f && strings.ContainsRune("#*0123456789", before))
	case r == 0x180e:
		return unicode.Is(unicode.Mongolian, before)
	case r >= 0xe0100 && r <= 0xe01ef:
		return unicode.Is(unicode.Han, before) // an ideograph's variant
	}
	return false
}

func pictorial(r rune) bool {
	return r >= 0x1f000 || r == 0xfe0f || r >= 0x2190 && r <= 0x2bff || unicode.Is(unicode.So, r)
}

// joins reports whether a letter is of a script in which letters change by their neighbours.
func joins(r rune) bool {
	return r >= 0x0600 && unicode.In(r, unicode.Letter, unicode.Mark) &&
		!unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// visible writes a text so that nothing in it can hide: hidden characters as escapes.
func visible(s string) string {
	if ascii(s) && !strings.ContainsFunc(s, conceals) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			b.WriteRune('\ufffd')
		case conceals(r) && r != 0xfe0f || r == '\r' || r == '\f' || r == 0x2028 || r == 0x2029:
			fmt.Fprintf(&b, "\\u{%04X}", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
