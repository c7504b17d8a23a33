package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/digest"
	"github.com/sluicegate/sluice/internal/gate"
)

// comment is a comment with what go-github leaves out: the App that wrote it.
type comment struct {
	ID   int64  `json:"id"`
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

// digest makes the digest what it is to be: at most one on a pull request, edited in place. Where there is nothing to
// say none is written, and one that stands says so.
func (a *act) digest(ctx context.Context, number int, r *gate.Report) error {
	key := commentKey(a.repo, number)
	var t trace
	begun, err := a.recall(ctx, key, &t)
	if err != nil {
		return err
	}
	body := digest.Comment(r)
	withdrawn := body == ""
	if withdrawn {
		if !begun {
			return nil
		}
		body = digest.Withdrawn(r)
	}
	if t.ID != 0 && t.Content == hash(body) {
		return nil
	}
	if t.ID == 0 {
		if t.ID, err = a.findComment(ctx, number); err != nil {
			return err
		}
	}
	if t.ID != 0 {
		err := a.updateComment(ctx, t.ID, body)
		var gone *Gone
		if err == nil || !errors.As(err, &gone) {
			return a.commented(ctx, key, t.ID, body, err)
		}
	}
	if withdrawn {
		return nil
	}
	if err := a.remember(ctx, key, trace{}); err != nil {
		return err
	}
	id, err := a.createComment(ctx, number, body)
	return a.commented(ctx, key, id, body, err)
}

// commented remembers what was written, unless it wasn't.
func (a *act) commented(ctx context.Context, key string, id int64, body string, err error) error {
	if err != nil {
		return fmt.Errorf("digest: %w", err)
	}
	a.writes++
	return a.remember(ctx, key, trace{ID: id, Content: hash(body)})
}

func (a *act) createComment(ctx context.Context, number int, body string) (int64, error) {
	var made comment
	err := a.call(ctx, func(client *gh.Client, owner, name string) error {
		return send(ctx, client, http.MethodPost, fmt.Sprintf("repos/%s/%s/issues/%d/comments", owner, name, number), body, &made)
	})
	return made.ID, err
}

func (a *act) updateComment(ctx context.Context, id int64, body string) error {
	return a.call(ctx, func(client *gh.Client, owner, name string) error {
		return send(ctx, client, http.MethodPatch, fmt.Sprintf("repos/%s/%s/issues/comments/%d", owner, name, id), body, &comment{})
	})
}

func send(ctx context.Context, client *gh.Client, method, path, body string, into *comment) error {
	req, err := client.NewRequest(method, path, map[string]string{"body": body})
	if err != nil {
		return err
	}
	_, err = client.Do(ctx, req, into)
	return err
}

// findComment looks for our digest among a pull request's comments, 0 where there is none. It is the oldest, should
// there be two.
func (a *act) findComment(ctx context.Context, number int) (int64, error) {
	id, err := a.find(ctx, number, func(c *comment) bool { return c.ours(a.client.AppID()) })
	if err != nil {
		return 0, fmt.Errorf("look for the digest: %w", err)
	}
	return id, nil
}
