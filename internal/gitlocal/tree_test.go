package gitlocal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What git tracks and what it would take are there; what it ignores is not.
func TestPaths(t *testing.T) {
	r := newRepo(t)
	clone, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	if subjects, err := clone.Subjects(t.Context(), 10); err != nil || subjects != nil {
		t.Errorf("a new repository: %v, %v", subjects, err)
	}
	r.write(".gitignore", "out/\n")
	r.write("src/ä b.go", "package a\n")
	r.commit("PAY-1: One\n\nMore.")
	r.commit("Two")
	r.write("new.txt", "new\n")
	r.write("out/x", "x\n")
	if err := os.Symlink("new.txt", filepath.Join(r.dir, "link")); err != nil {
		t.Fatal(err)
	}
	paths, err := clone.Paths(t.Context())
	if diff := cmp.Diff(paths, []string{".gitignore", "link", "new.txt", "src/ä b.go"}); diff != "" || err != nil {
		t.Errorf("%v (-got +want)\n%s", err, diff)
	}
	subjects, err := clone.Subjects(t.Context(), 10)
	if diff := cmp.Diff(subjects, []string{"Two", "PAY-1: One"}); diff != "" || err != nil {
		t.Errorf("%v (-got +want)\n%s", err, diff)
	}
	if text, err := clone.Text("new.txt"); text != "new\n" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := clone.Text("link"); err == nil || !strings.Contains(err.Error(), "link") {
		t.Errorf("a link was followed: %v", err)
	}
	r.git("branch", "release/1")
	r.git("update-ref", "refs/remotes/origin/develop", "HEAD")
	r.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop")
	branches, err := clone.Branches(t.Context())
	if diff := cmp.Diff(branches, []string{"develop", "main", "release/1"}); diff != "" || err != nil {
		t.Errorf("%v (-got +want)\n%s", err, diff)
	}
	if owner := clone.Owner(t.Context()); owner != "" {
		t.Errorf("owner %q", owner)
	}
	r.git("remote", "add", "origin", "https://github.com/acme/api.git")
	if owner := clone.Owner(t.Context()); owner != "acme" {
		t.Errorf("owner %q", owner)
	}
}
