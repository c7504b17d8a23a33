package store

import (
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// first are the migrations of the first schema, the one that every later Sluice must be able to take over.
func first(t *testing.T) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	must(t, fs.WalkDir(migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() > "00001~" {
			return err
		}
		text, err := fs.ReadFile(migrations, path)
		out[path] = &fstest.MapFile{Data: text}
		return err
	}))
	if len(out) != 2 {
		t.Fatalf("got %d files of the first schema, want one for each engine", len(out))
	}
	return out
}

// What a database of the first schema holds is there after an upgrade, and the ledger is whole.
func TestUpgradeKeepsData(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		ctx := t.Context()
		db, err := database.Open(ctx, url)
		must(t, err)
		t.Cleanup(func() { must(t, db.Close()) })
		must(t, db.Migrate(ctx, first(t)))
		now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		old := New(db, func() time.Time { return now })
		must(t, db.Update(ctx, func(tx database.Tx) error {
			for _, e := range []Entry{{Kind: "decision", Repo: "acme/api", Number: 12, Actor: "sluice", Body: `{}`}, {Kind: "decision", Actor: "sluice", Body: `{"n":2}`}} {
				if err := old.Append(ctx, tx, e); err != nil {
					return err
				}
			}
			for _, q := range []string{
				`INSERT INTO deliveries (id, event, action, installation, repo, received_at, work) VALUES ('d', 'push', '', 1, 'acme/api', 1, '{}')`,
				`INSERT INTO generations (subject, generation) VALUES ('pull acme/api#12', 3)`,
				`INSERT INTO reports (repo, number, head, decision, report, hash, made_at) VALUES ('acme/api', 12, 'a', 'open', '{"pull":12,"head":"a","decision":"open"}', 'h', 1)`,
				`INSERT INTO pulls (repo, number, installation, state, head, base, decision, report, updated_at) VALUES ('acme/api', 12, 1, 'open', 'a', 'main', 'open', 1, 1)`,
				`INSERT INTO published (key, value, updated_at) VALUES ('comment acme/api#12', '{"id":7}', 1)`,
				`INSERT INTO settings (key, value, updated_at) VALUES ('k', 'v', 1)`,
			} {
				if _, err := tx.Exec(ctx, q); err != nil {
					return err
				}
			}
			return nil
		}))
		if err := Check(ctx, db); err == nil {
			t.Error("the old schema passes for the new one")
		}
		must(t, Migrate(ctx, db))
		must(t, Check(ctx, db))
		s := New(db, func() time.Time { return now })
		if r, err := s.Latest(ctx, "acme/api", 12); err != nil || r == nil || r.Decision != gate.Open {
			t.Errorf("the report: got %+v, %v", r, err)
		}
		if v, err := s.Recall(ctx, "comment acme/api#12"); err != nil || string(v) != `{"id":7}` {
			t.Errorf("what is remembered: got %q, %v", v, err)
		}
		if v, ok, err := s.Setting(ctx, "k"); err != nil || !ok || v != "v" {
			t.Errorf("the setting: got %q, %v", v, err)
		}
		if n, err := s.Verify(ctx); err != nil || n != 2 {
			t.Errorf("the ledger: got %d rows, %v; want 2", n, err)
		}
		if n := rows(t, s, "deliveries") + rows(t, s, "generations"); n != 2 {
			t.Errorf("deliveries and generations: got %d rows, want 2", n)
		}
		must(t, s.Record(ctx, gate.Target{Installation: 1, Repo: "acme/api", Number: 12}, &gate.Report{Pull: 12, Head: "b", Base: "main", Decision: gate.Closed}))
		if n, err := s.Verify(ctx); err != nil || n != 3 {
			t.Errorf("the ledger goes on: got %d rows, %v; want 3", n, err)
		}
	})
}
