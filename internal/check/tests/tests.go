// Package tests is the check "tests": code changed, so tests changed with it, and none was weakened. Its page is README.md.
package tests

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It wishes for the patches: each file says for itself whether its own was read, and
// the answer need not hang on it.
var Check = check.Wanting(check.New("tests", doc, pull.WithFiles, Options{Weakened: Fails, Doubtful: Shown}, run), func(*pull.Request, Options) pull.Needs {
	return pull.Needs{Facts: pull.WithPatches}
})

// Options are what a policy can say of it.
type Options struct {
	// Each asks for a test near every code file that changed; otherwise one test is enough.
	Each bool `yaml:"each" json:"each"`
	// Ignore has globs of paths that are left out, as if they were not in the change.
	Ignore []string `yaml:"ignore" json:"ignore"`
	// Weakened is what it comes to that a test notices less than it did.
	Weakened Severity `yaml:"weakened" json:"weakened"`
	// Doubtful is what it comes to that a change of tests can be right or wrong: expected values, recorded output.
	Doubtful Severity `yaml:"doubtful" json:"doubtful"`
	// Allow has globs of paths in which tests may be weakened.
	Allow []string `yaml:"allow" json:"allow"`
}

// Validate reports globs that cannot be.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	for name, globs := range map[string][]string{"ignore": o.Ignore, "allow": o.Allow} {
		for _, glob := range globs {
			if !doublestar.ValidatePattern(glob) {
				problems[name] = fmt.Errorf("%q is no glob", glob)
			}
		}
	}
	return problems
}

func run(in *check.Input, o Options) check.Verdict {
	files := in.Pull.Files
	c := change{old: map[uint64]int{}}
	kinds := make([]kind.Kind, len(files))
	for i := range files {
		if ignored(o.Ignore, files[i].Path) {
			continue
		}
		kinds[i] = in.Kinds.Of(files[i].Path)
		if was := files[i].Previous; kinds[i] != kind.Test && files[i].Status == pull.Renamed && in.Kinds.Of(was) == kind.Test {
			kinds[i] = kind.Other // a test that was renamed into something else is code to nobody
			c.idle(&files[i], "it was renamed, and nothing runs it under this name")
		}
	}
	c.read(files, kinds)
	v := c.verdict(o.Each)
	if o.Weakened != Off || o.Doubtful != Off {
		v = strengthOf(&c, files, kinds, o).judge(v, &c, o)
	}
	if v.Outcome == check.Errored && !in.Pull.Known.Has(pull.WithPatches) {
		return check.NotRead(in.Pull, pull.WithPatches)
	}
	return v
}

func ignored(globs []string, path string) bool {
	for _, glob := range globs {
		if doublestar.MatchUnvalidated(glob, path) {
			return true
		}
	}
	return false
}

// verdict says what the change comes to.
func (c *change) verdict(each bool) check.Verdict {
	switch {
	case len(c.code) == 0 && len(c.unreadCode) == 0:
		return check.Verdict{Outcome: check.Skip, Summary: c.whyNone()}
	case len(c.tests) == 0 && (len(c.unreadTests) > 0 || len(c.code) == 0):
		return c.unsure()
	case len(c.tests) == 0:
		return c.untested()
	}
	without, maybe := c.withoutNear()
	code := count(len(c.code)+len(c.unreadCode), "file of code", "files of code")
	v := check.Verdict{Outcome: check.Pass, Findings: without}
	v.Summary = fmt.Sprintf("Tests changed with the code: %s, %s", count(len(c.tests), "file of tests", "files of tests"), code)
	switch {
	case len(without) > 0 && each:
		v.Outcome = check.Fail
		v.Summary = fmt.Sprintf("%d of %s changed without a test near.", len(without), code)
	case len(without) > 0:
		v.Summary += fmt.Sprintf("; %d without a test near.", len(without))
	case len(maybe) > 0 && each:
		return check.Verdict{Outcome: check.Errored, Summary: "Not judged: a part of the change could not be read.", Findings: maybe}
	default:
		v.Summary += "."
	}
	return v
}

// withoutNear names the code that has no test near it, and the code of which that cannot be told.
func (c *change) withoutNear() (without, maybe []check.Finding) {
	near, unread := index(c.tests), index(c.unreadTests)
	for _, f := range c.code {
		switch {
		case near.has(f.path):
		case unread.has(f.path):
			maybe = append(maybe, unreadFinding(f.path, "the test near it could not be read"))
		default:
			without = append(without, check.Finding{
				Path: f.path, Line: f.line, Message: "changed, and no test near it changed",
				Fix: "Add or change a test that is named for it or stands in its package, or tell the reviewer which test covers it.",
			})
		}
	}
	for _, f := range c.unreadCode {
		if !near.has(f.path) {
			maybe = append(maybe, unreadFinding(f.path, f.why))
		}
	}
	return without, maybe
}

// untested is the verdict on code without any test.
func (c *change) untested() check.Verdict {
	n := len(c.code) + len(c.unreadCode)
	v := check.Verdict{Outcome: check.Fail, Findings: c.idleTests}
	v.Summary = count(n, "file of code changed, and no test changed with it.", "files of code changed, and no test changed with them.")
	for _, f := range c.code {
		v.Findings = append(v.Findings, check.Finding{
			Path: f.path, Line: f.line, Message: "changed without a test",
			Fix: "Add a test that fails without this change, or change the one that covers it.",
		})
	}
	return v
}

// whyNone says why no test is needed.
func (c *change) whyNone() string {
	switch {
	case c.removed > 0 && c.quiet > 0:
		return "No test is needed: code was only removed, renamed, or changed in white space and comments."
	case c.removed > 0:
		return "No test is needed: code was only removed."
	case c.quiet > 0:
		return "No test is needed: in code only names, white space and comments changed."
	case len(c.tests) > 0 || len(c.unreadTests) > 0 || len(c.idleTests) > 0:
		return "No test is needed: only tests changed."
	}
	return "No test is needed: no code changed."
}

// unsure is the verdict that hangs on what could not be read.
func (c *change) unsure() check.Verdict {
	v := check.Verdict{Outcome: check.Errored, Summary: "Not judged: the change of the code could not be read."}
	if len(c.unreadTests) > 0 {
		v.Summary = "Not judged: a test's change could not be read."
	}
	for _, f := range slices.Concat(c.unreadTests, c.unreadCode) {
		v.Findings = append(v.Findings, unreadFinding(f.path, f.why))
	}
	return v
}

func unreadFinding(path, why string) check.Finding {
	f := check.Finding{Path: path, Message: why}
	if why == tooLarge {
		f.Fix = "Split the change so that GitHub shows this file's diff, or put the file under ignore in the policy."
	}
	return f
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
