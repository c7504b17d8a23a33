package all

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFresh fails when a check was added or taken away and list.go does not say so.
func TestFresh(t *testing.T) {
	pages, err := filepath.Glob("../*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, page := range pages {
		want = append(want, filepath.Base(filepath.Dir(page)))
	}
	var got []string
	for _, c := range Checks {
		got = append(got, c.Name)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("run go generate ./internal/check/all (-listed +folders)\n%s", diff)
	}
	if !slices.IsSorted(got) {
		t.Errorf("got %v, want them by name", got)
	}
}

// TestComplete holds every check to the form of a check.
func TestComplete(t *testing.T) {
	for _, c := range Checks {
		t.Run(c.Name, func(t *testing.T) {
			page, err := os.ReadFile(filepath.Join("..", c.Name, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			if c.Doc != string(page) {
				t.Error("Doc is not the folder's README.md; embed it")
			}
			if !strings.HasPrefix(c.Doc, "# ") {
				t.Error("the page does not begin with a heading")
			}
			if c.Facts == 0 && !c.Asks() {
				t.Error("the check needs no facts, so it looks at nothing")
			}
			cases, err := filepath.Glob(filepath.Join("..", c.Name, "testdata", "*.txtar"))
			if err != nil || len(cases) < 12 {
				t.Errorf("%d cases (%v); a check has at least six that pass and six that fail", len(cases), err)
			}
			outcomes := map[string]int{}
			for _, file := range cases {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				_, want, _ := strings.Cut(string(text), "-- want --\n")
				outcome, _, _ := strings.Cut(want, ":")
				outcomes[outcome]++
			}
			if outcomes["pass"] < 6 || outcomes["fail"] < 6 {
				t.Errorf("%d passing and %d failing cases; a check has at least six of each", outcomes["pass"], outcomes["fail"])
			}
		})
	}
}
