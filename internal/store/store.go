// Package store keeps what Sluice knows: deliveries, reports, the last valid policies, what was put on GitHub, and the
// ledger. One set of queries serves SQLite and Postgres.
//
// Methods with a transaction are for those who join several things into one; the others have one of their own.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

//go:embed migrations
var files embed.FS

// migrations has a folder for each engine.
var migrations, _ = fs.Sub(files, "migrations") // the embedded folder is there

// DB is the store. Its methods may be called at the same time.
type DB struct {
	db  *database.DB
	now func() time.Time
}

var _ gate.Recorder = (*DB)(nil)

// New makes a store on a database whose tables [Migrate] has brought up to date.
func New(db *database.DB, now func() time.Time) *DB { return &DB{db: db, now: now} }

// Migrate brings the store's tables up to date. A database of a newer Sluice is left alone, with [database.ErrNewer].
func Migrate(ctx context.Context, db *database.DB) error {
	return within("store", db.Migrate(ctx, migrations))
}

// Check reports whether the tables are what this Sluice needs: [database.ErrNewer], [database.ErrOlder] or nil.
func Check(ctx context.Context, db *database.DB) error {
	return within("store", db.Check(ctx, migrations))
}

// within names what was at hand, where something went wrong.
func within(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// plain is s as a column of text takes it. Postgres refuses a zero byte and what is not UTF-8; nobody shall stop the gate
// by such a name.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// micros is a time as the tables have it.
func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

// none reports whether a query found no row.
func none(err error) bool { return errors.Is(err, sql.ErrNoRows) }
