package jobs

import (
	"context"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// local is River's driver for SQLite with notifications that stay in the process: a SQLite file has one owner, so who
// asks for work and who does it are the same. River's own are a table that is written for each job and asked twenty times
// a second.
type local struct {
	*riversqlite.Driver
	take func(ctx context.Context, free int) ([]*rivertype.JobRow, error)
	news news
}

// GetExecutor is what River asks the database with.
func (l *local) GetExecutor() riverdriver.Executor { return fair{l.Driver.GetExecutor(), l.take} }

// SupportsListenNotify keeps River from writing notifications.
func (l *local) SupportsListenNotify() bool { return false }

// GetListener is called once for each start.
func (l *local) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return &listener{news: l.news}
}

// listener is what River listens with.
type listener struct{ news news }

// WaitForNotification waits for news.
func (l *listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.news:
		return look, nil
	}
}

func (l *listener) Connect(context.Context) error          { return nil }
func (l *listener) Close(context.Context) error            { return nil }
func (l *listener) Ping(context.Context) error             { return nil }
func (l *listener) Listen(context.Context, string) error   { return nil }
func (l *listener) Unlisten(context.Context, string) error { return nil }
func (l *listener) Schema() string                         { return "" }
func (l *listener) SetAfterConnectExec(string)             {}

// news tells this process that a look at the jobs is worth it.
type news chan struct{}

func newNews() news { return make(news, 1) }

// tell tells it. Where it was told and not heard yet, once is enough.
func (n news) tell() {
	select {
	case n <- struct{}{}:
	default:
	}
}

// look is news in River's words, "there are jobs in the queue". Should River change them, jobs are found by polling.
var look = &riverdriver.Notification{Topic: "river_insert", Payload: `{"queue": "default"}`}
