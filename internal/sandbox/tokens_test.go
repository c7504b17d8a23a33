package sandbox

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v62/github"
)

// narrow makes a token of acme's installation.
func narrow(t *testing.T, s *Sandbox, opts *github.InstallationTokenOptions) *github.InstallationToken {
	t.Helper()
	made, _, err := app(t, s).Apps.CreateInstallationToken(t.Context(), s.Installation("acme"), opts)
	must(t, err)
	return made
}

// mutate writes by GraphQL and returns the type of what went wrong, "" for nothing.
func mutate(t *testing.T, s *Sandbox, token, text string, input obj) string {
	t.Helper()
	if kind, is := pick(query(t, s, token, text, obj{"input": input}), "errors.0.type").(string); is {
		return kind
	}
	return ""
}

// A narrowed token reaches no more than it says, by whatever way.
func TestNarrowedTokens(t *testing.T) {
	s := begin(t, Options{})
	must(t, s.AddRepo(Repo{Name: "acme/secret", Private: true, Files: map[string]File{"a": {Text: "a"}}}))
	must(t, s.AddRepo(Repo{Name: "acme/web", Files: map[string]File{"a": {Text: "a"}}}))
	read := github.String("read")
	api := narrow(t, s, &github.InstallationTokenOptions{Repositories: []string{"API"}}).GetToken()
	web := narrow(t, s, &github.InstallationTokenOptions{RepositoryIDs: []int64{s.repos["acme/web"].id}}).GetToken()
	secret := narrow(t, s, &github.InstallationTokenOptions{Repositories: []string{"secret"}}).GetToken()
	reads := narrow(t, s, &github.InstallationTokenOptions{Permissions: &github.InstallationPermissions{Checks: read, Contents: read}}).GetToken()
	head := s.Head("acme/api", 12)
	run, note := obj{"name": "x", "head_sha": head}, obj{"body": "x"}
	for _, q := range []struct {
		why, token, method, path string
		body                     any
		want                     int
	}{
		{"its repository", api, "GET", "/repos/acme/api/contents/README.md", nil, 200},
		{"its repository, by its number", api, "GET", fmt.Sprintf("/repositories/%d", s.repos["acme/api"].id), nil, 200},
		{"a private one that is not its own", api, "GET", "/repos/acme/secret/contents/a", nil, 404},
		{"which its own token reads", secret, "GET", "/repos/acme/secret/contents/a", nil, 200},
		{"a public one is everybody's to read", api, "GET", "/repos/acme/web/contents/a", nil, 200},
		{"its check run", api, "POST", "/repos/acme/api/check-runs", run, 201},
		{"a check run elsewhere", web, "POST", "/repos/acme/api/check-runs", run, 403},
		{"a check run where it sees nothing", web, "POST", "/repos/acme/secret/check-runs", run, 404},
		{"a comment elsewhere", web, "POST", "/repos/acme/api/issues/12/comments", note, 403},
		{"a label elsewhere", web, "POST", "/repos/acme/api/issues/12/labels", obj{"labels": []string{"x"}}, 403},
		{"reading is not writing", reads, "POST", "/repos/acme/api/check-runs", run, 403},
		{"reading, everywhere", reads, "GET", "/repos/acme/secret/contents/a", nil, 200},
		{"what it did not ask for", reads, "GET", "/repos/acme/secret/pulls", nil, 403},
		{"metadata goes with every other permission", reads, "GET", "/installation/repositories", nil, 200},
	} {
		if got, answer := ask(t, s, q.token, q.method, q.path, q.body); got != q.want {
			t.Errorf("%s: got %d, want %d: %v", q.why, got, q.want, answer)
		}
	}

	create := `mutation A($input: CreateCheckRunInput!) { createCheckRun(input: $input) { checkRun { id } } }`
	comment := `mutation A($input: AddCommentInput!) { addComment(input: $input) { commentEdge { node { id } } } }`
	id := node("R", s.repos["acme/api"].id)
	for _, q := range []struct {
		why, token, text string
		input            obj
		want             string
	}{
		{"its check run", api, create, obj{"repositoryId": id, "headSha": head, "name": "y"}, ""},
		{"a check run elsewhere", web, create, obj{"repositoryId": id, "headSha": head, "name": "y"}, "FORBIDDEN"},
		{"a check run where it sees nothing", web, create, obj{"repositoryId": node("R", s.repos["acme/secret"].id), "headSha": head, "name": "y"}, "NOT_FOUND"},
		{"a comment elsewhere", web, comment, obj{"subjectId": node("PR", s.repos["acme/api"].pulls[12].id), "body": "x"}, "FORBIDDEN"},
		{"reading is not writing", reads, create, obj{"repositoryId": id, "headSha": head, "name": "y"}, "FORBIDDEN"},
	} {
		if got := mutate(t, s, q.token, q.text, q.input); got != q.want {
			t.Errorf("GraphQL: %s: got %q, want %q", q.why, got, q.want)
		}
	}
}

// What GitHub answers says what the token may do; it makes none that may do more than the installation.
func TestWhatATokenSays(t *testing.T) {
	s := begin(t, Options{})
	read := github.String("read")
	says := func(opts *github.InstallationTokenOptions) string {
		made := narrow(t, s, opts)
		var names []string
		for _, r := range made.Repositories {
			names = append(names, r.GetFullName())
		}
		_, answer := ask(t, s, made.GetToken(), "GET", "/installation/repositories", nil)
		listed := answer.(map[string]any)
		p := made.Permissions
		return fmt.Sprint(names, " checks ", p.GetChecks(), " metadata ", p.GetMetadata(), " issues ", p.GetIssues(), " of ", listed["repository_selection"], listed["total_count"])
	}
	must(t, s.AddRepo(Repo{Name: "acme/web"}))
	for _, c := range []struct {
		why  string
		opts *github.InstallationTokenOptions
		want string
	}{
		{"all", nil, "[] checks write metadata read issues read of all2"},
		{"one, twice", &github.InstallationTokenOptions{Repositories: []string{"web", "web"}}, "[acme/web] checks write metadata read issues read of selected1"},
		{"to read", &github.InstallationTokenOptions{Permissions: &github.InstallationPermissions{Checks: read}}, "[] checks read metadata read issues  of all2"},
		{"one, to read", &github.InstallationTokenOptions{Repositories: []string{"api"}, Permissions: &github.InstallationPermissions{Issues: read}}, "[acme/api] checks  metadata read issues read of selected1"},
	} {
		if diff := cmp.Diff(says(c.opts), c.want); diff != "" {
			t.Errorf("%s: got, want:\n%s", c.why, diff)
		}
	}
	must(t, s.Rename("acme/web", "site"))
	must(t, s.Grant("acme", "members", ""))
	for why, opts := range map[string]*github.InstallationTokenOptions{
		"more than was granted":      {Permissions: &github.InstallationPermissions{Contents: github.String("write")}},
		"what was taken away":        {Permissions: &github.InstallationPermissions{Members: read}},
		"a repository of nobody":     {Repositories: []string{"api", "none"}},
		"a repository's old name":    {Repositories: []string{"web"}},
		"a number of no repository":  {RepositoryIDs: []int64{1}},
		"a repository of another's":  {Repositories: []string{"calm/web"}},
		"a word that grants nothing": {Permissions: &github.InstallationPermissions{Checks: github.String("all")}},
	} {
		if _, resp, err := app(t, s).Apps.CreateInstallationToken(t.Context(), s.Installation("acme"), opts); err == nil || resp.StatusCode != 422 {
			t.Errorf("%s: got %v, want 422", why, err)
		}
	}
	must(t, s.Grant("acme", "pull_requests", ""))
	must(t, s.AddRepo(Repo{Name: "acme/closed", Private: true}))
	if got, _ := ask(t, s, bearer(t, s, "acme"), "GET", "/repos/acme/closed/pulls", nil); got != 403 {
		t.Errorf("without the permission: got %d, want 403", got)
	}
}

// An issue that a pull request closes is shown to who may see the repository that it lies in.
func TestClosingElsewhere(t *testing.T) {
	s := begin(t, Options{})
	must(t, s.AddRepo(Repo{Name: "acme/secret", Private: true}))
	_, err := s.AddIssue(Issue{Repo: "acme/secret", Number: 5, Title: "x", Author: "mira"})
	must(t, err)
	n, err := s.Open(Pull{
		Repo: "acme/api", Title: "x", Body: "Fixes acme/secret#5", Author: "mira", Head: "x",
		Commits: []Change{{Message: "x", Author: s.Identity("mira"), Write: map[string]File{"x": {Text: "x"}}}},
	})
	must(t, err)
	text := fmt.Sprintf(`{ repository(owner: "acme", name: "api") { pullRequest(number: %d) { closingIssuesReferences(first: 5) { totalCount } } } }`, n)
	count := func(opts *github.InstallationTokenOptions) any {
		return pick(query(t, s, narrow(t, s, opts).GetToken(), text, nil), "data.repository.pullRequest.closingIssuesReferences.totalCount")
	}
	if all, one := count(nil), count(&github.InstallationTokenOptions{Repositories: []string{"api"}}); all != 1.0 || one != 0.0 {
		t.Errorf("got %v with all repositories, %v with one", all, one)
	}
}

// A test can ask that nothing is written with more than it needs.
func TestWideWritesAreKept(t *testing.T) {
	s := begin(t, Options{Narrow: true})
	run := obj{"name": "x", "head_sha": s.Head("acme/api", 12)}
	one := narrow(t, s, &github.InstallationTokenOptions{Repositories: []string{"api"}}).GetToken()
	for _, token := range []string{one, s.UserToken("mira")} {
		ask(t, s, token, "POST", "/repos/acme/api/check-runs", run)
	}
	ask(t, s, bearer(t, s, "acme"), "GET", "/repos/acme/api", nil)
	if got := s.Departures(); len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
	ask(t, s, bearer(t, s, "acme"), "POST", "/repos/acme/api/check-runs", run)
	mutate(t, s, bearer(t, s, "acme"), `mutation A($input: AddCommentInput!) { addComment(input: $input) { commentEdge { node { id } } } }`,
		obj{"subjectId": node("PR", s.repos["acme/api"].pulls[12].id), "body": "x"})
	if got := s.Departures(); len(got) != 2 {
		t.Errorf("got %v, want one for REST and one for GraphQL", got)
	}
	s.mu.Lock()
	s.departures = nil
	s.mu.Unlock()
}
