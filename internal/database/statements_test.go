package database_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
)

// A statement that is prepared already answers as one that is not: with its own arguments each time, where its rows are
// still being read, after an error, after its table has changed, and where there are more statements than are kept.
func TestStatementsAgain(t *testing.T) {
	db := databasetest.Open(t, databasetest.SQLite(t))
	ctx := t.Context()
	exec(t, db, `CREATE TABLE things (name TEXT PRIMARY KEY, n BIGINT NOT NULL)`)
	for n, name := range []string{"a", "b", "c"} {
		exec(t, db, `INSERT INTO things (name, n) VALUES ($1, $2)`, name, n)
	}
	names := func(tx database.Tx, from int) []string {
		rows, err := tx.Query(ctx, `SELECT name FROM things WHERE n >= $1 ORDER BY n`, from)
		got, err := database.Collect(rows, err, func(row database.Row) (s string, err error) {
			err = row.Scan(&s)
			return s, err
		})
		if err != nil {
			t.Error(err)
		}
		return got
	}
	for name, run := range map[string]func(func(database.Tx) error) error{
		"the writer": func(do func(database.Tx) error) error { return db.Update(ctx, do) },
		"a reader":   func(do func(database.Tx) error) error { return db.View(ctx, do) },
	} {
		err := run(func(tx database.Tx) error {
			for from, want := range [][]string{{"a", "b", "c"}, {"b", "c"}, {"c"}, nil} {
				if got := names(tx, from); !cmp.Equal(got, want) {
					t.Errorf("%s: got %v from %d, want %v", name, got, from, want)
				}
			}
			rows, err := tx.Query(ctx, `SELECT name FROM things WHERE n >= $1 ORDER BY n`, 0)
			if err != nil {
				return err
			}
			defer rows.Close()
			var outer []string
			for rows.Next() {
				var s string
				if err := rows.Scan(&s); err != nil {
					return err
				}
				outer = append(outer, s)
				if got, want := names(tx, 1), []string{"b", "c"}; !cmp.Equal(got, want) {
					t.Errorf("%s: got %v within, want %v", name, got, want)
				}
			}
			if want := []string{"a", "b", "c"}; !cmp.Equal(outer, want) {
				t.Errorf("%s: got %v around, want %v", name, outer, want)
			}
			return rows.Err()
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}

	const insert = `INSERT INTO things (name, n) VALUES ($1, $2)`
	err := db.Update(ctx, func(tx database.Tx) error {
		if _, err := tx.Exec(ctx, insert, "a", 9); err == nil {
			t.Error("a name twice was taken")
		}
		_, err := tx.Exec(ctx, insert, "d", 3)
		return err
	})
	if err != nil || count(t, db, "things") != 4 {
		t.Errorf("%v, %d rows; want the 4 after an error and a right one", err, count(t, db, "things"))
	}

	exec(t, db, `ALTER TABLE things ADD COLUMN more TEXT NOT NULL DEFAULT 'x'`)
	exec(t, db, insert, "e", 4)
	err = db.Update(ctx, func(tx database.Tx) error {
		for i := range 600 {
			var n int
			if err := tx.QueryRow(ctx, fmt.Sprintf(`SELECT n + %d FROM things WHERE name = $1`, i), "e").Scan(&n); err != nil || n != 4+i {
				return fmt.Errorf("got %d, %w, want %d", n, err, 4+i)
			}
		}
		if got, want := names(tx, 0), []string{"a", "b", "c", "d", "e"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
