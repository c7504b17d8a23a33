package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/gate"
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
		{sandbox.Fault{Kind: sandbox.Status, Status: 503}, 0},
		{sandbox.Fault{Kind: sandbox.Unsaid, Status: 504}, 0},
		{sandbox.Fault{Kind: sandbox.Reset}, 0},
		{sandbox.Fault{Kind: sandbox.LostReply}, 0},
		{sandbox.Fault{Kind: sandbox.Cut}, 0},
		{sandbox.Fault{Kind: sandbox.Primary, Retry: 10 * time.Minute}, 9 * time.Minute},
		{sandbox.Fault{Kind: sandbox.Secondary}, 50 * time.Second},
		{sandbox.Fault{Kind: sandbox.Secondary, Retry: 5 * time.Minute}, 4 * time.Minute},
		{sandbox.Fault{Kind: sandbox.TooMany}, 50 * time.Second},
		{sandbox.Fault{Kind: sandbox.TooMany, Retry: 5 * time.Minute}, 4 * time.Minute},
	} {
		for _, path := range []string{"/graphql", "/files", "/access_tokens"} {
			t.Run(fmt.Sprintf("%s %v at %s", tc.fault.Kind, tc.fault.Retry, path), func(t *testing.T) {
				t.Parallel()
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

// A call that GitHub does not answer ends by itself, and is no limit.
func TestACallThatHangs(t *testing.T) {
	for _, path := range []string{"/graphql", "/files", "/access_tokens"} {
		s, patient := begin(t)
		cfg := configOf(s)
		cfg.Timeout = 50 * time.Millisecond
		c, err := github.New(cfg)
		must(t, err)
		s.Inject(sandbox.Fault{Kind: sandbox.Hang, Path: path})
		if _, err := handler(t, c, memory{}).Handle(context.Background(), target(s), 1); !errors.As(err, new(*github.Temporary)) {
			t.Errorf("%s: got %v, want a failure that passes", path, err)
		}
		s.Heal()
		handle(t, s, handler(t, patient, memory{}), target(s))
	}
}

// GitHub ends a token before any one call of a verdict: the verdict comes all the same, and nothing is there twice.
func TestARevokedTokenInTheMiddle(t *testing.T) {
	for before := 1; ; before++ {
		s, _ := begin(t)
		calls := 0
		cfg := configOf(s)
		cfg.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, "/access_tokens") {
				if calls++; calls == before {
					s.RevokeTokens("acme")
				}
			}
			return http.DefaultTransport.RoundTrip(r)
		})
		c, err := github.New(cfg)
		must(t, err)
		handle(t, s, handler(t, c, memory{}), target(s))
		runs := s.CheckRuns("acme/api", s.Head("acme/api", 12))
		names := map[string]bool{}
		for _, run := range runs {
			names[run.Name] = true
		}
		if !names["sluice: main"] || len(names) != len(runs) || len(s.Comments("acme/api", 12)) != 1 {
			t.Errorf("before call %d: got %d check runs of %d names and %d comments", before, len(runs), len(names), len(s.Comments("acme/api", 12)))
		}
		if before > calls {
			break // there was no such call
		}
	}
}

// A comment that answers a command is there once, whatever becomes of GitHub's word on it.
func TestAnAnswerIsWrittenOnce(t *testing.T) {
	for _, kind := range []sandbox.FaultKind{sandbox.Status, sandbox.Reset, sandbox.LostReply, sandbox.Unsaid, sandbox.Cut} {
		for _, path := range []string{"/issues/12/comments", "/reactions"} {
			s, c := begin(t)
			asked, err := s.Comment("acme/api", 12, "mira", "/sluice help")
			must(t, err)
			p, err := github.NewPublisher(c, memory{}, "", zerolog.Nop())
			must(t, err)
			s.Inject(sandbox.Fault{Kind: kind, Method: "POST", Path: path, Times: 2})
			settled := &gate.Settled{Asked: gate.Asked{Repo: "acme/api", Number: 12, Comment: asked, Verb: gate.Help}}
			failures := 0
			for err = errors.New("not yet"); err != nil && failures < 5; failures++ {
				err = p.Answer(t.Context(), target(s), settled)
			}
			if err != nil || failures < 2 || len(s.Comments("acme/api", 12)) != 2 || len(s.Reactions(asked)) != 1 {
				t.Errorf("%s at %s: got %v after %d tries, %d comments and the reactions %v", kind, path, err, failures, len(s.Comments("acme/api", 12)), s.Reactions(asked))
			}
		}
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
		{"no pull requests", func(s *sandbox.Sandbox) error { return s.Grant("acme", "pull_requests", "") }, "permission"},
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

// Without the permission for issues GitHub shows that there are none. That is no verdict: the check says who must act.
func TestIssuesWithoutThePermission(t *testing.T) {
	s, c := begin(t)
	must(t, s.Grant("acme", "issues", ""))
	spec := func() sandbox.CheckRun {
		handle(t, s, handler(t, c, memory{}), target(s))
		return s.CheckRun("acme/api", s.Head("acme/api", 12), "sluice / spec")
	}
	if run := spec(); run.Conclusion != "action_required" || !strings.Contains(run.Text, "Issues: read") {
		t.Errorf("got %+v", run)
	}
	must(t, s.Grant("acme", "issues", "read"))
	c.Changed(s.Installation("acme"))
	if run := spec(); run.Conclusion == "action_required" {
		t.Errorf("granted: got %+v", run)
	}
}

// A digest that may not be written keeps no check run from being written.
func TestCommentsWithoutThePermission(t *testing.T) {
	s, c := begin(t)
	must(t, s.Grant("acme", "pull_requests", "read"))
	_, err := handler(t, c, memory{}).Handle(context.Background(), target(s), 1)
	if run := s.CheckRun("acme/api", s.Head("acme/api", 12), "sluice: main"); run.Conclusion == "" || !errors.As(err, new(*github.Denied)) {
		t.Errorf("got %v and %+v", err, run)
	}
}

// A check run that could not be written does not pass for shown: it is looked for again, and not at every moment.
func TestARefusedCheckRunIsNotShown(t *testing.T) {
	s, _ := begin(t)
	later := time.Now()
	cfg := configOf(s)
	cfg.Now = func() time.Time { return later }
	c, err := github.New(cfg)
	must(t, err)
	p, err := github.NewPublisher(c, memory{}, "", zerolog.Nop())
	must(t, err)
	shows := func(why string, want bool) {
		t.Helper()
		if got, err := p.Shows(t.Context(), target(s), s.Head("acme/api", 12)); got != want || err != nil {
			t.Errorf("%s: got %v, %v", why, got, err)
		}
	}
	shows("nothing was written", false)
	must(t, s.Grant("acme", "checks", "read"))
	if err := p.Publish(t.Context(), target(s), report(s)); !errors.As(err, new(*github.Denied)) {
		t.Fatalf("got %v, want Denied", err)
	}
	shows("just refused", true)
	later = later.Add(2 * time.Hour)
	shows("refused a while ago", false)
	must(t, s.Grant("acme", "checks", "write"))
	c.Changed(s.Installation("acme"))
	must(t, p.Publish(t.Context(), target(s), report(s)))
	shows("written", true)
	later = later.Add(2 * time.Hour)
	shows("written a while ago", true)
}

// Nothing can be done with a key that is refused, and nobody in the organisation can mend it: what was asked for waits.
func TestAKeyThatIsRefusedIsWaitedFor(t *testing.T) {
	s, c := begin(t)
	s.Inject(sandbox.Fault{Kind: sandbox.Status, Status: 401, Path: "/access_tokens"})
	_, err := handler(t, c, memory{}).Handle(context.Background(), target(s), 1)
	var denied *github.Denied
	if !errors.As(err, &denied) || denied.Permanent() || !strings.Contains(denied.Advice(), "key") {
		t.Errorf("got %v, want a refusal that is waited for", err)
	}
	s.Heal()
	handle(t, s, handler(t, c, memory{}), target(s))
}

// A repository's old name leads to the new one, for reading and for writing.
func TestARenamedRepository(t *testing.T) {
	s, c := begin(t)
	h := handler(t, c, memory{})
	must(t, s.Rename("acme/api", "service"))
	handle(t, s, h, target(s))
	handle(t, s, h, target(s))
	to := target(s)
	to.Repo = "acme/service" // as the next delivery calls it
	handle(t, s, h, to)
	handle(t, s, handler(t, c, memory{}), to)
	head := s.Head("acme/service", 12)
	names := map[string]bool{}
	for _, run := range s.CheckRuns("acme/service", head) {
		if names[run.Name] {
			t.Errorf("%s is there twice", run.Name)
		}
		names[run.Name] = true
	}
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
