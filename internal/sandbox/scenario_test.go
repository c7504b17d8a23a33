package sandbox

import (
	"strings"
	"testing"
	"testing/fstest"
)

const smallest = `Why it exists.
-- pull.yml --
repo: acme/small
number: 2
title: Small
author: mira
branch: small
-- base/a --
a
-- head/b --
b
-- want.yml --
decision: open
conclusion: success
`

// A sample's file says what is wrong with it, by its name and part.
func TestScenarioMistakes(t *testing.T) {
	for _, c := range []struct{ why, old, fresh, want string }{
		{"no reason", "Why it exists.\n", "", "why it exists"},
		{"a part of no kind", "-- head/b --", "-- tail/b --", "tail/b"},
		{"a misspelt field", "branch: small", "brunch: small", "brunch"},
		{"nothing wanted", "decision: open\n", "", "decision"},
		{"no number", "number: 2\n", "", "number"},
	} {
		text := strings.Replace(smallest, c.old, c.fresh, 1)
		s := New(Options{})
		t.Cleanup(func() { _ = s.Close() })
		err := s.LoadSamples(fstest.MapFS{"small.txtar": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "small") {
			t.Errorf("%s: got %v, want %q named", c.why, err, c.want)
		}
	}
}

// Two samples share a repository where they agree on it, and not where they don't.
func TestSamplesShareARepository(t *testing.T) {
	other := strings.NewReplacer("number: 2", "number: 3", "branch: small", "branch: other").Replace(smallest)
	s := New(Options{})
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.LoadSamples(fstest.MapFS{"one.txtar": {Data: []byte(smallest)}, "two.txtar": {Data: []byte(other)}}))
	must(t, s.OpenSamples())

	s = New(Options{})
	t.Cleanup(func() { _ = s.Close() })
	clash := strings.Replace(other, "-- base/a --\na", "-- base/a --\nsomething else", 1)
	if err := s.LoadSamples(fstest.MapFS{"one.txtar": {Data: []byte(smallest)}, "two.txtar": {Data: []byte(clash)}}); err == nil {
		t.Error("two samples that disagree were taken")
	}
}

// Commits take the files that their globs name, the last one takes the rest.
func TestFilesAreSharedOverTheCommits(t *testing.T) {
	files := map[string]File{"src/a.go": {}, "src/b/c.go": {}, "docs/d.md": {}}
	got := share([]commitFile{{Files: []string{"src/**"}}, {}}, files)
	if len(got[0]) != 2 || len(got[1]) != 1 {
		t.Errorf("got %v", got)
	}
}
