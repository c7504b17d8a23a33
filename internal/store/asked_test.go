package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

func ask(t *testing.T, s *DB, a gate.Asked) {
	t.Helper()
	a.Repo, a.Number = "acme/api", 12
	must(t, s.db.Update(t.Context(), func(tx database.Tx) error { return s.Ask(t.Context(), tx, a) }))
}

// settle settles all that was asked for, for one reason.
func settle(t *testing.T, s *DB, refused string) {
	t.Helper()
	list, err := s.Asked(t.Context(), "acme/api", 12)
	must(t, err)
	for _, a := range list {
		machine := agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "devin"}}}
		must(t, s.Settle(t.Context(), &gate.Settled{Asked: a, Refused: refused, Head: "h1", Machine: machine}))
		must(t, s.Settle(t.Context(), &gate.Settled{Asked: a, Head: "h2"})) // another job that was late
	}
}

func TestCorrections(t *testing.T) {
	mira := pull.Account{Login: "mira", ID: 5, Type: pull.User}
	comment := gate.Asked{Verb: gate.Correct, By: mira, Via: gate.ByComment, Reason: "her own\x00 work"}
	label := gate.Asked{Verb: gate.Correct, By: mira, Via: gate.ByLabel}
	away := gate.Asked{Verb: gate.Correct, By: pull.Account{Login: "ben", ID: 6}, Via: gate.ByLabel, Withdraw: true}
	each(t, func(t *testing.T, s *DB, c *clock) {
		holds := func(why string, want *pull.Correction) {
			t.Helper()
			got, err := s.Correction(t.Context(), "acme/api", 12)
			must(t, err)
			if got != nil {
				got.At = time.Time{}
			}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("%s (-got +want)\n%s", why, diff)
			}
		}
		ask(t, s, away) // nobody set the label
		ask(t, s, comment)
		holds("asked for and not settled", nil)
		list, err := s.Asked(t.Context(), "acme/api", 12)
		must(t, err)
		want := []gate.Asked{{ID: list[0].ID, Repo: "acme/api", Number: 12, Verb: gate.Correct, By: mira, Via: gate.ByComment, Reason: "her own\uFFFD work"}}
		if diff := cmp.Diff(list, want); diff != "" {
			t.Errorf("asked for (-got +want)\n%s", diff)
		}
		settle(t, s, "no write access")
		holds("refused", nil)
		ask(t, s, comment)
		settle(t, s, "")
		holds("accepted", &pull.Correction{By: "mira", Reason: "her own\uFFFD work"})
		ask(t, s, away)
		settle(t, s, "")
		holds("a label that was never set takes nothing away", &pull.Correction{By: "mira", Reason: "her own\uFFFD work"})
		ask(t, s, gate.Asked{Verb: gate.Correct, By: mira, Via: gate.ByComment, Agent: "devin"})
		settle(t, s, "")
		holds("a later one replaces it", &pull.Correction{By: "mira", Agent: "devin"})
		ask(t, s, label)
		settle(t, s, "")
		holds("by the label", &pull.Correction{By: "mira"})
		ask(t, s, away)
		ask(t, s, away)
		settle(t, s, "")
		holds("the label is gone, and what was before it stays replaced", nil)
		ask(t, s, label)
		ask(t, s, gate.Asked{Verb: gate.Correct, By: mira, Via: gate.ByComment, Agent: "cursor"})
		ask(t, s, away)
		settle(t, s, "")
		holds("taking the label away leaves what a command said after it", &pull.Correction{By: "mira", Agent: "cursor"})
		if other, err := s.Correction(t.Context(), "acme/api", 13); other != nil || err != nil {
			t.Errorf("another pull request: got %v, %v", other, err)
		}
		entries, err := s.Ledger(t.Context(), 0, 100)
		must(t, err)
		var kinds []string
		for _, e := range entries {
			kinds = append(kinds, e.Kind+" "+e.Actor)
		}
		if got, want := strings.Join(kinds, ", "), "correction mira, correction mira, correction mira, correction mira, correction ben, correction mira, correction mira, correction ben"; got != want {
			t.Errorf("ledger: got %s, want %s", got, want)
		}
		bodies := []string{
			`{"agent":"","via":"comment","account":5,"outcome":"refused","refused":"no write access","head":"h1","machine":{"authorship":"autonomous","agents":["devin"]}}`,
			`{"agent":"","reason":"her own` + "\uFFFD" + ` work","via":"comment","account":5,"outcome":"accepted","head":"h1","machine":{"authorship":"autonomous","agents":["devin"]}}`,
		}
		if diff := cmp.Diff([]string{entries[0].Body, entries[1].Body}, bodies); diff != "" {
			t.Errorf("ledger (-got +want)\n%s", diff)
		}
	})
}

// Anybody can write comments: one person's are bounded, and nobody's are left out because of another's.
func TestCorrectionsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		for range mostAsked + 5 {
			ask(t, s, gate.Asked{By: pull.Account{Login: "eve", ID: 6}, Via: gate.ByComment})
		}
		ask(t, s, gate.Asked{By: pull.Account{Login: "mira", ID: 5}, Via: gate.ByComment})
		list, err := s.Asked(t.Context(), "acme/api", 12)
		must(t, err)
		if len(list) != mostAsked+1 || list[mostAsked].By.Login != "mira" {
			t.Errorf("got %d, want %d and the last by mira", len(list), mostAsked+1)
		}
	})
}

// A decision that rests on a maintainer's word has the machine's own answer beside it.
func TestLedgerOfACorrectedReport(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		r := report("h1", gate.Open)
		was := r.Attribution
		r.Attribution = agent.Attribution{Authorship: agent.None, Corrected: &agent.Corrected{By: "mira", Was: was}}
		must(t, s.Record(t.Context(), target, r))
		entries, err := s.Ledger(t.Context(), 0, 10)
		must(t, err)
		want := `"corrected_by":"mira","machine":{"authorship":"autonomous","agents":["devin"]}}`
		if len(entries) != 1 || !strings.HasSuffix(entries[0].Body, want) {
			t.Errorf("got %+v, want an end of %s", entries, want)
		}
	})
}
