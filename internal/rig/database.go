package rig

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver of the outage
)

// Variable names the Postgres server on which schemas may be made; .ci/postgres sets it.
const Variable = "SLUICE_TEST_POSTGRES"

// Database is an empty one that can be gone for a while.
type Database struct {
	URL   string // as SLUICE_DATABASE_URL takes it
	file  string
	wire  *Wire
	held  *sql.DB
	close []func() error
}

// NewDatabase makes one: "sqlite" is a file in folder, "postgres" a schema on the server that [Variable] names.
func NewDatabase(ctx context.Context, engine, folder string) (*Database, error) {
	switch engine {
	case "sqlite":
		file := filepath.Join(folder, "sluice.db")
		return &Database{URL: "sqlite:" + file, file: file}, nil
	case "postgres":
		d := &Database{}
		if err := d.schema(ctx, os.Getenv(Variable)); err != nil {
			return nil, errors.Join(fmt.Errorf("postgres: %w", err), d.Close())
		}
		return d, nil
	}
	return nil, fmt.Errorf("no engine is named %q: write sqlite or postgres", engine)
}

func (d *Database) schema(ctx context.Context, server string) error {
	if server == "" {
		return fmt.Errorf("no server: run this by .ci/postgres run, or set %s to the URL of one", Variable)
	}
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	after := context.WithoutCancel(ctx)
	d.close = append(d.close, func() error { return conn.Close(after) })
	name := "sluice_" + strings.ToLower(rand.Text()[:12])
	if _, err := conn.Exec(ctx, "CREATE SCHEMA "+name); err != nil {
		return err
	}
	d.close = append(d.close, func() error {
		_, err := conn.Exec(after, "DROP SCHEMA "+name+" CASCADE")
		return err
	})
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	if d.wire, err = NewWire(ctx, u.Host); err != nil {
		return err
	}
	d.close = append(d.close, d.wire.Close)
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery, u.Host = query.Encode(), d.wire.Address()
	d.URL = u.String()
	return nil
}

// Away takes the database away until Back: nothing can be written to the file, or nobody reaches the server.
func (d *Database) Away(ctx context.Context) error {
	if d.wire != nil {
		d.wire.Cut()
		return nil
	}
	db, err := sql.Open("sqlite", "file:"+d.file+"?_pragma=busy_timeout(20000)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	d.held = db
	_, err = db.ExecContext(ctx, "BEGIN IMMEDIATE")
	return err
}

// Back ends what Away began.
func (d *Database) Back() error {
	if d.wire != nil {
		d.wire.Mend()
		return nil
	}
	_, err := d.held.Exec("ROLLBACK") //nolint:noctx // it must not be broken off
	return errors.Join(err, d.held.Close())
}

// Close removes what was made, a file apart.
func (d *Database) Close() (err error) {
	for i := len(d.close) - 1; i >= 0; i-- {
		err = errors.Join(err, d.close[i]())
	}
	return err
}
