package sandbox

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // git names its objects so
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// objects are the git objects of all repositories, by their real names: a blob, tree or commit has the SHA-1 that git
// would give it. Objects never change and are never removed.
type objects struct {
	blobs   map[string][]byte
	trees   map[string][]treeEntry
	commits map[string]*commit
}

// entry is a file of a tree.
type entry struct {
	mode pull.Mode
	sha  string
}

// flat is a whole tree: its files by path, without directories.
type flat map[string]entry

// treeEntry is one line of a tree object.
type treeEntry struct {
	name string
	mode string // "40000" for a tree
	kind string // "blob", "tree", "commit"
	sha  string
}

// commit is a commit with its tree laid flat.
type commit struct {
	sha, tree         string
	message           string
	author, committer Signature
	parents           []string
	files             flat
	signed            bool     // by GitHub's own key, as what is made through its API is
	networks          []string // the repositories that have it, each with its forks
}

// in reports whether a repository has the commit.
func (c *commit) in(network string) bool { return slices.Contains(c.networks, network) }

// Signature is a commit's author or committer line.
type Signature struct {
	Name, Email string
	When        time.Time
}

func newObjects() objects {
	return objects{blobs: map[string][]byte{}, trees: map[string][]treeEntry{}, commits: map[string]*commit{}}
}

func name(kind string, data []byte) string {
	h := sha1.New() //nolint:gosec // as above
	fmt.Fprintf(h, "%s %d\x00", kind, len(data))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

func (o *objects) addBlob(data []byte) string {
	sha := name("blob", data)
	o.blobs[sha] = data
	return sha
}

// addTree stores the tree objects of files and returns the root's name.
func (o *objects) addTree(files flat) string {
	type folder struct {
		files flat
		below map[string]flat
	}
	f := folder{files: flat{}, below: map[string]flat{}}
	for path, e := range files {
		dir, rest, nested := strings.Cut(path, "/")
		if !nested {
			f.files[path] = e
			continue
		}
		if f.below[dir] == nil {
			f.below[dir] = flat{}
		}
		f.below[dir][rest] = e
	}
	var entries []treeEntry
	for n, e := range f.files {
		kind := "blob"
		if e.mode == pull.Submodule {
			kind = "commit"
		}
		entries = append(entries, treeEntry{name: n, mode: string(e.mode), kind: kind, sha: e.sha})
	}
	for n, below := range f.below {
		entries = append(entries, treeEntry{name: n, mode: "40000", kind: "tree", sha: o.addTree(below)})
	}
	slices.SortFunc(entries, func(a, b treeEntry) int { return strings.Compare(a.sortName(), b.sortName()) })
	var b bytes.Buffer
	for _, e := range entries {
		raw, _ := hex.DecodeString(e.sha)
		fmt.Fprintf(&b, "%s %s\x00", e.mode, e.name)
		b.Write(raw)
	}
	sha := name("tree", b.Bytes())
	o.trees[sha] = entries
	return sha
}

// sortName is what git sorts a tree by: a folder sorts as if it ended in a slash.
func (e treeEntry) sortName() string {
	if e.kind == "tree" {
		return e.name + "/"
	}
	return e.name
}

// longMode is the mode as GitHub's API writes it, six digits.
func (e treeEntry) longMode() string { return fmt.Sprintf("%06s", e.mode) }

// addCommit names and stores c, whose files and lines are set.
func (o *objects) addCommit(c *commit) *commit {
	c.tree = o.addTree(c.files)
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", c.tree)
	for _, p := range c.parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	line := func(s Signature) string {
		return fmt.Sprintf("%s <%s> %d +0000", s.Name, s.Email, s.When.Unix())
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s", line(c.author), line(c.committer), c.message)
	c.sha = name("commit", b.Bytes())
	if old := o.commits[c.sha]; old != nil {
		for _, network := range c.networks {
			if !old.in(network) {
				old.networks = append(old.networks, network)
			}
		}
		return old
	}
	o.commits[c.sha] = c
	return c
}

// find looks a path up below a tree object; the empty path is the tree itself.
func (o *objects) find(tree, path string) (treeEntry, bool) {
	at := treeEntry{mode: "40000", kind: "tree", sha: tree}
	if path == "" {
		return at, true
	}
	for part := range strings.SplitSeq(path, "/") {
		i := slices.IndexFunc(o.trees[at.sha], func(e treeEntry) bool { return e.name == part })
		if at.kind != "tree" || i < 0 {
			return treeEntry{}, false
		}
		at = o.trees[at.sha][i]
	}
	return at, true
}

// mergeBase is the newest common ancestor of two commits, "" where they have none.
func (o *objects) mergeBase(a, b string) string {
	ours := o.ancestors(a)
	queue := []string{b}
	seen := map[string]bool{}
	for len(queue) > 0 {
		sha := queue[0]
		queue = queue[1:]
		if ours[sha] {
			return sha
		}
		if c := o.commits[sha]; c != nil && !seen[sha] {
			seen[sha] = true
			queue = append(queue, c.parents...)
		}
	}
	return ""
}

func (o *objects) ancestors(sha string) map[string]bool {
	seen := map[string]bool{}
	queue := []string{sha}
	for len(queue) > 0 {
		sha := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if c := o.commits[sha]; c != nil && !seen[sha] {
			seen[sha] = true
			queue = append(queue, c.parents...)
		}
	}
	return seen
}

// between lists the commits that head has and base has not, oldest first.
func (o *objects) between(base, head string) []*commit {
	old := o.ancestors(base)
	var list []*commit
	seen := map[string]bool{}
	var walk func(sha string)
	walk = func(sha string) {
		c := o.commits[sha]
		if c == nil || old[sha] || seen[sha] {
			return
		}
		seen[sha] = true
		for _, p := range c.parents {
			walk(p)
		}
		list = append(list, c)
	}
	walk(head)
	return list
}

// tree is a commit's files, none where there is no such commit.
func (o *objects) tree(sha string) flat {
	if c := o.commits[sha]; c != nil {
		return c.files
	}
	return flat{}
}

func (f flat) clone() flat { return maps.Clone(f) }
