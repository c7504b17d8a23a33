package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// TestWaivers is the way of an exception, from the comment to the check run, the digest and the ledger, and each way in
// which it ends.
func TestWaivers(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := begin(t, url)
		h.populate()
		_, err := h.box.Commit(theRepo, "main", sandbox.Change{Message: "Policy", Author: h.box.Identity("mira"), Write: map[string]sandbox.File{
			policy.Path: {Text: "version: 1\nmode: enforce\nchecks: {scope: {level: require, deny: [src/rate.go]}, spec: {level: off}, tests: {level: off}, summary: {level: off}}\n"},
		}})
		must(t, err)
		for login, role := range map[string]string{"mira": "write", "ben": "write"} {
			must(t, h.box.SetRole(theRepo, login, role))
		}
		h.open()
		h.box.SetHookURL(h.url + "/api/github/hook")
		h.settle()
		var waiver, second int64
		steps := []struct {
			why      string
			do       func()
			want     string // the gate's conclusion
			digest   string // in the digest
			answers  int    // of ours to commands, in all
			reaction string // "comment: +1" at the last command
		}{
			{why: "the check fails", do: func() {}, want: "failure"},
			{why: "who is behind it may not", do: func() { waiver = h.asks("mira", "/sluice waive scope because of me") }, want: "failure", answers: 1, reaction: "-1"},
			{why: "without a reason", do: func() { waiver = h.asks("ben", "/sluice waive scope") }, want: "failure", answers: 2, reaction: "-1"},
			{why: "in a quote", do: func() { h.asks("ben", "> /sluice waive scope because x") }, want: "failure", answers: 2},
			{
				why: "a maintainer waives it", do: func() { waiver = h.asks("ben", "/sluice waive scope because the <b>mock</b> is gone") }, want: "success", answers: 2, reaction: "+1",
				digest: "for this commit, because the &lt;b&gt;mock&lt;/b&gt; is gone",
			},
			{why: "for that commit alone", do: func() { h.pushCode("2") }, want: "failure", answers: 2, digest: "it was for an earlier commit"},
			{why: "until a day", do: func() { second = h.asks("ben", "/sluice waive scope until 2999-01-01 because x") }, want: "failure", answers: 3},
			{why: "until one that is not too far", do: func() { second = h.asks("ben", "/sluice waive scope because x until "+h.inDays(9)) }, want: "success", answers: 3, digest: "until " + h.inDays(9)},
			{why: "it outlasts a commit that changes nothing of it", do: func() { h.pushCode("3") }, want: "success", answers: 3},
			{why: "its comment is deleted", do: func() { must(t, h.box.DeleteComment(second, "ben")) }, want: "failure", answers: 3},
			{why: "once more", do: func() { second = h.asks("ben", "/sluice waive scope because x") }, want: "success", answers: 3},
			{why: "edited by somebody else", do: func() { must(t, h.box.EditComment(second, "mira", "/sluice waive scope because y")) }, want: "failure", answers: 3},
			{why: "and again", do: func() { h.asks("ben", "/sluice waive scope because x") }, want: "success", answers: 3},
			{why: "taken back", do: func() { waiver = h.asks("ben", "/sluice unwaive scope") }, want: "failure", answers: 3, reaction: "+1"},
			{why: "help", do: func() { waiver = h.asks("ben", "/sluice help") }, want: "failure", answers: 4, reaction: "+1"},
			{why: "a command that is none", do: func() { waiver = h.asks("ben", "/sluice merge") }, want: "failure", answers: 5, reaction: "-1"},
			{why: "recheck", do: func() { waiver = h.asks("ben", "/sluice recheck") }, want: "failure", answers: 5, reaction: "+1"},
		}
		for _, s := range steps {
			s.do()
			h.settle()
			if got := h.conclusion(theGate); got != s.want {
				h.Errorf("%s: got %q, want %q", s.why, got, s.want)
			}
			digests := h.digests()
			if len(digests) != 1 || !strings.Contains(digests[0].Body, s.digest) {
				h.Errorf("%s: got %d digests, want one with %q; %v", s.why, len(digests), s.digest, digests)
			}
			if got := h.answers(); len(got) != s.answers {
				h.Errorf("%s: got %d answers, want %d; %q", s.why, len(got), s.answers, got)
			}
			if got := h.box.Reactions(waiver); s.reaction != "" && !slices.Equal(got, []string{s.reaction}) {
				h.Errorf("%s: got reactions %q, want %q", s.why, got, s.reaction)
			}
			if t.Failed() {
				t.Fatal(s.why)
			}
		}
		if log := h.logged(); strings.Contains(log, "mock") {
			t.Error("the log has a maintainer's words")
		}
		h.waiversInLedger()
	})
}

// waiversInLedger: five exceptions, four ends of them, and two refusals, each by name.
func (h *house) waiversInLedger() {
	h.Helper()
	entries, err := h.server.store.Ledger(h.Context(), 0, 1000)
	must(h.T, err)
	count := map[string]int{}
	for _, e := range entries {
		if e.Kind != "waiver" {
			continue
		}
		word := "accepted"
		if strings.Contains(e.Body, `"outcome":"refused"`) {
			word = "refused"
			if strings.Contains(e.Body, `"reason"`) {
				h.Errorf("a refused waiver's words are in the ledger: %s", e.Body)
			}
		}
		if strings.Contains(e.Body, `"ends":true`) {
			word += " end"
		}
		count[e.Actor+" "+word]++
	}
	for what, want := range map[string]int{"mira refused": 1, "ben refused": 2, "ben accepted": 4, "ben accepted end": 3} {
		if count[what] != want {
			h.Errorf("%s: got %d, want %d; %v", what, count[what], want, count)
		}
	}
}

// asks writes a comment and returns its id.
func (h *house) asks(login, text string) int64 {
	h.Helper()
	id, err := h.box.Comment(theRepo, theNumber, login, text)
	must(h.T, err)
	return id
}

// answers are our comments on commands.
func (h *house) answers() (out []string) {
	for _, c := range h.box.Comments(theRepo, theNumber) {
		if c.App && strings.Contains(c.Body, "<!-- sluice answer to ") {
			out = append(out, c.Body)
		}
	}
	return out
}

// pushCode pushes a commit that leaves the pull request without a test.
func (h *house) pushCode(text string) {
	h.Helper()
	_, err := h.box.Push(theRepo, theNumber, sandbox.Change{
		Message: "More", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{"src/rate.go": {Text: "package src\n\nvar limit = " + text + "\n"}},
	})
	must(h.T, err)
}

func (h *house) inDays(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
