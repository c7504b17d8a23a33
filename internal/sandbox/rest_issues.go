package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxComment is GitHub's bound of a comment, in characters.
const maxComment = 65_536

func (s *Sandbox) listIssues(c *call) *reply {
	state := orElse(c.query.Get("state"), "open")
	var out []*issue
	for _, i := range c.repo.issues {
		if state != "all" && string(i.state) != state {
			continue
		}
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b *issue) int { return b.number - a.number })
	return ok(list(paged(s, c, out), s.issueShape))
}

// theirIssue is the issue or pull request of a call's path, nil where there is none.
func (c *call) theirIssue() *issue { return c.repo.issues[c.number("issue_number")] }

func (s *Sandbox) getIssue(c *call) *reply {
	i := c.theirIssue()
	if i == nil {
		return notFound()
	}
	return ok(s.issueShape(i))
}

func (s *Sandbox) listComments(c *call) *reply {
	i := c.theirIssue()
	if i == nil {
		return notFound()
	}
	comments := i.comments
	if since, err := time.Parse(time.RFC3339, c.query.Get("since")); err == nil {
		comments = slices.DeleteFunc(slices.Clone(comments), func(m *comment) bool { return m.updated.Before(since) })
	}
	return ok(list(paged(s, c, comments), s.commentShape))
}

// mayWrite refuses what needs the permission of issues where i is one: that of pull requests is enough for those alone.
func (c *call) mayWrite(i *issue) *reply {
	if i.pull == nil && !c.token.may("issues:write", c.repo) {
		return refuse(http.StatusForbidden, "Resource not accessible by integration")
	}
	return nil
}

// commentText reads and bounds a comment's body.
func commentText(c *call) (string, *reply) {
	var want struct{ Body *string }
	if rep := c.into(&want); rep != nil {
		return "", rep
	}
	switch {
	case want.Body == nil || strings.TrimSpace(*want.Body) == "":
		return "", invalid("IssueComment", "body", "missing_field", "body can't be blank")
	case utf8.RuneCountInString(*want.Body) > maxComment:
		return "", invalid("IssueComment", "body", "unprocessable", fmt.Sprintf("body is too long (maximum is %d characters)", maxComment))
	}
	return *want.Body, nil
}

func (s *Sandbox) createComment(c *call) *reply {
	i := c.theirIssue()
	if i == nil {
		return notFound()
	}
	if rep := c.mayWrite(i); rep != nil {
		return rep
	}
	body, rep := commentText(c)
	if rep != nil {
		return rep
	}
	return &reply{http.StatusCreated, s.commentShape(s.addComment(i, s.caller(c), body, c.token.in != nil))}
}

// theirComment is the comment of a call's path, nil where the repository has none of that number.
func (s *Sandbox) theirComment(c *call) *comment {
	m := s.comments[int64(c.number("comment_id"))]
	if m == nil || m.on.repo != c.repo {
		return nil
	}
	return m
}

func (s *Sandbox) getComment(c *call) *reply {
	m := s.theirComment(c)
	if m == nil {
		return notFound()
	}
	return ok(s.commentShape(m))
}

func (s *Sandbox) updateComment(c *call) *reply {
	m := s.theirComment(c)
	if m == nil {
		return notFound()
	}
	if rep := c.mayWrite(m.on); rep != nil {
		return rep
	}
	body, rep := commentText(c)
	if rep != nil {
		return rep
	}
	s.editComment(m, s.caller(c), body)
	return ok(s.commentShape(m))
}

func (s *Sandbox) removeComment(c *call) *reply {
	m := s.theirComment(c)
	if m == nil {
		return notFound()
	}
	if rep := c.mayWrite(m.on); rep != nil {
		return rep
	}
	s.deleteComment(m, s.caller(c))
	return &reply{http.StatusNoContent, nil}
}

func (s *Sandbox) listReactions(c *call) *reply {
	m := s.theirComment(c)
	if m == nil {
		return notFound()
	}
	return ok(list(paged(s, c, m.reactions), s.reactionShape))
}

// react answers 200 where the caller has reacted so before, 201 where not.
func (s *Sandbox) react(c *call) *reply {
	m := s.theirComment(c)
	if m == nil {
		return notFound()
	}
	var want struct{ Content string }
	if rep := c.into(&want); rep != nil {
		return rep
	}
	if !slices.Contains(reactionNames, want.Content) {
		return invalid("Reaction", "content", "invalid", "content is not a reaction")
	}
	by := s.caller(c)
	for _, old := range m.reactions {
		if old.by == by && old.content == want.Content {
			return ok(s.reactionShape(old))
		}
	}
	r := reaction{id: s.id(), content: want.Content, by: by, at: s.now()}
	m.reactions = append(m.reactions, r)
	return &reply{http.StatusCreated, s.reactionShape(r)}
}

func (s *Sandbox) listLabels(c *call) *reply {
	i := c.theirIssue()
	if i == nil {
		return notFound()
	}
	return ok(paged(s, c, s.labels(i)))
}

// addLabels takes {"labels": […]} and the bare list that GitHub takes, too. Labels are names or objects with a name.
func (s *Sandbox) addLabels(c *call) *reply {
	i := c.theirIssue()
	if i == nil {
		return notFound()
	}
	var names []json.RawMessage
	if strings.HasPrefix(strings.TrimSpace(string(c.body)), "[") {
		if rep := c.into(&names); rep != nil {
			return rep
		}
	} else {
		var want struct{ Labels []json.RawMessage }
		if rep := c.into(&want); rep != nil {
			return rep
		}
		names = want.Labels
	}
	for _, data := range names {
		var name string
		if json.Unmarshal(data, &name) != nil {
			var label struct{ Name string }
			if json.Unmarshal(data, &label) != nil || label.Name == "" {
				return invalid("Label", "name", "missing_field", "name is missing")
			}
			name = label.Name
		}
		if !slices.Contains(i.labels, name) {
			i.labels = append(i.labels, name)
			s.labelled(i, "labeled", name, s.caller(c))
		}
	}
	return ok(s.labels(i))
}

func (s *Sandbox) removeLabel(c *call) *reply {
	i := c.theirIssue()
	at := -1
	if i != nil {
		at = slices.Index(i.labels, c.params["name"])
	}
	if at < 0 {
		return refuse(http.StatusNotFound, "Label does not exist")
	}
	i.labels = slices.Delete(i.labels, at, at+1)
	s.labelled(i, "unlabeled", c.params["name"], s.caller(c))
	return ok(s.labels(i))
}

func (s *Sandbox) labelled(i *issue, action, label string, by *account) {
	more := obj{"label": s.label(i.repo, label)}
	if i.pull != nil {
		s.send(i.repo, "pull_request", action, s.pullEvent(i.pull, by, more))
		return
	}
	s.send(i.repo, "issues", action, s.issueEvent(i, more))
}
