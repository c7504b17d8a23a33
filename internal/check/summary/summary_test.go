package summary

import (
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/checktest"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

func TestCases(t *testing.T) { checktest.Run(t, Check) }

func TestNames(t *testing.T) {
	cases := []struct{ heading, want string }{
		{"What", "What"},
		{"1. What changed?", "What"},
		{"\U0001F4DD Summary of changes", "What"},
		{"What does this PR do?", "What"},
		{"What changes are proposed in this pull request?", "What"},
		{"WHY", "Why"},
		{"Motivation and Context", "Why"},
		{"Why is this change needed?", "Why"},
		{"What problem does this solve?", "Why"},
		{"How Has This Been Tested?", "How it was tested"},
		{"How did you test this change?", "How it was tested"},
		{"Test plan", "How it was tested"},
		{"\u2705 Testing", "How it was tested"},
		{"What & why", "What Why"},
		{"What this PR does / why we need it:", "What Why"},
		{"Testing (by hand)", "How it was tested"},
		{"Screenshots", ""},
		{"Whatever", ""},
		{"Contest", ""},
		{"Checklist", ""},
		{"Breaking changes", ""},
		{"Types of changes", ""},
		{"", ""},
	}
	m := matcherOf([]string{"What", "Why", "How it was tested"})
	for _, c := range cases {
		if got := strings.Join(m.match(c.heading), " "); got != c.want {
			t.Errorf("%q answers %q, want %q", c.heading, got, c.want)
		}
	}
	// A heading that the policy itself names answers no other of its row.
	m = matcherOf([]string{"Summary", "Changes", "Rollout"})
	for heading, want := range map[string]string{"Summary": "Summary", "Changes": "Changes", "Overview": "Summary Changes", "Roll out": "", "The rollout:": "Rollout"} {
		if got := strings.Join(m.match(heading), " "); got != want {
			t.Errorf("%q answers %q, want %q", heading, got, want)
		}
	}
}

func TestOptions(t *testing.T) {
	cases := []struct{ yaml, want string }{
		{"sections: [What, Why, How it was tested]", ""},
		{"sections: []", "1:11: sections: name at least one section"},
		{"sections: [Why, 'why?']", `1:11: sections: "Why" and "why?" are the same heading`},
		{"sections: ['!']", `1:11: sections: "!" has no words`},
		{"min_words: 0", "1:12: min_words: must be at least 1"},
	}
	for _, c := range cases {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(c.yaml), &node); err != nil {
			t.Fatal(err)
		}
		_, problems := Check.Configure(node.Content...)
		got := ""
		for _, p := range problems {
			got += p.Error()
		}
		if !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", c.yaml, got, c.want)
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add("## What\nRetries.\n\nWhy: it failed\n**Testing** - by hand", "## What\n")
	f.Fuzz(func(t *testing.T, body, template string) {
		r := &pull.Request{Body: body, Template: pull.Document{Text: template}, Known: pull.AllFacts}
		v := Check.Run(&check.Input{Pull: r, Attribution: &agent.Attribution{}})
		if (v.Outcome == check.Pass) != (len(v.Findings) == 0) {
			t.Errorf("%s with %d findings", v.Outcome, len(v.Findings))
		}
		r.Template.Text = body
		if v := Check.Run(&check.Input{Pull: r, Attribution: &agent.Attribution{}}); v.Outcome == check.Pass && !strings.Contains(body, "[") && !strings.Contains(body, ":") {
			t.Error("what the template brought passes")
		}
	})
}
