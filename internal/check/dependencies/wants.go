package dependencies

import (
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	maxFiles   = 1000 // manifests and lock files that are read
	maxForeign = 20   // files that are read though they seem to be other people's
	maxAbove   = 6    // directories above a manifest in which its lock file is looked for
	maxNamed   = 1000 // files beside them that are asked for
)

// madeFrom are the manifests that a lock file is made from, by its name.
var madeFrom = map[string][]string{
	"go.sum": {"go.mod"}, "package-lock.json": {"package.json"}, "npm-shrinkwrap.json": {"package.json"}, "yarn.lock": {"package.json"},
	"pnpm-lock.yaml": {"package.json"}, "bun.lock": {"package.json"}, "pipfile.lock": {"Pipfile"}, "poetry.lock": {"pyproject.toml"},
	"uv.lock": {"pyproject.toml"}, "pdm.lock": {"pyproject.toml"}, "cargo.lock": {"Cargo.toml"}, "gradle.lockfile": {"build.gradle", "build.gradle.kts"},
	"gemfile.lock": {"Gemfile"}, "gems.locked": {"gems.rb"}, "paket.lock": {"paket.dependencies"}, "composer.lock": {"composer.json"},
}

// wants names each changed file of packages, the lock files beside and above a manifest, and the manifest beside a lock
// file. A lock file whose patch GitHub leaves out is read at the base too.
func wants(r *pull.Request, o Options) pull.Needs {
	needs := pull.Needs{Facts: pull.WithPatches}
	var beside []string
	foreign := 0
	for i := range r.Files {
		f := &r.Files[i]
		format := formatOf(f.Path)
		if format == nil || matches(o.Ignore, f.Path) {
			continue
		}
		if leftOut(kind.Default, &o, f.Path) {
			// The policy may call some of them its own, which is only known when the check runs.
			if foreign++; foreign > maxForeign {
				continue
			}
		}
		needs.Facts |= pull.WithContents
		needs.Contents = append(needs.Contents, f.Path)
		if len(beside) < maxNamed {
			beside = append(beside, neighbours(f.Path, format)...)
		}
		if f.NoPatch == pull.TooLarge && f.Status != pull.Added {
			needs.Facts |= pull.WithDocuments
			needs.Documents = append(needs.Documents, f.Paths()[0])
		}
	}
	for _, f := range builds(r) {
		needs.Facts |= pull.WithContents
		needs.Contents = append(needs.Contents, path.Join(path.Dir(f.Path), "Cargo.toml"))
	}
	needs.Contents = append(needs.Contents, beside...)
	slices.Sort(needs.Contents)
	needs.Contents = slices.Compact(needs.Contents)
	return needs
}

// neighbours are the files that a manifest or a lock file is held against.
func neighbours(p string, f *format) []string {
	dir := path.Dir(p)
	var out []string
	if f.eco == npm && f.role != settings {
		out = append(out, path.Join(dir, "pnpm-workspace.yaml"))
	}
	if f.role == lock {
		for _, name := range madeFrom[strings.ToLower(path.Base(p))] {
			out = append(out, path.Join(dir, name))
		}
		return out
	}
	for range maxAbove {
		for _, name := range f.locks {
			out = append(out, path.Join(dir, name))
		}
		if dir == "." || len(f.locks) == 0 || f.eco == goModules {
			break
		}
		dir = path.Dir(dir)
		if f.eco == npm {
			out = append(out, path.Join(dir, "package.json"), path.Join(dir, "pnpm-workspace.yaml"))
		}
	}
	return out
}

// fixtures are directories whose manifests nobody installs.
var fixtures = map[string]bool{
	"testdata": true, "test-data": true, "test_data": true, "fixtures": true, "__fixtures__": true, "test-fixtures": true, "test_fixtures": true, "__snapshots__": true,
}

// leftOut reports whether the file at p is no matter of this repository's own packages.
func leftOut(kinds kind.Table, o *Options, p string) bool {
	switch kinds.Of(p) {
	case kind.Vendored, kind.Generated:
		return true
	case kind.Test:
		for dir := range strings.SplitSeq(path.Dir(p), "/") {
			if fixtures[strings.ToLower(dir)] {
				return true
			}
		}
	}
	return matches(o.Ignore, p)
}
