package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

const filesRoute = "GET /repos/acme/api/pulls/7/files"

// openedPull is a pull request as Open leaves it.
func openedPull() *pull.Request {
	return &pull.Request{
		Repo: "acme/api", Number: 7, Head: pull.Branch{Repo: "eve/api", Name: "x", SHA: headSHA}, Base: pull.Branch{Repo: "acme/api", Name: "main", SHA: baseSHA},
		Known: pull.WithCommits | pull.WithIssues | pull.WithReviews | pull.WithOwners | pull.WithTemplate,
	}
}

// lookups answers the query Lookup from tables: files by path at each side, documents and issues by their names.
type tables struct {
	head, base map[string]string // path: the entry's JSON
	documents  map[string]string
	issues     map[string]string // "acme/web#2"
	changed    int
	headSHA    string
	errors     string
}

func (tb tables) answer(text string, v map[string]any) string {
	value := func(m map[string]string, key string) string {
		if s, ok := m[key]; ok {
			return s
		}
		return "null"
	}
	side := map[string][]string{}
	var issues []string
	for name, x := range v {
		s, _ := x.(string)
		switch {
		case strings.HasPrefix(name, "headEntry"):
			side["head"] = append(side["head"], fmt.Sprintf("%q:%s", name, value(tb.head, s)))
		case strings.HasPrefix(name, "baseEntry"):
			side["base"] = append(side["base"], fmt.Sprintf("%q:%s", name, value(tb.base, s)))
		case strings.HasPrefix(name, "document"):
			side["base"] = append(side["base"], fmt.Sprintf("%q:%s", name, value(tb.documents, s)))
		case strings.HasPrefix(name, "owner") && name != "owner":
			i := name[len("owner"):]
			at := strings.Index(text, "issue"+i+": ")
			var number int
			fmt.Sscanf(text[at+strings.Index(text[at:], "number: "):], "number: %d", &number)
			issues = append(issues, fmt.Sprintf(`"issue%s":{"issueOrPullRequest":%s}`, i, value(tb.issues, fmt.Sprintf("%s/%s#%d", s, v["name"+i], number))))
		}
	}
	parts := []string{fmt.Sprintf(`"pullRequest":{"headRefOid":%q,"baseRefName":"main","changedFiles":%d}`, tb.headSHA, tb.changed)}
	for _, name := range []string{"head", "base"} {
		if len(side[name]) > 0 {
			parts = append(parts, fmt.Sprintf(`%q:{"oid":"x",%s}`, name, strings.Join(side[name], ",")))
		}
	}
	data := append([]string{`"repository":{` + strings.Join(parts, ",") + `}`}, issues...)
	out := `{"data":{` + strings.Join(data, ",") + `}`
	if tb.errors != "" {
		out += `,"errors":[` + tb.errors + `]`
	}
	return out + "}"
}

func (f *fake) lookup(tb tables) {
	if tb.headSHA == "" {
		tb.headSHA = headSHA
	}
	f.graph = func(_ string, v map[string]any) string {
		f.mu.Lock()
		var q struct{ Query string }
		_ = json.Unmarshal([]byte(f.bodies[len(f.bodies)-1]), &q)
		f.mu.Unlock()
		return tb.answer(q.Query, v)
	}
}

func entryJSON(mode int, oid string, binary bool) string {
	return fmt.Sprintf(`{"mode":%d,"oid":%q,"object":{"isBinary":%v,"byteSize":9}}`, mode, oid, binary)
}

const someFiles = `[
 {"filename":"a.go","status":"modified","additions":2,"deletions":1,"sha":"a2","patch":"@@ -1 +1,2 @@"},
 {"filename":"run.sh","status":"added","additions":1,"deletions":0,"sha":"r1","patch":"@@ -0,0 +1 @@"},
 {"filename":"new/b.go","previous_filename":"old/b.go","status":"renamed","additions":0,"deletions":0,"sha":"b1"},
 {"filename":"gone.go","status":"removed","additions":0,"deletions":3,"sha":"g1","patch":"@@ -1,3 +0,0 @@"},
 {"filename":"logo.png","status":"modified","additions":0,"deletions":0,"sha":"l2"},
 {"filename":"tool","status":"modified","additions":0,"deletions":0,"sha":"t1"},
 {"filename":"go.sum","status":"modified","additions":9000,"deletions":0,"sha":"s2"},
 {"filename":"dump.sql","status":"added","additions":0,"deletions":0,"sha":"d1"},
 {"filename":".keep","status":"added","additions":0,"deletions":0,"sha":"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"}]`

func TestCompleteFiles(t *testing.T) {
	f, c := newFake(t)
	f.json(filesRoute, someFiles)
	f.lookup(tables{
		changed: 9,
		head: map[string]string{
			"a.go": entryJSON(0o100644, "a2", false), "run.sh": entryJSON(0o100755, "r1", false), "new/b.go": entryJSON(0o120000, "b1", false),
			"logo.png": entryJSON(0o100644, "l2", true), "tool": entryJSON(0o100755, "t1", false), "go.sum": entryJSON(0o100644, "s2", false),
			"dump.sql": entryJSON(0o100644, "d1", false), ".keep": entryJSON(0o100644, emptyBlob, false),
		},
		base: map[string]string{
			"a.go": entryJSON(0o100644, "a1", false), "old/b.go": entryJSON(0o100644, "b1", false), "gone.go": entryJSON(0o100644, "g1", false),
			"logo.png": entryJSON(0o100644, "l1", true), "tool": entryJSON(0o100644, "t1", false), "go.sum": entryJSON(0o100644, "s1", false),
		},
	})
	r := openedPull()
	if err := c.Complete(context.Background(), target, r, pull.Needs{Facts: changeFacts}); err != nil {
		t.Fatal(err)
	}
	want := []pull.File{
		{Path: "a.go", Status: pull.Modified, Mode: pull.Regular, PreviousMode: pull.Regular, Added: 2, Removed: 1, Patch: "@@ -1 +1,2 @@"},
		{Path: "run.sh", Status: pull.Added, Mode: pull.Executable, Added: 1, Patch: "@@ -0,0 +1 @@"},
		{Path: "new/b.go", Previous: "old/b.go", Status: pull.Renamed, Mode: pull.Symlink, PreviousMode: pull.Regular, NoPatch: pull.SameContent},
		{Path: "gone.go", Status: pull.Removed, PreviousMode: pull.Regular, Removed: 3, Patch: "@@ -1,3 +0,0 @@"},
		{Path: "logo.png", Status: pull.Modified, Mode: pull.Regular, PreviousMode: pull.Regular, NoPatch: pull.Binary},
		// The same content with another mode looks in GitHub's list as a binary file does.
		{Path: "tool", Status: pull.Modified, Mode: pull.Executable, PreviousMode: pull.Regular, NoPatch: pull.SameContent},
		{Path: "go.sum", Status: pull.Modified, Mode: pull.Regular, PreviousMode: pull.Regular, Added: 9000, NoPatch: pull.TooLarge},
		// So does a text that is so large that GitHub doesn't count its lines.
		{Path: "dump.sql", Status: pull.Added, Mode: pull.Regular, NoPatch: pull.TooLarge},
		{Path: ".keep", Status: pull.Added, Mode: pull.Regular, NoPatch: pull.SameContent},
	}
	if diff := cmp.Diff(r.Files, want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	if want := []pull.Gap{{Facts: pull.WithPatches, Reason: "GitHub leaves out the patches of 2 files that are too large"}}; !cmp.Equal(r.Gaps, want) {
		t.Errorf("gaps: got %v, want %v", r.Gaps, want)
	}
	if !r.Known.Has(pull.WithFiles|pull.WithModes) || r.Known.Has(pull.WithPatches) {
		t.Errorf("known: got %s, want files and modes, no patches", r.Known)
	}
	if diff := cmp.Diff(f.take(), []string{filesRoute, "graphql Lookup"}); diff != "" {
		t.Errorf("calls: got, want:\n%s", diff)
	}
	before := *r
	if err := c.Complete(context.Background(), target, r, pull.Needs{Facts: changeFacts}); err != nil {
		t.Fatal(err)
	}
	if calls := f.take(); len(calls) != 0 || !pull.Equal(&before, r) {
		t.Errorf("what is known, or a gap, was read again: %q", calls)
	}
}

// manyFiles answers n modified files.
func manyFiles(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page(w, r, n, func(i int) string {
			return fmt.Sprintf(`{"filename":"f%d.go","status":"modified","additions":1,"deletions":0,"patch":"@@"}`, i)
		})
	}
}

func TestCompleteCountsFiles(t *testing.T) {
	cases := []struct {
		why             string
		listed, changed int
		gap             string
		pages           int
	}{
		{"one page", 100, 100, "", 1},
		{"two pages", 101, 101, "", 2},
		{"more than GitHub lists", 4000, 4212, "3000 of 4212 files are listed", 30},
		{"a list that lags", 3, 4, "3 of 4 files are listed", 1},
		{"none", 0, 0, "", 1},
	}
	for _, tc := range cases {
		t.Run(tc.why, func(t *testing.T) {
			f, c := newFake(t)
			f.routes[filesRoute] = manyFiles(tc.listed)
			f.lookup(tables{changed: tc.changed})
			r := openedPull()
			if err := c.Complete(context.Background(), target, r, pull.Needs{Facts: pull.WithFiles}); err != nil {
				t.Fatal(err)
			}
			reason := ""
			if len(r.Gaps) > 0 {
				reason = r.Gaps[0].Reason
			}
			if reason != tc.gap || r.Known.Has(pull.WithFiles) != (tc.gap == "") {
				t.Errorf("got gap %q and known %s, want gap %q", reason, r.Known, tc.gap)
			}
			if got := len(f.take()); got != tc.pages+1 {
				t.Errorf("calls: got %d, want %d", got, tc.pages+1)
			}
		})
	}
}

func TestCompleteModesOfManyFiles(t *testing.T) {
	for _, truncated := range []bool{false, true} {
		t.Run(fmt.Sprintf("truncated %v", truncated), func(t *testing.T) {
			f, c := newFake(t)
			f.routes[filesRoute] = manyFiles(250)
			all := map[string]string{}
			var tree []string
			for i := range 250 {
				all[fmt.Sprintf("f%d.go", i)] = entryJSON(0o100644, "x", false)
				tree = append(tree, fmt.Sprintf(`{"path":"f%d.go","mode":"100644","type":"blob","sha":"x"}`, i))
			}
			f.lookup(tables{changed: 250, head: all, base: all})
			for _, sha := range []string{headSHA, baseSHA} {
				f.json("GET /repos/acme/api/git/trees/"+sha, fmt.Sprintf(`{"sha":"s","tree":[%s],"truncated":%v}`, strings.Join(tree, ","), truncated))
			}
			r := openedPull()
			if err := c.Complete(context.Background(), target, r, pull.Needs{Facts: pull.WithModes}); err != nil {
				t.Fatal(err)
			}
			if len(r.Gaps) > 0 || !r.Known.Has(pull.WithModes) || r.Files[249].Mode != pull.Regular || r.Files[249].PreviousMode != pull.Regular {
				t.Errorf("got %v, known %s", r.Gaps, r.Known)
			}
			want := 3 + 2 + 1 // pages, trees, one query
			if truncated {
				want++ // 500 files by name
			}
			if got := f.take(); len(got) != want {
				t.Errorf("calls: got %d %q, want %d", len(got), got, want)
			}
		})
	}
}

func TestCompleteMissesAMode(t *testing.T) {
	f, c := newFake(t)
	f.routes[filesRoute] = manyFiles(1)
	f.lookup(tables{changed: 1, head: map[string]string{"f0.go": entryJSON(0o100644, "x", false)}})
	r := openedPull()
	if err := c.Complete(context.Background(), target, r, pull.Needs{Facts: changeFacts}); err != nil {
		// The base commit is not shown at all: it may be soon.
		var temporary *Temporary
		if !errors.As(err, &temporary) {
			t.Fatal(err)
		}
		return
	}
	if r.Known.Has(pull.WithModes) {
		t.Error("the modes are known, though one is missing")
	}
}

func TestCompleteNamed(t *testing.T) {
	f, c := newFake(t)
	f.lookup(tables{
		issues: map[string]string{
			"acme/web#2": `{"__typename":"Issue","number":2,"title":"Spec","body":"b","state":"CLOSED","repository":{"nameWithOwner":"acme/website"}}`,
			"acme/api#5": `{"__typename":"PullRequest","number":5,"title":"Another","pullState":"MERGED","repository":{"nameWithOwner":"acme/api"}}`,
		},
		documents: map[string]string{
			"docs/a.md": `{"path":"docs/a.md","object":{"text":"hello","isTruncated":false,"byteSize":5}}`,
			"big.md":    `{"path":"big.md","object":{"text":"hel","isTruncated":true,"byteSize":9999999}}`,
		},
		errors: `{"type":"NOT_FOUND","path":["issue2"],"message":"Could not resolve to a Repository"}`,
	})
	r := openedPull()
	ref := func(repo string, n int) pull.IssueRef { return pull.IssueRef{Repo: repo, Number: n} }
	r.Issues = []pull.Issue{{IssueRef: ref("acme/api", 3), Closes: true}}
	needs := pull.Needs{
		Facts: pull.WithIssues | pull.WithDocuments,
		Issues: []pull.IssueRef{
			ref("../..", 1), ref("acme/api", 3), ref("acme/api", 5), ref("acme/gone", 9), ref("acme/web", 2),
		},
		Documents: []string{"big.md", "docs/a.md", "docs/none.md"},
	}
	if err := c.Complete(context.Background(), target, r, needs); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range r.Issues {
		got = append(got, fmt.Sprintf("%s#%d %s pull=%v missing=%v closes=%v", i.Repo, i.Number, i.State, i.Pull, i.Missing, i.Closes))
	}
	want := []string{
		"acme/api#3  pull=false missing=false closes=true",
		"../..#1  pull=false missing=true closes=false", // an outsider's text names it
		"acme/api#5 merged pull=true missing=false closes=false",
		"acme/gone#9  pull=false missing=true closes=false",
		"acme/web#2 closed pull=false missing=false closes=false", // as it was asked for, though it has moved
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("issues: got, want:\n%s", diff)
	}
	wantDocuments := []pull.Document{{Path: "docs/a.md", Text: "hello"}, {Path: "docs/none.md", Missing: true}}
	if diff := cmp.Diff(r.Documents, wantDocuments); diff != "" {
		t.Errorf("documents: got, want:\n%s", diff)
	}
	if r.Known.Has(pull.WithDocuments) || !r.Known.Has(pull.WithIssues) {
		t.Errorf("known: got %s, want issues and no documents: one is too large", r.Known)
	}
	if got := f.take(); len(got) != 1 {
		t.Errorf("calls: got %q, want one", got)
	}
}

// A body can name any number of issues.
func TestCompleteBoundsIssues(t *testing.T) {
	f, c := newFake(t)
	f.lookup(tables{})
	r := openedPull()
	var needs pull.Needs
	for i := range 5000 {
		needs.Issues = append(needs.Issues, pull.IssueRef{Repo: "acme/api", Number: i + 1})
	}
	if err := c.Complete(context.Background(), target, r, needs); err != nil {
		t.Fatal(err)
	}
	if got := len(f.take()); got != 1 || len(r.Issues) != maxNamed || r.Known.Has(pull.WithIssues) {
		t.Errorf("got %d calls, %d issues, known %s", got, len(r.Issues), r.Known)
	}
}

func TestCompleteNoticesAMove(t *testing.T) {
	f, c := newFake(t)
	f.routes[filesRoute] = manyFiles(1)
	f.lookup(tables{changed: 1, headSHA: baseSHA})
	r := openedPull()
	err := c.Complete(context.Background(), target, r, pull.Needs{Facts: pull.WithFiles})
	var moved *Moved
	if !errors.As(err, &moved) || moved.Now != baseSHA || len(r.Files) > 0 {
		t.Errorf("got %v and %d files, want Moved and none", err, len(r.Files))
	}
}

func TestCompleteNoticesARetarget(t *testing.T) {
	f, c := newFake(t)
	f.routes[filesRoute] = manyFiles(1)
	f.lookup(tables{changed: 1})
	r := openedPull()
	r.Base.Name = "release"
	err := c.Complete(context.Background(), target, r, pull.Needs{Facts: pull.WithFiles})
	var moved *Moved
	if !errors.As(err, &moved) || moved.Now != "main" {
		t.Errorf("got %v, want Moved to main", err)
	}
}

// A document that GitHub failed to answer is not one that isn't there.
func TestCompleteWithoutADocumentsAnswer(t *testing.T) {
	f, c := newFake(t)
	f.lookup(tables{errors: `{"path":["repository","base","document0"],"message":"timeout"}`})
	r := openedPull()
	if err := c.Complete(context.Background(), target, r, pull.Needs{Documents: []string{"docs/a.md"}}); err != nil {
		t.Fatal(err)
	}
	if len(r.Documents) != 0 || r.Known.Has(pull.WithDocuments) || len(r.Gaps) != 1 {
		t.Errorf("got %v, gaps %v, want a gap", r.Documents, r.Gaps)
	}
}

func TestCompleteFails(t *testing.T) {
	f, c := newFake(t)
	f.routes[filesRoute] = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(502)
		io.WriteString(w, "<html>")
	}
	r := openedPull()
	err := c.Complete(context.Background(), target, r, pull.Needs{Facts: pull.WithFiles})
	var temporary *Temporary
	if !errors.As(err, &temporary) || r.Known.Has(pull.WithFiles) {
		t.Errorf("got %v, want Temporary", err)
	}
	if slices.Contains(f.take(), "graphql Lookup") {
		t.Error("went on after the failure")
	}
}
