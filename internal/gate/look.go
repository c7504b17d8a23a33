package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxLook is how many places a reviewer is sent to first.
const maxLook = 5

// look names the places to look at first: where a required check failed, where another one did, then the code that
// changed most. Each file once.
func look(r *pull.Request, kinds kind.Table, verdicts []Verdict) []Look {
	var places []Look
	seen := map[string]bool{}
	add := func(place Look) {
		if len(places) < maxLook && !seen[place.Path] {
			seen[place.Path] = true
			places = append(places, place)
		}
	}
	changed := map[string]*pull.File{}
	for i := range r.Files {
		changed[r.Files[i].Path] = &r.Files[i]
	}
	for _, level := range []policy.Level{policy.Require, policy.Warn} {
		for _, v := range verdicts {
			if v.Level != level || v.Outcome != check.Fail {
				continue
			}
			for _, f := range v.Findings {
				if file := changed[f.Path]; file != nil {
					add(Look{Path: f.Path, Line: max(f.Line, firstLine(file, f.Line)), Why: v.Check + ": " + f.Message})
				}
			}
		}
	}
	for _, f := range heaviest(r, kinds) {
		add(Look{Path: f.Path, Line: firstLine(f, 0), Why: fmt.Sprintf("much of the code change is here: +%d −%d", f.Added, f.Removed)})
	}
	return places
}

// heaviest is the code files by changed lines, most first. A file with less than a tenth of the code that changed says
// nothing about where to look.
func heaviest(r *pull.Request, kinds kind.Table) []*pull.File {
	var files []*pull.File
	total := 0
	for i := range r.Files {
		f := &r.Files[i]
		if kinds.Of(f.Path) == kind.Code && f.Status != pull.Removed && f.Added+f.Removed > 0 {
			files = append(files, f)
			total += f.Added + f.Removed
		}
	}
	slices.SortStableFunc(files, func(a, b *pull.File) int {
		if d := (b.Added + b.Removed) - (a.Added + a.Removed); d != 0 {
			return d
		}
		return strings.Compare(a.Path, b.Path)
	})
	for i, f := range files {
		if (f.Added+f.Removed)*10 < total || i == maxLook {
			return files[:i]
		}
	}
	return files
}

// firstLine is where the head's side of a file first changed, or line where that is known. A file without a patch has
// no such line.
func firstLine(f *pull.File, line int) int {
	if line > 0 {
		return line
	}
	hunks, err := f.Hunks()
	if err != nil {
		return 0
	}
	for _, h := range hunks {
		for _, l := range h.Lines {
			if l.New > 0 && l.Old == 0 {
				return l.New
			}
		}
	}
	return 0
}

// change counts the change by kind, in the order in which a reviewer reads: what is empty is left out.
func change(r *pull.Request, kinds kind.Table) []Part {
	parts := map[kind.Kind]*Part{}
	for i := range r.Files {
		f := &r.Files[i]
		k := kinds.Of(f.Path)
		if parts[k] == nil {
			parts[k] = &Part{Kind: k}
		}
		parts[k].Files++
		parts[k].Added += f.Added
		parts[k].Removed += f.Removed
	}
	out := []Part{}
	for _, k := range []kind.Kind{kind.Code, kind.Test, kind.Documentation, kind.Configuration, kind.Generated, kind.Vendored, kind.Lock, kind.Other} {
		if parts[k] != nil {
			out = append(out, *parts[k])
		}
	}
	return out
}
