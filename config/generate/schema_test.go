package main

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/sluicegate/sluice/config"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

func TestSchemaIsFresh(t *testing.T) {
	t.Chdir("..")
	want, err := Schema(all.Checks)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), string(want)); diff != "" {
		t.Errorf("schema.json is stale, run go generate ./config (-got +want)\n%s", diff)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(config.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// refusals says who refuses a policy: the schema, as an editor would, and Sluice.
func refusals(t *testing.T, s *jsonschema.Schema, name policy.LayerName, text string) (byUs []strict.Problem, bySchema error) {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	_, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), policy.Layer{Name: name, Source: "policy.yml", Text: text})
	return problems, s.Validate(value)
}

// The built-in policy and the examples are what people copy: both judges take them, as an organisation's policy and,
// where they lock nothing, as a repository's.
func TestPoliciesAreValid(t *testing.T) {
	s := compiled(t)
	texts := map[string]string{"default.yml": config.Default}
	err := fs.WalkDir(config.Examples, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := config.Examples.ReadFile(path)
		texts[path] = string(text)
		return err
	})
	if err != nil || len(texts) < 3 {
		t.Fatalf("%d policies, %v", len(texts), err)
	}
	for path, text := range texts {
		t.Run(path, func(t *testing.T) {
			if !strings.HasPrefix(text, "# yaml-language-server: $schema=") {
				t.Error("the first line does not say which schema an editor should use")
			}
			layer := policy.RepositoryLayer
			if strings.Contains(text, "\nlock:") {
				layer = policy.OrganisationLayer
			}
			byUs, bySchema := refusals(t, s, layer, text)
			for _, p := range byUs {
				t.Error(p)
			}
			if bySchema != nil {
				t.Error(bySchema)
			}
		})
	}
}

// What an editor would mark, Sluice refuses, and the other way round.
func TestBothRefuse(t *testing.T) {
	s := compiled(t)
	cases := []struct{ name, text string }{
		{"no version", "mode: observe"},
		{"another version", "version: 2"},
		{"an unknown key", "version: 1\nmodee: observe"},
		{"an unknown mode", "version: 1\nmode: enforced"},
		{"an unknown check", "version: 1\nchecks: {summry: {level: warn}}"},
		{"an unknown level", "version: 1\nchecks: {summary: {level: warning}}"},
		{"an unknown option", "version: 1\nchecks: {summary: {level: warn, section: [What]}}"},
		{"an option's type", "version: 1\nchecks: {summary: {level: warn, min_words: few}}"},
		{"a string for a list", "version: 1\nchecks: {summary: {level: warn, sections: What}}"},
		{"nothing for a mapping", "version: 1\nchecks:"},
		{"an unknown confidence", "version: 1\nagents: {from: sure}"},
		{"an unknown kind", "version: 1\nkinds: {tests: [a]}"},
		{"a rule without name", "version: 1\nrules: [{when: {fork: true}, risk: high}]"},
		{"a rule without condition", "version: 1\nrules: [{name: a, risk: high}]"},
		{"an empty condition", "version: 1\nrules: [{name: a, when: {}, risk: high}]"},
		{"an empty list of paths", "version: 1\nrules: [{name: a, when: {paths: []}, risk: high}]"},
		{"an unknown condition", "version: 1\nrules: [{name: a, when: {path: [a]}, risk: high}]"},
		{"a negative size", "version: 1\nrules: [{name: a, when: {size: {lines_over: -1}}, risk: high}]"},
		{"an unknown risk", "version: 1\nrules: [{name: a, when: {fork: true}, risk: huge}]"},
		{"an agent without slug", "version: 1\nagents: {define: [{name: Clerk, labels: [{name: clerk, source: ours}]}]}"},
		{"a sign without source", "version: 1\nagents: {define: [{slug: clerk, labels: [{name: clerk}]}]}"},
		{"an unknown key of an agent", "version: 1\nagents: {define: [{slug: clerk, lables: [{name: clerk, source: ours}]}]}"},
		{"an empty name of the check run", "version: 1\ncheck_run: {name: \"\"}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			byUs, bySchema := refusals(t, s, policy.RepositoryLayer, c.text)
			if bySchema == nil || len(byUs) == 0 {
				t.Errorf("the schema says %v, Sluice says %v; want both to refuse it", bySchema, byUs)
			}
		})
	}
	byUs, bySchema := refusals(t, s, policy.RepositoryLayer, "version: 1\nrules: [{name: a, when: {agent: [], fork: true}, risk: high}]")
	if bySchema == nil || len(byUs) == 0 {
		t.Errorf("an empty list: %v, %v", bySchema, byUs)
	}
}
