package main

import (
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// Two pull requests with one head commit and one check run get the stricter verdict, whichever is looked at last; when the
// stricter one is closed, the other gets its own back.
func TestSharedHead(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := begin(t, url)
		h.populate()
		_, err := h.box.Commit(theRepo, "main", sandbox.Change{Message: "Policy", Author: h.box.Identity("mira"), Write: map[string]sandbox.File{
			policy.Path: {Text: "version: 1\nmode: enforce\ncheck_run: {name: sluice}\n"},
		}})
		must(t, err)
		must(t, h.box.AddBranch(theRepo, "next", "main"))
		h.open()
		h.box.SetHookURL(h.url + "/api/github/hook")
		h.settle()
		if got := h.conclusion("sluice"); got != "success" {
			t.Fatalf("alone: got %q, want success", got)
		}
		// The same commits to another branch, with a description that says nothing.
		second, err := h.box.Open(sandbox.Pull{Repo: theRepo, Title: "Again", Body: "x", Author: "Copilot", Head: "copilot/fix-7", Base: "next"})
		must(t, err)
		h.settle()
		if h.box.Head(theRepo, second) != h.box.Head(theRepo, theNumber) {
			t.Fatal("the two have different heads")
		}
		if got := h.conclusion("sluice"); got != "failure" {
			t.Errorf("beside a closed one: got %q, want failure", got)
		}
		must(t, h.box.Edit(theRepo, theNumber, "Raise the limit to twenty", ""))
		h.settle()
		if got := h.conclusion("sluice"); got != "failure" {
			t.Errorf("looked at last: got %q, want failure", got)
		}
		says := func(number int, headline string) {
			t.Helper()
			for _, c := range h.box.Comments(theRepo, number) {
				if c.App && !strings.Contains(c.Body, headline) {
					t.Errorf("digest of #%d: got %q, want %q", number, c.Body, headline)
				}
			}
		}
		says(theNumber, "### ❌ Not ready for review")
		// Nobody touches the first one from here on.
		must(t, h.box.Edit(theRepo, second, "", inOrder))
		h.settle()
		if got := h.conclusion("sluice"); got != "success" {
			t.Errorf("the other is mended: got %q, want success", got)
		}
		says(theNumber, "### ✅ Ready for review")
		must(t, h.box.Edit(theRepo, second, "", "x"))
		h.settle()
		if got := h.conclusion("sluice"); got != "failure" {
			t.Errorf("the other is closed again: got %q, want failure", got)
		}
		says(theNumber, "### ❌ Not ready for review")
		must(t, h.box.Abandon(theRepo, second))
		h.settle()
		if got := h.conclusion("sluice"); got != "success" {
			t.Errorf("the other is abandoned: got %q, want success", got)
		}
		says(theNumber, "### ✅ Ready for review")
	})
}
