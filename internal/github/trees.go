package github

import (
	"context"
	"fmt"
	"strconv"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxByName is how many files are asked for by name before whole trees are read.
const maxByName = 200

// trees decides how the files' places in git's trees are read. A few are asked for by name, beside whatever else a goes
// for. Many are read with the whole tree, one call a side, unless GitHub cuts that off; then they are asked for by name
// too, in batches.
func (c *Client) trees(ctx context.Context, t gate.Target, r *pull.Request, changes []change, modes bool, a *ask) (map[entry]*node, error) {
	var want []entry
	for i := range changes {
		switch f := &changes[i]; {
		case f.puzzling(): // a whole tree doesn't tell whether a file is a text
			for _, e := range f.sides() {
				a.entries = append(a.entries, e)
				a.contents[e] = true
			}
		case modes:
			want = append(want, f.sides()...)
		}
	}
	if len(want) <= maxByName {
		a.entries = append(a.entries, want...)
		return nil, nil
	}
	out := map[entry]*node{}
	for _, side := range []struct {
		head bool
		sha  string
	}{{true, r.Head.SHA}, {false, r.Base.SHA}} {
		tree, err := c.tree(ctx, t, side.sha)
		if err != nil {
			return nil, fmt.Errorf("tree of %s: %w", short(side.sha), err)
		}
		for _, e := range want {
			if e.head != side.head {
				continue
			}
			if tree == nil {
				a.entries = append(a.entries, e)
			} else {
				out[e] = tree[e.path]
			}
		}
	}
	return out, nil
}

// tree reads a commit's whole tree, nil where GitHub cuts it off: docs, "Get a tree", 100,000 entries or 7 MB.
func (c *Client) tree(ctx context.Context, t gate.Target, sha string) (map[string]*node, error) {
	owner, name, err := split(t.Repo)
	if err != nil {
		return nil, err
	}
	var tree *gh.Tree
	err = c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
		var err error
		tree, _, err = client.Git.GetTree(ctx, owner, name, sha, true)
		return err
	})
	if err != nil || tree.GetTruncated() {
		return nil, err
	}
	out := make(map[string]*node, len(tree.Entries))
	for _, e := range tree.Entries {
		mode, err := strconv.ParseInt(e.GetMode(), 8, 32)
		if err != nil {
			continue
		}
		out[e.GetPath()] = &node{Mode: int(mode), OID: e.GetSHA()}
	}
	return out, nil
}
