package database

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	connections    = 20 // of one process, unless the URL says pool_max_conns
	connectTimeout = 5 * time.Second
)

type postgres struct{ pool *pgxpool.Pool }

func openPostgres(ctx context.Context, address string) (*postgres, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("Postgres URL: %w", err) // pgx leaves the password out
	}
	if u, err := url.Parse(address); err == nil && !u.Query().Has("pool_max_conns") {
		config.MaxConns = connections
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("Postgres: %w", err)
	}
	p := &postgres{pool}
	if err := p.ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("Postgres at %s:%d: %w; look at SLUICE_DATABASE_URL and whether the server runs",
			config.ConnConfig.Host, config.ConnConfig.Port, err)
	}
	return p, nil
}

func (p *postgres) name() Engine { return Postgres }

// ping asks whether the server takes writes: one that stands by answers everything else.
func (p *postgres) ping(ctx context.Context) error {
	var standby bool
	if err := p.pool.QueryRow(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil {
		return err
	}
	if standby {
		return errors.New("the server is a standby, which takes no writes: name the primary")
	}
	return nil
}

func (p *postgres) close() error {
	p.pool.Close()
	return nil
}

func (p *postgres) own(context.Context) (func(), error) { return func() {}, nil }

// migrationLock is the key of the advisory lock that one process holds while it migrates: "sluice" in ASCII.
const migrationLock = 0x736c75696365

// alone runs do while no other process does the same on this database.
func (p *postgres) alone(ctx context.Context, do func() error) error {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return err
	}
	defer func() {
		// A connection that doesn't let go of its lock must not go back into the pool.
		if _, err := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock); err != nil {
			_ = conn.Conn().Close(context.WithoutCancel(ctx))
		}
	}()
	return do()
}

func (p *postgres) begin(ctx context.Context, write bool) (transaction, error) {
	mode := pgx.ReadOnly
	if write {
		mode = pgx.ReadWrite
	}
	var err error
	for range connections + 1 {
		var tx pgx.Tx
		if tx, err = p.pool.BeginTx(ctx, pgx.TxOptions{AccessMode: mode}); err == nil {
			return &pgTx{pgAsk: pgAsk{tx}, tx: tx}, nil
		}
		if !stale(err) {
			break
		}
	}
	return nil, err
}

// stale reports whether a connection of the pool had been ended by the server. Nothing was begun on it: the next one may
// be good.
func stale(err error) bool {
	var pg *pgconn.PgError
	return pgconn.SafeToRetry(err) || errors.As(err, &pg) && pg.Code == "57P01"
}

func (p *postgres) look(_ context.Context, do func(tx Tx) error) (err error) {
	for range connections + 1 {
		if err = do(pgAsk{p.pool}); !stale(err) {
			break
		}
	}
	return err
}

// pgAsk asks a transaction, or a pool of connections.
type pgAsk struct {
	of interface {
		Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
		Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
		QueryRow(ctx context.Context, query string, args ...any) pgx.Row
	}
}

type pgTx struct {
	pgAsk
	after
	tx pgx.Tx
}

func (a pgAsk) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := a.of.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (a pgAsk) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	return a.of.Query(ctx, query, args...) //nolint:sqlclosecheck // the caller closes them, by the contract of Tx
}

// QueryRow's row answers pgx.ErrNoRows, which is sql.ErrNoRows too.
func (a pgAsk) QueryRow(ctx context.Context, query string, args ...any) Row {
	return a.of.QueryRow(ctx, query, args...)
}

func (t *pgTx) commit(ctx context.Context) error { return t.tx.Commit(ctx) }

// rollback must not hang on a server that is gone.
func (t *pgTx) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	_ = t.tx.Rollback(ctx)
}
