package database

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Whoever is urgent goes first, the others in their order; who gives up takes nobody's turn.
func TestTurns(t *testing.T) {
	var turns turns
	if err := turns.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	order := make(chan string, 4)
	waiting := func() int {
		turns.mu.Lock()
		defer turns.mu.Unlock()
		return len(turns.urgent) + len(turns.others)
	}
	enter := func(ctx context.Context, name string) {
		before := waiting()
		go func() {
			if err := turns.take(ctx); err != nil {
				order <- name + " gave up"
				return
			}
			order <- name
			turns.give()
		}()
		for waiting() == before {
			time.Sleep(time.Millisecond)
		}
	}
	enter(t.Context(), "first")
	short, cancel := context.WithCancel(t.Context())
	enter(short, "second")
	enter(t.Context(), "third")
	enter(Urgent(t.Context()), "urgent")
	cancel()
	if got := <-order; got != "second gave up" {
		t.Fatalf("got %s", got)
	}
	turns.give()
	for _, want := range []string{"urgent", "first", "third"} {
		if got := <-order; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	// Nobody is left inside.
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := turns.take(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := turns.take(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it gave up", err)
	}
}
