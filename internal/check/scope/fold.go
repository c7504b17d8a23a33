package scope

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold is how a path reads: in lower case, without what cannot be seen, with look-alikes as the Latin letters that they
// look like, and without the dots and blanks that Windows drops at the end of a name. Two paths that fold to one are one
// file somewhere, or to somebody.
func fold(path string) string {
	if !ascii(path) {
		path = plainLetters(path)
	}
	path = strings.ToLower(path)
	if strings.Contains(path, "./") || strings.Contains(path, " /") || strings.HasSuffix(path, ".") || strings.HasSuffix(path, " ") {
		parts := strings.Split(path, "/")
		for i, part := range parts {
			if trimmed := strings.TrimRight(part, ". "); trimmed != "" {
				parts[i] = trimmed
			}
		}
		path = strings.Join(parts, "/")
	}
	return path
}

// foldGlob is fold for a pattern of the policy: its wildcards stay.
func foldGlob(glob string) string {
	if ascii(glob) {
		return strings.ToLower(glob)
	}
	var b strings.Builder
	for _, r := range glob {
		if s := plainLetters(string(r)); !strings.ContainsAny(s, `*?[]{}\/`) || r < utf8.RuneSelf {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	return strings.ToLower(b.String())
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func plainLetters(s string) string {
	s = norm.NFKC.String(s)
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return r
		}
		if invisible(r) {
			return -1
		}
		if l, ok := lookAlike[r]; ok {
			return l
		}
		return r
	}, s)
}

// invisible reports whether a character takes no room, turns the text around, or is a blank that is not the blank.
func invisible(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r < ' ' || r == 0x7f
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zs, unicode.Zl, unicode.Zp, unicode.Variation_Selector):
		return true
	}
	// A grapheme joiner, the fillers of Hangul, Khmer's inherent vowels, the empty Braille cell.
	return strings.ContainsRune("\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800", r)
}

// lookAlike has the letters of other scripts, and the signs, that look like ASCII in most typefaces: the part of Unicode's
// confusables.txt (UTS #39) that a file name could be forged with. What NFKC makes plain is not in it.
var lookAlike = map[rune]rune{}

func init() {
	for plain, others := range map[rune]string{
		'A': "АΑᎪ", 'B': "ВΒᏴ", 'C': "СϹᏟ", 'D': "Ꭰ", 'E': "ЕΕᎬ", 'G': "ԌᏀ", 'H': "НΗᎻ", 'I': "ІΙӀ", 'J': "ЈᎫ", 'K': "КΚᏦ",
		'L': "Ꮮ", 'M': "МΜᎷ", 'N': "Ν", 'O': "ОΟՕ", 'P': "РΡᏢ", 'Q': "Ԛ", 'S': "ЅՏᏚ", 'T': "ТΤᎢ", 'U': "Ս", 'V': "ѴᏙ", 'W': "ԜᎳ",
		'X': "ХΧ", 'Y': "УΥҮ", 'Z': "ΖᏃ",
		'a': "аαɑ", 'c': "сϲ", 'd': "ԁ", 'e': "еҽ", 'g': "ɡց", 'h': "һհ", 'i': "іιıɩ", 'j': "ј", 'k': "кκ", 'l': "ӏ", 'n': "ոп",
		'o': "оοօ", 'p': "рρ", 'q': "ԛզ", 's': "ѕ", 'u': "υսʋ", 'v': "νѵ", 'w': "ԝѡա", 'x': "хχ", 'y': "уγү",
		'/': "\u2044\u2215\u29f8\u2571", '\\': "\u2216\u29f5\u29f9", '.': "\ua4f8",
		'-': "\u2010\u2012\u2013\u2212\u02d7\u2043", '_': "\u02cd",
	} {
		for _, r := range others {
			if other, twice := lookAlike[r]; twice {
				panic(fmt.Sprintf("%U looks like %c and like %c", r, other, plain))
			}
			lookAlike[r] = plain
		}
	}
}
