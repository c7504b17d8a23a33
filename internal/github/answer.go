package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
)

var _ gate.Answerer = (*Publisher)(nil)

// Answer reacts to the comment that asked for s: with a thumb up where it was done, with a thumb down and a comment that
// says why where it was refused. Help is a comment too. A comment that is gone asks for no answer.
func (p *Publisher) Answer(ctx context.Context, t gate.Target, s *gate.Settled) error {
	a := &act{Publisher: p, installation: t.Installation, repo: t.Repo}
	err := a.react(ctx, s)
	if err == nil && (s.Refused != "" || s.Verb == gate.Help) {
		err = a.reply(ctx, t.Number, s)
	}
	var gone *Gone
	if errors.As(err, &gone) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("answer to comment %d: %w", s.Comment, err)
	}
	return nil
}

// react sets the reaction; one that is there already stays the only one (docs, "Create reaction for an issue comment").
func (a *act) react(ctx context.Context, s *gate.Settled) error {
	content := "+1"
	if s.Refused != "" {
		content = "-1"
	}
	return a.call(ctx, func(client *gh.Client, owner, name string) error {
		_, _, err := client.Reactions.CreateIssueCommentReaction(ctx, owner, name, s.Comment, content)
		return err
	})
}

// replied is what is remembered of an answer: whether it was written, or was about to be.
type replied struct {
	Done bool `json:"done"`
}

// reply writes the one comment that answers s.
func (a *act) reply(ctx context.Context, number int, s *gate.Settled) error {
	key := fmt.Sprintf("answer %s %d", a.repo, s.Comment)
	var r replied
	begun, err := a.recall(ctx, key, &r)
	if err != nil || r.Done {
		return err
	}
	marker := answerMark(s.Comment)
	var found *comment
	if begun != nil { // whether it was written, only GitHub knows
		if found, err = a.findBy(ctx, number, func(c *comment) bool { return c.written(a.client.AppID(), marker) }); err != nil {
			return err
		}
	}
	if found == nil {
		if err := a.remember(ctx, notes{key: replied{}}); err != nil {
			return err
		}
		if err := a.createComment(ctx, number, marker+"\n"+replyTo(s)); err != nil {
			return err
		}
	}
	return a.remember(ctx, notes{key: replied{Done: true}})
}

// answerMark is the hidden line that opens the answer to a comment.
func answerMark(comment int64) string { return fmt.Sprintf("<!-- sluice answer to %d -->", comment) }

// replyTo is what is said to who asked. None of their words are in it: what is refused is told in ours.
func replyTo(s *gate.Settled) string {
	if s.Verb == gate.Help && s.Refused == "" {
		return helpText()
	}
	return fmt.Sprintf("Not done: %s. `/sluice help` lists the commands.\n", s.Refused)
}

func helpText() string {
	var b strings.Builder
	b.WriteString("A command is the first line of a comment:\n\n")
	for _, c := range Commands {
		fmt.Fprintf(&b, "- `%s`: %s\n", c.Form, c.Does)
	}
	return b.String()
}

// findBy looks for the first comment on a pull request that is so, nil where there is none.
func (a *act) findBy(ctx context.Context, number int, is func(*comment) bool) (found *comment, err error) {
	for page := 1; page > 0 && page <= maxPages && found == nil; { // GitHub takes 2,500 comments
		err = a.call(ctx, func(client *gh.Client, owner, name string) error {
			req, err := client.NewRequest(http.MethodGet,
				fmt.Sprintf("repos/%s/%s/issues/%d/comments?per_page=100&page=%d", owner, name, number, page), nil)
			if err != nil {
				return err
			}
			var list []comment
			resp, err := client.Do(ctx, req, &list)
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(list, func(c comment) bool { return is(&c) }); i >= 0 {
				found = &list[i]
			}
			page = resp.NextPage
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (a *act) createComment(ctx context.Context, number int, body string) error {
	return a.call(ctx, func(client *gh.Client, owner, name string) error {
		req, err := client.NewRequest(http.MethodPost, fmt.Sprintf("repos/%s/%s/issues/%d/comments", owner, name, number), map[string]string{"body": body})
		if err != nil {
			return err
		}
		_, err = client.Do(ctx, req, &comment{})
		return err
	})
}
