package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// GitHub's API shows the old head for a while after it told of a push. The new one is looked at all the same, and a
// server that was told of a head that never comes, as when deliveries overtake each other, comes to rest.
func TestLag(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginPull(t, url, func(s *server) { s.patience = 1500 * time.Millisecond })
		h.box.SetLag(200 * time.Millisecond)
		more := func(text string) string {
			head, err := h.box.Push(theRepo, theNumber, sandbox.Change{
				Message: "More", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{"src/more_test.go": {Text: text}},
			})
			must(t, err)
			return head
		}
		head := more("package src\n")
		h.settle()
		if got := h.box.CheckRun(theRepo, head, theGate); got.Conclusion != "success" {
			t.Errorf("the check run on the new head: got %q, want success", got.Conclusion)
		}

		h.box.SetLag(0)
		h.box.Hold()
		more("package src\n\n// more\n")
		head = more("package src\n\n// still more\n")
		h.box.Release(func(waiting []*sandbox.Delivery) []*sandbox.Delivery {
			for i, j := 0, len(waiting)-1; i < j; i, j = i+1, j-1 {
				waiting[i], waiting[j] = waiting[j], waiting[i]
			}
			return waiting
		})
		h.settle()
		if got := h.box.CheckRun(theRepo, head, theGate); got.Conclusion != "success" {
			t.Errorf("the check run on the last head: got %q, want success", got.Conclusion)
		}
	})
}

// The API may not show a pull request yet when its delivery comes.
func TestNotShownYet(t *testing.T) {
	t.Parallel()
	h := begin(t, databasetest.SQLite(t), func(s *server) { s.patience = 8 * time.Second })
	h.populate()
	body := fmt.Sprintf(`{"action":"opened","installation":{"id":%d},"repository":{"full_name":%q},"pull_request":{"number":%d,"state":"open","head":{"sha":%q}}}`,
		h.box.Installation("acme"), theRepo, theNumber, strings.Repeat("a", 40))
	if status := h.post("pull_request", "1", []byte(body), nil); status != http.StatusAccepted {
		t.Fatalf("got %d, want 202", status)
	}
	for end := time.Now().Add(time.Minute); !strings.Contains(h.logged(), "not shown yet"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody missed the pull request")
		}
	}
	h.open()
	must(t, h.server.queue.Idle(t.Context()))
	if got := h.conclusion(theGate); got != "success" {
		t.Errorf("got %q, want success", got)
	}
}
