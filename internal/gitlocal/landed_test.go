package gitlocal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A merge brings its commits, a squash and a push are one commit each, and nothing is counted twice.
func TestLanded(t *testing.T) {
	r := newRepo(t)
	r.commit("Start")
	r.git("checkout", "-q", "-b", "devin/1700000000-x")
	r.commit("One")
	r.commit("Two")
	r.git("checkout", "-q", "main")
	r.commit("Squash me (#7)")
	r.git("merge", "-q", "--no-ff", "-m", "Merge pull request #8 from acme/devin/1700000000-x\n\nAdd x", "devin/1700000000-x")
	r.git("checkout", "-q", "-b", "again")
	r.git("merge", "-q", "--no-ff", "--allow-unrelated-histories", "-m", "Merge branch 'main' into again", "main")
	r.commit("Three")
	r.git("checkout", "-q", "main")
	r.git("merge", "-q", "--no-ff", "-m", "Merge branch 'again'", "again")
	clone, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	landed, err := clone.Landed(t.Context(), "main", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range landed {
		var subjects []string
		for _, c := range l.Commits {
			subjects = append(subjects, c.Message)
		}
		got = append(got, fmt.Sprintf("#%d %s %s: %s", l.Number, l.Title, l.Head.Name, strings.Join(subjects, ", ")))
	}
	want := []string{
		"#0 Start : Start", "#7 Squash me (#7) : Squash me (#7)", "#8 Add x devin/1700000000-x: One, Two",
		"#0 Merge branch 'again' : Three",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	if landed, err = clone.Landed(t.Context(), "main", time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil || len(landed) != 0 {
		t.Errorf("after everything: %d, %v", len(landed), err)
	}
}
