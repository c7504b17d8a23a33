package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

// query asks over GraphQL and returns the whole answer.
func query(t *testing.T, s *Sandbox, token, text string, vars obj) obj {
	t.Helper()
	data, err := json.Marshal(obj{"query": text, "variables": vars})
	must(t, err)
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.GraphQLURL(), bytes.NewReader(data))
	must(t, err)
	req.Header.Set("Authorization", "bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	var answer obj
	must(t, json.NewDecoder(resp.Body).Decode(&answer))
	return answer
}

// pick walks an answer: "data.repository.pullRequest.title", "errors.0.type".
func pick(answer any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch at := answer.(type) {
		case obj:
			answer = at[part]
		case []any:
			n := atoi(part, 0)
			if n >= len(at) {
				return nil
			}
			answer = at[n]
		default:
			return nil
		}
	}
	return answer
}

func TestGraphQLReadsAPullRequestInOneCall(t *testing.T) {
	s := begin(t, Options{})
	got := query(t, s, bearer(t, s, "acme"), `query($owner: String!, $name: String!, $more: Boolean!) {
		repository(owner: $owner, name: $name) {
			pullRequest(number: 12) {
				author { __typename login ... on Bot { databaseId } ... on User { databaseId } }
				commits(first: 1) { totalCount pageInfo { hasNextPage } nodes { commit { message author { user { login databaseId } } signature { state wasSignedByGitHub signer { login } } } } }
				closingIssuesReferences(first: 10) { nodes { number title author { login } } }
				baseRef { target { ... on Commit { owners: file(path: ".github/CODEOWNERS") { object { ... on Blob { text } } } none: file(path: "nothing") { path } } } }
				reviewRequests(first: 5) { nodes { requestedReviewer { ... on User { login } ... on Team { combinedSlug } } } }
				left: title @skip(if: $more)
			}
			mode: object(expression: "main:run.sh") { __typename }
			tree: object(expression: "main:") { ... on Tree { entries { name mode type } } }
		}
	}`, obj{"owner": "acme", "name": "api", "more": true})
	if got["errors"] != nil {
		t.Fatal(got["errors"])
	}
	const pr = "data.repository.pullRequest."
	for path, want := range map[string]any{
		pr + "author.login": "copilot-swe-agent", pr + "author.__typename": "Bot", pr + "author.databaseId": 198982749.0,
		pr + "commits.totalCount": 1.0, pr + "commits.nodes.0.commit.signature.wasSignedByGitHub": true,
		pr + "commits.nodes.0.commit.author.user.login":              "Copilot",
		pr + "closingIssuesReferences.nodes.0.number":                7.0,
		pr + "baseRef.target.owners.object.text":                     "* @acme/core\n",
		pr + "baseRef.target.none":                                   nil,
		pr + "reviewRequests.nodes.1.requestedReviewer.login":        nil,
		pr + "reviewRequests.nodes.1.requestedReviewer.combinedSlug": "acme/core",
		pr + "left": nil, "data.repository.mode.__typename": "Blob", "data.repository.tree.entries.0.name": ".github",
		"data.repository.tree.entries.0.mode": 16384.0,
	} {
		if diff := cmp.Diff(pick(got, path), want); diff != "" {
			t.Errorf("%s (-got +want)\n%s", path, diff)
		}
	}
}

// What GitHub refuses over GraphQL, and what of the answer is left then.
func TestGraphQLRefuses(t *testing.T) {
	s := begin(t, Options{})
	token := bearer(t, s, "acme")
	for _, c := range []struct{ why, query, path, want string }{
		{"a repository that is not there leaves the others", `{ a: repository(owner: "acme", name: "none") { name } b: repository(owner: "acme", name: "api") { name } }`, "errors.0.type", "NOT_FOUND"},
		{"its place is null", `{ a: repository(owner: "acme", name: "none") { name } b: repository(owner: "acme", name: "api") { name } }`, "data.b.name", "api"},
		{"a list without a length", `{ repository(owner: "acme", name: "api") { pullRequests { totalCount } } }`, "errors.0.type", "MISSING_PAGINATION_BOUNDARIES"},
		{"more than 100", `{ repository(owner: "acme", name: "api") { pullRequests(first: 101) { totalCount } } }`, "errors.0.type", "EXCESSIVE_PAGINATION"},
		{"a field that GitHub does not have", `{ repository(owner: "acme", name: "api") { owners } }`, "errors.0.extensions.code", "undefinedField"},
		{"a pull request is no issue", `{ repository(owner: "acme", name: "api") { issue(number: 12) { title } } }`, "errors.0.path.1", "issue"},
	} {
		got := query(t, s, token, c.query, nil)
		if pick(got, c.path) != c.want {
			t.Errorf("%s: got %v at %s, want %s", c.why, got, c.path, c.want)
		}
	}
}

func TestGraphQLPagesByCursor(t *testing.T) {
	s := begin(t, Options{})
	token := bearer(t, s, "acme")
	for range 4 {
		_, err := s.Comment("acme/api", 12, "mira", "one more")
		must(t, err)
	}
	after, seen := any(nil), 0
	for range 3 {
		got := query(t, s, token, `query($after: String) { repository(owner: "acme", name: "api") { pullRequest(number: 12) {
			comments(first: 2, after: $after) { nodes { databaseId } pageInfo { hasNextPage endCursor } } } } }`, obj{"after": after})
		page := pick(got, "data.repository.pullRequest.comments")
		seen += len(pick(page, "nodes").([]any))
		after = pick(page, "pageInfo.endCursor")
		if pick(page, "pageInfo.hasNextPage") == false {
			break
		}
	}
	if seen != 4 {
		t.Errorf("got %d comments over the pages, want 4", seen)
	}
}

func TestGraphQLWrites(t *testing.T) {
	s := begin(t, Options{})
	token := bearer(t, s, "acme")
	ids := query(t, s, token, `{ repository(owner: "acme", name: "api") { id pullRequest(number: 12) { id headRefOid } } }`, nil)
	repo, pr, head := pick(ids, "data.repository.id"), pick(ids, "data.repository.pullRequest.id"), pick(ids, "data.repository.pullRequest.headRefOid")
	got := query(t, s, token, `mutation($run: CreateCheckRunInput!, $comment: AddCommentInput!) {
		createCheckRun(input: $run) { checkRun { databaseId conclusion annotations(first: 5) { totalCount } } }
		addComment(input: $comment) { commentEdge { node { id databaseId viewerDidAuthor author { login } } } }
	}`, obj{
		"run": obj{
			"repositoryId": repo, "headSha": head, "name": "sluice: main", "status": "COMPLETED", "conclusion": "ACTION_REQUIRED",
			"output": obj{"title": "Waiting", "summary": "A person must act.", "annotations": []obj{
				{"path": "a.go", "location": obj{"startLine": 1, "endLine": 1}, "annotationLevel": "WARNING", "message": "Look"},
			}},
		},
		"comment": obj{"subjectId": pr, "body": "digest"},
	})
	if got["errors"] != nil {
		t.Fatal(got["errors"])
	}
	runs, comments := s.CheckRuns("acme/api", head.(string)), s.Comments("acme/api", 12)
	if len(runs) != 1 || runs[0].Conclusion != "action_required" || len(runs[0].Annotations) != 1 {
		t.Errorf("got check runs %+v, want one that waits, with an annotation", runs)
	}
	if len(comments) != 1 || !comments[0].App || comments[0].Author != "sluice[bot]" {
		t.Errorf("got comments %+v, want one of the App's", comments)
	}
	got = query(t, s, token, `mutation($id: ID!) { updateIssueComment(input: {id: $id, body: "newer"}) { issueComment { body } } }`,
		obj{"id": pick(got, "data.addComment.commentEdge.node.id")})
	if s.Comments("acme/api", 12)[0].Body != "newer" {
		t.Errorf("got %v, want the comment changed", got)
	}
	got = query(t, s, token, `mutation($in: CreateCheckRunInput!) { createCheckRun(input: $in) { checkRun { id } } }`,
		obj{"in": obj{"repositoryId": repo, "headSha": head, "name": "x", "status": "COMPLETED"}})
	if pick(got, "errors.0.type") != "UNPROCESSABLE" {
		t.Errorf("got %v, want a completed run without a conclusion refused", got)
	}
}

// Every field of the schema has an answer, so that a query that GitHub takes does not fail here.
func TestEveryFieldOfTheSchemaHasAnAnswer(t *testing.T) {
	s := begin(t, Options{})
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repos["acme/api"]
	p := r.pulls[12]
	e := &execution{s: s, c: &call{token: &token{person: s.account("mira")}}}
	c := s.objects.commits[p.head]
	rv := &review{id: 1, author: p.author, state: "APPROVED"}
	p.reviews = []*review{rv}
	m := &comment{id: 2, on: p.issue, author: p.author}
	run := &checkRun{id: 3, repo: r, head: p.head, app: "sluice", annotations: []Annotation{{}}}
	page := func(kind string, item *thing) []*thing {
		list := pageOf(kind, []*thing{item}, 0, 1)
		return []*thing{list, list.fields["edges"].([]*thing)[0], list.fields["pageInfo"].(*thing)}
	}
	all := []*thing{
		{"Query", e.query()},
		{"Mutation", e.mutation()},
		e.rateLimit(), e.repository(r), e.ref(r, "main"), e.commit(r, c), e.pull(p), e.issue(r.issues[7]),
		e.comment(m), e.reviews(p, nil)[0], e.reviewRequests(p)[0], s.actor(p.author, ""), s.actor(s.account("mira"), ""), s.actor(r.owner, ""),
		s.actor(p.author, "Mannequin"), s.teamThing(r.owner, p.teams[0]), s.gitActor(c.author), e.signature(c), e.queue(r, "main"), e.run(run),
		e.suite(r, c), e.gitObject(r, treeEntry{kind: "tree", sha: c.tree}, ""), e.gitObject(r, treeEntry{kind: "blob", sha: c.files["run.sh"].sha}, ""),
		e.entry(r, treeEntry{name: "run.sh", mode: "100755", kind: "blob"}, "run.sh"), changedFile(s.changed(p)[0]),
	}
	answered := map[string]map[string]any{}
	for _, t := range append(all, page("PullRequest", e.pull(p))...) {
		answered[t.kind] = t.fields
	}
	for _, def := range schema.Types {
		fields, known := answered[def.Name]
		if def.Kind != ast.Object || def.BuiltIn || strings.HasPrefix(def.Name, "__") || !known {
			continue
		}
		for _, f := range def.Fields {
			if _, has := fields[f.Name]; !has && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("the sandbox has no %s.%s", def.Name, f.Name)
			}
		}
	}
}
