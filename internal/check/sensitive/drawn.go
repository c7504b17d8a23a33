package sensitive

import (
	"bytes"
	"strings"
)

// shortSecrets are the rules by which a credential may be a short word. Those of all others are long and drawn.
var shortSecrets = map[string]bool{"curl-auth-header": true, "curl-auth-user": true, "hashicorp-tf-password": true, "nuget-config-password": true}

// drawn reports whether lines have a word long enough for a credential. Where the rule goes by a word that most lines of
// code have, as "s." or "ey", it must be longer, and have a digit.
func (b *block) drawn(first, last int, keywords []string) bool {
	long := 12
	for _, word := range keywords {
		if len(word) <= 2 {
			long = maxLine * around // not without a digit
		}
	}
	for i := first; i <= last; i++ {
		text := b.lines[i].Text
		start, digit := -1, false
		for k := 0; k <= len(text); k++ {
			if k < len(text) && tokenByte[text[k]] {
				if start < 0 {
					start, digit = k, false
				}
				digit = digit || '0' <= text[k] && text[k] <= '9'
				continue
			}
			if n := k - start; start >= 0 && (n >= 20 && digit || n >= long) {
				return true
			}
			start = -1
		}
	}
	return false
}

// has reports whether lines have a word, in lower case.
func (b *block) has(first, last int, word string) bool {
	return bytes.Contains(b.lower[b.ends[first]-len(b.lines[first].Text)-1:b.ends[last]], []byte(word))
}

// continues reports whether a line's value stands on the next one.
func continues(text string) bool {
	text = strings.TrimRight(text, " \t\r\"'`")
	return text != "" && strings.IndexByte("=:(,|>+\\", text[len(text)-1]) >= 0
}

// keyEnd is the line on which what begins at a line as a key ends; less than that line where nothing does.
func (b *block) keyEnd(line int) int {
	end := b.run(line, maxKeyLines)
	for i := max(line, b.endless); i <= end; i++ {
		if b.has(i, i, "-----end") {
			return i
		}
	}
	b.endless = max(b.endless, end+1)
	return -1
}

// run is the last of up to n lines below a line that follow one another.
func (b *block) run(line, n int) int {
	for ; n > 0 && b.after[line]; n-- {
		line++
	}
	return line
}

func (b *block) back(line, n int) int {
	for ; n > 0 && line > 0 && b.after[line-1]; n-- {
		line--
	}
	return line
}

// text is lines as one text; of a long line what stands around the words, in parts.
func (b *block) text(first, last int, keywords []string) []string {
	if first == last && len(b.lines[first].Text) > maxLine && keywords[0] == pemBegin {
		// A key in JSON is one line.
		text := b.lines[first].Text
		start := max(0, strings.Index(text, strings.ToUpper(pemBegin)))
		return []string{text[start:min(len(text), start+8*maxLine)]}
	}
	if first == last && len(b.lines[first].Text) > maxLine {
		return windows(b.lines[first].Text, keywords)
	}
	if first == last {
		return []string{b.lines[first].Text}
	}
	var text strings.Builder
	for i := first; i <= last && text.Len() < 8*maxLine; i++ {
		text.WriteString(b.lines[i].Text)
		text.WriteByte('\n')
	}
	return []string{text.String()}
}

// windows are the parts of a long line around words, those that overlap as one.
func windows(text string, words []string) []string {
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		return nil // letters whose lower case is longer: no credential is made of them
	}
	var out []string
	end := 0
	for at := 0; at < len(text); {
		next := -1
		for _, w := range words {
			if i := strings.Index(lower[at:min(len(lower), at+maxLine)], strings.ToLower(w)); i >= 0 && (next < 0 || at+i < next) {
				next = at + i
			}
		}
		if next < 0 {
			at += maxLine - 64 // a word may lie across
			continue
		}
		start := max(end, next-around)
		end = min(len(text), next+around)
		out = append(out, text[start:end])
		at = end
	}
	return out
}

// random reports whether a line has a word that looks drawn and not written. It is asked of most lines, so it is quick.
func random(text string) bool {
	start := -1
	for i := 0; i <= len(text); i++ {
		if i < len(text) && tokenByte[text[i]] {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start >= 10 && randomWord(text[start:i]) {
			return true
		}
		start = -1
	}
	return false
}

var tokenByte = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.=+/-") {
		t[c] = true
	}
	return t
}()

// randomWord reports whether digits and letters take turns often enough, as in what is drawn. Names, versions, dates and
// paths seldom have three such turns; what is drawn of both nearly always does. A UUID is a name too.
func randomWord(word string) bool {
	turns, last := 0, byte(0)
	for i := range len(word) {
		c := word[i]
		class := byte(0)
		switch {
		case '0' <= c && c <= '9':
			class = 'd'
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			class = 'l'
		}
		if class != 0 && last != 0 && class != last {
			turns++
		}
		last = class
	}
	return turns >= 3 && !uuid(word)
}

func uuid(word string) bool {
	if len(word) != 36 {
		return false
	}
	for i := range len(word) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (word[i] == '-') {
			return false
		}
	}
	return true
}
