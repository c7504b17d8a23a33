package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// lines are those of the log with a message.
func (h *house) lines(message string) (out []map[string]any) {
	h.Helper()
	for line := range strings.Lines(h.logged()) {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) == nil && fields["message"] == message {
			out = append(out, fields)
		}
	}
	return out
}

// A delivery's id goes from the line that takes it to the line that answers it, on both engines; what nobody's delivery
// asked for has none.
func TestDeliveryIsNamedToTheEnd(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginPull(t, url, func(s *server) { s.patience = 0 }) // the sweep finds a head that nobody told of
		h.edit("## Whence")
		h.edit("## Why")
		must(t, h.box.EditIssue(theRepo, 7, "", "TODO")) // its job only finds out which pull requests it is about
		h.settle()
		accepted := map[string]string{}
		for _, line := range h.lines("delivery accepted") {
			accepted[line["delivery"].(string)] = line["event"].(string)
		}
		events := map[string]int{}
		for _, line := range h.lines("report published") {
			id, _ := line["delivery"].(string)
			if accepted[id] == "" {
				t.Errorf("got %v, which names no delivery that was accepted", line)
			}
			if line["since"].(float64) <= 0 || line["writes"].(float64) <= 0 {
				t.Errorf("got %v, want how long it took and the writes", line)
			}
			events[accepted[id]]++
		}
		if events["pull_request"] != 3 || events["issues"] != 1 {
			t.Errorf("got reports by event %v, want 3 by pull_request and 1 by issues", events)
		}
		if n := h.count("published WHERE key LIKE 'told of %'"); n != 0 {
			t.Errorf("got %d notes, want none: all is answered", n)
		}
		h.sweepChanges()
		lines := h.lines("report published")
		if len(lines) == 0 {
			t.Fatal("no report was published")
		}
		if last := lines[len(lines)-1]; last["delivery"] != nil || last["since"] != nil || len(lines) != 5 {
			t.Errorf("got %v in %d lines, want a fifth without a delivery: the sweep asked", last, len(lines))
		}
	})
}

// edit writes another description.
func (h *house) edit(heading string) {
	h.Helper()
	must(h.T, h.box.Edit(theRepo, theNumber, "", strings.ReplaceAll(inOrder, "## Why", heading)))
	h.settle()
}

// sweepChanges changes what nobody tells of and sweeps.
func (h *house) sweepChanges() {
	h.Helper()
	h.box.SetHookURL(h.url + "/nowhere")
	_, err := h.box.Push(theRepo, theNumber, change(h))
	must(h.T, err)
	must(h.T, h.box.Settle(h.Context()))
	must(h.T, h.server.chores()[0].Do(h.Context()))
	must(h.T, h.server.queue.Idle(h.Context()))
}

func change(h *house) sandbox.Change {
	return sandbox.Change{
		Message: "More", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{"src/more_test.go": {Text: "package src\n"}},
	}
}
