package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// ErrNewer says that the database was made by a newer Sluice.
var ErrNewer = errors.New("the database was made by a newer Sluice: run that version, or restore the backup from before its upgrade")

// ErrOlder says that the database is not yet what this Sluice needs.
var ErrOlder = errors.New("the database is older than this Sluice: start the server once, which brings it up to date")

type migrator interface {
	// goose gives the handle on which migrations run, and takes it back.
	goose() (pool *sql.DB, dialect goose.Dialect, done func())
}

func (s *sqlite) goose() (*sql.DB, goose.Dialect, func()) {
	return s.write, goose.DialectSQLite3, func() {}
}

func (p *postgres) goose() (*sql.DB, goose.Dialect, func()) {
	pool := stdlib.OpenDBFromPool(p.pool)
	return pool, goose.DialectPostgres, func() { _ = pool.Close() } // of the wrapper alone
}

// Migrate brings the tables up to date: migrations has a folder for each engine, "sqlite" and "postgres", with goose's
// files. Several processes may call it at once. A database of a newer Sluice is left alone, with [ErrNewer].
func (db *DB) Migrate(ctx context.Context, migrations fs.FS) error {
	return db.Alone(ctx, func() error {
		return db.withProvider(migrations, func(p *goose.Provider) error {
			if err := compare(ctx, p); !errors.Is(err, ErrOlder) {
				return err
			}
			_, err := p.Up(ctx)
			return err
		})
	})
}

// Check reports, without a change, whether the tables are as Migrate would leave them: [ErrNewer], [ErrOlder] or nil.
func (db *DB) Check(ctx context.Context, migrations fs.FS) error {
	return db.withProvider(migrations, func(p *goose.Provider) error { return compare(ctx, p) })
}

func (db *DB) withProvider(migrations fs.FS, do func(*goose.Provider) error) error {
	mine, err := fs.Sub(migrations, string(db.Engine()))
	if err != nil {
		return err
	}
	pool, dialect, done := db.engine.goose()
	defer done()
	p, err := goose.NewProvider(dialect, pool, mine, goose.WithDisableGlobalRegistry(true), goose.WithTableName("sluice_migrations"))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if err := do(p); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return nil
}

func compare(ctx context.Context, p *goose.Provider) error {
	has, wants, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return err
	case has > wants:
		return fmt.Errorf("%w (its tables have version %d, this one knows %d)", ErrNewer, has, wants)
	case has < wants:
		return ErrOlder
	}
	return nil
}
