package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"
)

// describe is the path of GitHub's description, which tests use where it is there.
func describe(t *testing.T) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "openapi.json")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// begin starts a sandbox with one repository that has a pull request, an issue and what belongs to them.
func begin(t *testing.T, opts Options) *Sandbox {
	t.Helper()
	if opts.Description == "" {
		opts.Description = describe(t)
	}
	s := New(opts)
	must(t, s.Start())
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.AddRepo(Repo{Name: "acme/api", Files: map[string]File{
		"README.md": {Text: "# API\n"}, ".github/CODEOWNERS": {Text: "* @acme/core\n"}, "src/rate.go": {Text: "package src\n\nconst limit = 10\n"},
		"run.sh": {Text: "#!/bin/sh\n", Mode: "100755"}, "link": {Text: "README.md", Mode: "120000"},
	}}))
	s.AddMember("acme", "mira", "core")
	must(t, s.SetRole("acme/api", "mira", "maintain"))
	_, err := s.AddIssue(Issue{Repo: "acme/api", Number: 7, Title: "Raise the limit", Body: "Ten is not enough.", Author: "mira", Labels: []string{"bug"}})
	must(t, err)
	_, err = s.Open(Pull{
		Repo: "acme/api", Number: 12, Title: "Raise the limit", Body: "Fixes #7", Author: "Copilot", Head: "copilot/fix-7",
		Labels: []string{"ready"}, Assignees: []string{"mira"}, Reviewers: []string{"mira"}, Teams: []string{"core"},
		Commits: []Change{{
			Message: "Raise the limit\n\nCo-authored-by: mira <mira@example.com>", Author: s.Identity("Copilot"), Signed: true,
			Write: map[string]File{"src/rate.go": {Text: "package src\n\nconst limit = 20\n"}, "src/rate_test.go": {Text: "package src\n"}},
		}},
	})
	must(t, err)
	return s
}

// with is the usual permissions and one more.
func with(permission, level string) map[string]string {
	out := maps.Clone(DefaultPermissions)
	out[permission] = level
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// client is go-github with ghinstallation's tokens, as the product uses them.
func client(t *testing.T, s *Sandbox, organisation string) *github.Client {
	t.Helper()
	tr, err := ghinstallation.New(http.DefaultTransport, s.AppID(), s.Installation(organisation), s.PrivateKey())
	must(t, err)
	tr.BaseURL = strings.TrimSuffix(s.APIURL(), "/")
	c, err := github.NewClient(&http.Client{Transport: tr, Timeout: 20 * time.Second}).WithEnterpriseURLs(s.APIURL(), s.APIURL())
	must(t, err)
	return c
}

// app is go-github as the App itself.
func app(t *testing.T, s *Sandbox) *github.Client {
	t.Helper()
	tr, err := ghinstallation.NewAppsTransport(http.DefaultTransport, s.AppID(), s.PrivateKey())
	must(t, err)
	tr.BaseURL = strings.TrimSuffix(s.APIURL(), "/")
	c, err := github.NewClient(&http.Client{Transport: tr}).WithEnterpriseURLs(s.APIURL(), s.APIURL())
	must(t, err)
	return c
}

// bearer makes an installation's token by hand.
func bearer(t *testing.T, s *Sandbox, organisation string) string {
	t.Helper()
	made, _, err := app(t, s).Apps.CreateInstallationToken(t.Context(), s.Installation(organisation), nil)
	must(t, err)
	return made.GetToken()
}

// ask makes a call below the REST address and returns the status and the decoded answer.
func ask(t *testing.T, s *Sandbox, token, method, path string, body any) (int, any) {
	t.Helper()
	var data []byte
	if body != nil {
		var err error
		data, err = json.Marshal(body)
		must(t, err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(s.APIURL(), "/")+path, bytes.NewReader(data))
	must(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	data, err = io.ReadAll(resp.Body)
	must(t, err)
	var answer any
	if len(data) > 0 {
		must(t, json.Unmarshal(data, &answer))
	}
	return resp.StatusCode, answer
}

// noDepartures fails where a request or an answer departed from GitHub's description.
func noDepartures(t *testing.T, s *Sandbox) {
	t.Helper()
	if s.Unchecked() != "" {
		t.Log(s.Unchecked())
	}
	for _, d := range s.Departures() {
		t.Error(d)
	}
}
