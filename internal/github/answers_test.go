package github

import "strings"

// openJSON is an answer to the query Open, as GitHub writes it.
const openJSON = `{"data":{"rateLimit":{"remaining":4999,"resetAt":"2026-03-01T13:00:00Z"},
"repository":{"nameWithOwner":"acme/api","pullRequest":{
 "number":7,"url":"https://github.com/acme/api/pull/7","title":"Add retries","body":"Fixes #3","state":"OPEN","isDraft":false,
 "createdAt":"2026-02-28T10:00:00Z","changedFiles":2,
 "author":{"__typename":"Bot","login":"copilot-swe-agent","databaseId":198982749},
 "headRefName":"copilot/retries","headRefOid":"HEAD","headRepository":{"nameWithOwner":"acme/api"},
 "baseRefName":"main",
 "baseRef":{"target":{"oid":"BASE",
   "policy":{"path":".github/sluice.yml","object":{"text":"version: 1\n","isTruncated":false,"byteSize":11}},
   "owners0":null,"owners1":{"path":"CODEOWNERS","object":{"text":"* @ana\n","isTruncated":false,"byteSize":7}},
   "owners2":{"path":"docs/CODEOWNERS","object":{"text":"* @bob\n","isTruncated":false,"byteSize":7}},
   "template0":null,"template1":{"path":".github/pull_request_template.md","object":{"text":"## Why\n","isTruncated":false,"byteSize":7}},
   "template2":null,"template3":null,"template4":null,"template5":null}},
 "labels":{"nodes":[{"name":"bug"}]},
 "assignees":{"nodes":[{"__typename":"User","login":"ana","databaseId":1}]},
 "reviewRequests":{"totalCount":2,"nodes":[
   {"requestedReviewer":{"__typename":"User","login":"bob","databaseId":2}},
   {"requestedReviewer":{"__typename":"Team","combinedSlug":"acme/payments"}}]},
 "commits":{"totalCount":2,"pageInfo":{"hasNextPage":false,"endCursor":"c1"},"nodes":[
   {"commit":{"oid":"c0ffee","message":"Initial plan","author":{"name":"ana","email":"ana@acme.example","date":"2026-02-28T11:00:00+01:00","user":{"login":"ana","databaseId":1}},
     "committer":{"name":"GitHub","email":"noreply@github.com","date":"-292277022399-01-01T00:00:00Z","user":null},
     "parents":{"nodes":[{"oid":"BASE"}]},
     "signature":{"isValid":true,"state":"VALID","wasSignedByGitHub":true,"signer":null}}},
   {"commit":{"oid":"HEAD","message":"Retry","author":{"name":"copilot-swe-agent[bot]","email":"198982749+Copilot@users.noreply.github.com","date":"2026-02-28T12:00:00Z","user":{"login":"copilot-swe-agent[bot]","databaseId":198982749}},
     "committer":null,"parents":{"nodes":[{"oid":"c0ffee"}]},"signature":null}}]},
 "reviews":{"totalCount":2,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[
   {"author":{"__typename":"User","login":"bob","databaseId":2},"state":"APPROVED","commit":{"oid":"HEAD"},"authorAssociation":"MEMBER","submittedAt":"2026-02-28T13:00:00Z"},
   {"author":{"__typename":"User","login":"eve","databaseId":3},"state":"PENDING","commit":null,"authorAssociation":"NONE","submittedAt":null}]},
 "closingIssuesReferences":{"totalCount":1,"nodes":[
   {"number":3,"url":"https://github.com/acme/api/issues/3","title":"Calls fail","body":"Retry them.","state":"OPEN","createdAt":"2026-02-01T00:00:00Z","lastEditedAt":"2026-02-02T00:00:00Z",
    "author":{"__typename":"User","login":"ana","databaseId":1},"labels":{"nodes":[{"name":"agent-ready"}]},"assignees":{"nodes":[]},"repository":{"nameWithOwner":"acme/api"}}]}
}},"organisation":null},
"errors":[{"type":"NOT_FOUND","path":["organisation"],"message":"Could not resolve to a Repository with the name 'acme/.github'."}]}`

// opening is openJSON with some of it replaced, pairs of old and new.
func opening(pairs ...string) string {
	out := openJSON
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(out, pairs[i]) {
			panic("the answer has no " + pairs[i])
		}
		out = strings.Replace(out, pairs[i], pairs[i+1], 1)
	}
	return strings.NewReplacer("HEAD", headSHA, "BASE", baseSHA).Replace(out)
}

// withProblem puts a problem before the one that openJSON has.
func withProblem(problem string) string { return opening(`"errors":[`, `"errors":[`+problem+`,`) }
