package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
)

var clone = strings.Fields(`README.md docs/guide.md docs/specs/1.md src/api/main.go src/api/main_test.go src/billing/pay.go infra/main.tf
	.github/workflows/ci.yml web/app/index.ts`)

// advice is what is said of a repository's policy, or with org of both, a line each with its fix.
func advice(t *testing.T, g Ground, org, repo string) string {
	t.Helper()
	var layers []Layer
	if org != "" {
		layers = append(layers, Layer{Name: OrganisationLayer, Source: "org.yml", Text: "version: 1\n" + org})
	}
	if repo != "" {
		layers = append(layers, Layer{Name: RepositoryLayer, Source: "", Text: "version: 1\n" + repo})
	}
	p, problems := Load(houseChecks, agent.BuiltIn().Names(), append([]Layer{houseBuiltIn}, layers...)...)
	for _, problem := range problems {
		t.Fatal(problem)
	}
	var lines []string
	for _, a := range p.Advise(g, layers...) {
		lines = append(lines, fmt.Sprintf("%s; %s", strings.TrimPrefix(a.Error(), "repository:"), a.Fix))
	}
	return strings.Join(lines, "\n")
}

func ruleOf(name, when, says string) string {
	return fmt.Sprintf("- {name: %s, when: {%s}, %s}\n", name, when, says)
}

func TestAdvice(t *testing.T) {
	off := "checks: {tests: {level: off}}"
	cases := []struct{ name, org, repo, want string }{
		{"a backslash", "", "rules:\n" + ruleOf("a", `paths: ['src\**']`, off), "3:28: paths: \"src\\\\**\" has a \\, which takes the meaning from the next character; paths are written with /; write \"src/**\""},
		{"a blank at the end", "", "rules:\n" + ruleOf("a", `paths: ["src/** "]`, off), "3:28: paths: \"src/** \" has a blank at an end, which no path has; write \"src/**\""},
		{"an empty part", "", "rules:\n" + ruleOf("a", `paths: [src//**]`, off), "3:28: paths: \"src//**\" matches nothing: no path has an empty part; write \"src/**\""},
		{"dots", "", "rules:\n" + ruleOf("a", `paths: [src/../docs/**]`, off), "3:28: paths: \"src/../docs/**\" matches nothing: no path has . or .. as a part; write \"docs/**\""},
		{"stars stuck to what follows", "", "rules:\n" + ruleOf("a", `paths: ["**.go"]`, off), "3:28: paths: in \"**.go\" the ** stays within one folder, since it is no whole part of the path; write \"**/*.go\""},
		{"stars stuck to what is before", "", "rules:\n" + ruleOf("a", `paths: [src**]`, off), "3:28: paths: in \"src**\" the ** stays within one folder, since it is no whole part of the path; write \"src/**\""},
		{"stars stuck in the middle", "", "rules:\n" + ruleOf("a", `paths: [src/**_test.go]`, off), "3:28: paths: in \"src/**_test.go\" the ** stays within one folder, since it is no whole part of the path; write \"src/**/*_test.go\""},
		{"a misspelt folder", "", "rules:\n" + ruleOf("a", `paths: [scr/api/**]`, off), "3:28: paths: \"scr/api/**\" matches no file of this clone; write \"src/api/**\""},
		{"a folder in capitals", "", "rules:\n" + ruleOf("a", `touches: [Docs/**]`, off), "3:30: touches: \"Docs/**\" matches no file of this clone; write \"docs/**\""},
		{"a folder that there is not", "", "rules:\n" + ruleOf("a", `touches: [payments/**]`, off), "3:30: touches: \"payments/**\" matches no file of this clone; correct the path, or delete the glob"},
		{"a folder for what is in it", "", "rules:\n" + ruleOf("a", `touches: [docs]`, off), "3:30: touches: \"docs\" is a folder of this clone, and matches none of the files in it; write \"docs/**\""},
		{"files at the root that are elsewhere", "", "rules:\n" + ruleOf("a", `touches: ["*.tf"]`, off), "3:30: touches: \"*.tf\" matches files at the root alone, and this clone has none there; write \"**/*.tf\""},
		{"a misspelt file", "", "rules:\n" + ruleOf("a", `touches: [REDME.md]`, off), "3:30: touches: \"REDME.md\" matches no file of this clone; write \"README.md\""},
		{"one glob within another", "", "rules:\n" + ruleOf("a", `touches: ["docs/**", docs/specs/**, docs/guide.md]`, off), "3:41: touches: \"docs/specs/**\" adds nothing to \"docs/**\"; delete it\n3:56: touches: \"docs/guide.md\" adds nothing to \"docs/**\"; delete it"},
		{"a glob twice", "", "rules:\n" + ruleOf("a", `touches: ["docs/**", "docs/**"]`, off), "3:41: touches: \"docs/**\" adds nothing to \"docs/**\"; delete it"},
		{"kinds", "", "kinds: {test: [qa/**]}\n", "2:16: kinds: \"qa/**\" matches no file of this clone; correct the path, or delete the glob"},
		{"an option's glob", "", "checks: {scope: {allow: [src/**, webb/**], deny: ['**/*.pem']}}", "2:34: scope.allow: \"webb/**\" matches no file of this clone; write \"web/**\""},

		{"a branch with its ref", "", "rules:\n" + ruleOf("a", `base: [refs/heads/main]`, off), "3:27: base: \"refs/heads/main\" matches no branch: GitHub's names of branches have no \"refs/heads/\" before them; write \"main\""},
		{"a remote's branch", "", "rules:\n" + ruleOf("a", `base: origin/main`, off), "3:26: base: \"origin/main\" matches no branch: GitHub's names of branches have no \"origin/\" before them; write \"main\""},
		{"a misspelt branch", "", "rules:\n" + ruleOf("a", `base: [mian, production]`, off), "3:27: base: this clone knows no branch \"mian\"; write \"main\""},
		{"no branch's name", "", "rules:\n" + ruleOf("a", `base: "my branch"`, off), "3:26: base: \"my branch\" matches no branch: git allows no \" \" there; write the branch's name as GitHub shows it"},
		{"a repository without owner", "rules:\n" + ruleOf("a", `repository: pay-*`, off), "", "org.yml:3:32: repository: \"pay-*\" matches none: a repository is its owner and its name; write \"*/pay-*\""},
		{"a repository in a repository's policy", "", "rules:\n" + ruleOf("a", `repository: acme/api`, off), "3:32: repository: this policy is for one repository alone; delete the condition, or move the rule to the organisation's policy"},
		{"authorship that the gate is not for", "", "agents: {gate: [autonomous]}\nrules:\n" + ruleOf("a", `authorship: assisted`, off), "4:32: authorship: the gate is not for assisted pull requests, so rule \"a\" never counts; add it to agents.gate, or delete the rule"},
		{"an agent that is denied", "", "agents: {deny: [devin]}\nrules:\n" + ruleOf("a", `agent: devin`, off), "4:27: agent: nobody may use devin here, so its pull requests are closed whatever rule \"a\" says; take devin out of agents.deny, or out of the rule"},
		{"paths and touches apart", "", "rules:\n" + ruleOf("a", `paths: [docs/**], touches: [src/**]`, off), "3:47: rule \"a\" never matches: every path must be of \"docs/**\", and then none is of \"src/**\"; make two rules of it, or keep one of the two conditions"},
		{"kinds apart", "", "rules:\n" + ruleOf("a", `kinds: documentation, touches_kinds: [code]`, off), "3:58: rule \"a\": every path must be of kinds, so none is of kind code; add code to kinds, or delete it here"},
		{"no file", "", "rules:\n" + ruleOf("a", `paths: [docs/**], size: {files_under: 1}`, off), "3:58: rule \"a\" never matches: a change that touches paths has at least 1 file; write a larger number"},
		{"always", "", "rules:\n" + ruleOf("a", `touches: ["**"]`, off), "3:30: touches: \"**\" matches everything; write what the rule says above the rules, where it always holds"},
		{"all authorships", "", "rules:\n" + ruleOf("a", `fork: true, authorship: [autonomous, assisted, mixed]`, off), "3:44: authorship: these are all there are; delete the condition"},
		{"a label that loosens", "", "mode: enforce\nrules:\n" + ruleOf("a", `labels: [hotfix]`, "mode: observe, checks: {tests: {level: warn}}"), "4:28: labels: whoever sets the label \"hotfix\" loosens the gate (mode: observe, tests: {level: warn}), and agents can set labels; go by paths, base or agent; for one pull request, a maintainer's /sluice waive is signed and ends"},

		{"hidden", "", "rules:\n" + ruleOf("a", `paths: [docs/**]`, off) + ruleOf("b", `paths: [docs/**, web/**]`, "checks: {tests: {level: warn}}"), "3:10: rule \"a\" is hidden by rule \"b\", line 4, which is laid later, is for all its pull requests and says all that it says; put it after \"b\", or delete it"},
		{"hidden by touches", "", "rules:\n" + ruleOf("a", `paths: [docs/**], fork: true`, off) + ruleOf("b", `touches: [docs/**]`, "checks: {tests: {level: warn}, spec: {level: warn}}"), "3:10: rule \"a\" is hidden by rule \"b\", line 4, which is laid later, is for all its pull requests and says all that it says; put it after \"b\", or delete it"},
		{"hidden with its options", "", "rules:\n" + ruleOf("a", `fork: true`, "checks: {size: {level: warn, max_lines: 9}}") + ruleOf("b", `fork: true`, "checks: {size: {level: require, max_lines: 8}}"), "3:10: rule \"a\" is hidden by rule \"b\", line 4, which is laid later, is for all its pull requests and says all that it says; put it after \"b\", or delete it"},
		{"hidden by a smaller size", "", "rules:\n" + ruleOf("a", `size: {lines_over: 900}`, off) + ruleOf("b", `size: {lines_over: 400}`, off), "3:10: rule \"a\" is hidden by rule \"b\", line 4, which is laid later, is for all its pull requests and says all that it says; put it after \"b\", or delete it"},
		{"twice", "", "rules:\n" + ruleOf("a", `fork: true`, off) + ruleOf("b", `fork: true`, off), "3:10: rule \"a\" says the same as rule \"b\", line 4, of the same pull requests; delete one of them"},
		{"hidden by the repository's", "rules:\n" + ruleOf("a", `fork: true`, off), "rules:\n" + ruleOf("b", `fork: true`, "checks: {tests: {level: warn}}"), "org.yml:3:10: rule \"a\" is hidden by rule \"b\", line 3 of repository, which is laid later, is for all its pull requests and says all that it says; lock what it says, if a repository must not change it"},
		{"changes nothing", "", "rules:\n" + ruleOf("a", `fork: true`, "checks: {tests: {level: require}}"), "3:10: rule \"a\" changes nothing: what it says holds without it; delete the rule"},
		{"options of a check that is off", "", "checks: {size: {level: off, max_lines: 9}}", "2:10: size has options, and its level is off everywhere; give it \"level: require\" or \"level: warn\", or delete its options: max_lines"},
		{"options in a rule of a check that is off", "", "rules:\n" + ruleOf("a", `fork: true`, "checks: {size: {max_lines: 9}}"), "3:42: rule \"a\" gives size options, and its level is off everywhere; give it \"level: require\" or \"level: warn\" in this rule"},
		{"a lock in a lock", "lock: [checks.scope, checks, mode]", "", "org.yml:2:8: lock: \"checks.scope\" is locked by \"checks\" already; delete \"checks.scope\""},
		{"a misspelt team", "", "waivers: {by: [maintainers, '@acme/laeds', '@acme/night'], days: 7}", "2:29: waivers: CODEOWNERS knows no team @acme/laeds; write \"@acme/leads\""},
		{"another organisation's team", "", "waivers: {by: [maintainers, '@other/leads', '@acme/leads'], days: 7}", "2:29: waivers: @other/leads is a team of another organisation than this clone's, acme; write \"@acme/leads\""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := advice(t, Ground{Tree: clone, Owner: "acme", Branches: []string{"main", "develop"}, Teams: []string{"@acme/leads", "@acme/payments"}}, c.org, c.repo)
			if got == "" {
				t.Fatal("got no advice")
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

// What is meant as it stands gets no advice.
func TestNoAdvice(t *testing.T) {
	off := "checks: {tests: {level: off}}"
	cases := []struct{ name, org, repo string }{
		{"what is there", "", "rules:\n" + ruleOf("a", `paths: ["docs/**", "**/*.md", infra/main.tf, "src/*/main.go", "{docs,web}/**"]`, off)},
		{"a name in any folder may come", "", "rules:\n" + ruleOf("a", `touches: ["**/*.pem", "**/migrations/**"]`, off)},
		{"files at the root", "", "rules:\n" + ruleOf("a", `touches: ["*.md"]`, off)},
		{"files at the root that may come", "", "rules:\n" + ruleOf("a", `touches: ["*.toml"]`, off)},
		{"an organisation's globs are for many clones", "rules:\n" + ruleOf("a", `touches: [payments/**]`, off), ""},
		{"a narrower rule after a wider", "", "rules:\n" + ruleOf("a", `touches: ["src/**"]`, off) + ruleOf("b", `touches: [src/billing/**]`, "checks: {tests: {level: require}}")},
		{"a later rule that says less", "", "rules:\n" + ruleOf("a", `fork: true`, "checks: {tests: {level: off}, spec: {level: warn}}") + ruleOf("b", `fork: true`, off)},
		{"a later rule of other pull requests", "", "rules:\n" + ruleOf("a", `fork: true`, off) + ruleOf("b", `fork: false`, "checks: {tests: {level: warn}}")},
		{"a later rule with one condition more", "", "rules:\n" + ruleOf("a", `fork: true`, off) + ruleOf("b", `fork: true, draft: true`, "checks: {tests: {level: warn}}")},
		{"a later rule with another option", "", "rules:\n" + ruleOf("a", `fork: true`, "checks: {size: {level: warn, max_lines: 9}}") + ruleOf("b", `fork: true`, "checks: {size: {level: warn, min_lines: 1}}")},
		{"touches are not paths", "", "rules:\n" + ruleOf("a", `touches: [docs/**]`, off) + ruleOf("b", `paths: [docs/**]`, "checks: {tests: {level: warn}}")},
		{"back to what held before", "", "rules:\n" + ruleOf("a", `touches: ["src/**"]`, off) + ruleOf("b", `touches: [src/billing/**]`, "checks: {tests: {level: require}}")},
		{"a rule by risk is laid last", "", "rules:\n" + ruleOf("a", `fork: true, risk: high`, off) + ruleOf("b", `fork: true`, "checks: {tests: {level: warn}}")},
		{"a lock may refuse the later one", "lock: [checks.tests]\nrules:\n" + ruleOf("a", `fork: true`, "checks: {tests: {level: require}}"), "rules:\n" + ruleOf("b", `fork: true`, off)},
		{"a label that tightens", "", "checks: {tests: {level: warn}}\nrules:\n" + ruleOf("a", `labels: [careful]`, "checks: {tests: {level: require}}")},
		{"a rule turns the check on", "", "checks: {size: {level: off, max_lines: 9}}\nrules:\n" + ruleOf("a", `fork: true`, "checks: {size: {level: warn}}")},
		{"paths and touches that overlap", "", "rules:\n" + ruleOf("a", `paths: ["src/**", "docs/**"], touches: [src/billing/**]`, off)},
		{"an organisation's rule holds repositories to it", "rules:\n" + ruleOf("a", `touches: [payments/**]`, "checks: {tests: {level: require}}"), ""},
		{"branches", "", "rules:\n" + ruleOf("a", `base: [main, develop, "release/*", "v[0-9]*", hotfix/now]`, off)},
		{"repositories", "rules:\n" + ruleOf("a", `repository: [acme/pay-*, "*/docs"]`, off), ""},
		{"a label in other letters", "", "rules:\n" + ruleOf("a", `labels: [Careful]`, "risk: high")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := advice(t, Ground{Tree: clone, Owner: "acme", Branches: []string{"main", "develop"}}, c.org, c.repo); got != "" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// Whatever globs a policy has, advice comes, and always with a fix.
func FuzzAdvice(f *testing.F) {
	for _, g := range []string{"src/**", "**.go", `a\b`, "/", "{a,b}/**", "[a", "a//b", "..", "***", "a/**/**", "**/", " "} {
		f.Add(g, g)
	}
	f.Fuzz(func(t *testing.T, x, y string) {
		text := fmt.Sprintf("version: 1\nrules:\n- {name: a, when: {paths: [%q, %q], touches: [%q], base: [%q]}, risk: high}\n- {name: b, when: {paths: [%q]}, risk: low}\n", x, y, y, x, y)
		layer := Layer{Name: RepositoryLayer, Source: "p.yml", Text: text}
		p, problems := Load(houseChecks, nil, houseBuiltIn, layer)
		if len(problems) > 0 {
			return
		}
		for _, a := range p.Advise(Ground{Tree: clone, Owner: "acme", Branches: []string{"main", "develop"}}, layer) {
			if a.Fix == "" || a.Line < 1 {
				t.Errorf("%+v", a)
			}
		}
	})
}

func BenchmarkAdvise(b *testing.B) {
	var text strings.Builder
	text.WriteString("version: 1\nrules:\n")
	for i := range 200 {
		fmt.Fprintf(&text, "- {name: r%d, when: {touches: [src/m%d/**, docs/x%d/*.md]}, checks: {tests: {level: warn}}}\n", i, i, i)
	}
	tree := slices.Clone(clone)
	for i := range 50_000 {
		tree = append(tree, fmt.Sprintf("services/s%d/main.go", i))
	}
	layer := Layer{Name: RepositoryLayer, Text: text.String()}
	p, _ := Load(houseChecks, nil, houseBuiltIn, layer)
	for b.Loop() {
		p.Advise(Ground{Tree: tree}, layer)
	}
}
