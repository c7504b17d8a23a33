package pull_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
	"pgregory.net/rapid"
)

func TestBefore(t *testing.T) {
	const patch = "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -5,2 +5,3 @@\n five\n+five and a half\n six"
	modified := pull.File{Path: "a", Status: pull.Modified, Added: 2, Removed: 1, Patch: patch}
	renamed := modified
	renamed.Status, renamed.Previous = pull.Renamed, "old"
	const after = "one\n2\nthree\nfour\nfive\nfive and a half\nsix\n"
	for _, c := range []struct {
		name  string
		files []pull.File
		after []pull.Document
		want  pull.Document
		err   bool
	}{
		{"two hunks are taken back", []pull.File{modified}, []pull.Document{{Path: "a", Text: after}}, pull.Document{Path: "a", Text: "one\ntwo\nthree\nfour\nfive\nsix\n"}, false},
		{"a rename has its old name", []pull.File{renamed}, []pull.Document{{Path: "a", Text: after}}, pull.Document{Path: "old", Text: "one\ntwo\nthree\nfour\nfive\nsix\n"}, false},
		{"a new file was missing", []pull.File{{Path: "a", Status: pull.Added}}, nil, pull.Document{Path: "a", Missing: true}, false},
		{"a removed file is its patch", []pull.File{{Path: "a", Status: pull.Removed, Removed: 2, Patch: "@@ -1,2 +0,0 @@\n-x\n-y"}}, nil, pull.Document{Path: "a", Text: "x\ny\n"}, false},
		{"a file left alone is as it was", nil, []pull.Document{{Path: "a", Text: "x"}}, pull.Document{Path: "a", Text: "x"}, false},
		{"a hunk that only removes stands after its line", []pull.File{{Path: "a", Status: pull.Modified, Removed: 1, Patch: "@@ -2,1 +1,0 @@\n-two"}}, []pull.Document{{Path: "a", Text: "one\nthree\n"}}, pull.Document{Path: "a", Text: "one\ntwo\nthree\n"}, false},
		{"nobody read it", nil, nil, pull.Document{}, true},
		{"the content is of another commit", []pull.File{modified}, []pull.Document{{Path: "a", Text: "one\nzwei\nthree\nfour\nfive\nfive and a half\nsix\n"}}, pull.Document{}, true},
		{"the content is too short", []pull.File{modified}, []pull.Document{{Path: "a", Text: "one\n"}}, pull.Document{}, true},
		{"the content is too large to read", []pull.File{modified}, []pull.Document{{Path: "a", Unread: "too large"}}, pull.Document{}, true},
	} {
		r := &pull.Request{Files: c.files, Contents: c.after}
		got, err := r.Before("a")
		if (err != nil) != c.err {
			t.Errorf("%s: error %v", c.name, err)
		}
		if diff := cmp.Diff(got, c.want); diff != "" {
			t.Errorf("%s (-got +want)\n%s", c.name, diff)
		}
	}
	r := &pull.Request{Files: []pull.File{{Path: "a", Status: pull.Modified, Added: 1, NoPatch: pull.TooLarge}}, Contents: []pull.Document{{Path: "a", Text: "x"}}}
	if _, err := r.Before("a"); !errors.Is(err, pull.ErrNoPatch) {
		t.Errorf("without a patch: %v", err)
	}
}

// A hostile patch and content are an error, never a panic.
func TestBeforeTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"a", "b", "", "@@ -1 +1 @@", "@@ -0,0 +1,2 @@", "@@ -3,1 +2,0 @@", "+a", "-b", " a", " "})
		var patch, text string
		for _, l := range rapid.SliceOfN(line, 0, 12).Draw(t, "patch") {
			patch += l + "\n"
		}
		for _, l := range rapid.SliceOfN(line, 0, 5).Draw(t, "text") {
			text += l + "\n"
		}
		r := &pull.Request{Files: []pull.File{{Path: "a", Status: pull.Modified, Patch: patch}}, Contents: []pull.Document{{Path: "a", Text: text}}}
		_, _ = r.Before("a")
	})
}

func TestIdentity(t *testing.T) {
	file := func(patch string) []pull.File {
		return []pull.File{{Path: "a", Status: pull.Modified, Patch: patch}}
	}
	base := pull.Identity(file("@@ -1,2 +1,2 @@\n x\n-a\n+b"))
	if moved := pull.Identity(file("@@ -41,2 +51,2 @@ func f()\n x\n-a\n+b")); moved != base || base == "" {
		t.Errorf("a change that moved with the base has another identity: %q, %q", moved, base)
	}
	for name, files := range map[string][]pull.File{
		"another line":        file("@@ -1,2 +1,2 @@\n x\n-a\n+c"),
		"white space":         file("@@ -1,2 +1,2 @@\n x\n-a\n+b "),
		"another file beside": append(file("@@ -1,2 +1,2 @@\n x\n-a\n+b"), pull.File{Path: "b", Status: pull.Added, NoPatch: pull.SameContent}),
	} {
		if got := pull.Identity(files); got == base || got == "" {
			t.Errorf("%s has the identity %q, that of the change", name, got)
		}
	}
	for name, files := range map[string][]pull.File{
		"binary":    {{Path: "a", Status: pull.Modified, NoPatch: pull.Binary}},
		"too large": {{Path: "a", Status: pull.Modified, NoPatch: pull.TooLarge}},
		"malformed": file("@@ nonsense"),
	} {
		if got := pull.Identity(files); got != "" {
			t.Errorf("%s: identity %q, want none", name, got)
		}
	}
}
