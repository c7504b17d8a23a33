package gitlocal

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// Range reads what would be a pull request from head into base, and the repository's policy at base. The change is
// counted from their merge base, as GitHub does; policy, owners, template and documents are read at base itself, the
// trusted side.
//
// A clone has no description, no issues and no reviews: the description is made of the commits' messages, and what has
// no counterpart is not known and has a gap that says so.
func (c *Clone) Range(ctx context.Context, base, head string) (*pull.Request, []policy.Layer, error) {
	baseSHA, err := c.commit(ctx, base)
	if err != nil {
		return nil, nil, err
	}
	headSHA, err := c.commit(ctx, head)
	if err != nil {
		return nil, nil, err
	}
	out, err := c.git(ctx, "merge-base", baseSHA, headSHA)
	if err != nil {
		return nil, nil, fmt.Errorf("%s and %s have no common commit; a shallow clone may lack it: git fetch --unshallow", base, head)
	}
	from := strings.TrimSpace(string(out))

	r := &pull.Request{Repo: c.name(ctx), State: pull.Open, Known: pull.WithOwners | pull.WithTemplate}
	r.Base = pull.Branch{Repo: r.Repo, Name: branchName(base), SHA: baseSHA}
	r.Head = pull.Branch{Repo: r.Repo, Name: c.headName(ctx, head), SHA: headSHA}
	if r.Commits, err = c.commits(ctx, from, headSHA); err != nil {
		return nil, nil, err
	}
	r.Known |= pull.WithCommits
	if r.Files, err = c.files(ctx, from, headSHA); err != nil {
		return nil, nil, err
	}
	r.Known |= pull.WithFiles | pull.WithPatches | pull.WithModes
	r.Title, r.Body = describe(r.Commits)
	r.Gaps = append(r.Gaps, pull.Gap{
		Facts:  pull.WithIssues | pull.WithReviews,
		Reason: "A clone has no issues and no reviews; check the pull request itself for them: sluice check OWNER/REPO#NUMBER",
	})
	if err := c.baseFiles(ctx, r); err != nil {
		return nil, nil, err
	}
	layers, err := c.policy(ctx, r)
	return r, layers, err
}

// Complete reads the documents and the whole files that needs asks for into r. All else that a clone has is there from
// the start, and what it cannot have is a gap.
func (c *Clone) Complete(ctx context.Context, r *pull.Request, needs pull.Needs) error {
	for _, path := range needs.Documents {
		doc, err := c.document(ctx, r.Base.SHA, path)
		if err != nil {
			return err
		}
		r.Documents = append(r.Documents, doc)
	}
	r.Known |= pull.WithDocuments
	if err := c.contents(ctx, r, needs.Contents); err != nil {
		return err
	}
	lacks(r, needs.Facts)
	return nil
}

func (c *Clone) policy(ctx context.Context, r *pull.Request) ([]policy.Layer, error) {
	doc, err := c.document(ctx, r.Base.SHA, policy.Path)
	if err != nil || doc.Missing {
		return nil, err
	}
	return []policy.Layer{{
		Name: policy.RepositoryLayer, Text: doc.Text,
		Source: fmt.Sprintf("%s:%s@%.7s", r.Repo, policy.Path, r.Base.SHA),
	}}, nil
}

// describe makes a title and a body of commits: of one commit its message, of several the newest subject and all
// messages, oldest first, as "gh pr create --fill-verbose" does.
func describe(commits []pull.Commit) (title, body string) {
	if len(commits) == 0 {
		return "", ""
	}
	title, rest, _ := strings.Cut(commits[len(commits)-1].Message, "\n")
	if len(commits) == 1 {
		return title, strings.TrimSpace(rest)
	}
	var messages []string
	for _, c := range commits {
		messages = append(messages, strings.TrimSpace(c.Message))
	}
	return title, strings.Join(messages, "\n\n")
}

// remoteName takes owner and name off a remote's URL, of either form: https://host/owner/name.git, git@host:owner/name.
var remoteName = regexp.MustCompile(`[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?$`)

// name is "owner/name" by the remote "origin", or "local/" and the folder's name.
func (c *Clone) name(ctx context.Context) string {
	if out, err := c.git(ctx, "config", "--get", "remote.origin.url"); err == nil {
		url := strings.TrimSpace(string(out))
		if m := remoteName.FindStringSubmatch(url); m != nil && (strings.Contains(url, "://") && !strings.HasPrefix(url, "file:") || strings.Contains(url, "@")) {
			return m[1] + "/" + m[2]
		}
	}
	abs, err := filepath.Abs(c.dir)
	if err != nil {
		abs = c.dir
	}
	return "local/" + filepath.Base(abs)
}

// headName is the branch that head names; "HEAD" stands for the one that is checked out.
func (c *Clone) headName(ctx context.Context, head string) string {
	if head == "HEAD" {
		if out, err := c.git(ctx, "symbolic-ref", "--quiet", "--short", "HEAD"); err == nil {
			return strings.TrimSpace(string(out))
		}
	}
	return branchName(head)
}

// branchName drops what says where a branch is, "origin/" and "refs/heads/".
func branchName(ref string) string {
	ref = strings.TrimPrefix(ref, "refs/heads/")
	ref = strings.TrimPrefix(ref, "refs/remotes/")
	return strings.TrimPrefix(ref, "origin/")
}
