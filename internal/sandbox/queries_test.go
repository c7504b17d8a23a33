package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
)

// The product's own queries are valid in the part of GitHub's schema that the sandbox answers.
func TestTheProductsQueriesAreAnswered(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "github", "queries", "*.graphql"))
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no query in internal/github/queries")
	}
	fragments := map[string]string{}
	var queries []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		for block := range strings.SplitSeq("\n"+string(data), "\nfragment ") {
			if name, _, is := strings.Cut(block, " on "); is && !strings.Contains(block, "query ") {
				fragments[name] = "fragment " + block
			} else if strings.Contains(block, "query ") {
				queries = append(queries, block)
			}
		}
	}
	for _, q := range queries {
		whole, added := q, map[string]bool{}
		for range 5 { // fragments use fragments
			for name, text := range fragments {
				if strings.Contains(whole, "..."+name) && !added[name] {
					whole, added[name] = whole+"\n"+text, true
				}
			}
		}
		if _, errs := gqlparser.LoadQueryWithRules(schema, whole, nil); errs != nil {
			t.Errorf("%v in\n%s", errs, q)
		}
	}
}
