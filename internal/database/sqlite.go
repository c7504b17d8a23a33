package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// readers is how many transactions may read a SQLite file at the same time.
const readers = 4

// sqlite is a SQLite file: one connection that writes, a pool that reads. SQLite has one writer at a time anyway; with
// one connection those who wait stand in a queue, where otherwise they would try until they give up.
type sqlite struct {
	path      string
	temporary string // folder to remove when it is closed
	write     *sql.DB
	read      *sql.DB
	turns     turns // of those who write

	owning sync.Mutex
	owners int    // how often this handle owns the file
	disown func() // lets go of it
}

// openSQLite opens a file. An empty path is a mistake, ":memory:" a file that nobody else sees.
func openSQLite(ctx context.Context, path string) (*sqlite, error) {
	s := &sqlite{path: path}
	switch {
	case path == "":
		return nil, errors.New(`the URL names no file: write "sqlite:PATH"`)
	case strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///"):
		return nil, errors.New(`the URL names a host, and SQLite has none: write "sqlite:PATH"`)
	case path == ":memory:":
		dir, err := os.MkdirTemp("", "sluice-")
		if err != nil {
			return nil, err
		}
		s.temporary, s.path = dir, filepath.Join(dir, "sluice.db")
	}
	if err := create(s.path); err != nil {
		return nil, errors.Join(err, s.close())
	}
	durable := "FULL"
	if s.temporary != "" {
		durable = "OFF"
	}
	var err error
	if s.write, err = openFile(s.path, "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous("+durable+")"); err == nil {
		s.write.SetMaxOpenConns(1)
		s.read, err = openFile(s.path, "_pragma=query_only(1)")
	}
	if err == nil {
		s.read.SetMaxOpenConns(readers)
		s.read.SetMaxIdleConns(readers)
		err = s.ping(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("SQLite file %s: %w; it must be a database that this user may write", s.path, err), s.close())
	}
	return s, nil
}

// create makes the file where there is none, for nobody but its owner: it holds what private repositories say.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the path is the configuration's
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("SQLite file %s: there is no folder %s; make it first", path, filepath.Dir(path))
	case err != nil:
		return fmt.Errorf("SQLite file: %w", err)
	}
	return f.Close()
}

func openFile(path string, options ...string) (*sql.DB, error) {
	options = append(options, "_pragma=busy_timeout(10000)", "_pragma=foreign_keys(1)", "_dqs=0")
	return openKeeping("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(options, "&"))
}

func (s *sqlite) name() Engine { return SQLite }

// applicationID marks the file as Sluice's, for the command "file" and for ping: "slui" in ASCII.
const applicationID = 0x736c7569

// ping writes, as any delivery does: a disk that is full answers everything else.
func (s *sqlite) ping(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (s *sqlite) close() error {
	var errs []error
	for _, pool := range []*sql.DB{s.read, s.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if s.temporary != "" {
		errs = append(errs, os.RemoveAll(s.temporary))
	}
	return errors.Join(errs...)
}

// own makes this handle the owner, again where it is already.
func (s *sqlite) own(ctx context.Context) (func(), error) {
	s.owning.Lock()
	defer s.owning.Unlock()
	if s.owners == 0 {
		disown, err := s.lock(ctx)
		if err != nil {
			return nil, err
		}
		s.disown = disown
	}
	s.owners++
	return sync.OnceFunc(func() {
		s.owning.Lock()
		defer s.owning.Unlock()
		if s.owners--; s.owners == 0 {
			s.disown()
		}
	}), nil
}

// lock holds an exclusive lock on a file beside the database. The system lets go of it when the process ends, however
// that ends. SQLite does the locking, because it knows how on every system.
func (s *sqlite) lock(ctx context.Context) (unlock func(), err error) {
	if s.temporary != "" {
		return func() {}, nil
	}
	path := s.path + "-lock"
	if err := create(path); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=exclusive")
	if err != nil {
		return nil, err
	}
	tx, err := pool.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("SQLite file %s is in use by another server (%w); stop that one, or use Postgres, which several share", s.path, err), pool.Close())
	}
	return func() {
		_ = tx.Rollback() // nothing was written
		_ = pool.Close()
	}, nil
}

// alone runs do as the owner.
func (s *sqlite) alone(ctx context.Context, do func() error) error {
	release, err := s.own(ctx)
	if err != nil {
		return err
	}
	defer release()
	return do()
}

func (s *sqlite) begin(ctx context.Context, write bool) (transaction, error) {
	if !write {
		tx, err := s.read.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		return &sqliteTx{sqliteAsk: sqliteAsk{tx}, tx: tx, leave: func() {}}, nil
	}
	if err := s.turns.take(ctx); err != nil {
		return nil, err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		s.turns.give()
		return nil, err
	}
	return &sqliteTx{sqliteAsk: sqliteAsk{tx}, tx: tx, leave: sync.OnceFunc(s.turns.give)}, nil
}

func (s *sqlite) look(_ context.Context, do func(tx Tx) error) error { return do(sqliteAsk{s.read}) }

// sqliteAsk asks a transaction, or a pool of connections.
type sqliteAsk struct {
	of interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
}

type sqliteTx struct {
	sqliteAsk
	after
	tx    *sql.Tx
	leave func() // lets the next one write; more than once does no harm
}

func (a sqliteAsk) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := a.of.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (a sqliteAsk) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	rows, err := a.of.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return &sqliteRows{rows}, rows.Err()
}

func (a sqliteAsk) QueryRow(ctx context.Context, query string, args ...any) Row {
	return a.of.QueryRowContext(ctx, query, args...)
}

func (t *sqliteTx) commit(context.Context) error {
	defer t.leave()
	return t.tx.Commit()
}

func (t *sqliteTx) rollback() {
	defer t.leave()
	_ = t.tx.Rollback()
}

type sqliteRows struct{ *sql.Rows }

func (r *sqliteRows) Close() { _ = r.Rows.Close() }
