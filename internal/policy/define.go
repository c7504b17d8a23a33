package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Definition is an agent of one's own, in the form of the files in internal/agent/fingerprints.
type Definition struct {
	*agent.Fingerprint // nil where it has a mistake
	node               *yaml.Node
}

// DecodeStrict reads a fingerprint.
func (d *Definition) DecodeStrict(node *yaml.Node) []strict.Problem {
	f, problems := agent.Decode(node)
	for i := range problems {
		p := &problems[i]
		p.Message = strings.Map(visible, p.Message) // a pattern's own words can hold anything
		if p.Line == 0 {                            // of a key that is missing
			p.Line, p.Column = node.Line, node.Column
		}
	}
	if len(problems) > 0 {
		f = nil
	}
	d.Fingerprint, d.node = f, node
	return problems
}

func visible(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// defined is an agent that a layer defines.
type defined struct {
	*agent.Fingerprint
	place string // "line 7 of acme/api:.github/sluice.yml"
}

// Catalog is the agents that can be recognised: the built-in ones, and over them those that the layers define. Of two
// with one slug, the later layer's counts.
func (p *Policy) Catalog() *agent.Catalog { return p.catalog }

// define takes a file's agents, before anything else of it is judged: the file may name them.
func (l *loading) define(file *File) {
	lines := map[string]int{}
	for _, d := range file.Agents.Define {
		if d.Fingerprint == nil {
			continue // it was refused when it was decoded
		}
		if before := lines[d.Slug]; before > 0 {
			l.problem(d.node, "an agent is defined as %q already, on line %d", d.Slug, before)
			continue
		}
		lines[d.Slug] = d.node.Line
		old, known := l.recognised(d.Slug)
		if !known && !signed(d.Fingerprint) {
			l.problem(d.node, "%s has no sign to be recognised by; give it accounts, commits, trailers, messages, body, branches or labels", d.Slug)
			continue
		}
		if l.at.Name == RepositoryLayer && l.locks.hold("agents", "define") && !l.adds(d.Fingerprint) {
			l.refused("agents.define", d.node)
			continue
		}
		if known {
			l.notes = append(l.notes, fmt.Sprintf("%s is recognised as %s says, not as %s does.", d.Slug, l.label(d.node), old))
		}
		l.defined = append(l.defined, defined{d.Fingerprint, l.label(d.node)})
		if l.agents != nil {
			l.agents = append(slices.Clone(l.agents), d.Slug, d.Family)
			slices.Sort(l.agents)
			l.agents = slices.Compact(l.agents)
		}
	}
}

// recognised reports whether a slug is known so far, and by whom.
func (l *loading) recognised(slug string) (by string, known bool) {
	for _, d := range slices.Backward(l.defined) {
		if d.Slug == slug {
			return d.place, true
		}
	}
	return "the built-in fingerprint", slices.ContainsFunc(agent.BuiltIn().Find(slug), func(f *agent.Fingerprint) bool { return f.Slug == slug })
}

// adds reports whether a definition takes nothing away from those that are there: it is of an agent of a new name and
// family, and takes over no other's signs. A bot's or a reviewer's signs do not count, so they could. Where the gate is
// locked to some kinds of authorship, one more agent could turn a gated kind into another.
func (l *loading) adds(f *agent.Fingerprint) bool {
	for _, kind := range []agent.Authorship{agent.Autonomous, agent.Assisted, agent.Mixed} {
		if l.locks.hold("agents", "gate") && !slices.Contains(l.Policy.agents.Gate, kind) {
			return false
		}
	}
	named := func(name string) bool {
		return len(agent.BuiltIn().Find(name)) > 0 || slices.ContainsFunc(l.defined, func(d defined) bool {
			return d.Slug == name || d.Family == name
		})
	}
	return f.Class == agent.Agent && !f.Hosts && len(f.Absorbs) == 0 && !named(f.Slug) && !named(f.Family)
}

// signed reports whether there is anything that an agent could be recognised by.
func signed(f *agent.Fingerprint) bool {
	return len(f.Accounts)+len(f.Commits)+len(f.Trailers)+len(f.Messages)+len(f.Body)+len(f.Branches)+len(f.Labels) > 0
}

// catalogOf is the built-in catalog with what the layers define.
func catalogOf(own []defined) *agent.Catalog {
	if len(own) == 0 {
		return agent.BuiltIn()
	}
	var extra []*agent.Fingerprint
	for _, d := range own {
		extra = append(extra, d.Fingerprint)
	}
	return agent.BuiltIn().With(extra...)
}
