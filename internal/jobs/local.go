package jobs

import (
	"context"
	"database/sql"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// local is River's driver for SQLite with notifications that stay in the process: a SQLite file has one owner, so who
// asks for work and who does it are the same. River's own are a table that is written for each job and asked twenty times
// a second.
type local struct {
	*riversqlite.Driver
	news chan struct{}
}

func newLocal(db *sql.DB) *local {
	return &local{riversqlite.New(db), make(chan struct{}, 1)}
}

// kick tells that there are jobs. Where it was told and not heard yet, once is enough.
func (l *local) kick() {
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// SupportsListenNotify keeps River from writing notifications.
func (l *local) SupportsListenNotify() bool { return false }

// GetListener is called once for each start.
func (l *local) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return &listener{news: l.news}
}

// listener is what River listens with.
type listener struct{ news <-chan struct{} }

// WaitForNotification waits for a kick and says it in River's words, "there are jobs in the queue". Should River change
// them, jobs are found by polling.
func (l *listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.news:
		return &riverdriver.Notification{Topic: "river_insert", Payload: `{"queue": "default"}`}, nil
	}
}

func (l *listener) Connect(context.Context) error          { return nil }
func (l *listener) Close(context.Context) error            { return nil }
func (l *listener) Ping(context.Context) error             { return nil }
func (l *listener) Listen(context.Context, string) error   { return nil }
func (l *listener) Unlisten(context.Context, string) error { return nil }
func (l *listener) Schema() string                         { return "" }
func (l *listener) SetAfterConnectExec(string)             {}
