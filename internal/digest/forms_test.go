package digest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

func TestMarker(t *testing.T) {
	r := openReport()
	marker := Marker(r)
	cases := []struct {
		why, body, repo string
		pull            int
		want            bool
	}{
		{"our comment", Comment(r), "acme/api", 12, true},
		{"another pull request's", Comment(r), "acme/api", 1, false},
		{"another repository's", Comment(r), "acme/apis", 12, false},
		{"a marker that is quoted", "> " + marker, "acme/api", 12, false},
		{"a marker further down", "Hello\n" + marker, "acme/api", 12, false},
		{"an empty body", "", "acme/api", 12, false},
	}
	for _, c := range cases {
		if got := Marked(c.body, c.repo, c.pull); got != c.want {
			t.Errorf("%s: %t, want %t", c.why, got, c.want)
		}
	}
	for _, repo := range []string{"a--b/c", "-->/x", "a/b--", "a\n/b"} {
		inner := strings.TrimSuffix(strings.TrimPrefix(MarkerOf(repo, 1), "<!--"), "-->")
		if strings.Contains(inner, "--") || strings.ContainsAny(inner, ">\n") {
			t.Errorf("the marker of %q closes its comment: %q", repo, inner)
		}
	}
}

// A comment is for agents' pull requests that the gate looked at; "no sign" never says who wrote it.
func TestCommentOnlyWhereAnAgentTookPart(t *testing.T) {
	ungated := openReport()
	ungated.Verdicts = nil
	denied := openReport()
	denied.Verdicts, denied.Decision = nil, gate.Closed
	unsurePerson := personReport()
	unsurePerson.Decision = gate.Unsure
	unsureWeak := weakReport()
	unsureWeak.Decision = gate.Unsure
	cases := []struct {
		why    string
		report *gate.Report
		want   bool
	}{
		{"an agent that the gate looked at", openReport(), true},
		{"an agent that the policy does not gate", ungated, false},
		{"an agent that is denied before any check", denied, true},
		{"no sign of an agent", personReport(), false},
		{"no sign, and something was not read", unsurePerson, false},
		{"weak signs", weakReport(), false},
		{"weak signs, and something was not read", unsureWeak, false},
		{"an ordinary bot", botReport(), false},
	}
	for _, c := range cases {
		if got := Comment(c.report) != ""; got != c.want {
			t.Errorf("%s: comment %t, want %t", c.why, got, c.want)
		}
	}
	run := CheckRun(personReport())
	for _, text := range []string{run.Title, run.Summary, Text(personReport(), Options{})} {
		if !strings.Contains(strings.ToLower(text), "no sign of a") || strings.Contains(text, "person") || strings.Contains(text, "human") {
			t.Errorf("a pull request without a sign reads %q", text)
		}
	}
}

func TestAnnotationLevels(t *testing.T) {
	cases := []struct {
		why     string
		level   policy.Level
		outcome check.Outcome
		mode    policy.Mode
		want    AnnotationLevel
	}{
		{"it closes the gate", policy.Require, check.Fail, policy.Enforce, Failure},
		{"it would close it", policy.Require, check.Fail, policy.Observe, Warning},
		{"it warns", policy.Warn, check.Fail, policy.Enforce, Warning},
		{"it could not judge", policy.Require, check.Errored, policy.Enforce, Notice},
		{"it passes with a remark", policy.Require, check.Pass, policy.Enforce, Notice},
	}
	for _, c := range cases {
		r := openReport()
		r.Policy.Mode = c.mode
		v := &gate.Verdict{Check: "size", Level: c.level, Verdict: check.Verdict{Outcome: c.outcome, Findings: []check.Finding{{Message: "of no file"}, {Path: "a.go", Message: "m"}}}}
		got := CheckRunFor(r, v).Annotations
		want := []Annotation{{Path: "a.go", StartLine: 1, EndLine: 1, Level: c.want, Title: "Sluice: size", Message: "m"}}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%s (-got +want)\n%s", c.why, diff)
		}
	}
}

func TestAddress(t *testing.T) {
	cases := []struct{ why, in, want string }{
		{"an issue", "https://github.com/acme/api/issues/7", "https://github.com/acme/api/issues/7"},
		{"a query", "https://a.example/?b=c&d=e#f", "https://a.example/?b=c&amp;d=e#f"},
		{"the end of a link", "https://a.example/a)b(c", "https://a.example/a%29b%28c"},
		{"other letters in a path", "https://a.example/ü", "https://a.example/%C3%BC"},
		{"a stray percent sign", "https://a.example/?%", "https://a.example/?%25"},
		{"a script", "javascript:alert(1)", ""},
		{"data", "data:text/html,x", ""},
		{"no host", "https:///a", ""},
		{"a name before the host", "https://github.com@evil.example/", ""},
		{"a look-alike host", "https://gith\u00fcb.com/", ""},
		{"a relative address", "/acme/api", ""},
		{"another line", "https://a.example/\nb", ""},
		{"too long to be one", "https://a.example/" + strings.Repeat("a", 3000), ""},
		{"nothing", "", ""},
	}
	for _, c := range cases {
		if got := address(c.in); got != c.want {
			t.Errorf("%s: address(%q) is %q, want %q", c.why, c.in, got, c.want)
		}
	}
}

// A link's text says where it leads, whatever its title claims.
func TestSpecLink(t *testing.T) {
	at := siteOf(openReport())
	cases := []struct {
		why  string
		link check.Link
		want string
	}{
		{"this repository", check.Link{Title: "T", URL: "https://github.com/acme/api/issues/7"}, "[#7](https://github.com/acme/api/issues/7) T"},
		{"another one", check.Link{Title: "T", URL: "https://github.com/acme/web/issues/7"}, "[acme/web#7](https://github.com/acme/web/issues/7) T"},
		{"the same path elsewhere", check.Link{Title: "#7", URL: "https://evil.example/acme/api/issues/7"}, "[`evil.example/acme/api/issues/7`](https://evil.example/acme/api/issues/7) \\#\u200b7"},
		{"a file", check.Link{Title: "T", Path: "docs/a b.md"}, "[`docs/a b.md`](https://github.com/acme/api/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/a%20b.md) T"},
		{"a page without a title", check.Link{Title: "https://wiki.acme.example/a?b", URL: "https://wiki.acme.example/a?b"}, "[`wiki.acme.example/a`](https://wiki.acme.example/a?b)"},
		{"no link", check.Link{Title: "T"}, "T"},
	}
	for _, c := range cases {
		if got := at.spec(c.link, 100); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
	if got, want := (site{}).spec(check.Link{Title: "T", Path: "a.md"}, 100), "`a.md` T"; got != want {
		t.Errorf("without a site: %s, want %s", got, want)
	}
}

func TestJSON(t *testing.T) {
	r := personReport()
	r.Attribution = agent.Attribution{Authorship: agent.None}
	r.At = time.Time{}
	r.Title = "a\u202e\u009b\U000e0041<b>`"
	data, err := JSON(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"agents": []`, `"verdicts": []`, `"title": "a\u202e\u009b\udb40\udc41<b>` + "`" + `"`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %s in\n%s", want, data)
		}
	}
	if bytes.Contains(bytes.Replace(data, []byte(`"bot": null`), nil, 1), []byte("null")) || bytes.Contains(data, []byte(`"at"`)) {
		t.Errorf("a null, or a time that was not set, in\n%s", data)
	}
	var back gate.Report
	if err := json.Unmarshal(data, &back); err != nil || back.Title != r.Title {
		t.Errorf("reads back as %q, %v, want %q", back.Title, err, r.Title)
	}
	var tree map[string]any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"version", "repository", "pull", "head", "base", "decision", "conclusion", "risk", "attribution", "verdicts", "policy"} {
		if _, ok := tree[key]; !ok {
			t.Errorf("no %q: others rely on it", key)
		}
	}
}

// An evaluation that comes to the same must not edit the comment, so the comment has no time.
func TestCommentHasNoTime(t *testing.T) {
	r := openReport()
	before := Comment(r)
	r.At = r.At.Add(time.Hour)
	if diff := cmp.Diff(Comment(r), before); diff != "" {
		t.Errorf("an hour later (-got +want)\n%s", diff)
	}
	if data, _ := JSON(r); !bytes.Contains(data, []byte(`"at": "2026-11-21T09:00:00Z"`)) {
		t.Errorf("the JSON has no time")
	}
}

// Every character of a fold is inert for a reader who knows no Markdown.
func TestFenced(t *testing.T) {
	block, _ := fenced(hostileReport(), 100)
	inner := strings.TrimSuffix(strings.TrimPrefix(block, "```json\n"), "\n```\n")
	if strings.ContainsAny(inner, "`<>") {
		t.Errorf("a backtick or an angle bracket in\n%s", inner)
	}
	var r gate.Report
	if err := json.Unmarshal([]byte(inner), &r); err != nil || r.Pull != 12 {
		t.Errorf("reads back as #%d, %v", r.Pull, err)
	}
}

func TestTerminal(t *testing.T) {
	r := closedReport()
	plain := Text(r, Options{})
	if strings.ContainsAny(plain, "\x1b✓✗│─") {
		t.Errorf("marks or colours in plain text:\n%s", plain)
	}
	if got := ansi.ReplaceAllString(Text(r, Options{Color: true}), ""); strings.Count(got, "\n") != strings.Count(plain, "\n") {
		t.Errorf("colour changes the lines:\n%s", got)
	}
	for _, line := range strings.Split(Text(r, Options{Width: 72}), "\n") {
		if columns(line) > 72 && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("%d columns, want at most 72: %s", columns(line), line)
		}
	}
	for _, s := range []struct {
		text string
		want int
	}{{"abc", 3}, {"変更", 4}, {"e\u0301", 1}, {"\x1b[1mab\x1b[0m", 2}} {
		if got := columns(s.text); got != s.want {
			t.Errorf("columns(%q) is %d, want %d", s.text, got, s.want)
		}
	}
}

func TestSARIFTakesSilenceForNoPass(t *testing.T) {
	type log struct {
		Runs []struct {
			Results     []struct{ RuleID, Level string }
			Invocations []struct {
				ExecutionSuccessful        bool
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
		}
	}
	r := waitingReport()
	r.Verdicts[1] = gate.Verdict{Check: "tests", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Fail, Summary: "no tests"}}
	data, err := SARIF(r)
	if err != nil {
		t.Fatal(err)
	}
	var l log
	if err := json.Unmarshal(data, &l); err != nil {
		t.Fatal(err)
	}
	run := l.Runs[0]
	if len(run.Results) != 1 || run.Results[0].RuleID != "tests" || run.Results[0].Level != "error" {
		t.Errorf("results are %v, want one of tests: a failure without findings is one", run.Results)
	}
	if i := run.Invocations[0]; i.ExecutionSuccessful || len(i.ToolExecutionNotifications) != 1 {
		t.Errorf("invocation is %+v, want a failed one with one notification", i)
	}
}

// The same report gives the same bytes, and showing it changes nothing in it.
func TestPure(t *testing.T) {
	for _, c := range cases {
		r, before := c.report(), c.report()
		var forms [][]byte
		for range 2 {
			j, _ := JSON(r)
			s, _ := SARIF(r)
			run := CheckRun(r)
			forms = append(forms, slices.Concat(j, s, []byte(Comment(r)+run.Title+run.Summary+run.Text+Text(r, Options{Color: true, Width: 80}))))
		}
		if !bytes.Equal(forms[0], forms[1]) {
			t.Errorf("%s differs from one time to the next", c.name)
		}
		if diff := cmp.Diff(r, before); diff != "" {
			t.Errorf("%s was changed (-got +want)\n%s", c.name, diff)
		}
	}
}

// Signs that contradict each other and what the pull request says of itself are shown in both forms, and what stands in
// them does not break out.
func TestContradictionsAndDeclarations(t *testing.T) {
	r := openReport()
	r.Attribution.Conflicts = []string{"The description says that no AI took part; the signs say that <b>X</b> did."}
	r.Attribution.Declared = []agent.Found{{Evidence: []agent.Evidence{{Signal: "declared", Where: "commit 1a2b3c4", Text: "Assisted-by: `X` @ana"}}}}
	comment, plain := Comment(r), Text(r, Options{Width: 100})
	for _, want := range []string{"- **Contradiction** The description says", "&lt;b&gt;X", "**Self-declared**", "Assisted-by"} {
		if !strings.Contains(comment, want) {
			t.Errorf("the comment lacks %q:\n%s", want, comment)
		}
	}
	for _, want := range []string{"conflict      The description says", "declared      commit 1a2b3c4: Assisted-by"} {
		if !strings.Contains(plain, want) {
			t.Errorf("the text lacks %q:\n%s", want, plain)
		}
	}
}
