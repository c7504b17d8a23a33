package agent

import (
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// looksLike writes letters of other alphabets as the Latin ones that they are drawn like.
var looksLike = strings.NewReplacer(
	"а", "a", "с", "c", "ԁ", "d", "е", "e", "һ", "h", "і", "i", "ј", "j", "к", "k", "ӏ", "l", "м", "m", "о", "o", "р", "p", "ѕ", "s", "т", "t", "ѵ", "v", "х", "x", "у", "y",
	"А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H", "І", "I", "Ј", "J", "К", "K", "М", "M", "О", "O", "Р", "P", "Ѕ", "S", "Т", "T", "Х", "X", "У", "Y",
	"α", "a", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "u", "χ", "x",
	"ı", "i", "ɡ", "g", "ո", "n", "ս", "u",
)

// lookAlike is why a name or an address of other letters is nobody's.
const lookAlike = "other letters that only look like an agent's"

// lookAlikeLine shows, and doesn't count, an author line that is an agent's but for letters of another alphabet.
func (c *collector) lookAlikeLine(i int, commit *pull.Commit) {
	line := commit.Author.Name + " <" + commit.Author.Email + ">"
	if ascii(line) {
		return
	}
	for _, claim := range c.line(looksLike.Replace(commit.Author.Name), strings.ToLower(looksLike.Replace(commit.Author.Email))) {
		if claim.Class == Agent {
			s := c.add(claim, claim.sign(), "commit", where(commit, i), line, i)
			s.text()
			s.Rejected = lookAlike
		}
	}
}

// lookAlikeTrailer does so for a trailer.
func (c *collector) lookAlikeTrailer(i int, commit *pull.Commit, t trailerLine) {
	if ascii(t.value) {
		return
	}
	for _, claim := range c.trailerOf(trailerLine{t.key, looksLike.Replace(t.value), t.line}) {
		if claim.Class == Agent {
			s := c.add(claim, claim.sign(), "trailer", where(commit, i), t.line, i)
			s.text()
			s.Rejected = lookAlike
		}
	}
}
