package sandbox

import (
	"strconv"
	"testing"
)

// Every read of the table is asked once, as GitHub's description has it, and answers as that says.
func TestReadsAnswerAsDescribed(t *testing.T) {
	s := begin(t, Options{Permissions: with("statuses", "read")})
	token := bearer(t, s, "acme")
	head := s.Head("acme/api", 12)
	must(t, s.Review("acme/api", 12, "mira", "approved", "Good."))
	must(t, s.SetProperty("acme/api", "tier", "one"))
	must(t, s.SetProperty("acme/api", "areas", []string{"billing", "api"}))
	must(t, s.SetProperty("acme/api", "none", nil))
	_, err := s.Comment("acme/api", 12, "mira", "Thanks")
	must(t, err)
	_, run := ask(t, s, token, "POST", "/repos/acme/api/check-runs", obj{
		"name": "sluice: main", "head_sha": head, "status": "completed", "conclusion": "success",
		"output": obj{"title": "Open", "summary": "All is well.", "annotations": []obj{
			{"path": "src/rate.go", "start_line": 3, "end_line": 3, "annotation_level": "notice", "message": "Look here", "start_column": 1, "end_column": 2},
		}},
	})
	id := strconv.Itoa(int(run.(obj)["id"].(float64)))
	_, made := ask(t, s, token, "POST", "/repos/acme/api/issues/12/comments", obj{"body": "<!-- digest -->"})
	comment := strconv.Itoa(int(made.(obj)["id"].(float64)))
	if by := made.(obj)["performed_via_github_app"]; by == nil {
		t.Error("the App's comment does not say that the App wrote it")
	}
	_, tree := ask(t, s, token, "GET", "/repos/acme/api/git/trees/"+head+"?recursive=1", nil)
	blob := tree.(obj)["tree"].([]any)[1].(obj)["sha"].(string)
	for _, path := range []string{
		"/installation/repositories", "/rate_limit", "/users/mira", "/orgs/acme/teams/core", "/orgs/acme/teams/core/members",
		"/orgs/acme/teams/core/memberships/mira", "/repos/acme/api", "/repos/acme/api/branches/main", "/repos/acme/api/collaborators/mira/permission",
		"/repos/acme/api/collaborators?permission=push&per_page=1", "/repos/acme/api/properties/values",
		"/repos/acme/api/teams", "/repos/acme/api/contents/src/rate.go", "/repos/acme/api/contents/src?ref=" + head, "/repos/acme/api/contents/link",
		"/repos/acme/api/git/blobs/" + blob, "/repos/acme/api/git/commits/" + head, "/repos/acme/api/git/ref/heads/copilot/fix-7",
		"/repos/acme/api/git/trees/main", "/repos/acme/api/compare/main...copilot/fix-7", "/repos/acme/api/commits/" + head + "/pulls",
		"/repos/acme/api/commits/" + head + "/check-runs?filter=all&check_name=sluice:%20main", "/repos/acme/api/commits/" + head + "/status",
		"/repos/acme/api/commits/main/statuses", "/repos/acme/api/commits/" + head, "/repos/acme/api/check-runs/" + id,
		"/repos/acme/api/check-runs/" + id + "/annotations", "/repos/acme/api/issues/comments/" + comment,
		"/repos/acme/api/issues/comments/" + comment + "/reactions", "/repos/acme/api/issues", "/repos/acme/api/issues/7", "/repos/acme/api/issues/12",
		"/repos/acme/api/issues/12/comments?per_page=1", "/repos/acme/api/issues/12/labels", "/repos/acme/api/pulls?state=open&base=main",
		"/repos/acme/api/pulls/12", "/repos/acme/api/pulls/12/files?per_page=100", "/repos/acme/api/pulls/12/commits", "/repos/acme/api/pulls/12/reviews",
		"/repos/acme/api/pulls/12/requested_reviewers",
	} {
		if status, answer := ask(t, s, token, "GET", path, nil); status != 200 {
			t.Errorf("GET %s: %d %v", path, status, answer)
		}
	}
	for _, w := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"PATCH", "/repos/acme/api/check-runs/" + id, obj{"conclusion": "failure"}, 200},
		{"PATCH", "/repos/acme/api/issues/comments/" + comment, obj{"body": "again"}, 200},
		{"POST", "/repos/acme/api/issues/comments/" + comment + "/reactions", obj{"content": "+1"}, 201},
		{"POST", "/repos/acme/api/issues/comments/" + comment + "/reactions", obj{"content": "+1"}, 200},
		{"POST", "/repos/acme/api/issues/12/labels", []string{"sluice"}, 200},
		{"POST", "/repos/acme/api/issues/12/labels", obj{"labels": []string{"other"}}, 200},
		{"DELETE", "/repos/acme/api/issues/12/labels/other", nil, 200},
		{"POST", "/repos/acme/api/pulls/12/requested_reviewers", obj{"team_reviewers": []string{"core"}}, 201},
		{"DELETE", "/repos/acme/api/issues/comments/" + comment, nil, 204},
		{"GET", "/orgs/acme/members/mira", nil, 204},
	} {
		if status, answer := ask(t, s, token, w.method, w.path, w.body); status != w.status {
			t.Errorf("%s %s: %d %v", w.method, w.path, status, answer)
		}
	}
	noDepartures(t, s)
}

func TestTheAppsOwnCallsAnswerAsDescribed(t *testing.T) {
	s := begin(t, Options{})
	c := app(t, s)
	ctx := t.Context()
	_, _, err := c.Apps.Get(ctx, "")
	must(t, err)
	_, _, err = c.Apps.ListInstallations(ctx, nil)
	must(t, err)
	_, _, err = c.Apps.GetInstallation(ctx, s.Installation("acme"))
	must(t, err)
	_, _, err = c.Apps.FindOrganizationInstallation(ctx, "acme")
	must(t, err)
	_, _, err = c.Apps.FindRepositoryInstallation(ctx, "acme", "api")
	must(t, err)
	noDepartures(t, s)
}
