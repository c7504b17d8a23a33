package github

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	headSHA = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
	baseSHA = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
)

// Payloads in GitHub's shape, of what its captures don't have.
func TestWork(t *testing.T) {
	const repo = `"repository":{"full_name":"acme/api","default_branch":"main"},"installation":{"id":3}`
	commented := func(body, association, kind, onPull string) string {
		text, _ := json.Marshal(body)
		return fmt.Sprintf(`{"action":"created","issue":{"number":7,"state":"open"%s},"comment":{"id":1,"body":%s,"author_association":%q,"user":{"login":"mira","id":5,"type":%q}},%s}`,
			onPull, text, association, kind, repo)
	}
	const onPull = `,"pull_request":{"url":"https://api.github.com/repos/acme/api/pulls/7"}`
	run := func(app int, branch string) string {
		return fmt.Sprintf(`{"action":"rerequested","check_run":{"head_sha":%q,"app":{"id":%d},"pull_requests":[],"check_suite":{"head_branch":%s}},%s}`,
			headSHA, app, branch, repo)
	}
	push := func(ref, more, commits string) string {
		return fmt.Sprintf(`{"ref":%q,"before":%q,"after":%q%s,"commits":[%s],%s}`, ref, baseSHA, headSHA, more, commits, repo)
	}
	group := func(ref, base string) string {
		return fmt.Sprintf(`{"action":"checks_requested","merge_group":{"head_sha":%q,"head_ref":%q,"base_sha":%q,"base_ref":%q},%s}`, headSHA, ref, baseSHA, base, repo)
	}
	const queue = "gh-readonly-queue/main/pr-7-" + baseSHA
	thisPull := gate.Work{Pulls: []gate.Target{{Installation: 3, Repo: "acme/api", Number: 7}}}
	byHead := gate.Work{Heads: []gate.HeadTarget{{Installation: 3, Repo: "acme/api", SHA: headSHA}}}
	toMain := gate.Work{Repos: []gate.RepoTarget{{Installation: 3, Repo: "acme/api", Base: "main"}}}
	none := gate.Work{}
	said := func(body, kind string, id int, via string) string {
		text, _ := json.Marshal(body)
		return fmt.Sprintf(`{"action":"created","issue":{"number":7,"state":"open"%s},"comment":{"id":1,"body":%s,"author_association":"NONE","user":{"login":"mira","id":%d,"type":%q},"performed_via_github_app":%s},%s}`,
			onPull, text, id, kind, via, repo)
	}
	labelled := func(action, label, kind string) string {
		return fmt.Sprintf(`{"action":%q,"label":{"name":%q},"sender":{"login":"mira","id":5,"type":%q},"pull_request":{"number":7,"state":"open"},%s}`, action, label, kind, repo)
	}
	edited := func(before, after string, by int) string {
		from, _ := json.Marshal(before)
		return strings.Replace(said(after, "User", 5, "null"), `{"action":"created",`,
			fmt.Sprintf(`{"action":"edited","changes":{"body":{"from":%s}},"sender":{"login":"x","id":%d,"type":"User"},`, from, by), 1)
	}
	deleted := func(body string) string {
		return strings.Replace(said(body, "User", 5, "null"), "created", "deleted", 1)
	}
	asking := func(all ...gate.Asked) gate.Work {
		for i := range all {
			a := &all[i]
			a.Repo, a.Number, a.By = "acme/api", 7, pull.Account{Login: "mira", ID: 5, Type: pull.User}
			if a.Via == "" {
				a.Via, a.Comment = gate.ByComment, 1
			}
		}
		return gate.Work{Pulls: thisPull.Pulls, Asked: all}
	}
	recheck := asking(gate.Asked{Verb: gate.Recheck})
	noReason := func(check string) gate.Asked {
		return gate.Asked{Verb: gate.Waive, Check: check, Wrong: "a waiver needs a reason: /sluice waive " + check + " because REASON"}
	}
	december := time.Date(2026, 12, 1, 23, 59, 59, 0, time.UTC)
	taken := gate.Asked{Verb: gate.Waive, Withdraw: true}
	cases := []struct {
		why, event, body string
		want             gate.Work
	}{
		{
			"a retargeted pull request: the verdict for the old base is void", "pull_request",
			`{"action":"edited","number":7,"changes":{"base":{"ref":{"from":"dev"},"sha":{"from":"` + baseSHA + `"}}},"pull_request":{"number":7,"state":"open"},` + repo + `}`,
			thisPull,
		},
		{"a new title", "pull_request", `{"action":"edited","changes":{"title":{"from":"x"}},"pull_request":{"number":7,"state":"open"},` + repo + `}`, thisPull},
		{"a label on a closed one", "pull_request", `{"action":"labeled","pull_request":{"number":7,"state":"closed"},` + repo + `}`, none},
		{"closed: another one may bear its verdict", "pull_request", `{"action":"closed","pull_request":{"number":7,"state":"closed"},` + repo + `}`, thisPull},
		{"locked is nobody's business", "pull_request", `{"action":"locked","pull_request":{"number":7,"state":"open"},` + repo + `}`, none},
		{
			"a custom property that is a list, which go-github cannot read", "pull_request",
			`{"action":"opened","pull_request":{"number":7,"state":"open"},"repository":{"full_name":"acme/api","custom_properties":{"team":["a","b"]}},"installation":{"id":3}}`,
			thisPull,
		},
		{"a review", "pull_request_review", `{"action":"submitted","review":{"state":"approved"},"pull_request":{"number":7,"state":"open"},` + repo + `}`, thisPull},

		{"a command", "issue_comment", commented("/sluice recheck", "MEMBER", "User", onPull), recheck},
		{"a command below blank lines, in capitals, with more", "issue_comment", commented("\r\n\r\n/sluice  Recheck please\r\nthanks", "OWNER", "User", onPull), recheck},
		{"by one who doesn't belong here", "issue_comment", commented("/sluice recheck", "CONTRIBUTOR", "User", onPull), asking(gate.Asked{Verb: gate.Recheck, Wrong: "only people who belong to the repository can ask for that"})},
		{"by a bot", "issue_comment", commented("/sluice recheck", "MEMBER", "Bot", onPull), none},
		{"on an issue", "issue_comment", commented("/sluice recheck", "MEMBER", "User", ""), none},
		{"in a quote", "issue_comment", commented("> /sluice recheck", "MEMBER", "User", onPull), none},
		{"in a fence", "issue_comment", commented("```\n/sluice recheck\n```", "MEMBER", "User", onPull), none},
		{"in a code block", "issue_comment", commented("    /sluice recheck", "MEMBER", "User", onPull), none},
		{"in a code span", "issue_comment", commented("`/sluice recheck`", "MEMBER", "User", onPull), none},
		{"in a comment of HTML", "issue_comment", commented("<!--\n/sluice recheck\n-->", "MEMBER", "User", onPull), none},
		{"not first", "issue_comment", commented("please\n/sluice recheck", "MEMBER", "User", onPull), none},
		{"another word", "issue_comment", commented("/sluicegate recheck", "MEMBER", "User", onPull), none},
		{"an unknown command", "issue_comment", commented("/sluice open", "MEMBER", "User", onPull), asking(gate.Asked{Verb: gate.Unknown, Wrong: "no command is named so; /sluice help lists them"})},
		{"a correction", "issue_comment", said("/sluice not-agent because she wrote it", "User", 5, "null"), asking(gate.Asked{Verb: gate.Correct, Reason: "she wrote it"})},
		{"a correction without a reason", "issue_comment", said("/sluice NOT-agent", "User", 5, "null"), asking(gate.Asked{Verb: gate.Correct})},
		{"another agent", "issue_comment", said("/sluice agent Claude-Code  Because  of the\tsession", "User", 5, "null"), asking(gate.Asked{Verb: gate.Correct, Agent: "claude-code", Reason: "of the session"})},
		{"a long reason is cut", "issue_comment", said("/sluice not-agent because "+strings.Repeat("ü", 600), "User", 5, "null"), asking(gate.Asked{Verb: gate.Correct, Reason: strings.Repeat("ü", 500)})},
		{"a correction that goes on otherwise", "issue_comment", said("/sluice not-agent I think", "User", 5, "null"), asking(gate.Asked{Verb: gate.Correct, Wrong: "the reason begins with \"because\""})},
		{"an agent without a name", "issue_comment", said("/sluice agent", "User", 5, "null"), asking(gate.Asked{Verb: gate.Correct, Wrong: "it names no agent: /sluice agent NAME because REASON"})},
		{"an agent's name that cannot be one", "issue_comment", said("/sluice agent @devin", "User", 5, "null"), asking(gate.Asked{Verb: gate.Correct, Wrong: "it names no agent: /sluice agent NAME because REASON"})},
		{"a correction by a bot", "issue_comment", said("/sluice not-agent", "Bot", 5, "null"), none},
		{"a correction by an App in a person's name", "issue_comment", said("/sluice not-agent", "User", 5, `{"id":99}`), none},
		{"a correction in a quote", "issue_comment", said("> /sluice not-agent", "User", 5, "null"), none},
		{"a correction in a fence", "issue_comment", said("```\n/sluice not-agent\n```", "User", 5, "null"), none},

		{"help", "issue_comment", said("/sluice help", "User", 5, "null"), asking(gate.Asked{Verb: gate.Help})},
		{"a waiver", "issue_comment", said("/sluice waive tests because the vendor moved", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Check: "tests", Reason: "the vendor moved"})},
		{"a waiver until a day", "issue_comment", said("/sluice waive Tests because of X until 2026-12-01", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Check: "tests", Reason: "of X", Until: december})},
		{"the day before the reason", "issue_comment", said("/sluice waive tests until 2026-12-01 because of X", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Check: "tests", Reason: "of X", Until: december})},
		{"until as a word of the reason", "issue_comment", said("/sluice waive tests because we wait until spring", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Check: "tests", Reason: "we wait until spring"})},
		{"a day that is none", "issue_comment", said("/sluice waive tests because of X until 2026-13-01", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Check: "tests", Wrong: "the date is no YYYY-MM-DD"})},
		{"a waiver without a reason", "issue_comment", said("/sluice waive tests", "User", 5, "null"), asking(noReason("tests"))},
		{"a waiver with because and no more", "issue_comment", said("/sluice waive tests because", "User", 5, "null"), asking(noReason("tests"))},
		{"a waiver with a day and no reason", "issue_comment", said("/sluice waive tests until 2026-12-01", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Check: "tests", Until: december, Wrong: noReason("tests").Wrong})},
		{"a waiver of nothing", "issue_comment", said("/sluice waive", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Wrong: "it names no check: /sluice waive CHECK"})},
		{"a waiver of what cannot be a name", "issue_comment", said("/sluice waive `tests` because x", "User", 5, "null"), asking(gate.Asked{Verb: gate.Waive, Wrong: "it names no check: /sluice waive CHECK"})},
		{"a waiver in a quote", "issue_comment", said("> /sluice waive tests because x", "User", 5, "null"), none},
		{"the end of a waiver", "issue_comment", said("/sluice unwaive tests", "User", 5, "null"), asking(gate.Asked{Verb: gate.Unwaive, Check: "tests"})},

		{"a command is edited in by who wrote the comment", "issue_comment", edited("Hm.", "/sluice not-agent", 5), asking(gate.Asked{Verb: gate.Correct})},
		{"by somebody else, who would sign in another's name", "issue_comment", edited("Hm.", "/sluice not-agent", 6), none},
		{"a command is edited", "issue_comment", edited("/sluice waive tests because x", "/sluice waive size because x", 5), asking(taken, gate.Asked{Verb: gate.Waive, Check: "size", Reason: "x"})},
		{"by somebody else: it is said no more", "issue_comment", edited("/sluice waive tests because x", "/sluice waive size because x", 6), asking(taken)},
		{"what stands below a command is edited", "issue_comment", edited("/sluice waive tests because x\nOh", "/sluice waive tests because x\nAh", 5), none},
		{"a command is edited out", "issue_comment", edited("/sluice waive tests because x", "Hm.", 5), asking(taken)},
		{"a command is quoted by an edit", "issue_comment", edited("Hm.", "> /sluice not-agent", 5), none},
		{"a command is deleted", "issue_comment", deleted("/sluice waive tests because x"), asking(taken)},
		{"another comment is deleted", "issue_comment", deleted("Hm."), none},

		{"the label", "pull_request", labelled("labeled", "Sluice: not-agent", "User"), asking(gate.Asked{Verb: gate.Correct, Via: gate.ByLabel})},
		{"the label by a bot", "pull_request", labelled("labeled", "sluice: not-agent", "Bot"), thisPull},
		{"another label", "pull_request", labelled("labeled", "not-agent", "User"), thisPull},
		{"the label is taken away", "pull_request", labelled("unlabeled", "sluice: not-agent", "User"), asking(gate.Asked{Verb: gate.Correct, Via: gate.ByLabel, Withdraw: true})},

		{
			"an issue was edited", "issues", `{"action":"edited","issue":{"number":9},` + repo + `}`,
			gate.Work{Issues: []gate.IssueTarget{{Installation: 3, Repo: "acme/api", Number: 9}}},
		},
		{"an issue event of a pull request", "issues", `{"action":"labeled","issue":{"number":7` + onPull + `},` + repo + `}`, none},
		{"a pinned issue", "issues", `{"action":"pinned","issue":{"number":9},` + repo + `}`, none},

		{"a re-run of a fork's: no pull request is named", "check_run", run(testApp, "null"), byHead},
		{"a re-run of another App's", "check_run", run(1, "null"), none},
		{
			"a re-run on a merge group", "check_run", run(testApp, `"`+queue+`"`),
			gate.Work{Heads: byHead.Heads, Groups: []gate.Group{{Installation: 3, Repo: "acme/api", Base: "main", HeadSHA: headSHA, HeadRef: "refs/heads/" + queue}}},
		},
		{"a re-run of all", "check_suite", `{"action":"rerequested","check_suite":{"head_sha":"` + headSHA + `","app":{"id":29310},"pull_requests":[]},` + repo + `}`, byHead},
		{"a re-run of all another App's", "check_suite", `{"action":"rerequested","check_suite":{"head_sha":"` + headSHA + `","app":{"id":1},"pull_requests":[]},` + repo + `}`, none},
		{"our own check run was made", "check_run", strings.Replace(run(testApp, "null"), "rerequested", "created", 1), none},
		{"our own check run is done", "check_run", strings.Replace(run(testApp, "null"), "rerequested", "completed", 1), none},

		{
			"a merge group", "merge_group", group("refs/heads/"+queue, "refs/heads/main"),
			gate.Work{Groups: []gate.Group{{Installation: 3, Repo: "acme/api", Base: "main", BaseSHA: baseSHA, HeadSHA: headSHA, HeadRef: "refs/heads/" + queue}}},
		},
		{
			"a merge group is gone", "merge_group", strings.Replace(group("refs/heads/"+queue, "refs/heads/main"), "checks_requested", "destroyed", 1),
			gate.Work{Gone: []gate.Group{{Installation: 3, Repo: "acme/api", Base: "main", BaseSHA: baseSHA, HeadSHA: headSHA, HeadRef: "refs/heads/" + queue}}},
		},

		{"the policy changed", "push", push("refs/heads/main", "", `{"modified":[".github/sluice.yml"]}`), toMain},
		{"the owners are gone", "push", push("refs/heads/main", "", `{"added":["a.go"]},{"removed":["docs/CODEOWNERS"]}`), toMain},
		{"the template changed", "push", push("refs/heads/main", "", `{"modified":["docs/pull_request_template.md"]}`), toMain},
		{
			"a branch with a slash", "push", push("refs/heads/release/1.x", "", `{"added":["CODEOWNERS"]}`),
			gate.Work{Repos: []gate.RepoTarget{{Installation: 3, Repo: "acme/api", Base: "release/1.x"}}},
		},
		{"a force push: the list doesn't tell what went", "push", push("refs/heads/main", `,"forced":true`, ""), toMain},
		{"a new branch: nothing goes to it yet", "push", push("refs/heads/copilot/fix-1", `,"created":true`, `{"added":["a.go"]}`), none},
		{"a new branch with another policy", "push", push("refs/heads/main", `,"created":true`, `{"added":["CODEOWNERS"]}`), toMain},
		{
			"the organisation's repository gets its first commit", "push", strings.Replace(push("refs/heads/main", `,"created":true`, ""), "acme/api", "acme/.github", 1),
			gate.Work{Installations: []int64{3}},
		},
		{"so many commits that some may be left out", "push", push("refs/heads/main", "", strings.TrimSuffix(strings.Repeat(`{},`, 20), ",")), toMain},
		{"nearly as many", "push", push("refs/heads/main", "", strings.TrimSuffix(strings.Repeat(`{},`, 19), ",")), none},
		{"code alone", "push", push("refs/heads/main", "", `{"modified":["a.go","src/.github/sluice.yml","CODEOWNERS.md","src/CODEOWNERS",".github/docs/CODEOWNERS","my_pull_request_template.md"]}`), none},
		{"a tag", "push", push("refs/tags/v1", "", `{"modified":[".github/sluice.yml"]}`), none},
		{"a branch is gone", "push", push("refs/heads/main", `,"deleted":true`, ""), none},
		{
			"the organisation's policy", "push", strings.Replace(push("refs/heads/main", "", `{"modified":[".github/sluice.yml"]}`), "acme/api", "acme/.github", 1),
			gate.Work{Installations: []int64{3}},
		},
		{
			"another branch of the organisation's repository", "push", strings.Replace(push("refs/heads/try", "", `{"modified":[".github/sluice.yml"]}`), "acme/api", "acme/.github", 1),
			gate.Work{Repos: []gate.RepoTarget{{Installation: 3, Repo: "acme/.github", Base: "try"}}},
		},

		{"an installation is back", "installation", `{"action":"unsuspend","installation":{"id":3},"sender":{"login":"mira"}}`, gate.Work{Installations: []int64{3}, Administration: []gate.Administration{{Installation: 3, Act: "installation unsuspend", By: "mira"}}}},
		{"an installation is gone", "installation", `{"action":"deleted","installation":{"id":3}}`, gate.Work{Administration: []gate.Administration{{Installation: 3, Act: "installation deleted"}}}},
		{
			"a repository was added", "installation_repositories", `{"action":"added","repository_selection":"selected","repositories_added":[{"full_name":"acme/web"}],"installation":{"id":3}}`,
			gate.Work{
				Repos:          []gate.RepoTarget{{Installation: 3, Repo: "acme/web"}},
				Administration: []gate.Administration{{Installation: 3, Act: "installation_repositories added", Repos: []string{"acme/web"}}},
			},
		},
		{"all repositories were", "installation_repositories", `{"action":"added","repository_selection":"all","repositories_added":[],"installation":{"id":3}}`, gate.Work{Installations: []int64{3}, Administration: []gate.Administration{{Installation: 3, Act: "installation_repositories added"}}}},
		{"a repository was taken away", "installation_repositories", `{"action":"removed","repository_selection":"selected","repositories_removed":[{"full_name":"acme/web"}],"installation":{"id":3}}`, gate.Work{Administration: []gate.Administration{{Installation: 3, Act: "installation_repositories removed", Repos: []string{"acme/web"}}}}},
		{"an event that nobody handles", "star", `{"action":"created"}`, none},
	}
	for _, c := range cases {
		t.Run(c.event+": "+c.why, func(t *testing.T) {
			in := &box{}
			if w := post(newTestHook(t, in, testSecret), delivery(c.event, []byte(c.body))); w.Code != 202 {
				t.Fatalf("status: got %d %s, want 202", w.Code, w.Body)
			}
			got := gate.Work{}
			if len(in.got) == 1 {
				got = in.got[0].Work
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("got, want:\n%s", diff)
			}
		})
	}
}

// FuzzWork feeds anything to the translation: it must not panic, and what it makes must be sane.
func FuzzWork(f *testing.F) {
	for event := range events {
		f.Add(event, []byte(opened1))
		f.Add(event, []byte(`{"action":"created","issue":{"number":7,"pull_request":{}},"comment":{"body":"/sluice recheck","author_association":"OWNER","user":{"type":"User"}},"repository":{"full_name":"a/b"}}`))
		f.Add(event, []byte(`{"action":"rerequested","check_run":{"head_sha":"`+headSHA+`"},"repository":{"full_name":"a/b"}}`))
		f.Add(event, []byte(`{"ref":"refs/heads/main","commits":[null,{"added":["CODEOWNERS"]}],"repository":{"full_name":"a/.github"}}`))
	}
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		var first struct{ Action string }
		if json.Unmarshal(body, &first) != nil {
			return
		}
		w, _, err := (&translator{testApp}).work(event, first.Action, body)
		if err != nil {
			return
		}
		for _, p := range w.Pulls {
			if _, _, err := split(p.Repo); err != nil || p.Number <= 0 {
				t.Errorf("asks for %+v", p)
			}
		}
		for _, g := range w.Groups {
			if !sha.MatchString(g.HeadSHA) || g.Base == "" {
				t.Errorf("asks for %+v", g)
			}
		}
		for _, h := range w.Heads {
			if !sha.MatchString(h.SHA) {
				t.Errorf("asks for %+v", h)
			}
		}
	})
}
