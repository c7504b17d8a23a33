package sandbox

import (
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

func (e *execution) commit(r *repo, c *commit) *thing {
	if c == nil {
		return nil
	}
	s := e.s
	headline, body, _ := strings.Cut(c.message, "\n")
	return &thing{"Commit", map[string]any{
		"id": "C_" + c.sha, "oid": c.sha, "abbreviatedOid": c.sha[:7], "message": c.message, "messageHeadline": headline,
		"messageBody": strings.TrimSpace(body), "url": s.web("/%s/commit/%s", r.full(), c.sha), "authoredDate": stamp(c.author.When),
		"committedDate": stamp(c.committer.When), "author": s.gitActor(c.author), "committer": s.gitActor(c.committer),
		"authors": connection("GitActor", func(map[string]any) []*thing { return e.authors(c) }),
		"parents": connection("Commit", func(map[string]any) []*thing {
			return things(c.parents, func(sha string) *thing { return e.commit(r, s.objects.commits[sha]) })
		}),
		"tree":      simple(func() any { return e.gitObject(r, treeEntry{kind: "tree", sha: c.tree}, "") }),
		"signature": simple(func() any { return e.signature(c) }),
		"file": e.guarded(r, "contents:read", func(args map[string]any) (any, *problem) {
			at := strings.Trim(text(args["path"]), "/")
			found, is := s.objects.find(c.tree, at)
			if !is || at == "" {
				return nil, nil
			}
			return e.entry(r, found, at), nil
		}),
		"associatedPullRequests": connection("PullRequest", func(map[string]any) []*thing { return things(s.pullsWith(r, c), e.pull) }),
		"checkSuites": e.guarded(r, "checks:read", connection("CheckSuite", func(args map[string]any) []*thing {
			filter, _ := args["filterBy"].(map[string]any)
			return e.suites(r, c, filter)
		})),
	}}
}

// gitActor is a line of a commit. Its account is a User in the schema, a bot's too.
func (s *Sandbox) gitActor(sig Signature) *thing {
	return &thing{"GitActor", map[string]any{
		"name": sig.Name, "email": sig.Email, "date": stamp(sig.When), "avatarUrl": s.web("/avatars/0"), "user": s.actor(s.byEmail(sig.Email), "User"),
	}}
}

// authors are the author and everybody in a "Co-authored-by" line.
func (e *execution) authors(c *commit) []*thing {
	out := []*thing{e.s.gitActor(c.author)}
	for line := range strings.Lines(c.message) {
		key, value, _ := strings.Cut(line, ":")
		name, email, is := strings.Cut(strings.TrimSpace(value), " <")
		if is && strings.EqualFold(key, "co-authored-by") {
			out = append(out, e.s.gitActor(Signature{Name: name, Email: strings.TrimSuffix(email, ">"), When: c.author.When}))
		}
	}
	return out
}

func (e *execution) signature(c *commit) *thing {
	if !c.signed {
		return nil
	}
	v := verification(c)
	return &thing{"GpgSignature", map[string]any{
		"email": "noreply@github.com", "isValid": true, "keyId": "B5690EEEBB952194", "payload": v["payload"], "signature": v["signature"],
		"signer": e.s.actor(e.s.account(webFlow), "User"), "state": "VALID", "wasSignedByGitHub": true,
	}}
}

// maxBlob is the size from which GitHub cuts a blob's text in GraphQL.
const maxBlob = 512_000

func (e *execution) gitObject(r *repo, at treeEntry, folder string) *thing {
	short := at.sha[:min(len(at.sha), 7)]
	switch at.kind {
	case "tree":
		var entries []*thing
		for _, below := range e.s.objects.trees[at.sha] {
			entries = append(entries, e.entry(r, below, path.Join(folder, below.name)))
		}
		return &thing{"Tree", map[string]any{"id": "T_" + at.sha, "oid": at.sha, "abbreviatedOid": short, "entries": entries}}
	case "blob":
		data := e.s.objects.blobs[at.sha]
		f := map[string]any{
			"id": "B_" + at.sha, "oid": at.sha, "abbreviatedOid": short, "byteSize": len(data), "isBinary": binary(data), "isTruncated": len(data) > maxBlob,
			"text": nil,
		}
		if !binary(data) && utf8.Valid(data) {
			f["text"] = string(data[:min(len(data), maxBlob)])
		}
		return &thing{"Blob", f}
	}
	return nil // a submodule's commit is not in this repository
}

func (e *execution) entry(r *repo, at treeEntry, full string) *thing {
	mode, _ := strconv.ParseInt(at.mode, 8, 32)
	return &thing{"TreeEntry", map[string]any{
		"mode": mode, "name": at.name, "path": full, "oid": at.sha, "type": at.kind, "size": len(e.s.objects.blobs[at.sha]),
		"object": simple(func() any { return e.gitObject(r, at, full) }),
	}}
}

// suites is the App's check suite on a commit, where it has check runs there.
func (e *execution) suites(r *repo, c *commit, filter map[string]any) []*thing {
	if app, asked := integer(filter["appId"]); asked && int64(app) != e.s.app {
		return nil
	}
	if r.suites[c.sha] == 0 {
		return nil
	}
	return []*thing{e.suite(r, c)}
}

func (e *execution) suite(r *repo, c *commit) *thing {
	s := e.s
	id := s.suite(r, c.sha)
	return &thing{"CheckSuite", map[string]any{
		"id": node("CS", id), "databaseId": id, "commit": simple(func() any { return e.commit(r, c) }),
		"app": &thing{"App", map[string]any{"id": node("A", s.app), "databaseId": s.app, "name": s.opts.Slug, "slug": s.opts.Slug}},
		"checkRuns": connection("CheckRun", func(args map[string]any) []*thing {
			filter, _ := args["filterBy"].(map[string]any)
			name, status := text(filter["checkName"]), lower(text(filter["status"]))
			var out []*thing
			for _, run := range s.runsAt(r, c.sha, false) {
				if run.app == s.opts.Slug && (name == "" || run.Name == name) && (status == "" || run.Status == status) {
					out = append(out, e.run(run))
				}
			}
			return out
		}),
	}}
}

func (e *execution) run(run *checkRun) *thing {
	s := e.s
	return &thing{"CheckRun", map[string]any{
		"id": node("CR", run.id), "databaseId": run.id, "name": run.Name, "externalId": nullable(run.ExternalID), "detailsUrl": nullable(run.DetailsURL),
		"status": strings.ToUpper(run.Status), "conclusion": nullable(strings.ToUpper(run.Conclusion)), "startedAt": stamp(run.started),
		"completedAt": stamp(run.completed), "title": nullable(run.text("title")), "summary": nullable(run.text("summary")),
		"text": nullable(run.text("text")), "url": s.web("/%s/runs/%d", run.repo.full(), run.id),
		"checkSuite": simple(func() any { return e.suite(run.repo, s.objects.commits[run.head]) }),
		"annotations": connection("CheckAnnotation", func(map[string]any) []*thing {
			return things(run.annotations, func(a Annotation) *thing {
				return &thing{"CheckAnnotation", map[string]any{
					"annotationLevel": strings.ToUpper(a.Level), "message": a.Message, "path": a.Path, "rawDetails": nullable(a.RawDetails),
					"title": nullable(a.Title),
				}}
			})
		}),
	}}
}
