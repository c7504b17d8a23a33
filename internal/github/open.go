package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

var _ gate.Reader = (*Client)(nil)

type openAnswer struct {
	Repository *struct {
		ID            string
		NameWithOwner string
		PullRequest   *opened
	}
	Organisation *organisation
}

// organisation is the owner's repository ".github", which may be a person's too.
type organisation struct {
	NameWithOwner    string
	DefaultBranchRef *struct{ Target *governing }
}

type opened struct {
	ID             string
	Number         int
	URL            string
	Title, Body    string
	State          string
	IsDraft        bool
	CreatedAt      time.Time
	Author         *account
	HeadRefName    string
	HeadRefOID     string
	HeadRepository *struct{ NameWithOwner string }
	BaseRefName    string
	BaseRef        *struct{ Target *governing }
	Labels         nodes[struct{ Name string }]
	Assignees      nodes[*account]
	TimelineItems  nodes[*assignment]
	ReviewRequests nodes[*struct {
		RequestedReviewer *struct {
			account
			CombinedSlug string
		}
	}]
	Commits                 nodes[commit]
	Reviews                 nodes[review]
	ClosingIssuesReferences nodes[*issue]

	ChangedFiles, Additions, Deletions int

	Tip      *nodes[struct{ Commit *tip }]
	Comments *written
}

// governing is what the trusted side says, at one commit.
type governing struct {
	OID                                                              string
	Policy                                                           *blob
	Owners0, Owners1, Owners2                                        *blob
	Template0, Template1, Template2, Template3, Template4, Template5 *blob
}

// Open reads a pull request with what needs no policy, and the policy's layers, in one call; a person's costs one more
// the first time, more than 100 commits or reviews cost further ones. Layers are those that exist, the organisation's before the repository's.
//
// Policy, owners and template are read from the tip of the base branch: nothing that the pull request brings can loosen
// its own gate. An error doesn't name the pull request: the caller does. Where GitHub refuses a part without which nothing
// can be decided, the pull request comes beside the error, as far as it is known: there is a place to say so.
func (c *Client) Open(ctx context.Context, t gate.Target) (*pull.Request, []policy.Layer, error) {
	owner, name, err := split(t.Repo)
	if err != nil {
		return nil, nil, err
	}
	var answer openAnswer
	problems, err := c.queryAcross(ctx, t.Installation, t.Repo, queries["open"],
		map[string]any{
			"owner": owner, "name": name, "number": t.Number, "policy": policy.Path, "app": c.AppID(), "ours": c.token == nil,
		}, &answer)
	if err != nil {
		return nil, nil, err
	}
	r, layers, err := answer.read(problems)
	if err != nil {
		if r != nil {
			c.note(t, answer.seen())
		}
		return r, nil, err
	}
	if !c.issuesGranted(ctx, t) {
		gap(r, pull.WithIssues, "GitHub shows no issues: an owner must grant the App the permission Issues: read")
	}
	if err := c.more(ctx, t, r, answer.Repository.PullRequest); err != nil {
		return nil, nil, err
	}
	if err := c.via(ctx, t, r); err != nil {
		return nil, nil, err
	}
	c.note(t, answer.seen())
	return r, layers, nil
}

// read makes the pull request of the answer. A part that GitHub did not answer is a gap where it is a fact, and an error
// where nothing can be decided without it.
func (a *openAnswer) read(problems []problem) (*pull.Request, []policy.Layer, error) {
	rest, gaps := sort(problems)
	if len(rest) > 0 {
		err := rest[0].err()
		if errors.As(err, new(*Denied)) && a.Repository != nil && a.Repository.PullRequest != nil {
			return a.Repository.PullRequest.request(a.Repository.NameWithOwner), nil, err
		}
		return nil, nil, err
	}
	if a.Repository == nil || a.Repository.PullRequest == nil {
		return nil, nil, &Gone{fmt.Errorf("GitHub has no such pull request, or does not show it to the App")}
	}
	p := a.Repository.PullRequest
	r := p.request(a.Repository.NameWithOwner)
	r.Gaps, r.Known = gaps, pull.WithCommits|pull.WithIssues|pull.WithReviews
	for _, g := range gaps {
		r.Known &^= g.Facts
	}
	p.reviewers(r)
	p.issues(r)
	var layers []policy.Layer
	if o := a.Organisation; o != nil && o.DefaultBranchRef != nil {
		layers = o.DefaultBranchRef.Target.layer(layers, policy.OrganisationLayer, o.NameWithOwner)
	}
	if p.BaseRef != nil && p.BaseRef.Target != nil {
		base := p.BaseRef.Target
		r.Base.SHA = base.OID
		base.documents(r, a.Organisation)
		// In the organisation's own repository both files are one.
		if !strings.HasSuffix(r.Repo, "/.github") {
			layers = base.layer(layers, policy.RepositoryLayer, r.Repo)
		}
		return r, layers, nil
	}
	if r.State == pull.Open {
		return nil, nil, &Temporary{fmt.Errorf("GitHub shows no base branch %q yet", r.Base.Name)}
	}
	r.Gaps = append(r.Gaps, pull.Gap{Facts: pull.WithOwners | pull.WithTemplate, Reason: "the base branch is gone"})
	return r, layers, nil
}

// partial are the parts of the answer that may fail alone, and the facts that are then not known.
var partial = []struct {
	path  []string
	facts pull.Facts
	word  string
}{
	{[]string{"repository", "pullRequest", "commits"}, pull.WithCommits, "the commits"},
	{[]string{"repository", "pullRequest", "reviews"}, pull.WithReviews, "the reviews"},
	{[]string{"repository", "pullRequest", "reviewRequests"}, pull.WithReviews, "who is asked for a review"},
	{[]string{"repository", "pullRequest", "closingIssuesReferences"}, pull.WithIssues, "the issues that it closes"},
}

// sort tells the problems that leave a gap from those that spoil the answer.
func sort(problems []problem) (rest []problem, gaps []pull.Gap) {
next:
	for _, p := range problems {
		switch {
		case p.at("organisation") && len(p.Path) == 1 && p.Type == "NOT_FOUND":
			continue // no organisation's policy, or none that is shown to the App: the usual case
		case p.at("repository", "pullRequest", "closingIssuesReferences", "nodes") && p.invisible():
			continue // an issue of a repository without the App
		case p.at("repository", "pullRequest", "tip"), p.at("repository", "pullRequest", "comments"):
			continue // what is ours there is looked for when it is to be written
		case p.at("repository", "pullRequest", "timelineItems", "nodes"):
			continue // an event that is not shown names nobody
		case p.Type == "NOT_FOUND" && len(p.Path) > 0 && governs(p.Path[len(p.Path)-1]):
			continue // no such file
		}
		for _, part := range partial {
			if p.at(part.path...) {
				gaps = append(gaps, pull.Gap{Facts: part.facts, Reason: fmt.Sprintf("GitHub did not show %s (%s)", part.word, kindOf(&p))})
				continue next
			}
		}
		rest = append(rest, p)
	}
	return rest, gaps
}

// governs reports whether a path of the answer ends in a file of the trusted side.
func governs(last any) bool {
	name, _ := last.(string)
	return name == "policy" || strings.HasPrefix(name, "owners") || strings.HasPrefix(name, "template")
}

// kindOf is a problem's type in words: its message may quote an outsider.
func kindOf(p *problem) string {
	if p.Type == "" {
		return "an error of its own"
	}
	return strings.ToLower(strings.ReplaceAll(p.Type, "_", " "))
}

func (p *opened) request(repo string) *pull.Request {
	r := &pull.Request{
		Repo: repo, Number: p.Number, URL: p.URL, Title: p.Title, Body: p.Body, Author: p.Author.account(),
		State: pull.State(strings.ToLower(p.State)), Draft: p.IsDraft, CreatedAt: p.CreatedAt,
		Head: pull.Branch{Name: p.HeadRefName, SHA: p.HeadRefOID},
		Base: pull.Branch{Repo: repo, Name: p.BaseRefName},
	}
	if p.HeadRepository != nil {
		r.Head.Repo = p.HeadRepository.NameWithOwner
	}
	for _, l := range p.Labels.Nodes {
		r.Labels = append(r.Labels, l.Name)
	}
	for _, a := range p.Assignees.Nodes {
		r.Assignees = append(r.Assignees, a.account())
	}
	r.Assigned = assigned(p.TimelineItems.Nodes)
	return r
}

func (p *opened) reviewers(r *pull.Request) {
	for _, request := range p.ReviewRequests.Nodes {
		if request == nil || request.RequestedReviewer == nil {
			gap(r, pull.WithReviews, "one who is asked for a review is not shown to the App")
			continue
		}
		if who := request.RequestedReviewer; who.CombinedSlug != "" {
			r.ReviewingTeams = append(r.ReviewingTeams, who.CombinedSlug)
		} else {
			r.Reviewers = append(r.Reviewers, who.account.account())
		}
	}
}

func (p *opened) issues(r *pull.Request) {
	list := &p.ClosingIssuesReferences
	for _, i := range list.Nodes {
		if i == nil {
			continue // shown to nobody with our permissions
		}
		closes := i.issue()
		closes.Closes = true
		r.Issues = append(r.Issues, closes)
	}
	if list.TotalCount > len(list.Nodes) {
		gap(r, pull.WithIssues, fmt.Sprintf("%d of the %d issues that it closes are listed", len(list.Nodes), list.TotalCount))
	}
}

// gap says that a part of r is not known, and why.
func gap(r *pull.Request, facts pull.Facts, reason string) {
	r.Known &^= facts
	if g := (pull.Gap{Facts: facts, Reason: reason}); !slices.Contains(r.Gaps, g) {
		r.Gaps = append(r.Gaps, g)
	}
}
