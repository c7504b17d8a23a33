package checktest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/internal/pull"
)

// The files of a case are read as GitHub would list them, and taken back to what they were.
func TestTrees(t *testing.T) {
	r := &pull.Request{}
	compared(t, r, []txtar.File{
		{Name: "base/go.mod", Data: []byte("module x\n")},
		{Name: "head/go.mod", Data: []byte("module x\n\ngo 1.26\n")},
		{Name: "head/dir/new.txt", Data: []byte("new\n")},
		{Name: "base/old.txt", Data: []byte("one\ntwo\nthree\n")},
		{Name: "head/dir/renamed.txt", Data: []byte("one\ntwo\nthree\n")},
		{Name: "base/gone.txt", Data: []byte("gone\n")},
		{Name: "base/same.txt", Data: []byte("same\n")},
		{Name: "head/same.txt", Data: []byte("same\n")},
	})
	type listed struct {
		Path           string
		Status         pull.Status
		Added, Removed int
	}
	var got []listed
	for _, f := range r.Files {
		got = append(got, listed{f.Path, f.Status, f.Added, f.Removed})
	}
	want := []listed{{"dir/new.txt", pull.Added, 1, 0}, {"dir/renamed.txt", pull.Renamed, 0, 0}, {"go.mod", pull.Modified, 2, 0}, {"gone.txt", pull.Removed, 0, 1}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("files (-got +want)\n%s", diff)
	}
	for path, text := range map[string]string{"go.mod": "module x\n", "gone.txt": "gone\n", "same.txt": "same\n", "dir/new.txt": ""} {
		if was, err := r.Before(path); err != nil || was.Text != text {
			t.Errorf("%s was %q, %v; want %q", path, was.Text, err, text)
		}
	}
}
