package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/gate"
)

func TestOpenPulls(t *testing.T) {
	f, c := newFake(t)
	f.graph = func(_ string, v map[string]any) string {
		if v["after"] == nil {
			return fmt.Sprintf(`{"data":{"repository":{"pullRequests":{"pageInfo":{"hasNextPage":true,"endCursor":"x"},"nodes":[{"number":1,"headRefOid":%q},{"number":4,"headRefOid":"b"}]}}}}`, headSHA)
		}
		if v["after"] != "x" {
			t.Errorf("after: got %v", v["after"])
		}
		return fmt.Sprintf(`{"data":{"repository":{"pullRequests":{"pageInfo":{"hasNextPage":false},"nodes":[{"number":9,"headRefOid":%q}]}}}}`, headSHA)
	}
	numbers := func(list []gate.Target, err error) []int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var out []int
		for _, p := range list {
			if p.Installation != 3 || p.Repo != "acme/api" {
				t.Errorf("got %+v", p)
			}
			out = append(out, p.Number)
		}
		return out
	}
	all := numbers(c.OpenPulls(context.Background(), gate.RepoTarget{Installation: 3, Repo: "acme/api"}))
	if diff := cmp.Diff(all, []int{1, 4, 9}); diff != "" {
		t.Error(diff)
	}
	// Two can share a head.
	sharing := numbers(c.PullsWithHead(context.Background(), gate.HeadTarget{Installation: 3, Repo: "acme/api", SHA: headSHA}))
	if diff := cmp.Diff(sharing, []int{1, 9}); diff != "" {
		t.Error(diff)
	}
}

func TestOpenPullsOfNoRepository(t *testing.T) {
	f, c := newFake(t)
	f.graph = func(string, map[string]any) string {
		return `{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","path":["repository"],"message":"x"}]}`
	}
	_, err := c.OpenPulls(context.Background(), gate.RepoTarget{Installation: 3, Repo: "acme/gone"})
	var gone *Gone
	if !errors.As(err, &gone) {
		t.Errorf("got %v, want Gone", err)
	}
}

func TestRepositories(t *testing.T) {
	f, c := newFake(t)
	f.routes["GET /installation/repositories"] = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "1" || r.URL.Query().Get("page") == "" {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/installation/repositories?page=2>; rel="next"`, r.Host))
			fmt.Fprint(w, `{"total_count":3,"repositories":[{"full_name":"acme/api"},{"full_name":"acme/old","archived":true}]}`)
			return
		}
		fmt.Fprint(w, `{"total_count":3,"repositories":[{"full_name":"acme/web"}]}`)
	}
	got, err := c.Repositories(context.Background(), 3)
	if err != nil {
		t.Fatal(err)
	}
	want := []gate.RepoTarget{{Installation: 3, Repo: "acme/api"}, {Installation: 3, Repo: "acme/web"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Error(diff)
	}
}

func TestInstallations(t *testing.T) {
	f, c := newFake(t)
	f.json("GET /app/installations", `[{"id":3},{"id":4,"suspended_at":"2026-01-01T00:00:00Z"}]`)
	got, err := c.Installations(context.Background())
	if err != nil || !cmp.Equal(got, []int64{3}) {
		t.Errorf("got %v, %v; want 3 alone", got, err)
	}
}

func TestMembers(t *testing.T) {
	member := func(number int, head string) string {
		return fmt.Sprintf(`{"number":%d,"headRefOid":"%s%[1]d","baseRefName":"main","baseRef":{"target":{"oid":"tip"}}}`, number, head)
	}
	entry := func(head, base string, number int) string {
		return fmt.Sprintf(`{"headCommit":{"oid":%q},"baseCommit":{"oid":%q},"pullRequest":%s}`, head, base, member(number, "h"))
	}
	queue := func(entries string) string {
		return `{"data":{"repository":{"mergeQueue":{"entries":{"pageInfo":{"hasNextPage":false},"nodes":[` + entries + `]}},"pullRequest":` + member(7, "own") + `}}}`
	}
	three := entry("q1", "main", 4) + "," + entry("q2", "q1", 5) + "," + entry(headSHA, "q2", 7)
	cases := []struct {
		why, answer, base string
		want              string
	}{
		{"a group of three", queue(three), "main", "4@h4 5@h5 7@h7"},
		{"a group that stands on another one", queue(three), "q1", "5@h5 7@h7"},
		{"one alone, others behind it", queue(entry(headSHA, "main", 7) + "," + entry("q9", headSHA, 8)), "main", "7@h7"},
		{"a re-run: the base isn't known", queue(three), "", "4@h4 5@h5 7@h7"},
		{"no longer in the queue: the branch names one", queue(entry("q1", "main", 4)), "main", "7@own7"},
		{"a re-run: only a branch says that it is a group", queue(entry("q1", "main", 4)), "", ""},
		{"no queue", `{"data":{"repository":{"mergeQueue":null,"pullRequest":` + member(7, "own") + `}}}`, "main", "7@own7"},
		{"a pull request that isn't shown", `{"data":{"repository":{"mergeQueue":null,"pullRequest":null}},"errors":[{"type":"NOT_FOUND","path":["repository","pullRequest"],"message":"x"}]}`, "main", "7@"},
		{"entries in a ring", queue(entry(headSHA, "q1", 7) + "," + entry("q1", headSHA, 4)), "main", "4@h4 7@h7"},
	}
	for _, tc := range cases {
		t.Run(tc.why, func(t *testing.T) {
			f, c := newFake(t)
			f.graph = func(string, map[string]any) string { return tc.answer }
			got, err := c.Members(context.Background(), gate.Group{
				Installation: 3, Repo: "acme/api", Base: "main", BaseSHA: tc.base, HeadSHA: headSHA,
				HeadRef: "refs/heads/gh-readonly-queue/main/pr-7-" + baseSHA,
			})
			if err != nil {
				t.Fatal(err)
			}
			var text []string
			for _, m := range got {
				text = append(text, fmt.Sprintf("%d@%s", m.Number, m.Head))
				if m.Head != "" && (m.Base != "main" || m.BaseSHA != "tip") {
					t.Errorf("#%d: got base %s at %q, want main at tip", m.Number, m.Base, m.BaseSHA)
				}
			}
			if got := strings.Join(text, " "); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// Members that GitHub does not answer are not left out: the group would be decided without them.
func TestMembersRefused(t *testing.T) {
	for _, tc := range []struct {
		problem string
		advised bool
	}{
		{`{"type":"FORBIDDEN","path":["repository","mergeQueue"],"message":"Resource not accessible by integration"}`, true},
		{`{"path":["repository","mergeQueue"],"message":"Something went wrong"}`, false},
		{`{"path":["repository","mergeQueue","entries","nodes",0,"pullRequest"],"message":"Something went wrong"}`, false},
		{`{"path":["repository","pullRequest"],"message":"Something went wrong"}`, false},
	} {
		f, c := newFake(t)
		f.graph = func(string, map[string]any) string {
			return `{"data":{"repository":{"mergeQueue":null,"pullRequest":null}},"errors":[` + tc.problem + `]}`
		}
		got, err := c.Members(context.Background(), gate.Group{
			Installation: 3, Repo: "acme/api", Base: "main", BaseSHA: baseSHA, HeadSHA: headSHA, HeadRef: "refs/heads/gh-readonly-queue/main/pr-7-" + baseSHA,
		})
		if err == nil || errors.As(err, new(*Denied)) != tc.advised {
			t.Errorf("%s: got %v, %v", tc.problem, got, err)
		}
	}
}
