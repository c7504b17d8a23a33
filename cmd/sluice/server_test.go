package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/sandbox"
)

const (
	theRepo   = "acme/api"
	theNumber = 12
	theGate   = "sluice: main"
)

// house is a server that runs against a sandbox with one repository, one issue and one pull request of Copilot's, which
// is in order.
type house struct {
	*testing.T
	box    *sandbox.Sandbox
	server *server
	url    string

	mu  sync.Mutex
	log bytes.Buffer
}

// Write takes the server's log.
func (h *house) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(p)
}

func (h *house) logged() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.String()
}

// begin starts the server on an empty database; the sandbox has told nothing yet. What departs from GitHub's description
// fails the test. set may change the server before it runs.
func begin(t *testing.T, url string, set ...func(*server)) *house {
	t.Helper()
	still := func(s *server) { s.tasks = nil } // what is done beside deliveries has tests of its own
	return beginBefore(t, url, func(*house) {}, append([]func(*server){still}, set...)...)
}

// beginBefore is begin where something happens on GitHub before the server runs.
func beginBefore(t *testing.T, url string, before func(*house), set ...func(*server)) *house {
	t.Helper()
	return beginWith(t, url, func(*serverConfig) {}, before, set...)
}

// beginTraced is begin with spans that go to endpoint.
func beginTraced(t *testing.T, url, endpoint string) *house {
	t.Helper()
	return beginWith(t, url, func(c *serverConfig) { c.traces = endpoint }, func(*house) {})
}

func beginWith(t *testing.T, url string, configure func(*serverConfig), before func(*house), set ...func(*server)) *house {
	t.Helper()
	box := sandbox.New(sandbox.Options{Permissions: permissions(), Description: describedBy(), Narrow: true})
	must(t, box.Start())
	h := &house{T: t, box: box}
	t.Cleanup(func() {
		for _, d := range box.Departures() {
			t.Errorf("departure from GitHub's description: %s", d)
		}
		must(t, box.Close())
		if t.Failed() {
			t.Log(h.logged())
		}
	})
	before(h)
	var err error
	config := sandboxConfig(box, url)
	configure(config)
	h.server, err = newServer(t.Context(), config, zerolog.New(h))
	must(t, err)
	for _, do := range set {
		do(h.server)
	}
	address, stop, err := h.server.background(t.Context())
	must(t, err)
	t.Cleanup(func() { must(t, stop()) })
	h.url = address
	return h
}

// beginPull is begin with the pull request opened and decided.
func beginPull(t *testing.T, url string, set ...func(*server)) *house {
	t.Helper()
	h := begin(t, url, set...)
	h.populate()
	h.open()
	h.box.SetHookURL(h.url + githubapp.DefaultWebhookRoute)
	h.settle()
	if got := h.conclusion(theGate); got != "success" {
		t.Fatalf("the pull request began as %q, want success", got)
	}
	return h
}

const inOrder = "Fixes #7\n\n## What\n\nThe limit is twenty now.\n\n## Why\n\nTen broke the import of the larger shops.\n\n## How it was tested\n\nA test counts to twenty-one."

// populate makes the repository and its issue.
func (h *house) populate() {
	h.Helper()
	must(h.T, h.box.AddRepo(sandbox.Repo{Name: theRepo, Files: map[string]sandbox.File{
		"README.md": {Text: "# API\n"}, "src/rate.go": {Text: "package src\n"}, "src/rate_test.go": {Text: "package src\n"},
		policy.Path: {Text: "version: 1\nmode: enforce\n"},
	}}))
	h.box.AddMember("acme", "mira")
	_, err := h.box.AddIssue(sandbox.Issue{
		Repo: theRepo, Number: 7, Title: "Raise the limit", Author: "mira",
		Body: "Ten requests a minute are not enough for the shops that import their whole catalogue at night. Allow twenty.",
	})
	must(h.T, err)
}

// open opens the pull request.
func (h *house) open() {
	h.Helper()
	_, err := h.box.Open(sandbox.Pull{
		Repo: theRepo, Number: theNumber, Title: "Raise the limit", Body: inOrder, Author: "Copilot", Head: "copilot/fix-7", Assignees: []string{"mira"},
		Commits: []sandbox.Change{{Message: "Raise the limit", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{
			"src/rate.go":      {Text: "package src\n\nconst limit = 20\n\nfunc allowed(n int) bool { return n <= limit }\n"},
			"src/rate_test.go": {Text: "package src\n\nimport \"testing\"\n\nfunc TestAllowed(t *testing.T) {\n\tif allowed(21) {\n\t\tt.Error(\"21 is allowed\")\n\t}\n}\n"},
		}}},
	})
	must(h.T, err)
}

// settle waits until everything that happened was told, and everything that was told is done.
func (h *house) settle() {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), 30*time.Second)
	defer cancel()
	must(h.T, h.box.Settle(ctx))
	must(h.T, h.server.queue.Idle(ctx))
}

// conclusion is that of the check run of a name on the pull request's head, "" where there is none.
func (h *house) conclusion(name string) string {
	return h.box.CheckRun(theRepo, h.box.Head(theRepo, theNumber), name).Conclusion
}

// digests are the App's comments.
func (h *house) digests() (out []sandbox.Comment) {
	for _, c := range h.box.Comments(theRepo, theNumber) {
		if c.App && !strings.Contains(c.Body, "<!-- sluice answer to ") {
			out = append(out, c)
		}
	}
	return out
}

// count counts the rows of a table.
func (h *house) count(table string) (n int) {
	h.Helper()
	must(h.T, h.server.db.View(h.Context(), func(tx database.Tx) error {
		return tx.QueryRow(h.Context(), "SELECT count(*) FROM "+table).Scan(&n)
	}))
	return n
}

// strings are the texts that a query finds.
func (h *house) strings(query string) (out []string) {
	h.Helper()
	must(h.T, h.server.db.View(h.Context(), func(tx database.Tx) error {
		rows, err := tx.Query(h.Context(), query)
		out, err = database.Collect(rows, err, func(r database.Row) (s string, err error) {
			err = r.Scan(&s)
			return s, err
		})
		return err
	}))
	return out
}

// writes counts the calls to GitHub that change something, reactions to commands apart.
func (h *house) writes() (n int) {
	for name, calls := range h.box.Calls() {
		if method, path, _ := strings.Cut(name, " "); method != http.MethodGet && path != "/graphql" && !strings.Contains(path, "access_tokens") && !strings.HasSuffix(path, "/reactions") {
			n += calls
		}
	}
	return n
}

// get is the status and the text of one of the server's pages.
func (h *house) get(path string) (int, string) {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodGet, h.url+path, http.NoBody)
	must(h.T, err)
	resp, err := http.DefaultClient.Do(req)
	must(h.T, err)
	defer func() { _ = resp.Body.Close() }() // it was only read
	body, err := io.ReadAll(resp.Body)
	must(h.T, err)
	return resp.StatusCode, string(body)
}

// TestServer is the way of one pull request's life, each step on what the one before left.
func TestServer(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginPull(t, url)
		for _, step := range []struct {
			name string
			do   func(h *house)
		}{
			{"a second event for an unchanged head writes nothing", unchanged},
			{"a delivery that comes again changes nothing", redelivered},
			{"a digest that was deleted comes back once", deletedDigest},
			{"a person's comment with the digest's mark is left alone", forgedMark},
			{"an issue that is emptied closes the gate, and filled again opens it", editedIssue},
			{"a check run that is asked for again is looked at again", rerequested},
			{"a comment asks for another look", recheck},
			{"a stranger's comment does not", recheckByAStranger},
			{"a policy that a push changes holds for the open pull requests", pushedPolicy},
			{"another base has a check run of its own, and the first one's is void", retargeted},
			{"a burst of pushes ends with the last head", burst},
		} {
			step.do(&house{T: t, box: h.box, server: h.server, url: h.url})
			if t.Failed() {
				t.Fatalf("step: %s", step.name)
			}
		}
		if status, text := h.get("/readyz"); status != http.StatusOK {
			t.Errorf("/readyz: got %d %q", status, text)
		}
	})
}

func unchanged(h *house) {
	h.box.ResetCalls()
	reports, entries := h.count("reports"), h.count("ledger")
	must(h.T, h.box.Label(theRepo, theNumber, "limits"))
	must(h.T, h.box.Assign(theRepo, theNumber, "mira"))
	h.settle()
	if n := h.writes(); n != 0 {
		h.Errorf("got %d writes to GitHub, want none: %v", n, h.box.Calls())
	}
	if r, e := h.count("reports"), h.count("ledger"); r != reports || e != entries {
		h.Errorf("got %d reports and %d entries, want %d and %d as before", r, e, reports, entries)
	}
	if len(h.box.Calls()) == 0 {
		h.Error("nobody looked")
	}
}

func redelivered(h *house) {
	deliveries := h.box.Deliveries()
	stored := h.count("deliveries")
	h.box.ResetCalls()
	for _, d := range deliveries {
		must(h.T, h.box.Redeliver(d.ID))
	}
	h.settle()
	if n := h.count("deliveries"); n != stored {
		h.Errorf("got %d deliveries stored, want %d as before", n, stored)
	}
	if calls := h.box.Calls(); len(calls) != 0 {
		h.Errorf("got calls %v, want none", calls)
	}
}

func deletedDigest(h *house) {
	before := h.digests()
	if len(before) != 1 {
		h.Fatalf("got %d digests, want 1", len(before))
	}
	must(h.T, h.box.DeleteComment(before[0].ID, "mira"))
	for range 3 { // what it says must change, or nobody looks
		must(h.T, h.box.Edit(theRepo, theNumber, "Raise the limit to twenty", ""))
		h.settle()
		if n := len(h.digests()); n > 1 {
			h.Fatalf("got %d digests, want 1", n)
		}
	}
	must(h.T, h.box.Edit(theRepo, theNumber, "", strings.ReplaceAll(inOrder, "## Why", "## Whence")))
	h.settle()
	if got := h.digests(); len(got) != 1 || got[0].ID == before[0].ID {
		h.Fatalf("got %d digests, want a new one", len(got))
	}
	must(h.T, h.box.Edit(theRepo, theNumber, "", inOrder))
	h.settle()
}

func forgedMark(h *house) {
	digest := h.digests()[0]
	forged, err := h.box.Comment(theRepo, theNumber, "eve", digest.Body)
	must(h.T, err)
	must(h.T, h.box.DeleteComment(digest.ID, "mira"))
	must(h.T, h.box.Edit(theRepo, theNumber, "", strings.ReplaceAll(inOrder, "## Why", "## Whence")))
	h.settle()
	if got := h.digests(); len(got) != 1 || got[0].ID == forged || got[0].Body == digest.Body {
		h.Errorf("got %d digests, want one of the App's own", len(got))
	}
	for _, c := range h.box.Comments(theRepo, theNumber) {
		if c.ID == forged && c.Body != digest.Body {
			h.Error("a person's comment was written over")
		}
	}
	must(h.T, h.box.DeleteComment(forged, "eve"))
	must(h.T, h.box.Edit(theRepo, theNumber, "", inOrder))
	h.settle()
}

func editedIssue(h *house) {
	issue := "Ten requests a minute are not enough for the shops that import their whole catalogue at night. Allow twenty."
	must(h.T, h.box.EditIssue(theRepo, 7, "", "TODO"))
	h.settle()
	if got := h.conclusion(theGate); got != "failure" {
		h.Errorf("with an issue that says nothing: got %q, want failure", got)
	}
	must(h.T, h.box.EditIssue(theRepo, 7, "", issue))
	h.settle()
	if got := h.conclusion(theGate); got != "success" {
		h.Errorf("with the issue as it was: got %q, want success", got)
	}
}

func rerequested(h *house) {
	run := h.box.CheckRun(theRepo, h.box.Head(theRepo, theNumber), theGate)
	for _, press := range []func() error{
		func() error { return h.box.Rerequest(run.ID, "mira") },
		func() error { return h.box.RerequestSuite(theRepo, run.Head, "mira") },
	} {
		h.box.ResetCalls()
		must(h.T, press())
		h.settle()
		if n := h.writes(); n != 1 {
			h.Errorf("got %d writes, want one: GitHub shows the check runs as queued until they are written", n)
		}
	}
}

func recheck(h *house) {
	h.looks(func() { h.say("mira", "/sluice recheck") }, true)
	h.looks(func() { h.say("mira", "Should I say `/sluice recheck`?") }, false)
	h.looks(func() { h.say("mira", "> /sluice recheck") }, false)
}

func recheckByAStranger(h *house) {
	before := h.writes()
	h.say("eve", "/sluice recheck")
	h.settle()
	if n := h.writes() - before; n != 1 || len(h.answers()) != 1 {
		h.Errorf("got %d writes and answers %q, want one: why it was refused", n, h.answers())
	}
}

func (h *house) say(login, text string) {
	_, err := h.box.Comment(theRepo, theNumber, login, text)
	must(h.T, err)
}

// looks holds whether what happens makes the server read the pull request.
func (h *house) looks(happen func(), want bool) {
	h.Helper()
	h.box.ResetCalls()
	happen()
	h.settle()
	if got := h.box.Calls()["POST /graphql"] > 0; got != want {
		h.Errorf("looked: got %t, want %t; calls %v", got, want, h.box.Calls())
	}
	if n := h.writes(); n != 0 {
		h.Errorf("got %d writes, want none: nothing changed", n)
	}
}

func pushedPolicy(h *house) {
	push := func(text string) {
		_, err := h.box.Commit(theRepo, "main", sandbox.Change{Message: "Policy", Author: h.box.Identity("mira"), Write: map[string]sandbox.File{policy.Path: {Text: text}}})
		must(h.T, err)
		h.settle()
	}
	push("version: 1\nmode: enforce\nagents: {deny: [copilot-coding-agent]}\n")
	if got := h.conclusion(theGate); got != "failure" {
		h.Errorf("with a policy that denies the agent: got %q, want failure", got)
	}
	push("version: 1\nmode: enfroce\n")
	if got := h.conclusion(theGate); got != "failure" {
		h.Errorf("with an invalid policy after one that denies: got %q, want failure as before", got)
	}
	push("version: 1\nmode: enforce\n")
	if got := h.conclusion(theGate); got != "success" {
		h.Errorf("with the policy as it was: got %q, want success", got)
	}
}

func retargeted(h *house) {
	must(h.T, h.box.AddBranch(theRepo, "stable", "main"))
	must(h.T, h.box.Retarget(theRepo, theNumber, "stable"))
	h.settle()
	if got, old := h.conclusion("sluice: stable"), h.conclusion(theGate); got != "success" || old != "action_required" {
		h.Errorf("got %q for stable and %q for main, want success and action_required", got, old)
	}
	must(h.T, h.box.Retarget(theRepo, theNumber, "main"))
	h.settle()
	if got, old := h.conclusion(theGate), h.conclusion("sluice: stable"); got != "success" || old != "action_required" {
		h.Errorf("back again: got %q for main and %q for stable, want success and action_required", got, old)
	}
}

func burst(h *house) {
	reports := h.count("reports")
	for i := range 8 {
		_, err := h.box.Push(theRepo, theNumber, sandbox.Change{
			Message: "More", Author: h.box.Identity("Copilot"), Signed: true,
			Write: map[string]sandbox.File{"src/more_test.go": {Text: strings.Repeat("package src\n// more\n", i+1)}},
		})
		must(h.T, err)
	}
	h.settle()
	r, err := h.server.store.Latest(h.Context(), theRepo, theNumber)
	must(h.T, err)
	if r.Head != h.box.Head(theRepo, theNumber) || h.conclusion(theGate) == "" {
		h.Errorf("got a report on %s and the check run %q, want them on the last head, %s", r.Head, h.conclusion(theGate), h.box.Head(theRepo, theNumber))
	}
	if n := h.count("reports") - reports; n > 8 {
		h.Errorf("got %d reports of 8 pushes", n)
	}
	if len(h.digests()) != 1 || r.Decision != gate.Open {
		h.Errorf("got %d digests and %s, want 1 and open", len(h.digests()), r.Decision)
	}
}
