package github

import (
	"context"
	"fmt"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxFiles is how many changed files GitHub lists: docs, "List pull requests files".
const maxFiles = 3000

// emptyBlob is git's name for a file without content.
const emptyBlob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

// change is a changed file with the name of its content at the head, which tells why there is no patch.
type change struct {
	pull.File
	blob string
}

// changes lists the changed files, with their patches, 100 a call.
func (c *Client) changes(ctx context.Context, t gate.Target) ([]change, error) {
	owner, name, err := split(t.Repo)
	if err != nil {
		return nil, err
	}
	var out []change
	for page := 1; page > 0 && len(out) < maxFiles; {
		err := c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
			files, resp, err := client.PullRequests.ListFiles(ctx, owner, name, t.Number, &gh.ListOptions{Page: page, PerPage: 100})
			if err != nil {
				return err
			}
			for _, f := range files {
				out = append(out, changeOf(f))
			}
			page = resp.NextPage
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("files: %w", err)
		}
	}
	return out, nil
}

func changeOf(f *gh.CommitFile) change {
	out := change{blob: f.GetSHA(), File: pull.File{
		Path: f.GetFilename(), Previous: f.GetPreviousFilename(), Status: pull.Status(f.GetStatus()),
		Added: f.GetAdditions(), Removed: f.GetDeletions(), Patch: f.GetPatch(),
	}}
	if out.Patch == "" {
		out.NoPatch = noPatch(&out)
	}
	return out
}

// noPatch says why GitHub gives no patch, as far as the list alone tells: see [change.look].
func noPatch(f *change) pull.NoPatch {
	switch {
	case f.Added+f.Removed > 0:
		return pull.TooLarge
	case f.Status == pull.Renamed, f.Status == pull.Copied, f.Status == pull.Unchanged, f.blob == emptyBlob:
		return pull.SameContent
	}
	return pull.Binary
}

// puzzling reports whether the list alone doesn't tell why there is no patch.
func (f *change) puzzling() bool { return f.NoPatch == pull.Binary }

// sides are the files in git's trees that f is about.
func (f *change) sides() []entry {
	var out []entry
	if f.Status != pull.Removed {
		out = append(out, entry{head: true, path: f.Path})
	}
	if f.Status != pull.Added {
		path := f.Path
		if f.Previous != "" {
			path = f.Previous
		}
		out = append(out, entry{path: path})
	}
	return out
}

// look sets f's modes, and why it has no patch, by the entries of git's trees. It is false where one is missing.
func (f *change) look(entries map[entry]*node, modes bool) bool {
	var head, base *node
	for _, e := range f.sides() {
		n := entries[e]
		if n == nil {
			return false
		}
		if e.head {
			head = n
		} else {
			base = n
		}
	}
	if modes {
		if head != nil {
			f.Mode = head.mode()
		}
		if base != nil {
			f.PreviousMode = base.mode()
		}
	}
	if f.puzzling() {
		switch {
		case head != nil && base != nil && head.OID == base.OID:
			f.NoPatch = pull.SameContent // the mode changed
		case textual(head) || head == nil && textual(base):
			f.NoPatch = pull.TooLarge
		}
	}
	return true
}

// textual reports whether n is known to be a text with something in it.
func textual(n *node) bool {
	return n != nil && n.Object != nil && n.Object.IsBinary != nil && !*n.Object.IsBinary && n.Object.ByteSize > 0
}
