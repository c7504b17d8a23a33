package main

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
)

// gateOf is the name of the gate's check run for a base.
func gateOf(base string) string { return "sluice: " + base }

// specRun is the check run of the one check that a pull request here may fail.
const specRun = "sluice / spec"

// count compares what GitHub shows with what it should.
func (s *scene) count() *toll {
	t := &toll{}
	for _, p := range s.crowd.subjects {
		name := fmt.Sprintf("%s#%d", p.repo, p.number)
		head := s.box.Head(p.repo, p.number)
		want := strictest(s.crowd.sharing(p.repo, head, p.base))
		s.digests(t, name, p, head, want)
		if p.open {
			s.runs(t, name, p, head, want)
			s.each(t, name, p, head)
		}
		if p.queued != "" {
			s.runs(t, name+" in the merge queue", p, p.queued, p.want())
		}
	}
	if len(t.lost)+len(t.wrong) == 0 { // else there is enough to say
		for guid := range s.failed() {
			t.lost = append(t.lost, "delivery "+guid+" was not taken and not fetched again")
		}
	}
	return t
}

// runs looks at the check runs on a commit.
func (s *scene) runs(t *toll, name string, p *subject, head, want string) {
	gate := gateOf(p.base)
	switch run := s.box.CheckRun(p.repo, head, gate); {
	case run.ID == 0 || run.Status != "completed":
		t.lost = append(t.lost, fmt.Sprintf("%s: no verdict on %.7s", name, head))
	case run.Conclusion != want:
		t.wrong = append(t.wrong, fmt.Sprintf("%s: %s (%s) on %.7s, want %s", name, run.Conclusion, run.Title, head, want))
	}
	seen := map[string]int{}
	for _, run := range s.box.CheckRuns(p.repo, head) {
		if seen[run.Name]++; seen[run.Name] == 2 {
			t.doubled = append(t.doubled, fmt.Sprintf("%s: two check runs %q on %.7s", name, run.Name, head))
		}
		// The verdict for another base must not let it pass. Where it has or had a twin, it may be that one's.
		if strings.HasPrefix(run.Name, "sluice: ") && run.Name != gate && run.Conclusion == "success" && p.twin == nil {
			t.wrong = append(t.wrong, fmt.Sprintf("%s: %q still lets it pass on %.7s", name, run.Name, head))
		}
	}
}

// each looks at the check's own check run, which all agents' pull requests of a commit share, whatever their base.
func (s *scene) each(t *toll, name string, p *subject, head string) {
	if !p.agent {
		return
	}
	want := strictest(s.crowd.sharing(p.repo, head, ""))
	if run := s.box.CheckRun(p.repo, head, specRun); run.Conclusion != want {
		t.wrong = append(t.wrong, fmt.Sprintf("%s: %q is %q (%s) on %.7s, want %s", name, specRun, run.Conclusion, run.Title, head, want))
	}
}

// digests looks at the App's comments.
func (s *scene) digests(t *toll, name string, p *subject, head, want string) {
	var digests []string
	answers := map[string]bool{}
	for _, c := range s.box.Comments(p.repo, p.number) {
		switch {
		case !c.App:
		case !strings.Contains(c.Body, "<!-- sluice answer to "):
			digests = append(digests, c.Body)
		case answers[c.Body]:
			t.doubled = append(t.doubled, name+": one answer twice")
		default:
			answers[c.Body] = true
		}
	}
	switch {
	case len(digests) > 1:
		t.doubled = append(t.doubled, fmt.Sprintf("%s: %d digests", name, len(digests)))
	case len(digests) == 1 && !p.agent:
		t.wrong = append(t.wrong, name+": a digest on a person's pull request")
	case !p.agent || !p.open:
	case len(digests) == 0:
		t.lost = append(t.lost, name+": no digest")
	default:
		if wrong := misread(digests[0], head, p.base, want); wrong != "" {
			t.wrong = append(t.wrong, name+": the digest "+wrong)
		}
	}
}

// misread is what is wrong with a digest, empty where it says the decision, the commit and the branch: in its headline and
// its last line for who reviews, and in its folded report for the agent.
func misread(digest, head, base, want string) string {
	headline, decision := "### ✅ Ready for review", "open"
	if want == "failure" {
		headline, decision = "### ❌ Not ready for review", "closed"
	}
	var report struct{ Head, Base, Decision, Conclusion string }
	_, text, _ := strings.Cut(digest, "```json\n")
	text, _, _ = strings.Cut(text, "\n```")
	footer := fmt.Sprintf("Commit %.7s against %s ", head, base)
	switch err := json.Unmarshal([]byte(text), &report); {
	case !strings.Contains(digest, headline+"\n"):
		_, line, _ := strings.Cut(digest, "\n")
		line, _, _ = strings.Cut(line, "\n")
		return fmt.Sprintf("begins %q, want %q", line, headline)
	case !strings.Contains(html.UnescapeString(digest), footer):
		_, said, _ := strings.Cut(digest, "<sub>Commit ")
		said, _, _ = strings.Cut(said, "·")
		return fmt.Sprintf("says %q, want %q", "Commit "+said, footer)
	case err != nil:
		return fmt.Sprintf("has no report: %v", err)
	case report.Head != head || report.Base != base || report.Decision != decision || report.Conclusion != want:
		return fmt.Sprintf("reports %s and %s for %.7s against %s, want %s and %s for %.7s against %s",
			report.Decision, report.Conclusion, report.Head, report.Base, decision, want, head, base)
	}
	return ""
}

// failed are the deliveries that were refused or found nobody, and were not taken since, by GUID.
func (s *scene) failed() map[string]bool {
	out := map[string]bool{}
	taken := map[string]bool{}
	for _, d := range s.box.Deliveries() {
		switch {
		case d.StatusCode >= 200 && d.StatusCode < 300:
			taken[d.GUID] = true
		case d.StatusCode != 0:
			out[d.GUID] = true
		}
	}
	for guid := range taken {
		delete(out, guid)
	}
	return out
}
