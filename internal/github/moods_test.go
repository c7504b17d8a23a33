package github_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// A limit is waited for, as long as GitHub says or a minute; anything else that passes is tried again.
func TestReadingFromAMoodySandbox(t *testing.T) {
	for _, tc := range []struct {
		fault sandbox.Fault
		wait  time.Duration // at least; 0 for a failure that is no limit
	}{
		{sandbox.Fault{Kind: sandbox.Status, Status: 502}, 0},
		{sandbox.Fault{Kind: sandbox.Status, Status: 500}, 0},
		{sandbox.Fault{Kind: sandbox.Reset}, 0},
		{sandbox.Fault{Kind: sandbox.LostReply}, 0},
		{sandbox.Fault{Kind: sandbox.Primary, Retry: 10 * time.Minute}, 9 * time.Minute},
		{sandbox.Fault{Kind: sandbox.Secondary}, 50 * time.Second},
		{sandbox.Fault{Kind: sandbox.Secondary, Retry: 5 * time.Minute}, 4 * time.Minute},
		{sandbox.Fault{Kind: sandbox.TooMany}, 50 * time.Second},
		{sandbox.Fault{Kind: sandbox.TooMany, Retry: 5 * time.Minute}, 4 * time.Minute},
	} {
		for _, path := range []string{"/graphql", "/files"} {
			t.Run(fmt.Sprintf("%s %v at %s", tc.fault.Kind, tc.fault.Retry, path), func(t *testing.T) {
				s, c := begin(t)
				h := handler(t, c, memory{})
				tc.fault.Path = path // more than once: Go itself tries again what reads over a connection that broke
				s.Inject(tc.fault)
				_, err := h.Handle(context.Background(), target(s), 1)
				if tc.wait == 0 {
					if !errors.As(err, new(*github.Temporary)) {
						t.Errorf("got %v, want a failure that passes", err)
					}
					s.Heal()
					handle(t, s, h, target(s))
					return
				}
				var limited *github.RetryAfter
				if !errors.As(err, &limited) || time.Until(limited.Until) < tc.wait {
					t.Errorf("got %v, want a limit of %v at least", err, tc.wait)
				}
			})
		}
	}
}

func TestARevokedTokenInTheMiddle(t *testing.T) {
	s, c := begin(t)
	h := handler(t, c, memory{})
	handle(t, s, h, target(s))
	s.RevokeTokens("acme")
	_, err := s.Push("acme/api", 12, sandbox.Change{Message: "More", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{"a.go": {Text: "package a\n"}}})
	must(t, err)
	handle(t, s, h, target(s))
	if len(s.CheckRuns("acme/api", s.Head("acme/api", 12))) == 0 {
		t.Error("no check run on the new head")
	}
}

// What only an owner can mend is said to be so, with what to do, and isn't tried again.
func TestWhatAnOwnerMustMend(t *testing.T) {
	for _, tc := range []struct {
		why    string
		spoil  func(*sandbox.Sandbox) error
		advice string
	}{
		{"suspended", func(s *sandbox.Sandbox) error { return s.Suspend("acme") }, "unsuspend"},
		{"no checks", func(s *sandbox.Sandbox) error { return s.Grant("acme", "checks", "read") }, "permission"},
		{"no contents", func(s *sandbox.Sandbox) error { return s.Grant("acme", "contents", "") }, "permission"},
	} {
		t.Run(tc.why, func(t *testing.T) {
			s, c := begin(t)
			must(t, s.Grant("acme", "checks", "write"))
			private(t, s)
			must(t, tc.spoil(s))
			to := target(s)
			to.Repo, to.Number = "acme/secret", 1
			_, err := handler(t, c, memory{}).Handle(context.Background(), to, 1)
			if run := s.CheckRun("acme/secret", s.Head("acme/secret", 1), "sluice: main"); (run.Conclusion == "action_required" && strings.Contains(run.Title+run.Summary, tc.advice)) != (tc.why == "no contents") {
				t.Errorf("got the check run %+v", run)
			}
			var denied *github.Denied
			if !errors.As(err, &denied) || !strings.Contains(denied.Advice(), tc.advice) {
				t.Errorf("got %v, want what an owner must do about the %s", err, tc.advice)
			}
		})
	}
}

// private makes a private repository with a pull request, which the App needs its permissions for.
func private(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	must(t, s.AddRepo(sandbox.Repo{Name: "acme/secret", Private: true, Files: map[string]sandbox.File{"a": {Text: "a\n"}}}))
	_, err := s.Open(sandbox.Pull{
		Repo: "acme/secret", Number: 1, Title: "x", Author: "Copilot", Head: "x",
		Commits: []sandbox.Change{{Message: "x", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{"b": {Text: "b\n"}}}},
	})
	must(t, err)
}

// A repository's old name leads to the new one, for reading and for writing.
func TestARenamedRepository(t *testing.T) {
	s, c := begin(t)
	h := handler(t, c, memory{})
	must(t, s.Rename("acme/api", "service"))
	handle(t, s, h, target(s))
	handle(t, s, h, target(s))
	head := s.Head("acme/service", 12)
	if s.CheckRun("acme/service", head, "sluice: main").ID == 0 || len(s.Comments("acme/service", 12)) != 1 {
		t.Errorf("got %v and %d comments", s.CheckRuns("acme/service", head), len(s.Comments("acme/service", 12)))
	}
}

func TestADeletedRepository(t *testing.T) {
	s, c := begin(t)
	h := handler(t, c, memory{})
	handle(t, s, h, target(s))
	must(t, s.Delete("acme/api"))
	_, err := h.Handle(context.Background(), target(s), 1)
	if !errors.As(err, new(*github.Gone)) {
		t.Errorf("got %v, want Gone", err)
	}
	must(t, s.Uninstall("acme"))
	s.RevokeTokens("acme")
	if _, err := h.Handle(context.Background(), target(s), 1); err == nil {
		t.Error("uninstalled: got no error")
	}
}
