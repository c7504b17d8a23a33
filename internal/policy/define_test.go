package policy

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

const clerk = `version: 1
agents:
  define:
  - slug: clerk
    name: The clerk
    family: office
    accounts: [{login: 'acme-clerk[bot]', id: 900001, source: our own App}]
    trailers: [{key: Filed-By, value: '^clerk v\d+$', source: our own App}]
    branches: [{line: '^clerk/[0-9]+$', strength: probable, source: our own App}]
`

// by is a pull request with one sign, or something near it.
func by(set func(r *pull.Request)) *pull.Request {
	r := &pull.Request{
		Repo: "acme/api", Number: 12, State: pull.Open, Author: pull.Account{Login: "ana", ID: 7, Type: pull.User},
		Head: pull.Branch{Repo: "acme/api", Name: "limit"}, Base: pull.Branch{Repo: "acme/api", Name: "main"}, Known: pull.AllFacts,
		Commits: []pull.Commit{{SHA: strings.Repeat("a", 40), Message: "Add a thing"}},
	}
	set(r)
	return r
}

func TestOwnAgent(t *testing.T) {
	cases := []struct {
		name string
		set  func(r *pull.Request)
		want string
	}{
		{"its account opened it", func(r *pull.Request) {
			r.Author = pull.Account{Login: "acme-clerk[bot]", ID: 900001, Type: pull.Bot}
		}, "clerk office conclusive"},
		{"an account of that name and another id", func(r *pull.Request) {
			r.Author = pull.Account{Login: "acme-clerk", ID: 900002, Type: pull.User}
		}, ""},
		{"its trailer", func(r *pull.Request) { r.Commits[0].Message += "\n\nFiled-By: clerk v2" }, "clerk office strong"},
		{"another value", func(r *pull.Request) { r.Commits[0].Message += "\n\nFiled-By: the clerk" }, ""},
		{"its branch", func(r *pull.Request) { r.Head.Name = "clerk/17" }, "clerk office probable"},
		{"a branch that begins so", func(r *pull.Request) { r.Head.Name = "clerk/17-again" }, ""},
		{"a built-in agent is recognised as before", func(r *pull.Request) {
			r.Author = pull.Account{Login: "devin-ai-integration[bot]", ID: 158243242, Type: pull.Bot}
		}, "devin devin conclusive"},
	}
	p := load(t, organisation(clerk))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := agentsOf(p, by(c.set)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := agentsOf(load(t), by(c.set)); strings.Contains(got, "clerk") {
				t.Errorf("without the definition: got %q", got)
			}
		})
	}
}

func agentsOf(p *Policy, r *pull.Request) string {
	var out []string
	a := p.Catalog().Attribute(r)
	for _, f := range a.Agents {
		out = append(out, fmt.Sprint(f.Agent, " ", f.Family, " ", f.Confidence))
	}
	return strings.Join(out, ", ")
}

// An agent that is defined can be denied and asked about by rules, by its slug and its family, in its own layer and above.
func TestOwnAgentIsNamed(t *testing.T) {
	p := load(t, organisation(clerk+"  deny: [office]\n"), repository("version: 1\nrules: [{name: filed, when: {agent: clerk}, risk: high}]"))
	r := by(func(r *pull.Request) { r.Head.Name = "clerk/17" })
	a := p.Catalog().Attribute(r)
	applied := p.For(r, &a)
	if diff := cmp.Diff([]any{applied.Denied, applied.Risk}, []any{[]string{"clerk"}, check.High}); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	_, problems := Load(houseChecks, houseAgents, houseBuiltIn, organisation("version: 1\nagents: {deny: [clerk]}"), repository(clerk))
	if got, want := lines(problems), `acme/.github:sluice.yml:2:17: no agent is named "clerk"`; !strings.HasPrefix(got, want) {
		t.Errorf("a layer below the definition: got %s, want %s", got, want)
	}
}

func TestWithoutOwnAgentsTheCatalogIsShared(t *testing.T) {
	if load(t, repository("version: 1")).Catalog() != agent.BuiltIn() {
		t.Error("got another catalog than the built-in one")
	}
}

func TestDefinitionsAddUp(t *testing.T) {
	other := "version: 1\nagents: {define: [{slug: %s, %s labels: [{name: sweeper, source: ours}]}]}"
	const nobodys = "version: 1\nagents: {define: [{slug: devin}]}"
	const lock = "lock: [agents]\n"
	const refused = "The organisation has locked agents.define, so line 2 of sluice.yml is not taken."
	cases := []struct {
		name, org, repo, want, wantNotes string
	}{
		{"both layers' are known", clerk, fmt.Sprintf(other, "sweeper", ""), "clerk devin sweeper", ""},
		{"a repository may add under a lock", clerk + lock, fmt.Sprintf(other, "sweeper", ""), "clerk devin sweeper", ""},
		{"an agent without signs takes the built-in one's place, and the note says so", clerk, nobodys, "clerk", "devin is recognised as line 2 of sluice.yml says, not as the built-in fingerprint does."},
		{"not under a lock", clerk + lock, nobodys, "clerk devin", refused},
		{"nor under a lock of this alone", clerk + "lock: [agents.define]\n", nobodys, "clerk devin", refused},
		{"a lock of another key holds nothing", clerk + "lock: [agents.deny]\n", nobodys, "clerk", "devin is recognised as line 2 of sluice.yml says, not as the built-in fingerprint does."},
		{"the organisation's own may be replaced", clerk, fmt.Sprintf(other, "clerk", ""), "devin", "clerk is recognised as line 2 of sluice.yml says, not as line 4 of acme/.github:sluice.yml does."},
		{"and not under a lock", clerk + lock, fmt.Sprintf(other, "clerk", ""), "clerk devin", refused},
		{"an absorber takes an agent's signs away", clerk + lock, fmt.Sprintf(other, "sweeper", "absorbs: [devin],"), "clerk devin", refused},
		{"a family's member could take them over", clerk + lock, fmt.Sprintf(other, "sweeper", "family: devin,"), "clerk devin", refused},
		{"a family of the organisation's too", clerk + lock, fmt.Sprintf(other, "sweeper", "family: office,"), "clerk devin", refused},
		{"a bot's signs do not count", clerk + lock, fmt.Sprintf(other, "sweeper", "class: bot,"), "clerk devin", refused},
		{"nor a reviewer's", clerk + lock, fmt.Sprintf(other, "sweeper", "class: reviewer,"), "clerk devin", refused},
		{
			"where some kinds of authorship are not gated, one more agent could make a gated kind another", clerk + "  gate: [autonomous]\n" + lock,
			fmt.Sprintf(other, "sweeper", ""), "clerk devin", refused,
		},
		{"the organisation itself may under its own lock", "version: 1\nagents: {define: [{slug: devin}]}\n" + lock, "version: 1", "", "devin is recognised as line 2 of acme/.github:sluice.yml says, not as the built-in fingerprint does."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := load(t, organisation(c.org), repository(c.repo))
			var got []string
			for _, slug := range []string{"clerk", "devin", "sweeper"} {
				signs := map[string]func(r *pull.Request){
					"clerk":   func(r *pull.Request) { r.Head.Name = "clerk/17" },
					"devin":   func(r *pull.Request) { r.Author.ID, r.Author.Type = 158243242, pull.Bot },
					"sweeper": func(r *pull.Request) { r.Labels = []string{"sweeper"} },
				}
				if strings.HasPrefix(agentsOf(p, by(signs[slug])), slug+" ") {
					got = append(got, slug)
				}
			}
			if diff := cmp.Diff(strings.Join(got, " "), c.want); diff != "" {
				t.Errorf("recognised (-got +want)\n%s", diff)
			}
			if diff := cmp.Diff(strings.Join(p.notes, "\n"), c.wantNotes); diff != "" {
				t.Errorf("notes (-got +want)\n%s", diff)
			}
		})
	}
}

// What the README shows is what people copy.
func TestReadmeIsValid(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README has no example")
	}
	load(t, organisation(example))
}
