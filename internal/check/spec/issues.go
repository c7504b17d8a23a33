package spec

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// fromIssues are the issues that the pull request names: those that GitHub says it closes, and those of its text.
func fromIssues(r *pull.Request, t *text, o Options) []named {
	var all []named
	seen := map[string]bool{}
	for i := range r.Issues {
		if issue := &r.Issues[i]; issue.Closes && !seen[issueKey(issue.IssueRef)] {
			seen[issueKey(issue.IssueRef)] = true
			all = append(all, judge(r, issue, o))
		}
	}
	for _, ref := range t.issues(r) {
		if !ref.named || seen[issueKey(ref.IssueRef)] {
			continue
		}
		seen[issueKey(ref.IssueRef)] = true
		switch issue := find(r, ref.IssueRef); {
		case itself(r, ref.IssueRef):
			all = append(all, named{what: "#" + strconv.Itoa(ref.Number), why: "is this pull request itself", fix: "Name the issue that it is to do."})
		case issue == nil:
			all = append(all, named{what: what(r, ref.IssueRef), state: unread, why: "was not read"})
		default:
			all = append(all, judge(r, issue, o))
		}
	}
	return all
}

func find(r *pull.Request, ref pull.IssueRef) *pull.Issue {
	for i := range r.Issues {
		if issueKey(r.Issues[i].IssueRef) == issueKey(ref) {
			return &r.Issues[i]
		}
	}
	return nil
}

// itself reports whether a reference is to the pull request that makes it.
func itself(r *pull.Request, ref pull.IssueRef) bool {
	return strings.EqualFold(ref.Repo, r.Repo) && ref.Number == r.Number
}

// judge looks at one issue that was read.
func judge(r *pull.Request, issue *pull.Issue, o Options) named {
	n := named{what: what(r, issue.IssueRef), link: check.Link{Title: issue.Title, URL: issue.URL}}
	if n.link.Title == "" {
		n.link.Title = short(issue.IssueRef, r.Repo)
	}
	n.issue, n.doc = issue, markdown.Parse(issue.Body)
	words := markdown.AskedWords(n.doc).CountAll()
	switch {
	case issue.Missing:
		n.why = "does not exist, or Sluice may not read it"
		n.fix = "Name an issue that exists. If this one does, let an owner install Sluice on " + issue.Repo + "."
	case issue.Pull:
		n.what = "#" + strings.TrimPrefix(short(issue.IssueRef, r.Repo), "#")
		n.why = "is a pull request, not an issue"
		n.fix = "Name the issue that says what is to be done."
	case carries(issue.Labels, o.NotReady) != "":
		n.state, n.why = barred, fmt.Sprintf("carries the label %q", carries(issue.Labels, o.NotReady))
		n.fix = "Leave it to people, or have somebody who may say so take the label off."
	case issue.State == "":
		n.state, n.why = unread, "was read in part: whether it is open is not known"
	case issue.State != pull.Open && r.State != pull.Merged:
		n.why = "is closed"
		n.fix = "Reopen it if there is something left to do, or name the open issue that this is for."
	case words < o.MinWords:
		n.why = fmt.Sprintf("says %s of its own, %d wanted: headings, placeholders and template text are not counted", plural(words), o.MinWords)
		n.fix = "Write into it what is to be done, or name an issue that says so."
	case len(o.Ready) > 0 && carries(issue.Labels, o.Ready) == "":
		n.why = fmt.Sprintf("does not carry the label %s", strings.Join(o.Ready, " or "))
		n.fix = "Have somebody who may say that it is fit for an agent put the label on it."
	default:
		n.state = good
	}
	return n
}

// carries is the first of labels that is among wanted, whatever its case; empty for none.
func carries(labels, wanted []string) string {
	for _, label := range labels {
		for _, w := range wanted {
			if strings.EqualFold(label, w) {
				return label
			}
		}
	}
	return ""
}

// what is an issue in a sentence.
func what(r *pull.Request, ref pull.IssueRef) string { return "issue " + short(ref, r.Repo) }

// short is "#12" in its own repository, and "acme/web#12" from elsewhere.
func short(ref pull.IssueRef, repo string) string {
	if strings.EqualFold(ref.Repo, repo) {
		return fmt.Sprintf("#%d", ref.Number)
	}
	return fmt.Sprintf("%s#%d", ref.Repo, ref.Number)
}

func plural(words int) string {
	if words == 1 {
		return "1 word"
	}
	return fmt.Sprintf("%d words", words)
}

// maxRemarks bounds the remarks that a verdict explains.
const maxRemarks = 3

// remarks are the issues that the text mentions without naming them as its spec.
func (t *text) remarks(r *pull.Request, o Options) []named {
	if !o.uses(FromIssue) {
		return nil
	}
	var all []named
	for _, ref := range t.issues(r) {
		if ref.named || itself(r, ref.IssueRef) {
			continue
		}
		if all = append(all, named{
			what: what(r, ref.IssueRef), why: "is mentioned, but not as what this is to do",
			fix: fmt.Sprintf("If it is, write \"Fixes %[1]s\", or \"Refs %[1]s\" for a part of it.", short(ref.IssueRef, r.Repo)),
		}); len(all) == maxRemarks {
			break
		}
	}
	return all
}
