package agent

import (
	"testing"

	"github.com/sluicegate/sluice/internal/pull"
)

var (
	devinApp  = pull.Account{Login: "devin-ai-integration[bot]", ID: 158243242, Type: pull.Bot}
	anaOnline = pull.Account{Login: "ana", ID: 7, Type: pull.User}
	github    = pull.Person{Name: "GitHub", Email: webFlow}
)

// A name, an address or a signature that is borrowed: what of it counts, and what does not.
func TestBorrowed(t *testing.T) {
	signed := func(by pull.Account, committer pull.Person) func(*pull.Request) {
		return func(r *pull.Request) {
			c := commit(devin, "Add a thing")
			c.Author.Account, c.Committer = devinApp, committer
			c.Verification = pull.Verification{Verified: true, Signer: by}
			r.Commits = []pull.Commit{c}
		}
	}
	by := func(author, message string, committer pull.Person) func(*pull.Request) {
		return func(r *pull.Request) {
			c := commit(author, message)
			c.Committer = committer
			r.Commits = []pull.Commit{c}
		}
	}
	cases := []struct {
		why    string
		change func(*pull.Request)
		want   string
	}{
		{"GitHub signed what the App made", signed(pull.Account{Login: "web-flow", ID: webFlowID}, github), "autonomous devin:conclusive @ana"},
		{"the App signed", signed(devinApp, pull.Person{}), "autonomous devin:conclusive @ana"},
		{"a person signed a commit with an agent's author line", signed(anaOnline, pull.Person{}), "autonomous devin:strong @ana"},
		{"nobody told whose key, and a person committed", signed(pull.Account{}, pull.Person{Account: anaOnline}), "autonomous devin:strong @ana"},
		{"nobody told whose key, and another address committed", signed(pull.Account{}, pull.Person{Email: "ana@acme.example"}), "autonomous devin:strong @ana"},

		{"a domain that looks like GitHub's", by("devin-ai-integration[bot] <158243242+devin-ai-integration[bot]@users.noreply.github.co>", "Add", pull.Person{}), "none"},
		{"a Cyrillic letter in it", by("claude[bot] <209825114+claude[bot]@users.noreply.gіthub.com>", "Add", pull.Person{}), "none"},
		{"the same in a trailer", by(ana, "Add\n\nCo-authored-by: claude[bot] <209825114+claude[bot]@users.noreply.gіthub.com>", pull.Person{}), "none"},
		{"an agent's name beside an address of nobody's", by("devin-ai-integration[bot] <bot@runner.example>", "Add", pull.Person{}), "autonomous devin:probable @ana"},
		{"an agent's name beside a person's account", by("claude[bot] <7+ana@users.noreply.github.com>", "Add", pull.Person{}), "none"},
		{"an agent's name beside an address that the tool made up", by("open-swe-dev[bot] <open-swe-dev@users.noreply.github.com>", "Add", pull.Person{}), "autonomous open-swe:strong @ana"},
		{"the id decides, whatever the login", by("Copilot <242468646+Claude@users.noreply.github.com>", "Add", pull.Person{}), "autonomous claude-github-agent-hq:strong @ana"},
		{"a name that lists claim stays weak, bot or not", func(r *pull.Request) {
			r.Author = pull.Account{Login: "augmentcode[bot]", ID: 5, Type: pull.Bot}
		}, "autonomous augment:weak bot:augmentcode"},
		{"an App as gh writes it", func(r *pull.Request) {
			r.Author = pull.Account{Login: "app/devin-ai-integration"}
		}, "autonomous devin:conclusive"},
		{"an App as GraphQL writes it", func(r *pull.Request) {
			r.Author = pull.Account{Login: "devin-ai-integration", Type: pull.Bot}
		}, "autonomous devin:conclusive"},
		{"a person of an App's name", func(r *pull.Request) {
			r.Author = pull.Account{Login: "devin-ai-integration", ID: 5, Type: pull.User}
		}, "none"},
		{"an App that nobody knows", func(r *pull.Request) {
			r.Author = pull.Account{Login: "acme-sync[bot]"}
		}, "none bot:acme-sync"},
		{"the App of such a name", func(r *pull.Request) { r.App = "augmentcode" }, "autonomous augment:weak @ana"},
		{"a reviewer opens what it wrote", func(r *pull.Request) {
			r.Author = pull.Account{Login: "gemini-code-assist[bot]", ID: 176961590, Type: pull.Bot}
		}, "none bot:gemini-code-assist reviewer:gemini-code-assist"},

		{"a cherry-pick keeps its author", by(devin, "Add\n\n(cherry picked from commit 0123456)", pull.Person{Name: "Ana", Email: "ana@acme.example"}), "none"},
		{"an agent picks its own", by(devin, "Add\n\n(cherry picked from commit 0123456)", pull.Person{Name: "Devin AI", Email: "158243242+devin-ai-integration[bot]@users.noreply.github.com"}), "autonomous devin:strong @ana"},
		{"a backport with windows line ends", by(ana, "Add\r\n\r\n"+claudes+"\r\n(cherry picked from commit 0123456)\r\n", pull.Person{}), "none"},
		{"a squash names this pull request behind another", by(ana, "Add (#7) (#12)\n\n"+claudes, github), "none"},
		{"an issue's number on a commit of one's own machine", by(ana, "Add (#7)\n\n"+claudes, pull.Person{Name: "Ana", Email: "ana@acme.example"}), "assisted claude-code:strong @ana"},
		{"a squash that somebody rebased", by(ana, "Add (#7)\n\n"+claudes, pull.Person{Name: "Bo", Email: "bo@acme.example"}), "none"},
		{"a merge of a remote branch", by(ana, "Merge origin/main into thing\n\n"+claudes, pull.Person{}), "none"},
		{"words about a merge", by(ana, "Merge the two loops\n\n"+claudes, pull.Person{}), "assisted claude-code:strong @ana"},
		{"an edit of one file on one's own machine", by(ana, "Update main.go\n\n"+claudes, pull.Person{Name: "Ana", Email: "ana@acme.example"}), "assisted claude-code:strong @ana"},
		{"a suggestion of an agent's account", by(ana, "Apply suggestion from @devin\n\nCo-authored-by: "+devin, github), "none reviewer:devin"},
		{"a backport that a bot opened", func(r *pull.Request) {
			r.Author = pull.Account{Login: "mergify[bot]", ID: 37929162, Type: pull.Bot}
			r.Commits = []pull.Commit{commit(devin, "Add"), commit(ana, "More\n\n"+claudes)}
		}, "none bot:mergify"},
		{"an agent mends what a bot opened", func(r *pull.Request) {
			r.Author = pull.Account{Login: "dependabot[bot]", ID: 49699333, Type: pull.Bot}
			c := commit(devin, "Adapt")
			c.Author.Account, c.Verification = devinApp, pull.Verification{Verified: true}
			r.Commits = []pull.Commit{commit("dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", "Bump x"), c}
		}, "mixed devin:conclusive"},
		{"a bot tidies what an agent began", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(devin, "Add"), commit("autofix-ci[bot] <114827586+autofix-ci[bot]@users.noreply.github.com>", "Tidy")}
		}, "autonomous devin:strong @ana"},
		{"a workflow prepares, an agent does the work", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit("github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>", "Begin"), commit(devin, "Add")}
		}, "autonomous devin:strong @ana"},
		{"the same on GitHub's pages", by(ana, "Update main.go\n\n"+claudes, github), "none"},
	}
	for _, c := range cases {
		t.Run(c.why, func(t *testing.T) {
			a := BuiltIn().Attribute(anas(c.change))
			if got := told(&a); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
