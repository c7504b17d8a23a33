package github

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/digest"
	"github.com/sluicegate/sluice/internal/gate"
)

// comment is a comment with what go-github leaves out: the App that wrote it.
type comment struct {
	Node string `json:"node_id"`
	Body string `json:"body"`
	User *struct {
		Type string `json:"type"`
	} `json:"user"`
	App *struct {
		ID int64 `json:"id"`
	} `json:"performed_via_github_app"`
}

// digestMark opens every digest, whatever the repository was called when it was written.
var digestMark, _, _ = strings.Cut(digest.MarkerOf("", 0), "#")

// ours reports whether our App wrote the comment, as a digest. Anyone can write the mark, and a person who signed in can
// write through the App; no person is a bot.
func (c *comment) ours(app int64) bool { return c.written(app, digestMark) }

// written reports whether our App wrote the comment, opening with a mark.
func (c *comment) written(app int64, mark string) bool {
	return c.App != nil && c.App.ID == app && c.User != nil && c.User.Type == "Bot" && strings.HasPrefix(c.Body, mark)
}

// digestOf is the digest as it is to be: at most one on a pull request, edited in place. Where there is nothing to say none
// is written, and one that stands says so.
func digestOf(repo string, number int, r *gate.Report) *piece {
	p := &piece{key: commentKey(repo, number), body: digest.Comment(r)}
	if p.body == "" {
		p.body, p.taken = digest.Withdrawn(r), true
	}
	return p
}

// findComment looks for our digest among a pull request's comments, "" where there is none. It is the oldest, should
// there be two. REST alone says which App wrote a comment.
func (a *act) findComment(ctx context.Context, number int) (id string, err error) {
	found, err := a.findBy(ctx, number, func(c *comment) bool { return c.ours(a.client.AppID()) })
	if err != nil {
		return "", fmt.Errorf("look for it: %w", err)
	}
	if found != nil {
		id = found.Node
	}
	return id, nil
}
