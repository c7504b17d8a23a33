package gitlocal

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Dir is the clone's top level.
func (c *Clone) Dir() string { return c.dir }

// Paths are the files that the clone has: those that git tracks, and those that it would take, sorted. A bare clone has
// those of HEAD.
func (c *Clone) Paths(ctx context.Context) ([]string, error) {
	out, err := c.git(ctx, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		if out, err = c.git(ctx, "ls-tree", "-r", "-z", "--name-only", "HEAD"); err != nil {
			return nil, err
		}
	}
	paths := fields(out)
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// Branches are the names of the branches that the clone knows, its own and its origin's, sorted.
func (c *Clone) Branches(ctx context.Context) ([]string, error) {
	out, err := c.git(ctx, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes/origin")
	if err != nil {
		return nil, err
	}
	var names []string
	for ref := range strings.Lines(string(out)) {
		name := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(ref), "refs/heads/"), "refs/remotes/origin/")
		if name != "HEAD" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Owner is the organisation or person that the clone's origin belongs to, "" where it says none.
func (c *Clone) Owner(ctx context.Context) string {
	owner, _, _ := strings.Cut(c.name(ctx), "/")
	if owner == "local" {
		return ""
	}
	return owner
}

// Subjects are the first lines of the newest commits' messages, at most n; none where there is no commit.
func (c *Clone) Subjects(ctx context.Context, n int) ([]string, error) {
	if _, err := c.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err != nil {
		return nil, nil //nolint:nilerr // a new repository
	}
	out, err := c.git(ctx, "log", "-z", "--no-show-signature", "--max-count="+strconv.Itoa(n), "--format=tformat:%s")
	return fields(out), err
}

// Text is a file of the work tree. Links are not followed; a file that is none, or is larger than [maxDocument], is an
// error.
func (c *Clone) Text(path string) (string, error) {
	full := filepath.Join(c.dir, filepath.FromSlash(path))
	info, err := os.Lstat(full)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Size() > maxDocument:
		return "", fmt.Errorf("%s: no text that is read: it is a link, a folder or larger than %d KiB", path, maxDocument>>10)
	}
	file, err := os.Open(full) //nolint:gosec // git listed it
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxDocument))
	return string(text), err
}
