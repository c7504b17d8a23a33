package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	sqlite3 "modernc.org/sqlite"
)

// mostStatements bounds what one connection keeps. Sluice and River have about a hundred; migrations come and go.
const mostStatements = 250

// keeping opens connections that keep their statements prepared. SQLite parses and plans a statement each time it is
// prepared, which takes longer than most of ours take to run, and database/sql prepares for each call.
type keeping struct{ driver.Connector }

func openKeeping(dsn string) (*sql.DB, error) {
	c, err := sqlite3.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{c}), nil
}

// Connect opens a connection.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	able, ok := c.(ableConn)
	if !ok {
		return nil, fmt.Errorf("the driver's %T lacks a method", c)
	}
	return &conn{able, map[string]*statement{}}, nil
}

// ableConn is what the driver's connections can do.
type ableConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is a connection with its statements. database/sql uses one from one goroutine at a time.
type conn struct {
	ableConn
	kept map[string]*statement
}

type statement struct {
	driver.Stmt
	busy bool // its rows are being read
}

// statement is the one for a query, nil where that is busy: a statement has one set of rows at a time.
func (c *conn) statement(ctx context.Context, query string) (*statement, error) {
	s, ok := c.kept[query]
	switch {
	case ok && s.busy:
		return nil, nil //nolint:nilnil // the caller prepares it once more, for this call alone
	case ok:
		return s, nil
	}
	if len(c.kept) >= mostStatements {
		c.forget()
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s = &statement{Stmt: prepared}
	c.kept[query] = s
	return s, nil
}

// forget closes all that are not busy.
func (c *conn) forget() {
	for query, s := range c.kept {
		if !s.busy {
			_ = s.Close() // what was wrong with it was told when it ran
			delete(c.kept, query)
		}
	}
}

// ExecContext runs a statement.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.ableConn.ExecContext(ctx, query, args)
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// QueryContext runs a query.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.ableConn.QueryContext(ctx, query, args)
	}
	found, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &rows{found, s}, nil
}

// Close closes the connection and its statements.
func (c *conn) Close() error {
	for _, s := range c.kept {
		_ = s.Close() // closing the connection tells what is wrong
	}
	clear(c.kept)
	return c.ableConn.Close()
}

// rows are those of a statement that is busy until they are closed.
type rows struct {
	driver.Rows
	of *statement
}

// Close ends the reading.
func (r *rows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
