package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// more pushes to the pull request and returns its new head.
func (h *house) more(text string) string {
	h.Helper()
	head, err := h.box.Push(theRepo, theNumber, sandbox.Change{
		Message: "More", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{"src/more_test.go": {Text: text}},
	})
	must(h.T, err)
	return head
}

// once fails where a head has two check runs of a name, or the pull request two digests, or the gate is not as it should be.
func (h *house) once(repo, head, want string) {
	h.Helper()
	names := map[string]bool{}
	for _, run := range h.box.CheckRuns(repo, head) {
		if names[run.Name] {
			h.Errorf("%s is there twice", run.Name)
		}
		names[run.Name] = true
	}
	if got := h.box.CheckRun(repo, head, theGate); got.Conclusion != want {
		h.Errorf("the gate: got %q, want %q: %s", got.Conclusion, want, got.Summary)
	}
	digests := 0
	for _, c := range h.box.Comments(repo, theNumber) {
		if c.App {
			digests++
		}
	}
	if digests > 1 {
		h.Errorf("got %d digests", digests)
	}
}

// Each failure of GitHub's, at a token, at a read and at a write, is over when it is over: the verdict comes, once.
func TestMoods(t *testing.T) {
	t.Parallel()
	for _, mood := range []sandbox.Fault{
		{Kind: sandbox.Status, Status: 500},
		{Kind: sandbox.Status, Status: 502},
		{Kind: sandbox.Unsaid, Status: 504},
		{Kind: sandbox.Reset},
		{Kind: sandbox.LostReply},
		{Kind: sandbox.Cut},
		{Kind: sandbox.Primary, Retry: time.Second},
		{Kind: sandbox.Secondary, Retry: time.Second},
		{Kind: sandbox.TooMany, Retry: time.Second},
	} {
		t.Run(fmt.Sprint(mood.Kind, " ", mood.Status), func(t *testing.T) {
			t.Parallel()
			h := beginPull(t, databasetest.SQLite(t))
			h.box.RevokeTokens("acme")
			for _, at := range []sandbox.Fault{{Path: "/access_tokens"}, {Path: "/files"}, {Body: "mutation"}} {
				f := mood
				f.Path, f.Body, f.Times = at.Path, at.Body, 1
				h.box.Inject(f)
			}
			head := h.more("package src\n")
			h.settle()
			if struck := h.box.Faults()[mood.Kind]; struck < 3 {
				t.Errorf("it struck %d times, want three", struck)
			}
			h.once(theRepo, head, "success")
		})
	}
}

// What an owner takes away and gives back: nothing is written meanwhile that should not be, and what was left undone is done
// when it can be.
func TestOwnersMoods(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		why         string
		away, again func(*sandbox.Sandbox) error
		meanwhile   string // the gate
		says        string // the log, or the gate
	}{
		{
			"suspended",
			func(s *sandbox.Sandbox) error { return s.Suspend("acme") }, func(s *sandbox.Sandbox) error { return s.Unsuspend("acme") },
			"", "suspended",
		},
		{
			"no checks",
			func(s *sandbox.Sandbox) error { return s.Grant("acme", "checks", "read") }, func(s *sandbox.Sandbox) error { return s.Grant("acme", "checks", "write") },
			"", "not accessible by integration",
		},
		{
			"no contents",
			func(s *sandbox.Sandbox) error { return s.Grant("acme", "contents", "") }, func(s *sandbox.Sandbox) error { return s.Grant("acme", "contents", "read") },
			"action_required", "An owner must accept its permissions",
		},
		{
			"no issues",
			func(s *sandbox.Sandbox) error { return s.Grant("acme", "issues", "") }, func(s *sandbox.Sandbox) error { return s.Grant("acme", "issues", "read") },
			"action_required", "",
		},
		{
			"taken out",
			func(s *sandbox.Sandbox) error { return s.Exclude(theRepo) }, func(s *sandbox.Sandbox) error { return s.Include(theRepo) },
			"", "job given up",
		},
	} {
		t.Run(tc.why, func(t *testing.T) {
			t.Parallel()
			h := beginPull(t, databasetest.SQLite(t), func(s *server) { s.patience = 0 })
			h.box.Hold()
			head := h.more("package src\n") // told of before, and worked on after
			must(t, tc.away(h.box))
			h.box.Release(nil)
			h.settle()
			h.once(theRepo, head, tc.meanwhile)
			run := h.box.CheckRun(theRepo, head, theGate)
			if !strings.Contains(h.logged()+run.Title+run.Summary, tc.says) {
				t.Errorf("nobody says %q", tc.says)
			}
			must(t, tc.again(h.box))
			h.settle()
			h.once(theRepo, head, "success")
		})
	}
}

// A repository that is renamed under way keeps its verdicts, and gets none twice, under whatever name it is spoken of.
func TestRenamedUnderWay(t *testing.T) {
	t.Parallel()
	h := beginPull(t, databasetest.SQLite(t))
	h.box.Hold()
	head := h.more("package src\n")
	must(t, h.box.Rename(theRepo, "service"))
	h.box.Release(nil)
	h.settle()
	h.once("acme/service", head, "success")
	_, err := h.box.Comment("acme/service", theNumber, "mira", "/sluice recheck")
	must(t, err)
	h.settle()
	h.once("acme/service", head, "success")
	head, err = h.box.Push("acme/service", theNumber, sandbox.Change{
		Message: "More", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{"src/more_test.go": {Text: "package src\n\n// more\n"}},
	})
	must(t, err)
	h.settle()
	h.once("acme/service", head, "success")
}

// A repository that is deleted under way holds up nobody.
func TestDeletedUnderWay(t *testing.T) {
	t.Parallel()
	h := beginPull(t, databasetest.SQLite(t), func(s *server) { s.patience = time.Second })
	must(t, h.box.AddRepo(sandbox.Repo{Name: "acme/web", Files: map[string]sandbox.File{"a": {Text: "a\n"}}}))
	h.box.Hold()
	h.more("package src\n")
	must(t, h.box.Delete(theRepo))
	number, err := h.box.Open(sandbox.Pull{
		Repo: "acme/web", Title: "By hand", Author: "mira", Head: "mira/hand",
		Commits: []sandbox.Change{{Message: "By hand", Author: h.box.Identity("mira"), Write: map[string]sandbox.File{"a": {Text: "b\n"}}}},
	})
	must(t, err)
	h.box.Release(nil)
	h.settle()
	if got := h.box.CheckRun("acme/web", h.box.Head("acme/web", number), theGate); got.Conclusion == "" {
		t.Error("the other repository's got no check run")
	}
	if !strings.Contains(h.logged(), "job given up") {
		t.Error("the job of the deleted repository is not known to be given up")
	}
}

// GitHub tells of an installation before it knows it itself.
func TestAnInstallationThatIsNotShownYet(t *testing.T) {
	t.Parallel()
	h := begin(t, databasetest.SQLite(t), func(s *server) { s.patience = time.Minute })
	h.populate()
	h.open()
	h.box.Inject(sandbox.Fault{Kind: sandbox.Status, Status: 404, Path: "/access_tokens", Times: 2})
	h.box.SetHookURL(h.url + "/api/github/hook")
	must(t, h.box.Announce("acme"))
	h.settle()
	h.once(theRepo, h.box.Head(theRepo, theNumber), "success")
}
