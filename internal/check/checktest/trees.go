package checktest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/internal/pull"
)

// compared puts the difference of the files below base/ and head/ into r, as git sees it, and those of the head into its
// contents.
func compared(t *testing.T, r *pull.Request, trees []txtar.File) {
	t.Helper()
	dir := t.TempDir()
	for _, side := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(dir, side), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range trees {
		path, head := strings.CutPrefix(f.Name, "head/")
		side := "b"
		if !head {
			path, side = strings.TrimPrefix(f.Name, "base/"), "a"
		}
		name := filepath.Join(dir, side, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		if head {
			r.Contents = append(r.Contents, pull.Document{Path: path, Text: string(f.Data)})
		}
	}
	cmd := exec.CommandContext(t.Context(), "git", "-c", "core.quotepath=off", "diff", "--no-index", "--no-prefix", "--find-renames", "a", "b")
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1 says that there is a difference
		t.Fatalf("git diff: %v", err)
	}
	if len(out) == 0 {
		return
	}
	files, err := changed(out)
	if err != nil {
		t.Fatalf("git diff: %v\n%s", err, out)
	}
	for i := range files { // the lines that tell of a rename have the directories of both sides
		if files[i].Status == pull.Renamed || files[i].Status == pull.Copied {
			files[i].Path, files[i].Previous = strings.TrimPrefix(files[i].Path, "b/"), strings.TrimPrefix(files[i].Previous, "a/")
		}
	}
	r.Files = append(r.Files, files...)
}
