package gitlocal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

// Whole files are the head's: a text, an empty one, one that is gone, and those that cannot be read say why.
func TestContentsAtTheHead(t *testing.T) {
	r := newRepo(t)
	r.write("go.mod", "module a\n")
	r.write("gone.txt", "x\n")
	r.commit("Begin")
	r.git("checkout", "-q", "-b", "work")
	r.write("go.mod", "module a\n\ngo 1.26\n")
	r.write("empty", "")
	r.write("same", "module a\n\ngo 1.26\n")
	r.write("logo.png", "\x89PNG\x00\x01")
	r.write("big.json", strings.Repeat("x", maxDocument+1))
	r.write("a dir/with \"quotes\"\tand tab", "odd\n")
	r.git("rm", "-q", "gone.txt")
	r.commit("Work")
	c, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := c.Range(t.Context(), "main", "work")
	if err != nil {
		t.Fatal(err)
	}
	needs := pull.Needs{Facts: pull.AllFacts, Contents: []string{
		"go.mod", "empty", "same", "gone.txt", "logo.png", "big.json", "a dir", "a dir/with \"quotes\"\tand tab", "../out", ":(glob)**", "a dir/", "", "go.mod/x",
	}}
	if err := c.Complete(t.Context(), got, needs); err != nil {
		t.Fatal(err)
	}
	want := []pull.Document{
		{Path: "go.mod", Text: "module a\n\ngo 1.26\n"},
		{Path: "empty"},
		{Path: "same", Text: "module a\n\ngo 1.26\n"},
		{Path: "gone.txt", Missing: true},
		{Path: "logo.png", Unread: "it is binary"},
		{Path: "big.json", Unread: "it has more than the 1024 KB that are read"},
		{Path: "a dir", Unread: "it is no file but a folder or a submodule"},
		{Path: "a dir/with \"quotes\"\tand tab", Text: "odd\n"},
		{Path: "../out", Missing: true},
		{Path: ":(glob)**", Missing: true},
		{Path: "a dir/", Missing: true},
		{Path: "", Missing: true},
		{Path: "go.mod/x", Missing: true},
	}
	if diff := cmp.Diff(got.Contents, want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	if !got.Known.Has(pull.WithContents) {
		t.Errorf("known: got %s, want contents", got.Known)
	}
	// What a clone never has is said once, however often it is asked for.
	if err := c.Complete(t.Context(), got, needs); err != nil {
		t.Fatal(err)
	}
	var gaps pull.Facts
	for _, g := range got.Gaps {
		gaps |= g.Facts
	}
	if want := pull.WithIssues | pull.WithReviews | pull.WithTeams | pull.WithCollaborators | pull.WithProperties | pull.WithReviewed; gaps != want || len(got.Gaps) != 5 {
		t.Errorf("gaps: got %s in %d, want %s in 5", gaps, len(got.Gaps), want)
	}
	if before, err := got.Before("go.mod"); err != nil || before.Text != "module a\n" {
		t.Errorf("before: got %+v, %v", before, err)
	}
}

func TestTooManyContents(t *testing.T) {
	r := newRepo(t)
	r.write("a", "a\n")
	r.commit("Begin")
	c, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := c.Range(t.Context(), "HEAD", "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	paths := make([]string, maxContents+1)
	for i := range paths {
		paths[i] = strings.Repeat("x", i+1)
	}
	if err := c.Complete(t.Context(), got, pull.Needs{Contents: paths}); err != nil {
		t.Fatal(err)
	}
	if len(got.Contents) != maxContents || got.Known.Has(pull.WithContents) {
		t.Errorf("got %d contents and known %s", len(got.Contents), got.Known)
	}
}
