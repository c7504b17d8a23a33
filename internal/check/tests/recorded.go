package tests

import (
	"fmt"
	"path"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// recording reports whether a file is output that a tool records and a test compares.
func recording(p string) bool {
	if snapshot(p) {
		return true
	}
	base := strings.ToLower(path.Base(p))
	if strings.Contains(base, ".golden") || strings.Contains(base, ".approved.") || strings.Contains(base, ".verified.") || strings.Contains(p, "/golden/") || strings.Contains(p, "/goldens/") {
		return true
	}
	if !strings.Contains("/"+p, "/testdata/") {
		return false
	}
	stem, _, _ := strings.Cut(base, ".")
	ext := path.Ext(base)
	return stem == "want" || stem == "expected" || stem == "golden" || ext == ".want" || ext == ".expected" || ext == ".out" || strings.HasSuffix(stem, "_want") || strings.HasSuffix(stem, "_expected")
}

// recordings are the files of recorded output whose lines were rewritten.
type recordings struct {
	files          int
	first          *pull.File
	added, removed int
}

// Fewer rewritten files, and fewer taken lines, are ordinary.
const (
	bulkFiles = 5
	bulkLines = 50
)

func (r *recordings) add(f *pull.File, hunks []pull.Hunk) {
	added, removed := 0, 0
	for i := range hunks {
		for k := range hunks[i].Lines {
			switch hunks[i].Lines[k].Op {
			case pull.Add:
				added++
			case pull.Remove:
				removed++
			}
		}
	}
	if len(hunks) == 0 {
		added, removed = f.Added, f.Removed
	}
	if f.Status == pull.Removed || f.Status == pull.Added || removed == 0 {
		return
	}
	if r.first == nil {
		r.first = f
	}
	r.files++
	r.added += added
	r.removed += removed
}

// tell says so where recorded output was rewritten in bulk and the tests say little else.
func (r *recordings) tell(s *strength) {
	if r.files < bulkFiles && r.removed < bulkLines {
		return
	}
	written := 0
	for _, sc := range s.scenes {
		for k := range sc.rows {
			if sc.rows[k].added() && sc.rows[k].wordy && !sc.rows[k].out {
				written++
			}
		}
	}
	if 4*written >= r.added+r.removed {
		return
	}
	s.doubtful(r.first, 0, fmt.Sprintf("recorded output was rewritten in %s, %d lines of it, with %s of tests beside it; this is the first",
		count(r.files, "file", "files"), r.removed, count(written, "line", "lines")),
		"Look through the new output: a tool writes what the code does, right or wrong.")
}
