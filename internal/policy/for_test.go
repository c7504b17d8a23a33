package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
)

func request(files ...string) *pull.Request {
	r := &pull.Request{
		Repo: "acme/api", Base: pull.Branch{Repo: "acme/api", Name: "main"}, Head: pull.Branch{Repo: "acme/api", Name: "thing"},
		Known: pull.AllFacts, Labels: []string{"Dependencies"},
	}
	for _, f := range files {
		if before, after, ok := strings.Cut(f, " -> "); ok {
			r.Files = append(r.Files, pull.File{Path: after, Previous: before, Status: pull.Renamed})
			continue
		}
		r.Files = append(r.Files, pull.File{Path: f, Status: pull.Modified, Added: 10, Removed: 5})
	}
	return r
}

// Each condition beside the near miss that it must let pass.
func TestWhen(t *testing.T) {
	unread := func(files ...string) *pull.Request {
		r := request(files...)
		r.Known &^= pull.WithFiles
		return r
	}
	fork, draft, release := request("a"), request("a"), request("a")
	fork.Head.Repo, draft.Draft, release.Base.Name = "bob/api", true, "release/1.10"
	gone := request("a")
	gone.Head.Repo = ""
	tiered := func(values ...string) *pull.Request {
		r := request("a")
		r.Properties = map[string][]string{"tier": values}
		return r
	}
	cases := []struct {
		name, when string
		pull       *pull.Request
		want       answer
	}{
		{"all paths are docs", `paths: ["docs/**", "**/*.md"]`, request("docs/a.txt", "README.md", "src/x.md"), yes},
		{"one path is not", `paths: ["docs/**", "**/*.md"]`, request("docs/a.txt", "src/x.go"), no},
		{"a directory of the same beginning is another", `paths: ["docs/**"]`, request("docs-old/a.txt"), no},
		{"a star stays within its directory", `paths: ["docs/*"]`, request("docs/a/b.txt"), no},
		{"capitals are others", `paths: ["docs/**"]`, request("Docs/a.txt"), no},
		{"a rename from elsewhere", `paths: ["docs/**"]`, request("src/a.go -> docs/a.go"), no},
		{"a rename to elsewhere", `paths: ["docs/**"]`, request("docs/a.go -> src/a.go"), no},
		{"a rename within", `paths: ["docs/**"]`, request("docs/a.md -> docs/b.md"), yes},
		{"a glob of several forms", `paths: ["{docs,man}/**/*.{md,txt,{rst,adoc}}"]`, request("docs/a.txt", "man/a/b.adoc"), yes},
		{"an empty change is of no sort", `paths: ["**"]`, request(), no},
		{"files that were not read", `paths: ["docs/**"]`, unread("docs/a.md"), unknown},
		{"files that were not read and one that settles it", `paths: ["docs/**"]`, unread("src/a.go"), no},

		{"one path is enough to touch", `touches: ["src/billing/**"]`, request("README.md", "src/billing/a.go"), yes},
		{"none is", `touches: ["src/billing/**"]`, request("README.md", "src/billings/a.go"), no},
		{"the old name of a rename is touched", `touches: ["src/billing/**"]`, request("src/billing/a.go -> src/a.go"), yes},
		{"the new name too", `touches: ["src/billing/**"]`, request("src/a.go -> src/billing/a.go"), yes},
		{"files that were not read may touch", `touches: ["src/**"]`, unread("a"), unknown},
		{"one that was read touches", `touches: ["src/**"]`, unread("src/a"), yes},
		{"an only item", `touches: src/**`, request("src/a"), yes},

		{"a label in other capitals", "labels: dependencies", request("a"), yes},
		{"one of two labels", "labels: [x, dependencies]", request("a"), yes},
		{"part of a label", "labels: [depend]", request("a"), no},
		{"a base", "base: main", request("a"), yes},
		{"another base", "base: [main]", release, no},
		{"a base by glob", "base: [release/*]", release, yes},
		{"a base as a number", "base: 1.10", release, no},
		{"a fork", "fork: true", fork, yes},
		{"a fork that was deleted", "fork: true", gone, yes},
		{"no fork", "fork: true", request("a"), no},
		{"not a fork, asked so", "fork: false", request("a"), yes},
		{"a draft", "draft: true", draft, yes},
		{"no draft", "draft: true", request("a"), no},

		{"an agent", "agent: devin", request("a"), yes},
		{"a family", "agent: [claude]", request("a"), yes},
		{"a weak sign of an agent", "agent: codex", request("a"), no},
		{"an authorship", "authorship: mixed", request("a"), yes},
		{"another authorship", "authorship: [autonomous, assisted]", request("a"), no},

		{"over so many lines", "size: {lines_over: 29}", request("a", "b"), yes},
		{"just as many", "size: {lines_over: 30}", request("a", "b"), no},
		{"under so many", "size: {lines_under: 31}", request("a", "b"), yes},
		{"under just as many", "size: {lines_under: 30}", request("a", "b"), no},
		{"files", "size: {files_over: 1, files_under: 3}", request("a", "b"), yes},
		{"lines hold and files don't", "size: {lines_over: 1, files_over: 2}", request("a", "b"), no},
		{"a size that was not read whole and is over already", "size: {lines_over: 29}", unread("a", "b"), yes},
		{"one that may be", "size: {lines_over: 30}", unread("a", "b"), unknown},
		{"one that may be under", "size: {lines_under: 31}", unread("a", "b"), unknown},
		{"one that is not under already", "size: {lines_under: 30}", unread("a", "b"), no},

		{"all files are documentation", "kinds: documentation", request("docs/a.md", "README.md"), yes},
		{"one file is code", "kinds: [documentation]", request("docs/a.md", "src/a.go"), no},
		{"a rename out of the kind", "kinds: [documentation]", request("src/a.go -> docs/a.md"), no},
		{"an empty change is of no kind", "kinds: [documentation]", request(), no},
		{"kinds of files that were not read", "kinds: [documentation]", unread("a.md"), unknown},
		{"one file is of the kind", "touches_kinds: [lock, test]", request("src/a.go", "go.sum"), yes},
		{"none is", "touches_kinds: [lock, test]", request("src/a.go"), no},
		{"the policy's own kinds count", "touches_kinds: generated", request("made/a.go"), yes},

		{"a repository by glob", "repository: acme/a*", request("a"), yes},
		{"another repository", "repository: [acme/web]", request("a"), no},
		{"another owner's", "repository: [\"*/web\", \"evil/api\"]", request("a"), no},
		{"a property", "properties: {tier: [critical, high]}", tiered("critical"), yes},
		{"another value", "properties: {tier: high}", tiered("critical"), no},
		{"one of several values", "properties: {tier: high}", tiered("low", "high"), yes},
		{"a property that is not set", "properties: {team: a}", tiered("critical"), no},
		{"two properties, one of which is not", "properties: {tier: critical, team: a}", tiered("critical"), no},

		{"all conditions hold", `touches: [a], base: main, labels: [dependencies]`, request("a"), yes},
		{"one does not", `touches: [a], base: main, fork: true`, request("a"), no},
		{"one that fails settles what was not read", `touches: [x], fork: true`, unread("a"), no},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := load(t, repository("version: 1\nkinds: {generated: [\"made/**\"]}\nrules: [{name: it, when: {"+c.when+"}, risk: high}]"))
			got := p.For(c.pull, &agent.Attribution{Authorship: agent.Mixed, Agents: []agent.Found{
				{Agent: "devin", Family: "devin", Confidence: agent.Strong},
				{Agent: "claude-code", Family: "claude", Confidence: agent.Probable},
				{Agent: "codex", Family: "codex", Confidence: agent.Weak},
			}})
			want := map[answer]string{yes: `high [rule "it"] []`, no: `low [] []`, unknown: `low [] [Whether rule "it" applies: the changed files were not read whole.]`}[c.want]
			if diff := cmp.Diff(fmt.Sprint(got.Risk, " ", got.RiskReasons, " ", got.Unsure), want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

func TestLaterRulesWin(t *testing.T) {
	p := load(t, organisation(`version: 1
rules:
  - {name: org, when: {fork: false}, risk: high, mode: enforce, checks: {size: {level: require, max_lines: 100, ignore: [a]}}}
  - {name: org too, when: {base: main}, risk: high}
`), repository(`version: 1
mode: observe
checks: {size: {level: warn, max_lines: 500}}
rules:
  - {name: docs, when: {paths: ["docs/**"]}, risk: low, checks: {size: {max_lines: 900}, spec: {level: off}}}
  - {name: never, when: {fork: true}, risk: medium, mode: observe}
`))
	show := func(a *Applied) string {
		size := a.Checks[1]
		return fmt.Sprint(a.Mode, " ", a.Risk, " ", a.RiskReasons, " size ", size.Level, size.Check.Options(), " spec ", a.Checks[2].Level)
	}
	cases := []struct {
		name string
		pull *pull.Request
		want string
	}{
		{"the organisation's rules are laid over the repository's settings", request("src/a"), `enforce high [rule "org" rule "org too"] size require{100 0 [a]} spec require`},
		{"the repository's rules over those, and what they do not say stays", request("docs/a"), `enforce low [rule "docs"] size require{900 0 [a]} spec off`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(show(p.For(c.pull, byDevin())), c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
	if got := p.Settings().Checks[1]; got.Level != Warn {
		t.Errorf("a rule that matched changed the policy: size is %s, want warn", got.Level)
	}
}

// Rules that go by the risk are laid when it is known, after all others.
func TestForRisk(t *testing.T) {
	p := load(t, repository(`version: 1
checks: {size: {level: warn}}
rules:
  - {name: dear, when: {risk: [medium, high]}, checks: {size: {level: require}}}
  - {name: docs, when: {paths: ["docs/**"]}, checks: {size: {level: off}}}
`))
	if !p.ByRisk() {
		t.Error("a rule goes by the risk, and ByRisk says no")
	}
	for _, c := range []struct {
		name string
		risk check.Risk
		path string
		want Level
	}{
		{"the risk is not known", "", "a", Warn},
		{"the risk is low", check.Low, "a", Warn},
		{"the risk is high", check.High, "a", Require},
		{"it comes after the rules behind it", check.Medium, "docs/a", Require},
		{"a rule that does not go by it", check.Low, "docs/a", Off},
	} {
		if got := p.ForRisk(request(c.path), byDevin(), c.risk).Checks[1].Level; got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if load(t, repository("version: 1")).ByRisk() {
		t.Error("no rule goes by the risk, and ByRisk says yes")
	}
}

// A property that was not read could turn the answer, and its reading is asked for.
func TestPropertiesNotRead(t *testing.T) {
	p := load(t, repository("version: 1\nrules: [{name: it, when: {properties: {tier: high}}, risk: high}]"))
	if !p.Facts().Has(pull.WithProperties) {
		t.Errorf("facts are %s, without the properties", p.Facts())
	}
	r := request("a")
	r.Known &^= pull.WithProperties
	want := []string{`Whether rule "it" applies: the repository's custom properties were not read.`}
	if diff := cmp.Diff(p.For(r, byDevin()).Unsure, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

// A rule's approvals are short for the check's.
func TestRuleApprovals(t *testing.T) {
	approvals := check.New("approvals", "", 0, struct {
		Count int `yaml:"count"`
	}{1}, func(*check.Input, struct {
		Count int `yaml:"count"`
	},
	) check.Verdict {
		return check.Verdict{Outcome: check.Pass}
	})
	checks := append(slices.Clone(houseChecks), approvals)
	load := func(rule string) (*Policy, []strict.Problem) {
		return Load(checks, houseAgents, houseBuiltIn, repository("version: 1\nrules: [{name: it, when: {base: main}, "+rule+"}]"))
	}
	p, problems := load("approvals: {count: 2}")
	if len(problems) > 0 {
		t.Fatal(lines(problems))
	}
	last := p.For(request("a"), byDevin()).Checks[len(checks)-1]
	if got := fmt.Sprint(last.Level, last.Check.Options()); got != "require{2}" {
		t.Errorf("got %s, want require{2}", got)
	}
	for rule, want := range map[string]string{
		"approvals: {cuont: 2}": `sluice.yml:2:52: no key is named "cuont"; did you mean "count"?`,
		"approvals: {count: 2}, checks: {approvals: {level: warn}}": `sluice.yml:2:72: the rule says who approves twice: "approvals" is short for this; keep one`,
	} {
		if _, problems := load(rule); lines(problems) != want {
			t.Errorf("%s: got %q, want %q", rule, lines(problems), want)
		}
	}
}

// What an organisation's rule raises is locked for the repository's rules too.
func TestLocksHoldAgainstRules(t *testing.T) {
	p := load(t, organisation(`version: 1
lock: [mode, risk, checks.size.level]
rules: [{name: org, when: {base: main}, risk: medium, mode: enforce, checks: {size: {level: require}}}]
`), repository(`version: 1
rules:
  - {name: lax, when: {base: main}, risk: low, mode: observe, checks: {size: {level: warn, max_lines: 9}}}
  - {name: keen, when: {base: main}, risk: high}
`))
	a := p.For(request("a"), byDevin())
	got := fmt.Sprint(a.Mode, " ", a.Risk, " ", a.RiskReasons, " ", a.Checks[1].Level, a.Checks[1].Check.Options(), "\n", strings.Join(a.Notes, "\n"))
	want := `enforce high [rule "keen"] require{9 0 []}
The organisation has locked mode, so what rule "lax" of sluice.yml says of it is not taken.
The organisation has locked risk, so what rule "lax" of sluice.yml says of it is not taken.
The organisation has locked checks.size.level, so what rule "lax" of sluice.yml says of it is not taken.`
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

func TestRulesThatDoNotGoTogether(t *testing.T) {
	p := load(t, repository(`version: 1
rules:
  - {name: few, when: {base: main}, checks: {size: {level: warn, max_lines: 10}}}
  - {name: many, when: {draft: false}, checks: {size: {min_lines: 20}}}
`))
	want := []string{`The options of size that rule "few" and rule "many" give do not go together: max_lines: must be more than min_lines`}
	if diff := cmp.Diff(p.For(request("a"), byDevin()).Unsure, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

func TestGated(t *testing.T) {
	found := func(slug, family string, c agent.Confidence) agent.Found {
		return agent.Found{Agent: slug, Family: family, Confidence: c}
	}
	code, devin, codex := found("claude-code", "claude", agent.Strong), found("devin", "devin", agent.Conclusive), found("codex", "codex", agent.Weak)
	cases := []struct {
		name, text string
		by         agent.Attribution
		want       string
	}{
		{"no agent", "", agent.Attribution{Authorship: agent.None}, "false [] No sign of a coding agent was found."},
		{"a bot", "", agent.Attribution{Authorship: agent.None, Bot: "dependabot"}, "false [] dependabot is an ordinary bot, not a coding agent."},
		{"an agent", "", agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{devin}}, "true [] devin wrote it, and the policy gates autonomous pull requests."},
		{"two agents", "", agent.Attribution{Authorship: agent.Mixed, Agents: []agent.Found{devin, code}}, "true [] devin and claude-code wrote it, with commits of others beside, and the policy gates mixed pull requests."},
		{
			"an authorship that is not gated", "agents: {gate: [autonomous]}",
			agent.Attribution{Authorship: agent.Assisted, Agents: []agent.Found{code}},
			"false [] claude-code helped to write it, and the policy does not gate assisted pull requests.",
		},
		{"weak signs", "", agent.Attribution{Authorship: agent.Assisted, Agents: []agent.Found{codex}}, "false [] The signs of codex (weak) are not sure enough: the policy gates from probable up."},
		{"weak signs that count", "agents: {from: weak}", agent.Attribution{Authorship: agent.Assisted, Agents: []agent.Found{codex}}, "true [] codex helped to write it, and the policy gates assisted pull requests."},
		{"a denied agent", "agents: {deny: [devin]}", agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{devin}}, "true [devin] devin took part, and nobody may use it here."},
		{
			"a denied family, whatever is gated", "agents: {gate: [autonomous], deny: [claude]}",
			agent.Attribution{Authorship: agent.Assisted, Agents: []agent.Found{code}},
			"true [claude-code] claude-code took part, and nobody may use it here.",
		},
		{"a weak sign of a denied agent", "agents: {deny: [codex]}", agent.Attribution{Authorship: agent.Assisted, Agents: []agent.Found{codex}}, "false [] The signs of codex (weak) are not sure enough: the policy gates from probable up."},
		{"another agent than the denied", "agents: {deny: [codex]}", agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{devin}}, "true [] devin wrote it, and the policy gates autonomous pull requests."},
		{"nobody is gated", "agents: {gate: []}", agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{devin}}, "false [] devin wrote it, and the policy does not gate autonomous pull requests."},
	}
	everybody := "agents: {gate: [autonomous, none]}"
	cases = append(cases, []struct {
		name, text string
		by         agent.Attribution
		want       string
	}{
		{"everybody is gated", everybody, agent.Attribution{Authorship: agent.None}, "true [] No sign of a coding agent was found, and the policy gates such pull requests too."},
		{"a bot, where everybody is", everybody, agent.Attribution{Authorship: agent.None, Bot: "dependabot"}, "false [] dependabot is an ordinary bot, not a coding agent."},
		{"an agent, where only those without are gated", "agents: {gate: [none]}", agent.Attribution{Authorship: agent.Assisted, Agents: []agent.Found{code}}, "false [] claude-code helped to write it, and the policy does not gate assisted pull requests."},
		{"weak signs, where everybody is", everybody, agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{codex}}, "true [] The signs of codex (weak) are not sure enough, and the policy gates pull requests without an agent too."},
	}...)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := load(t, repository("version: 1\n"+c.text)).For(request("a"), &c.by)
			if diff := cmp.Diff(fmt.Sprint(a.Gated, " ", a.Denied, " ", a.Why), c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

// A rule for those without an agent is not for an agent's, and is for one of weak signs.
func TestRuleForNobody(t *testing.T) {
	p := load(t, repository("version: 1\nagents: {gate: [autonomous, none]}\nrules: [{name: people, when: {authorship: [none]}, checks: {size: {level: off}, spec: {level: warn}}}]"))
	weak := agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "codex", Family: "codex", Confidence: agent.Weak}}}
	for a, want := range map[*agent.Attribution]Level{{Authorship: agent.None}: Warn, &weak: Warn, byDevin(): Require} {
		for _, c := range p.For(request("a"), a).Checks {
			if c.Check.Name == "spec" && c.Level != want {
				t.Errorf("%s: spec is %s, want %s", a.Authorship, c.Level, want)
			}
		}
	}
}

// What was not read is nothing to a pull request that the gate is not for.
func TestUnsureIsOnlyOfGated(t *testing.T) {
	r := request()
	r.Known = 0
	p := load(t, repository("version: 1\nrules: [{name: a, when: {paths: [a]}, risk: high}]"))
	if got := p.For(r, &agent.Attribution{Authorship: agent.None}).Unsure; got != nil {
		t.Errorf("got %v, want nothing", got)
	}
}

func TestCheckName(t *testing.T) {
	p := load(t)
	r := request("a")
	if got := p.For(r, byDevin()).CheckName; got != "sluice: main" {
		t.Errorf("got %q, want the base's name in it", got)
	}
	r.Base.Name = strings.Repeat("x", 254) + "a"
	one := p.For(r, byDevin()).CheckName
	r.Base.Name = strings.Repeat("x", 254) + "b"
	two := p.For(r, byDevin()).CheckName
	if len(one) != longestCheckName || len(two) != longestCheckName || one == two {
		t.Errorf("two long bases: got %q and %q, want two names of %d characters", one, two, longestCheckName)
	}
}
