package policy

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/config"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
)

// The tests have checks of their own, so that they hold whatever the real ones become.

type none struct{}

type sizeOptions struct {
	MaxLines int      `yaml:"max_lines"`
	MinLines int      `yaml:"min_lines"`
	Ignore   []string `yaml:"ignore"`
}

func (o sizeOptions) Validate() map[string]error {
	if o.MaxLines <= o.MinLines {
		return map[string]error{"max_lines": errors.New("must be more than min_lines")}
	}
	return nil
}

type scopeOptions struct {
	Allow []string `yaml:"allow"`
	Deny  []string `yaml:"deny"`
}

func pass[O any](*check.Input, O) check.Verdict { return check.Verdict{Outcome: check.Pass} }

var (
	houseChecks = []check.Check{
		check.New("scope", "", pull.WithFiles|pull.WithModes, scopeOptions{Allow: []string{"**"}}, pass[scopeOptions]),
		check.New("size", "", pull.WithPatches, sizeOptions{MaxLines: 800}, pass[sizeOptions]),
		check.New("spec", "", pull.WithIssues, none{}, pass[none]),
		check.New("summary", "", pull.WithTemplate, none{}, pass[none]),
		check.New("tests", "", pull.WithFiles, none{}, pass[none]),
	}
	houseAgents = []string{"claude", "claude-code", "codex", "devin"}
	// houseBuiltIn is the built-in layer without a level for size, which is not the check of that name here.
	houseBuiltIn = Layer{Name: BuiltInLayer, Source: string(BuiltInLayer), Text: strings.Replace(config.Default, "  size: {level: warn}\n", "", 1)}
)

func organisation(text string) Layer {
	return Layer{Name: OrganisationLayer, Source: "acme/.github:sluice.yml", Text: text}
}

func repository(text string) Layer {
	return Layer{Name: RepositoryLayer, Source: "sluice.yml", Text: text}
}

// load is a policy of texts that must be valid.
func load(t *testing.T, layers ...Layer) *Policy {
	t.Helper()
	p, problems := Load(houseChecks, houseAgents, append([]Layer{houseBuiltIn}, layers...)...)
	if len(problems) > 0 {
		t.Fatalf("the policy is not valid:\n%s", lines(problems))
	}
	return p
}

func lines(problems []strict.Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Error())
	}
	return strings.Join(out, "\n")
}

func byDevin() *agent.Attribution {
	return &agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "devin", Family: "devin", Confidence: agent.Conclusive}}}
}
