package sandbox

import (
	"net/url"
	"strings"
)

// urlPath escapes a path for an address, its slashes apart.
func urlPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

func gitLine(sig Signature) obj {
	return obj{"name": sig.Name, "email": sig.Email, "date": stamp(sig.When)}
}

func verification(c *commit) obj {
	if !c.signed {
		return obj{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil}
	}
	return obj{
		"verified": true, "reason": "valid", "signature": "-----BEGIN PGP SIGNATURE-----\n\nsandbox\n-----END PGP SIGNATURE-----\n",
		"payload": "tree " + c.tree + "\n", "verified_at": stamp(c.committer.When),
	}
}

// commitShape is a "commit": git's part of it below "commit", the accounts that GitHub finds beside it.
func (s *Sandbox) commitShape(r *repo, c *commit) obj {
	url := s.api("/repos/%s/commits/%s", r.full(), c.sha)
	git := s.api("/repos/%s/git/commits/%s", r.full(), c.sha)
	parents := []any{}
	for _, p := range c.parents {
		parents = append(parents, obj{
			"sha": p, "url": s.api("/repos/%s/commits/%s", r.full(), p), "html_url": s.web("/%s/commit/%s", r.full(), p),
		})
	}
	return obj{
		"sha": c.sha, "node_id": "C_" + c.sha, "url": url, "html_url": s.web("/%s/commit/%s", r.full(), c.sha), "comments_url": url + "/comments",
		"commit": obj{
			"author": gitLine(c.author), "committer": gitLine(c.committer), "message": c.message, "comment_count": 0, "url": git,
			"tree":         obj{"sha": c.tree, "url": s.api("/repos/%s/git/trees/%s", r.full(), c.tree)},
			"verification": verification(c),
		},
		"author": s.user(s.byEmail(c.author.Email)), "committer": s.user(s.byEmail(c.committer.Email)), "parents": parents,
	}
}

// gitCommitShape is a "git-commit".
func (s *Sandbox) gitCommitShape(r *repo, c *commit) obj {
	parents := []any{}
	for _, p := range c.parents {
		parents = append(parents, obj{
			"sha": p, "url": s.api("/repos/%s/git/commits/%s", r.full(), p), "html_url": s.web("/%s/commit/%s", r.full(), p),
		})
	}
	return obj{
		"sha": c.sha, "node_id": "C_" + c.sha, "url": s.api("/repos/%s/git/commits/%s", r.full(), c.sha),
		"html_url": s.web("/%s/commit/%s", r.full(), c.sha), "author": gitLine(c.author), "committer": gitLine(c.committer),
		"tree": obj{"sha": c.tree, "url": s.api("/repos/%s/git/trees/%s", r.full(), c.tree)}, "message": c.message, "parents": parents,
		"verification": verification(c),
	}
}

// contentShape is one item of "contents", without a file's text.
func (s *Sandbox) contentShape(r *repo, ref, path string, e treeEntry) obj {
	last := path[strings.LastIndex(path, "/")+1:]
	api := s.api("/repos/%s/contents/%s?ref=%s", r.full(), urlPath(path), url.QueryEscape(ref))
	kind, below := "file", "blobs"
	if e.kind == "tree" {
		kind, below = "dir", "trees"
	}
	git := s.api("/repos/%s/git/%s/%s", r.full(), below, e.sha)
	html := s.web("/%s/blob/%s/%s", r.full(), ref, urlPath(path))
	o := obj{
		"type": kind, "name": last, "path": path, "sha": e.sha, "size": len(s.objects.blobs[e.sha]), "url": api, "git_url": git,
		"html_url": html, "download_url": s.web("/%s/raw/%s/%s", r.full(), ref, urlPath(path)),
		"_links": obj{"self": api, "git": git, "html": html},
	}
	if kind == "dir" {
		o["download_url"], o["size"] = nil, 0
	}
	return o
}
