package digest

import (
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
)

// contradictions are the signs that cannot all be true, for a person to settle.
func (p *page) contradictions() {
	for _, c := range p.s.some(p.r.Attribution.Conflicts, func(s string) string { return inline(s, 300) }) {
		p.line("- **Contradiction** %s", c)
	}
}

// declared is what the pull request says of itself by a provenance standard or a ticked box.
func (p *page) declared() {
	for i, e := range selfDeclared(&p.r.Attribution) {
		if i >= min(mostSigns, p.s.list) {
			p.line("  - and more")
			return
		}
		if i == 0 {
			p.line("- **Self-declared**, which decides nothing")
		}
		p.line("  - %s: %s", inline(e.Where, 80), code(e.Text, min(160, p.s.words)))
	}
}

func (t *term) declared(a *agent.Attribution) {
	for i, c := range a.Conflicts {
		t.fact(first(i, "conflict"), clean(c, 300))
	}
	for i, e := range selfDeclared(a) {
		if i == mostSigns {
			t.fact("", t.dim("and more"))
			return
		}
		t.fact(first(i, "declared"), t.dim(clean(strings.Trim(e.Where+": "+e.Text, ": "), 200)))
	}
}

// selfDeclared are the declarations, each words once: a trailer may stand in every commit.
func selfDeclared(a *agent.Attribution) []agent.Evidence {
	var out []agent.Evidence
	seen := map[string]bool{}
	for _, f := range a.Declared {
		for _, e := range f.Evidence {
			if !seen[e.Text] {
				seen[e.Text] = true
				out = append(out, e)
			}
		}
	}
	return out
}
