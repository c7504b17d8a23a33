package agent

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

// anas is a plain pull request of a person, which a case changes.
func anas(change func(*pull.Request)) *pull.Request {
	r := &pull.Request{
		Repo: "acme/api", Number: 12, Title: "Add a thing", Known: pull.AllFacts,
		Author: pull.Account{Login: "ana", ID: 7, Type: pull.User}, Head: pull.Branch{Name: "thing"},
		Commits: []pull.Commit{commit("Ana <ana@acme.example>", "Add a thing")},
	}
	change(r)
	return r
}

func commit(author, message string) pull.Commit {
	name, email := address(author)
	return pull.Commit{SHA: "1a2b3c4d", Message: message, Author: pull.Person{Name: name, Email: email}, Parents: []string{"0"}}
}

// told is an attribution in one line.
func told(a *Attribution) string {
	var b strings.Builder
	b.WriteString(string(a.Authorship))
	for _, f := range a.Agents {
		fmt.Fprintf(&b, " %s:%s", f.Agent, f.Confidence)
	}
	if a.Bot != "" {
		b.WriteString(" bot:" + a.Bot)
	}
	for _, r := range a.Reviewers {
		b.WriteString(" reviewer:" + r)
	}
	for _, p := range a.Principals {
		b.WriteString(" @" + p.Login)
	}
	if len(a.Conflicts) > 0 {
		fmt.Fprintf(&b, " conflicts:%d", len(a.Conflicts))
	}
	return b.String()
}

const (
	claudes  = "Co-Authored-By: Claude <noreply@anthropic.com>"
	cursors  = "Co-authored-by: Cursor <cursoragent@cursor.com>"
	copilots = "Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>"
	devin    = "Devin AI <158243242+devin-ai-integration[bot]@users.noreply.github.com>"
	ana      = "Ana <ana@acme.example>"
)

func TestAttribute(t *testing.T) {
	cases := []struct {
		why    string
		change func(*pull.Request)
		want   string
	}{
		{"nothing says that a person wrote it", func(*pull.Request) {}, "none"},
		{"the opener's account is vouched for", func(r *pull.Request) {
			r.Author = pull.Account{Login: "devin-ai-integration[bot]", ID: 158243242, Type: pull.Bot}
		}, "autonomous devin:conclusive"},
		{"a login without its id is text", func(r *pull.Request) {
			r.Author = pull.Account{Login: "Copilot", Type: pull.User}
		}, "autonomous copilot-coding-agent:strong"},
		{"another account has taken the login", func(r *pull.Request) {
			r.Author = pull.Account{Login: "Copilot", ID: 4, Type: pull.User}
		}, "none"},
		{"a commit by the agent's account with a verified signature", func(r *pull.Request) {
			c := commit(devin, "Add a thing")
			c.Author.Account, c.Verification.Verified = pull.Account{Login: "devin-ai-integration[bot]", ID: 158243242}, true
			r.Commits = []pull.Commit{c}
		}, "autonomous devin:conclusive @ana"},
		{"the same without a signature is text", func(r *pull.Request) {
			c := commit(devin, "Add a thing")
			c.Author.Account = pull.Account{Login: "devin-ai-integration[bot]", ID: 158243242}
			r.Commits = []pull.Commit{c}
		}, "autonomous devin:strong @ana"},
		{"the login that GitHub finds for a commit, without its id, is text", func(r *pull.Request) {
			r.Commits = []pull.Commit{{Message: "Add a thing", Author: pull.Person{Account: pull.Account{Login: "cursoragent"}}}}
		}, "autonomous cursor:strong @ana"},
		{"a trailer assists", func(r *pull.Request) { r.Commits[0].Message += "\n\n" + claudes }, "assisted claude-code:strong @ana"},
		{"a trailer on one of many commits assists", func(r *pull.Request) {
			r.Commits = append(r.Commits, commit(ana, "More\n\n"+claudes), commit(ana, "Yet more"))
		}, "assisted claude-code:strong @ana"},
		{"a trailer that folds", func(r *pull.Request) {
			r.Commits[0].Message += "\n\nCo-authored-by: Claude\n <noreply@anthropic.com>"
		}, "assisted claude-code:strong @ana"},
		{"the key's case does not matter", func(r *pull.Request) {
			r.Commits[0].Message += "\n\nco-AUTHORED-by: Claude <NoReply@Anthropic.com>"
		}, "assisted claude-code:strong @ana"},
		{"a trailer in the middle is prose", func(r *pull.Request) {
			r.Commits[0].Message += "\n\n" + claudes + "\n\nThat is how it looked."
		}, "none"},
		{"a subject is no trailer", func(r *pull.Request) { r.Commits[0].Message = claudes }, "none"},
		{"a merge's words are others'", func(r *pull.Request) {
			r.Commits = append(r.Commits, commit(ana, "Merge branch 'main' into thing\n\n"+claudes))
		}, "none"},
		{"a revert's words are others'", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(ana, "Revert \"Add\"\n\nThis reverts commit 0123456.\n\n"+claudes)}
		}, "none"},
		{"a cherry-pick's words are others'", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(ana, "Add\n\n"+claudes+"\n(cherry picked from commit 0123456)")}
		}, "none"},
		{"another pull request's squash is another's", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(ana, "Add (#7)\n\n"+claudes)}
		}, "none"},
		{"this pull request's squash is this one's", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(ana, "Add (#12)\n\n"+claudes)}
		}, "assisted claude-code:strong @ana"},
		{"the commits of this one's squash keep theirs", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(ana, "Add (#12)\n\n* Begin\n\nMade-with: Cursor\n\n* Go on\n\nIt goes on.")}
		}, "assisted cursor:strong @ana"},
		{"what another one's squash lists does not count", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(ana, "Add (#7)\n\n* Begin\n\nMade-with: Cursor\n\n* Go on")}
		}, "none"},
		{"a list in a commit of one's own is prose", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(ana, "Add\n\n* Begin\n\nMade-with: Cursor\n\n* Go on")}
		}, "none"},
		{"a suggestion that was taken touches", func(r *pull.Request) {
			c := commit(ana, "Apply suggestions from code review\n\n"+copilots)
			c.Committer = pull.Person{Name: "GitHub", Email: webFlow}
			r.Commits = append(r.Commits, c)
		}, "none reviewer:copilot-review"},
		{"an agent's trailer on a suggestion that was taken", func(r *pull.Request) {
			c := commit(ana, "Update main.go\n\n"+cursors)
			c.Committer = pull.Person{Name: "GitHub", Email: webFlow}
			r.Commits = append(r.Commits, c)
		}, "none"},
		{"two agents in one pull request", func(r *pull.Request) {
			r.Head.Name = "codex/fix-login"
			r.Commits = []pull.Commit{commit(devin, "Fix login")}
		}, "autonomous devin:strong codex:probable @ana"},
		{"a person begins, an agent goes on", func(r *pull.Request) {
			r.Commits = append(r.Commits, commit(devin, "Finish it"))
		}, "mixed devin:strong @ana"},
		{"an agent begins, a person mends", func(r *pull.Request) {
			r.Commits = []pull.Commit{commit(devin, "Add"), commit(ana, "Mend")}
		}, "autonomous devin:strong @ana"},
		{"a claim against what is vouched for", func(r *pull.Request) {
			r.Author = pull.Account{Login: "devin-ai-integration[bot]", ID: 158243242, Type: pull.Bot}
			r.Body = "Adds.\n\n🤖 Generated with [Claude Code](https://claude.ai/code)"
		}, "autonomous devin:conclusive claude-code:strong conflicts:1"},
		{"a box that denies what a trailer says", func(r *pull.Request) {
			r.Body = "- [x] This was NOT assisted by AI\n- [ ] AI was used"
			r.Commits[0].Message += "\n\n" + claudes
		}, "assisted claude-code:strong @ana conflicts:1"},
		{"a box that denies, and nothing says otherwise", func(r *pull.Request) {
			r.Body = "- [x] This was NOT assisted by AI"
		}, "none"},
		{"two weak signs of two kinds are probable", func(r *pull.Request) {
			r.Head.Name, r.Labels = "jules/fix", []string{"jules"}
		}, "autonomous jules:probable @ana"},
		{"one weak sign stays weak", func(r *pull.Request) { r.Head.Name = "devin/refactor" }, "autonomous devin:weak @ana"},
		{"a label says nothing of how", func(r *pull.Request) {
			r.Head.Name, r.Labels = "codex/split-slow-tests", []string{"codex"}
		}, "autonomous codex:probable @ana"},
		{"a bot's commits, and nobody told who opened it", func(r *pull.Request) {
			r.Author, r.Commits = pull.Account{}, []pull.Commit{commit("pre-commit-ci[bot] <66853113+pre-commit-ci[bot]@users.noreply.github.com>", "Update")}
		}, "none bot:pre-commit-ci"},
		{"two labels are one kind", func(r *pull.Request) { r.Labels = []string{"codex", "Codex"} }, "assisted codex:weak @ana"},
		{"an ordinary bot quotes others", func(r *pull.Request) {
			r.Author = pull.Account{Login: "renovate[bot]", ID: 29139614, Type: pull.Bot}
			r.Body = "Release notes:\n\n" + claudes + "\n\n🤖 Generated with [Claude Code](https://claude.ai/code)"
			r.Commits = []pull.Commit{commit("renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>", "Update x\n\n"+claudes)}
		}, "none bot:renovate"},
		{"a bot that nobody knows", func(r *pull.Request) {
			r.Author = pull.Account{Login: "acme-sync[bot]", ID: 99, Type: pull.Bot}
		}, "none bot:acme-sync"},
		{"a workflow runs an agent", func(r *pull.Request) {
			r.Author = pull.Account{Login: "github-actions[bot]", ID: 41898282, Type: pull.Bot}
			r.Commits = []pull.Commit{commit("claude[bot] <41898282+claude[bot]@users.noreply.github.com>", "Add\n\nCo-authored-by: Bo Berg <123+boberg@users.noreply.github.com>")}
		}, "autonomous claude-code-action:strong bot:github-actions @boberg"},
		{"a reviewer's block in a person's description", func(r *pull.Request) {
			r.Body = "Adds.\n\n<!-- CURSOR_SUMMARY -->\n---\n\n> [!NOTE]\n> **Low Risk**\n> <sup>Reviewed by [Cursor Bugbot](https://cursor.com/bugbot) for commit 1.</sup>\n<!-- /CURSOR_SUMMARY -->"
		}, "none reviewer:cursor-bugbot"},
		{"a template's open box", func(r *pull.Request) { r.Body = "- [ ] This was made with Claude Code" }, "none"},
		{"people called like agents", func(r *pull.Request) {
			r.Author.Login = "devin"
			r.Commits = []pull.Commit{commit("Devin Claude <devin@jules.example>", "Move the cursor\n\nCo-authored-by: Cody Devin <cody@acme.example>")}
		}, "none"},
		{"nobody knows who opened it", func(r *pull.Request) {
			r.Author, r.Commits[0].Message = pull.Account{}, "Add\n\n"+claudes
		}, "assisted claude-code:strong"},
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

// Every signal that does not count says why.
func TestExplainRejects(t *testing.T) {
	_, signals := BuiltIn().Explain(anas(func(r *pull.Request) {
		r.Body = "```\n🤖 Generated with [Claude Code](https://claude.ai/code)\n```\n> https://app.devin.ai/sessions/0123456789abcdef0123456789abcdef\n"
		r.Commits = append(r.Commits, commit(ana, "Merge branch 'main' into thing\n\n"+cursors))
	}))
	got := map[string]string{}
	for _, s := range signals {
		got[s.Agent] = s.Rejected
	}
	want := map[string]string{"claude-code": "in code", "devin": "in a quote", "cursor": "a merge"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

// Letters of another alphabet make nobody an agent, and are shown.
func TestLookAlikes(t *testing.T) {
	a, signals := BuiltIn().Explain(anas(func(r *pull.Request) {
		r.Commits = []pull.Commit{
			commit("Cursor Agent <cursoragent@cursоr.com>", "Add a thing"),
			commit("Анна <anna@acme.example>", "Add\n\nCo-Authored-By: Сlaude <noreply@anthropiс.com>"),
			commit("José <jose@acme.example>", "Add\n\nCo-authored-by: Zoë Müller <zoe@acme.example>"),
		}
	}))
	var got []string
	for _, s := range signals {
		got = append(got, s.Agent+": "+s.Rejected)
	}
	want := []string{"cursor: " + lookAlike, "claude-code: " + lookAlike}
	if diff := cmp.Diff(got, want); diff != "" || a.Authorship != None {
		t.Errorf("%s (-got +want)\n%s", told(&a), diff)
	}
}

func TestCommitsAreShared(t *testing.T) {
	a := BuiltIn().Attribute(anas(func(r *pull.Request) {
		r.Commits = []pull.Commit{commit(ana, "Begin"), commit(devin, "Go on"), commit(ana, "Help\n\n"+claudes)}
		for i := range r.Commits {
			r.Commits[i].SHA = fmt.Sprintf("c%d", i)
		}
	}))
	want := []Share{{SHA: "c1", Agents: []string{"devin"}, How: Autonomous}, {SHA: "c2", Agents: []string{"claude-code"}, How: Assisted}}
	if diff := cmp.Diff(a.Commits, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

func TestAttributionJSON(t *testing.T) {
	for _, a := range []Attribution{
		{Authorship: None},
		{Authorship: None, Bot: "dependabot", Reviewers: []string{"greptile"}},
		{Authorship: Assisted, Agents: []Found{{Agent: "aider", Family: "aider", Confidence: Strong}}, Conflicts: []string{"x"}},
	} {
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), `"bot":`) || strings.Contains(string(data), `"principals":null`) {
			t.Errorf("%s: bot is missing, or a list is null", data)
		}
		var back Attribution
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(back); string(again) != string(data) {
			t.Errorf("%s reads back as %s", data, again)
		}
	}
}

// An organisation's own agent is recognised like any other, and may take the place of a built-in one.
func TestWith(t *testing.T) {
	own, problems := Parse("own", []byte("slug: acme-coder\nname: Coder of Acme\naccounts: [{login: 'acme-coder[bot]', id: 424242, source: ours}]\ntrailers: [{key: Made-by, value: '^acme-coder$', source: ours}]\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c := BuiltIn().With(own)
	a := c.Attribute(anas(func(r *pull.Request) { r.Commits[0].Message += "\n\nMade-by: acme-coder" }))
	if got := told(&a); got != "assisted acme-coder:strong @ana" {
		t.Errorf("got %s", got)
	}
	a = c.Attribute(anas(func(r *pull.Request) {
		r.Author = pull.Account{Login: "acme-coder[bot]", ID: 424242, Type: pull.Bot}
	}))
	if got := told(&a); got != "autonomous acme-coder:conclusive" {
		t.Errorf("got %s", got)
	}
	if a := BuiltIn().Attribute(anas(func(r *pull.Request) { r.Commits[0].Message += "\n\nMade-by: acme-coder" })); len(a.Agents) > 0 {
		t.Errorf("the built-in catalog was changed: %s", told(&a))
	}
}

func TestParseMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"slug: Acme":                             `the slug "Acme" is not in lower case with hyphens`,
		"slug: acme\ntrailers: [{key: Made-by}]": "acme: trailer made-by has no source: say where it is known from",
		"slug: acme\ntrailers: [{key: a, source: b, strength: conclusive}]": "acme: trailer a is text, and text is never conclusive",
		"slug: acme\nbranchs: []":                        `did you mean "branches"?`,
		"slug: acme\nbranches: [{line: '(', source: x}]": "missing closing )",
	} {
		_, problems := Parse("own.yml", []byte(text))
		if len(problems) == 0 || !strings.Contains(problems[0].Error(), want) {
			t.Errorf("%q: got %v, want %s", text, problems, want)
		}
	}
}

func FuzzAttribute(f *testing.F) {
	f.Add("ana", "codex/x", "🤖 Generated with [Claude Code](https://claude.ai/code)", "Add\n\n"+claudes, "Ana", "ana@acme.example")
	f.Add("Copilot", "", "<!-- CURSOR_SUMMARY -->", "Merge branch 'x' into 'y'", "x[bot]", "1+x[bot]@users.noreply.github.com")
	f.Add("", "", "co-authored-by: İ <İ@users.noreply.github.com>", "a\n\nb: c\n d", "", "@users.noreply.github.com")
	f.Add("", "", "Requested by: @x", "a\n\nCo-authored-by: <>\nCo-authored-by: ><", "Devin AI", "158243242+devin-ai-integration[bot]@users.noreply.github.com")
	f.Fuzz(func(t *testing.T, login, branch, body, message, name, email string) {
		r := anas(func(r *pull.Request) {
			r.Author.Login, r.Head.Name, r.Body = login, branch, body
			r.Commits = []pull.Commit{{Message: message, Author: pull.Person{Name: name, Email: email}}, commit(devin, message)}
		})
		a := BuiltIn().Attribute(r)
		for _, found := range a.Agents {
			if found.Confidence == Conclusive && r.Author.ID == 7 {
				t.Errorf("text alone made %s conclusive", found.Agent)
			}
		}
		if _, err := json.Marshal(a); err != nil {
			t.Error(err)
		}
	})
}

// many repeats a line with a number of its own until there are size bytes.
func many(size int, format string) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()[:size]
}

// BenchmarkAttribute is one pull request with 250 commits and a description of 64 KB, the most that GitHub shows.
func BenchmarkAttribute(b *testing.B) {
	plain := strings.Repeat("Some words that say what was done and why, with `code` and a [link](https://acme.example).\n\n", 720)[:64<<10]
	bodies := map[string]string{
		"plain":      plain,
		"marked":     plain + "\n\n🤖 Generated with [Claude Code](https://claude.ai/code)\n",
		"backticks":  strings.Repeat("`", 64<<10),
		"megabytes":  strings.Repeat("`", 8<<20),
		"quotes":     strings.Repeat(">", 60<<10) + " claude code cursor co-authored-by:",
		"trailers":   many(64<<10, "Co-authored-by: a%d <a%[1]d@b.c>\n"),
		"messages":   many(64<<10, "Assisted-by: Claude %d\n"),
		"values":     many(64<<10, "Assisted-by: Claude %d\n"),
		"sessions":   many(64<<10, "generated with claude code cursor.com/agents?id=bc-%08d claude.ai/code/session_\n"),
		"look-alike": strings.Repeat("Сo-authored-by: Сlaude <noreply@аnthropic.com>\n", 1200),
	}
	for name, body := range bodies {
		r := anas(func(r *pull.Request) {
			r.Body, r.Commits = body, nil
			for i := range 250 {
				r.Commits = append(r.Commits, commit(ana, fmt.Sprintf("Change %d\n\nIt does a thing, and says so in a few words.\n\nSigned-off-by: Ana <ana@acme.example>\n%s", i, claudes)))
			}
		})
		if name == "messages" { // what no commit of good faith has
			for i := range r.Commits {
				r.Commits[i].Message = "Add\n\n" + body
			}
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				BuiltIn().Attribute(r)
			}
		})
	}
}
