package digest

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
)

// who is the list of facts on top: who wrote it, how we know, who is behind it, what it is to do, and the risk.
func (p *page) who() {
	p.writtenBy()
	p.corrected()
	p.contradictions()
	p.declared()
	p.behind()
	p.onlyReviewed()
	p.toDo()
	p.risk()
	p.line("")
}

func (p *page) writtenBy() {
	agents := p.r.Attribution.Agents
	if p.r.Attribution.Corrected != nil {
		return
	}
	if len(agents) == 0 {
		p.line("- **Written by** No sign of an agent was found.")
		if bot := p.r.Attribution.Bot; bot != "" {
			p.line("- **Opened by** %s, an ordinary bot", code(bot, 60))
		}
		return
	}
	first := agents[0]
	verb, how := part(p.r.Attribution.Authorship, first.Confidence)
	p.line("- **%s** **%s**%s (%s)", upper(verb), inline(called(first), 60), joined(", ", how), sureness(first.Confidence))
	p.evidence(first)
	for i, f := range agents[1:] {
		if i+1 >= p.s.list {
			p.line("- **And** %s", counted(len(agents)-i-1, "other agent"))
			break
		}
		p.line("- **And** **%s** (%s)", inline(called(f), 60), sureness(f.Confidence))
		p.evidence(f)
	}
}

const mostSigns = 3 // of each agent: a fourth adds nothing that a reviewer acts on

func (p *page) evidence(f agent.Found) {
	for i, e := range f.Evidence {
		if sign(e, 1) == "" {
			continue
		}
		if i >= min(mostSigns, p.s.list) {
			p.line("  - and %s", counted(len(f.Evidence)-i, "more sign"))
			return
		}
		p.line("  - %s", sign(e, min(160, p.s.words)))
	}
}

// sign is one sign of an agent: what it is, where it stands, and its words.
func sign(e agent.Evidence, limit int) string {
	place := inline(e.Signal, 40)
	if e.Where != "" && e.Where != e.Signal {
		place += ", " + inline(e.Where, 80)
	}
	if e.Text == "" {
		return place
	}
	return strings.TrimPrefix(place+": ", ": ") + code(e.Text, limit)
}

func (p *page) onlyReviewed() {
	names := p.s.some(p.r.Attribution.Reviewers, func(s string) string { return code(s, 60) })
	if len(names) > 0 {
		p.line("- **Only reviewed by** %s, which counts for nothing here", strings.Join(names, ", "))
	}
}

func (p *page) behind() {
	var people []string
	for i, who := range p.r.Attribution.Principals {
		if i == p.s.list {
			people = append(people, fmt.Sprintf("and %s more", thousands(len(p.r.Attribution.Principals)-i)))
			break
		}
		name := p.at.person(who.Login)
		if who.Evidence != "" {
			name += ", who " + inline(who.Evidence, 80)
		}
		people = append(people, name)
	}
	switch {
	case len(people) > 0:
		p.line("- **Behind it** %s", strings.Join(people, "; "))
	case len(p.r.Attribution.Agents) > 0:
		p.line("- **Behind it** nobody is named")
	}
}

func (p *page) toDo() {
	if len(p.r.Spec) == 0 {
		if why := unspecified(p.r); why != "" {
			p.line("- **To do** %s", why)
		}
		return
	}
	for i, l := range p.r.Spec {
		if i == p.s.list {
			p.line("- **To do** and %s more", thousands(len(p.r.Spec)-i))
			break
		}
		p.line("- **To do** %s", p.at.spec(l, min(200, p.s.words)))
	}
}

func (p *page) risk() {
	if p.r.Risk.Level == "" {
		return
	}
	reasons := p.s.some(p.r.Risk.Reasons, p.words)
	p.line("- **Risk** %s%s", inline(string(p.r.Risk.Level), 20), joined(": ", strings.Join(reasons, "; ")))
}

// problems are the mistakes of a policy that could not be used, and what could not be read.
func (p *page) problems() {
	if len(p.r.Policy.Problems) > 0 {
		p.line("#### The policy has %s\n", counted(len(p.r.Policy.Problems), "mistake"))
		for _, s := range p.s.some(p.r.Policy.Problems, func(s string) string { return code(s, p.s.words) }) {
			p.line("- %s", s)
		}
		p.line("")
	}
	if len(p.r.Unread) > 0 {
		p.line("#### What could not be read\n")
		for _, s := range p.s.some(p.r.Unread, p.words) {
			p.line("- %s", s)
		}
		p.line("")
	}
}

// joined is words behind glue, or nothing.
func joined(glue, words string) string {
	if words == "" {
		return ""
	}
	return glue + words
}
