package sandbox

import (
	"net/url"
	"strings"
	"time"
)

const hour = time.Hour

// route is one operation. Its pattern is the path's in GitHub's description; a last parameter of "path", "ref" or
// "basehead" takes the slashes after it, too.
type route struct {
	method, pattern string
	who             caller
	needs           string // the permissions, one of which is enough: "issues:read|pull_requests:read"
	handle          func(*Sandbox, *call) *reply
}

func (r *route) String() string { return r.method + " " + r.pattern }

var routes []*route

// init and not a literal, because the handlers look at the table for the description's sake.
func init() {
	const r = "/repos/{owner}/{repo}"
	routes = []*route{
		{"POST", "/app-manifests/{code}/conversions", byAnyone, "", (*Sandbox).convert},
		{"GET", "/app", byApp, "", (*Sandbox).getApp},
		{"GET", "/app/hook/deliveries", byApp, "", (*Sandbox).listDeliveries},
		{"GET", "/app/hook/deliveries/{delivery_id}", byApp, "", (*Sandbox).getDelivery},
		{"POST", "/app/hook/deliveries/{delivery_id}/attempts", byApp, "", (*Sandbox).redeliver},
		{"GET", "/app/installations", byApp, "", (*Sandbox).listInstallations},
		{"GET", "/app/installations/{installation_id}", byApp, "", (*Sandbox).getInstallation},
		{"POST", "/app/installations/{installation_id}/access_tokens", byApp, "", (*Sandbox).makeToken},
		{"GET", "/orgs/{org}/installation", byApp, "", (*Sandbox).orgInstallation},
		{"GET", r + "/installation", byApp, "", (*Sandbox).repoInstallation},

		{"GET", "/installation/repositories", byToken, "metadata:read", (*Sandbox).listRepositories},
		{"GET", "/rate_limit", byToken, "", (*Sandbox).rateLimit},
		{"GET", "/users/{username}", byToken, "", (*Sandbox).getUser},
		{"GET", "/orgs/{org}/members/{username}", byToken, "members:read", (*Sandbox).isMember},
		{"GET", "/orgs/{org}/teams/{team_slug}", byToken, "members:read", (*Sandbox).getTeam},
		{"GET", "/orgs/{org}/teams/{team_slug}/members", byToken, "members:read", (*Sandbox).listTeam},
		{"GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", byToken, "members:read", (*Sandbox).getMembership},

		{"GET", r, byToken, "metadata:read", (*Sandbox).getRepo},
		{"GET", r + "/branches/{branch}", byToken, "contents:read", (*Sandbox).getBranch},
		{"GET", r + "/branches/{branch}/protection", byToken, "administration:read", (*Sandbox).branchProtection},
		{"GET", r + "/rules/branches/{branch}", byToken, "metadata:read", (*Sandbox).branchRules},
		{"GET", r + "/collaborators", byToken, "metadata:read", (*Sandbox).listCollaborators},
		{"GET", r + "/properties/values", byToken, "metadata:read", (*Sandbox).getProperties},
		{"GET", r + "/collaborators/{username}/permission", byToken, "metadata:read", (*Sandbox).getPermission},
		{"GET", r + "/teams", byToken, "metadata:read", (*Sandbox).listRepoTeams},
		{"GET", r + "/contents/{path}", byToken, "contents:read", (*Sandbox).getContents},
		{"GET", r + "/git/blobs/{file_sha}", byToken, "contents:read", (*Sandbox).getBlob},
		{"GET", r + "/git/commits/{commit_sha}", byToken, "contents:read", (*Sandbox).getGitCommit},
		{"GET", r + "/git/ref/{ref}", byToken, "contents:read", (*Sandbox).getRef},
		{"GET", r + "/git/trees/{tree_sha}", byToken, "contents:read", (*Sandbox).getTree},
		{"GET", r + "/compare/{basehead}", byToken, "contents:read", (*Sandbox).getCompare},
		{"GET", r + "/commits/{commit_sha}/pulls", byToken, "pull_requests:read|contents:read", (*Sandbox).commitPulls},
		{"GET", r + "/commits/{ref}/check-runs", byToken, "checks:read", (*Sandbox).listRuns},
		{"GET", r + "/commits/{ref}/status", byToken, "statuses:read", (*Sandbox).combinedStatus},
		{"GET", r + "/commits/{ref}/statuses", byToken, "statuses:read", (*Sandbox).listStatuses},
		{"GET", r + "/commits/{ref}", byToken, "contents:read", (*Sandbox).getCommit},

		{"POST", r + "/check-runs", byToken, "checks:write", (*Sandbox).createRun},
		{"GET", r + "/check-runs/{check_run_id}", byToken, "checks:read", (*Sandbox).getRun},
		{"PATCH", r + "/check-runs/{check_run_id}", byToken, "checks:write", (*Sandbox).updateRun},
		{"GET", r + "/check-runs/{check_run_id}/annotations", byToken, "checks:read", (*Sandbox).listAnnotations},
		{"GET", r + "/check-suites/{check_suite_id}/check-runs", byToken, "checks:read", (*Sandbox).listSuite},

		{"GET", r + "/issues/comments/{comment_id}", byToken, "issues:read|pull_requests:read", (*Sandbox).getComment},
		{"PATCH", r + "/issues/comments/{comment_id}", byToken, "issues:write|pull_requests:write", (*Sandbox).updateComment},
		{"DELETE", r + "/issues/comments/{comment_id}", byToken, "issues:write|pull_requests:write", (*Sandbox).removeComment},
		{"GET", r + "/issues/comments/{comment_id}/reactions", byToken, "issues:read|pull_requests:read", (*Sandbox).listReactions},
		{"POST", r + "/issues/comments/{comment_id}/reactions", byToken, "issues:write|pull_requests:write", (*Sandbox).react},
		{"GET", r + "/issues", byToken, "issues:read|pull_requests:read", (*Sandbox).listIssues},
		{"GET", r + "/issues/{issue_number}", byToken, "issues:read|pull_requests:read", (*Sandbox).getIssue},
		{"GET", r + "/issues/{issue_number}/comments", byToken, "issues:read|pull_requests:read", (*Sandbox).listComments},
		{"POST", r + "/issues/{issue_number}/comments", byToken, "issues:write|pull_requests:write", (*Sandbox).createComment},
		{"GET", r + "/issues/{issue_number}/labels", byToken, "issues:read|pull_requests:read", (*Sandbox).listLabels},
		{"POST", r + "/issues/{issue_number}/labels", byToken, "issues:write|pull_requests:write", (*Sandbox).addLabels},
		{"DELETE", r + "/issues/{issue_number}/labels/{name}", byToken, "issues:write|pull_requests:write", (*Sandbox).removeLabel},

		{"GET", r + "/pulls", byToken, "pull_requests:read", (*Sandbox).listPulls},
		{"GET", r + "/pulls/{pull_number}", byToken, "pull_requests:read", (*Sandbox).getPull},
		{"GET", r + "/pulls/{pull_number}/files", byToken, "pull_requests:read", (*Sandbox).listFiles},
		{"GET", r + "/pulls/{pull_number}/commits", byToken, "pull_requests:read", (*Sandbox).listCommits},
		{"GET", r + "/pulls/{pull_number}/reviews", byToken, "pull_requests:read", (*Sandbox).listReviews},
		{"GET", r + "/pulls/{pull_number}/requested_reviewers", byToken, "pull_requests:read", (*Sandbox).listReviewers},
		{"POST", r + "/pulls/{pull_number}/requested_reviewers", byToken, "pull_requests:write", (*Sandbox).requestReviewers},
		{"PUT", r + "/pulls/{pull_number}/merge", byToken, "contents:write", (*Sandbox).putMerge},
	}
}

// match finds the operation of a request by its escaped path. A literal part wins over a parameter: the table has it
// first.
func match(method, path string) (*route, map[string]string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for _, rt := range routes {
		if rt.method != method {
			continue
		}
		if params := rt.match(parts); params != nil {
			return rt, params
		}
	}
	return nil, nil
}

func (r *route) match(parts []string) map[string]string {
	pattern := strings.Split(strings.Trim(r.pattern, "/"), "/")
	params := map[string]string{}
	for i, want := range pattern {
		parameter, is := strings.CutPrefix(want, "{")
		parameter = strings.TrimSuffix(parameter, "}")
		last := i == len(pattern)-1
		if last && (parameter == "path" || parameter == "basehead" || parameter == "ref" && pattern[i-1] == "ref") {
			rest, err := url.PathUnescape(strings.Join(parts[min(i, len(parts)):], "/"))
			if err != nil {
				return nil
			}
			params[parameter] = rest
			return params
		}
		if i >= len(parts) || last && len(parts) != len(pattern) {
			return nil
		}
		if !is {
			if parts[i] != want {
				return nil
			}
			continue
		}
		value, err := url.PathUnescape(parts[i])
		if err != nil || value == "" {
			return nil
		}
		params[parameter] = value
	}
	return params
}
