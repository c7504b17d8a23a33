package github

import (
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// The shapes of GraphQL's answers, as far as the queries ask for them, and their way into the words of package pull.

type nodes[T any] struct {
	TotalCount int
	PageInfo   struct {
		HasNextPage bool
		EndCursor   string
	}
	Nodes []T
}

type account struct {
	Typename   string `json:"__typename"`
	Login      string
	DatabaseID int64
}

func (a *account) account() pull.Account {
	if a == nil || a.Login == "" {
		return pull.Account{} // "ghost": the account was deleted
	}
	out := pull.Account{Login: a.Login, ID: a.DatabaseID, Type: pull.AccountType(a.Typename)}
	// REST writes "dependabot[bot]" where GraphQL writes "dependabot", and for the account of a bot's commit, which is a
	// "User" to GraphQL, the other way round.
	switch {
	case strings.HasSuffix(a.Login, "[bot]"):
		out.Type = pull.Bot
	case out.Type == pull.Bot:
		out.Login += "[bot]"
	case out.Type == "":
		out.Type = pull.User
	}
	return out
}

type person struct {
	Name, Email string
	Date        moment
	User        *account
}

// moment is a time that anybody could write, as a commit's: what is no time is none, and spoils nothing else.
type moment struct{ time.Time }

// UnmarshalJSON never fails.
func (m *moment) UnmarshalJSON(data []byte) error {
	if err := m.Time.UnmarshalJSON(data); err != nil {
		m.Time = time.Time{}
	}
	return nil
}

func (p *person) person() pull.Person {
	if p == nil {
		return pull.Person{}
	}
	return pull.Person{Name: p.Name, Email: p.Email, When: p.Date.Time, Account: p.User.account()}
}

type commit struct {
	Commit struct {
		OID               string
		Message           string
		Author, Committer *person
		Parents           nodes[struct{ OID string }]
		Signature         *signature
	}
}

func (c *commit) commit() pull.Commit {
	out := pull.Commit{
		SHA: c.Commit.OID, Message: c.Commit.Message,
		Author: c.Commit.Author.person(), Committer: c.Commit.Committer.person(),
		Verification: c.Commit.Signature.verification(),
	}
	for _, p := range c.Commit.Parents.Nodes {
		out.Parents = append(out.Parents, p.OID)
	}
	return out
}

type signature struct {
	IsValid           bool
	State             string
	WasSignedByGitHub bool
	Signer            *account
}

// webFlow is the account whose key signs what is made on GitHub's pages and through its API.
var webFlow = pull.Account{Login: "web-flow", ID: 19864447, Type: pull.User}

func (s *signature) verification() pull.Verification {
	if s == nil {
		return pull.Verification{Reason: "unsigned"}
	}
	// GraphQL's states are REST's reasons in capitals.
	out := pull.Verification{Verified: s.IsValid, Reason: strings.ToLower(s.State), Signer: s.Signer.account()}
	if s.IsValid && s.WasSignedByGitHub {
		out.Signer = webFlow
	}
	return out
}

type review struct {
	Author            *account
	State             string
	Commit            *struct{ OID string }
	AuthorAssociation string
	SubmittedAt       time.Time
	CanPush           bool `json:"authorCanPushToRepository"`
}

// review is false for one that isn't submitted, or that GitHub doesn't show: that leaves a gap of its own.
func (r *review) review() (pull.Review, bool) {
	if r.State == "PENDING" || r.State == "" {
		return pull.Review{}, false
	}
	out := pull.Review{
		Author: r.Author.account(), State: strings.ToLower(r.State), Association: r.AuthorAssociation, At: r.SubmittedAt, CanPush: r.CanPush,
	}
	if r.Commit != nil { // nil where a force push left the commit to nobody
		out.SHA = r.Commit.OID
	}
	return out, true
}

type issue struct {
	Typename    string `json:"__typename"`
	Number      int
	URL         string
	Title, Body string
	State       string
	PullState   string // a pull request's: to GraphQL it is of another type
	CreatedAt   time.Time
	LastEdited  *time.Time `json:"lastEditedAt"`
	Author      *account
	Labels      nodes[struct{ Name string }]
	Assignees   nodes[*account]
	Timeline    nodes[*assignment] `json:"timelineItems"`
	Repository  struct{ NameWithOwner string }
}

func (i *issue) issue() pull.Issue {
	out := pull.Issue{
		IssueRef: pull.IssueRef{Repo: i.Repository.NameWithOwner, Number: i.Number},
		URL:      i.URL, Title: i.Title, Body: i.Body, State: pull.State(strings.ToLower(i.State + i.PullState)),
		Pull: i.Typename == "PullRequest", Author: i.Author.account(), CreatedAt: i.CreatedAt,
	}
	if i.LastEdited != nil {
		out.EditedAt = *i.LastEdited
	}
	for _, l := range i.Labels.Nodes {
		out.Labels = append(out.Labels, l.Name)
	}
	for _, a := range i.Assignees.Nodes {
		out.Assignees = append(out.Assignees, a.account())
	}
	out.Assigned = assigned(i.Timeline.Nodes)
	return out
}

// assignment is an event of a timeline: somebody was assigned, or is no longer.
type assignment struct {
	Typename        string `json:"__typename"`
	Actor, Assignee *account
}

// assigned are the assignments of a timeline, oldest first, that nobody took back.
func assigned(events []*assignment) []pull.Assignment {
	var out []pull.Assignment
	for _, e := range events {
		if e == nil || e.Assignee == nil {
			continue
		}
		to := e.Assignee.account()
		out = slices.DeleteFunc(out, func(a pull.Assignment) bool { return a.To == to })
		if by := e.Actor.account(); e.Typename == "AssignedEvent" && !by.Zero() {
			out = append(out, pull.Assignment{By: by, To: to})
		}
	}
	return out
}

// blob is a file of a tree: nil where there is none.
type blob struct {
	Path   string
	Object *struct {
		Typename    string `json:"__typename"`
		Text        *string
		IsTruncated bool
		IsBinary    *bool
		ByteSize    int
	}
}

// text is the file's text; whole is false where GitHub shows a part of it only, or it is no text.
func (b *blob) text() (text string, whole bool) {
	if b.Object == nil || b.Object.Text == nil || b.Object.IsTruncated {
		return "", false
	}
	return *b.Object.Text, true
}
