package gitlocal

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// Landed lists what came onto ref since a time, oldest first, each as the pull request that it was as far as the history
// tells: a merge with the commits that it brought, a squash or a push as the one commit. It is one pass of git.
//
// A request's Number is the one that GitHub wrote into the subject, 0 for none; CreatedAt is when it landed. Files,
// opener and labels are not known.
func (c *Clone) Landed(ctx context.Context, ref string, since time.Time) ([]*pull.Request, error) {
	tip, err := c.commit(ctx, ref)
	if err != nil {
		return nil, err
	}
	out, err := c.git(ctx, slices.Concat([]string{"log", "-z", "--topo-order", "--no-show-signature", logFormat}, withNotes,
		[]string{"--since=" + since.UTC().Format(time.RFC3339), tip})...)
	if err != nil {
		return nil, err
	}
	values := fields(out)
	if len(values)%logFields != 0 {
		return nil, fmt.Errorf("git log: %d fields do not make whole commits", len(values))
	}
	h := history{repo: c.name(ctx), commits: map[string]*pull.Commit{}, landed: map[string]bool{}}
	for ; len(values) > 0; values = values[logFields:] {
		commit := commitOf(values[:logFields])
		h.commits[commit.SHA] = &commit
	}
	return h.requests(tip), nil
}

// history is the part of a repository's history that git listed.
type history struct {
	repo    string
	commits map[string]*pull.Commit
	landed  map[string]bool // commits that are on the branch already
}

// requests walks up the branch's own commits, from the oldest.
func (h *history) requests(tip string) []*pull.Request {
	var line []*pull.Commit
	for commit := h.commits[tip]; commit != nil; {
		line = append(line, commit)
		if len(commit.Parents) == 0 {
			break
		}
		commit = h.commits[commit.Parents[0]]
	}
	var all []*pull.Request
	for i := len(line) - 1; i >= 0; i-- {
		if r := h.request(line[i]); r != nil {
			all = append(all, r)
		}
	}
	return all
}

var (
	merged   = regexp.MustCompile(`^Merge pull request #(\d{1,9}) from [^/\s]+/(\S+)`)
	squashed = regexp.MustCompile(` \(#(\d{1,9})\)$`)
)

// request is what one commit of the branch brought; nil for a merge that brought nothing new.
func (h *history) request(commit *pull.Commit) *pull.Request {
	h.landed[commit.SHA] = true
	subject, rest, _ := strings.Cut(commit.Message, "\n")
	r := &pull.Request{
		Repo: h.repo, Title: subject, Body: strings.TrimSpace(rest), State: pull.Merged, CreatedAt: commit.Committer.When,
		Head: pull.Branch{Repo: h.repo, SHA: commit.SHA}, Base: pull.Branch{Repo: h.repo}, Known: pull.WithCommits,
	}
	if !commit.Merge() {
		if m := squashed.FindStringSubmatch(subject); m != nil {
			r.Number, _ = strconv.Atoi(m[1])
		}
		r.Body = "" // it is the message, which the commit has
		r.Commits = []pull.Commit{*commit}
		return r
	}
	if m := merged.FindStringSubmatch(subject); m != nil {
		r.Number, _ = strconv.Atoi(m[1])
		r.Head.Name, r.Title = m[2], r.Body
		r.Body = ""
	}
	for _, parent := range commit.Parents[1:] {
		h.bring(parent, r)
	}
	if len(r.Commits) == 0 {
		return nil
	}
	return r
}

// bring adds to r what is reachable from a commit and has not landed, oldest first. It goes by a stack of its own: a
// history may be deeper than a program's.
func (h *history) bring(from string, r *pull.Request) {
	var found []pull.Commit
	for stack := []string{from}; len(stack) > 0; {
		sha := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		commit := h.commits[sha]
		if commit == nil || h.landed[sha] {
			continue
		}
		h.landed[sha] = true
		found = append(found, *commit)
		stack = append(stack, commit.Parents...)
	}
	for i := len(found) - 1; i >= 0; i-- {
		r.Commits = append(r.Commits, found[i])
	}
}
