package github

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/pull"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// allQueries are the fixed queries, and one that asks by name for one thing of each kind.
func allQueries(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, text := range queries {
		all[name] = text
	}
	r := &pull.Request{Repo: "acme/api", Number: 1, Head: pull.Branch{SHA: "h"}, Base: pull.Branch{SHA: "b"}}
	text, _, err := (&ask{
		pull: true, issues: []pull.IssueRef{{Repo: "acme/web", Number: 2}, {Repo: "acme/api", Number: 3}},
		documents: []string{"docs/spec.md"}, entries: []entry{{head: true, path: "a"}, {path: "b"}}, contents: map[entry]bool{{path: "b"}: true},
	}).text(r)
	if err != nil {
		t.Fatal(err)
	}
	all["lookup"] = text
	return all
}

// GitHub's schema is 1.2 MB and changes weekly, so it isn't kept here: it is schema.graphql of the npm package
// @octokit/graphql-schema.
func TestQueriesAgainstGitHubsSchema(t *testing.T) {
	path := os.Getenv("SLUICE_GRAPHQL_SCHEMA")
	if path == "" {
		t.Skip("SLUICE_GRAPHQL_SCHEMA names no schema.graphql")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	schema := loadSchema(t, path, string(text))
	for name, query := range allQueries(t) {
		if _, errs := gqlparser.LoadQueryWithRules(schema, query, nil); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

// loadSchema is gqlparser's, for a schema that defines a field twice, as GitHub's has done.
func loadSchema(t testing.TB, name, text string) *ast.Schema {
	t.Helper()
	doc, err := parser.ParseSchemas(validator.Prelude, &ast.Source{Name: name, Input: text})
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range doc.Definitions {
		seen := map[string]bool{}
		def.Fields = slices.DeleteFunc(def.Fields, func(f *ast.FieldDefinition) bool {
			twice := seen[f.Name]
			seen[f.Name] = true
			return twice
		})
	}
	schema, err := validator.ValidateSchemaDocument(doc)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestWithPartsTakesOnlyWhatIsUsed(t *testing.T) {
	got := withParts("query { a { ...issue } }")
	for fragment, want := range map[string]bool{"issue": true, "account": true, "asIssue": false, "commits": false, "entry": false} {
		if has := strings.Contains(got, "fragment "+fragment+" on"); has != want {
			t.Errorf("fragment %s: got %v, want %v", fragment, has, want)
		}
	}
}
