// Package controlplane is the check "control-plane": the change does not loosen what steers agents, CI and review. Its page
// is README.md.
package controlplane

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It wishes for whole files, since a setting's meaning hangs on what stands around
// it, and for modes, since a hook without its executable bit does not run.
var Check = check.Wanting(check.New("control-plane", doc, pull.WithFiles|pull.WithPatches, Options{Trusted: []string{"actions", "github"}}, run), wants)

// Options are what a policy can say of it.
type Options struct {
	// Ignore has globs of paths that are left out.
	Ignore []string `yaml:"ignore" json:"ignore"`
	// Trusted has the owners of actions that may be used by a tag. The repository's own owner always may.
	Trusted []string `yaml:"trusted" json:"trusted"`
	// Servers has globs of the MCP servers that may be added, by what they are: a URL, a package, an image or a command.
	Servers []string `yaml:"servers" json:"servers"`
}

// Validate reports globs that cannot be.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	for name, globs := range map[string][]string{"ignore": o.Ignore, "servers": o.Servers} {
		for _, glob := range globs {
			if glob == "" || !doublestar.ValidatePattern(glob) {
				problems[name] = fmt.Errorf("%q is no glob", glob)
			}
		}
	}
	for _, owner := range o.Trusted {
		if owner == "" || strings.ContainsAny(owner, "/@* ") {
			problems["trusted"] = fmt.Errorf("%q is no owner of actions; write a login, as in \"actions\"", owner)
		}
	}
	return problems
}

func (o *Options) ignores(path string) bool {
	return slices.ContainsFunc(o.Ignore, func(glob string) bool { return doublestar.MatchUnvalidated(glob, path) })
}

// wants asks for every control file whole, and for the files that an instruction file newly takes in.
func wants(r *pull.Request, o Options) pull.Needs {
	needs := pull.Needs{}
	for i := range r.Files {
		f := &r.Files[i]
		now, was := surfaces(f)
		if o.ignores(f.Path) || now == none && was == none {
			continue
		}
		needs.Facts |= pull.WithContents | pull.WithModes
		if now == owners {
			needs.Facts |= pull.WithOwners
		}
		if f.Status == pull.Removed {
			continue
		}
		needs.Contents = append(needs.Contents, f.Path)
		if now == instructions {
			needs.Contents = append(needs.Contents, takenIn(f)...)
		}
	}
	return needs
}

func run(in *check.Input, o Options) check.Verdict {
	r := &report{in: in, o: &o}
	var changes []*change
	for i := range in.Pull.Files {
		f := &in.Pull.Files[i]
		now, was := surfaces(f)
		if o.ignores(f.Path) || now == none && was == none {
			continue
		}
		if c := r.open(f, now, was); c != nil {
			changes = append(changes, c)
		}
	}
	if r.files == 0 {
		return check.Verdict{Outcome: check.Skip, Summary: "No file that steers agents, CI or review changed."}
	}
	r.gather(changes)
	for _, c := range changes {
		c.judge()
		c.close()
	}
	return r.verdict()
}

// judge compares both sides of one file by what it is.
func (c *change) judge() {
	c.hidden()
	c.moved()
	switch c.surface {
	case instructions:
		c.instructions()
	case settings, sharedSettings:
		c.settings()
	case script:
		c.script()
	case container:
		c.container()
	case tasks:
		c.tasks()
	case owners:
		c.owners()
	case gatePolicy, updates, protection:
		c.governance()
	case commitHooks:
		c.commitHooks()
	case ignoreList:
		c.ignoreList()
	case workflow, action:
		c.workflow()
	case other:
		c.other()
	}
}
