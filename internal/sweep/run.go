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

// Run does each task at once and then at its times, until ctx ends, and returns when none is under way. What goes wrong
// is logged, and done again the next time.
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
	tick := time.NewTicker(t.Every)
	defer tick.Stop()
	for {
		if err := t.Do(ctx); err != nil && ctx.Err() == nil {
			log.Warn().Err(err).Str("task", t.Name).Msg("not done; it will be tried again")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
