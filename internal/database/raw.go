package database

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// What a library needs that brings tables and queries of its own, as River does.

// SQLite is the pool of SQLite's one connection that writes. It panics for another engine.
func (db *DB) SQLite() *sql.DB { return db.engine.(*sqlite).write }

// Postgres is the pool of Postgres. It panics for another engine.
func (db *DB) Postgres() *pgxpool.Pool { return db.engine.(*postgres).pool }

// SQLTx is the transaction below a [Tx] of SQLite. It panics for another engine.
func SQLTx(tx Tx) *sql.Tx { return tx.(*sqliteTx).tx }

// PgxTx is the transaction below a [Tx] of Postgres. It panics for another engine.
func PgxTx(tx Tx) pgx.Tx { return tx.(*pgTx).tx }

// Alone runs do while no other process runs an Alone on this database, and on SQLite while no other one owns it:
// migrations.
func (db *DB) Alone(ctx context.Context, do func() error) error {
	if err := db.engine.alone(ctx, do); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}
