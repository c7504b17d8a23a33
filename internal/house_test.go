// Package internal holds the map of the house: which package may import which.
package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sluicegate/sluice/"

// house says what each package below internal may import of this module. "check/*" stands for the folders of checks.
//
// The core, from pull to digest, takes values and returns values. The edge is the rest; edge packages don't import each
// other, cmd/sluice joins them. Leaves know nothing of pull requests.
var house = map[string][]string{
	// leaves
	"markdown": {},
	"kind":     {},
	"strict":   {},
	"database": {},
	// What "sluice init" finds in a clone, and the policy that it makes of it.
	"survey": {"kind"},
	// Both engines for the tests of every package that has queries.
	"database/databasetest": {"database"},

	// core
	"pull":            {"markdown"},
	"agent":           {"pull", "markdown", "strict"},
	"agent/score":     {"agent", "pull"},
	"people":          {"agent", "pull"},
	"check":           {"pull", "agent", "kind", "strict"},
	"check/checktest": {"check", "pull", "agent", "kind"},
	"check/*":         {"check", "pull", "agent", "people", "markdown", "kind"},
	// Its options compile themselves, and say where in the policy an expression is wrong.
	"check/custom": {"check", "pull", "agent", "kind", "strict"},
	"check/all":    {"check", "check/*", "check/custom"},
	"policy":       {"check", "agent", "pull", "kind", "strict", "config"},
	"gate":         {"policy", "check", "agent", "pull", "kind", "strict"},
	"digest":       {"gate", "policy", "check", "agent", "pull", "kind", "markdown"},

	// edge
	"github":   {"digest", "gate", "policy", "check", "agent", "pull", "markdown"},
	"gitlocal": {"policy", "agent", "pull"},
	"jobs":     {"database", "gate"},
	// What GitHub did not tell: it joins lists of GitHub, the store and the queue through ports of its own.
	"sweep":   {"gate"},
	"store":   {"database", "gate", "policy", "agent", "pull"},
	"sandbox": {"pull", "testdata/scenarios", "config"},
	// What runs the real binary as a process of its own. It is no part of the product.
	"rig":   {"github", "sandbox"},
	"chaos": {"rig", "sandbox"},
	"bench": {"rig", "sandbox"},
	"web":   {"digest", "gate", "policy", "check", "agent", "pull"},
}

// impure are packages of the standard library that no core package may import: a value in, a value out.
var impure = []string{"net", "net/http", "os", "os/exec", "log", "log/slog", "math/rand", "math/rand/v2", "crypto/rand"}

var core = []string{"markdown", "kind", "strict", "survey", "pull", "agent", "agent/score", "people", "check", "check/*", "check/custom", "check/all", "policy", "gate", "digest"}

func TestHouse(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || file == "house_test.go" {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		name := room(dir)
		seen[name] = true
		allowed, known := house[name]
		if !known {
			t.Errorf("%s: the house has no package %q; put it on the map in internal/house_test.go, with a reason", file, dir)
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		if generator(parsed) {
			return nil
		}
		for _, imported := range parsed.Imports {
			check(t, file, name, allowed, imported.Path.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 10 {
		t.Errorf("only %d packages were seen", len(seen))
	}
}

// generator reports whether a file is a program of its own, kept out of its package.
func generator(file *ast.File) bool { return file.Name.Name == "main" }

// room is the name under which the map has a folder.
func room(dir string) string {
	if _, known := house[dir]; known {
		return dir
	}
	if path.Dir(dir) == "check" {
		return "check/*"
	}
	return dir
}

func check(t *testing.T, file, name string, allowed []string, quoted string) {
	t.Helper()
	imported, err := strconv.Unquote(quoted)
	if err != nil {
		t.Fatal(err)
	}
	if inside, ours := strings.CutPrefix(imported, module); ours {
		inside = room(strings.TrimPrefix(inside, "internal/"))
		if inside != name && !slices.Contains(allowed, inside) {
			t.Errorf("%s imports %s; %s may import %v", file, inside, name, allowed)
		}
		return
	}
	if slices.Contains(core, name) && slices.Contains(impure, imported) {
		t.Errorf("%s imports %s; the core has no network, disk, environment, log or randomness", file, imported)
	}
}
