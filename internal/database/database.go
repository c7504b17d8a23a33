// Package database is one handle for the two engines that Sluice runs on: SQLite, in one file, and Postgres.
//
// Queries are written once, with $1 for the arguments, and run on both. Tables belong to the packages that use them;
// this one knows none.
package database

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Engine is a kind of database.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Rows are the rows of a query, as of [database/sql.Rows]. [Collect] reads them.
type Rows interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	Close()
}

// Row is one row. Scan answers [database/sql.ErrNoRows] where there is none, on both engines.
type Row interface {
	Scan(into ...any) error
}

// Tx is a transaction. It is used by one goroutine at a time, and not after the function that got it has returned.
type Tx interface {
	// Exec runs a statement and says how many rows it changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a query. Its rows are read to the end, or closed, before the next statement.
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	// QueryRow runs a query of which one row at most is wanted.
	QueryRow(ctx context.Context, query string, args ...any) Row
}

// DB is a database. Its methods may be called at the same time.
type DB struct {
	engine engine
}

// engine is what the two have in common.
type engine interface {
	name() Engine
	begin(ctx context.Context, write bool) (transaction, error)
	look(ctx context.Context, do func(tx Tx) error) error
	own(ctx context.Context) (release func(), err error)
	alone(ctx context.Context, do func() error) error
	migrator
	ping(ctx context.Context) error
	close() error
}

type transaction interface {
	Tx
	commit(ctx context.Context) error
	rollback()
	hooks() *[]func()
}

// after is what runs after a transaction's commit.
type after []func()

func (a *after) hooks() *[]func() { return (*[]func())(a) }

// AfterCommit runs do when tx was committed, and never where it was not.
func AfterCommit(tx Tx, do func()) {
	hooks := tx.(transaction).hooks()
	*hooks = append(*hooks, do)
}

// Open opens the database of a URL: "sqlite:PATH" for a file, which is made where there is none, "sqlite::memory:" for
// one that is gone when it is closed, "postgres://…" for a server. It answers an error where nothing is to be reached
// there. The password in a URL never shows in an error.
func Open(ctx context.Context, url string) (*DB, error) {
	scheme, rest, found := strings.Cut(url, ":")
	switch {
	case found && scheme == "sqlite":
		e, err := openSQLite(ctx, rest)
		if err != nil {
			return nil, fmt.Errorf("database: %w", err)
		}
		return &DB{e}, nil
	case found && (scheme == "postgres" || scheme == "postgresql"):
		e, err := openPostgres(ctx, url)
		if err != nil {
			return nil, fmt.Errorf("database: %w", err)
		}
		return &DB{e}, nil
	}
	return nil, errors.New(`database: the URL names no engine: write "sqlite:PATH" or "postgres://USER:PASSWORD@HOST/NAME"`)
}

// Close closes the database. Transactions that are open are waited for.
func (db *DB) Close() error { return db.engine.close() }

// Engine says which engine it is.
func (db *DB) Engine() Engine { return db.engine.name() }

// Ping reports whether the database can be written to just now.
func (db *DB) Ping(ctx context.Context) error { return db.engine.ping(ctx) }

// Own takes the database for this process until release is called or the process ends. A SQLite file has one owner: a
// second one gets an error. Processes share a Postgres database: there, Own takes nothing. Reading needs no owner.
func (db *DB) Own(ctx context.Context) (release func(), err error) { return db.engine.own(ctx) }

// attempts is how often Update begins anew where Postgres broke a deadlock.
const attempts = 4

// Update runs do in a transaction that may write, and commits it where do returns nil. What was committed survives a
// kill of the process, and a loss of power. do may be called more than once, after a deadlock: it changes nothing but
// the database. It uses tx for everything: on SQLite there is one transaction at a time that writes, so that an Update
// within an Update would wait for itself.
func (db *DB) Update(ctx context.Context, do func(tx Tx) error) error {
	var err error
	for range attempts {
		if err = db.run(ctx, true, do); !deadlocked(err) {
			return err
		}
	}
	return err
}

// View runs do in a transaction that only reads. It waits for nobody.
func (db *DB) View(ctx context.Context, do func(tx Tx) error) error {
	return db.run(ctx, false, do)
}

// Look runs do, which asks one thing and changes nothing, without a transaction: that spares Postgres two of three ways
// there and back. do may be called more than once, where a connection had been ended.
func (db *DB) Look(ctx context.Context, do func(tx Tx) error) error { return db.engine.look(ctx, do) }

func (db *DB) run(ctx context.Context, write bool, do func(tx Tx) error) error {
	tx, err := db.engine.begin(ctx, write)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.rollback() // nothing after a commit; also where do panics
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, do := range *tx.hooks() {
		do()
	}
	return nil
}

// deadlocked reports whether Postgres gave up on a transaction that another one was in the way of.
func deadlocked(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40P01" || pg.Code == "40001")
}

// Collect reads all rows of a query, each by scan.
func Collect[T any](rows Rows, err error, scan func(Row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}
