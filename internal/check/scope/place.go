package scope

import (
	"fmt"
	"slices"

	"github.com/bmatcuk/doublestar/v4"
)

// place says why the rules don't let an agent touch path, nil where they do.
func (r *rules) place(path string) *problem {
	read := fold(path)
	for _, g := range r.deny {
		if doublestar.MatchUnvalidated(g.text, path) {
			return &problem{fmt.Sprintf("is denied by %q%s", g.text, r.forWhom()), "Take the change to this file out, or have a person make it."}
		}
		if (read != path || g.folded != g.text) && doublestar.MatchUnvalidated(g.folded, read) {
			return &problem{fmt.Sprintf("reads like a path that is denied by %q%s", g.text, r.forWhom()), "Take this file out, or give it a name of its own."}
		}
	}
	if p, exact := protectedBy(path); p != nil && !r.spells(path) {
		if !exact {
			return &problem{fmt.Sprintf("reads like %s, which %s", p.text, p.why), "Give the file another name."}
		}
		if !r.names(p, path) {
			return &problem{
				fmt.Sprintf("%s, so no agent may touch it unless the policy names it", p.why),
				fmt.Sprintf("Take the change to this file out. To permit it, write %+q into allow of the scope check.", path),
			}
		}
		return nil // the policy names it, which is to allow it
	}
	if len(r.allow) == 0 || slices.ContainsFunc(r.allow, func(g glob) bool { return doublestar.MatchUnvalidated(g.text, path) }) {
		return nil
	}
	for _, g := range r.allow {
		if doublestar.MatchUnvalidated(g.folded, read) {
			return &problem{fmt.Sprintf("reads like a path that is allowed by %q%s, and is another one", g.text, r.forWhom()), "Use the same letters and the same case as the directory that is meant."}
		}
	}
	return &problem{"is outside of what the policy allows" + r.forWhom(), "Take the change to this file out, or ask for its path to be added to allow."}
}

func (r *rules) forWhom() string {
	if r.agent == "" {
		return ""
	}
	return " for " + r.agent
}

// spells reports whether the policy allows path by its whole name, without a wildcard.
func (r *rules) spells(path string) bool {
	return slices.ContainsFunc(r.allow, func(g glob) bool { return g.text == path })
}

// names reports whether a glob of allow matches path and spells out the protected name.
func (r *rules) names(p *protected, path string) bool {
	return slices.ContainsFunc(r.allow, func(g glob) bool {
		return p.spelledIn(g.text) && doublestar.MatchUnvalidated(g.text, path)
	})
}
