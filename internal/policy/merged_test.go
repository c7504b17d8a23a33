package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/strict"
)

// merged is what Merge says of the layers: the whole text, and the lines that do not come from the built-in policy.
func merged(t *testing.T, layers ...Layer) (text, ours string) {
	t.Helper()
	lines, _, problems := Merge(houseChecks, houseAgents, layers...)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, l := range lines {
		text += l.Text + "\n"
		locked := ""
		if l.Locked {
			locked = " locked"
		}
		if l.Source != "" && l.Source != "built-in" || l.Locked {
			ours += fmt.Sprintf("%s <%s:%d%s>\n", strings.TrimSpace(l.Text), l.Source, l.Line, locked)
		}
	}
	return text, ours
}

func TestMerge(t *testing.T) {
	cases := []struct{ name, org, repo, want string }{
		{"the repository's are its own", "", "mode: enforce\nchecks:\n  size:\n    level: warn\n    max_lines: 9", `version: 1 <sluice.yml:1>
mode: enforce <sluice.yml:2>
level: warn <sluice.yml:5>
max_lines: 9 <sluice.yml:6>
`},
		{"the organisation's below, what the repository does not say", "mode: enforce\nchecks: {size: {level: warn, max_lines: 9}}", "checks:\n  size: {max_lines: 8}", `version: 1 <sluice.yml:1>
mode: enforce <acme/.github:sluice.yml:2>
level: warn <acme/.github:sluice.yml:3>
max_lines: 8 <sluice.yml:3>
`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			layers := []Layer{repository("version: 1\n" + c.repo)}
			if c.org != "" {
				layers = append(layers, organisation("version: 1\n"+c.org))
			}
			if _, got := merged(t, layers...); got != c.want {
				t.Errorf("(-got +want)\n%s", cmp.Diff(got, c.want))
			}
		})
	}
}

// Under a lock, a looser value is the organisation's still, and a stricter one the repository's.
func TestMergeUnderLocks(t *testing.T) {
	_, got := merged(t,
		organisation("version: 1\nmode: enforce\nchecks: {tests: {level: warn}, spec: {level: require}}\nlock: [mode, checks]"),
		repository("version: 1\nmode: observe\nchecks: {tests: {level: require},\n  spec: {level: warn}}"))
	for _, want := range []string{
		"mode: enforce <acme/.github:sluice.yml:2 locked>\n", "level: require <sluice.yml:3 locked>\n", "level: require <acme/.github:sluice.yml:3 locked>\n",
		"lock: [mode, checks] <acme/.github:sluice.yml:4>\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "sluice.yml:4 locked") {
		t.Errorf("what was refused is taken for the origin:\n%s", got)
	}
}

// What is printed is a policy, and one that means the same.
func TestMergedIsAPolicy(t *testing.T) {
	text, _ := merged(t,
		organisation("version: 1\nmode: enforce\nlock: [mode]\nkinds: {test: [qa/**]}\nrules: [{name: 'a: b', when: {paths: ['*.md'], size: {lines_over: 3}, labels: 'yes'}, risk: high}]"),
		repository("version: 1\nagents: {deny: [devin]}\ncheck_run: {name: '#{base}'}\nchecks: {size: {level: warn, ignore: [\"a'b\", 'no', \"\\t\"]}}"))
	root, problems := strict.Parse("", []byte(text))
	if root == nil {
		t.Fatalf("%v in\n%s", problems, text)
	}
	p := load(t, organisation(text))
	again, _ := merged(t, organisation(text))
	if diff := cmp.Diff(again, text); diff != "" {
		t.Errorf("(-again +first)\n%s", diff)
	}
	if len(p.rules) != 1 || p.rules[0].Name != "a: b" || p.rules[0].When.Labels[0] != "yes" {
		t.Errorf("got %+v", p.rules)
	}
}
