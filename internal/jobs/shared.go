package jobs

import (
	"context"
	"errors"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// shared is River's driver for Postgres, with news of this process beside those of the database.
type shared struct {
	*riverpgxv5.Driver
	take func(ctx context.Context, free int) ([]*rivertype.JobRow, error)
	news news
}

// GetExecutor is what River asks the database with.
func (s *shared) GetExecutor() riverdriver.Executor { return fair{s.Driver.GetExecutor(), s.take} }

// GetListener is called once for each start.
func (s *shared) GetListener(params *riverdriver.GetListenenerParams) riverdriver.Listener {
	return &both{s.Driver.GetListener(params), s.news}
}

// both listens to the database and to this process.
type both struct {
	riverdriver.Listener
	news news
}

// WaitForNotification waits for either. The wait for the database is broken off when the process has news, as River
// itself does when it wants to listen to something else.
func (b *both) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	waiting, cancel := context.WithCancel(ctx)
	heard, told := make(chan struct{}), make(chan bool, 1)
	go func() {
		select {
		case <-b.news:
			told <- true
			cancel()
		case <-heard:
			told <- false
		}
	}()
	n, err := b.Listener.WaitForNotification(waiting)
	close(heard)
	cancel()
	switch news := <-told; {
	case !news:
	case errors.Is(err, context.Canceled) && ctx.Err() == nil:
		return look, nil
	default:
		b.news.tell() // both at once: the next call says it
	}
	return n, err
}
