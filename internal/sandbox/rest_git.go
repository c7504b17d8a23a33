package sandbox

import (
	"net/http"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

func (s *Sandbox) getCommit(c *call) *reply {
	at := s.commit(c.repo, c.params["ref"])
	if at == nil {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.params["ref"])
	}
	old := flat{}
	if len(at.parents) > 0 {
		old = s.objects.tree(at.parents[0])
	}
	files := s.objects.diff(old, at.files)
	o := s.commitShape(c.repo, at)
	added, removed := 0, 0
	for _, f := range files {
		added += f.Added
		removed += f.Removed
	}
	o["stats"] = obj{"total": added + removed, "additions": added, "deletions": removed}
	o["files"] = list(files[:min(len(files), 300)], func(f pull.File) obj { return s.fileShape(c.repo, old, at, f) })
	return ok(o)
}

func (s *Sandbox) getGitCommit(c *call) *reply {
	at := s.objects.commits[c.params["commit_sha"]]
	if at == nil || !at.in(c.repo.network) {
		return notFound()
	}
	return ok(s.gitCommitShape(c.repo, at))
}

func (s *Sandbox) getRef(c *call) *reply {
	branch, isBranch := strings.CutPrefix(c.params["ref"], "heads/")
	sha := c.repo.branches[branch]
	if !isBranch || sha == "" {
		return notFound()
	}
	return ok(obj{
		"ref": "refs/heads/" + branch, "node_id": node("REF", c.repo.id) + branch, "url": s.api("/repos/%s/git/refs/heads/%s", c.repo.full(), urlPath(branch)),
		"object": obj{"type": "commit", "sha": sha, "url": s.api("/repos/%s/git/commits/%s", c.repo.full(), sha)},
	})
}

// maxTree is how many entries a recursive tree has before GitHub cuts it (docs, "Get a tree").
const maxTree = 100_000

// getTree takes a tree's name, a commit's, or a branch.
func (s *Sandbox) getTree(c *call) *reply {
	sha := c.params["tree_sha"]
	if at := s.commit(c.repo, sha); at != nil {
		sha = at.tree
	}
	if _, known := s.objects.trees[sha]; !known {
		return notFound()
	}
	items := []any{}
	_, deep := c.query["recursive"]
	truncated := false
	var walk func(sha, prefix string)
	walk = func(sha, prefix string) {
		for _, e := range s.objects.trees[sha] {
			if len(items) == maxTree {
				truncated = true
				return
			}
			item := obj{"path": prefix + e.name, "mode": e.longMode(), "type": e.kind, "sha": e.sha}
			switch e.kind {
			case "blob":
				item["size"], item["url"] = len(s.objects.blobs[e.sha]), s.api("/repos/%s/git/blobs/%s", c.repo.full(), e.sha)
			case "tree":
				item["url"] = s.api("/repos/%s/git/trees/%s", c.repo.full(), e.sha)
			}
			items = append(items, item)
			if e.kind == "tree" && deep {
				walk(e.sha, prefix+e.name+"/")
			}
		}
	}
	walk(sha, "")
	return ok(obj{"sha": sha, "url": s.api("/repos/%s/git/trees/%s", c.repo.full(), sha), "tree": items, "truncated": truncated})
}

// getCompare answers "base...head"; either side may be "owner:branch". The commits are paged, at most 300 files stand on
// the first page.
func (s *Sandbox) getCompare(c *call) *reply {
	left, right, both := strings.Cut(c.params["basehead"], "...")
	if !both {
		return notFound()
	}
	base, head := s.revision(c.repo, left), s.revision(c.repo, right)
	if base == nil || head == nil {
		return notFound()
	}
	from := s.objects.mergeBase(base.sha, head.sha)
	if from == "" {
		return refuse(http.StatusNotFound, "No common ancestor between "+left+" and "+right+".")
	}
	ahead, behind := s.objects.between(base.sha, head.sha), s.objects.between(head.sha, base.sha)
	status := "identical"
	switch {
	case len(ahead) > 0 && len(behind) > 0:
		status = "diverged"
	case len(ahead) > 0:
		status = "ahead"
	case len(behind) > 0:
		status = "behind"
	}
	html := s.web("/%s/compare/%s", c.repo.full(), c.params["basehead"])
	files := s.compare(base.sha, head.sha)
	commit := func(at *commit) obj { return s.commitShape(c.repo, at) }
	o := obj{
		"url": s.api("/repos/%s/compare/%s", c.repo.full(), c.params["basehead"]), "html_url": html, "permalink_url": html,
		"diff_url": html + ".diff", "patch_url": html + ".patch", "base_commit": commit(base), "merge_base_commit": commit(s.objects.commits[from]),
		"status": status, "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead), "commits": list(paged(s, c, ahead), commit),
	}
	if atoi(c.query.Get("page"), 1) == 1 {
		old := s.objects.tree(from)
		o["files"] = list(files[:min(len(files), 300)], func(f pull.File) obj { return s.fileShape(c.repo, old, head, f) })
	}
	return ok(o)
}

// revision resolves one side of a comparison.
func (s *Sandbox) revision(r *repo, ref string) *commit {
	if owner, branch, other := strings.Cut(ref, ":"); other {
		for _, fork := range s.repos {
			if fork.network == r.network && strings.EqualFold(fork.owner.login, owner) {
				return s.commit(fork, branch)
			}
		}
		return nil
	}
	return s.commit(r, ref)
}

// commitPulls lists the pull requests whose head or own commits have that commit.
func (s *Sandbox) commitPulls(c *call) *reply {
	at := s.commit(c.repo, c.params["commit_sha"])
	if at == nil {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.params["commit_sha"])
	}
	return ok(list(paged(s, c, s.pullsWith(c.repo, at)), s.pullSimple))
}

func (s *Sandbox) pullsWith(r *repo, at *commit) []*pullRequest {
	var out []*pullRequest
	for _, p := range r.openPulls() {
		for _, own := range s.commits(p) {
			if own == at {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

func (s *Sandbox) combinedStatus(c *call) *reply {
	at := s.commit(c.repo, c.params["ref"])
	if at == nil {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.params["ref"])
	}
	url := s.api("/repos/%s/commits/%s", c.repo.full(), at.sha)
	return ok(obj{
		"state": "pending", "statuses": []any{}, "sha": at.sha, "total_count": 0, "repository": s.repository(c.repo), "commit_url": url, "url": url + "/status",
	})
}

func (s *Sandbox) listStatuses(c *call) *reply {
	if s.commit(c.repo, c.params["ref"]) == nil {
		return notFound()
	}
	return ok([]any{})
}
