package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/config"
	"github.com/sluicegate/sluice/internal/pull"
)

// FuzzLoad: whatever stands in the organisation's and the repository's files, there is a policy or a problem with its
// place, the same each time, and a policy can be applied.
func FuzzLoad(f *testing.F) {
	seeds := []string{
		config.Default, "version: 1", "", "version: 1\nmode: [", "version: 1\nlock: [mode, checks.size.max_lines]",
		"version: 1\nkinds: {test: [\"qa/**\"]}\ncheck_run: {name: \"a {base}\"}",
		"version: 1\nrules:\n- name: a\n  when: {agent: devin, paths: [\"{a,b}/**\"], size: {lines_over: 3}, fork: true}\n  risk: high\n  checks: {size: {level: warn, max_lines: 3}}",
		"version: 1\nrules: [1, {}, {name: [], when: 3, checks: x}]", "version: 1\nchecks: {size: {level: {}, ? a : b}}",
		"version: 1\nagents: {define: [{slug: clerk, branches: [{line: \"^a\\n(\", source: x}]}, {slug: devin}, {}, 1]}",
		clerk, "version: 1\nlock: {a: b}\nagents: []\nkinds: []\ncheck_run: x", "version: 1\nagents: {gate: none, deny: {a: b}}",
	}
	for i, a := range seeds {
		f.Add(a, seeds[(i+3)%len(seeds)])
	}
	f.Fuzz(func(t *testing.T, org, repo string) {
		p, problems := Load(houseChecks, houseAgents, houseBuiltIn, organisation(org), repository(repo))
		if (p == nil) != (len(problems) > 0) {
			t.Fatalf("policy %v beside %d problems", p, len(problems))
		}
		again, second := Load(houseChecks, houseAgents, houseBuiltIn, organisation(org), repository(repo))
		if diff := cmp.Diff(problems, second); diff != "" {
			t.Fatalf("two readings differ:\n%s", diff)
		}
		for _, problem := range problems {
			if problem.Message == "" || problem.Source == "" || strings.ContainsAny(problem.Message, "\n\x00") {
				t.Errorf("a problem that nobody can use: %+v", problem)
			}
		}
		if p == nil {
			return
		}
		for _, r := range []*pull.Request{request("src/a.go", "docs/a -> b"), {}} {
			one, two := p.For(r, byDevin()), again.For(r, byDevin())
			if diff := cmp.Diff([]any{one.Mode, one.Why, one.Risk, one.RiskReasons, one.Notes, one.CheckName, one.Unsure}, []any{two.Mode, two.Why, two.Risk, two.RiskReasons, two.Notes, two.CheckName, two.Unsure}); diff != "" {
				t.Fatalf("one policy says two things:\n%s", diff)
			}
		}
	})
}
