package sandbox

import (
	"bytes"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/sluicegate/sluice/internal/pull"
)

// The most that GitHub shows of one file's diff (docs, "Limits for viewing content and diffs in a repository").
const (
	maxPatchLines = 20_000
	maxPatchBytes = 500_000
)

// maxListedFiles is the most files that GitHub lists for a pull request.
const maxListedFiles = 3000

// diff lists what changed from one tree to another, by path, as GitHub does.
func (o *objects) diff(from, to flat) []pull.File {
	var list []pull.File
	var gone, come []string
	for path, old := range from {
		now, kept := to[path]
		switch {
		case !kept:
			gone = append(gone, path)
		case now != old:
			list = append(list, o.changed(path, path, old, now))
		}
	}
	for path := range to {
		if _, kept := from[path]; !kept {
			come = append(come, path)
		}
	}
	slices.Sort(gone)
	slices.Sort(come)
	renamed := o.renames(from, to, gone, come)
	taken := map[string]bool{}
	for _, path := range come {
		if old, ok := renamed[path]; ok {
			taken[old] = true
			f := o.changed(old, path, from[old], to[path])
			f.Status, f.Previous = pull.Renamed, old
			list = append(list, f)
			continue
		}
		list = append(list, o.changed("", path, entry{}, to[path]))
	}
	for _, path := range gone {
		if !taken[path] {
			list = append(list, o.changed(path, "", from[path], entry{}))
		}
	}
	slices.SortFunc(list, func(a, b pull.File) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// changed describes one file, an empty path being no such side.
func (o *objects) changed(oldPath, newPath string, old, now entry) pull.File {
	f := pull.File{Path: newPath, Status: pull.Modified, Mode: now.mode, PreviousMode: old.mode}
	switch {
	case oldPath == "":
		f.Status = pull.Added
	case newPath == "":
		f.Path, f.Status = oldPath, pull.Removed
	case (old.mode == pull.Symlink) != (now.mode == pull.Symlink) || (old.mode == pull.Submodule) != (now.mode == pull.Submodule):
		f.Status = pull.Changed
	}
	before, after := o.text(old), o.text(now)
	switch {
	case bytes.Equal(before, after):
		f.NoPatch = pull.SameContent
	case binary(before) || binary(after):
		f.NoPatch = pull.Binary
	default:
		f.Patch, f.Added, f.Removed = patch(before, after)
		if len(f.Patch) > maxPatchBytes || f.Added+f.Removed > maxPatchLines {
			f.Patch, f.NoPatch = "", pull.TooLarge
		}
	}
	return f
}

func (o *objects) text(e entry) []byte {
	if e.mode == pull.Submodule {
		return []byte("Subproject commit " + e.sha + "\n")
	}
	return o.blobs[e.sha]
}

// binary is git's own test: a zero byte near the start.
func binary(data []byte) bool { return bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 }

// patch is the hunks as GitHub gives them, from the first "@@" on, and the lines added and removed.
func patch(before, after []byte) (hunks string, added, removed int) {
	whole := string(diff.Diff("a", before, "b", after))
	at := strings.Index(whole, "\n@@ ")
	if at < 0 {
		return "", 0, 0
	}
	hunks = strings.TrimSuffix(whole[at+1:], "\n")
	for line := range strings.SplitSeq(hunks, "\n") {
		switch {
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, "-"):
			removed++
		}
	}
	return hunks, added, removed
}

// renames pairs files that came with files that went: the same content first, then at least half of the lines.
func (o *objects) renames(from, to flat, gone, come []string) map[string]string {
	pairs := map[string]string{}
	bySHA := map[string][]string{}
	for _, path := range gone {
		bySHA[from[path].sha] = append(bySHA[from[path].sha], path)
	}
	used := map[string]bool{}
	for _, path := range come {
		if same := bySHA[to[path].sha]; len(same) > 0 {
			pairs[path], bySHA[to[path].sha] = same[0], same[1:]
			used[same[0]] = true
		}
	}
	const most = 100 * 100 // git gives up on more pairs than a limit, too
	if len(gone)*len(come) > most {
		return pairs
	}
	for _, path := range come {
		if pairs[path] != "" {
			continue
		}
		best, score := "", 0.5
		for _, old := range gone {
			if s := similarity(o.text(from[old]), o.text(to[path])); !used[old] && s >= score {
				best, score = old, s
			}
		}
		if best != "" {
			pairs[path], used[best] = best, true
		}
	}
	return pairs
}

// similarity is the part of the bytes that stand in lines which both texts have.
func similarity(a, b []byte) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := map[string]int{}
	for line := range bytes.Lines(a) {
		count[string(line)]++
	}
	common := 0
	for line := range bytes.Lines(b) {
		if count[string(line)] > 0 {
			count[string(line)]--
			common += len(line)
		}
	}
	return float64(common) / float64(max(len(a), len(b)))
}
