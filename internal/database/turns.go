package database

import (
	"context"
	"slices"
	"sync"
)

// Urgent marks what a transaction is begun with: where transactions that write stand in a queue, as on SQLite, it goes
// before those that aren't marked. It is for what somebody outside waits for: GitHub hangs up on a delivery after ten
// seconds.
func Urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgency{}, true) }

type urgency struct{}

// turns let one in at a time: first those who are urgent, each kind in the order in which it came. database/sql would
// take any of those who wait, so that under load some wait for very long.
type turns struct {
	mu     sync.Mutex
	taken  bool
	urgent []chan struct{}
	others []chan struct{}
}

// take waits for a turn. Every turn is given back.
func (t *turns) take(ctx context.Context) error {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	queue := &t.others
	if ctx.Value(urgency{}) != nil {
		queue = &t.urgent
	}
	*queue = append(*queue, mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	i := slices.Index(*queue, mine)
	if i >= 0 {
		*queue = slices.Delete(*queue, i, i+1)
	}
	t.mu.Unlock()
	if i < 0 {
		t.give() // it came at the same moment
	}
	return ctx.Err()
}

// give lets the next one in.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, queue := range []*[]chan struct{}{&t.urgent, &t.others} {
		if len(*queue) > 0 {
			close((*queue)[0])
			*queue = slices.Delete(*queue, 0, 1)
			return
		}
	}
	t.taken = false
}
