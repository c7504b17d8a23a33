package agent

import (
	"strings"
	"testing"
)

func FuzzFinder(f *testing.F) {
	needles := []string{"", "a", "aa", "aaab", "generated with", "co-authored-by:", "ab", "bc-"}
	finder := newFinder(needles)
	f.Add("xaaab generated with bc")
	f.Add("co-authored-by")
	f.Fuzz(func(t *testing.T, text string) {
		for i, found := range finder.in(text) {
			if found != strings.Contains(lowered(text), needles[i]) {
				t.Errorf("%q: found is %t", needles[i], found)
			}
		}
	})
}
