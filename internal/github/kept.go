package github

import (
	"encoding/json"
	"fmt"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// What belongs to a commit never changes: the next event on the same head takes it from here. The cache is bounded and
// forgets what was not used for long.

// keptFiles are the changed files of a pull request at one head and one base.
type keptFiles struct {
	Files []pull.File
	Modes bool // they have their modes
}

// filesKey names the list of files. GitHub compares with where the head left the base, which moves when the base takes in
// commits of the head: then the count of what changed is another one.
func filesKey(t gate.Target, r *pull.Request, saw *seen) string {
	return fmt.Sprintf("files %s %s %s %s", seenKey(t), r.Head.SHA, r.Base.SHA, saw.size)
}

// recallFiles puts the files into r that an earlier event read; it is false where there are none.
func (c *Client) recallFiles(t gate.Target, r *pull.Request, saw *seen) bool {
	if saw.head == "" {
		return false
	}
	data, ok := c.kept.Get(filesKey(t, r, saw))
	var k keptFiles
	if !ok || json.Unmarshal(data, &k) != nil {
		return false
	}
	r.Files = k.Files
	r.Known |= listing
	if k.Modes {
		r.Known |= pull.WithModes
	}
	saw.unsettled, saw.still = false, true
	return true
}

// keepFiles keeps the files of r where they are all of them.
func (c *Client) keepFiles(t gate.Target, r *pull.Request, saw *seen) {
	if saw.head == "" || gaps(r)&(pull.WithFiles|pull.WithModes) != 0 {
		return
	}
	data, err := json.Marshal(keptFiles{r.Files, r.Known.Has(pull.WithModes)})
	if err == nil {
		c.kept.Set(filesKey(t, r, saw), data)
	}
}

func fileKey(part, repo, sha, path string) string {
	return fmt.Sprintf("%s %s %s %s", part, repo, sha, path)
}

// recallDocuments puts the documents and files of the head into f that an earlier event read, and returns what is left to
// ask for.
func (c *Client) recallDocuments(r *pull.Request, a *ask, f *found) ask {
	rest := *a
	rest.documents = c.recallFrom("text", r.Repo, r.Base.SHA, a.documents, f.documents)
	rest.heads = c.recallFrom("full", r.Repo, r.Head.SHA, a.heads, f.heads)
	return rest
}

func (c *Client) recallFrom(part, repo, sha string, paths []string, into map[string]*blob) (rest []string) {
	for _, path := range paths {
		var b *blob
		if data, ok := c.kept.Get(fileKey(part, repo, sha, path)); ok && json.Unmarshal(data, &b) == nil {
			into[path] = b
			continue
		}
		rest = append(rest, path)
	}
	return rest
}

// keepDocuments keeps what GitHub answered without a problem.
func (c *Client) keepDocuments(r *pull.Request, f *found) {
	if !f.whole {
		return
	}
	c.keepFrom("text", r.Repo, r.Base.SHA, f.documents)
	c.keepFrom("full", r.Repo, r.Head.SHA, f.heads)
}

func (c *Client) keepFrom(part, repo, sha string, files map[string]*blob) {
	for path, b := range files {
		if data, err := json.Marshal(b); err == nil {
			c.kept.Set(fileKey(part, repo, sha, path), data)
		}
	}
}
