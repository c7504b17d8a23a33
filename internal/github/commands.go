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

// Commands are those that can be asked for, as help says them.
var Commands = []struct{ Form, Does string }{
	{"/sluice recheck", "look at the pull request again"},
	{"/sluice waive CHECK because REASON", "make an exception from a check for this commit"},
	{"/sluice waive CHECK because REASON until YYYY-MM-DD", "make one that outlasts the next commits, as long as the check says nothing new"},
	{"/sluice unwaive CHECK", "take the exception back"},
	{"/sluice not-agent because REASON", "say that no agent wrote this"},
	{"/sluice agent NAME because REASON", "say which agent did"},
	{"/sluice help", "show this"},
}

// understand reads what c asks for on t. What cannot be understood is told to who asked, so it is kept too.
func understand(t gate.Target, c Command, by *payloadComment) gate.Asked {
	a := gate.Asked{Repo: t.Repo, Number: t.Number, By: by.User.account(), Via: gate.ByComment, Comment: by.ID}
	switch c.Name {
	case "recheck":
		a.Verb = gate.Recheck
		if !by.heard() {
			a.Wrong = "only people who belong to the repository can ask for that"
		}
	case "help", "":
		a.Verb = gate.Help
	case "waive", "unwaive":
		waives(&a, c)
	case "not-agent", "agent":
		corrects(&a, c)
	default:
		a.Verb, a.Wrong = gate.Unknown, "no command is named so; /sluice help lists them"
	}
	return a
}

// workOn is the work on what is asked of t.
func workOn(t gate.Target, a ...gate.Asked) gate.Work {
	return gate.Work{Pulls: []gate.Target{t}, Asked: a}
}

// theCommand is a comment on a pull request. What a person asks is taken, and judged later; what an App says in a
// person's name is not, and no bot is heard, ours included.
func theCommand(_ *translator, p *payload) (gate.Work, error) {
	t, on, err := p.commented()
	if err != nil || !on || !p.Comment.spoken() {
		return gate.Work{}, err
	}
	c, ok := ParseCommand(p.Comment.Body)
	if !ok {
		return gate.Work{}, nil
	}
	return workOn(t, understand(t, c, p.Comment)), nil
}

// theEdit is a comment that was edited. An exception that it said is said no more; what it says now is taken where its
// writer edited it, and not where somebody else did: nobody signs in another's name.
func theEdit(_ *translator, p *payload) (gate.Work, error) {
	t, on, err := p.commented()
	if err != nil || !on || p.Changes.Body == nil || !p.Comment.spoken() {
		return gate.Work{}, err
	}
	before, was := ParseCommand(p.Changes.Body.From)
	now, is := ParseCommand(p.Comment.Body)
	if was == is && before == now {
		return gate.Work{}, nil
	}
	var asked []gate.Asked
	if was {
		asked = append(asked, withdrawn(t, p.Comment))
	}
	if is && p.Sender != nil && p.Sender.ID == p.Comment.User.ID {
		asked = append(asked, understand(t, now, p.Comment))
	}
	if len(asked) == 0 {
		return gate.Work{}, nil
	}
	return workOn(t, asked...), nil
}

// theDeletion is a comment that was deleted, and an exception that it said with it. A correction of who wrote the pull
// request stays said: whoever deleted it may be who it was about.
func theDeletion(_ *translator, p *payload) (gate.Work, error) {
	t, on, err := p.commented()
	if err != nil || !on || !p.Comment.spoken() {
		return gate.Work{}, err
	}
	if _, was := ParseCommand(p.Comment.Body); !was {
		return gate.Work{}, nil
	}
	return workOn(t, withdrawn(t, p.Comment)), nil
}

func withdrawn(t gate.Target, c *payloadComment) gate.Asked {
	return gate.Asked{Repo: t.Repo, Number: t.Number, By: c.User.account(), Via: gate.ByComment, Comment: c.ID, Verb: gate.Waive, Withdraw: true}
}

// commented is the open pull request that a comment stands on; false where it stands on something else.
func (p *payload) commented() (gate.Target, bool, error) {
	if p.Issue == nil || p.Comment == nil {
		return gate.Target{}, false, fmt.Errorf("no comment is named")
	}
	t, err := p.target(p.Issue.Number)
	return t, p.Issue.PullRequest != nil && p.Issue.State != "closed", err
}

// spoken reports whether a person wrote the comment, and no App in their name.
func (c *payloadComment) spoken() bool { return c.User.person() && c.Via == nil }

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
