package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every mistake that a policy can have, with the words that its author reads. "version: 1" stands on line 1 of each.
func TestMistakes(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"a misspelt key", "modee: enforce", `2:1: no key is named "modee"; did you mean "mode"?`},
		{"a misspelt mode", "mode: enforced", `2:7: no mode is named "enforced"; did you mean "enforce"?`},
		{"a boolean for a mode", "mode: true", `2:7: no mode is named "true"; write one of observe, enforce`},
		{"a misspelt check", "checks: {summry: {level: warn}}", `2:10: no check is named "summry"; did you mean "summary"?`},
		{"a check like no other", "checks: {licence: {level: warn}}", `2:10: no check is named "licence"; write one of scope, size, spec, summary, tests`},
		{"a misspelt level", "checks: {spec: {level: required}}", `2:24: no level is named "required"; did you mean "require"?`},
		{"a level for a check", "checks: {spec: warn}", `2:16: spec: expected a mapping, found the string "warn"`},
		{"a check without a word", "checks:\n  spec:", `3:8: spec: expected a mapping, found nothing`},
		{"a misspelt option", "checks: {size: {level: warn, max_line: 3}}", `2:30: no key is named "max_line"; did you mean "max_lines"?`},
		{"an option's wrong type", "checks: {size: {level: warn, max_lines: many}}", `2:41: max_lines: expected a whole number, found the string "many"`},
		{"an option's wrong value", "checks: {size: {level: warn, max_lines: 0}}", `2:41: max_lines: must be more than min_lines`},
		{"a value that a default makes wrong", "checks: {size: {level: warn, min_lines: 900}}", `2:16: max_lines: must be more than min_lines`},
		{"options without a level", "checks: {size: {max_lines: 9}}", `2:10: size has options and no level, so it would not run; add "level: require" or "level: warn"`},
		{"a check twice", "checks:\n  spec: {level: warn}\n  spec: {level: off}", `4:3: "spec" is written twice; it is on line 3 already`},
		{"an unknown agent", "agents: {deny: [devin, devon]}", `2:24: no agent is named "devon"; did you mean "devin"?`},
		{"an agent's misspelt key", "agents: {define: [{slug: clerk, lables: []}]}", `2:33: no key is named "lables"; did you mean "labels"?`},
		{"an agent's slug", "agents:\n  define:\n  - slug: The Clerk\n    labels: [{name: clerk, source: ours}]", `4:11: the slug "The Clerk" is not in lower case with hyphens`},
		{"an agent without slug", "agents: {define: [{labels: [{name: clerk, source: ours}]}]}", `2:19: the slug "" is not in lower case with hyphens`},
		{"an agent's sign without source", "agents: {define: [{slug: clerk, labels: [{name: clerk}]}]}", `2:19: clerk: label clerk has no source: say where it is known from`},
		{"an agent's conclusive text", "agents: {define: [{slug: clerk, branches: [{line: ^clerk/, strength: conclusive, source: ours}]}]}", `2:19: clerk: a branch is text, and text is never conclusive`},
		{"an agent's pattern", "agents: {define: [{slug: clerk, branches: [{line: \"^clerk(\\n\", source: ours}]}]}", "2:51: line: error parsing regexp: missing closing ): `^clerk( `"},
		{"an agent's strength", "agents: {define: [{slug: clerk, branches: [{line: ^clerk/, strength: sure, source: ours}]}]}", `2:70: no confidence is named "sure"; write one of conclusive, strong, probable, weak`},
		{"an agent that nothing recognises", "agents: {define: [{slug: clerk}]}", `2:19: clerk has no sign to be recognised by; give it accounts, commits, trailers, messages, body, branches or labels`},
		{"an agent twice", "agents:\n  define:\n  - {slug: clerk, labels: [{name: clerk, source: ours}]}\n  - {slug: clerk, labels: [{name: clerk, source: ours}]}", `5:5: an agent is defined as "clerk" already, on line 4`},
		{"an agent that is a word", "agents: {define: [clerk]}", `2:19: expected a mapping, found the string "clerk"`},
		{"a mapping of agents", "agents: {define: {slug: clerk}}", `2:18: define: expected a list, found a mapping`},
		{"a name near a defined one", "agents: {define: [{slug: clerk, labels: [{name: clerk, source: ours}]}], deny: [clark]}", `2:81: no agent is named "clark"; did you mean "clerk"?`},
		{"a misspelt authorship", "agents: {gate: [autonomus]}", `2:17: no authorship is named "autonomus"; did you mean "autonomous"?`},
		{"a misspelt confidence", "agents: {from: probably}", `2:16: no confidence is named "probably"; did you mean "probable"?`},
		{"a check run without a name", `check_run: {name: ""}`, `2:19: the check run needs a name; the usual one is "sluice: {base}"`},
		{"a misspelt placeholder", `check_run: {name: "gate {bsae}"}`, `2:19: no placeholder is named "{bsae}"; did you mean "{base}"?`},
		{"a check's own name", `check_run: {name: "sluice / spec"}`, `2:19: names that begin with "sluice / " are those of the checks' own runs; choose another`},
		{"a name of two lines", `check_run: {name: "a\nb"}`, `2:19: the check run's name has a line break or a control character; write one line`},
		{"a long name", `check_run: {name: "` + strings.Repeat("x", 256) + `"}`, `2:19: the check run's name has 256 characters; at most 255 are taken`},
		{"a misspelt kind", `kinds: {tests: ["qa/**"]}`, `2:9: no kind is named "tests"; did you mean "test"?`},
		{"an empty kind", `kinds: {test: []}`, `2:15: test: an empty list adds nothing; leave the key out`},
		{"a glob that cannot be", `kinds: {test: ["[a"]}`, `2:16: test: "[a" is no glob: a bracket or brace is not closed`},
		{"a lock in a repository", "lock: [mode]", `2:7: a repository cannot lock; move this to the organisation's policy`},
		{"approvals where there is no such check", "rules: [{name: a, when: {fork: true}, approvals: {count: 2}}]", `2:50: no check is named "approvals"; write one of scope, size, spec, summary, tests`},
		{"a waiver by nobody", "waivers: {by: [\"@a/b/c\"]}", `2:16: "@a/b/c" is nobody who can sign; write "maintainers", a login or "@org/team"`},
		{"a waiver of what is no check", "waivers: {checks: [test]}", `2:20: no check is named "test"; did you mean "tests"?`},
		{"a waiver for ever", "waivers: {days: 1000}", `2:17: a waiver lasts from 1 to 366 days`},
		{"a rule that goes round in a circle", "rules: [{name: a, when: {risk: low}, risk: high}]", `2:44: a rule that goes by the risk cannot set it; set it in a rule that goes by something else`},
		{"a misspelt kind of a rule", "rules: [{name: a, when: {kinds: doc}, risk: high}]", `2:33: no kind is named "doc"; write one of vendored, lock, generated, test, configuration, documentation, code, other`},
		{
			"several at once, in order", "mode: x\nagents: {deny: [devon]}\nchecks: {spce: {level: on}}",
			"2:7: no mode is named \"x\"; write one of observe, enforce\n" +
				"3:17: no agent is named \"devon\"; did you mean \"devin\"?\n" +
				"4:10: no check is named \"spce\"; did you mean \"spec\"?\n" +
				"4:24: no level is named \"on\"; write one of require, warn, off",
		},

		{"a rule without name", "rules: [{when: {fork: true}, risk: high}]", `2:9: a rule needs a name: the report gives it as the reason`},
		{"a rule's name twice", "rules:\n- {name: a, when: {fork: true}, risk: high}\n- {name: a, when: {fork: false}, risk: low}", `4:10: a rule is named "a" already, on line 3`},
		{"a rule without condition", "rules: [{name: a, risk: high}]", `2:9: a rule needs a condition ("when"); what holds always belongs above the rules`},
		{"a rule of no condition", "rules: [{name: a, when: {}, risk: high}]", `2:9: a rule needs a condition ("when"); what holds always belongs above the rules`},
		{"a rule that says nothing", "rules: [{name: a, when: {fork: true}}]", `2:9: a rule needs something to say: checks, risk, mode or approvals`},
		{"a misspelt condition", "rules: [{name: a, when: {path: [x]}, risk: high}]", `2:26: no key is named "path"; did you mean "paths"?`},
		{"a misspelt risk", "rules: [{name: a, when: {fork: true}, risk: hihg}]", `2:45: no risk is named "hihg"; did you mean "high"?`},
		{"a rule for an unknown agent", "rules: [{name: a, when: {agent: cluade}, risk: high}]", `2:33: no agent is named "cluade"; did you mean "claude"?`},
		{"a rule for nobody", "rules: [{name: a, when: {authorship: [none]}, risk: high}]", `2:39: no check runs where no agent took part, so this matches nothing; add none to agents.gate to gate everybody`},
		{"a rule for no path", "rules: [{name: a, when: {paths: []}, risk: high}]", `2:33: paths: an empty list matches nothing; leave the key out`},
		{"a mapping for paths", "rules: [{name: a, when: {paths: {a: b}}, risk: high}]", `2:33: paths: expected a list of strings, found a mapping`},
		{"a directory for a glob", "rules: [{name: a, when: {paths: [docs/]}, risk: high}]", `2:34: paths: "docs/" matches no file; write "docs/**" for all below it`},
		{"a glob from the root", "rules: [{name: a, when: {touches: [/docs/**]}, risk: high}]", `2:36: touches: "/docs/**" matches nothing: paths begin without /; write "docs/**"`},
		{"a glob turned round", `rules: [{name: a, when: {touches: ["!docs/**"]}, risk: high}]`, `2:36: touches: "!docs/**": a glob cannot be turned round with a leading !, so name what is meant`},
		{"a glob of many forms", `rules: [{name: a, when: {touches: ["{a,b,c}{a,b,c}{a,b,c}/{a,b,c}"]}, risk: high}]`, `2:36: touches: "{a,b,c}{a,b,c}{a,b,c}/{a,b,c}": the braces have more than 64 forms; write several globs`},
		{"a size of nothing", "rules: [{name: a, when: {size: {}}, risk: high}]", `2:32: size: say how large, {lines_over: 800}`},
		{"a size that cannot be", "rules: [{name: a, when: {size: {lines_over: 9, lines_under: 10}}, risk: high}]", `2:32: size: no change has over 9 and under 10 lines`},
		{"a negative size", "rules: [{name: a, when: {size: {files_over: -1}}, risk: high}]", `2:45: files_over: no change has fewer than 0`},
		{"a number for a size", "rules: [{name: a, when: {size: 800}, risk: high}]", `2:32: size: expected a mapping, found the number 800`},
		{"a string for a fork", "rules: [{name: a, when: {fork: yes}, risk: high}]", `2:32: fork: expected true or false, found the string "yes"`},
		{"a rule's misspelt option", "rules: [{name: a, when: {fork: true}, checks: {size: {max_line: 9}}}]", `2:55: no key is named "max_line"; did you mean "max_lines"?`},
		{"a rule's wrong value", "rules: [{name: a, when: {fork: true}, checks: {size: {max_lines: 0}}}]", `2:66: max_lines: must be more than min_lines`},
		{"a rule for an unknown check", "rules: [{name: a, when: {fork: true}, checks: {test: {level: off}}}]", `2:48: no check is named "test"; did you mean "tests"?`},
		{"a list that is none", "rules: {name: a}", `2:8: rules: expected a list, found a mapping`},
		{"an item that is none", "rules: [a]", `2:9: rules: expected a mapping, found the string "a"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, problems := Load(houseChecks, houseAgents, houseBuiltIn, repository("version: 1\n"+c.text))
			if (p == nil) != (len(problems) > 0) {
				t.Errorf("policy %v beside %d problems", p, len(problems))
			}
			want := "sluice.yml:" + strings.ReplaceAll(c.want, "\n", "\nsluice.yml:")
			if diff := cmp.Diff(lines(problems), want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

func TestMistakesOfTheVersion(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"missing", "mode: enforce", `sluice.yml:1:1: the version is missing; begin with "version: 1"`},
		{"missing beside another mistake", "modee: enforce", `sluice.yml:1:1: the version is missing; begin with "version: 1"` + "\n" + `sluice.yml:1:1: no key is named "modee"; did you mean "mode"?`},
		{"another, whose keys may mean anything", "version: 2\nmodee: enforce", `sluice.yml:1:10: version 2 is not known; this Sluice reads version 1`},
		{"no number", "version: one", `sluice.yml:1:10: version: expected a whole number, found the string "one"`},
		{"an empty file", "", `sluice.yml:1:1: the file says nothing; begin with "version: 1"`},
		{"a list", "[version]", `sluice.yml:1:1: expected a mapping, found a list`},
		{"no YAML", "version: [", `sluice.yml:1:1: this is not YAML: a value is missing, or a bracket is not closed`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, problems := Load(houseChecks, houseAgents, houseBuiltIn, repository(c.text))
			if diff := cmp.Diff(lines(problems), c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

func TestMistakesOfLocks(t *testing.T) {
	cases := []struct{ name, lock, want string }{
		{"a misspelt key", "[modee]", `2:8: no lock is named "modee"; did you mean "mode"?`},
		{"an unknown check", "[checks.scop]", `2:8: no check is named "scop"; did you mean "scope"?`},
		{"an unknown option", "[checks.size.max_line]", `2:8: no option of size is named "max_line"; did you mean "max_lines"?`},
		{"a key of agents", "[agents.denny]", `2:8: no key of agents is named "denny"; did you mean "deny"?`},
		{"too deep", "[mode.enforce]", `2:8: "mode.enforce": nothing below "mode" can be locked by itself; lock that`},
		{"deeper than an option", "[checks.size.max_lines.x]", `2:8: "checks.size.max_lines.x": nothing below "checks.size.max_lines" can be locked by itself; lock that`},
		{"a key of rules", "[rules.a]", `2:8: "rules.a": nothing below "rules" can be locked by itself; lock that`},
		{"a mapping", "{mode: true}", `2:7: lock: expected a list of strings, found a mapping`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, problems := Load(houseChecks, houseAgents, houseBuiltIn, organisation("version: 1\nlock: "+c.lock))
			if diff := cmp.Diff(lines(problems), "acme/.github:sluice.yml:"+c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}
