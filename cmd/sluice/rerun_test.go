package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// A check run's button, and that of all, has every pull request with that head looked at again. Each of their check runs
// is completed once more, for GitHub shows them as queued until then, and none is made a second time.
func TestRerun(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginPull(t, url)
		must(t, h.box.AddBranch(theRepo, "stable", "main"))
		second, err := h.box.Open(sandbox.Pull{Repo: theRepo, Title: "Again", Body: inOrder, Author: "Copilot", Head: "copilot/fix-7", Base: "stable"})
		must(t, err)
		must(t, h.box.AddRepo(sandbox.Repo{Name: "eve/api", Fork: theRepo}))
		fork, err := h.box.Open(sandbox.Pull{
			Repo: theRepo, Title: "Say so", Body: "A word.", Author: "eve", HeadRepo: "eve/api", Head: "docs",
			Commits: []sandbox.Change{{Message: "Say so", Author: h.box.Identity("eve"), Write: map[string]sandbox.File{"README.md": {Text: "# API\n\nTwenty.\n"}}}},
		})
		must(t, err)
		h.settle()
		head := h.box.Head(theRepo, theNumber)
		if h.box.Head(theRepo, second) != head {
			t.Fatal("the two have different heads")
		}
		for _, c := range []struct {
			why   string
			head  string
			press func(runs []sandbox.CheckRun)
		}{
			{"one of two pull requests", head, func(runs []sandbox.CheckRun) { must(t, h.box.Rerequest(runs[0].ID, "mira")) }},
			{"all of two pull requests", head, func([]sandbox.CheckRun) { must(t, h.box.RerequestSuite(theRepo, head, "mira")) }},
			{"a fork's: GitHub names no pull request", h.box.Head(theRepo, fork), func(runs []sandbox.CheckRun) { must(t, h.box.Rerequest(runs[0].ID, "mira")) }},
			{"all of a fork's", h.box.Head(theRepo, fork), func([]sandbox.CheckRun) { must(t, h.box.RerequestSuite(theRepo, h.box.Head(theRepo, fork), "mira")) }},
		} {
			runs, before := h.box.CheckRuns(theRepo, c.head), h.completions(c.head)
			c.press(runs)
			h.settle()
			if n := len(h.box.CheckRuns(theRepo, c.head)); len(runs) == 0 || n != len(runs) {
				t.Fatalf("%s: got %d check runs, want %d as before", c.why, n, len(runs))
			}
			after := h.completions(c.head)
			for i, run := range h.box.CheckRuns(theRepo, c.head) {
				// The checks' own are of whichever of two pull requests wrote last.
				if same := run.Conclusion == runs[i].Conclusion || run.Name != theGate; after[run.ID] <= before[run.ID] || !same {
					t.Errorf("%s: %s was completed %d times, want more than %d, and as before", c.why, run.Name, after[run.ID], before[run.ID])
				}
			}
		}
		before := h.completions(h.box.Head(theRepo, fork))
		must(t, h.box.Label(theRepo, fork, "limits"))
		_, err = h.box.Comment(theRepo, fork, "mira", "/sluice recheck")
		must(t, err)
		h.settle()
		if diff := cmp.Diff(h.completions(h.box.Head(theRepo, fork)), before); diff != "" {
			t.Errorf("nobody pressed a button: got, want %s", diff)
		}
	})
}

// completions counts how often each check run on a commit was completed.
func (h *house) completions(head string) map[int64]int {
	h.Helper()
	times := map[int64]int{}
	for _, d := range h.box.Deliveries() {
		var p struct {
			Run struct {
				ID   int64
				Head string `json:"head_sha"`
			} `json:"check_run"`
		}
		if d.Event == "check_run" && d.Action == "completed" {
			must(h.T, json.Unmarshal(d.Payload, &p))
			if p.Run.Head == head {
				times[p.Run.ID]++
			}
		}
	}
	return times
}

// A branch that is named like a merge group's carries no other pull request's verdict to its own head.
func TestRerunOfNoGroup(t *testing.T) {
	t.Parallel()
	h := beginPull(t, databasetest.SQLite(t))
	posing, err := h.box.Open(sandbox.Pull{
		Repo: theRepo, Title: "Raise it more", Body: "x", Author: "Copilot", Head: "gh-readonly-queue/main/pr-12-" + strings.Repeat("a", 40),
		Commits: []sandbox.Change{{Message: "More", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{"src/more.go": {Text: "package src\n\nvar more = 1\n"}}}},
	})
	must(t, err)
	h.settle()
	head := h.box.Head(theRepo, posing)
	run := h.box.CheckRun(theRepo, head, theGate)
	if run.Conclusion != "failure" {
		t.Fatalf("got %q, want failure to begin with", run.Conclusion)
	}
	before := h.completions(head)[run.ID]
	for range 2 {
		must(t, h.box.Rerequest(run.ID, "mira"))
		must(t, h.box.RerequestSuite(theRepo, head, "mira"))
		h.settle()
	}
	if got := h.box.CheckRun(theRepo, head, theGate); got.Conclusion != "failure" || h.completions(head)[run.ID] <= before {
		t.Errorf("got %q, want failure, once more", got.Conclusion)
	}
	if r, err := h.server.store.Latest(t.Context(), theRepo, posing); err != nil || r.Decision != gate.Closed {
		t.Errorf("got %+v, %v; want it closed", r, err)
	}
}
