package gate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// A waiver costs a failure its price as long as it holds, and no longer.
func TestWaiverHolds(t *testing.T) {
	r := devins()
	failed := Verdict{Check: "tests", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Fail, Findings: []check.Finding{
		{Path: "a.go", Line: 3, Message: "no test"}, {Path: "b.go", Message: "no test"},
	}}}
	moved, fewer, more, errored := failed, failed, failed, failed
	moved.Findings = []check.Finding{{Path: "a.go", Line: 30, Message: "no test"}, {Path: "b.go", Message: "no test"}}
	fewer.Findings = failed.Findings[:1]
	more.Findings = slices.Concat(failed.Findings, []check.Finding{{Path: "c.go", Message: "no test"}})
	errored.Outcome = check.Errored
	passes := Verdict{Check: "tests", Verdict: check.Verdict{Outcome: check.Pass}}
	waiver := func(change func(*pull.Waiver)) pull.Waiver {
		w := pull.Waiver{Check: "tests", By: "mira", Reason: "because", Head: r.Head.SHA, Marks: marks(&failed)}
		change(&w)
		return w
	}
	forHead := waiver(func(*pull.Waiver) {})
	older := waiver(func(w *pull.Waiver) { w.Head = "old" })
	lasting := waiver(func(w *pull.Waiver) { w.Head, w.Until = "old", now.Add(time.Hour) })
	over := waiver(func(w *pull.Waiver) { w.Until = now })
	other := waiver(func(w *pull.Waiver) { w.Check = "size" })
	for _, c := range []struct {
		name    string
		verdict Verdict
		waivers []pull.Waiver
		want    bool
		lapsed  string
	}{
		{"of this head", failed, []pull.Waiver{forHead}, true, ""},
		{"of an error", errored, []pull.Waiver{forHead}, true, ""},
		{"of an earlier head", failed, []pull.Waiver{older}, false, "it was for an earlier commit"},
		{"that outlasts its head", failed, []pull.Waiver{lasting}, true, ""},
		{"that is over", failed, []pull.Waiver{over}, false, "it lasted until 2026-01-02"},
		{"lines moved", moved, []pull.Waiver{lasting}, true, ""},
		{"less is wrong than before", fewer, []pull.Waiver{lasting}, true, ""},
		{"something new is wrong", more, []pull.Waiver{lasting}, false, "the check says something that was not waived"},
		{"of another check", failed, []pull.Waiver{other}, false, ""},
		{"a later one ended, an earlier holds", failed, []pull.Waiver{lasting, older}, true, ""},
		{"nothing is left to waive", passes, []pull.Waiver{forHead}, false, ""},
	} {
		r.Waivers = c.waivers
		verdicts := []Verdict{c.verdict}
		waive(r, verdicts, now)
		if got := verdicts[0].Waived != nil; got != c.want || !strings.Contains(verdicts[0].Lapsed, c.lapsed) || c.lapsed == "" && verdicts[0].Lapsed != "" {
			t.Errorf("%s: waived %t, lapsed %q; want %t, %q", c.name, got, verdicts[0].Lapsed, c.want, c.lapsed)
		}
	}
}

// Who may waive what, and how long.
func TestWhoMayWaive(t *testing.T) {
	person := func(login string, id int64) pull.Account { return pull.Account{Login: login, ID: id, Type: pull.User} }
	const enforce = "version: 1\nmode: enforce\nchecks: {tests: {says: fail}, size: {level: warn, says: pass}}\n"
	byTeam := enforce + "waivers: {by: [\"@acme/leads\", \"@kim\"], checks: [tests], days: 10}\n"
	mine := func(verb Verb, check string, by pull.Account, until time.Time) Asked {
		return Asked{ID: 1, Repo: "acme/api", Number: 12, Verb: verb, Check: check, By: by, Reason: "the mock is gone", Until: until, Comment: 9, Via: ByComment}
	}
	mira, kim := person("mira", 5), person("Kim", 6)
	for _, c := range []struct {
		name, policy string
		pull         *pull.Request
		asked        Asked
		want         string // the refusal
		decision     Decision
	}{
		{"a maintainer", enforce, devins(), mine(Waive, "tests", mira, time.Time{}), "", Open},
		{"without write access", enforce, devins(), mine(Waive, "tests", person("eve", 7), time.Time{}), "not among those who may waive here: maintainers", Closed},
		{"a bot with write access", enforce, devins(), mine(Waive, "tests", pull.Account{Login: "mira", ID: 5, Type: pull.Bot}, time.Time{}), "not a person", Closed},
		{"who the agent works for", enforce, assigned(mira), mine(Waive, "tests", mira, time.Time{}), "behind the pull request themselves", Closed},
		{"a check that passed", enforce, devins(), mine(Waive, "spec", mira, time.Time{}), "there is nothing to waive: spec did not fail", Closed},
		{"no such check", enforce, devins(), mine(Waive, "test", mira, time.Time{}), `no check "test" ran on this pull request`, Closed},
		{"until a day that is over", enforce, devins(), mine(Waive, "tests", mira, now.Add(-time.Hour)), "2026-01-02 is over", Closed},
		{"for too long", enforce, devins(), mine(Waive, "tests", mira, now.AddDate(0, 2, 0)), "a waiver lasts 30 days at most, until 2026-02-01", Closed},
		{"named by the policy, in other capitals, without write access", byTeam, devins(), mine(Waive, "tests", kim, now.AddDate(0, 0, 9)), "", Open},
		{"a maintainer whom the policy does not name", byTeam, devins(), mine(Waive, "tests", mira, time.Time{}), "not among those who may waive here: @acme/leads and @kim", Closed},
		{"a member of a named team", byTeam, leads(person("lee", 8)), mine(Waive, "tests", person("lee", 8), time.Time{}), "", Open},
		{"another's login of a member", byTeam, leads(person("lee", 8)), mine(Waive, "tests", person("lee", 9), time.Time{}), "not among those who may waive here: @acme/leads and @kim", Closed},
		{"a member of another team", byTeam, leads(person("lee", 8), "acme/followers"), mine(Waive, "tests", person("lee", 8), time.Time{}), "not among those who may waive here: @acme/leads and @kim", Closed},
		{"the end of what does not stand", enforce, devins(), mine(Unwaive, "tests", mira, time.Time{}), `no waiver of "tests" stands`, Closed},
		{"what could not be understood", enforce, devins(), Asked{ID: 1, Verb: Waive, By: mira, Comment: 9, Wrong: "it names no check"}, "it names no check", Closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{may: map[string]bool{"mira": true}, asked: []Asked{c.asked}}
			w := &world{pull: c.pull, layers: layer(c.policy)}
			h := w.handler()
			h.Checks = append(h.Checks[:4:4], saying("size", 0))
			h.Desk, h.Maintainers, h.Answers = d, d, d
			report, err := h.Handle(t.Context(), target, 1)
			if err != nil || len(d.settled) != 1 || len(d.answered) != 1 {
				t.Fatalf("%v, settled %d times, answered %d", err, len(d.settled), len(d.answered))
			}
			if got := d.settled[0].Refused; got != c.want || report.Decision != c.decision {
				t.Errorf("got %q and %s, want %q and %s: %s", got, report.Decision, c.want, c.decision, report.Summary)
			}
		})
	}
}

func assigned(to pull.Account) *pull.Request {
	r := devins()
	r.Assignees = []pull.Account{to}
	return r
}

func leads(member pull.Account, name ...string) *pull.Request {
	r := devins()
	r.Teams = []pull.Team{{Name: append(name, "acme/leads")[0], Members: []pull.Account{member}}}
	return r
}

// A waiver is shown in the summary, tells when it ends, and can be taken back by whoever is behind the pull request.
func TestUnwaive(t *testing.T) {
	mira := pull.Account{Login: "mira", ID: 5, Type: pull.User}
	until := now.AddDate(0, 0, 3)
	d := &desk{may: map[string]bool{"mira": true}, asked: []Asked{{ID: 1, Verb: Waive, Check: "tests", By: mira, Reason: "so", Until: until, Comment: 9}}}
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce\nchecks: {tests: {says: fail}}\n")}
	h := w.handler()
	h.Desk, h.Maintainers, h.Answers = d, d, d
	report, err := h.Handle(t.Context(), target, 1)
	if err != nil || report.Summary != "Open: 3 of 4 required checks passed; waived: tests (by mira)." || !report.Next().Equal(until) {
		t.Fatalf("got %v, %q, next %s", err, report.Summary, report.Next())
	}
	w.pull = assigned(mira)
	d.asked = []Asked{{ID: 2, Verb: Unwaive, Check: "tests", By: mira, Comment: 10}}
	report, err = h.Handle(t.Context(), target, 1)
	if err != nil || report.Decision != Closed || d.settled[1].Refused != "" || !report.Next().IsZero() {
		t.Errorf("got %v, %s, refused %q", err, report.Decision, d.settled[1].Refused)
	}
}
