package github

import (
	"fmt"
	"slices"

	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// layer puts the policy at this commit behind layers, if there is one.
func (g *governing) layer(layers []policy.Layer, name policy.LayerName, repo string) []policy.Layer {
	if g == nil || g.Policy == nil {
		return layers
	}
	text, whole := g.Policy.text()
	if !whole {
		// A part of a policy must not pass for all of it. This sentence is YAML, but no policy: whoever decodes it shows it.
		text = "this policy cannot be read: it is no text file, or larger than GitHub shows in one piece (512 KB)"
	}
	return append(layers, policy.Layer{Name: name, Source: fmt.Sprintf("%s:%s@%s", repo, policy.Path, short(g.OID)), Text: text})
}

// documents reads the owners and the template into r; organisation is the owner's ".github" repository, nil where there is
// none.
func (g *governing) documents(r *pull.Request, organisation *organisation) {
	// docs, "About code owners": .github, the root and docs are searched in that order, the first file counts.
	r.Owners = document(r, pull.WithOwners, "CODEOWNERS", g.Owners0, g.Owners1, g.Owners2)
	r.Template = g.template(r)
	// docs, "Creating a default community health file": the organisation's stands in for one that isn't there.
	if r.Template == (pull.Document{}) && organisation != nil && organisation.DefaultBranchRef != nil && organisation.DefaultBranchRef.Target != nil {
		if r.Template = organisation.DefaultBranchRef.Target.template(r); r.Template.Path != "" {
			r.Template.Path = organisation.NameWithOwner + ":" + r.Template.Path
		}
	}
}

func (g *governing) template(r *pull.Request) pull.Document {
	return document(r, pull.WithTemplate, "the template",
		g.Template0, g.Template1, g.Template2, g.Template3, g.Template4, g.Template5)
}

// document is the first of several files, the zero one where there is none.
func document(r *pull.Request, fact pull.Facts, word string, files ...*blob) pull.Document {
	if slices.ContainsFunc(r.Gaps, func(g pull.Gap) bool { return g.Facts&fact != 0 }) {
		return pull.Document{} // it is there, and cannot be read
	}
	r.Known |= fact
	for _, f := range files {
		if f == nil {
			continue
		}
		text, whole := f.text()
		if !whole {
			gap(r, fact, fmt.Sprintf("%s (%s) is no text, or larger than GitHub shows in one piece", word, f.Path))
			return pull.Document{}
		}
		return pull.Document{Path: f.Path, Text: text}
	}
	return pull.Document{}
}
