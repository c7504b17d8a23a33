package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// clock is a time that passes when it is told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// each runs a test on a store of each engine.
func each(t *testing.T, test func(t *testing.T, s *DB, c *clock)) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := databasetest.Open(t, url)
		if err := Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		c := &clock{at: time.Date(2026, 11, 3, 10, 0, 0, 123456789, time.UTC)}
		test(t, New(db, c.now), c)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func rows(t *testing.T, s *DB, table string) (n int) {
	t.Helper()
	must(t, s.db.View(t.Context(), func(tx database.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&n)
	}))
	return n
}

func TestDeliveryOnce(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		d := Delivery{
			ID: "72d3162e-cc78-11e3-81ab-4c9367dc0958", Event: "pull_request", Action: "opened", Installation: 7, Repo: "acme/api",
			Work: gate.Work{Pulls: []gate.Target{{Installation: 7, Repo: "acme/api", Number: 12}}, Installations: []int64{7}},
		}
		for _, want := range []bool{true, false, false} {
			must(t, s.db.Update(t.Context(), func(tx database.Tx) error {
				fresh, err := s.SaveDelivery(t.Context(), tx, d)
				if fresh != want {
					t.Errorf("fresh %v, want %v", fresh, want)
				}
				return err
			}))
		}
		var work string
		must(t, s.db.View(t.Context(), func(tx database.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT work FROM deliveries`).Scan(&work)
		}))
		want := `{"pulls":[{"installation":7,"repo":"acme/api","number":12}],"installations":[7]}`
		if work != want {
			t.Errorf("work is kept as %s, want %s", work, want)
		}
	})
}

// The same delivery at the same moment, twice: GitHub's own repetition, or two replicas.
func TestDeliveryOnceAtOneMoment(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		var all sync.WaitGroup
		var mu sync.Mutex
		count := 0
		for range 8 {
			all.Go(func() {
				err := s.db.Update(t.Context(), func(tx database.Tx) error {
					fresh, err := s.SaveDelivery(t.Context(), tx, Delivery{ID: "one"})
					if fresh {
						mu.Lock()
						count++
						mu.Unlock()
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if count != 1 {
			t.Errorf("fresh %d times, want once", count)
		}
	})
}

func TestGenerations(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		const subject = "pull acme/api#12"
		ctx := t.Context()
		must(t, s.db.Update(ctx, func(tx database.Tx) error {
			for want := range int64(3) {
				if got, err := s.Generation(ctx, tx, subject); err != nil || got != want {
					t.Errorf("generation %d, %v; want %d", got, err, want)
				}
				if got, err := s.BumpGeneration(ctx, tx, subject); err != nil || got != want+1 {
					t.Errorf("bumped to %d, %v; want %d", got, err, want+1)
				}
			}
			for generation, want := range map[int64]bool{2: false, 3: true, 4: false} {
				if got, err := s.SameGeneration(ctx, tx, subject, generation); err != nil || got != want {
					t.Errorf("same as %d: %v, %v; want %v", generation, got, err, want)
				}
			}
			got, err := s.Generation(ctx, tx, "pull acme/api#13")
			if got != 0 {
				t.Errorf("another subject has generation %d", got)
			}
			return err
		}))
	})
}

// Who ends a job and who asks for it again at the same moment see each other: never does the one compare before the
// other counts and both go their ways.
func TestGenerationHolds(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		const subject = "pull acme/api#12"
		bump := func() error {
			return s.db.Update(t.Context(), func(tx database.Tx) error {
				_, err := s.BumpGeneration(t.Context(), tx, subject)
				return err
			})
		}
		must(t, bump())
		bumped := make(chan error, 1)
		must(t, s.db.Update(t.Context(), func(tx database.Tx) error {
			same, err := s.SameGeneration(t.Context(), tx, subject, 1)
			if !same {
				t.Error("the generation changed by itself")
			}
			go func() { bumped <- bump() }()
			select {
			case <-bumped:
				t.Error("it was bumped while it was held")
			case <-time.After(50 * time.Millisecond):
			}
			return err
		}))
		must(t, <-bumped)
	})
}

var target = gate.Target{Installation: 7, Repo: "acme/api", Number: 12}

func report(head string, decision gate.Decision) *gate.Report {
	return &gate.Report{
		Version: gate.ReportVersion, Repository: "acme/api", Pull: 12, Title: "<b>A title & more</b>", Author: "ana",
		Head: head, Base: "main", BaseSHA: "b0", Decision: decision, Conclusion: gate.Failure, Summary: "Closed: tests.",
		Risk: gate.Risk{Level: check.High, Reasons: []string{"it touches src/billing"}},
		Attribution: agent.Attribution{
			Authorship: agent.Autonomous, Principals: []agent.Principal{}, Reviewers: []string{},
			Agents: []agent.Found{{Agent: "devin", Family: "devin", Confidence: agent.Strong}},
		},
		Verdicts: []gate.Verdict{{Check: "tests", Level: policy.Require, Verdict: check.Verdict{
			Outcome: check.Fail, Summary: "No test.", Findings: []check.Finding{{Path: "a.go", Line: 3, Message: "no test"}},
		}}},
		Change: []gate.Part{}, Policy: gate.PolicyUsed{Mode: policy.Enforce, Sources: []string{"acme/api:.github/sluice.yml@b0"}, CheckName: "sluice: main"},
		At:    time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC),
		Named: []pull.IssueRef{{Repo: "acme/plans", Number: 5}, {Repo: "acme/api", Number: 2}, {Repo: "acme/plans", Number: 5}},
	}
}

func TestReports(t *testing.T) {
	each(t, func(t *testing.T, s *DB, c *clock) {
		ctx := t.Context()
		if got, err := s.Latest(ctx, "acme/api", 12); got != nil || err != nil {
			t.Errorf("%v, %v before there is any; want nil", got, err)
		}
		r := report("h1", gate.Closed)
		must(t, s.Record(ctx, target, r))
		got, err := s.Latest(ctx, "acme/api", 12)
		must(t, err)
		want := *r
		want.Named = nil // kept beside it
		if diff := cmp.Diff(got, &want); diff != "" {
			t.Errorf("the report came back changed (-got +want):\n%s", diff)
		}

		c.pass(time.Minute)
		later := report("h1", gate.Closed)
		later.At = later.At.Add(time.Minute)
		must(t, s.Record(ctx, target, later))
		if rows(t, s, "reports") != 1 || rows(t, s, "ledger") != 1 {
			t.Error("a report that says nothing new was written")
		}
		if got, err := s.Latest(ctx, "acme/api", 12); err != nil || !got.At.Equal(r.At) {
			t.Errorf("made at %v, %v; want the time when it was first said", got.At, err)
		}

		must(t, s.Record(ctx, target, report("h2", gate.Open)))
		must(t, s.Record(ctx, gate.Target{Installation: 7, Repo: "acme/api", Number: 13}, report("h3", gate.Waiting)))
		if got, err := s.Latest(ctx, "acme/api", 12); err != nil || got.Head != "h2" || got.Decision != gate.Open {
			t.Errorf("the newest report is of %s, %v; want h2", got.Head, err)
		}
		must(t, s.Record(ctx, target, report("h1", gate.Closed)))
		if rows(t, s, "reports") != 4 {
			t.Error("what was said once and then not is said anew")
		}
	})
}

func numbers(list []Standing, err error) string {
	var out strings.Builder
	for _, st := range list {
		fmt.Fprintf(&out, "%d@%s:%s ", st.Number, st.Head, st.Decision)
	}
	if err != nil {
		out.WriteString(err.Error())
	}
	return out.String()
}

func TestStandings(t *testing.T) {
	each(t, func(t *testing.T, s *DB, c *clock) {
		ctx := t.Context()
		for n, head := range map[int]string{1: "aa", 2: "aa", 3: "cc"} {
			must(t, s.Record(ctx, gate.Target{Installation: 7, Repo: "acme/api", Number: n}, report(head, gate.Closed)))
		}
		c.pass(time.Second)
		elsewhere := report("aa", gate.Open)
		elsewhere.Named = []pull.IssueRef{{Repo: "acme/plans", Number: 5}}
		must(t, s.Record(ctx, gate.Target{Installation: 7, Repo: "acme/web", Number: 9}, elsewhere))
		must(t, s.Closed(ctx, "acme/api", 2))
		must(t, s.Closed(ctx, "acme/api", 77)) // never heard of

		for what, c := range map[string]struct{ got, want string }{
			"in a repository": {numbers(s.OpenIn(ctx, "acme/api")), "1@aa:closed 3@cc:closed "},
			"at a head":       {numbers(s.WithHead(ctx, "acme/api", "aa")), "1@aa:closed "},
			"the newest":      {numbers(s.Newest(ctx, 1)), "9@aa:open "},
			"naming a plan":   {numbers(s.Naming(ctx, pull.IssueRef{Repo: "acme/plans", Number: 5})), "1@aa:closed 3@cc:closed 9@aa:open "},
			"naming an issue": {numbers(s.Naming(ctx, pull.IssueRef{Repo: "acme/api", Number: 2})), "1@aa:closed 3@cc:closed "},
			"naming nothing":  {numbers(s.Naming(ctx, pull.IssueRef{Repo: "acme/api", Number: 5})), ""},
		} {
			if c.got != c.want {
				t.Errorf("%s: %q, want %q", what, c.got, c.want)
			}
		}

		// A report opens it again; other issues in an equal report are news.
		again := report("aa", gate.Closed)
		again.Named = nil
		must(t, s.Record(ctx, gate.Target{Installation: 8, Repo: "acme/api", Number: 2}, again))
		must(t, s.Record(ctx, gate.Target{Installation: 7, Repo: "acme/api", Number: 1}, again))
		list, err := s.OpenIn(ctx, "acme/api")
		if got, want := numbers(list, err), "1@aa:closed 2@aa:closed 3@cc:closed "; got != want {
			t.Errorf("after reopening %q, want %q", got, want)
		}
		if list[1].Installation != 8 || !list[1].Updated.Equal(c.now().Truncate(time.Microsecond)) {
			t.Errorf("%+v, want the new installation and time", list[1])
		}
		if got, want := numbers(s.Naming(ctx, pull.IssueRef{Repo: "acme/plans", Number: 5})), "3@cc:closed 9@aa:open "; got != want {
			t.Errorf("naming a plan: %q, want %q", got, want)
		}
	})
}

func TestPolicies(t *testing.T) {
	each(t, func(t *testing.T, s *DB, c *clock) {
		ctx := t.Context()
		if got, err := s.LastPolicy(ctx, "acme/api", "main"); got != nil || err != nil {
			t.Errorf("%v, %v before there is any; want nil", got, err)
		}
		one := []policy.Layer{{Name: policy.OrganisationLayer, Source: "acme/.github", Text: "version: 1\nmode: enforce\n"}, {Name: policy.RepositoryLayer, Text: "version: 1"}}
		two := one[:1]
		for range 2 {
			must(t, s.KeepPolicy(ctx, "acme/api", "main", one))
			c.pass(time.Hour)
		}
		must(t, s.KeepPolicy(ctx, "acme/api", "next", two))
		for base, want := range map[string][]policy.Layer{"main": one, "next": two, "other": nil} {
			got, err := s.LastPolicy(ctx, "acme/api", base)
			if diff := cmp.Diff(got, want); diff != "" || err != nil {
				t.Errorf("%s: %v (-got +want):\n%s", base, err, diff)
			}
		}
		must(t, s.KeepPolicy(ctx, "acme/api", "main", two))
		if got, err := s.LastPolicy(ctx, "acme/api", "main"); err != nil || len(got) != 1 {
			t.Errorf("%v, %v; want the newer layers", got, err)
		}
	})
}

func TestMemoryAndSettings(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		ctx := t.Context()
		if got, err := s.Recall(ctx, "run acme/api h1 sluice: main"); got != nil || err != nil {
			t.Errorf("%q, %v before there is any; want nil", got, err)
		}
		for _, value := range []string{`{}`, `{"id":5}`} {
			must(t, s.RememberAll(ctx, map[string][]byte{"run acme/api h1 sluice: main": []byte(value)}))
			if got, err := s.Recall(ctx, "run acme/api h1 sluice: main"); err != nil || string(got) != value {
				t.Errorf("%q, %v; want %q", got, err, value)
			}
		}
		for _, c := range []struct {
			old, value []byte
			want       bool
			why        string
		}{
			{nil, []byte("a"), true, "nothing was there"},
			{nil, []byte("b"), false, "something is"},
			{[]byte("b"), []byte("c"), false, "something else is"},
			{[]byte("a"), []byte("c"), true, "that is there"},
		} {
			old := map[string][]byte{}
			if c.old != nil {
				old["swapped"] = c.old
			}
			if got, err := s.SwapAll(ctx, old, map[string][]byte{"swapped": c.value}); err != nil || got["swapped"] != c.want {
				t.Errorf("swap %q for %q: %v, %v; want %t: %s", c.old, c.value, got, err, c.want, c.why)
			}
		}
		if got, err := s.Recall(ctx, "swapped"); err != nil || string(got) != "c" {
			t.Errorf("%q, %v after swaps; want c", got, err)
		}
		swapped, err := s.SwapAll(ctx, map[string][]byte{"swapped": []byte("c")}, map[string][]byte{"swapped": []byte("d"), "new": []byte("e"), "run acme/api h1 sluice: main": []byte("f")})
		want := map[string]bool{"swapped": true, "new": true}
		if diff := cmp.Diff(swapped, want); diff != "" || err != nil {
			t.Errorf("several at once: got, want: %s, %v", diff, err)
		}
		if _, ok, err := s.Setting(ctx, "webhook"); ok || err != nil {
			t.Errorf("a setting that was never set is there: %v", err)
		}
		for _, value := range []string{"", "on"} {
			must(t, s.Set(ctx, "webhook", value))
			if got, ok, err := s.Setting(ctx, "webhook"); err != nil || !ok || got != value {
				t.Errorf("%q, %v, %v; want %q", got, ok, err, value)
			}
		}
	})
}

func TestTables(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := databasetest.Open(t, url)
		if err := Check(t.Context(), db); !errors.Is(err, database.ErrOlder) {
			t.Errorf("error %v for an empty database, want ErrOlder", err)
		}
		must(t, Migrate(t.Context(), db))
		must(t, Migrate(t.Context(), db))
		must(t, Check(t.Context(), db))
		must(t, db.Update(t.Context(), func(tx database.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO sluice_migrations (version_id, is_applied) VALUES (9999, $1)`, true)
			return err
		}))
		for _, err := range []error{Migrate(t.Context(), db), Check(t.Context(), db)} {
			if !errors.Is(err, database.ErrNewer) {
				t.Errorf("error %v for a newer database, want ErrNewer", err)
			}
		}
	})
}

// A branch's name is an outsider's words, and git allows bytes in it that Postgres doesn't.
func TestStrangeNames(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		ctx := t.Context()
		const base = "a\x00b\xff"
		r := report("h1", gate.Closed)
		r.Base, r.Title = base, "\x00\xff"
		must(t, s.Record(ctx, target, r))
		must(t, s.KeepPolicy(ctx, "acme/api", base, []policy.Layer{{Text: "\x00\xff"}}))
		must(t, s.RememberAll(ctx, map[string][]byte{"run " + base: []byte("\x00\xff")}))
		if got, err := s.Latest(ctx, "acme/api", 12); err != nil || got == nil {
			t.Errorf("report %v, %v", got, err)
		}
		if got, err := s.LastPolicy(ctx, "acme/api", base); err != nil || len(got) != 1 {
			t.Errorf("policy %v, %v", got, err)
		}
		if got, err := s.Recall(ctx, "run "+base); err != nil || got == nil {
			t.Errorf("memory %v, %v", got, err)
		}
	})
}

// What goes wrong is said with what was at hand.
func TestErrorsNameTheThing(t *testing.T) {
	db := databasetest.Open(t, databasetest.SQLite(t))
	s := New(db, time.Now) // without tables
	ctx := context.Background()
	_, latest := s.Latest(ctx, "acme/api", 12)
	for want, err := range map[string]error{
		"report of acme/api#12: ": latest,
		"remember k: ":            s.RememberAll(ctx, map[string][]byte{"k": nil}),
		"setting k: ":             s.Set(ctx, "k", ""),
	} {
		if err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
			t.Errorf("%v, want %q in front", err, want)
		}
	}
}

// Who shares a head commit is told of a new report, in its transaction: at the new head and at the one before, and when the
// pull request is open again; of the same report again nobody is.
func TestRecordTelling(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		ctx := t.Context()
		var told []string
		record := func(number int, head string, decision gate.Decision) {
			t.Helper()
			target := gate.Target{Installation: 1, Repo: "acme/api", Number: number}
			r := &gate.Report{Repository: "acme/api", Pull: number, Head: head, Base: "main", Decision: decision}
			must(t, s.RecordTelling(ctx, target, r, func(_ context.Context, _ database.Tx, beside []gate.Target) error {
				for _, b := range beside {
					told = append(told, fmt.Sprintf("#%d of #%d", b.Number, number))
				}
				return nil
			}))
		}
		record(1, "a", gate.Open)
		record(2, "b", gate.Open)
		record(3, "c", gate.Open)
		for _, c := range []struct {
			why      string
			head     string
			decision gate.Decision
			closed   int
			want     []string
		}{
			{"new at a", "a", gate.Open, 0, []string{"#1 of #4"}},
			{"the same again", "a", gate.Open, 0, nil},
			{"another decision", "a", gate.Closed, 0, []string{"#1 of #4"}},
			{"it moved from a to b", "b", gate.Closed, 0, []string{"#1 of #4", "#2 of #4"}},
			{"it was closed and is open again", "b", gate.Closed, 4, []string{"#2 of #4"}},
			{"the other one is closed", "b", gate.Open, 2, nil},
		} {
			told = nil
			if c.closed != 0 {
				must(t, s.Closed(ctx, "acme/api", c.closed))
			}
			record(4, c.head, c.decision)
			if diff := cmp.Diff(told, c.want); diff != "" {
				t.Errorf("%s: got, want:\n%s", c.why, diff)
			}
		}
		refused := errors.New("refused")
		err := s.RecordTelling(ctx, gate.Target{Installation: 1, Repo: "acme/api", Number: 5}, &gate.Report{Head: "a"},
			func(context.Context, database.Tx, []gate.Target) error { return refused })
		if r, _ := s.Latest(ctx, "acme/api", 5); !errors.Is(err, refused) || r != nil {
			t.Errorf("got %v and %v, want neither told nor kept", err, r)
		}
	})
}

// Pull requests that share a head commit find each other, as long as they are open and stand there.
func TestSharedHead(t *testing.T) {
	each(t, func(t *testing.T, s *DB, _ *clock) {
		ctx := t.Context()
		record := func(number int, head string) {
			t.Helper()
			target := gate.Target{Installation: 1, Repo: "acme/api", Number: number}
			must(t, s.Record(ctx, target, &gate.Report{Repository: "acme/api", Pull: number, Head: head, Base: "main", Decision: gate.Open}))
		}
		for number, head := range map[int]string{1: "a", 2: "a", 3: "b", 4: "a", 5: "a"} {
			record(number, head)
		}
		must(t, s.Closed(ctx, "acme/api", 4))
		record(5, "c") // it moved on
		got, err := s.AtHead(ctx, "acme/api", "a", 1)
		if err != nil || len(got) != 1 || got[0].Pull != 2 {
			t.Errorf("got %d reports, %v; want that of #2", len(got), err)
		}
		if other, err := s.AtHead(ctx, "acme/web", "a", 1); err != nil || len(other) != 0 {
			t.Errorf("another repository: got %d, %v", len(other), err)
		}
		beside, err := s.Beside(ctx, "acme/api", 1)
		if err != nil || len(beside) != 1 || beside[0].Number != 2 {
			t.Errorf("beside: got %v, %v; want #2", beside, err)
		}
	})
}
