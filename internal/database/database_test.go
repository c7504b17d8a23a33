package database_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
)

func exec(t *testing.T, db *database.DB, query string, args ...any) {
	t.Helper()
	err := db.Update(t.Context(), func(tx database.Tx) error {
		_, err := tx.Exec(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func count(t *testing.T, db *database.DB, table string) (n int) {
	t.Helper()
	err := db.View(t.Context(), func(tx database.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTransactions(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := databasetest.Open(t, url)
		ctx := t.Context()
		exec(t, db, `CREATE TABLE things (name TEXT PRIMARY KEY, n BIGINT NOT NULL)`)
		exec(t, db, `INSERT INTO things (name, n) VALUES ($1, $2), ($3, $2)`, "a", 1, "b")

		refused := errors.New("refused")
		err := db.Update(ctx, func(tx database.Tx) error {
			database.AfterCommit(tx, func() { t.Error("a hook ran without a commit") })
			n, err := tx.Exec(ctx, `UPDATE things SET n = n + 1`)
			if n != 2 {
				t.Errorf("%d rows changed, want 2", n)
			}
			return errors.Join(err, refused)
		})
		if !errors.Is(err, refused) {
			t.Errorf("error %v, want the caller's own", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.Update(ctx, func(tx database.Tx) error {
				_, err := tx.Exec(ctx, `DELETE FROM things`)
				panic(fmt.Sprint("after ", err))
			})
		}()

		err = db.View(ctx, func(tx database.Tx) error {
			rows, err := tx.Query(ctx, `SELECT name, n FROM things ORDER BY name`)
			got, err := database.Collect(rows, err, func(row database.Row) (s string, err error) {
				var n int
				err = row.Scan(&s, &n)
				return fmt.Sprint(s, n), err
			})
			if want := "a1 b1"; strings.Join(got, " ") != want {
				t.Errorf("%v, want %s: what an error or a panic ended is undone", got, want)
			}
			if err := tx.QueryRow(ctx, `SELECT n FROM things WHERE name = 'c'`).Scan(new(int)); !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("error %v for no row, want sql.ErrNoRows", err)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		err = db.View(ctx, func(tx database.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM things`)
			return err
		})
		if err == nil || count(t, db, "things") != 2 {
			t.Errorf("error %v: a View must not write", err)
		}
		if err := db.Ping(ctx); err != nil {
			t.Error(err)
		}
		seen := 0
		err = db.Update(ctx, func(tx database.Tx) error {
			database.AfterCommit(tx, func() { seen = count(t, db, "things") })
			_, err := tx.Exec(ctx, `INSERT INTO things (name, n) VALUES ('c', 3)`)
			return err
		})
		if err != nil || seen != 3 {
			t.Errorf("the hook saw %d rows, %v; want the 3 that were committed", seen, err)
		}
	})
}

// Writers come one after the other and none is turned away; readers wait for nobody.
func TestWritersQueue(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := databasetest.Open(t, url)
		exec(t, db, `CREATE TABLE counter (n BIGINT NOT NULL)`)
		exec(t, db, `INSERT INTO counter (n) VALUES (0)`)
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				err := db.Update(t.Context(), func(tx database.Tx) error {
					_, err := tx.Exec(t.Context(), `UPDATE counter SET n = n + 1`)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		err := db.Update(t.Context(), func(tx database.Tx) error {
			if _, err := tx.Exec(t.Context(), `UPDATE counter SET n = -1`); err != nil {
				return err
			}
			return db.View(t.Context(), func(tx database.Tx) error {
				var n int
				err := tx.QueryRow(t.Context(), `SELECT n FROM counter`).Scan(&n)
				if n != 40 {
					t.Errorf("%d during a write, want the 40 of before it", n)
				}
				return err
			})
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Two transactions that hold what the other one wants: Postgres ends one of them, and it is done again.
func TestDeadlock(t *testing.T) {
	db := databasetest.Open(t, databasetest.Postgres(t))
	exec(t, db, `CREATE TABLE things (name TEXT PRIMARY KEY, n BIGINT NOT NULL)`)
	exec(t, db, `INSERT INTO things (name, n) VALUES ('a', 0), ('b', 0)`)
	var both, all sync.WaitGroup
	both.Add(2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		all.Go(func() {
			first := sync.OnceFunc(func() { both.Done(); both.Wait() })
			err := db.Update(t.Context(), func(tx database.Tx) error {
				for _, name := range order {
					if _, err := tx.Exec(t.Context(), `UPDATE things SET n = n + 1 WHERE name = $1`, name); err != nil {
						return err
					}
					first()
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var sum int
	err := db.View(t.Context(), func(tx database.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT sum(n)::bigint FROM things`).Scan(&sum)
	})
	if err != nil || sum != 4 {
		t.Errorf("sum %d, %v; want 4", sum, err)
	}
}

func TestOneOwner(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		one, two := databasetest.Open(t, url), databasetest.Open(t, url)
		release, err := one.Own(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		again, err := one.Own(t.Context()) // its own already
		if err != nil {
			t.Fatal(err)
		}
		release()
		release() // twice changes nothing
		other, err := two.Own(t.Context())
		switch {
		case two.Engine() == database.Postgres && err != nil:
			t.Errorf("%v: several processes share Postgres", err)
		case two.Engine() == database.SQLite && (err == nil || !strings.Contains(err.Error(), "another server")):
			t.Errorf("error %v, want one that names the other server", err)
		}
		if err == nil {
			other()
		}
		again()
		if other, err = two.Own(t.Context()); err != nil {
			t.Errorf("%v: nobody owns it", err)
		} else {
			other()
		}
	})
}

func TestSQLiteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a b?c%20d#e.db") // no character means anything else
	db := databasetest.Open(t, "sqlite:"+path)
	exec(t, db, `CREATE TABLE things (name TEXT)`)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600: it holds what private repositories say", got)
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := db.SQLite().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, %v; want %s", pragma, got, err, want)
		}
	}
	again := databasetest.Open(t, "sqlite:"+path)
	if got := count(t, again, "things"); got != 0 {
		t.Errorf("%d rows, want none", got)
	}
}

func TestInMemory(t *testing.T) {
	one, two := databasetest.Open(t, "sqlite::memory:"), databasetest.Open(t, "sqlite::memory:")
	exec(t, one, `CREATE TABLE things (name TEXT)`)
	exec(t, two, `CREATE TABLE things (name TEXT)`)
	exec(t, one, `INSERT INTO things VALUES ('a')`)
	if got := count(t, one, "things") - count(t, two, "things"); got != 1 {
		t.Error("two of them are one")
	}
}

func TestBadURLs(t *testing.T) {
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := unused.Addr().String()
	_ = unused.Close()
	notOne := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(notOne, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"":                             "names no engine",
		"sluice.db":                    "names no engine",
		"mysql://localhost/sluice":     "names no engine",
		"sqlite:":                      "names no file",
		"sqlite://sluice.db":           "names a host",
		"sqlite:/nowhere/at/sluice.db": "make it first",
		"sqlite:" + t.TempDir():        "is a directory",
		"sqlite:" + notOne:             "must be a database",
		"postgres://u:hunter2@" + closed + "/sluice":        "look at SLUICE_DATABASE_URL",
		"postgres://u:hunter2@127.0.0.1:notaport/sluice":    "Postgres URL",
		"postgres://u:hunter2@" + closed + "/?sslmode=what": "sslmode",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		db, err := database.Open(ctx, url)
		cancel()
		switch {
		case err == nil:
			t.Errorf("%s: opened", url)
			_ = db.Close()
		case !strings.Contains(err.Error(), want):
			t.Errorf("%s: error %q, want one with %q", url, err, want)
		case strings.Contains(err.Error(), "hunter2"):
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func version(n int, up string) *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, "-- +goose Up\n%s;\n-- +goose Down\nSELECT %d;\n", up, n)}
}

func TestMigrate(t *testing.T) {
	old, recent := fstest.MapFS{}, fstest.MapFS{}
	for _, engine := range []string{"sqlite", "postgres"} {
		first, second := version(1, "CREATE TABLE one (name TEXT)"), version(2, "CREATE TABLE two (name TEXT)")
		old[engine+"/00001_one.sql"], recent[engine+"/00001_one.sql"], recent[engine+"/00002_two.sql"] = first, first, second
	}
	databasetest.Each(t, func(t *testing.T, url string) {
		ctx := t.Context()
		db := databasetest.Open(t, url)
		if err := db.Check(ctx, old); !errors.Is(err, database.ErrOlder) {
			t.Errorf("error %v for an empty database, want ErrOlder", err)
		}
		for range 2 {
			if err := db.Migrate(ctx, old); err != nil {
				t.Fatal(err)
			}
		}
		exec(t, db, `INSERT INTO one VALUES ('kept')`)
		if err := errors.Join(db.Check(ctx, old), db.Migrate(ctx, recent), db.Check(ctx, recent)); err != nil {
			t.Fatal(err)
		}
		if count(t, db, "one") != 1 || count(t, db, "two") != 0 {
			t.Error("the upgrade lost something")
		}
		for _, err := range []error{db.Check(ctx, old), db.Migrate(ctx, old)} {
			if !errors.Is(err, database.ErrNewer) {
				t.Errorf("error %v for newer tables, want ErrNewer", err)
			}
		}
	})
}

// Replicas start at the same moment.
func TestMigrateTogether(t *testing.T) {
	url := databasetest.Postgres(t)
	files := fstest.MapFS{"postgres/00001_one.sql": version(1, "SELECT pg_sleep(0.05); CREATE TABLE one (name TEXT)")}
	var all sync.WaitGroup
	for range 4 {
		db := databasetest.Open(t, url)
		all.Go(func() {
			if err := db.Migrate(t.Context(), files); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
