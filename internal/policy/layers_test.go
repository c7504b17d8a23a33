package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// show writes what the tests of layers look at: mode, levels and options, the agents, the check run, the notes.
func show(p *Policy) string {
	a := p.Settings()
	var b strings.Builder
	fmt.Fprintf(&b, "%s; gate %v from %s deny %v; %q each %t\n", a.Mode, p.agents.Gate, p.agents.From, p.agents.Deny, a.CheckName, a.CheckRuns)
	for _, c := range a.Checks {
		fmt.Fprintf(&b, "%s %s %v\n", c.Check.Name, c.Level, c.Check.Options())
	}
	for _, n := range a.Notes {
		b.WriteString(n + "\n")
	}
	return b.String()
}

func TestLayers(t *testing.T) {
	const builtIn = "observe; gate [autonomous mixed assisted] from probable deny []; \"sluice: {base}\" each true\n"
	const rest = "spec require {}\nsummary require {}\ntests require {}\n"
	cases := []struct {
		name       string
		org, repo  string
		want       string
		wantSource string
	}{
		{"no file observes and says so", "", "", builtIn + "scope require {[**] []}\nsize off {800 0 []}\n" + rest +
			"No policy was found (.github/sluice.yml on the base branch); the built-in one applies, and it observes: nothing is blocked.\n", "built-in"},
		{"a file that says nothing changes nothing", "", "{}", builtIn + "scope require {[**] []}\nsize off {800 0 []}\n" + rest, "built-in sluice.yml"},
		{
			"the repository is laid over the organisation",
			"mode: enforce\nchecks: {size: {level: warn, max_lines: 500, ignore: [a]}, spec: {level: warn}}",
			"checks: {size: {max_lines: 900}, spec: {level: require}}\nagents: {from: strong}",
			strings.Replace(strings.Replace(builtIn, "observe", "enforce", 1), "probable", "strong", 1) + "scope require {[**] []}\nsize warn {900 0 [a]}\n" + rest,
			"built-in acme/.github:sluice.yml sluice.yml",
		},
		{
			"a list is replaced whole", "agents: {gate: [autonomous], deny: [devin]}\nchecks: {scope: {deny: [a, b]}}", "agents: {deny: [codex]}\nchecks: {scope: {deny: [c]}}",
			"observe; gate [autonomous] from probable deny [codex]; \"sluice: {base}\" each true\nscope require {[**] [c]}\nsize off {800 0 []}\n" + rest, "built-in acme/.github:sluice.yml sluice.yml",
		},
		{
			"a check run can be named otherwise", "", "check_run: {name: gate, each: false}",
			"observe; gate [autonomous mixed assisted] from probable deny []; \"gate\" each false\nscope require {[**] []}\nsize off {800 0 []}\n" + rest, "built-in sluice.yml",
		},
		{
			"a level may come from a later layer than the options", "checks: {size: {max_lines: 9}}", "checks: {size: {level: warn}}",
			builtIn + "scope require {[**] []}\nsize warn {9 0 []}\n" + rest, "built-in acme/.github:sluice.yml sluice.yml",
		},
		{
			"a level may come from a rule", "", "checks: {size: {max_lines: 9}}\nrules: [{name: a, when: {fork: true}, checks: {size: {level: warn}}}]",
			builtIn + "scope require {[**] []}\nsize off {9 0 []}\n" + rest, "built-in sluice.yml",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var layers []Layer
			if c.repo != "" {
				layers = append(layers, repository(versioned(c.repo)))
			}
			if c.org != "" {
				layers = append(layers, organisation(versioned(c.org)))
			}
			p := load(t, layers...)
			if diff := cmp.Diff(show(p), c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
			if got := strings.Join(p.Settings().Sources, " "); got != c.wantSource {
				t.Errorf("sources: got %q, want %q", got, c.wantSource)
			}
		})
	}
}

func versioned(text string) string {
	if text == "{}" {
		return "version: 1"
	}
	return "version: 1\n" + text
}

func TestLocks(t *testing.T) {
	const base = "version: 1\nmode: enforce\nagents: {gate: [autonomous], from: probable, deny: [devin]}\n" +
		"checks: {tests: {level: warn}, size: {level: require, max_lines: 500}}\nlock: "
	const note = "The organisation has locked %s, so line %d of sluice.yml is not taken."
	cases := []struct{ name, lock, repo, want, wantNotes string }{
		{"a locked mode cannot be loosened", "[mode]", "mode: observe", "enforce", fmt.Sprintf(note, "mode", 2)},
		{"without the lock it can", "[checks]", "mode: observe", "observe", ""},
		{"the same value needs no note", "[mode]", "mode: enforce", "enforce", ""},
		{"a locked level cannot be loosened", "[checks.tests]", "checks: {tests: {level: off}}", "tests warn", fmt.Sprintf(note, "checks.tests.level", 2)},
		{"a locked level can be made stricter", "[checks.tests]", "checks: {tests: {level: require}}", "tests require", ""},
		{"a locked option stands, the level beside it does not", "[checks.size.max_lines]", "checks: {size: {level: warn, max_lines: 900}}", "size warn {500 0 []}", fmt.Sprintf(note, "checks.size.max_lines", 2)},
		{"an option beside the locked one is taken", "[checks.size.max_lines]", "checks: {size: {ignore: [x]}}", "size require {500 0 [x]}", ""},
		{
			"all checks", "[checks]", "checks:\n  tests: {level: off}\n  size: {max_lines: 1}", "size require {500 0 []}",
			fmt.Sprintf(note, "checks.tests.level", 3) + "\n" + fmt.Sprintf(note, "checks.size.max_lines", 4),
		},
		{
			"a locked list of agents grows only", "[agents]", "agents: {gate: [mixed], deny: [codex], from: strong}", "gate [autonomous mixed] from probable deny [devin codex]",
			fmt.Sprintf(note, "agents.gate", 2) + "\n" + fmt.Sprintf(note, "agents.deny", 2) + "\n" + fmt.Sprintf(note, "agents.from", 2),
		},
		{"a stricter confidence is taken", "[agents.from]", "agents: {from: weak}", "from weak", ""},
		{"a locked name stands", "[check_run.name]", "check_run: {name: other, each: false}", `"sluice: {base}" each false`, fmt.Sprintf(note, "check_run.name", 2)},
		{"locked kinds stand", "[kinds]", "kinds: {documentation: [\"src/**\"]}", "", fmt.Sprintf(note, "kinds", 2)},
		{"locked rules are the organisation's alone", "[rules]", "rules: [{name: a, when: {fork: true}, risk: low}]", "", fmt.Sprintf(note, "rules", 2)},
		{"a rule cannot loosen either", "[checks.tests]", "rules:\n- name: a\n  when: {fork: true}\n  checks: {tests: {level: off}}", "", fmt.Sprintf(note, "checks.tests.level", 5)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := load(t, organisation(base+c.lock), repository("version: 1\n"+c.repo))
			if got := show(p); !strings.Contains(got, c.want) {
				t.Errorf("got %s, want in it %s", got, c.want)
			}
			if diff := cmp.Diff(strings.Join(p.notes, "\n"), c.wantNotes); diff != "" {
				t.Errorf("notes (-got +want)\n%s", diff)
			}
		})
	}
}

func TestALockHidesNoMistake(t *testing.T) {
	_, problems := Load(houseChecks, houseAgents, houseBuiltIn, organisation("version: 1\nlock: [checks.size]"), repository("version: 1\nchecks: {size: {level: warn, max_line: 3}}"))
	want := `sluice.yml:2:30: no key is named "max_line"; did you mean "max_lines"?`
	if got := lines(problems); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEveryLayersMistakesAreReported(t *testing.T) {
	_, problems := Load(houseChecks, houseAgents, houseBuiltIn, repository("version: 1\nmode: x"), organisation("version: 1\nmode: y"))
	want := "acme/.github:sluice.yml:2:7: no mode is named \"y\"; write one of observe, enforce\nsluice.yml:2:7: no mode is named \"x\"; write one of observe, enforce"
	if got := lines(problems); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestKindsAreAdded(t *testing.T) {
	p := load(t, organisation("version: 1\nkinds: {test: [\"qa/**\"]}"), repository("version: 1\nkinds: {test: [\"checks/**\"], generated: [\"out/*.go\"]}"))
	table := p.For(&pull.Request{}, byDevin()).Kinds
	for path, want := range map[string]kind.Kind{"qa/a.go": kind.Test, "checks/a.go": kind.Test, "out/a.go": kind.Generated, "src/a.go": kind.Code} {
		if got := table.Of(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// The edge reads what Facts says before it knows which rules match.
func TestFacts(t *testing.T) {
	const off = "version: 1\nchecks: {scope: {level: off}, spec: {level: off}, summary: {level: off}, tests: {level: off}}\n"
	cases := []struct {
		name, text string
		want       pull.Facts
	}{
		{"all checks off, no rules", off, 0},
		{"a check", "version: 1\nchecks: {scope: {level: off}, summary: {level: off}, tests: {level: off}}", pull.WithIssues},
		{"a check that only a rule switches on", off + "rules: [{name: a, when: {fork: true}, checks: {summary: {level: warn}}}]", pull.WithTemplate},
		{"a rule by paths", off + "rules: [{name: a, when: {paths: [a]}, risk: high}]", pull.WithFiles},
		{"a rule by size", off + "rules: [{name: a, when: {size: {lines_over: 3}}, risk: high}]", pull.WithFiles},
		{"a rule by what is always there", off + "rules: [{name: a, when: {labels: [a], base: [main], draft: true}, risk: high}]", 0},
		{"a check that a rule switches off is read all the same", "version: 1\nchecks: {scope: {level: off}, summary: {level: off}, tests: {level: off}}\nrules: [{name: a, when: {fork: true}, checks: {spec: {level: off}}}]", pull.WithIssues},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := load(t, repository(c.text)).Facts(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestLoadChangesNoCheck(t *testing.T) {
	load(t, repository("version: 1\nchecks: {size: {level: warn, max_lines: 3, ignore: [x]}}"))
	if diff := cmp.Diff(houseChecks[1].Options(), any(sizeOptions{MaxLines: 800})); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}
