// Package survey finds in a clone what a first policy for it should say, and writes that policy, each choice with its
// reason.
//
// It reads nothing itself: the edge brings the paths, the commits' subjects and the few texts that it asks for.
package survey

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/kind"
)

// Clone is what is known of a repository.
type Clone struct {
	Paths    []string                 // of its files
	Subjects []string                 // of its newest commits, the newest first
	Text     func(path string) string // a file's text, "" where it could not be read
}

// Findings are what a first policy rests on.
type Findings struct {
	Languages []Count // of code and tests, the most files first
	Code      int     // files of code
	Tests     int     // files of tests
	TestsIn   []Count // the folders that most tests stand in, "" for beside the code
	MoreTests []string
	Docs      int // files of documentation

	Generated []string // globs that .gitattributes gives, beyond what is known anyway
	Vendored  []string

	Owners       string   // the path of CODEOWNERS
	Template     string   // the path of the pull request template
	Sections     []string // of the template, for what, why and how it was tested
	Issues       bool     // there are templates of issues
	Keys         []Count  // of another tracker, "PAY", by the subjects that have one
	Subjects     int      // how many subjects were looked at
	Specs        []string // folders of specifications
	Instructions []string // files that steer agents
	Workflows    bool
	Locks        []string // lock files
	Packages     []string // folders of a repository of several packages
	Sensitive    []Area
}

// Count is how often something is there.
type Count struct {
	Name string
	N    int
}

// Look finds it all.
func Look(c *Clone) *Findings {
	f := &Findings{Subjects: len(c.Subjects)}
	paths := slices.DeleteFunc(slices.Clone(c.Paths), func(p string) bool { return !plain(p) })
	slices.Sort(paths)
	f.kinds(paths)
	f.attributes(c, paths)
	f.places(paths)
	f.template(c)
	f.keys(c.Subjects)
	f.Specs = specs(paths)
	f.Packages = packages(paths)
	f.Sensitive = areas(paths)
	return f
}

// plain reports whether a path can be written into a policy as a glob that means it.
func plain(p string) bool {
	return utf8.ValidString(p) && path.Clean("/"+p) == "/"+p && len(p) < 200 && !strings.ContainsAny(p, `*?[]{}\"`) && !strings.ContainsFunc(p, func(r rune) bool { return !unicode.IsPrint(r) })
}

// kinds counts languages, and code and tests by where they are.
func (f *Findings) kinds(paths []string) {
	languages, dirs := map[string]int{}, map[string]int{}
	more := map[string]bool{}
	for _, p := range paths {
		k := kind.Of(p)
		if k == kind.Code || k == kind.Test {
			if lang := kind.Language(p); lang != "" {
				languages[lang]++
			}
		}
		switch k {
		case kind.Code:
			f.Code++
			if dir := testDir(p); dir != "" {
				more[dir+"/**"] = true
			}
		case kind.Test:
			if kind.Language(p) != "" {
				f.Tests++
				dirs[testsIn(p)]++
			}
		case kind.Documentation:
			f.Docs++
		case kind.Lock:
			f.Locks = append(f.Locks, p)
		}
	}
	f.Languages, f.TestsIn = most(languages), most(dirs)
	for g := range more {
		f.MoreTests = append(f.MoreTests, g)
	}
	slices.Sort(f.MoreTests)
}

// testNames are folders of tests that the usual conventions don't know.
var testNames = []string{"qa", "smoke", "smoke-tests", "integration-tests", "system-tests", "regression", "regression-tests", "acceptance-tests", "e2e-tests", "testsuite"}

// testDir is the folder above p whose name says that tests are in it, "" where none does.
func testDir(p string) string {
	parts := strings.Split(path.Dir(p), "/")
	for i, part := range parts {
		if slices.Contains(testNames, strings.ToLower(part)) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// testsIn is the folder that holds tests and nothing else, by its name; "" for a test beside the code.
func testsIn(p string) string {
	parts := strings.Split(path.Dir(p), "/")
	for i, part := range parts {
		switch strings.ToLower(part) {
		case "test", "tests", "spec", "specs", "__tests__", "e2e", "cypress", "testdata", "integration":
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// most lists counts, the largest first.
func most(counts map[string]int) []Count {
	var all []Count
	for name, n := range counts {
		all = append(all, Count{name, n})
	}
	slices.SortFunc(all, func(a, b Count) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// ownersPaths are where GitHub looks for CODEOWNERS, in its order: docs, "About code owners".
var ownersPaths = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// instructions are files and folders that steer agents.
var instructions = []string{
	"AGENTS.md", "CLAUDE.md", "GEMINI.md", ".github/copilot-instructions.md", ".cursorrules", ".cursor", ".claude", ".mcp.json", ".codex", ".windsurfrules",
	".clinerules", ".junie", ".kiro", ".devin", ".aider.conf.yml", ".openhands", ".github/instructions", ".github/agents",
}

// places finds the files that have a meaning by their path.
func (f *Findings) places(paths []string) {
	for _, p := range ownersPaths {
		if slices.Contains(paths, p) && f.Owners == "" {
			f.Owners = p
		}
	}
	for _, name := range instructions {
		if slices.ContainsFunc(paths, func(p string) bool { return p == name || strings.HasPrefix(p, name+"/") }) {
			f.Instructions = append(f.Instructions, name)
		}
	}
	for _, p := range paths {
		lower := strings.ToLower(p)
		f.Workflows = f.Workflows || strings.HasPrefix(p, ".github/workflows/")
		f.Issues = f.Issues || strings.HasPrefix(lower, ".github/issue_template")
		switch lower {
		case ".github/pull_request_template.md", "pull_request_template.md", "docs/pull_request_template.md":
			if f.Template == "" {
				f.Template = p
			}
		}
	}
}

// packageFiles are the files at whose folder a package begins.
var packageFiles = []string{"go.mod", "package.json", "pyproject.toml", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "composer.json", "Gemfile"}

// packages are the folders of a repository of several packages, none where there is one.
func packages(paths []string) []string {
	var dirs []string
	for _, p := range paths {
		dir := path.Dir(p)
		if slices.Contains(packageFiles, path.Base(p)) && dir != "." && strings.Count(dir, "/") < 3 && !aside(p) && !strings.Contains(dir, "example") {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	if len(dirs) < 2 {
		return nil
	}
	return dirs
}

// aside reports whether a path is of what nobody writes by hand, or of tests and documentation.
func aside(p string) bool {
	switch kind.Of(p) {
	case kind.Vendored, kind.Generated, kind.Test, kind.Documentation:
		return true
	}
	return false
}
