package size

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
)

// maxAreas bounds how many parts a change is said to fall into.
const maxAreas = 6

// frames are directories that only say what is kept in them: the code below and its tests belong together.
var frames = map[string]bool{
	"src": true, "lib": true, "app": true, "main": true, "java": true, "kotlin": true, "python": true, "js": true, "ts": true,
	"internal": true, "pkg": true, "packages": true, "crates": true, "cmd": true, "source": true, "sources": true,
	"test": true, "tests": true, "spec": true, "specs": true, "__tests__": true, "testing": true, "unit": true, "integration": true,
	"e2e": true, "testdata": true, "fixtures": true, "__snapshots__": true, "com": true, "org": true, "io": true,
}

// docs are directories of documentation. A page that stands beside code goes with the code.
var docs = map[string]bool{"doc": true, "docs": true, "documentation": true}

// area is a part of the change that could be a pull request of its own.
type area struct {
	name  string   // of documentation; empty elsewhere
	parts []part   // in the order of the change
	keys  []string // of each part, what is left of its directory
	depth int      // how many parts of the keys the area goes by
	lines int
}

// advice says into which parts the change falls.
func (t *total) advice(o *Options) string {
	areas := t.areas(o)
	if len(areas) < 2 {
		if len(t.each) == 1 {
			return "Split it into steps that can each be read and merged by themselves: first what changes no behaviour."
		}
		return fmt.Sprintf("Split it into steps that can each be read and merged by themselves: first what changes no behaviour. All of it is in %s.", t.root())
	}
	var parts []string
	for i := range areas {
		if i == maxAreas-1 && len(areas) > maxAreas {
			rest := area{}
			for j := range areas[i:] {
				rest.parts = append(rest.parts, areas[i+j].parts...)
				rest.lines += areas[i+j].lines
			}
			parts = append(parts, fmt.Sprintf("%d smaller areas (%s, %s)", len(areas)-i, count(len(rest.parts), "file", "files"), count(rest.lines, "line", "lines")))
			break
		}
		parts = append(parts, areas[i].String())
	}
	return "Split it, for instance into: " + strings.Join(parts, "; ") + "."
}

// root is the directory that has all files to read.
func (t *total) root() string {
	paths := make([]string, len(t.each))
	for i, p := range t.each {
		paths[i] = p.path
	}
	return common(paths)
}

// areas are the parts by directories, the largest first.
func (t *total) areas(o *Options) []area {
	papers, rest := area{name: "documentation"}, area{}
	for _, p := range t.each {
		to := &rest
		if p.kind == kind.Documentation && (!strings.Contains(p.path, "/") || docs[strings.ToLower(p.path[:strings.IndexByte(p.path, '/')])]) {
			to = &papers
		}
		to.parts = append(to.parts, p)
		to.keys = append(to.keys, trunk(p.path))
		to.lines += p.lines
	}
	var done, open []area
	if len(papers.parts) > 0 {
		done = append(done, papers)
	}
	if len(rest.parts) > 0 {
		open = append(open, rest)
	}
	most := o.MaxLines
	if most == 0 {
		most = defaults.MaxLines
	}
	for len(open) > 0 {
		at := largest(open)
		a := open[at]
		open = slices.Delete(open, at, at+1)
		enough := len(done)+len(open) > 0 && (a.lines*2 <= most || len(done)+len(open) >= maxAreas-1)
		if split := a.split(); enough || len(split) == 0 {
			done = append(done, a)
		} else {
			open = append(open, split...)
		}
	}
	slices.SortStableFunc(done, func(a, b area) int {
		if a.lines != b.lines {
			return b.lines - a.lines
		}
		return strings.Compare(a.String(), b.String())
	})
	return done
}

func largest(areas []area) int {
	at := 0
	for i := range areas {
		if areas[i].lines > areas[at].lines {
			at = i
		}
	}
	return at
}

// split takes an area apart at the next directories; nothing where there is only one.
func (a *area) split() []area {
	for depth := a.depth + 1; depth < a.depth+30; depth++ {
		by, order, deeper := map[string]*area{}, []string{}, false
		for i, p := range a.parts {
			k, more := prefix(a.keys[i], depth)
			deeper = deeper || more
			if by[k] == nil {
				by[k] = &area{depth: depth}
				order = append(order, k)
			}
			by[k].parts = append(by[k].parts, p)
			by[k].keys = append(by[k].keys, a.keys[i])
			by[k].lines += p.lines
		}
		if len(order) > 1 {
			slices.Sort(order)
			out := make([]area, len(order))
			for i, k := range order {
				out[i] = *by[k]
			}
			return out
		}
		if !deeper {
			return nil
		}
	}
	return nil
}

// prefix is the first n directories of a key, and whether there are more.
func prefix(k string, n int) (string, bool) {
	at := 0
	for range n {
		i := strings.IndexByte(k[at:], '/')
		if i < 0 {
			return k, false
		}
		at += i + 1
	}
	return k[:at], at < len(k)
}

// trunk is a path's directories without those that only say what is kept in them, each with a slash behind it.
func trunk(p string) string {
	var b strings.Builder
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		if dir != "." && !frames[strings.ToLower(dir)] {
			b.WriteString(dir)
			b.WriteByte('/')
		}
	}
	return b.String()
}

// String is "src/billing with its tests (5 files, 320 lines)".
func (a *area) String() string {
	name, tests := a.name, 0
	if name == "" {
		var code []string
		for _, p := range a.parts {
			if p.kind == kind.Test {
				tests++
			} else {
				code = append(code, p.path)
			}
		}
		switch {
		case len(code) == 0:
			for _, p := range a.parts {
				code = append(code, p.path)
			}
			name = "tests in " + common(code)
		case tests > 0:
			name = common(code) + " with its tests"
		default:
			name = common(code)
		}
	}
	if len(a.parts) == 1 {
		return fmt.Sprintf("%s (%s)", a.parts[0].path, count(a.lines, "line", "lines"))
	}
	return fmt.Sprintf("%s (%s, %s)", name, count(len(a.parts), "file", "files"), count(a.lines, "line", "lines"))
}

// common is the directory that has all paths, or the one path.
func common(paths []string) string {
	if len(paths) == 1 {
		return paths[0]
	}
	dir := path.Dir(paths[0])
	for _, p := range paths[1:] {
		for dir != "." && !strings.HasPrefix(p, dir+"/") {
			dir = path.Dir(dir)
		}
	}
	if dir == "." {
		return "the root"
	}
	return dir
}
