package gate

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/pull"
)

// A correction is applied after the signs were read, whatever they say, and both answers are in the report.
func TestEvaluateCorrected(t *testing.T) {
	const deny = "version: 1\nmode: enforce\nagents: {deny: [devin], from: conclusive}\n"
	own := "version: 1\nmode: enforce\nagents: {define: [{slug: clerk, labels: [{name: clerk, source: ours}]}]}\n"
	cases := []struct {
		name, policy string
		pull         *pull.Request
		by           *pull.Correction
		decision     Decision
		agents, was  string
		authorship   agent.Authorship
		behind       []agent.Principal
		summary      string
	}{
		{
			"no agent after all", deny, devins(), &pull.Correction{By: "mira", Reason: "her own"}, Open, "", "devin", agent.None,
			[]agent.Principal{},
			"Open: No agent took part, mira says.",
		},
		{"another agent", deny, devins(), &pull.Correction{By: "mira", Agent: "cursor"}, Open, "cursor", "devin", agent.Autonomous, []agent.Principal{}, "Open: all 4 required checks passed."},
		{
			"an agent without a sign, which the strictest policy counts", deny, anas(), &pull.Correction{By: "mira", Agent: "devin"}, Closed, "devin", "", agent.Autonomous,
			[]agent.Principal{{Login: "ana", Evidence: "opened it"}},
			"Closed: the policy allows nobody to use devin here.",
		},
		{"a family", deny, devins(), &pull.Correction{By: "mira", Agent: "claude"}, Open, "claude", "devin", agent.Autonomous, []agent.Principal{}, "Open: all 4 required checks passed."},
		{"an agent of the policy's own", own, anas(), &pull.Correction{By: "mira", Agent: "clerk"}, Open, "clerk", "", agent.Autonomous, []agent.Principal{{Login: "ana", Evidence: "opened it"}}, "Open: all 4 required checks passed."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.pull.Correction = c.by
			r := Evaluate(c.pull, load(t, c.policy), now)
			if r.Decision != c.decision || r.Summary != c.summary || r.Attribution.Authorship != c.authorship || slugs(&r.Attribution) != c.agents {
				t.Errorf("got %s %q, %s by %q; want %s %q, %s by %q", r.Decision, r.Summary, r.Attribution.Authorship, slugs(&r.Attribution), c.decision, c.summary, c.authorship, c.agents)
			}
			if diff := cmp.Diff(r.Attribution.Principals, c.behind, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("principals (-got +want)\n%s", diff)
			}
			got := r.Attribution.Corrected
			if got == nil || got.By != "mira" || got.Agent != c.by.Agent || got.Reason != c.by.Reason || slugs(&got.Was) != c.was {
				t.Errorf("got corrected %+v, want by mira, was %q", got, c.was)
			}
		})
	}
}

// Near misses: without a correction nothing changes, and one that names nobody leaves the signs' answer and says so.
func TestEvaluateNotCorrected(t *testing.T) {
	p := load(t, "version: 1\nmode: enforce\nagents: {deny: [devin]}")
	plain := Evaluate(devins(), p, now)
	text, err := json.Marshal(plain)
	if err != nil || strings.Contains(string(text), "corrected") || plain.Decision != Closed {
		t.Errorf("got %s, %v", text, err)
	}
	for _, name := range []string{"devon", "dependabot", "coderabbit-review"} { // nobody, a bot, a reviewer
		r := devins()
		r.Correction = &pull.Correction{By: "mira", Agent: name}
		report := Evaluate(r, p, now)
		if report.Decision != Closed || report.Attribution.Corrected != nil || !slices.ContainsFunc(report.Policy.Notes, func(n string) bool { return strings.Contains(n, name) }) {
			t.Errorf("%s: got %s, corrected %v, notes %q", name, report.Decision, report.Attribution.Corrected, report.Policy.Notes)
		}
	}
}

// What a correction changes is read: the files of a pull request that shows no sign.
func TestCompleteCorrected(t *testing.T) {
	for _, c := range []struct {
		why  string
		pull *pull.Request
		by   *pull.Correction
		want bool
	}{
		{"an agent, says a maintainer", anas(), &pull.Correction{By: "mira", Agent: "devin"}, true},
		{"nobody says so", anas(), nil, false},
		{"no agent, says a maintainer", devins(), &pull.Correction{By: "mira"}, false},
	} {
		c.pull.Correction = c.by
		read := false
		err := Complete(t.Context(), c.pull, load(t, "version: 1"), func(context.Context, *pull.Request, pull.Needs) error {
			read = true
			return nil
		})
		if err != nil || read != c.want {
			t.Errorf("%s: read %t, %v; want %t", c.why, read, err, c.want)
		}
	}
}

func TestCorrectedAttributionIsReadBack(t *testing.T) {
	r := devins()
	r.Correction = &pull.Correction{By: "mira", Agent: "cursor", Reason: "seen"}
	report := Evaluate(r, load(t, "version: 1"), now)
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var again Report
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(again.Attribution, report.Attribution, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

func slugs(a *agent.Attribution) string {
	var out []string
	for _, f := range a.Agents {
		out = append(out, f.Agent)
	}
	return strings.Join(out, " ")
}

// desk is the ports of what people ask for, in memory.
type desk struct {
	asked    []Asked
	settled  []*Settled
	answered []int64 // comments
	may      map[string]bool
	err      error
}

func (d *desk) Answer(_ context.Context, _ Target, s *Settled) error {
	d.answered = append(d.answered, s.Comment)
	return nil
}

func (d *desk) Waivers(context.Context, string, int) (out []pull.Waiver, _ error) {
	for _, s := range d.settled {
		switch {
		case s.Refused != "":
		case s.Verb == Unwaive:
			out = slices.DeleteFunc(out, func(w pull.Waiver) bool { return w.Check == s.Check })
		case s.Verb == Waive:
			out = append(out, pull.Waiver{Check: s.Check, By: s.By.Login, Reason: s.Reason, Head: s.Head, Until: s.Until, Marks: s.Marks})
		}
	}
	return out, nil
}

func (d *desk) Asked(context.Context, string, int) ([]Asked, error) { return d.asked, nil }

func (d *desk) Settle(_ context.Context, s *Settled) error {
	d.settled = append(d.settled, s)
	d.asked = slices.DeleteFunc(slices.Clone(d.asked), func(a Asked) bool { return a.ID == s.ID })
	return nil
}

func (d *desk) Correction(context.Context, string, int) (*pull.Correction, error) {
	for _, s := range slices.Backward(d.settled) {
		if s.Refused == "" && s.Verb == Correct {
			return &pull.Correction{By: s.By.Login, Agent: s.Agent, Reason: s.Reason}, nil
		}
	}
	return nil, nil
}

func (d *desk) Maintains(_ context.Context, _ Target, who pull.Account) (bool, error) {
	return d.may[who.Login], d.err
}

func TestWhoMayCorrect(t *testing.T) {
	person := func(login string, id int64) pull.Account { return pull.Account{Login: login, ID: id, Type: pull.User} }
	wrote := func(r *pull.Request, a pull.Account, parents int) *pull.Request {
		r.Commits = append(r.Commits, pull.Commit{SHA: strings.Repeat("c", 40), Message: "Add", Author: pull.Person{Account: a}, Parents: make([]string, parents)})
		return r
	}
	assigned := devins()
	assigned.Assignees = []pull.Account{person("mira", 5)}
	cases := []struct {
		name string
		pull *pull.Request
		by   pull.Account
		want string
	}{
		{"a maintainer", devins(), person("mira", 5), ""},
		{"one who may only read", devins(), person("eve", 6), "no write access"},
		{"a bot with write access", devins(), pull.Account{Login: "mira", ID: 5, Type: pull.Bot}, "not a person"},
		{"who opened it", anas(), person("ana", 7), "behind the pull request themselves"},
		{"who opened it, under another name", anas(), person("mira", 7), "behind the pull request themselves"},
		{"who the agent works for", assigned, person("mira", 5), "behind the pull request themselves"},
		{"who wrote a commit of it", wrote(devins(), person("MIRA", 5), 1), person("mira", 5), "behind the pull request themselves"},
		{"who merged the base into it", wrote(devins(), person("mira", 5), 2), person("mira", 5), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{may: map[string]bool{"mira": true, "ana": true}, asked: []Asked{{ID: 1, Repo: "acme/api", Number: 12, By: c.by, Via: ByComment, Comment: 77, Verb: Correct}}}
			w := &world{pull: c.pull, layers: layer("version: 1\nmode: enforce\nagents: {deny: [devin]}")}
			h := w.handler()
			h.Desk, h.Maintainers, h.Answers = d, d, d
			report, err := h.Handle(t.Context(), target, 1)
			if err != nil || len(d.settled) != 1 {
				t.Fatalf("%v, settled %d times", err, len(d.settled))
			}
			if got := d.settled[0].Refused; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if corrected := report.Attribution.Corrected != nil; corrected != (c.want == "") {
				t.Errorf("corrected: got %t", corrected)
			}
		})
	}
}

// A misspelt agent is refused, and what GitHub could not say is tried again.
func TestCorrectionThatCannotBeSettled(t *testing.T) {
	mira := pull.Account{Login: "mira", ID: 5, Type: pull.User}
	d := &desk{may: map[string]bool{"mira": true}, asked: []Asked{{ID: 1, Verb: Correct, By: mira, Agent: "devon"}, {ID: 2, Verb: Correct, By: mira, Withdraw: true}}}
	w := &world{pull: devins(), layers: layer("version: 1")}
	h := w.handler()
	h.Desk, h.Maintainers, h.Answers = d, d, d
	if _, err := h.Handle(t.Context(), target, 1); err != nil || d.settled[0].Refused != "no agent is named so" || d.settled[1].Refused != "" {
		t.Errorf("got %v, %+v", err, d.settled)
	}
	d.asked, d.settled, d.err = []Asked{{ID: 3, Verb: Correct, By: mira}}, nil, errors.New("502")
	report, err := h.Handle(t.Context(), target, 1)
	if err == nil || report != nil || len(d.settled) != 0 || len(d.asked) != 1 {
		t.Errorf("GitHub does not answer: got %v, %v, settled %v", report, err, d.settled)
	}
}
