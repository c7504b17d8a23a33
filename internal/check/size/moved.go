package size

import (
	"unicode"

	"github.com/sluicegate/sluice/internal/pull"
)

// leastMoved is how many lines with words must stand together in both places to be called moved.
const leastMoved = 5

// place is a changed line with words in it.
type place struct {
	key   uint64
	src   int32
	hunk  int32
	line  int32
	run   int32 // lines of one run stand together in their file
	taken bool
}

// findMoved marks the lines that were removed in one place and added in another, in any file of the change. White space
// doesn't matter. It takes time and memory linear in the lines: every group of five added lines is found by its hash.
func findMoved(sources []*source) {
	gone, come := places(sources, pull.Remove), places(sources, pull.Add)
	if len(gone) < leastMoved || len(come) < leastMoved {
		return
	}
	first := make(map[uint64]int32, len(come)) // by hash of a group: where it begins in come
	next := make([]int32, len(come))           // the next place with the same group, -1 at the end
	for i := len(come) - leastMoved; i >= 0; i-- {
		hash, ok := group(come, i)
		if !ok {
			continue
		}
		next[i] = -1
		if at, seen := first[hash]; seen {
			next[i] = at
		}
		first[hash] = int32(i)
	}
	for i := 0; i+leastMoved <= len(gone); {
		n := match(gone, come, i, first, next)
		if n == 0 {
			n = 1
		}
		i += n
	}
	settle(sources, gone, pull.Remove)
	settle(sources, come, pull.Add)
}

// match takes the longest run from gone[i] on that stands in come and is not taken there yet; its length, 0 for none.
func match(gone, come []place, i int, first map[uint64]int32, next []int32) int {
	hash, ok := group(gone, i)
	if !ok {
		return 0
	}
	at, seen := first[hash]
	if !seen {
		return 0
	}
	for at >= 0 && !free(come, int(at)) {
		at = next[at] // what is taken once stays taken
	}
	first[hash] = at
	if at < 0 {
		delete(first, hash)
		return 0
	}
	n, j := 0, int(at)
	for i+n < len(gone) && j+n < len(come) && gone[i+n].run == gone[i].run && come[j+n].run == come[j].run &&
		gone[i+n].key == come[j+n].key && !come[j+n].taken {
		gone[i+n].taken, come[j+n].taken = true, true
		n++
	}
	return n
}

func free(come []place, at int) bool {
	for i := range leastMoved {
		if come[at+i].taken {
			return false
		}
	}
	return true
}

// group is the hash of the lines from i on, if they stand together.
func group(all []place, i int) (uint64, bool) {
	if i+leastMoved > len(all) || all[i].run != all[i+leastMoved-1].run {
		return 0, false
	}
	h := uint64(14695981039346656037)
	for _, p := range all[i : i+leastMoved] {
		h = (h ^ p.key) * 1099511628211
		h ^= h >> 29
	}
	return h, true
}

// places are the lines of one side with words in them, that nothing else is said of.
func places(sources []*source, op pull.Op) []place {
	var out []place
	run := int32(0)
	for s, src := range sources {
		for h := range src.hunks {
			run++
			for i, l := range src.hunks[h].Lines {
				switch {
				case l.Op == pull.Context:
					run++
				case l.Op == op && src.state[h][i] == toRead:
					if key, words := key(l.Text); words {
						out = append(out, place{key: key, src: int32(s), hunk: int32(h), line: int32(i), run: run})
					}
				}
			}
		}
	}
	return out
}

// settle marks what was taken, and the lines without words that come after it.
func settle(sources []*source, all []place, op pull.Op) {
	for i, p := range all {
		if !p.taken {
			continue
		}
		lines, state := sources[p.src].hunks[p.hunk].Lines, sources[p.src].state[p.hunk]
		state[p.line] = isMoved
		end := len(lines)
		if i+1 < len(all) && all[i+1].run == p.run {
			end = int(all[i+1].line)
		}
		for j := int(p.line) + 1; j < end && lines[j].Op != pull.Context; j++ {
			if lines[j].Op == op && state[j] == toRead {
				state[j] = isMoved
			}
		}
	}
}

// key tells lines apart by what is in them besides white space, and says whether there are words: FNV-1a.
func key(line string) (h uint64, words bool) {
	h = 14695981039346656037
	for _, r := range line {
		if unicode.IsSpace(r) {
			continue
		}
		h = (h ^ uint64(r)) * 1099511628211
		words = words || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return h, words
}
