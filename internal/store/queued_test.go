package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// A pull request knows the merge groups that it is in, until they are gone, it is closed, or no queue can wait any more.
func TestQueued(t *testing.T) {
	each(t, func(t *testing.T, s *DB, c *clock) {
		ctx := t.Context()
		group := func(head string) gate.Group {
			return gate.Group{Installation: 3, Repo: "acme/api", Base: "main", BaseSHA: "b" + head, HeadSHA: head, HeadRef: "refs/heads/gh-readonly-queue/main/" + head}
		}
		keep := func(head string, numbers ...int) {
			t.Helper()
			var members []gate.Member
			for _, n := range numbers {
				members = append(members, gate.Member{Number: n})
			}
			must(t, s.KeepGroup(ctx, group(head), members))
		}
		with := func(why string, number int, want ...gate.Group) {
			t.Helper()
			got, err := s.GroupsWith(ctx, "acme/api", number)
			if diff := cmp.Diff(got, want); err != nil || diff != "" {
				t.Errorf("%s: got, want %s\n%v", why, diff, err)
			}
		}
		report := func(number int, head string) {
			t.Helper()
			must(t, s.Record(ctx, gate.Target{Installation: 3, Repo: "acme/api", Number: number}, &gate.Report{Pull: number, Head: head, Base: "main", Decision: gate.Open}))
		}
		with("in none", 1)
		keep("x", 1, 2, 1)
		keep("y", 2)
		with("in one", 1, group("x"))
		with("in two", 2, group("x"), group("y"))
		keep("x", 2)
		with("no longer", 1)
		keep("x", 1, 2)
		report(1, "h")
		report(5, "h")
		report(6, "i")
		with("with the same head as a member", 5, group("x"))
		with("with another head", 6)
		if got, err := s.GroupsWith(ctx, "acme/web", 1); err != nil || got != nil {
			t.Errorf("of another repository: got %v, %v", got, err)
		}
		if got, err := s.GroupsAt(ctx, "acme/api", "x"); err != nil || !cmp.Equal(got, []gate.Group{group("x")}) {
			t.Errorf("by its head: got %v, %v", got, err)
		}
		must(t, s.db.Update(ctx, func(tx database.Tx) error { return s.DropGroup(ctx, tx, group("x")) }))
		with("the group is gone", 1)
		with("the other one isn't", 2, group("y"))
		keep("x", 1, 2)
		must(t, s.Closed(ctx, "acme/api", 1))
		with("closed", 1)
		with("but for the other one", 2, group("x"), group("y"))

		c.pass(longestQueued + time.Second)
		with("nobody told of the end", 2)
		keep("z", 2)
		if _, err := s.Prune(ctx, time.Time{}, time.Time{}); err != nil || rows(t, s, "queued") != 1 {
			t.Errorf("pruned: got %d rows, %v; want the new one", rows(t, s, "queued"), err)
		}
		with("and the next one", 2, group("z"))
	})
}
