//go:build ignore

// Cutschema writes schema.graphql: GitHub's public GraphQL schema, cut down to the types and fields that the sandbox
// answers, without descriptions. Get the schema with "npm pack @octokit/graphql-schema" in a temporary folder, then
//
//	go run cutschema.go VERSION FOLDER/package/schema.graphql > schema.graphql
//
// in internal/sandbox.
package main

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// keep names the fields of each type; an empty list keeps a type whole.
var keep = map[string]string{
	"Query":        "id node organization rateLimit repository user viewer",
	"Mutation":     "addComment createCheckRun deleteIssueComment updateCheckRun updateIssueComment",
	"RateLimit":    "cost limit nodeCount remaining resetAt used",
	"Node":         "id",
	"Actor":        "avatarUrl login url",
	"Assignable":   "assignees",
	"Comment":      "author authorAssociation body createdAt id lastEditedAt updatedAt viewerDidAuthor",
	"GitObject":    "abbreviatedOid id oid",
	"GitSignature": "email isValid payload signature signer state wasSignedByGitHub",
	"Labelable":    "labels",

	"RepositoryOwner": "avatarUrl id login url",
	"User":            "avatarUrl databaseId email id login name url",
	"Bot":             "avatarUrl databaseId id login url",
	"Mannequin":       "avatarUrl databaseId id login url",
	"Organization":    "avatarUrl databaseId id login name team url",
	"Team":            "combinedSlug databaseId id members name organization slug url",
	"Repository": "createdAt databaseId defaultBranchRef id isArchived isFork isPrivate issue issueOrPullRequest mergeQueue name " +
		"nameWithOwner object owner parent pullRequest pullRequests ref url",
	"Ref": "id name prefix target",
	"Commit": "abbreviatedOid associatedPullRequests author authoredDate authors checkSuites committedDate committer file id message messageBody " +
		"messageHeadline oid parents signature tree url",
	"Blob":         "abbreviatedOid byteSize id isBinary isTruncated oid text",
	"Tree":         "abbreviatedOid entries id oid",
	"TreeEntry":    "mode name object oid path size type",
	"GitActor":     "avatarUrl date email name user",
	"GpgSignature": "email isValid keyId payload signature signer state wasSignedByGitHub",
	"PullRequest": "additions assignees author authorAssociation baseRef baseRefName baseRefOid baseRepository body changedFiles closed closedAt " +
		"closingIssuesReferences comments commits createdAt databaseId deletions files fullDatabaseId headRef headRefName headRefOid headRepository " +
		"headRepositoryOwner id isCrossRepository isDraft labels lastEditedAt mergeCommit mergeable merged mergedAt mergedBy number repository " +
		"reviewDecision reviewRequests reviews state timelineItems title updatedAt url viewerDidAuthor",
	"PullRequestCommit":      "commit id",
	"PullRequestChangedFile": "additions changeType deletions path",
	"PullRequestReview": "author authorAssociation authorCanPushToRepository body commit createdAt databaseId id lastEditedAt state submittedAt updatedAt url " +
		"viewerDidAuthor",
	"ReviewRequest": "asCodeOwner id requestedReviewer",
	"Issue": "assignees author authorAssociation body closed closedAt comments createdAt databaseId fullDatabaseId id labels lastEditedAt number " +
		"repository state stateReason timelineItems title updatedAt url viewerDidAuthor",
	"IssueComment": "author authorAssociation body createdAt databaseId fullDatabaseId id issue lastEditedAt pullRequest updatedAt url " +
		"viewerDidAuthor",
	"AssignedEvent": "actor assignee createdAt id", "UnassignedEvent": "actor assignee createdAt id",
	"PullRequestTimelineItemsConnection": "edges nodes pageInfo totalCount", "IssueTimelineItemsConnection": "edges nodes pageInfo totalCount",
	"Label":           "color id name",
	"MergeQueue":      "entries id url",
	"MergeQueueEntry": "baseCommit enqueuedAt headCommit id position pullRequest state",
	"App":             "databaseId id name slug",
	"CheckSuite":      "app checkRuns commit databaseId id",
	"CheckRun":        "annotations checkSuite completedAt conclusion databaseId detailsUrl externalId id name startedAt status summary text title url",
	"CheckAnnotation": "annotationLevel message path rawDetails title",

	"AddCommentPayload": "commentEdge clientMutationId", "UpdateIssueCommentPayload": "issueComment clientMutationId",
	"DeleteIssueCommentPayload": "clientMutationId", "CreateCheckRunPayload": "checkRun clientMutationId",
	"UpdateCheckRunPayload": "checkRun clientMutationId", "IssueCommentEdge": "",

	"IssueOrPullRequest": "", "Assignee": "", "PullRequestTimelineItems": "", "IssueTimelineItems": "", "RequestedReviewer": "",
	"AddCommentInput": "", "UpdateIssueCommentInput": "", "DeleteIssueCommentInput": "", "CreateCheckRunInput": "", "UpdateCheckRunInput": "",
	"CheckRunOutput": "", "CheckRunOutputImage": "", "CheckRunAction": "", "CheckAnnotationData": "", "CheckAnnotationRange": "",
	"CheckRunFilter": "appId checkName status", "CheckSuiteFilter": "appId checkName", "IssueOrder": "", "PageInfo": "",
}

// arguments that the sandbox obeys.
var arguments = strings.Fields("after baseRefName before branch expression filterBy first followRenames headRefName id input itemTypes last login name number " +
	"oid orderBy owner path qualifiedName slug states")

func main() {
	log.SetFlags(0)
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	doc, err := parser.ParseSchema(&ast.Source{Name: os.Args[2], Input: string(text)})
	if err != nil {
		log.Fatal(err)
	}
	used := map[string]bool{}
	for name := range keep {
		used[name] = true
	}
	// Connections, edges, enumerations and scalars are kept as far as the kept fields need them.
	for range 6 {
		for _, d := range doc.Definitions {
			if used[d.Name] {
				cut(d)
				need(d, used)
			}
		}
	}
	var out ast.DefinitionList
	for _, d := range doc.Definitions {
		if !used[d.Name] {
			continue
		}
		d.Interfaces = slices.DeleteFunc(d.Interfaces, func(i string) bool { return keep[i] == "" })
		d.Types = slices.DeleteFunc(d.Types, func(t string) bool { return !used[t] })
		d.Fields = slices.DeleteFunc(d.Fields, func(f *ast.FieldDefinition) bool { return !used[f.Type.Name()] && !builtIn(f.Type.Name()) })
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	fmt.Printf("# GitHub's public GraphQL schema, cut down to what the sandbox answers, by cutschema.go.\n"+
		"# From the npm package @octokit/graphql-schema %s (MIT, Copyright (c) GitHub 2025).\n", os.Args[1])
	formatter.NewFormatter(os.Stdout, formatter.WithIndent("  ")).FormatSchemaDocument(&ast.SchemaDocument{Definitions: out})
}

func cut(d *ast.Definition) {
	d.Description, d.Directives = "", nil
	for _, v := range d.EnumValues {
		v.Description, v.Directives = "", nil
	}
	if fields := strings.Fields(keep[d.Name]); len(fields) > 0 {
		d.Fields = slices.DeleteFunc(d.Fields, func(f *ast.FieldDefinition) bool { return !slices.Contains(fields, f.Name) })
	}
	for _, f := range d.Fields {
		f.Description, f.Directives = "", nil
		f.Arguments = slices.DeleteFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool {
			return !slices.Contains(arguments, a.Name) || a.Name == "orderBy" && f.Name != "pullRequests"
		})
		for _, a := range f.Arguments {
			a.Description, a.Directives = "", nil
		}
	}
}

func need(d *ast.Definition, used map[string]bool) {
	if d.Kind == ast.Union {
		return
	}
	wanted := func(name string) bool {
		return !builtIn(name) && (keep[name] != "" || strings.HasSuffix(name, "Connection") || strings.HasSuffix(name, "Edge") || d.Kind == ast.InputObject ||
			!strings.HasSuffix(d.Name, "Connection") && !strings.HasSuffix(d.Name, "Edge"))
	}
	for _, f := range d.Fields {
		if wanted(f.Type.Name()) {
			used[f.Type.Name()] = true
		}
		for _, a := range f.Arguments {
			if !builtIn(a.Type.Name()) {
				used[a.Type.Name()] = true
			}
		}
	}
}

func builtIn(name string) bool {
	return slices.Contains([]string{"String", "Int", "Boolean", "ID", "Float"}, name)
}
