package gitlocal

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

// repo is a clone that a test fills.
type repo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	r := &repo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ana", "GIT_AUTHOR_EMAIL=ana@acme.example", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z",
		"GIT_COMMITTER_NAME=Ana", "GIT_COMMITTER_EMAIL=ana@acme.example", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) write(path, text string) {
	r.t.Helper()
	full := filepath.Join(r.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repo) commit(message string) string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

func (r *repo) read(base, head string) *pull.Request {
	r.t.Helper()
	clone, err := Open(r.t.Context(), r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	got, _, err := clone.Range(r.t.Context(), base, head)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

func summary(files []pull.File) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s %s %s<%s %s>%s +%d -%d %s", f.Status, f.Path, f.Previous, f.PreviousMode, f.Mode, f.NoPatch, f.Added, f.Removed, strings.ReplaceAll(f.Patch, "\n", "|"))
		b.WriteString("\n")
	}
	return b.String()
}

func TestRangeFiles(t *testing.T) {
	r := newRepo(t)
	long := strings.Repeat("a line that stays\n", 20)
	r.write("old.txt", long)
	r.write("moved.txt", long+"and this one goes\n")
	r.write("gone.txt", "one\ntwo\n")
	r.write("becomes-link", "text\n")
	r.write("sh.sh", "echo\n")
	r.write("hidden.go", "package a\n")
	r.write("pic.bin", "\x00\x01")
	base := r.commit("base")
	r.git("mv", "old.txt", "new name.txt")
	r.git("mv", "moved.txt", "dir-ü.txt")
	r.write("dir-ü.txt", long+"and this one came\n")
	r.git("rm", "-q", "gone.txt")
	r.git("rm", "-q", "becomes-link")
	if err := os.Symlink("/etc/passwd", filepath.Join(r.dir, "becomes-link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(r.dir, "sh.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.write("hidden.go", "package a\n\nfunc Backdoor() {}\n")
	r.write(".gitattributes", "*.go -diff\n")
	r.write("pic.bin", "\x00\x02")
	r.write("empty", "")
	r.commit("head")
	want := `added .gitattributes < 100644> +1 -0 @@ -0,0 +1 @@|+*.go -diff
changed becomes-link <100644 120000> +1 -1 @@ -0,0 +1 @@|+/etc/passwd|\ No newline at end of file
renamed dir-ü.txt moved.txt<100644 100644> +1 -1 @@ -18,4 +18,4 @@ a line that stays| a line that stays| a line that stays| a line that stays|-and this one goes|+and this one came
added empty < 100644>same content +0 -0 
removed gone.txt <100644 > +0 -2 @@ -1,2 +0,0 @@|-one|-two
modified hidden.go <100644 100644> +2 -0 @@ -1 +1,3 @@| package a|+|+func Backdoor() {}
renamed new name.txt old.txt<100644 100644>same content +0 -0 
modified pic.bin <100644 100644>binary +0 -0 
modified sh.sh <100644 100755>same content +0 -0 
`
	if diff := cmp.Diff(summary(r.read(base, "HEAD").Files), want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

// The change is counted from the merge base, and the trusted files are the base's own.
func TestRangeTrustsTheBase(t *testing.T) {
	r := newRepo(t)
	r.write("a.txt", "a\n")
	r.commit("start")
	r.git("checkout", "-q", "-b", "work")
	r.write("b.txt", "b\n")
	r.write(".github/CODEOWNERS", "* @me\n")
	r.write(".github/sluice.yml", "mine\n")
	r.commit("work\n\nCloses #1")
	r.git("checkout", "-q", "main")
	r.write("c.txt", "c\n")
	r.write(".github/sluice.yml", "theirs\n")
	r.write("docs/Pull_Request_Template.md", "## What\n")
	r.commit("base went on")

	clone, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	got, layers, err := clone.Range(t.Context(), "main", "work")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range got.Files {
		paths = append(paths, f.Path)
	}
	if diff := cmp.Diff(paths, []string{".github/CODEOWNERS", ".github/sluice.yml", "b.txt"}); diff != "" {
		t.Errorf("files (-got +want)\n%s", diff)
	}
	if len(layers) != 1 || layers[0].Text != "theirs\n" {
		t.Errorf("policy is %+v, want the base's", layers)
	}
	if got.Owners.Text != "" || got.Template.Text != "## What\n" {
		t.Errorf("owners %q, template %q; want none and the base's", got.Owners.Text, got.Template.Text)
	}
	if got.Title != "work" || got.Body != "Closes #1" || got.Head.Name != "work" || got.Base.Name != "main" {
		t.Errorf("title %q, body %q, %s into %s", got.Title, got.Body, got.Head.Name, got.Base.Name)
	}
	if got.Known.Has(pull.WithIssues) || got.Known.Has(pull.WithReviews) || len(got.Gaps) == 0 {
		t.Errorf("a clone knows %s, gaps %v", got.Known, got.Gaps)
	}
}

// Settings of the clone, its attributes and its hooks change nothing and start nothing.
func TestRangeIgnoresConfiguration(t *testing.T) {
	r := newRepo(t)
	r.write("a.txt", "a\n")
	base := r.commit("base")
	r.write("a.txt", "b\n")
	r.commit("head")
	before := summary(r.read(base, "HEAD").Files)
	witness := filepath.Join(r.dir, "ran")
	r.git("config", "diff.external", "touch "+witness)
	r.git("config", "diff.noprefix", "true")
	r.git("config", "core.fsmonitor", "touch "+witness)
	r.git("config", "diff.evil.textconv", "touch "+witness)
	r.git("config", "diff.evil.command", "touch "+witness)
	r.git("config", "color.ui", "always")
	r.write(".gitattributes", "*.txt diff=evil\n")
	if got := summary(r.read(base, "HEAD").Files); got != before {
		t.Errorf("got\n%swant\n%s", got, before)
	}
	if _, err := os.Stat(witness); err == nil {
		t.Error("a program of the clone's configuration was started")
	}
}

func TestRangeErrors(t *testing.T) {
	r := newRepo(t)
	r.commit("only")
	r.git("checkout", "-q", "--orphan", "other")
	r.commit("unrelated")
	clone, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ base, head, want string }{
		{"nowhere", "HEAD", `this clone has no commit "nowhere"; fetch it, or name another`},
		{"--output=x", "HEAD", `this clone has no commit "--output=x"; fetch it, or name another`},
		{"main", "other", "main and other have no common commit; a shallow clone may lack it: git fetch --unshallow"},
	} {
		if _, _, err := clone.Range(t.Context(), c.base, c.head); err == nil || err.Error() != c.want {
			t.Errorf("%s..%s: got %v, want %s", c.base, c.head, err, c.want)
		}
	}
	if _, err := Open(t.Context(), t.TempDir()); err == nil {
		t.Error("a folder outside any clone was opened")
	}
}

func TestCompleteReadsDocuments(t *testing.T) {
	r := newRepo(t)
	r.write("docs/spec.md", "do this\n")
	base := r.commit("base")
	r.commit("head")
	got := r.read(base, "HEAD")
	clone, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := clone.Complete(t.Context(), got, pull.Needs{Documents: []string{"docs", "docs/none.md", "docs/spec.md"}}); err != nil {
		t.Fatal(err)
	}
	want := []pull.Document{{Path: "docs", Missing: true}, {Path: "docs/none.md", Missing: true}, {Path: "docs/spec.md", Text: "do this\n"}}
	if diff := cmp.Diff(got.Documents, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

func TestRemoteName(t *testing.T) {
	for url, want := range map[string]string{
		"https://github.com/acme/api.git": "acme/api",
		"git@github.com:acme/api":         "acme/api",
		"ssh://git@git.acme.example/a/b/": "a/b",
	} {
		m := remoteName.FindStringSubmatch(url)
		if m == nil || m[1]+"/"+m[2] != want {
			t.Errorf("%s: got %v, want %s", url, m, want)
		}
	}
}
