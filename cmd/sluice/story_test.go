package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// story is what the log says of a delivery, as grep finds it by its id: the messages, with how grave they are where they
// aren't told of in passing.
func (h *house) story(id string) (out []string) {
	h.Helper()
	for line := range strings.Lines(h.logged()) {
		if !strings.Contains(line, id) || strings.Contains(line, `"level":"debug"`) {
			continue
		}
		var said struct{ Level, Message string }
		must(h.T, json.Unmarshal([]byte(line), &said))
		if said.Level != "info" {
			said.Message = said.Level + ": " + said.Message
		}
		out = append(out, said.Message)
	}
	return out
}

// told are the ids of the deliveries that something made, after all of them are worked through.
func (h *house) told(act func()) (ids []string) {
	h.Helper()
	before := len(h.box.Deliveries())
	act()
	h.settle()
	for _, d := range h.box.Deliveries()[before:] {
		ids = append(ids, d.GUID)
	}
	return ids
}

// A delivery's id finds its whole story, on both engines: that it was taken, what came in between, and one line for how
// it ended.
func TestStoryOfADelivery(t *testing.T) {
	const accepted = "delivery accepted"
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginPull(t, url)
		moody := func(f sandbox.Fault) func() {
			return func() {
				h.box.Inject(f)
				must(t, h.box.Label(theRepo, theNumber, string(f.Kind)))
			}
		}
		for _, c := range []struct {
			why  string
			act  func()
			want []string
		}{
			{
				"what is published ends with that", func() {
					must(t, h.box.Edit(theRepo, theNumber, "", strings.ReplaceAll(inOrder, "## Why", "## Whence")))
				},
				[]string{accepted, "report published"},
			},
			{
				"what changes nothing ends with that", func() { must(t, h.box.Label(theRepo, theNumber, "limits")) },
				[]string{accepted, "report unchanged"},
			},
			{
				"a failure is told of with its delivery", moody(sandbox.Fault{Kind: sandbox.Status, Path: "/graphql", Status: 502, Times: 1}),
				[]string{accepted, "warn: job failed", "report unchanged"},
			},
			{
				"so is a limit", moody(sandbox.Fault{Kind: sandbox.Secondary, Path: "/graphql", Retry: time.Second, Times: 1}),
				[]string{accepted, "warn: job waits for a limit to end", "report unchanged"},
			},
			{
				"a list hands its delivery on", func() { must(t, h.box.EditIssue(theRepo, 7, "", "TODO")) },
				[]string{accepted, "report published"},
			},
			{
				"a pull request that is closed ends with that", func() { must(t, h.box.Abandon(theRepo, theNumber)) },
				[]string{accepted, "pull request not open"},
			},
			{
				"an issue that no open pull request names ends with that", func() { must(t, h.box.EditIssue(theRepo, 7, "", "TODO TODO")) },
				[]string{accepted, "nothing to look at"},
			},
		} {
			var got []string
			for _, id := range h.told(c.act) {
				if story := h.story(id); len(story) > 0 { // what is left alone has none
					got = append(got, story...)
				}
			}
			// The job may be done before the line is written that its delivery was taken.
			slices.Sort(got)
			slices.Sort(c.want)
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("%s (-got +want):\n%s", c.why, diff)
			}
			h.box.Heal()
		}
	})
}

// Deliveries that come before anybody looks are answered by one look, and each of them is found in its line. What a flood
// leaves behind is bounded.
func TestOneLookForManyDeliveries(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginPull(t, url)
		must(t, h.server.queue.Stop(t.Context()))
		target := gate.Target{Installation: h.box.Installation("acme"), Repo: theRepo, Number: theNumber}
		take := func(n int) string {
			id := fmt.Sprintf("delivery-%04d", n)
			must(t, inbox{h.server}.Accept(t.Context(), github.Delivery{
				ID: id, Event: "pull_request", Action: "labeled", Installation: target.Installation, Repo: theRepo, Work: gate.Work{Pulls: []gate.Target{target}},
			}))
			return id
		}
		const flood, few = 300, 3
		for n := range flood {
			take(n)
		}
		from, err := h.server.origin(t.Context(), pullOrigin(target))
		must(t, err)
		if len(from.value) > 8000 || len(from.also) < 10 {
			t.Errorf("got a note of %d bytes with %d older deliveries, want it bounded, and some of them", len(from.value), len(from.also))
		}
		must(t, h.server.queue.Start(t.Context()))
		h.settle()
		must(t, h.server.queue.Stop(t.Context()))
		var ids []string
		for n := range few {
			ids = append(ids, take(flood+n))
		}
		must(t, h.server.queue.Start(t.Context()))
		h.settle()
		for _, id := range ids {
			if diff := cmp.Diff(h.story(id), []string{"report unchanged"}); diff != "" {
				t.Errorf("%s (-got +want):\n%s", id, diff)
			}
		}
	})
}
