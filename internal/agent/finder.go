package agent

import (
	"slices"
	"strings"
)

// finder looks for many pieces in one pass over a text. It stops at each pair of bytes that is the rarest of some piece,
// and compares there.
type finder struct {
	needles []string
	rare    []int    // where the pair stands in each needle; -1 for a needle that is too short to have one
	first   []uint16 // by pair: one more than the first needle that has it, 0 for none
	next    []uint16 // the same for the further ones, by needle
}

// newFinder takes needles in lower case, each once.
func newFinder(needles []string) *finder {
	f := &finder{needles: needles, rare: make([]int, len(needles)), first: make([]uint16, 1<<16), next: make([]uint16, len(needles))}
	for i, needle := range needles {
		f.rare[i] = -1
		least := 0
		for at := range len(needle) - 1 {
			if n := common(needle[at]) * common(needle[at+1]); f.rare[i] < 0 || n < least {
				f.rare[i], least = at, n
			}
		}
		if at := f.rare[i]; at >= 0 {
			key := pair(needle[at], needle[at+1])
			f.next[i], f.first[key] = f.first[key], uint16(i+1) // there are far fewer
		}
	}
	return f
}

func pair(a, b byte) int { return int(a)<<8 | int(b) }

// common is how common a byte is in texts, roughly.
func common(c byte) int {
	switch i := strings.IndexByte(" etaoinsrhldcumfpgwybvkxjqz", c); {
	case i >= 0:
		return 40 - i
	case c == '.' || c == '-' || c == '/' || c == '`' || c == '*' || c == '#':
		return 12
	}
	return 4
}

// in tells which of the needles s holds, whatever the case of its ASCII letters.
func (f *finder) in(s string) []bool {
	found := make([]bool, len(f.needles))
	for i, at := range f.rare {
		if at < 0 {
			found[i] = strings.Contains(lowered(s), f.needles[i])
		}
	}
	last := byte(0)
	for at := range len(s) {
		c := asciiLower[s[at]]
		for i := f.first[pair(last, c)]; i != 0; i = f.next[i-1] {
			n := int(i - 1)
			if start := at - 1 - f.rare[n]; !found[n] && start >= 0 && holdsAt(s, start, f.needles[n]) {
				found[n] = true
			}
		}
		last = c
	}
	return found
}

func holdsAt(s string, start int, needle string) bool {
	if len(s)-start < len(needle) {
		return false
	}
	for i := range len(needle) {
		if asciiLower[s[start+i]] != needle[i] {
			return false
		}
	}
	return true
}

// asciiLower is each byte with ASCII's letters in lower case.
var asciiLower = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			table[i] += 'a' - 'A'
		}
	}
	return table
}()

// index is a needle's place, -1 where it is not looked for.
func (f *finder) index(needle string) int { return slices.Index(f.needles, needle) }
