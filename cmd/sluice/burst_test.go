package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/rig"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// A thousand deliveries at once over 64 connections, as after an outage of GitHub's: each is taken and stored, none is
// refused, and what they tell of is decided once.
func TestABurstIsTaken(t *testing.T) {
	const pulls, each, connections = 20, 50, 64
	databasetest.Each(t, func(t *testing.T, url string) {
		h := begin(t, url, func(s *server) { s.patience = 0 })
		must(t, rig.Populate(h.box, theRepo, "acme"))
		h.box.Hold()
		for i := range pulls {
			_, err := rig.Open(h.box, theRepo, i, true, rig.Good)
			must(t, err)
		}
		var opened []*sandbox.Delivery
		h.box.Release(func(queue []*sandbox.Delivery) []*sandbox.Delivery {
			for _, d := range queue {
				if d.Event == "pull_request" && d.Action == "opened" {
					opened = append(opened, d)
				}
			}
			return nil
		})
		if len(opened) != pulls {
			t.Fatalf("got %d deliveries of pull requests that were opened, want %d", len(opened), pulls)
		}
		h.box.SetHookURL(h.url + githubapp.DefaultWebhookRoute)
		var next, taken atomic.Int64
		var all sync.WaitGroup
		for range connections {
			all.Go(func() {
				for i := next.Add(1) - 1; i < pulls*each; i = next.Add(1) - 1 {
					d := opened[i%pulls]
					if status := h.post(d.Event, fmt.Sprintf("00000000-0000-4000-8000-%012d", i), d.Payload, nil); status == http.StatusAccepted {
						taken.Add(1)
					} else {
						t.Errorf("delivery %d: got %d, want 202", i, status)
					}
				}
			})
		}
		all.Wait()
		if stored := h.count("deliveries"); taken.Load() != pulls*each || stored != pulls*each {
			t.Errorf("got %d taken and %d stored, want %d", taken.Load(), stored, pulls*each)
		}
		h.settle()
		if n := h.count("reports"); n != pulls {
			t.Errorf("got %d reports, want one for each of %d pull requests", n, pulls)
		}
		for _, d := range opened {
			var p struct{ Number int }
			must(t, json.Unmarshal(d.Payload, &p))
			if got := h.box.CheckRun(theRepo, h.box.Head(theRepo, p.Number), theGate).Conclusion; got != "success" {
				t.Errorf("#%d: got %q, want success", p.Number, got)
			}
			if n := len(h.box.Comments(theRepo, p.Number)); n != 1 {
				t.Errorf("#%d: got %d comments, want the digest alone", p.Number, n)
			}
		}
	})
}
