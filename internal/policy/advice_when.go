package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// rule looks at one rule by itself.
func (a *adviser) rule(r *layerRule) {
	when := strict.Field(r.node, "when")
	a.globs(r.from, "paths", strict.Field(when, "paths"), r.When.Paths)
	a.globs(r.from, "touches", strict.Field(when, "touches"), r.When.Touches)
	for i := range r.Checks {
		a.options(r.from, &r.Checks[i])
	}
	a.branches(r, strict.Field(when, "base"))
	a.repositories(r, strict.Field(when, "repository"))
	a.agents(r, when)
	a.never(r, when)
	a.always(r, when)
	a.label(r, strict.Field(when, "labels"))
}

// notInBranch is what git refuses in the name of a branch, beside what is a glob's: "git help check-ref-format".
var notInBranch = regexp.MustCompile(`[ ~^:]|\.\.|//|@\{|^/|\.lock$|\.$`)

// branches finds globs that no branch can match.
func (a *adviser) branches(r *layerRule, node *yaml.Node) {
	for i, g := range r.When.Base {
		for _, before := range []string{"refs/heads/", "origin/", "refs/"} {
			if rest, ok := strings.CutPrefix(string(g), before); ok {
				a.advise(r.from, item(node, i), fmt.Sprintf("write %q", rest), "base: %q matches no branch: GitHub's names of branches have no %q before them", g, before)
				break
			}
		}
		if at := notInBranch.FindString(string(g)); at != "" {
			a.advise(r.from, item(node, i), "write the branch's name as GitHub shows it", "base: %q matches no branch: git allows no %q there", g, at)
		}
		if near := a.misspelt(string(g)); near != "" && r.from.Name == RepositoryLayer {
			a.advise(r.from, item(node, i), fmt.Sprintf("write %q", near), "base: this clone knows no branch %q", g)
		}
	}
}

// misspelt is the branch that a name was most likely meant for, "" where the clone has one of that name, or none that is
// near: a clone need not know every branch.
func (a *adviser) misspelt(name string) string {
	if strings.ContainsAny(name, `*?[{/\`) || slices.Contains(a.ground.Branches, name) {
		return ""
	}
	return strict.Nearest(name, a.ground.Branches)
}

func (a *adviser) repositories(r *layerRule, node *yaml.Node) {
	for i, g := range r.When.Repository {
		switch {
		case !strings.Contains(string(g), "/") && g != "**":
			a.advise(r.from, item(node, i), fmt.Sprintf("write %q", "*/"+string(g)), "repository: %q matches none: a repository is its owner and its name", g)
		case r.from.Name == RepositoryLayer:
			a.advise(r.from, item(node, i), "delete the condition, or move the rule to the organisation's policy", "repository: this policy is for one repository alone")
			return
		}
	}
}

// agents finds conditions on who wrote it that hold only where the gate does not apply, or is closed anyway.
func (a *adviser) agents(r *layerRule, when *yaml.Node) {
	gate := a.policy.agents.Gate
	if w := r.When.Authorship; len(w) > 0 && !slices.ContainsFunc(w, func(how agent.Authorship) bool { return slices.Contains(gate, how) }) && len(a.policy.agents.Deny) == 0 {
		a.advise(r.from, strict.Field(when, "authorship"), "add it to agents.gate, or delete the rule", "authorship: the gate is not for %s pull requests, so rule %q never counts", w[0], r.Name)
	}
	for i, name := range r.When.Agent {
		if slices.Contains(a.policy.agents.Deny, name) {
			a.advise(r.from, item(strict.Field(when, "agent"), i), fmt.Sprintf("take %s out of agents.deny, or out of the rule", name),
				"agent: nobody may use %s here, so its pull requests are closed whatever rule %q says", name, r.Name)
		}
	}
}

// never finds conditions that cannot hold together.
func (a *adviser) never(r *layerRule, when *yaml.Node) {
	w := &r.When
	if len(w.Paths) > 0 && len(w.Touches) > 0 && !slices.ContainsFunc(w.Paths, func(p Glob) bool {
		return slices.ContainsFunc(w.Touches, func(t Glob) bool { return !apart(p, t) })
	}) {
		a.advise(r.from, strict.Field(when, "touches"), "make two rules of it, or keep one of the two conditions",
			"rule %q never matches: every path must be of %q, and then none is of %q", r.Name, w.Paths[0], w.Touches[0])
	}
	for i, k := range w.TouchesKinds {
		if len(w.Kinds) > 0 && !slices.Contains(w.Kinds, k) {
			a.advise(r.from, item(strict.Field(when, "touches_kinds"), i), fmt.Sprintf("add %s to kinds, or delete it here", k),
				"rule %q: every path must be of kinds, so none is of kind %s", r.Name, k)
		}
	}
	if w.Size != nil && w.Size.FilesUnder != nil && *w.Size.FilesUnder <= 1 && (len(w.Paths) > 0 || len(w.Touches) > 0 || len(w.Kinds) > 0) {
		a.advise(r.from, strict.Field(strict.Field(when, "size"), "files_under"), "write a larger number", "rule %q never matches: a change that touches paths has at least 1 file", r.Name)
	}
}

// always finds conditions that hold of every change.
func (a *adviser) always(r *layerRule, when *yaml.Node) {
	w := &r.When
	for _, c := range []struct {
		key   string
		globs []Glob
	}{{"paths", w.Paths}, {"touches", w.Touches}, {"base", w.Base}, {"repository", w.Repository}} {
		if i := slices.Index(c.globs, "**"); i >= 0 {
			fix := "delete the condition"
			if len(when.Content) == 2 {
				fix = "write what the rule says above the rules, where it always holds"
			}
			a.advise(r.from, item(strict.Field(when, c.key), i), fix, "%s: \"**\" matches everything", c.key)
		}
	}
	all := []agent.Authorship{agent.Autonomous, agent.Assisted, agent.Mixed}
	if w.Authorship != nil && !slices.ContainsFunc(all, func(how agent.Authorship) bool { return !slices.Contains(w.Authorship, how) }) {
		a.advise(r.from, strict.Field(when, "authorship"), "delete the condition", "authorship: these are all there are")
	}
}

// label finds rules that a label turns on and that loosen the gate: whoever may set labels could, an agent too.
func (a *adviser) label(r *layerRule, node *yaml.Node) {
	if len(r.When.Labels) == 0 {
		return
	}
	var looser []string
	if r.Mode != "" && r.Mode.looser(a.policy.mode) {
		looser = append(looser, "mode: "+string(r.Mode))
	}
	for _, s := range r.Checks {
		if s.Level != "" && s.Level.looser(a.level(s.Check)) {
			looser = append(looser, fmt.Sprintf("%s: {level: %s}", s.Check, s.Level))
		}
	}
	if len(looser) > 0 {
		a.advise(r.from, node, "go by paths, base or agent; for one pull request, a maintainer's /sluice waive is signed and ends",
			"labels: whoever sets the label %q loosens the gate (%s), and agents can set labels", r.When.Labels[0], strings.Join(looser, ", "))
	}
}
