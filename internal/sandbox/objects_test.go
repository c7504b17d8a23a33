package sandbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

// The names of blobs, trees and commits are git's own.
func TestObjectsAreNamedAsGitDoes(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git here")
	}
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	ana := Signature{Name: "Ana", Email: "ana@example.com", When: at}
	o := newObjects()
	c := o.addCommit(&commit{message: "Begin\n", author: ana, committer: ana, files: flat{
		"a.txt": {pull.Regular, o.addBlob([]byte("a\n"))}, "a/b.txt": {pull.Executable, o.addBlob([]byte("b\n"))}, "a-b": {pull.Symlink, o.addBlob([]byte("a.txt"))},
	}})

	dir := t.TempDir()
	run := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), git, args...)
		cmd.Dir = dir
		stamp := fmt.Sprintf("%d +0000", at.Unix())
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+stamp, "GIT_COMMITTER_DATE="+stamp, "GIT_AUTHOR_NAME=Ana", "GIT_AUTHOR_EMAIL=ana@example.com",
			"GIT_COMMITTER_NAME=Ana", "GIT_COMMITTER_EMAIL=ana@example.com", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("init", "-q")
	must(t, os.Mkdir(filepath.Join(dir, "a"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "a.txt"), []byte("a\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "a", "b.txt"), []byte("b\n"), 0o700))
	must(t, os.Symlink("a.txt", filepath.Join(dir, "a-b")))
	run("add", ".")
	run("commit", "-q", "-m", "Begin", "--no-gpg-sign")
	if got, want := c.tree, run("rev-parse", "HEAD^{tree}"); got != want {
		t.Errorf("tree %s, git says %s", got, want)
	}
	if got, want := c.sha, run("rev-parse", "HEAD"); got != want {
		t.Errorf("commit %s, git says %s", got, want)
	}
}

func TestDiffsAreWhatGitHubGives(t *testing.T) {
	o := newObjects()
	file := func(text string) entry { return entry{pull.Regular, o.addBlob([]byte(text))} }
	long := strings.Repeat("line\n", 30)
	from := flat{
		"kept": file("same\n"), "edited": file("one\ntwo\nthree\n"), "gone": file("bye\n"), "old/name": file("moved\nwhole\n"),
		"old/part": file(long + "end\n"), "mode": file("#!\n"), "picture": file("\x00old"), "noend": file("a\nb"),
	}
	to := flat{
		"kept": from["kept"], "edited": file("one\n2\nthree\nfour\n"), "came": file("hi\n"), "new/name": from["old/name"], "new/part": file(long + "END\n"),
		"mode": {pull.Executable, from["mode"].sha}, "picture": file("\x00new"), "noend": file("a\nc"), "huge": file(strings.Repeat("x\n", maxPatchLines+1)),
	}
	got := map[string]string{}
	for _, f := range o.diff(from, to) {
		got[f.Path] = fmt.Sprintf("%s %s +%d -%d %s", f.Status, f.Previous, f.Added, f.Removed, f.NoPatch)
		if f.Patch == "" {
			continue
		}
		header := fmt.Sprintf("diff --git a/x b/x\n--- a/x\n+++ b/x\n%s\n", f.Patch)
		if files, _, err := gitdiff.Parse(strings.NewReader(header)); err != nil || len(files) != 1 {
			t.Errorf("%s: %v of\n%s", f.Path, err, f.Patch)
		}
		if !strings.HasPrefix(f.Patch, "@@ ") || strings.HasSuffix(f.Patch, "\n") {
			t.Errorf("%s: the patch is %q", f.Path, f.Patch)
		}
	}
	if diff := cmp.Diff(got, map[string]string{
		"edited": "modified  +2 -1 ", "gone": "removed  +0 -1 ", "came": "added  +1 -0 ", "new/name": "renamed old/name +0 -0 same content",
		"new/part": "renamed old/part +1 -1 ", "mode": "modified  +0 -0 same content", "picture": "modified  +0 -0 binary", "noend": "modified  +1 -1 ",
		"huge": fmt.Sprintf("added  +%d -0 too large", maxPatchLines+1),
	}); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

// What the base gained since the head left it is no part of the pull request.
func TestThreeDots(t *testing.T) {
	s := begin(t, Options{})
	_, err := s.Commit("acme/api", "main", Change{Message: "Meanwhile", Author: s.Identity("mira"), Write: map[string]File{"other.go": {Text: "package other\n"}}})
	must(t, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pull("acme/api", 12)
	must(t, err)
	var paths []string
	for _, f := range s.changed(p) {
		paths = append(paths, f.Path)
	}
	if diff := cmp.Diff(paths, []string{"src/rate.go", "src/rate_test.go"}); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	if p.base == s.repos["acme/api"].branches["main"] {
		t.Error("the base's commit moved by itself; GitHub keeps the one of the last push")
	}
}
