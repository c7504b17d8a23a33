package kind

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// All are the kinds in the order in which they are asked: a path that is two of them is the first.
var All = []Kind{Vendored, Lock, Generated, Test, Configuration, Documentation, Code, Other}

// Table tells what a path is. The zero Table is the built-in one. A Table does not change, so it may be shared.
type Table struct {
	added []rule
}

type rule struct {
	kind Kind
	glob string
}

// Default is the built-in table.
var Default Table

// With returns the table with more conventions, which win over those that it has; among themselves they are asked in
// the order of [All]. The globs are doublestar's: "qa/**", "**/*.golden". A glob that is malformed and a kind that
// does not exist are errors.
func (t Table) With(globs map[Kind][]string) (Table, error) {
	for k := range globs {
		if !slices.Contains(All, k) {
			return t, fmt.Errorf("no kind of file is named %q; the kinds are %s", k, strings.Join(Kind("").Values(), ", "))
		}
	}
	var added []rule
	for _, k := range All {
		for _, glob := range globs[k] {
			if !doublestar.ValidatePattern(glob) {
				return t, fmt.Errorf("%s: %q is no glob", k, glob)
			}
			added = append(added, rule{k, glob})
		}
	}
	return Table{added: append(added, t.added...)}, nil
}

// Of is what the file at path is, a path with slashes from the repository's root. It takes time linear in the path's
// length and never opens the file: a test that stands inside a code file, as Rust's do, is code here.
func (t Table) Of(p string) Kind {
	for _, r := range t.added {
		if doublestar.MatchUnvalidated(r.glob, p) {
			return r.kind
		}
	}
	return builtIn(p)
}

// Of is what the file at path is by the built-in table.
func Of(p string) Kind { return builtIn(p) }

func builtIn(p string) Kind {
	f := split(p)
	switch {
	case f.steering():
		return Configuration
	case f.vendored():
		return Vendored
	case f.fixture():
		return Test
	case f.lock():
		return Lock
	case f.generated():
		return Generated
	case f.test():
		return Test
	case f.configuration():
		return Configuration
	case f.documentation():
		return Documentation
	case f.code():
		return Code
	}
	return Other
}

// file is a path taken apart. The lower-case forms stand beside the real ones, since some conventions are in CamelCase.
type file struct {
	dir   string // "src/main/java", "" at the root
	base  string // "FooTest.java"
	lower string // "footest.java"
	stem  string // "FooTest": the base up to its last dot
	ext   string // ".java", lower case; "" where there is none
	lang  string
}

func split(p string) *file {
	f := &file{}
	f.dir, f.base = path.Split(p)
	f.dir = strings.TrimSuffix(f.dir, "/")
	f.lower = strings.ToLower(f.base)
	ext := path.Ext(f.base)
	if inner := path.Ext(strings.TrimSuffix(f.base, ext)); languageOfExt[strings.ToLower(inner+ext)] != "" {
		ext = inner + ext // ".tftest.hcl"
	}
	if ext == f.base {
		ext = "" // ".env"
	}
	f.stem, f.ext = f.base[:len(f.base)-len(ext)], strings.ToLower(ext)
	f.lang = languageOfExt[f.ext]
	return f
}

// within reports whether one of the directories above the file is as ok says.
func (f *file) within(ok func(dir string) bool) bool {
	for dir := range strings.SplitSeq(f.dir, "/") {
		if ok(dir) {
			return true
		}
	}
	return false
}

// top is the first directory, "" at the root.
func (f *file) top() string {
	dir, _, _ := strings.Cut(f.dir, "/")
	return dir
}

func hasSuffix(s string, suffixes []string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}

// set makes a set of the words of a text.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
