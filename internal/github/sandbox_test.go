package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// memory is a Memory in memory.
type memory map[string]string

func (m memory) RecallAll(_ context.Context, keys []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, key := range keys {
		if v, ok := m[key]; ok {
			out[key] = []byte(v)
		}
	}
	return out, nil
}

func (m memory) RememberAll(_ context.Context, values map[string][]byte) error {
	for key, value := range values {
		m[key] = string(value)
	}
	return nil
}

func (m memory) SwapAll(_ context.Context, old, values map[string][]byte) (map[string]bool, error) {
	swapped := map[string]bool{}
	for key, value := range values {
		was, expected := old[key]
		if now, ok := m[key]; ok == expected && now == string(was) {
			m[key], swapped[key] = string(value), true
		}
	}
	return swapped, nil
}

// box is an Inbox in memory.
type box struct {
	mu  sync.Mutex
	got []github.Delivery
}

func (b *box) Accept(_ context.Context, d github.Delivery) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, d)
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// begin starts a sandbox with one agent's pull request, #12, and a client for it. What departs from GitHub's description
// fails the test.
func begin(t *testing.T) (*sandbox.Sandbox, *github.Client) {
	t.Helper()
	opts := sandbox.Options{Permissions: map[string]string{}, Narrow: true}
	for name, access := range github.Permissions() {
		opts.Permissions[name] = string(access)
	}
	if path := filepath.Join("..", "..", "..", "shared", "data", "openapi.json"); exists(path) {
		opts.Description = path
	}
	s := sandbox.New(opts)
	must(t, s.Start())
	t.Cleanup(func() {
		for _, d := range s.Departures() {
			t.Errorf("departure from GitHub's description: %s", d)
		}
		_ = s.Close()
	})
	must(t, s.AddRepo(sandbox.Repo{Name: "acme/api", Files: map[string]sandbox.File{
		"README.md": {Text: "# API\n"}, ".github/CODEOWNERS": {Text: "* @acme/core\n"}, "src/rate.go": {Text: "package src\n"},
		"run.sh": {Text: "#!/bin/sh\n", Mode: "100755"}, policy.Path: {Text: "version: 1\n"}, "docs/specs/rate.md": {Text: "# Rate\n"},
	}}))
	must(t, s.AddRepo(sandbox.Repo{Name: "acme/.github", Files: map[string]sandbox.File{policy.Path: {Text: "version: 1\nmode: enforce\n"}}}))
	s.AddMember("acme", "mira", "core")
	_, err := s.AddIssue(sandbox.Issue{Repo: "acme/api", Number: 7, Title: "Raise the limit", Body: "Ten is not enough.", Author: "mira"})
	must(t, err)
	_, err = s.Open(sandbox.Pull{
		Repo: "acme/api", Number: 12, Title: "Raise the limit", Body: "Fixes #7", Author: "Copilot", Head: "copilot/fix-7",
		Assignees: []string{"mira"}, Reviewers: []string{"mira"}, Teams: []string{"core"},
		Commits: []sandbox.Change{{
			Message: "Raise the limit", Author: s.Identity("Copilot"), Signed: true,
			Write: map[string]sandbox.File{"src/rate.go": {Text: "package src\n\nconst limit = 20\n"}, "tool.sh": {Text: "#!/bin/sh\n", Mode: "100755"}},
		}},
	})
	must(t, err)
	c, err := github.New(configOf(s))
	must(t, err)
	return s, c
}

func configOf(s *sandbox.Sandbox) github.Config {
	var cfg github.Config
	cfg.V3APIURL, cfg.V4APIURL = s.APIURL(), s.GraphQLURL()
	cfg.App.IntegrationID, cfg.App.PrivateKey = s.AppID(), string(s.PrivateKey())
	return cfg
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func target(s *sandbox.Sandbox) gate.Target {
	return gate.Target{Installation: s.Installation("acme"), Repo: "acme/api", Number: 12}
}

func TestReadFromTheSandbox(t *testing.T) {
	s, c := begin(t)
	ctx := context.Background()
	s.ResetCalls()
	r, layers, err := c.Open(ctx, target(s))
	must(t, err)
	if len(layers) != 2 || layers[0].Text != "version: 1\nmode: enforce\n" || layers[1].Text != "version: 1\n" {
		t.Errorf("layers: got %v", layers)
	}
	if r.Head.SHA != s.Head("acme/api", 12) || r.Base.SHA != s.Tip("acme/api", "main") || r.Author.ID == 0 || r.Author.Type != pull.Bot {
		t.Errorf("got %+v", r)
	}
	if len(r.Commits) != 1 || !r.Commits[0].Verification.Verified || len(r.Issues) != 1 || !r.Issues[0].Closes || r.Owners.Path != ".github/CODEOWNERS" {
		t.Errorf("got %+v", r)
	}
	if !cmp.Equal(r.ReviewingTeams, []string{"acme/core"}) || len(r.Reviewers) != 1 || len(r.Gaps) != 0 {
		t.Errorf("reviewers: got %v, %v, gaps %v", r.ReviewingTeams, r.Reviewers, r.Gaps)
	}
	must(t, c.Complete(ctx, target(s), r, pull.Needs{
		Facts: pull.AllFacts, Issues: []pull.IssueRef{{Repo: "acme/api", Number: 99}, {Repo: "acme/api", Number: 12}, {Repo: "other/none", Number: 1}},
		Documents: []string{"docs/specs/rate.md", "docs/specs/none.md"},
	}))
	if r.Known != pull.AllFacts || len(r.Gaps) != 0 {
		t.Errorf("known: got %s and gaps %v, want all and none", r.Known, r.Gaps)
	}
	var files []string
	for _, f := range r.Files {
		files = append(files, fmt.Sprintf("%s %s %s %s", f.Path, f.Status, f.PreviousMode, f.Mode))
	}
	if diff := cmp.Diff(files, []string{"src/rate.go modified 100644 100644", "tool.sh added  100755"}); diff != "" {
		t.Errorf("files: got, want:\n%s", diff)
	}
	var issues []string
	for _, i := range r.Issues {
		issues = append(issues, fmt.Sprintf("%s#%d pull=%v missing=%v", i.Repo, i.Number, i.Pull, i.Missing))
	}
	wantIssues := []string{"acme/api#7 pull=false missing=false", "acme/api#99 pull=false missing=true", "acme/api#12 pull=true missing=false", "other/none#1 pull=false missing=true"}
	if diff := cmp.Diff(issues, wantIssues); diff != "" {
		t.Errorf("issues: got, want:\n%s", diff)
	}
	if len(r.Documents) != 2 || r.Documents[0].Text != "# Rate\n" || !r.Documents[1].Missing {
		t.Errorf("documents: got %v", r.Documents)
	}
	total := 0
	for name, n := range s.Calls() {
		if !strings.Contains(name, "access_tokens") {
			total += n
		}
	}
	if total != 5 {
		t.Errorf("calls: got %d %v, want 5: the pull request, its files, the rest, who may write, the properties", total, s.Calls())
	}
}

// A fork's head is not in the repository's own branches, and its files are read all the same.
func TestReadAFork(t *testing.T) {
	s, c := begin(t)
	ctx := context.Background()
	must(t, s.AddRepo(sandbox.Repo{Name: "eve/api", Fork: "acme/api"}))
	number, err := s.Open(sandbox.Pull{
		Repo: "acme/api", HeadRepo: "eve/api", Head: "patch", Title: "x", Author: "eve",
		Commits: []sandbox.Change{{Message: "x", Author: s.Identity("eve"), Write: map[string]sandbox.File{"link": {Text: "run.sh", Mode: pull.Symlink}}}},
	})
	must(t, err)
	t12 := target(s)
	t12.Number = number
	r, _, err := c.Open(ctx, t12)
	must(t, err)
	must(t, c.Complete(ctx, t12, r, pull.Needs{Facts: pull.WithFiles | pull.WithPatches | pull.WithModes}))
	if !r.Fork() || r.Head.Repo != "eve/api" || len(r.Gaps) != 0 || len(r.Files) != 1 || r.Files[0].Mode != pull.Symlink {
		t.Errorf("got %+v, gaps %v", r.Files, r.Gaps)
	}
	heads, err := c.PullsWithHead(ctx, gate.HeadTarget{Installation: t12.Installation, Repo: "acme/api", SHA: r.Head.SHA})
	if err != nil || len(heads) != 1 || heads[0].Number != number {
		t.Errorf("by its head: got %v, %v", heads, err)
	}
}

func report(s *sandbox.Sandbox) *gate.Report {
	return &gate.Report{
		Version: 1, Repository: "acme/api", Pull: 12, Head: s.Head("acme/api", 12), Base: "main", Decision: gate.Closed, Conclusion: gate.Failure,
		Summary: "One check fails.", Attribution: agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "copilot-coding-agent", Confidence: agent.Conclusive}}},
		Verdicts: []gate.Verdict{{Check: "spec", Level: policy.Require}, {Check: "tests", Level: policy.Warn}},
		Policy:   gate.PolicyUsed{Mode: policy.Enforce, CheckName: "sluice: main", CheckRuns: true},
	}
}

// Under every fault that GitHub has, at each write, the end is one check run a name and one digest.
func TestPublishToAMoodySandbox(t *testing.T) {
	kinds := []sandbox.FaultKind{sandbox.Status, sandbox.Reset, sandbox.LostReply, sandbox.Cut, sandbox.Primary, sandbox.Secondary, sandbox.TooMany}
	for i := range 2 * len(kinds) {
		kind, open := kinds[i/2], i%2 == 1
		t.Run(fmt.Sprintf("%s, opened %v", kind, open), func(t *testing.T) {
			s, c := begin(t)
			remembered := memory{}
			p, err := github.NewPublisher(c, remembered, "", zerolog.Nop())
			must(t, err)
			s.Inject(sandbox.Fault{Kind: kind, Method: "POST", Body: "mutation", Times: 3})
			failures := 0
			for failures < 10 {
				if open { // as the handler does before it publishes
					opened(t, c, target(s))
				}
				if err = p.Publish(context.Background(), target(s), report(s)); err == nil {
					break
				}
				failures++
				var limited *github.RetryAfter
				if wait := kind == sandbox.Primary || kind == sandbox.Secondary || kind == sandbox.TooMany; errors.As(err, &limited) != wait {
					t.Fatalf("got %v, want a limit: %v", err, wait)
				}
				if limited != nil { // go-github would hold back its next call until then
					c, err = github.New(configOf(s))
					must(t, err)
					p, err = github.NewPublisher(c, remembered, "", zerolog.Nop())
					must(t, err)
				}
			}
			if err != nil || failures == 0 {
				t.Fatalf("got %v after %d failures", err, failures)
			}
			var names []string
			for _, run := range s.CheckRuns("acme/api", s.Head("acme/api", 12)) {
				names = append(names, run.Name)
			}
			slices.Sort(names)
			if diff := cmp.Diff(names, []string{"sluice / spec", "sluice / tests", "sluice: main"}); diff != "" {
				t.Errorf("check runs: got, want:\n%s", diff)
			}
			if got := len(s.Comments("acme/api", 12)); got != 1 {
				t.Errorf("comments: got %d, want 1", got)
			}
		})
	}
}

// TestHookTakesTheSandboxsDeliveries posts what the sandbox sends, as it sends it.
func TestHookTakesTheSandboxsDeliveries(t *testing.T) {
	s, c := begin(t)
	in := &box{}
	hook, err := github.NewHook(github.HookConfig{Secrets: []string{s.Secret()}, AppID: s.AppID()}, in, zerolog.Nop())
	must(t, err)
	server := httptest.NewServer(http.HandlerFunc(hook.ServeHTTP))
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	s.SetHookURL(server.URL)
	head, err := s.Push("acme/api", 12, sandbox.Change{Message: "More", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{"a.go": {Text: "package a\n"}}})
	must(t, err)
	_, err = s.Comment("acme/api", 12, "mira", "/sluice recheck")
	must(t, err)
	must(t, s.EditIssue("acme/api", 7, "Raise the limit", "More words."))
	group, err := s.QueueMerge("acme/api", 12)
	must(t, err)
	must(t, s.Settle(ctx))
	var pulls, groups, issues int
	for _, d := range in.got {
		pulls, groups, issues = pulls+len(d.Work.Pulls), groups+len(d.Work.Groups), issues+len(d.Work.Issues)
		if d.Event == "pull_request" && d.Action == "synchronize" && d.Head != head {
			t.Errorf("head: got %s, want %s", d.Head, head)
		}
		for _, g := range d.Work.Groups {
			members, err := c.Members(ctx, g)
			if err != nil || len(members) != 1 || members[0].Number != 12 || members[0].Head != head || members[0].BaseSHA == "" || g.HeadSHA != group {
				t.Errorf("members of %+v: got %+v, %v; want 12 at its head", g, members, err)
			}
		}
	}
	if pulls < 2 || groups != 1 || issues != 1 {
		t.Errorf("got %d pulls, %d groups, %d issues of %+v", pulls, groups, issues, in.got)
	}
	for _, d := range s.Deliveries() {
		if d.StatusCode/100 != 2 && d.StatusCode != 0 {
			t.Errorf("%s %s: answered %d", d.Event, d.Action, d.StatusCode)
		}
	}
}
