package github

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxSeen bounds how many pull requests are kept in memory between reading and publishing.
const maxSeen = 2000

// seen is what the call that opened a pull request learned beside the pull request itself, so that neither the next read
// nor the publisher has to ask for it again.
type seen struct {
	repository, pull string // GraphQL's ids, which its writes want
	head             string
	size             string // how GitHub counts the change: files, lines added and removed
	files            int

	unsettled bool // the files were listed, and nobody has looked yet whether the pull request stood still meanwhile
	still     bool // the list of files is one of before: it belongs to this head

	// ours is what of ours stands on GitHub. It is nil once the publisher took it: by then it is no longer so.
	ours *ours
}

// ours is what our App has written.
type ours struct {
	runs     map[string]ourRun // check runs on the head by name, the newest of each; nil where they were not shown
	comments []string          // ids of comments, among the first 100
	bots     bool              // any bot wrote one of those
	whole    bool              // there are no more than those
}

type ourRun struct {
	id          string
	number      int64
	annotations int
}

// tip is a commit with our check runs.
type tip struct {
	OID         string
	CheckSuites *nodes[struct {
		CheckRuns nodes[struct {
			ID          string
			DatabaseID  int64
			Name        string
			Annotations struct{ TotalCount int }
		}]
	}]
}

func (t *tip) runs() map[string]ourRun {
	if t == nil || t.CheckSuites == nil {
		return nil
	}
	out := map[string]ourRun{}
	for _, suite := range t.CheckSuites.Nodes {
		for _, run := range suite.CheckRuns.Nodes {
			// The newest counts.
			if old, there := out[run.Name]; !there || run.DatabaseID > old.number {
				out[run.Name] = ourRun{id: run.ID, number: run.DatabaseID, annotations: run.Annotations.TotalCount}
			}
		}
	}
	return out
}

// written are the first comments on a pull request.
type written nodes[struct {
	ID              string
	ViewerDidAuthor bool
	Author          *struct {
		Typename string `json:"__typename"`
	}
}]

// oursOf is what of the runs and of the comments is ours; nil where GitHub did not show it.
func oursOf(runs map[string]ourRun, w *written) *ours {
	if runs == nil {
		return nil
	}
	out := &ours{runs: runs}
	if w == nil {
		return out
	}
	out.whole = !w.PageInfo.HasNextPage
	for _, n := range w.Nodes {
		out.bots = out.bots || n.Author == nil || n.Author.Typename == "Bot"
		if n.ViewerDidAuthor {
			out.comments = append(out.comments, n.ID)
		}
	}
	return out
}

func (a *openAnswer) seen() *seen {
	p := a.Repository.PullRequest
	s := &seen{
		repository: a.Repository.ID, pull: p.ID, head: p.HeadRefOID, files: p.ChangedFiles,
		size: fmt.Sprint(p.ChangedFiles, p.Additions, p.Deletions),
	}
	if p.Tip != nil && len(p.Tip.Nodes) > 0 && p.Tip.Nodes[0].Commit != nil && p.Tip.Nodes[0].Commit.OID == p.HeadRefOID {
		s.ours = oursOf(p.Tip.Nodes[0].Commit.runs(), p.Comments)
	}
	return s
}

func seenKey(t gate.Target) string { return strings.ToLower(fmt.Sprintf("%s#%d", t.Repo, t.Number)) }

func (c *Client) note(t gate.Target, s *seen) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) >= maxSeen {
		clear(c.seen)
	}
	c.seen[seenKey(t)] = s
}

// ids keeps GraphQL's ids of a pull request that nobody opened here.
func (c *Client) ids(t gate.Target, repository, pull string) {
	c.mu.Lock()
	s := c.seen[seenKey(t)]
	c.mu.Unlock()
	if s == nil {
		c.note(t, &seen{repository: repository, pull: pull})
	}
}

// saw is what was seen of the pull request r; the zero one where it was opened elsewhere, or at another head.
func (c *Client) saw(t gate.Target, r *pull.Request) seen {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.seen[seenKey(t)]; s != nil && s.head == r.Head.SHA {
		return *s
	}
	return seen{}
}

// listed keeps how listing the files of a head went.
func (c *Client) listed(t gate.Target, now *seen) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.seen[seenKey(t)]; s != nil && s.head == now.head && now.head != "" {
		s.unsettled, s.still = now.unsettled, now.still
	}
}

// take returns what is ours on the head of a pull request, once, and GraphQL's ids as often as they are asked for.
func (c *Client) take(t gate.Target, head string) seen {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.seen[seenKey(t)]
	if s == nil {
		return seen{}
	}
	out := *s
	s.ours = nil
	if s.head != head {
		out.ours = nil
	}
	return out
}
