package scope

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/agent"
)

// Options are what a policy can say of it.
type Options struct {
	// Allow has globs of the paths that agents may touch; empty for every path that is not denied.
	Allow []string `yaml:"allow" json:"allow"`
	// Deny has globs of the paths that they may not touch, whatever Allow says.
	Deny []string `yaml:"deny" json:"deny"`
	// Agents has the paths of single agents, by slug or family. An Allow there takes the place of the general one, a
	// Deny comes on top of it.
	Agents map[string]Paths `yaml:"agents" json:"agents"`
}

// Paths are the paths of one agent.
type Paths struct {
	Allow []string `yaml:"allow" json:"allow"`
	Deny  []string `yaml:"deny" json:"deny"`
}

// Validate reports globs that can never match.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	note := func(name string, globs []string) {
		for _, glob := range globs {
			if err := valid(glob); err != nil && problems[name] == nil {
				problems[name] = err
			}
		}
	}
	note("allow", o.Allow)
	note("deny", o.Deny)
	names := make([]string, 0, len(o.Agents))
	for name := range o.Agents {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		note("agents", o.Agents[name].Allow)
		note("agents", o.Agents[name].Deny)
	}
	return problems
}

func valid(glob string) error {
	switch {
	case glob == "":
		return errors.New("an empty glob matches nothing; leave it out")
	case strings.HasSuffix(glob, "/"):
		return fmt.Errorf("%q matches no file; write %q for everything below", glob, glob+"**")
	case strings.HasPrefix(glob, "/"), strings.HasPrefix(glob, "./"):
		return fmt.Errorf("%q matches nothing, since paths begin at the repository's root; write %q", glob, strings.TrimLeft(glob, "./"))
	case strings.HasPrefix(glob, "!"):
		return fmt.Errorf("%q: globs don't negate; put the rest of it under deny", glob)
	case !doublestar.ValidatePattern(glob):
		return fmt.Errorf("%q is no glob", glob)
	}
	return nil
}

// rules are the paths that hold for one agent, or in general.
type rules struct {
	agent       string // its name in the policy; "" for the general rules
	allow, deny []glob
}

// glob is a pattern, beside the form of it that disregards case and look-alikes.
type glob struct{ text, folded string }

// rules are those that the change has to keep: of every agent that surely took part, else of every one of whom there is a
// sign. Where agents took part of whom the policy says nothing, and where none is known, the general rules hold.
func (o Options) rules(a *agent.Attribution) []rules {
	var found []agent.Found
	if a != nil {
		for _, f := range a.Agents {
			if f.Confidence.AtLeast(agent.Probable) {
				found = append(found, f)
			}
		}
		if len(found) == 0 {
			found = a.Agents
		}
	}
	general := rules{allow: globs(o.Allow), deny: globs(o.Deny)}
	var out []rules
	done := map[string]bool{}
	for _, f := range found {
		r := general
		for _, name := range []string{f.Family, f.Agent} { // the slug says more than the family
			paths, ok := o.Agents[name]
			if !ok || name == r.agent {
				continue
			}
			r.agent = name
			if len(paths.Allow) > 0 {
				r.allow = globs(paths.Allow)
			}
			r.deny = append(slices.Clip(r.deny), globs(paths.Deny)...)
		}
		if !done[r.agent] {
			done[r.agent] = true
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return []rules{general}
	}
	return out
}

func globs(texts []string) []glob {
	out := make([]glob, len(texts))
	for i, text := range texts {
		out[i] = glob{text, foldGlob(text)}
	}
	return out
}
