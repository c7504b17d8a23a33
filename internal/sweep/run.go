package sweep

import (
	"context"
	"time"

	"github.com/rs/zerolog"
)

// Task is something that is done at the start and then again and again.
type Task struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

// soon is how long after it went wrong a task is tried again, twice as long each time after that, but not longer than
// its time. What happened while Sluice was away shall not wait for the next time because GitHub had a bad moment.
const soon = 2 * time.Second

// Run does each task at once and then at its times, until ctx ends, and returns when none is under way. What goes wrong
// is logged, and done again sooner than that.
func Run(ctx context.Context, log zerolog.Logger, tasks ...Task) {
	done := make(chan struct{})
	for _, t := range tasks {
		go func() {
			defer func() { done <- struct{}{} }()
			t.run(ctx, log)
		}()
	}
	for range tasks {
		<-done
	}
}

func (t *Task) run(ctx context.Context, log zerolog.Logger) {
	again := soon
	for {
		wait := t.Every
		switch err := t.Do(ctx); {
		case err == nil:
			again = soon
		case ctx.Err() == nil:
			wait = min(again, t.Every)
			again = 2 * wait
			log.Warn().Err(err).Str("task", t.Name).Dur("again", wait).Msg("not done; it will be tried again")
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}
