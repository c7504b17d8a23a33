package gitlocal

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/pull"
)

// The bounds of what is read of the head, as for a pull request on GitHub.
const (
	maxContents     = 300
	maxContentBytes = 24 << 20 // of all of them together
)

// contents reads files at the head into r, those that it has already left out. All of them cost two runs of git: one for
// the sizes, so that nothing large is read, and one for the texts.
func (c *Clone) contents(ctx context.Context, r *pull.Request, paths []string) error {
	r.Known |= pull.WithContents
	paths = slices.DeleteFunc(slices.Clone(paths), func(p string) bool {
		_, there := r.Content(p)
		return there
	})
	if room := max(maxContents-len(r.Contents), 0); len(paths) > room {
		r.Known &^= pull.WithContents
		r.Gaps = append(r.Gaps, pull.Gap{Facts: pull.WithContents, Reason: fmt.Sprintf("%d files of the head are asked for; %d were read", len(r.Contents)+len(paths), maxContents)})
		paths = paths[:room]
	}
	if len(paths) == 0 {
		return nil
	}
	docs, blobs, err := c.sizes(ctx, r.Head.SHA, paths)
	if err != nil {
		return err
	}
	texts, err := c.texts(ctx, blobs)
	if err != nil {
		return err
	}
	for i := range docs {
		if blobs[i] == "" {
			continue
		}
		if text := texts[blobs[i]]; bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text) {
			docs[i].Unread = "it is binary"
		} else {
			docs[i].Text = string(text)
		}
	}
	r.Contents = append(r.Contents, docs...)
	return nil
}

// sizes looks up files at a commit: those that are to be read come with their blob's name, the others with the reason.
func (c *Clone) sizes(ctx context.Context, commit string, paths []string) ([]pull.Document, []string, error) {
	entries, err := c.entries(ctx, commit, paths)
	if err != nil {
		return nil, nil, err
	}
	docs, blobs := make([]pull.Document, len(paths)), make([]string, len(paths))
	total := 0
	for i, path := range paths {
		docs[i].Path = path
		e, there := entries[path]
		switch {
		case !there:
			docs[i].Missing = true
		case e.kind != "blob":
			docs[i].Unread = "it is no file but a folder or a submodule"
		case e.size > maxDocument:
			docs[i].Unread = fmt.Sprintf("it has more than the %d KB that are read", maxDocument>>10)
		case total+e.size > maxContentBytes:
			docs[i].Unread = fmt.Sprintf("the files that are asked for have more than %d MB", maxContentBytes>>20)
		default:
			total += e.size
			blobs[i] = e.sha
		}
	}
	return docs, blobs, nil
}

type entry struct {
	kind, sha string
	size      int
}

// entries are what a commit's tree has of paths. No tree has a path that goes up, or one with a slash at its end.
func (c *Clone) entries(ctx context.Context, commit string, paths []string) (map[string]entry, error) {
	args := []string{"ls-tree", "-z", "-l", "--full-tree", commit, "--"}
	for _, p := range paths {
		if p == path.Clean(p) && p != "." && !strings.HasPrefix(p, "/") && p != ".." && !strings.HasPrefix(p, "../") && !strings.ContainsRune(p, 0) {
			args = append(args, p)
		}
	}
	out := map[string]entry{}
	if args[len(args)-1] == "--" {
		return out, nil
	}
	listed, err := c.git(ctx, args...)
	if err != nil {
		return nil, err
	}
	for _, line := range fields(listed) {
		head, name, _ := strings.Cut(line, "\t")
		words := strings.Fields(head) // mode, kind, name, size or "-"
		if len(words) != 4 {
			return nil, fmt.Errorf("git ls-tree: %q is no entry", line)
		}
		size, _ := strconv.Atoi(words[3])
		out[name] = entry{kind: words[1], sha: words[2], size: size}
		// Where a folder is asked for and something in it too, git lists what is in it alone.
		for up := path.Dir(name); up != "."; up = path.Dir(up) {
			out[up] = entry{kind: "tree"}
		}
	}
	return out, nil
}

// texts reads blobs by their names, empty ones left out.
func (c *Clone) texts(ctx context.Context, blobs []string) (map[string][]byte, error) {
	var ask strings.Builder
	texts := map[string][]byte{}
	var order []string
	for _, blob := range blobs {
		if _, asked := texts[blob]; blob != "" && !asked {
			texts[blob], order = nil, append(order, blob)
			ask.WriteString(blob + "\n")
		}
	}
	if len(order) == 0 {
		return texts, nil
	}
	out, err := c.gitWith(ctx, ask.String(), "cat-file", "--batch=%(objectsize)")
	if err != nil {
		return nil, err
	}
	for _, blob := range order {
		line, rest, _ := bytes.Cut(out, []byte("\n"))
		size, err := strconv.Atoi(string(line))
		if err != nil || size+1 > len(rest) {
			return nil, fmt.Errorf("git cat-file: the answer of %s cannot be read", blob)
		}
		texts[blob], out = rest[:size], rest[size+1:]
	}
	return texts, nil
}

// lacks says what of facts a clone never has.
func lacks(r *pull.Request, facts pull.Facts) {
	for _, g := range []pull.Gap{
		{Facts: pull.WithTeams, Reason: "A clone has no teams; check the pull request itself for them: sluice check OWNER/REPO#NUMBER"},
		{Facts: pull.WithCollaborators, Reason: "A clone does not know who may write to the repository; check the pull request itself: sluice check OWNER/REPO#NUMBER"},
		{Facts: pull.WithProperties, Reason: "A clone has no custom properties; check the pull request itself for them: sluice check OWNER/REPO#NUMBER"},
		{Facts: pull.WithReviewed, Reason: "A clone has no reviews; check the pull request itself for them: sluice check OWNER/REPO#NUMBER"},
	} {
		if facts.Has(g.Facts) && !slices.Contains(r.Gaps, g) {
			r.Gaps = append(r.Gaps, g)
		}
	}
}
