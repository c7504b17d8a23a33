package github

import (
	"slices"

	gh "github.com/google/go-github/v62/github"
)

// Access is what the App may do with a part of GitHub.
type Access string

// The accesses that GitHub has.
const (
	Read  Access = "read"
	Write Access = "write"
)

// permission is one that the App asks for, and what for. The names are GitHub's: docs, "Permissions required for GitHub
// Apps". A call that needs another one adds it here and to app.yml; a test holds the two together.
type permission struct {
	name   string
	access Access
	calls  []string // as GitHub's REST description names them, a query of queries/, a mutation of write.go, or an event
}

var permissions = []permission{
	{"metadata", Read, []string{
		"GET /installation/repositories", "GET /repos/{owner}/{repo}/installation", "GET /repos/{owner}/{repo}",
		"GET /repos/{owner}/{repo}/collaborators/{username}/permission", "GET /repos/{owner}/{repo}/collaborators",
		"GET /repos/{owner}/{repo}/properties/values",
	}},
	{"contents", Read, []string{
		"open", "GET /repos/{owner}/{repo}/git/trees/{tree_sha}", "GET /repos/{owner}/{repo}/compare/{basehead}", "event push",
	}},
	{"issues", Read, []string{"open", "GET /repos/{owner}/{repo}/issues/{issue_number}", "event issues", "event issue_comment"}},
	// A comment on a pull request takes write access to pull requests, or to issues; this is the narrower one.
	{"pull_requests", Write, []string{
		"open", "more", "pulls", "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
		"GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
		"shown", "addComment", "updateIssueComment",
		"event pull_request", "event pull_request_review",
	}},
	{"checks", Write, []string{
		"createCheckRun", "updateCheckRun", "open", "shown", "event check_run", "event check_suite",
	}},
	{"merge_queues", Read, []string{"queue", "event merge_group"}},
	{"members", Read, []string{"open", "team"}}, // a team that is asked for a review, and whose members' approvals count
}

// Permissions are those that the App asks for, by name.
func Permissions() map[string]Access {
	out := map[string]Access{}
	for _, p := range permissions {
		out[p.name] = p.access
	}
	return out
}

// unasked are events that every App gets: GitHub refuses a manifest that asks for them.
var unasked = []string{"installation", "installation_repositories"}

// Subscriptions are the events that the App's manifest asks for.
func Subscriptions() []string {
	return slices.DeleteFunc(Events(), func(e string) bool { return slices.Contains(unasked, e) })
}

// reading are the permissions to read what can lie in any repository of an installation, as far as they were granted; nil
// stands for all that the App asks for.
func reading(granted *gh.InstallationPermissions) *gh.InstallationPermissions {
	read := gh.String(string(Read))
	out := &gh.InstallationPermissions{Checks: read, Contents: read, Issues: read, Members: read, Metadata: read, PullRequests: read}
	if granted == nil {
		return out
	}
	for _, p := range []struct {
		wanted  **string
		granted *string
	}{
		{&out.Checks, granted.Checks},
		{&out.Contents, granted.Contents},
		{&out.Issues, granted.Issues},
		{&out.Members, granted.Members},
		{&out.PullRequests, granted.PullRequests}, // metadata goes with every other one
	} {
		if p.granted == nil {
			*p.wanted = nil
		}
	}
	return out
}
