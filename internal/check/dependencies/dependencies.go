// Package dependencies is the check "dependencies": what the change does to the packages that are used. Its page is
// README.md.
package dependencies

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It wishes for whole files only where a file of packages changed.
var Check = check.Wanting(check.New("dependencies", doc, pull.WithFiles, defaults, run), wants)

// maxListed bounds the findings of one kind in one file.
const maxListed = 25

func run(in *check.Input, o Options) check.Verdict {
	b := newBook(in, &o)
	if len(b.files) == 0 && len(builds(in.Pull)) == 0 {
		return check.Verdict{Outcome: check.Skip, Summary: "No manifest or lock file of packages changed."}
	}
	b.read()
	if missing := pull.WithContents &^ in.Pull.Known; missing != 0 && len(b.unread) == len(b.files) && len(b.files) > 0 {
		return check.NotRead(in.Pull, missing)
	}
	b.learn()
	for _, role := range []role{settings, manifest, lock} {
		for i, f := range b.files {
			if f.role != role || f.before == nil && f.after == nil {
				continue
			}
			from := len(b.findings)
			if role == lock {
				b.compareLock(f)
			} else {
				b.compareManifest(f)
			}
			b.compareSettings(f)
			for j := range b.findings[from:] {
				b.findings[from+j].at = i
			}
		}
	}
	b.disagreements()
	b.buildScripts()
	return b.verdict()
}

// say keeps a finding about a package, unless the policy ignores its kind.
func (b *book) say(f *file, k change, risk check.Risk, message, fix string, words ...string) *found {
	b.findings = append(b.findings, found{change: k, count: 1, Finding: check.Finding{Path: f.path, Message: message, Fix: fix, Risk: risk}})
	last := &b.findings[len(b.findings)-1]
	if b.o.level(k) == Ignore {
		return last
	}
	f.quote(&last.Finding, words...)
	return last
}

func (b *book) verdict() check.Verdict {
	all := slices.DeleteFunc(b.findings, func(f found) bool { return b.o.level(f.change) == Ignore })
	fails := func(f *found) bool { return !f.quiet && b.o.level(f.change) == Fail }
	slices.SortStableFunc(all, func(x, y found) int {
		if p, q := fails(&x), fails(&y); p != q {
			if p {
				return -1
			}
			return 1
		}
		if x.at != y.at {
			return x.at - y.at
		}
		return slices.Index(changes, x.change) - slices.Index(changes, y.change)
	})
	failing, said := map[change]int{}, map[change]int{}
	v := check.Verdict{Outcome: check.Pass}
	for i := range all {
		said[all[i].change] += all[i].count
		if fails(&all[i]) {
			failing[all[i].change] += all[i].count
		}
	}
	v.Findings = limited(all)
	switch {
	case len(failing) > 0:
		v.Outcome, v.Summary = check.Fail, "Dependencies to look at: "+counts(failing)+"."
	case len(b.unread) > 0:
		v.Outcome, v.Summary = check.Errored, "Not judged: "+count(len(b.unread), "manifest or lock file", "manifests or lock files")+" could not be read."
	case len(all) > 0:
		v.Summary = "Dependencies changed: " + counts(said) + "."
	case len(b.files) == 0:
		v.Outcome, v.Summary = check.Skip, "No manifest or lock file of packages changed."
	default:
		v.Summary = "The files of packages changed, and no dependency did."
	}
	v.Findings = append(v.Findings, b.unread...)
	return v
}

// limited leaves out what is more of the same in one file, and says how much.
func limited(all []found) []check.Finding {
	type group struct {
		path string
		change
	}
	seen := map[group]int{}
	var out []check.Finding
	for i := range all {
		g := group{all[i].Path, all[i].change}
		seen[g]++
		if seen[g] <= maxListed {
			out = append(out, all[i].Finding)
		}
	}
	for i := range all {
		g := group{all[i].Path, all[i].change}
		if more := seen[g] - maxListed; more > 0 {
			out = append(out, check.Finding{Path: g.path, Message: fmt.Sprintf("and %d more that are %s", more, g.change), Risk: all[i].Risk})
			seen[g] = 0
		}
	}
	return out
}

// counts is "1 from another place, 2 new".
func counts(by map[change]int) string {
	var parts []string
	for _, k := range changes {
		if by[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", by[k], k))
		}
	}
	return strings.Join(parts, ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
