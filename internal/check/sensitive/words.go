package sensitive

import (
	ahocorasick "github.com/BobuSumisu/aho-corasick"
	"github.com/sluicegate/sluice/internal/pull"
)

// words finds many words in a text at once, so that no line is asked for each of them.
type words struct {
	trie *ahocorasick.Trie
	ids  map[string]int
	all  []string
}

func newWords(lists ...[]string) *words {
	w := &words{ids: map[string]int{}}
	for _, list := range lists {
		for _, word := range list {
			if _, known := w.ids[word]; !known {
				w.ids[word] = len(w.all)
				w.all = append(w.all, word)
			}
		}
	}
	w.trie = ahocorasick.NewTrieBuilder().AddStrings(w.all).Build()
	return w
}

// block is the lines of one op of a file, and a form of them in lower case to look for words in.
type block struct {
	lines []*pull.Line
	lower []byte
	ends  []int // of each line in lower, after its line feed
	hits  []hit // of patterns
	// endless is the line below those that are known to end no key, for a key that begins on one of them.
	endless int
	// after has for each line whether the next one stands right below it in the file.
	after []bool
}

// blockOf gathers the lines of an op. The buffer is taken over, to be used again for the next file.
func blockOf(f *file, op pull.Op, buffer []byte) *block {
	b := &block{lower: buffer[:0]}
	for i := range f.hunks {
		for k := range f.hunks[i].Lines {
			l := &f.hunks[i].Lines[k]
			if l.Op != op {
				continue
			}
			for j := range len(l.Text) {
				c := l.Text[j]
				if 'A' <= c && c <= 'Z' {
					c += 'a' - 'A'
				}
				b.lower = append(b.lower, c)
			}
			b.lower = append(b.lower, '\n')
			if n := len(b.lines); n > 0 {
				b.after[n-1] = l.New == b.lines[n-1].New+1 && op == pull.Add || l.Old == b.lines[n-1].Old+1 && op == pull.Remove
			}
			b.lines = append(b.lines, l)
			b.ends = append(b.ends, len(b.lower))
			b.after = append(b.after, false)
		}
	}
	return b
}

// each calls found for every word that a line has, in the order of the lines; a word that a line has twice may come twice.
func (w *words) each(b *block, found func(line, word int)) {
	line := 0
	w.trie.Walk(b.lower, func(end, _, word int64) bool {
		for int(end) >= b.ends[line] {
			line++
		}
		found(line, int(word))
		return true
	})
}
