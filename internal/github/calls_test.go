package github_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// recorder keeps reports and policies in memory.
type recorder struct {
	reports map[string]*gate.Report
	layers  []policy.Layer
}

func (r *recorder) Record(_ context.Context, t gate.Target, report *gate.Report) error {
	r.reports[fmt.Sprintf("%s#%d", t.Repo, t.Number)] = report
	return nil
}

func (r *recorder) Latest(_ context.Context, repo string, number int) (*gate.Report, error) {
	return r.reports[fmt.Sprintf("%s#%d", repo, number)], nil
}

func (r *recorder) AtHead(context.Context, string, string, int) ([]*gate.Report, error) {
	return nil, nil
}

func (r *recorder) KeepGroup(context.Context, gate.Group, []gate.Member) error { return nil }

func (r *recorder) KeepPolicy(_ context.Context, _, _ string, layers []policy.Layer) error {
	r.layers = layers
	return nil
}

func (r *recorder) LastPolicy(context.Context, string, string) ([]policy.Layer, error) {
	return r.layers, nil
}

// handler is the whole way of a pull request, over the sandbox.
func handler(t *testing.T, c *github.Client, m github.Memory) *gate.Handler {
	t.Helper()
	p, err := github.NewPublisher(c, m, "https://sluice.example.com", zerolog.Nop())
	must(t, err)
	return &gate.Handler{Reader: c, Publisher: p, Recorder: &recorder{reports: map[string]*gate.Report{}}, Checks: all.Checks, Now: time.Now}
}

// handle takes a pull request the whole way and returns what it cost, tokens apart.
func handle(t *testing.T, s *sandbox.Sandbox, h *gate.Handler, to gate.Target) (int, map[string]int) {
	t.Helper()
	s.ResetCalls()
	_, err := h.Handle(context.Background(), to, 1)
	must(t, err)
	return calls(s)
}

// An event costs few calls: GitHub's limits are counted in them, and each takes its time.
func TestCalls(t *testing.T) {
	const first, unchanged, peoples = 5, 2, 3
	s, c := begin(t)
	files := map[string]sandbox.File{
		policy.Path: {Text: "version: 1\nmode: enforce\n"}, ".github/CODEOWNERS": {Text: "* @calm/core\n"}, "docs/specs/rate.md": {Text: "# Rate\n"},
	}
	for i := range 100 {
		files[fmt.Sprintf("src/f%02d.go", i)] = sandbox.File{Text: "package src\n"}
	}
	must(t, s.AddRepo(sandbox.Repo{Name: "calm/api", Files: files}))
	_, err := s.AddIssue(sandbox.Issue{Repo: "calm/api", Number: 7, Title: "Raise the limit", Body: "Ten is not enough.", Author: "mira"})
	must(t, err)
	h := handler(t, c, memory{})
	files = map[string]sandbox.File{}
	for i := range 100 {
		files[fmt.Sprintf("src/f%02d.go", i)] = sandbox.File{Text: fmt.Sprintf("package src\n\nconst c%d = %d\n", i, i)}
	}
	number, err := s.Open(sandbox.Pull{
		Repo: "calm/api", Title: "Raise many limits", Body: "Fixes #7, and see calm/api#8.\n\nSpec: docs/specs/rate.md", Author: "Copilot", Head: "copilot/many",
		Commits: []sandbox.Change{{Message: "Raise", Author: s.Identity("Copilot"), Signed: true, Write: files}},
	})
	must(t, err)
	to := gate.Target{Installation: s.Installation("calm"), Repo: "calm/api"}
	to.Number = number
	if n, names := handle(t, s, h, to); n > first {
		t.Errorf("first verdict of an agent's: %d calls, at most %d are allowed: %v", n, first, names)
	} else {
		t.Logf("first verdict of an agent's: %d calls %v", n, names)
	}
	head := s.Head("calm/api", number)
	if runs := s.CheckRuns("calm/api", head); len(runs) < 4 || len(s.Comments("calm/api", number)) != 1 {
		t.Fatalf("got %d check runs and %d comments", len(runs), len(s.Comments("calm/api", number)))
	}
	before := fmt.Sprint(s.CheckRuns("calm/api", head), s.Comments("calm/api", number))
	if n, names := handle(t, s, h, to); n > unchanged {
		t.Errorf("an event that changes nothing: %d calls, at most %d are allowed: %v", n, unchanged, names)
	} else {
		t.Logf("an event that changes nothing: %d calls %v", n, names)
	}
	if after := fmt.Sprint(s.CheckRuns("calm/api", head), s.Comments("calm/api", number)); after != before {
		t.Errorf("an event that changes nothing wrote: got\n%s\nwant\n%s", after, before)
	}
	// One file more.
	_, err = s.Push("calm/api", number, sandbox.Change{Message: "More", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{"src/f00.go": {Text: "package src\n"}}})
	must(t, err)
	if n, names := handle(t, s, h, to); n > first {
		t.Errorf("a new head: %d calls, at most %d are allowed: %v", n, first, names)
	}
	if got := len(s.Comments("calm/api", number)); got != 1 {
		t.Errorf("a new head: %d comments, want the one", got)
	}

	// Through which App a person's pull request was opened is a call more, once.
	assisted, err := s.Open(sandbox.Pull{
		Repo: "calm/api", Title: "Raise limits with help", Body: "Fixes #7", Author: "mira", Head: "mira/help",
		Commits: []sandbox.Change{{
			Message: "Raise\n\nCo-Authored-By: Claude <noreply@anthropic.com>", Author: s.Identity("mira"),
			Write: map[string]sandbox.File{"src/f00.go": {Text: "package src\n\nconst c = 1\n"}},
		}},
	})
	must(t, err)
	to.Number = assisted
	if n, names := handle(t, s, h, to); n > first || len(s.Comments("calm/api", assisted)) != 1 {
		t.Errorf("an agent's in a person's name: %d calls and %d digests: %v", n, len(s.Comments("calm/api", assisted)), names)
	} else {
		t.Logf("first verdict of an agent's in a person's name: %d calls %v", n, names)
	}

	person, err := s.Open(sandbox.Pull{
		Repo: "calm/api", Title: "By hand", Author: "mira", Head: "mira/hand",
		Commits: []sandbox.Change{{Message: "By hand", Author: s.Identity("mira"), Write: files}},
	})
	must(t, err)
	to.Number = person
	if n, names := handle(t, s, h, to); n > peoples {
		t.Errorf("a person's: %d calls, at most %d are allowed: %v", n, peoples, names)
	} else {
		t.Logf("a person's: %d calls %v", n, names)
	}
	if n, names := handle(t, s, h, to); n > 1 {
		t.Errorf("a person's that did not change: %d calls, want one: %v", n, names)
	}
}

// Somebody deleted the digest: the next event writes it anew, once GitHub's lists can be trusted on it, and not twice.
func TestADeletedDigestComesBack(t *testing.T) {
	s, _ := begin(t)
	later := time.Now()
	cfg := configOf(s)
	cfg.Now = func() time.Time { return later }
	c, err := github.New(cfg)
	must(t, err)
	h := handler(t, c, memory{})
	handle(t, s, h, target(s))
	first := s.Comments("acme/api", 12)
	if len(first) != 1 {
		t.Fatalf("got %d comments, want the digest", len(first))
	}
	must(t, s.DeleteComment(first[0].ID, "mira"))
	handle(t, s, h, target(s))
	if got := s.Comments("acme/api", 12); len(got) != 0 {
		t.Errorf("a list may lag: got %d comments a moment later, want none yet", len(got))
	}
	later = later.Add(2 * time.Minute)
	if n, names := handle(t, s, h, target(s)); n > 3 {
		t.Errorf("%d calls: %v", n, names)
	}
	handle(t, s, h, target(s))
	if got := s.Comments("acme/api", 12); len(got) != 1 || got[0].Body != first[0].Body {
		t.Errorf("got %d comments, want the digest again", len(got))
	}
}

// A database that was lost, or another replica's: what stands on GitHub is taken over, and not doubled.
func TestAnotherMemoryTakesOver(t *testing.T) {
	s, c := begin(t)
	handle(t, s, handler(t, c, memory{}), target(s))
	head := s.Head("acme/api", 12)
	want := len(s.CheckRuns("acme/api", head))
	other, err := github.New(configOf(s))
	must(t, err)
	handle(t, s, handler(t, other, memory{}), target(s))
	if runs, notes := len(s.CheckRuns("acme/api", head)), len(s.Comments("acme/api", 12)); runs != want || notes != 1 {
		t.Errorf("got %d check runs and %d comments, want %d and one", runs, notes, want)
	}
}

// The list of files that was kept is another head's or another base's no more than it must be.
func TestKeptFilesBelongToTheirHead(t *testing.T) {
	s, c := begin(t)
	ctx := context.Background()
	needs := pull.Needs{Facts: pull.WithFiles | pull.WithPatches | pull.WithModes}
	read := func() string {
		r := opened(t, c, target(s))
		must(t, gateComplete(ctx, c, target(s), r, needs))
		var out []string
		for _, f := range r.Files {
			out = append(out, fmt.Sprintf("%s %s %s %d", f.Path, f.Mode, f.NoPatch, f.Added))
		}
		if len(r.Gaps) != 0 || !r.Known.Has(needs.Facts) {
			t.Errorf("known %s, gaps %v", r.Known, r.Gaps)
		}
		return strings.Join(out, "; ")
	}
	first := read()
	s.ResetCalls()
	if again := read(); again != first {
		t.Errorf("again: got %s, want %s", again, first)
	}
	if n, names := calls(s); n != 1 {
		t.Errorf("again: %d calls %v, want one", n, names)
	}
	_, err := s.Push("acme/api", 12, sandbox.Change{Message: "More", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{
		"logo.png": {Text: "\x89PNG\x00"}, "tool.sh": {Text: "#!/bin/sh\n"},
	}})
	must(t, err)
	if next := read(); next == first || !strings.Contains(next, "logo.png 100644 binary") || !strings.Contains(next, "tool.sh 100644") {
		t.Errorf("a new head: got %s", next)
	}
	must(t, s.AddBranch("acme/api", "release", "main"))
	_, err = s.Commit("acme/api", "release", sandbox.Change{Message: "On release", Author: s.Identity("mira"), Write: map[string]sandbox.File{"src/rate.go": {Text: "package src\n\n// release\n"}}})
	must(t, err)
	must(t, s.Retarget("acme/api", 12, "release"))
	read()
}

// gateComplete reads in the two steps of the gate.
func gateComplete(ctx context.Context, c *github.Client, t gate.Target, r *pull.Request, needs pull.Needs) error {
	if err := c.Complete(ctx, t, r, pull.Needs{Facts: needs.Facts & (pull.WithFiles | pull.WithPatches)}); err != nil {
		return err
	}
	return c.Complete(ctx, t, r, needs)
}

// Two replicas take turns at one pull request while GitHub loses answers, breaks connections and fails: the end is one
// check run a name on each head, one digest, and the newest verdict.
func TestTwoReplicasUnderFaults(t *testing.T) {
	s, c := begin(t)
	shared := memory{}
	other, err := github.New(configOf(s))
	must(t, err)
	replicas := []*gate.Handler{handler(t, c, shared), handler(t, other, shared)}
	for _, kind := range []sandbox.FaultKind{sandbox.LostReply, sandbox.Status, sandbox.Reset} {
		s.Inject(sandbox.Fault{Kind: kind, Body: "mutation", Chance: 0.25})
		s.Inject(sandbox.Fault{Kind: kind, Chance: 0.08})
	}
	turn := 0
	for event := range 12 {
		if event%3 == 2 {
			_, err := s.Push("acme/api", 12, sandbox.Change{Message: "More", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{
				fmt.Sprintf("src/e%d.go", event): {Text: "package src\n"},
			}})
			must(t, err)
		} else {
			must(t, s.Edit("acme/api", 12, fmt.Sprintf("Raise the limit, %d", event), ""))
		}
		err := errors.New("never tried")
		for try := 0; err != nil && try < 50; try++ {
			turn++
			_, err = replicas[turn%2].Handle(context.Background(), target(s), 1)
		}
		must(t, err)
		names := map[string]int{}
		for _, run := range s.CheckRuns("acme/api", s.Head("acme/api", 12)) {
			names[run.Name]++
		}
		for name, n := range names {
			if n != 1 {
				t.Errorf("event %d: %d check runs %s, want one", event, n, name)
			}
		}
		if notes := s.Comments("acme/api", 12); len(notes) != 1 || len(names) < 4 {
			t.Fatalf("event %d: %d digests and check runs %v", event, len(notes), names)
		}
	}
	struck := s.Faults()
	if struck[sandbox.LostReply] == 0 || struck[sandbox.Status] == 0 || struck[sandbox.Reset] == 0 {
		t.Errorf("faults that struck: got %v, want some of each", struck)
	}
	t.Logf("%d tries for 12 events under %v", turn, struck)
}

// What could not be read is missing for the next event too, in whatever steps it asks.
func TestKeptFilesKeepTheirGaps(t *testing.T) {
	s, c := begin(t)
	_, err := s.Push("acme/api", 12, sandbox.Change{Message: "Huge", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{
		"huge.sql": {Text: strings.Repeat("x\n", 20_001)}, "logo.png": {Text: "\x89PNG\x00"},
	}})
	must(t, err)
	facts := pull.WithFiles | pull.WithPatches | pull.WithModes
	var want *pull.Request
	for i, read := range []func(r *pull.Request) error{
		func(r *pull.Request) error {
			return c.Complete(context.Background(), target(s), r, pull.Needs{Facts: facts | pull.WithDocuments, Documents: []string{"README.md"}})
		},
		func(r *pull.Request) error {
			return c.Complete(context.Background(), target(s), r, pull.Needs{Facts: facts | pull.WithDocuments, Documents: []string{"README.md"}})
		},
		func(r *pull.Request) error {
			return gateComplete(context.Background(), c, target(s), r, pull.Needs{Facts: facts | pull.WithDocuments, Documents: []string{"README.md"}})
		},
	} {
		r := opened(t, c, target(s))
		must(t, read(r))
		if r.Known.Has(pull.WithPatches) || !r.Known.Has(pull.WithFiles|pull.WithModes) || len(r.Gaps) != 1 {
			t.Errorf("%d: known %s, gaps %v", i, r.Known, r.Gaps)
		}
		if want == nil {
			want = r
		} else if diff := cmp.Diff(r, want); diff != "" {
			t.Errorf("%d: got, want:\n%s", i, diff)
		}
	}
}
