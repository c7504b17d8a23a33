package digest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
	"pgregory.net/rapid"
)

// sized is a closed report with n findings in one check, each of whose texts is made by words.
func sized(n int, words func(i int) string) *gate.Report {
	r := closedReport()
	v := &r.Verdicts[1]
	v.Findings = nil
	for i := range n {
		v.Findings = append(v.Findings, check.Finding{Path: fmt.Sprintf("src/%05d.go", i), Line: i + 1, Message: words(i), Fix: "Fix " + words(i)})
	}
	return r
}

// Longer reports give way in the order that a reader would choose, and say so.
func TestLeavesOut(t *testing.T) {
	plain := func(i int) string { return fmt.Sprintf("finding %d says something of a usual length about a file", i) }
	cases := []struct {
		why    string
		report *gate.Report
		want   []string
		absent []string
	}{
		{"all fits", sized(20, plain), []string{"```json", "and 10 more, listed in the check run", `"path": "src/00019.go"`}, []string{"Left out", "It holds the first"}},
		{"the report as JSON is cut first", sized(10000, plain), []string{"```json", "It holds the first 100 findings", "and 9,990 more"}, []string{"Left out"}},
		{"then it goes", sized(10000, func(i int) string { return strings.Repeat("long ", 1000) + plain(i) }), []string{"Left out, because a comment has an end: the machine-readable report.", "✓ spec"}, []string{"```json"}},
		{"then what passes", padded(), []string{"what the passing checks saw", "✓ Passed: spec"}, []string{"```json", "- **✓ spec**"}},
	}
	for _, c := range cases {
		got := Comment(c.report)
		if len(got) > MaxComment {
			t.Errorf("%s: %d bytes, want at most %d", c.why, len(got), MaxComment)
		}
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q", c.why, want)
			}
		}
		for _, absent := range c.absent {
			if strings.Contains(got, absent) {
				t.Errorf("%s: has %q", c.why, absent)
			}
		}
		wellFormed(t, c.report, got)
	}
}

// padded is a report whose passing checks are too long to be shown.
func padded() *gate.Report {
	r := closedReport()
	for i := range 40 {
		v := gate.Verdict{Check: fmt.Sprintf("check-%d", i), Level: policy.Require, Verdict: check.Verdict{Outcome: check.Pass, Summary: "passes"}}
		for range 10 {
			v.Findings = append(v.Findings, check.Finding{Message: strings.Repeat("word ", 100)})
		}
		r.Verdicts = append(r.Verdicts, v)
	}
	return r
}

// Whatever the texts are, every form is inside GitHub's limits, is valid UTF-8 and breaks nothing off.
func TestFitsGitHub(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fits(t, wild(t))
	})
}

func TestFitsGitHubAtTheWorst(t *testing.T) {
	for name, text := range map[string]string{
		"plain": strings.Repeat("word ", 14000), "wide": strings.Repeat("変", 3000), "hidden": strings.Repeat("\u202e\U000e0041", 1500),
		"escaped": strings.Repeat("&<@", 3000), "fences": strings.Repeat("`", 9000), "marks": "a" + strings.Repeat("\u0301", 35000),
		"spaces": strings.Repeat(" ", 9000), "none": "",
	} {
		t.Run(name, func(t *testing.T) {
			r := hostileReport()
			r.Verdicts = r.Verdicts[1:2]
			fill(r, text)
			fits(t, r)
			if name != "hidden" && name != "escaped" { // the two that grow most
				return
			}
			many := sized(400, func(int) string { return text[:min(len(text), 300)] })
			many.Verdicts = many.Verdicts[1:2]
			many.Attribution.Principals = make([]agent.Principal, 500)
			many.Risk.Reasons = slices.Repeat([]string{text[:min(len(text), 300)]}, 500)
			fits(t, many)
		})
	}
}

// fill puts text into every field of r that an outsider could fill.
func fill(r *gate.Report, text string) {
	r.Title, r.Author, r.Base, r.Summary = text, text, text, text
	r.Risk.Reasons, r.Unread = []string{text, text}, []string{text}
	r.Policy.Notes, r.Policy.Problems, r.Policy.Sources = []string{text}, []string{text}, []string{text}
	r.Attribution.Principals = []agent.Principal{{Login: text, Evidence: text}}
	r.Attribution.Agents[0].Name, r.Attribution.Agents[0].Evidence = text, []agent.Evidence{{Signal: text, Where: text, Text: text}}
	r.Spec = []check.Link{{Title: text, URL: text}, {Title: text, Path: text}}
	r.Look = []gate.Look{{Path: text, Line: 1, Why: text}}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		v.Summary, v.Links = text, []check.Link{{Title: text, URL: "https://acme.example/" + text}}
		v.Findings = []check.Finding{{Path: text, Line: i, Message: text, Fix: text}, {Message: text}, {Path: text}}
	}
}

// wild draws a report with hostile texts everywhere.
func wild(t *rapid.T) *gate.Report {
	r := hostileReport()
	r.Verdicts = r.Verdicts[1:2]
	fill(r, hostile().Draw(t, "text"))
	r.Spec[0].URL = rapid.SampledFrom([]string{"https://acme.example/", "http://", "javascript:", ""}).Draw(t, "scheme") + hostile().Draw(t, "url")
	r.Attribution.Principals[0].Login = hostile().Draw(t, "login")
	r.Decision = rapid.SampledFrom([]gate.Decision{gate.Open, gate.Closed, gate.Waiting, gate.Unsure}).Draw(t, "decision")
	if rapid.Bool().Draw(t, "local") {
		r.URL, r.Pull = hostile().Draw(t, "place"), 0
	}
	return r
}

func fits(t errorer, r *gate.Report) {
	within := func(what, text string, limit int) {
		if len(text) > limit || !utf8.ValidString(text) {
			t.Errorf("%s has %d bytes, valid: %t; want at most %d", what, len(text), utf8.ValidString(text), limit)
		}
	}
	comment := Comment(r)
	within("the comment", comment, MaxComment)
	wellFormed(t, r, comment)
	runs := []CheckRunText{CheckRun(r)}
	for i := range r.Verdicts {
		runs = append(runs, CheckRunFor(r, &r.Verdicts[i]))
	}
	for _, run := range runs {
		within("a title", run.Title, MaxTitle)
		within("a summary", run.Summary, MaxText)
		within("a text", run.Text, MaxText)
		if run.Title == "" || strings.TrimSpace(run.Summary) == "" {
			t.Errorf("a check run has no title or no summary, and GitHub takes none without")
		}
		wellFormed(t, r, run.Summary)
		wellFormed(t, r, run.Text)
		if len(run.Annotations) > MaxAnnotations {
			t.Errorf("%d annotations", len(run.Annotations))
		}
		for _, a := range run.Annotations {
			within("an annotation", a.Message, MaxMessage)
			within("an annotation's title", a.Title, MaxTitle)
			if a.Path == "" || a.StartLine < 1 || a.EndLine < a.StartLine || strings.TrimSpace(a.Message) == "" {
				t.Errorf("GitHub refuses the annotation %+v", a)
			}
		}
	}
	tame(t, Text(r, Options{}))
	tame(t, ansi.ReplaceAllString(Text(r, Options{Color: true, Width: 60}), ""))
	for name, form := range map[string]func(*gate.Report) ([]byte, error){"JSON": JSON, "SARIF": SARIF} {
		data, err := form(r)
		if err != nil || !json.Valid(data) {
			t.Errorf("%s: %v, valid: %t", name, err, json.Valid(data))
		}
		tame(t, string(data))
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]+m")

// tame checks that nothing in text can steer a terminal.
func tame(t errorer, text string) {
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\u200d' && hidden(r) }); i >= 0 {
		t.Errorf("%q is in the text", text[i:min(len(text), i+8)])
	}
}

type errorer interface{ Errorf(string, ...any) }

var (
	fence   = regexp.MustCompile("(?s)\n```json\n(.*?)\n```\n")
	element = regexp.MustCompile(`^<(?:/?(?:p|h3|h4|ul|li|strong|pre|code|table|thead|tbody|tr|th|td|details|summary|sub)|/?ol|/a|br|t[hd] style="text-align:(?:left|right)"|code class="language-json"|!-- sluice digest of acme/api#\d+ --)>$`)
	// issueLink is the spec's own link: within one GitHub looks for nothing.
	issueLink = regexp.MustCompile(`<a [^>]*>(#|[\w./-]+#)\d+</a>`)
	ours      = regexp.MustCompile(`^<a href="(?:https://github\.com/acme/api/pull/12/files#diff-[0-9a-f]{64}(?:R\d+)?|https://github\.com/[A-Za-z0-9-]+|https://github\.com/sluicegate/sluice[a-z/A-Z.-]*)">$`)
)

// wellFormed renders a text as GitHub does and checks that there is nothing in it but our own elements, that links
// lead where we send them or say where they lead, and that nothing is left for GitHub to find.
func wellFormed(t errorer, r *gate.Report, text string) {
	if text == "" {
		return
	}
	if n := strings.Count(text, "<!--"); n > 1 || n == 1 && !Marked(text, r.Repository, r.Pull) {
		t.Errorf("%d markers, or one that is not ours", n)
	}
	if m := fence.FindStringSubmatch(text); m != nil && !json.Valid([]byte(m[1])) {
		t.Errorf("the machine-readable report is no JSON")
	}
	var out bytes.Buffer
	if err := github.Convert([]byte(text), &out); err != nil {
		t.Errorf("%v", err)
	}
	shown := out.String()
	for _, e := range tag.FindAllString(shown, -1) {
		if !element.MatchString(e) && !ours.MatchString(e) && !specLink(r, e) {
			t.Errorf("%s is in the page", e)
			break
		}
	}
	for _, name := range []string{"details", "summary", "sub", "pre", "table", "strong"} {
		if open, closed := strings.Count(shown, "<"+name+">"), strings.Count(shown, "</"+name+">"); open != closed {
			t.Errorf("%d <%s>, %d </%s>", open, name, closed, name)
		}
	}
	rest := span.ReplaceAllString(shown, "")
	rest = issueLink.ReplaceAllString(rest, "")
	plain := html.UnescapeString(tag.ReplaceAllString(rest, ""))
	if m := active.FindStringIndex(plain); m != nil {
		t.Errorf("%q is left to GitHub", plain[max(0, m[0]-20):m[1]])
	}
}

// specLink reports whether a link is to something that the report names, and may lead there.
func specLink(r *gate.Report, e string) bool {
	links := slices.Clone(r.Spec)
	for _, v := range r.Verdicts {
		links = append(links, v.Links...)
	}
	for _, l := range links {
		at := siteOf(r).spec(check.Link{URL: l.URL, Path: l.Path}, 10)
		if i := strings.LastIndex(at, "]("); i >= 0 && `<a href="`+strings.TrimSuffix(at[i+2:], ")")+`">` == e {
			return strings.HasPrefix(e, `<a href="http`)
		}
	}
	return false
}
