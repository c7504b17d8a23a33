package policy

import (
	"fmt"
	"slices"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

// For is what the policy says of r, which a wrote, as long as its risk is not known: see [Policy.ForRisk]. Rules are laid
// in order, the organisation's before the repository's; later ones win, and what a rule does not say stays. It changes
// neither.
func (p *Policy) For(r *pull.Request, a *agent.Attribution) *Applied { return p.apply(r, a, "") }

// ForRisk is what the policy says of r at a risk: what [Policy.For] says, and then what the rules say that go by the
// risk. It is the same where [Policy.ByRisk] is false.
func (p *Policy) ForRisk(r *pull.Request, a *agent.Attribution, risk check.Risk) *Applied {
	return p.apply(r, a, risk)
}

// ByRisk reports whether a rule goes by the risk.
func (p *Policy) ByRisk() bool {
	return slices.ContainsFunc(p.rules, func(r rule) bool { return r.When.late() })
}

func (p *Policy) apply(r *pull.Request, a *agent.Attribution, risk check.Risk) *Applied {
	s := &subject{pull: r, kinds: p.table, authorship: a.Authorship, risk: risk}
	for i := range a.Agents {
		if f := &a.Agents[i]; f.Confidence.AtLeast(p.agents.From) {
			s.agents = append(s.agents, f.Agent, f.Family)
		}
	}
	for i := range r.Files {
		s.lines += r.Files[i].Added + r.Files[i].Removed
	}
	l := p.begin()
	l.CheckName = checkName(p.checkRun.Name, r.Base.Name)
	p.gated(l.Applied, a)
	l.lay(p.rules, s, false)
	if risk != "" {
		l.lay(p.rules, s, true)
	}
	l.configure()
	if !l.Gated {
		l.Unsure = nil
	}
	return l.Applied
}

// lay lays the rules that match s, those that go by the risk or the others.
func (l *applying) lay(rules []rule, s *subject, late bool) {
	for i := range rules {
		rule := &rules[i]
		if rule.When.late() != late {
			continue
		}
		switch rule.When.match(s) {
		case yes:
			l.rule(rule)
		case unknown:
			l.Unsure = append(l.Unsure, fmt.Sprintf("Whether %s applies: %s.", rule, rule.When.unread(s.pull)))
		}
	}
}

// Settings is what holds where no rule matches; its CheckName keeps its placeholder.
func (p *Policy) Settings() *Applied {
	l := p.begin()
	l.CheckName = p.checkRun.Name
	l.configure()
	return l.Applied
}

// Facts are what any check that can run, or any rule, could look at: read them once and [Policy.For] misses nothing. A
// check may want more of one pull request; [Applied.Needs] has that.
func (p *Policy) Facts() pull.Facts {
	var facts pull.Facts
	on := map[string]bool{}
	for i := range p.rules {
		facts |= p.rules[i].When.facts()
		for _, s := range p.rules[i].Checks {
			on[s.Check] = on[s.Check] || s.Level != "" && s.Level != Off
		}
	}
	for _, c := range p.checks {
		if c.level != Off || on[c.check.Name] {
			facts |= c.check.Facts
		}
	}
	return facts
}

// applying is an Applied while rules are laid.
type applying struct {
	*Applied
	locks   locks
	options [][]*yaml.Node // of the rules so far, for each of Checks
	by      [][]string     // the rules that gave them
}

func (p *Policy) begin() *applying {
	l := &applying{locks: p.locks, Applied: &Applied{
		Mode: p.mode, Waivers: p.waivers, Sources: slices.Clone(p.sources), Risk: check.Low, CheckRuns: p.checkRun.Each, Notes: slices.Clone(p.notes), Kinds: p.table,
	}}
	for _, c := range p.checks {
		l.Checks = append(l.Checks, Applicable{Check: c.check, Level: c.level})
	}
	l.options, l.by = make([][]*yaml.Node, len(p.checks)), make([][]string, len(p.checks))
	return l
}

func (l *applying) rule(r *rule) {
	if r.Mode != "" {
		if r.held && l.locks.hold("mode") && r.Mode.looser(l.Mode) {
			l.refused("mode", r)
		} else {
			l.Mode = r.Mode
		}
	}
	if r.Risk != "" {
		l.risk(r)
	}
	for _, s := range r.Checks {
		i := slices.IndexFunc(l.Checks, func(c Applicable) bool { return c.Check.Name == s.Check })
		if s.Level != "" {
			if r.held && l.locks.hold("checks", s.Check, "level") && s.Level.looser(l.Checks[i].Level) {
				l.refused("checks."+s.Check+".level", r)
			} else {
				l.Checks[i].Level = s.Level
			}
		}
		if len(s.Options.Content) > 0 {
			l.options[i] = append(l.options[i], s.Options)
			l.by[i] = append(l.by[i], r.String())
		}
	}
}

// risk takes a rule's level. The reasons are those of the level that stands.
func (l *applying) risk(r *rule) {
	if r.held && l.locks.hold("risk") && r.Risk.Below(l.Risk) {
		l.refused("risk", r)
		return
	}
	if r.Risk != l.Risk {
		l.RiskReasons = nil
	}
	l.Risk = r.Risk
	l.RiskReasons = append(l.RiskReasons, r.String())
}

func (l *applying) refused(path string, r *rule) {
	l.Notes = append(l.Notes, fmt.Sprintf("The organisation has locked %s, so what %s of %s says of it is not taken.", path, r, r.source))
}

// configure lays the rules' options over the checks. Each rule's were judged by themselves when the policy was read;
// that two of them do not go together is known only here.
func (l *applying) configure() {
	for i := range l.Checks {
		if len(l.options[i]) == 0 {
			continue
		}
		configured, problems := l.Checks[i].Check.Configure(l.options[i]...)
		for _, p := range problems {
			l.Unsure = append(l.Unsure, fmt.Sprintf("The options of %s that %s give do not go together: %s", configured.Name, join(l.by[i]), p.Message))
		}
		l.Checks[i].Check = configured
	}
}

// Rules is how many rules there are, those of all layers.
func (p *Policy) Rules() int { return len(p.rules) }
