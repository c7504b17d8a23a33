// Package scope is the check "scope": every path that the change touches is where the agent may work. Its page is README.md.
package scope

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It needs the modes: without them a link or a submodule looks like a file. It only
// wishes for the patches, which say where a link leads.
var Check = check.Wanting(check.New("scope", doc, pull.WithFiles|pull.WithModes, Options{}, run), func(r *pull.Request, _ Options) pull.Needs {
	if slices.ContainsFunc(r.Files, func(f pull.File) bool { return f.Mode == pull.Symlink }) {
		return pull.Needs{Facts: pull.WithPatches}
	}
	return pull.Needs{}
})

func run(in *check.Input, o Options) check.Verdict {
	files := in.Pull.Files
	if len(files) == 0 {
		return check.Verdict{Outcome: check.Skip, Summary: "The change touches no file."}
	}
	rules := o.rules(in.Attribution)
	seen := map[string]string{} // each path as it reads, and the first that reads so
	var v check.Verdict
	bad := 0
	for i := range files {
		findings := judge(&files[i], rules)
		if f := collision(&files[i], seen); f != nil {
			findings = append(findings, *f)
		}
		if len(findings) > 0 {
			bad++
		}
		v.Findings = append(v.Findings, findings...)
	}
	switch {
	case bad == 0 && len(files) == 1:
		v.Outcome, v.Summary = check.Pass, "The file is in scope."
	case bad == 0:
		v.Outcome, v.Summary = check.Pass, fmt.Sprintf("All %d files are in scope.", len(files))
	case len(files) == 1:
		v.Outcome, v.Summary = check.Fail, "The file is out of scope."
	default:
		v.Outcome, v.Summary = check.Fail, fmt.Sprintf("Out of scope: %d of %d files.", bad, len(files))
	}
	return v
}

// judge says everything that is wrong with one file, each thing once.
func judge(f *pull.File, rules []rules) []check.Finding {
	var out []check.Finding
	add := func(problem problem) {
		finding := check.Finding{Path: f.Path, Message: problem.what, Fix: problem.fix}
		for _, other := range out {
			if other.Message == finding.Message {
				return
			}
		}
		out = append(out, finding)
	}
	for _, path := range f.Paths() {
		name := ""
		if path != f.Path {
			name = fmt.Sprintf("its old name %s ", quote(path))
		}
		hard := impossible(path)
		for _, p := range hard {
			add(p.of(name))
		}
		if len(path) > maxPath {
			continue
		}
		for i := range rules {
			r := &rules[i]
			if len(hard) == 0 && !r.spells(path) {
				for _, p := range disguised(path) {
					add(p.of(name))
				}
			}
			if p := r.place(path); p != nil {
				add(p.of(name))
			}
		}
	}
	for i := range rules {
		for _, p := range rules[i].form(f) {
			add(p)
		}
	}
	return out
}

// problem is one thing wrong with a file. what begins with a verb: "is denied by …".
type problem struct{ what, fix string }

func (p problem) of(name string) problem { return problem{name + p.what, p.fix} }

// collision finds two paths of one change that are the same file where case and look-alikes are not told apart.
func collision(f *pull.File, seen map[string]string) *check.Finding {
	if f.Status == pull.Removed {
		return nil
	}
	key := fold(f.Path)
	first, ok := seen[key]
	if !ok {
		seen[key] = f.Path
		return nil
	}
	if first == f.Path {
		return nil
	}
	return &check.Finding{
		Path:    f.Path,
		Message: fmt.Sprintf("reads the same as %s, which the change touches too", quote(first)),
		Fix:     "Rename one of the two, so that they differ by more than case or look-alike letters.",
	}
}
