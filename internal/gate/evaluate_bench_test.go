package gate_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// large is Copilot's pull request of n files, a third of them tests, each with 33 changed lines and one more in every
// third: 100,000 at 3,000 files. Every fact is known and every check has its work.
func large(n int) *pull.Request {
	r := &pull.Request{
		Repo: "acme/api", Number: 12, URL: "https://github.com/acme/api/pull/12", Title: "Rename the accounts", State: pull.Open,
		Author: pull.Account{Login: "Copilot", ID: 198982749, Type: pull.Bot},
		Head:   pull.Branch{Repo: "acme/api", Name: "copilot/rename-accounts", SHA: strings.Repeat("a", 40)},
		Base:   pull.Branch{Repo: "acme/api", Name: "main", SHA: strings.Repeat("b", 40)},
		Body: "Fixes #7\n\n## What\n\nEvery account has a name of its own now.\n\n## Why\n\nTwo shops of one owner could not be told apart.\n\n" +
			"## How it was tested\n\nAdded tests for all modules; no new dependencies, no behaviour change.\n\n" + strings.Repeat("- renamed one more of `account` in module\n", 500),
		Issues: []pull.Issue{{
			IssueRef: pull.IssueRef{Repo: "acme/api", Number: 7}, Closes: true, State: pull.Open, Title: "Accounts need names",
			Body: "Two shops of one owner cannot be told apart in any list. Give every account a name of its own, and show it wherever the account is shown.",
		}},
		Owners: pull.Document{Path: ".github/CODEOWNERS", Text: "* @acme/core\n"},
		Known:  pull.AllFacts,
	}
	for i := range 100 {
		r.Commits = append(r.Commits, pull.Commit{
			SHA: fmt.Sprintf("%040x", i), Message: "Rename accounts\n\nCo-authored-by: Mira <mira@acme.example>",
			Author: pull.Person{Name: "copilot-swe-agent[bot]", Email: "198982749+Copilot@users.noreply.github.com", Account: r.Author},
		})
	}
	for i := range n {
		name := fmt.Sprintf("services/s%d/src/module%d/account%d.ts", i%20, i%50, i-i%3)
		if i%3 == 2 {
			name = fmt.Sprintf("services/s%d/src/module%d/account%d.test.ts", i%20, i%50, i-2)
		}
		added, removed := 17, 16
		if i%3 == 0 {
			added++
		}
		r.Files = append(r.Files, pull.File{
			Path: fmt.Sprintf("p%d/%s", i/3, name), Status: pull.Modified, Mode: "100644", PreviousMode: "100644",
			Added: added, Removed: removed, Patch: patch(i, added, removed),
		})
	}
	return r
}

// patch is two hunks with lines around them, as a patch of GitHub's is.
func patch(seed, added, removed int) string {
	var p strings.Builder
	half := func(start, added, removed int) {
		fmt.Fprintf(&p, "@@ -%d,%d +%d,%d @@ export class Account%d {\n   private id: string;\n   constructor(id: string) {\n\n", start, removed+5, start, added+5, seed)
		for i := range removed {
			fmt.Fprintf(&p, "-    this.names.set(%d, account.name(%d));\n", i, seed)
		}
		for i := range added {
			fmt.Fprintf(&p, "+    this.accounts.set(%d, account.fullName(%d, locale));\n", i, seed)
		}
		p.WriteString("   }\n \n")
	}
	half(10, added/2, removed/2)
	half(100, added-added/2, removed-removed/2)
	return strings.TrimSuffix(p.String(), "\n")
}

// everything has each check at work, a rule that goes by the risk, and rules of the organisation's own.
const everything = `version: 1
mode: enforce
checks:
  approvals: {level: warn, from: [owners]}
  disclosure: {level: warn, without: ask}
  custom:
    level: warn
    rules:
      - {name: no prints, each: file, must: '!file.added_text.contains("console.log")', message: It prints.}
rules:
  - {name: dear, when: {risk: [medium, high]}, checks: {size: {level: warn, max_lines: 900}}}
`

// BenchmarkEvaluate is the whole decision with every check. The budget is 500 ms and 300 MB at 3,000 files with 100,000
// changed lines, and twelve times as much for ten times the files.
func BenchmarkEvaluate(b *testing.B) {
	p, problems := policy.Load(all.Checks, agent.BuiltIn().Names(), policy.Layer{Name: policy.RepositoryLayer, Source: "bench", Text: everything})
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, n := range []int{300, 3000, 30000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			r := large(n)
			b.ReportAllocs()
			for b.Loop() {
				report := gate.Evaluate(r, p, now)
				if len(report.Verdicts) != len(all.Checks) {
					b.Fatalf("%d verdicts of %d checks: %s", len(report.Verdicts), len(all.Checks), report.Summary)
				}
				for _, v := range report.Verdicts {
					if v.Outcome == check.Errored {
						b.Fatalf("%s: %s", v.Check, v.Summary)
					}
				}
			}
		})
	}
}
