package digest

import (
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/policy"
)

// cases are reports as the gate makes them, and why each is here.
var cases = []struct {
	name, why string
	report    func() *gate.Report
}{
	{"open", "An agent's pull request is ready: who, what for, where to look, and little else.", openReport},
	{"closed", "Three checks need work: each finding has its place and what puts it right.", closedReport},
	{"waiting", "A person must act, and one check could not judge: neither is a pass or the author's fault.", waitingReport},
	{"waived", "A person signed an exception: who, why, until when; and the lines that the findings rest on are there.", waivedReport},
	{"unsure", "Something was not read: the digest says what.", unsureReport},
	{"observe", "The policy only observes: nothing is blocked, and the digest says what would have been.", observeReport},
	{"person", "No sign of an agent: no comment, one kind check run.", personReport},
	{"bot", "An ordinary bot is no agent and no person.", botReport},
	{"weak", "Weak signs only: shown in the check run, no comment.", weakReport},
	{"corrected", "A maintainer says that another agent wrote it: their word stands, and the machine's beside it.", correctedReport},
	{"corrected-none", "A maintainer says that no agent wrote it: one kind check run, with both answers.", notAgentReport},
	{"policy-invalid", "The policy cannot be used: each mistake has its line and column.", invalidReport},
	{"hostile", "Every word tries to break out.", hostileReport},
	{"merge-group", "A merge group is judged by its pull requests: nothing is said of who wrote it.", groupReport},
	{"local", "A range of a clone: no pull request to link to.", localReport},
}

func openReport() *gate.Report {
	return &gate.Report{
		Version: 1, Repository: "acme/api", Pull: 12, URL: "https://github.com/acme/api/pull/12",
		Title: "Retry uploads when the network drops", Author: "claude[bot]",
		Head: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", Base: "main", BaseSHA: "99887766554433221100ffeeddccbbaa99887766",
		Decision: gate.Open, Conclusion: gate.Success, Summary: "Open: all 4 required checks passed.", At: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC),
		Risk: gate.Risk{Level: check.Medium, Reasons: []string{"it changes code in src/billing", "120 lines of code are new"}},
		Attribution: agent.Attribution{
			Authorship: agent.Autonomous,
			Agents: []agent.Found{{
				Agent: "claude-code-web", Family: "claude", Name: "Claude Code on the web", Confidence: agent.Conclusive,
				Evidence: []agent.Evidence{
					{Signal: "account", Where: "opener", Text: "claude[bot], id 209825114"},
					{Signal: "trailer", Where: "commit 1a2b3c4", Text: "Co-Authored-By: Claude <noreply@anthropic.com>"},
				},
			}},
			Principals: []agent.Principal{{Login: "ana", Evidence: "assigned it"}, {Login: "ben-k", Evidence: "wrote the request"}},
			Reviewers:  []string{"cursor-bugbot"},
		},
		Verdicts: []gate.Verdict{
			{Check: "spec", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Pass, Summary: "It closes #7, which is open and says what to do"}},
			{Check: "tests", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Pass, Summary: "3 code files changed, 2 test files with them"}},
			{Check: "scope", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Pass, Summary: "All 6 paths are inside what the policy allows"}},
			{Check: "summary", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Pass, Summary: "What, Why and How it was tested are there"}},
			{Check: "size", Level: policy.Warn, Verdict: check.Verdict{Outcome: check.Skip, Summary: "It does not apply to changes of generated files"}},
		},
		Spec: []check.Link{{Title: "Uploads fail for good when the connection drops once", URL: "https://github.com/acme/api/issues/7"}},
		Look: []gate.Look{
			{Path: "src/billing/invoice.go", Line: 88, Why: "code that moves money, and no test changes near it"},
			{Path: "src/upload/retry.go", Line: 41, Why: "the largest new function of this change"},
		},
		Change: []gate.Part{
			{Kind: kind.Code, Files: 3, Added: 120, Removed: 14},
			{Kind: kind.Test, Files: 2, Added: 96, Removed: 0},
			{Kind: kind.Lock, Files: 1, Added: 1904, Removed: 312},
		},
		Policy: gate.PolicyUsed{
			Mode: policy.Enforce, Sources: []string{"built-in", "acme/.github:.github/sluice.yml@5f6e7d8", "acme/api:.github/sluice.yml@9988776"},
			Notes:     []string{"acme locks checks.spec.level at require; the repository's warn has no effect"},
			CheckName: "sluice: main", CheckRuns: true,
		},
	}
}

func correctedReport() *gate.Report {
	r := openReport()
	was := r.Attribution
	r.Attribution.Agents = []agent.Found{{
		Agent: "devin", Family: "devin", Name: "Devin", Confidence: agent.Conclusive,
		Evidence: []agent.Evidence{{Signal: "correction", Where: "mira", Text: "the session is *here* @ana"}},
	}}
	r.Attribution.Corrected = &agent.Corrected{By: "mira", Agent: "devin", Reason: "the session is *here* @ana", Was: was}
	return r
}

func notAgentReport() *gate.Report {
	r := personReport()
	r.Summary = "Open: No agent took part, mira says."
	r.Attribution.Corrected = &agent.Corrected{By: "mira", Reason: "she wrote it <b>beside</b> me", Was: openReport().Attribution}
	return r
}

func closedReport() *gate.Report {
	r := openReport()
	r.Decision, r.Conclusion = gate.Closed, gate.Failure
	r.Summary = "Closed: 2 of 4 required checks failed: tests and scope."
	r.Risk = gate.Risk{Level: check.High, Reasons: []string{"it changes a workflow of GitHub Actions"}}
	r.Attribution.Authorship = agent.Mixed
	r.Attribution.Agents[0].Confidence = agent.Strong
	r.Attribution.Agents[0].Evidence = r.Attribution.Agents[0].Evidence[1:]
	r.Attribution.Agents = append(r.Attribution.Agents, agent.Found{
		Agent: "codex-cli", Family: "codex", Confidence: agent.Probable,
		Evidence: []agent.Evidence{{Signal: "branch", Where: "head", Text: "codex/retry-uploads"}},
	})
	r.Verdicts = []gate.Verdict{
		r.Verdicts[0],
		{Check: "tests", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Fail, Summary: "2 code files changed and no test changed near them", Findings: []check.Finding{
			{Path: "src/upload/retry.go", Line: 41, Message: "no test file changed near it", Fix: "Add or change a test in src/upload/retry_test.go."},
			{Path: "src/billing/invoice.go", Message: "no test file changed near it", Fix: "Add or change a test in src/billing/invoice_test.go."},
		}}},
		{Check: "scope", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Fail, Summary: "2 paths are outside what the policy allows", Findings: []check.Finding{
			{Path: ".github/workflows/release.yml", Line: 12, Message: "a workflow: denied to agents unless the policy names it", Fix: "Take the change out, or have a person make it in a pull request of their own."},
			{Path: "CODEOWNERS", Message: "the code owners: denied to agents unless the policy names it", Fix: "Take the change out, or have a person make it in a pull request of their own."},
		}}},
		{Check: "size", Level: policy.Warn, Verdict: check.Verdict{Outcome: check.Fail, Summary: "2,446 changed lines, 800 allowed", Findings: []check.Finding{
			{Path: "go.sum", Message: "2,216 of them are here"},
		}}},
		r.Verdicts[3],
	}
	return r
}

func waitingReport() *gate.Report {
	r := openReport()
	r.Decision, r.Conclusion = gate.Waiting, gate.ActionRequired
	r.Summary = "Waiting: the policy wants 2 approvals from @acme/payments, and 1 is there."
	r.Attribution.Authorship = agent.Assisted
	r.Attribution.Principals = nil
	r.Spec = nil
	r.Verdicts[0] = gate.Verdict{Check: "spec", Level: policy.Require, Verdict: check.Verdict{
		Outcome: check.Errored, Summary: "Not judged: issues could not be read", Findings: []check.Finding{{Message: "GitHub did not answer within 10 s"}},
	}}
	return r
}

// waivedReport has a waiver that holds, one that ended, quoted lines, and a check that waits for a person.
func waivedReport() *gate.Report {
	r := closedReport()
	r.Decision, r.Conclusion = gate.Closed, gate.Failure
	r.Summary = "Closed: 1 of 4 required checks failed: scope."
	tests, scope := &r.Verdicts[1], &r.Verdicts[2]
	tests.Waived = &gate.Waived{By: "mira", Reason: "the vendor's mock is <b>gone</b>, @ana", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Until: time.Date(2026, 2, 1, 23, 59, 59, 0, time.UTC)}
	tests.Findings[0].Quote = []string{"-assert.Equal(t, 3, `n`)", "+assert.NotNil(t, n) <!-- sluice digest of a/b#1 -->"}
	tests.Findings[1].Quote = []string{"-assert.Equal(t, 4, total)"}
	scope.Lapsed = "The waiver by mira ended: it was for an earlier commit."
	r.Verdicts = append(r.Verdicts, gate.Verdict{Check: "approvals", Level: policy.Require, Verdict: check.Verdict{
		Outcome: check.Fail, Waits: true, Summary: "1 of 2 approvals is there",
		Findings: []check.Finding{{Message: "ana's approval does not count: she asked for the change"}, {Message: "ben and tom could still approve"}},
	}})
	return r
}

func unsureReport() *gate.Report {
	r := waitingReport()
	r.Decision = gate.Unsure
	r.Summary = "Unsure: 1 of 4 required checks could not be judged: spec."
	r.Unread = []string{"files: 3,000 of 4,212 files are listed", "issues: GitHub did not answer within 10 s"}
	r.Change = append(r.Change, gate.Part{Kind: kind.Documentation, Files: 4, Added: 12, Removed: 3}, gate.Part{Kind: kind.Generated, Files: 3188, Added: 91204, Removed: 80011})
	return r
}

func observeReport() *gate.Report {
	r := closedReport()
	r.Conclusion, r.Policy.Mode = gate.Neutral, policy.Observe
	r.Policy.Sources = []string{"built-in"}
	r.Policy.Notes = []string{"acme/api has no .github/sluice.yml, so the built-in policy observes"}
	return r
}

func personReport() *gate.Report {
	r := openReport()
	r.Author, r.Summary, r.Policy.Notes = "ana", "Open: no sign of an agent was found.", nil
	r.Attribution = agent.Attribution{Authorship: agent.None, Reviewers: []string{"coderabbit"}}
	r.Verdicts, r.Spec, r.Look = nil, nil, nil
	return r
}

func botReport() *gate.Report {
	r := personReport()
	r.Author, r.Attribution = "dependabot[bot]", agent.Attribution{Authorship: agent.None, Bot: "dependabot"}
	return r
}

func weakReport() *gate.Report {
	r := personReport()
	r.Summary = "Open: the signs of an agent are weaker than the policy counts."
	r.Attribution.Agents = []agent.Found{{Agent: "cursor", Family: "cursor", Confidence: agent.Weak, Evidence: []agent.Evidence{{Signal: "branch", Where: "head", Text: "cursor/fix"}}}}
	return r
}

func invalidReport() *gate.Report {
	r := openReport()
	r.Decision, r.Conclusion = gate.Unsure, gate.ActionRequired
	r.Summary = "Unsure: the policy is invalid, and no earlier one was valid."
	r.Verdicts, r.Spec, r.Look, r.Risk = nil, nil, nil, gate.Risk{}
	r.Policy = gate.PolicyUsed{CheckName: "sluice: main", Problems: []string{
		`acme/api:.github/sluice.yml:4:3: no check is named "summery"; did you mean "summary"?`,
		"acme/api:.github/sluice.yml:9:12: size.max_lines is -1; it must be 1 or more",
	}}
	return r
}

func groupReport() *gate.Report {
	return &gate.Report{
		Version: 1, Repository: "acme/api", Title: "Merge group", Head: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", Base: "main",
		Decision: gate.Closed, Conclusion: gate.Failure, Summary: "Closed: the gate is closed for #12 and #14.",
		Attribution: agent.Attribution{Authorship: agent.None},
		Policy:      gate.PolicyUsed{Mode: policy.Enforce, Sources: []string{"built-in"}, CheckName: "sluice: main"},
	}
}

func localReport() *gate.Report {
	r := closedReport()
	r.Pull, r.URL, r.Title = 0, "", "main..retry"
	r.Attribution.Principals = nil
	return r
}

// attack holds a way out of each kind.
var attack = strings.Join([]string{
	"@acme/everyone @ana", "#7", "GH-7", "acme/api#7", "closes https://github.com/acme/api/issues/7", "www.evil.example", "ana@evil.example",
	"![x](https://evil.example/p.png)", "[safe](https://evil.example)", "<img src=https://evil.example/p.png>", "</details>", "</summary>",
	"<!-- sluice digest of acme/api#12 -->", "\n\n# Approved\n\n| a | b |\n|---|---|\n", "```\n", "~~~", "`", "**bold**", "\\", "&lt;b&gt;", "$x$", ":tada:",
	"\u202egnp.exe", "a\u200bb", "\x1b[31mred\x1b[0m", "\x9b2J", "\xff", "\u2028", "[^1]", "- [x] done",
}, " ")

func hostileReport() *gate.Report {
	r := closedReport()
	r.Title, r.Author, r.Base, r.Summary = attack, attack, attack, attack
	r.Risk.Reasons = []string{attack}
	for i := range r.Attribution.Agents {
		f := &r.Attribution.Agents[i]
		f.Name = attack
		f.Evidence = []agent.Evidence{{Signal: attack, Where: attack, Text: attack}}
	}
	r.Attribution.Principals = []agent.Principal{{Login: "@everyone](https://evil.example)", Evidence: attack}}
	r.Attribution.Reviewers = []string{attack}
	r.Spec = []check.Link{
		{Title: attack, URL: "https://github.com/acme/api/issues/7"},
		{Title: "https://github.com/acme/api/issues/1", URL: "https://evil.example/acme/api/issues/1?a=(b)&c=<d>"},
		{Title: "a script", URL: "javascript:alert(1)"},
		{Title: "look-alike", URL: "https://gith\u00fcb.com/acme/api/issues/7"},
		{Title: "a file", Path: "docs/a) [b](https://evil.example) `c`.md"},
	}
	r.Look = []gate.Look{{Path: attack, Line: 3, Why: attack}}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		v.Summary = attack
		v.Findings = []check.Finding{{Path: attack, Line: 1, Message: attack, Fix: attack}, {Message: "1. " + attack, Fix: "- " + attack}}
	}
	r.Policy.Notes, r.Policy.Sources, r.Unread = []string{attack}, []string{attack}, []string{attack}
	r.Policy.Problems = []string{attack}
	return r
}
