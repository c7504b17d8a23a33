package github

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
)

type pullsAnswer struct {
	Repository *struct {
		PullRequests nodes[struct {
			Number     int
			HeadRefOID string
		}]
	}
}

// OpenPulls lists the open pull requests of a repository, those to one base where in names it, the oldest first.
func (c *Client) OpenPulls(ctx context.Context, in gate.RepoTarget) ([]gate.Target, error) {
	return c.openPulls(ctx, in, "")
}

// PullsWithHead lists the open pull requests whose head is a commit: more than one can share it. They are looked for
// among all that are open: GitHub's list of a commit's pull requests leaves out those of forks.
func (c *Client) PullsWithHead(ctx context.Context, in gate.HeadTarget) ([]gate.Target, error) {
	return c.openPulls(ctx, gate.RepoTarget{Installation: in.Installation, Repo: in.Repo}, in.SHA)
}

func (c *Client) openPulls(ctx context.Context, in gate.RepoTarget, head string) ([]gate.Target, error) {
	owner, name, err := split(in.Repo)
	if err != nil {
		return nil, err
	}
	var out []gate.Target
	for after, more := "", true; more; {
		var answer pullsAnswer
		// An installation may have thousands of repositories without a pull request: none needs a token of its own.
		problems, err := c.queryAcross(ctx, in.Installation, in.Repo, queries["pulls"],
			map[string]any{"owner": owner, "name": name, "base": cursor(in.Base), "after": cursor(after)}, &answer)
		if err == nil && answer.Repository == nil {
			err = c.nothing(problems)
		}
		if err != nil {
			return nil, fmt.Errorf("open pull requests of %s: %w", in.Repo, err)
		}
		list := &answer.Repository.PullRequests
		for _, p := range list.Nodes {
			if head == "" || p.HeadRefOID == head {
				out = append(out, gate.Target{Installation: in.Installation, Repo: in.Repo, Number: p.Number})
			}
		}
		after, more = list.PageInfo.EndCursor, list.PageInfo.HasNextPage
	}
	return out, nil
}

// Repositories lists the repositories of an installation, those left out that take no pull requests: archived and
// disabled ones.
func (c *Client) Repositories(ctx context.Context, installation int64) ([]gate.RepoTarget, error) {
	var out []gate.RepoTarget
	for page := 1; page > 0; {
		err := c.installation(ctx, installation, "", func(client *gh.Client) error {
			list, resp, err := client.Apps.ListRepos(ctx, &gh.ListOptions{Page: page, PerPage: 100})
			if err != nil {
				return err
			}
			for _, r := range list.Repositories {
				if !r.GetArchived() && !r.GetDisabled() {
					out = append(out, gate.RepoTarget{Installation: installation, Repo: r.GetFullName()})
				}
			}
			page = resp.NextPage
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("repositories of installation %d: %w", installation, err)
		}
	}
	return out, nil
}

// Installations lists the installations of the App that are not suspended.
func (c *Client) Installations(ctx context.Context) ([]int64, error) {
	var out []int64
	for page := 1; page > 0; {
		err := c.app(func(client *gh.Client) error {
			list, resp, err := client.Apps.ListInstallations(ctx, &gh.ListOptions{Page: page, PerPage: 100})
			if err != nil {
				return err
			}
			for _, i := range list {
				if i.SuspendedAt == nil {
					out = append(out, i.GetID())
				}
			}
			page = resp.NextPage
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("installations: %w", err)
		}
	}
	return out, nil
}

type queueAnswer struct {
	Repository *struct {
		MergeQueue  *struct{ Entries nodes[queued] }
		PullRequest *member
	}
}

type queued struct {
	HeadCommit, BaseCommit *struct{ OID string }
	PullRequest            *member
}

type member struct {
	Number      int
	HeadRefOID  string
	BaseRefName string
	BaseRef     *struct{ Target *struct{ OID string } }
}

func (m *member) member() gate.Member {
	out := gate.Member{Number: m.Number, Head: m.HeadRefOID, Base: m.BaseRefName}
	if m.BaseRef != nil && m.BaseRef.Target != nil {
		out.BaseSHA = m.BaseRef.Target.OID
	}
	return out
}

// queueRef is the branch of a merge group: GITHUB's "gh-readonly-queue/<base>/pr-<n>-<sha>".
var queueRef = regexp.MustCompile(`^(?:refs/heads/)?gh-readonly-queue/(.+)/pr-([1-9]\d{0,8})-[0-9a-f]{40,64}$`)

// Members lists the pull requests of a merge group, the first to be merged first: those of the queue's entries that lie
// between the group's base and its head. Where the queue no longer holds the group it is the one that the branch names, or
// none where nobody told of the group: g names no base then. All of it is one call.
func (c *Client) Members(ctx context.Context, g gate.Group) ([]gate.Member, error) {
	named := queueRef.FindStringSubmatch(g.HeadRef)
	if named == nil {
		return nil, &Refused{errors.New("its branch is no merge group's")}
	}
	last, err := strconv.Atoi(named[2])
	if err != nil {
		return nil, &Refused{err}
	}
	entries, itself, err := c.queue(ctx, g, last)
	if err != nil {
		return nil, fmt.Errorf("merge queue: %w", err)
	}
	members := between(entries, g.BaseSHA, g.HeadSHA)
	if g.BaseSHA == "" && len(members) == 0 {
		return nil, nil // a branch may be named like a merge group's, and a re-run tells no more than its name
	}
	if !slices.ContainsFunc(members, func(m gate.Member) bool { return m.Number == last }) {
		members = append(members, itself)
	}
	return members, nil
}

// between follows the queue from a group's head down to its base: each entry stands on the head of the one before it.
func between(entries []queued, base, head string) []gate.Member {
	var members []gate.Member
	for range entries {
		i := slices.IndexFunc(entries, func(e queued) bool { return e.HeadCommit != nil && e.HeadCommit.OID == head })
		if i < 0 || head == base {
			break
		}
		if entries[i].PullRequest != nil {
			members = append(members, entries[i].PullRequest.member())
		}
		if entries[i].BaseCommit == nil {
			break
		}
		head = entries[i].BaseCommit.OID
	}
	slices.Reverse(members)
	return members
}

// queue reads the entries of a group's queue, and beside them one pull request, in the queue or not.
func (c *Client) queue(ctx context.Context, g gate.Group, number int) (entries []queued, itself gate.Member, err error) {
	owner, name, err := split(g.Repo)
	if err != nil {
		return nil, itself, err
	}
	itself.Number = number
	for after, more := "", true; more; {
		var answer queueAnswer
		problems, err := c.query(ctx, g.Installation, g.Repo, queries["queue"],
			map[string]any{"owner": owner, "name": name, "base": g.Base, "number": number, "after": cursor(after)}, &answer)
		if err == nil && answer.Repository == nil {
			err = c.nothing(problems)
		}
		for i := range problems {
			// A group without one of its members would be decided without it.
			if p := &problems[i]; err == nil && (p.Type != "NOT_FOUND" || !p.at("repository", "pullRequest")) {
				err = p.err()
			}
		}
		if err != nil {
			return nil, itself, err
		}
		if p := answer.Repository.PullRequest; p != nil {
			itself = p.member()
		}
		if answer.Repository.MergeQueue == nil {
			return nil, itself, nil
		}
		list := &answer.Repository.MergeQueue.Entries
		entries = append(entries, list.Nodes...)
		after, more = list.PageInfo.EndCursor, list.PageInfo.HasNextPage
	}
	return entries, itself, nil
}
