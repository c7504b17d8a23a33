package jobs

import (
	"context"
	"fmt"

	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
)

// Migrate brings the queue's tables up to date. Several processes may call it at once. A database of a newer Sluice is
// left alone, with [database.ErrNewer].
func Migrate(ctx context.Context, db *database.DB) error {
	err := db.Alone(ctx, func() error {
		config := &rivermigrate.Config{Logger: quiet(zerolog.Nop())}
		if db.Engine() == database.SQLite {
			m, err := rivermigrate.New(riversqlite.New(db.SQLite()), config)
			if err != nil {
				return err
			}
			return migrate(ctx, db, m)
		}
		m, err := rivermigrate.New(riverpgxv5.New(db.Postgres()), config)
		if err != nil {
			return err
		}
		return migrate(ctx, db, m)
	})
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	return nil
}

func migrate[T any](ctx context.Context, db *database.DB, m *rivermigrate.Migrator[T]) error {
	if _, err := m.ExistingVersions(ctx); err != nil {
		// River refuses a version that it doesn't know, in words alone.
		if newer(ctx, db, m.AllVersions()) {
			return database.ErrNewer
		}
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	return indexReady(ctx, db)
}

// newer reports whether the tables have a version beyond those that are known.
func newer(ctx context.Context, db *database.DB, known []rivermigrate.Migration) bool {
	var version int
	err := db.View(ctx, func(tx database.Tx) error {
		return tx.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM river_migration`).Scan(&version)
	})
	return err == nil && version > known[len(known)-1].Version
}
