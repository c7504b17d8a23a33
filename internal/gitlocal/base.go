package gitlocal

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// maxDocument bounds a file that is read at the base, in bytes.
const maxDocument = 1 << 20

// ownersPaths are where GitHub looks for CODEOWNERS, in its order: docs, "About code owners".
var ownersPaths = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// templateDirs are where GitHub looks for a pull request template: docs, "Creating a pull request template".
var templateDirs = []string{".github", ".", "docs"}

// baseFiles reads owners and template at the base.
func (c *Clone) baseFiles(ctx context.Context, r *pull.Request) error {
	for _, p := range ownersPaths {
		doc, err := c.document(ctx, r.Base.SHA, p)
		if err != nil {
			return err
		}
		if !doc.Missing {
			r.Owners = doc
			break
		}
	}
	for _, dir := range templateDirs {
		if name := c.template(ctx, r.Base.SHA, dir); name != "" {
			var err error
			r.Template, err = c.document(ctx, r.Base.SHA, name)
			return err
		}
	}
	return nil
}

// template is the path of the template in one folder, "" where there is none. Its name's case does not matter.
func (c *Clone) template(ctx context.Context, commit, dir string) string {
	tree := commit + ":"
	if dir != "." {
		tree += dir
	}
	out, err := c.git(ctx, "ls-tree", "-z", "--name-only", tree)
	if err != nil {
		return "" // the base has no such folder
	}
	for _, name := range fields(out) {
		switch strings.ToLower(name) {
		case "pull_request_template.md", "pull_request_template.txt", "pull_request_template":
			return path.Join(dir, name)
		}
	}
	return ""
}

// document reads a file at a commit. Links are not followed: a link's text is a path, not what it points to.
func (c *Clone) document(ctx context.Context, commit, file string) (pull.Document, error) {
	doc := pull.Document{Path: file}
	object := commit + ":" + file
	out, err := c.git(ctx, "cat-file", "-s", object)
	if err != nil {
		doc.Missing = true
		return doc, nil //nolint:nilerr // the base has no such file
	}
	if size, err := strconv.Atoi(strings.TrimSpace(string(out))); err != nil || size > maxDocument {
		return doc, fmt.Errorf("%s at %.7s: larger than %d KiB", file, commit, maxDocument>>10)
	}
	text, err := c.git(ctx, "cat-file", "blob", object)
	if err != nil {
		doc.Missing = true // a folder
		return doc, nil    //nolint:nilerr // the base has no such file
	}
	doc.Text = string(text)
	return doc, nil
}
