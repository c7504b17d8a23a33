package github

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/markdown"
)

// Command is what somebody asks of Sluice in a comment, "/sluice recheck".
type Command struct {
	Name string // in lower case; empty for a bare "/sluice"
	Rest string // of the line
}

// ParseCommand finds the command of a comment: its first line that isn't blank, if that is said in the open (not in code,
// not in a quote) and begins with "/sluice".
func ParseCommand(body string) (Command, bool) {
	for _, line := range markdown.Parse(body).Lines {
		if strings.TrimSpace(line.Raw) == "" {
			continue
		}
		words := strings.Fields(line.Raw)
		if !line.Said() || !strings.HasPrefix(line.Raw, "/sluice") || words[0] != "/sluice" {
			return Command{}, false
		}
		c := Command{}
		if len(words) > 1 {
			c.Name = strings.ToLower(words[1])
			c.Rest = strings.Join(words[2:], " ")
		}
		return c, true
	}
	return Command{}, false
}

// commands are those that can be asked for, and what they ask for.
var commands = map[string]func(t gate.Target, c Command) gate.Work{
	"recheck": func(t gate.Target, _ Command) gate.Work { return gate.Work{Pulls: []gate.Target{t}} },
}

// theCommand is a comment on a pull request. Only people who belong to the repository are heard; no bot is, ours
// included. A correction is taken from any person, for it is judged later, and not from an App in a person's name.
func theCommand(_ *translator, p *payload) (gate.Work, error) {
	if p.Issue == nil || p.Comment == nil {
		return gate.Work{}, fmt.Errorf("no comment is named")
	}
	t, err := p.target(p.Issue.Number)
	if err != nil {
		return gate.Work{}, err
	}
	if p.Issue.PullRequest == nil || p.Issue.State == "closed" {
		return gate.Work{}, nil
	}
	c, ok := ParseCommand(p.Comment.Body)
	if !ok {
		return gate.Work{}, nil
	}
	if p.Comment.User.person() && p.Comment.Via == nil {
		if w, corrected := corrects(t, c, p.Comment.User); corrected {
			return w, nil
		}
	}
	ask := commands[c.Name]
	if ask == nil || !p.Comment.heard() {
		return gate.Work{}, nil
	}
	return ask(t, c), nil
}

// heard reports whether the writer belongs to the repository, in the words of docs, "CommentAuthorAssociation".
func (c *payloadComment) heard() bool {
	if c.User == nil || c.User.Type != "User" {
		return false
	}
	switch c.Association {
	case "OWNER", "MEMBER", "COLLABORATOR":
		return true
	}
	return false
}
