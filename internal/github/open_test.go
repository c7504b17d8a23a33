package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

var target = gate.Target{Installation: 3, Repo: "acme/api", Number: 7}

func TestOpen(t *testing.T) {
	f, c := newFake(t)
	f.graph = func(string, map[string]any) string { return opening() }
	got, layers, err := c.Open(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time { x, _ := time.Parse(time.RFC3339, s); return x }
	ana := pull.Account{Login: "ana", ID: 1, Type: pull.User}
	bob := pull.Account{Login: "bob", ID: 2, Type: pull.User}
	copilot := pull.Account{Login: "copilot-swe-agent[bot]", ID: 198982749, Type: pull.Bot}
	want := &pull.Request{
		Repo: "acme/api", Number: 7, URL: "https://github.com/acme/api/pull/7", Title: "Add retries", Body: "Fixes #3",
		Author: copilot, State: pull.Open, CreatedAt: at("2026-02-28T10:00:00Z"),
		Head:   pull.Branch{Repo: "acme/api", Name: "copilot/retries", SHA: headSHA},
		Base:   pull.Branch{Repo: "acme/api", Name: "main", SHA: baseSHA},
		Labels: []string{"bug"}, Assignees: []pull.Account{ana}, Reviewers: []pull.Account{bob}, ReviewingTeams: []string{"acme/payments"},
		Commits: []pull.Commit{
			{
				SHA: "c0ffee", Message: "Initial plan", Parents: []string{baseSHA},
				Author: pull.Person{Name: "ana", Email: "ana@acme.example", When: at("2026-02-28T11:00:00+01:00"), Account: ana},
				// The date is one that nobody can read: it spoils nothing else.
				Committer:    pull.Person{Name: "GitHub", Email: "noreply@github.com"},
				Verification: pull.Verification{Verified: true, Reason: "valid", Signer: webFlow},
			},
			{
				SHA: headSHA, Message: "Retry", Parents: []string{"c0ffee"},
				Author:       pull.Person{Name: "copilot-swe-agent[bot]", Email: "198982749+Copilot@users.noreply.github.com", When: at("2026-02-28T12:00:00Z"), Account: copilot},
				Verification: pull.Verification{Reason: "unsigned"},
			},
		},
		Issues: []pull.Issue{{
			IssueRef: pull.IssueRef{Repo: "acme/api", Number: 3}, URL: "https://github.com/acme/api/issues/3", Title: "Calls fail", Body: "Retry them.",
			State: pull.Open, Closes: true, Author: ana, Labels: []string{"agent-ready"}, CreatedAt: at("2026-02-01T00:00:00Z"), EditedAt: at("2026-02-02T00:00:00Z"),
		}},
		Reviews:  []pull.Review{{Author: bob, State: "approved", SHA: headSHA, Association: "MEMBER", At: at("2026-02-28T13:00:00Z")}},
		Owners:   pull.Document{Path: "CODEOWNERS", Text: "* @ana\n"},
		Template: pull.Document{Path: ".github/pull_request_template.md", Text: "## Why\n"},
		Known:    pull.WithCommits | pull.WithIssues | pull.WithReviews | pull.WithOwners | pull.WithTemplate,
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	wantLayers := []policy.Layer{{Name: policy.RepositoryLayer, Source: "acme/api:.github/sluice.yml@f95f852", Text: "version: 1\n"}}
	if diff := cmp.Diff(layers, wantLayers); diff != "" {
		t.Errorf("layers: got, want:\n%s", diff)
	}
	if got := f.take(); len(got) != 1 {
		t.Errorf("calls: got %q, want one", got)
	}
}

func TestOpenLayers(t *testing.T) {
	org := `"organisation":{"nameWithOwner":"acme/.github","defaultBranchRef":{"target":{"oid":"0123456789","policy":{"path":".github/sluice.yml","object":{"text":"mode: enforce\n","isTruncated":false,"byteSize":14}}}}}},"ignored":[`
	cases := []struct {
		why, answer string
		want        []string
	}{
		{
			"the organisation's comes first", opening(`"organisation":null},`, org+`],`, `"errors":[`, `"x":[`),
			[]string{"organisation acme/.github:.github/sluice.yml@0123456 mode: enforce\n", "repository acme/api:.github/sluice.yml@f95f852 version: 1\n"},
		},
		{"none at all", opening(`{"path":".github/sluice.yml","object":{"text":"version: 1\n","isTruncated":false,"byteSize":11}}`, "null"), nil},
		{
			"a part of a policy is none: what stands there must not decode", opening(`"text":"version: 1\n","isTruncated":false`, `"text":"version: 1\n","isTruncated":true`),
			[]string{"repository acme/api:.github/sluice.yml@f95f852 this policy cannot be read"},
		},
		{
			"a folder in its place", opening(`"object":{"text":"version: 1\n","isTruncated":false,"byteSize":11}`, `"object":{}`),
			[]string{"repository acme/api:.github/sluice.yml@f95f852 this policy cannot be read"},
		},
		{"in the organisation's own repository both are one", opening(`"nameWithOwner":"acme/api","pull`, `"nameWithOwner":"acme/.github","pull`), nil},
	}
	for _, tc := range cases {
		t.Run(tc.why, func(t *testing.T) {
			f, c := newFake(t)
			f.graph = func(string, map[string]any) string { return tc.answer }
			_, layers, err := c.Open(context.Background(), target)
			if err != nil {
				t.Fatal(err)
			}
			if len(layers) != len(tc.want) {
				t.Fatalf("got %v, want %q", layers, tc.want)
			}
			for i, l := range layers {
				if got := fmt.Sprintf("%s %s %s", l.Name, l.Source, l.Text); !strings.HasPrefix(got, tc.want[i]) {
					t.Errorf("got %q, want %q", got, tc.want[i])
				}
			}
		})
	}
}

// The organisation's template stands in for one that isn't there.
func TestOpenTemplate(t *testing.T) {
	org := `"organisation":{"nameWithOwner":"acme/.github","defaultBranchRef":{"target":{"oid":"0","policy":null,"template2":{"path":"PULL_REQUEST_TEMPLATE.md","object":{"text":"## What","isTruncated":false}}}}}},"ignored":[`
	own := `{"path":".github/pull_request_template.md","object":{"text":"## Why\n","isTruncated":false,"byteSize":7}}`
	for _, tc := range []struct{ why, own, want string }{
		{"its own", own, ".github/pull_request_template.md"},
		{"none of its own", "null", "acme/.github:PULL_REQUEST_TEMPLATE.md"},
		{"its own cannot be read", strings.Replace(own, "false", "true", 1), ""},
	} {
		f, c := newFake(t)
		f.graph = func(string, map[string]any) string {
			return opening(`"organisation":null},`, org+`],`, `"errors":[`, `"x":[`, own, tc.own)
		}
		r, _, err := c.Open(context.Background(), target)
		if err != nil || r.Template.Path != tc.want || r.Known.Has(pull.WithTemplate) != (tc.want != "") {
			t.Errorf("%s: got %+v, known %s, %v; want %q", tc.why, r.Template, r.Known, err, tc.want)
		}
	}
}

func TestOpenGaps(t *testing.T) {
	cases := []struct {
		why, answer string
		lost        pull.Facts
		reason      string
	}{
		{
			"who is asked is not shown without a permission", withProblem(`{"type":"FORBIDDEN","path":["repository","pullRequest","reviewRequests","nodes",1,"requestedReviewer"],"message":"Resource not accessible by integration"}`),
			pull.WithReviews, "GitHub did not show who is asked for a review (forbidden)",
		},
		{"commits without an answer", withProblem(`{"path":["repository","pullRequest","commits"],"message":"timeout"}`), pull.WithCommits, "GitHub did not show the commits (an error of its own)"},
		{"more commits than are listed", opening(`"commits":{"totalCount":2`, `"commits":{"totalCount":312`), pull.WithCommits, "2 of 312 commits are listed"},
		{"more issues than are listed", opening(`"closingIssuesReferences":{"totalCount":1`, `"closingIssuesReferences":{"totalCount":60`), pull.WithIssues, "1 of the 60 issues that it closes are listed"},
		{"owners that GitHub shows in part", opening(`"text":"* @ana\n","isTruncated":false`, `"text":"* @ana\n","isTruncated":true`), pull.WithOwners, "CODEOWNERS (CODEOWNERS) is no text, or larger than GitHub shows in one piece"},
		{"an issue of a repository without the App is shown to nobody", withProblem(`{"type":"FORBIDDEN","path":["repository","pullRequest","closingIssuesReferences","nodes",1],"message":"x"}`), 0, ""},
		{"a file that isn't there", withProblem(`{"type":"NOT_FOUND","path":["repository","pullRequest","baseRef","target","owners0"],"message":"x"}`), 0, ""},
	}
	for _, tc := range cases {
		t.Run(tc.why, func(t *testing.T) {
			f, c := newFake(t)
			f.graph = func(string, map[string]any) string { return tc.answer }
			r, _, err := c.Open(context.Background(), target)
			if err != nil {
				t.Fatal(err)
			}
			all := pull.WithCommits | pull.WithIssues | pull.WithReviews | pull.WithOwners | pull.WithTemplate
			if r.Known != all&^tc.lost {
				t.Errorf("known: got %s, want all but %s", r.Known, tc.lost)
			}
			var want []pull.Gap
			if tc.reason != "" {
				want = []pull.Gap{{Facts: tc.lost, Reason: tc.reason}}
			}
			if diff := cmp.Diff(r.Gaps, want); diff != "" {
				t.Errorf("gaps: got, want:\n%s", diff)
			}
		})
	}
}

func TestOpenFails(t *testing.T) {
	cases := []struct {
		why, answer string
		want        any
	}{
		{"no such pull request", `{"data":{"repository":{"pullRequest":null}},"errors":[{"type":"NOT_FOUND","path":["repository","pullRequest"],"message":"x"}]}`, new(*Gone)},
		{"no such repository", `{"data":{"repository":null,"organisation":null},"errors":[{"type":"NOT_FOUND","path":["repository"],"message":"x"},{"type":"NOT_FOUND","path":["organisation"],"message":"x"}]}`, new(*Gone)},
		{"a limit, with status 200", `{"data":null,"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for installation"}]}`, new(*RetryAfter)},
		{"a secondary limit, with status 200", `{"errors":[{"message":"You have exceeded a secondary rate limit."}]}`, new(*RetryAfter)},
		{"GitHub's own trouble", `{"data":null,"errors":[{"message":"Something went wrong while executing your query."}]}`, new(*Temporary)},
		{"nothing", `{}`, new(*Temporary)},
		{"the repository's policy without an answer: it may be strict", withProblem(`{"path":["repository","pullRequest","baseRef","target","policy"],"message":"timeout"}`), new(*Temporary)},
		{"the organisation's policy without an answer", withProblem(`{"path":["organisation","defaultBranchRef"],"message":"timeout"}`), new(*Temporary)},
		{"the organisation's repository is there and closed to us", withProblem(`{"type":"FORBIDDEN","path":["organisation"],"message":"IP allow list"}`), new(*Denied)},
		{"a list that lags behind the head", opening(`"headRefOid":"HEAD"`, `"headRefOid":"0000000000000000000000000000000000000001"`), new(*Temporary)},
		{"no base branch yet", opening(`"baseRef":{`, `"baseRef":null,"x":{`), new(*Temporary)},
		{"a query that GitHub doesn't understand", `{"errors":[{"path":["query Open","x"],"extensions":{"code":"undefinedField"},"message":"x"}]}`, new(*Refused)},
	}
	for _, tc := range cases {
		t.Run(tc.why, func(t *testing.T) {
			f, c := newFake(t)
			f.graph = func(string, map[string]any) string { return tc.answer }
			_, _, err := c.Open(context.Background(), target)
			if err == nil || !errors.As(err, tc.want) {
				t.Errorf("got %v, want %T", err, tc.want)
			}
		})
	}
}

func TestOpenPages(t *testing.T) {
	const next = `{"data":{"repository":{"pullRequest":{"headRefOid":"HEAD","commits":{"totalCount":3,"pageInfo":{"hasNextPage":false},"nodes":[{"commit":{"oid":"last"}}]}}}}}`
	first := opening(`"commits":{"totalCount":2,"pageInfo":{"hasNextPage":false`, `"commits":{"totalCount":3,"pageInfo":{"hasNextPage":true`)
	t.Run("on", func(t *testing.T) {
		f, c := newFake(t)
		f.graph = func(operation string, v map[string]any) string {
			if operation == "Open" {
				return first
			}
			if v["commits"] != "c1" || v["wantCommits"] != true || v["wantReviews"] != false {
				t.Errorf("variables: got %v", v)
			}
			return strings.Replace(next, "HEAD", headSHA, 1)
		}
		r, _, err := c.Open(context.Background(), target)
		if err != nil || len(r.Commits) != 3 || !r.Known.Has(pull.WithCommits) {
			t.Fatalf("got %v, %v; want 3 commits", r, err)
		}
	})
	t.Run("a push between two pages", func(t *testing.T) {
		f, c := newFake(t)
		f.graph = func(operation string, _ map[string]any) string {
			if operation == "Open" {
				return first
			}
			return strings.Replace(next, "HEAD", baseSHA, 1)
		}
		_, _, err := c.Open(context.Background(), target)
		var moved *Moved
		if !errors.As(err, &moved) {
			t.Errorf("got %v, want Moved", err)
		}
	})
}

// A person's pull request that an agent opened in their name: only GitHub's REST API tells.
func TestOpenedThroughAnApp(t *testing.T) {
	person := opening(`{"__typename":"Bot","login":"copilot-swe-agent","databaseId":198982749}`, `{"__typename":"User","login":"ana","databaseId":1}`)
	const route = "GET /repos/acme/api/issues/7"
	for answer, want := range map[string]string{
		`{"number":7,"performed_via_github_app":{"id":9,"slug":"chatgpt-codex-connector"}}`: "chatgpt-codex-connector",
		`{"number":7,"performed_via_github_app":null}`:                                      "",
		"": "", // 404
	} {
		f, c := newFake(t)
		f.graph = func(string, map[string]any) string { return person }
		if answer != "" {
			f.json(route, answer)
		}
		for range 2 {
			r, _, err := c.Open(context.Background(), target)
			if err != nil || r.App != want {
				t.Fatalf("%s: got %v, %v; want App %q", answer, r, err, want)
			}
		}
		if diff := cmp.Diff(f.take(), []string{"graphql Open", route, "graphql Open"}); diff != "" {
			t.Errorf("it never changes: calls: got, want:\n%s", diff)
		}
	}
	f, c := newFake(t)
	f.graph = func(string, map[string]any) string { return person }
	f.routes[route] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }
	_, _, err := c.Open(context.Background(), target)
	if !errors.As(err, new(*Temporary)) {
		t.Errorf("got %v, want Temporary: nobody knows yet", err)
	}
}
