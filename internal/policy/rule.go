package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// rule is a rule of one layer, judged.
type rule struct {
	Rule
	held   bool // it is a repository's: locks hold against it
	source string
}

// layRules takes a file's rules. Their options are judged over what the layers up to here say, so that a mistake is
// found when the policy is read and not when a pull request first meets the rule.
func (l *loading) layRules(file *File) {
	nodes := l.node("rules").Content
	names := map[string]int{}
	for i := range file.Rules {
		r := &file.Rules[i]
		if nodes[i].Kind != yaml.MappingNode {
			continue // it was refused when it was decoded
		}
		l.judgeRule(r, nodes[i], names)
		if r.Approvals != nil {
			r.Checks = append(r.Checks, r.Approvals.Setting)
		}
		for j := range r.Checks {
			l.judgeSetting(&r.Checks[j])
		}
	}
	held := l.at.Name == RepositoryLayer
	if held && len(file.Rules) > 0 && l.locks.hold("rules") {
		l.refused("rules", l.node("rules"))
		return
	}
	for _, r := range file.Rules {
		l.rules = append(l.rules, rule{Rule: r, held: held, source: l.at.Source})
	}
}

func (l *loading) judgeSetting(s *Setting) {
	c := l.check(s)
	if c == nil {
		return
	}
	l.holdSetting(s, c.level)
	_, problems := c.check.Configure(s.Options)
	l.found = append(l.found, problems...)
}

// subject is what rules look at.
type subject struct {
	pull       *pull.Request
	kinds      kind.Table
	risk       check.Risk // empty while nobody knows it
	authorship agent.Authorship
	agents     []string // slugs and families of those that took part, surely enough
	lines      int
}

// answer is what a condition comes to. Unknown is the answer where what was not read could turn it.
type answer int

const (
	no answer = iota
	unknown
	yes
)

func of(b bool) answer {
	if b {
		return yes
	}
	return no
}

// match asks all conditions. One that does not hold settles it, whatever is unknown of the others.
func (w *When) match(s *subject) answer {
	least := yes
	least = min(least, w.matchAgents(s))
	least = min(least, w.matchPlace(s))
	if w.Paths != nil {
		least = min(least, matchPaths(w.Paths, s.pull))
	}
	if w.Touches != nil {
		least = min(least, matchTouches(w.Touches, s.pull))
	}
	if w.Kinds != nil {
		least = min(least, matchKinds(w.Kinds, s))
	}
	if w.TouchesKinds != nil {
		least = min(least, matchTouchesKinds(w.TouchesKinds, s))
	}
	if w.Size != nil {
		least = min(least, w.Size.match(s))
	}
	if w.Properties != nil {
		least = min(least, matchProperties(w.Properties, s.pull))
	}
	return least
}

// late reports whether the rule hangs on the risk, which is known only when the other rules are laid and the checks ran.
func (w *When) late() bool { return w.Risk != nil }

func (w *When) matchAgents(s *subject) answer {
	if w.Agent != nil && !slices.ContainsFunc(w.Agent, func(name string) bool { return slices.Contains(s.agents, name) }) {
		return no
	}
	return of(w.Authorship == nil || slices.Contains(w.Authorship, s.authorship))
}

func (w *When) matchPlace(s *subject) answer {
	r := s.pull
	if w.Labels != nil && !slices.ContainsFunc(w.Labels, func(label string) bool {
		// GitHub's labels are the same in capitals and not.
		return slices.ContainsFunc(r.Labels, func(l string) bool { return strings.EqualFold(l, label) })
	}) {
		return no
	}
	if w.Fork != nil && *w.Fork != r.Fork() || w.Draft != nil && *w.Draft != r.Draft {
		return no
	}
	if w.Risk != nil && !slices.Contains(w.Risk, s.risk) || w.Repository != nil && !matchAny(w.Repository, r.Repo) {
		return no
	}
	return of(w.Base == nil || matchAny(w.Base, r.Base.Name))
}

func matchPaths(globs []Glob, r *pull.Request) answer {
	return every(r, func(p string) bool { return matchAny(globs, p) })
}

func matchTouches(globs []Glob, r *pull.Request) answer {
	return some(r, func(p string) bool { return matchAny(globs, p) })
}

// matchKinds: every name that the change touches is of one of the kinds.
func matchKinds(kinds []kind.Kind, s *subject) answer {
	return every(s.pull, func(p string) bool { return slices.Contains(kinds, s.kinds.Of(p)) })
}

func matchTouchesKinds(kinds []kind.Kind, s *subject) answer {
	return some(s.pull, func(p string) bool { return slices.Contains(kinds, s.kinds.Of(p)) })
}

// every: all names that the change touches are so. Nothing shows that an empty change is of any sort.
func every(r *pull.Request, is func(path string) bool) answer {
	for i := range r.Files {
		for _, p := range r.Files[i].Paths() {
			if !is(p) {
				return no
			}
		}
	}
	if !r.Known.Has(pull.WithFiles) {
		return unknown
	}
	return of(len(r.Files) > 0)
}

func some(r *pull.Request, is func(path string) bool) answer {
	for i := range r.Files {
		if slices.ContainsFunc(r.Files[i].Paths(), is) {
			return yes
		}
	}
	if !r.Known.Has(pull.WithFiles) {
		return unknown
	}
	return no
}

// matchProperties: each property has one of its values, capitals and all.
func matchProperties(want map[string]strict.List[string], r *pull.Request) answer {
	if !r.Known.Has(pull.WithProperties) {
		return unknown
	}
	for name, values := range want {
		if !slices.ContainsFunc(r.Properties[name], func(v string) bool { return slices.Contains(values, v) }) {
			return no
		}
	}
	return yes
}

func (z *Size) match(s *subject) answer {
	files := len(s.pull.Files)
	if z.LinesUnder != nil && s.lines >= *z.LinesUnder || z.FilesUnder != nil && files >= *z.FilesUnder {
		return no
	}
	// What was not read can only make the change larger.
	over := (z.LinesOver == nil || s.lines > *z.LinesOver) && (z.FilesOver == nil || files > *z.FilesOver)
	if over && z.LinesUnder == nil && z.FilesUnder == nil {
		return yes
	}
	if !s.pull.Known.Has(pull.WithFiles) {
		return unknown
	}
	return of(over)
}

// facts are what the rule looks at beyond what is always there.
func (w *When) facts() (facts pull.Facts) {
	if w.Paths != nil || w.Touches != nil || w.Kinds != nil || w.TouchesKinds != nil || w.Size != nil {
		facts |= pull.WithFiles
	}
	if w.Properties != nil {
		facts |= pull.WithProperties
	}
	return facts
}

// unread says what of r was not read, so that nobody can say whether the rule is for it.
func (w *When) unread(r *pull.Request) string {
	if w.Properties != nil && !r.Known.Has(pull.WithProperties) {
		return "the repository's custom properties were not read"
	}
	return "the changed files were not read whole"
}

func (r *rule) String() string { return fmt.Sprintf("rule %q", r.Name) }
