package github_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// calls are those since the last reset, tokens apart.
func calls(s *sandbox.Sandbox) (n int, names map[string]int) {
	names = s.Calls()
	for name, times := range names {
		if !strings.Contains(name, "access_tokens") {
			n += times
		}
	}
	return n, names
}

func opened(t *testing.T, c *github.Client, to gate.Target) *pull.Request {
	t.Helper()
	r, _, err := c.Open(context.Background(), to)
	must(t, err)
	return r
}

// Whole files of the head are read in the call that looks up all else by name, a fork's too.
func TestContentsOfTheHead(t *testing.T) {
	s, c := begin(t)
	must(t, s.AddRepo(sandbox.Repo{Name: "eve/api", Fork: "acme/api"}))
	number, err := s.Open(sandbox.Pull{
		Repo: "acme/api", HeadRepo: "eve/api", Head: "patch", Title: "x", Author: "eve",
		Commits: []sandbox.Change{{Message: "x", Author: s.Identity("eve"), Remove: []string{"run.sh"}, Write: map[string]sandbox.File{
			"go.mod": {Text: "module a\n"}, "empty": {}, "logo.png": {Text: "\x89PNG\x00"}, "big.json": {Text: strings.Repeat("x\n", 300_000)},
			"sub": {Text: strings.Repeat("a", 40), Mode: pull.Submodule},
		}}},
	})
	must(t, err)
	to := target(s)
	to.Number = number
	r := opened(t, c, to)
	s.ResetCalls()
	must(t, c.Complete(context.Background(), to, r, pull.Needs{
		Facts: pull.WithContents | pull.WithDocuments, Documents: []string{"docs/specs/rate.md"},
		Contents: []string{"README.md", "big.json", "docs", "empty", "go.mod", "logo.png", "run.sh", "sub"},
	}))
	want := []pull.Document{
		{Path: "README.md", Text: "# API\n"},
		{Path: "big.json", Unread: "it has 585 KB, more than GitHub shows in one piece"},
		{Path: "docs", Unread: "it is no file but a folder or a submodule"},
		{Path: "empty"},
		{Path: "go.mod", Text: "module a\n"},
		{Path: "logo.png", Unread: "it is binary"},
		{Path: "run.sh", Missing: true},
		{Path: "sub", Unread: "it is no file but a folder or a submodule"},
	}
	if diff := cmp.Diff(r.Contents, want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	if n, names := calls(s); n != 1 || !r.Known.Has(pull.WithContents|pull.WithDocuments) || len(r.Gaps) != 0 {
		t.Errorf("%d calls %v, known %s, gaps %v", n, names, r.Known, r.Gaps)
	}
	s.ResetCalls()
	must(t, c.Complete(context.Background(), to, r, pull.Needs{Facts: pull.WithContents, Contents: []string{"go.mod"}}))
	if n, names := calls(s); n != 0 || len(r.Contents) != len(want) {
		t.Errorf("what is there was read again: %v", names)
	}
}

// An outsider's pull request may name any number of files: the bound is said.
func TestContentsAreBounded(t *testing.T) {
	s, c := begin(t)
	r := opened(t, c, target(s))
	var paths []string
	for i := range 400 {
		paths = append(paths, fmt.Sprintf("none%03d", i))
	}
	s.ResetCalls()
	must(t, c.Complete(context.Background(), target(s), r, pull.Needs{Facts: pull.WithContents, Contents: paths}))
	n, _ := calls(s)
	if len(r.Contents) != 300 || r.Known.Has(pull.WithContents) || len(r.Gaps) != 1 || n != 5 {
		t.Errorf("got %d contents, known %s, gaps %v in %d calls", len(r.Contents), r.Known, r.Gaps, n)
	}
}

func TestTeams(t *testing.T) {
	s, c := begin(t)
	for i := range 150 {
		s.AddMember("acme", fmt.Sprintf("dev%03d", i), "many")
	}
	r := opened(t, c, target(s))
	needs := pull.Needs{Facts: pull.WithTeams, Teams: []string{"acme/core", "acme/many", "acme/none", "no team", "other/core"}}
	s.ResetCalls()
	must(t, c.Complete(context.Background(), target(s), r, needs))
	var got []string
	for _, team := range r.Teams {
		got = append(got, fmt.Sprintf("%s %d %v", team.Name, len(team.Members), team.Missing))
	}
	slices.Sort(got)
	if diff := cmp.Diff(got, []string{"acme/core 1 false", "acme/many 150 false", "acme/none 0 true", "no team 0 true", "other/core 0 true"}); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	i := slices.IndexFunc(r.Teams, func(team pull.Team) bool { return team.Name == "acme/core" })
	if m := r.Teams[i].Members[0]; m.Login != "mira" || m.ID != s.AccountID("mira") || m.Type != pull.User {
		t.Errorf("member: got %+v", m)
	}
	if n, names := calls(s); n != 2 || !r.Known.Has(pull.WithTeams) {
		t.Errorf("%d calls %v, known %s", n, names, r.Known)
	}
	// Without the permission the reader of the report is told who can grant it.
	must(t, s.Grant("acme", "members", ""))
	s.RevokeTokens("acme")
	r = &pull.Request{Repo: r.Repo, Number: 12, Head: r.Head, Base: r.Base}
	must(t, c.Complete(context.Background(), target(s), r, needs))
	if r.Known.Has(pull.WithTeams) || len(r.Gaps) == 0 || !strings.Contains(r.Gaps[0].Reason, "Members: read") {
		t.Errorf("known %s, gaps %v", r.Known, r.Gaps)
	}
}

func TestCollaboratorsAndProperties(t *testing.T) {
	s, c := begin(t)
	for i := range 120 {
		must(t, s.SetRole("acme/api", fmt.Sprintf("dev%03d", i), []string{"write", "read"}[i%2]))
	}
	must(t, s.SetRole("acme/api", "mira", "admin"))
	must(t, s.SetRole("acme/api", "release[bot]", "maintain"))
	must(t, s.SetProperty("acme/api", "tier", "one"))
	must(t, s.SetProperty("acme/api", "areas", []string{"api", "billing"}))
	must(t, s.SetProperty("acme/api", "unset", nil))
	r := opened(t, c, target(s))
	s.ResetCalls()
	must(t, c.Complete(context.Background(), target(s), r, pull.Needs{Facts: pull.WithCollaborators | pull.WithProperties}))
	if len(r.Collaborators) != 62 || !slices.Contains(r.Collaborators, pull.Account{Login: "release[bot]", ID: s.AccountID("release[bot]"), Type: pull.Bot}) {
		t.Errorf("collaborators: got %d: %v", len(r.Collaborators), r.Collaborators)
	}
	if diff := cmp.Diff(r.Properties, map[string][]string{"tier": {"one"}, "areas": {"api", "billing"}}); diff != "" {
		t.Errorf("properties: got, want:\n%s", diff)
	}
	if n, names := calls(s); n != 2 || len(r.Gaps) != 0 {
		t.Errorf("%d calls %v, gaps %v", n, names, r.Gaps)
	}
	s.ResetCalls()
	must(t, c.Complete(context.Background(), target(s), r, pull.Needs{Facts: pull.WithCollaborators | pull.WithProperties}))
	if n, _ := calls(s); n != 0 {
		t.Errorf("what is known was read again")
	}
	for _, status := range []int{403, 404} {
		r := opened(t, c, target(s))
		s.Inject(sandbox.Fault{Kind: sandbox.Status, Status: status, Path: "/collaborators"})
		s.Inject(sandbox.Fault{Kind: sandbox.Status, Status: status, Path: "/properties"})
		must(t, c.Complete(context.Background(), target(s), r, pull.Needs{Facts: pull.WithCollaborators | pull.WithProperties}))
		if len(r.Gaps) != 2 || !strings.Contains(r.Gaps[0].Reason, "Metadata: read") || r.Known.Has(pull.WithCollaborators) || r.Known.Has(pull.WithProperties) {
			t.Errorf("%d: known %s, gaps %v", status, r.Known, r.Gaps)
		}
		s.Heal()
	}
}

// An approval of an older commit has the identity of what it was of: the same where only the base was merged meanwhile,
// another where the change is.
func TestReviewedChanges(t *testing.T) {
	s, c := begin(t)
	ctx := context.Background()
	must(t, s.SetRole("acme/api", "mira", "write"))
	must(t, s.Review("acme/api", 12, "mira", "approved", ""))
	must(t, s.Review("acme/api", 12, "eve", "approved", ""))
	first := s.Head("acme/api", 12)
	_, err := s.Commit("acme/api", "main", sandbox.Change{Message: "Elsewhere", Author: s.Identity("mira"), Write: map[string]sandbox.File{"other.md": {Text: "x\n"}}})
	must(t, err)
	_, err = s.ForcePush("acme/api", 12, sandbox.Change{Message: "Raise the limit, rebased", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{
		"src/rate.go": {Text: "package src\n\nconst limit = 20\n"}, "tool.sh": {Text: "#!/bin/sh\n", Mode: "100755"},
	}})
	must(t, err)
	r := opened(t, c, target(s))
	if !r.Reviews[0].CanPush || r.Reviews[1].CanPush || r.Reviews[0].SHA != first {
		t.Errorf("reviews: got %+v", r.Reviews)
	}
	s.ResetCalls()
	must(t, c.Complete(ctx, target(s), r, pull.Needs{Facts: pull.WithFiles | pull.WithPatches | pull.WithReviewed}))
	if got, want := r.Reviews[0].Change, pull.Identity(r.Files); got != want || want == "" || r.Reviews[1].Change != want {
		t.Errorf("rebased: got %q, want %q", got, want)
	}
	if names := s.Calls(); names["GET /repos/{owner}/{repo}/compare/{basehead}"] != 1 || !r.Known.Has(pull.WithReviewed) {
		t.Errorf("calls %v, known %s", names, r.Known)
	}
	_, err = s.Push("acme/api", 12, sandbox.Change{Message: "More", Author: s.Identity("Copilot"), Write: map[string]sandbox.File{"src/rate.go": {Text: "package src\n\nconst limit = 99\n"}}})
	must(t, err)
	r = opened(t, c, target(s))
	must(t, c.Complete(ctx, target(s), r, pull.Needs{Facts: pull.WithFiles | pull.WithPatches | pull.WithReviewed}))
	if got, other := r.Reviews[0].Change, pull.Identity(r.Files); got == other || got == "" {
		t.Errorf("changed: got %q, want another than %q", got, other)
	}
	s.ResetCalls()
	r = opened(t, c, target(s))
	must(t, c.Complete(ctx, target(s), r, pull.Needs{Facts: pull.WithReviewed}))
	if n, names := calls(s); n != 1 || r.Reviews[0].Change == "" {
		t.Errorf("what a commit changes was asked for again: %v", names)
	}
	c, err = github.New(configOf(s)) // which remembers nothing
	must(t, err)
	// A commit that GitHub has no more: nobody can say what was approved.
	s.Inject(sandbox.Fault{Kind: sandbox.Status, Status: 404, Path: "/compare"})
	r = opened(t, c, target(s))
	must(t, c.Complete(ctx, target(s), r, pull.Needs{Facts: pull.WithReviewed}))
	if r.Reviews[0].Change != "" || !r.Known.Has(pull.WithReviewed) {
		t.Errorf("gone: got %q, known %s", r.Reviews[0].Change, r.Known)
	}
	s.Heal()
	s.Inject(sandbox.Fault{Kind: sandbox.Status, Status: 403, Path: "/compare"})
	r = opened(t, c, target(s))
	must(t, c.Complete(ctx, target(s), r, pull.Needs{Facts: pull.WithReviewed}))
	if r.Known.Has(pull.WithReviewed) || len(r.Gaps) != 1 {
		t.Errorf("refused: known %s, gaps %v", r.Known, r.Gaps)
	}
}
