package database_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
)

// Look sees what was committed and nothing of what is being written, and waits for nobody.
func TestLook(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := databasetest.Open(t, url)
		ctx := t.Context()
		exec(t, db, `CREATE TABLE things (name TEXT PRIMARY KEY, n BIGINT NOT NULL)`)
		exec(t, db, `INSERT INTO things (name, n) VALUES ('a', 1)`)
		look := func(name string) (n int, err error) {
			err = db.Look(ctx, func(tx database.Tx) error {
				return tx.QueryRow(ctx, `SELECT n FROM things WHERE name = $1`, name).Scan(&n)
			})
			return n, err
		}
		err := db.Update(ctx, func(tx database.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE things SET n = 2`); err != nil {
				return err
			}
			if n, err := look("a"); n != 1 || err != nil {
				t.Errorf("during a write: got %d, %v; want the 1 of before it", n, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if n, err := look("a"); n != 2 || err != nil {
			t.Errorf("got %d, %v; want 2", n, err)
		}
		if _, err := look("b"); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("error %v for no row, want sql.ErrNoRows", err)
		}
		var all []string
		err = db.Look(ctx, func(tx database.Tx) error {
			rows, err := tx.Query(ctx, `SELECT name FROM things`)
			all, err = database.Collect(rows, err, func(row database.Row) (s string, err error) {
				err = row.Scan(&s)
				return s, err
			})
			return err
		})
		if err != nil || len(all) != 1 || all[0] != "a" {
			t.Errorf("got %v, %v; want the one row", all, err)
		}
	})
}

// Connections that the server ended while nobody used them are no error.
func TestLookAfterConnectionsEnded(t *testing.T) {
	db := databasetest.Open(t, databasetest.Postgres(t))
	ctx := t.Context()
	var pid int
	one := func(tx database.Tx) error { return tx.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&pid) }
	if err := db.Look(ctx, one); err != nil {
		t.Fatal(err)
	}
	ended, other := pid, databasetest.Open(t, databasetest.Postgres(t))
	err := other.Look(ctx, func(tx database.Tx) error {
		_, err := tx.Exec(ctx, `SELECT pg_terminate_backend($1)`, ended)
		return err
	})
	if err != nil {
		t.Skipf("this user may not end connections: %v", err)
	}
	if err := db.Look(ctx, one); err != nil || pid == ended {
		t.Errorf("%v from %d, want another connection", err, pid)
	}
}
