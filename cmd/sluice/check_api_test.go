package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// checked is what "sluice check" prints, and its exit status.
func checked(t *testing.T, args ...string) (string, int, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetArgs(append([]string{"check"}, args...))
	err := root.ExecuteContext(t.Context())
	var exit *exitError
	switch {
	case err == nil:
		return out.String(), 0, nil
	case errors.As(err, &exit):
		return out.String(), exit.code, exit.err
	}
	t.Fatal(err)
	return "", 0, nil
}

// A pull request is checked over the API, with a person's token, as the server judged it; GitHub is not written to, and
// what was stored of it is judged the same without GitHub.
func TestCheckOverTheAPI(t *testing.T) {
	h := beginPull(t, databasetest.SQLite(t))
	t.Setenv("GITHUB_WEB_URL", h.box.WebURL())
	t.Setenv("GITHUB_V3_API_URL", h.box.APIURL())
	t.Setenv("GITHUB_V4_API_URL", h.box.GraphQLURL())
	t.Setenv("GITHUB_TOKEN", h.box.UserToken("mira"))
	stored := filepath.Join(t.TempDir(), "case.json")
	h.box.ResetCalls()

	text, status, err := checked(t, "acme/api#12", "--save", stored)
	if status != 0 || err != nil || !strings.Contains(text, "Ready for review") || strings.Contains(text, "not read") {
		t.Errorf("got status %d, %v and\n%s", status, err, text)
	}
	if n := h.writes(); n != 0 {
		t.Errorf("got %d writes to GitHub, want none: %v", n, h.box.Calls())
	}
	again, status, err := checked(t, "--snapshot", stored)
	if again != text || status != 0 || err != nil {
		t.Errorf("replayed: got status %d, %v and\n%s\nwant\n%s", status, err, again, text)
	}
	for _, name := range []string{h.box.WebURL() + "/acme/api/pull/12", h.box.WebURL() + "/acme/api/pull/12/files#diff-1"} {
		if byURL, _, err := checked(t, name); byURL != text {
			t.Errorf("%s: got %v and\n%s", name, err, byURL)
		}
	}
	r, err := h.server.store.Latest(t.Context(), theRepo, theNumber)
	must(t, err)
	if r.Decision != gate.Open {
		t.Errorf("the server decided %s", r.Decision)
	}

	// Whatever goes wrong is a mistake in the call that says what to do, and the token goes nowhere else.
	for _, c := range []struct{ token, name, want string }{
		{h.box.UserToken("mira"), "acme/api#99", "look at the name"},
		{h.box.UserToken("mira"), "acme/none#1", "look at the name"},
		{h.box.UserToken("mira"), "https://evil.example/acme/api/pull/12", "is not the GitHub that is configured"},
		{"wrong", "acme/api#12", "GITHUB_TOKEN is refused"},
		{"", "acme/api#12", "GITHUB_TOKEN is empty"},
	} {
		t.Setenv("GITHUB_TOKEN", c.token)
		out, status, err := checked(t, c.name)
		if status != exitUsage || err == nil || !strings.Contains(err.Error(), c.want) || out != "" {
			t.Errorf("%s: got status %d, %v, %q; want 2 and %q", c.name, status, err, out, c.want)
		}
	}
}
