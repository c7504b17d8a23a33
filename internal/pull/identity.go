package pull

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
)

// Identity tells two changes apart by what they do and not by where they stand: commits that were rebased, reworded or
// merged with the base have the identity that they had. It is empty where a patch was not read: then nobody can say.
//
// It goes over paths and the added and removed lines with the unchanged ones around them, white space and all, but not
// over line numbers, as "git patch-id --verbatim" does. GitHub's comparisons carry no modes, so they are left out. A
// binary file has no patch to tell it by, so a change with one has no identity.
func Identity(files []File) string {
	ordered := make([]*File, len(files))
	for i := range files {
		ordered[i] = &files[i]
	}
	slices.SortFunc(ordered, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	sum := sha256.New()
	for _, f := range ordered {
		if f.Patch == "" && f.NoPatch != SameContent {
			return ""
		}
		fmt.Fprintf(sum, "%q %q %s\n", f.Path, f.Previous, f.Status)
		if f.Patch == "" {
			continue
		}
		hunks, err := f.Hunks()
		if err != nil {
			return ""
		}
		identify(sum, hunks)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func identify(sum hash.Hash, hunks []Hunk) {
	for _, h := range hunks {
		fmt.Fprintf(sum, "@ %d\n", len(h.Lines))
		for _, l := range h.Lines {
			fmt.Fprintf(sum, "%c%s\n", l.Op, l.Text)
		}
	}
}
