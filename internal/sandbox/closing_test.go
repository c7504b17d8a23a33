package sandbox

import (
	"slices"
	"testing"
)

// What closes an issue, and what only looks like it.
func TestClosing(t *testing.T) {
	s := begin(t, Options{})
	must(t, s.AddRepo(Repo{Name: "acme/other", Files: map[string]File{"a": {Text: "a"}}}))
	_, err := s.AddIssue(Issue{Repo: "acme/other", Number: 3, Title: "Elsewhere"})
	must(t, err)
	must(t, s.AddBranch("acme/api", "release", "main"))
	for _, c := range []struct {
		why, body, base string
		want            []int
	}{
		{"a keyword", "Fixes #7", "main", []int{7}},
		{"with a colon, in capitals", "CLOSES: #7", "main", []int{7}},
		{"another repository", "resolves acme/other#3", "main", []int{3}},
		{"a link", "Fixed https://github.com/acme/other/issues/3", "main", []int{3}},
		{"a mention alone", "See #7", "main", nil},
		{"a word that only ends so", "prefixes #7", "main", nil},
		{"in a fence", "```\nFixes #7\n```", "main", nil},
		{"in a comment", "<!-- Fixes #7 -->", "main", nil},
		{"a pull request", "Fixes #12", "main", nil},
		{"nothing of that number", "Fixes #700", "main", nil},
		{"not to the default branch", "Fixes #7", "release", nil},
	} {
		s.mu.Lock()
		p := s.repos["acme/api"].pulls[12]
		p.body, p.baseName = c.body, c.base
		var got []int
		for _, i := range s.closing(p) {
			got = append(got, i.number)
		}
		s.mu.Unlock()
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.why, got, c.want)
		}
	}
}
