// Package spec is the check that a pull request names what it is to do. Its page is README.md.
package spec

import (
	_ "embed" // the check's page
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check. Which facts it hangs on, its options and the description say: a policy whose specs are files and
// keys works where there are no issues to read.
var Check = check.Wanting(check.New("spec", doc, pull.WithTemplate, defaults, run), wants)

// maxNamed bounds how many things of one source are looked at: nobody reads a spec in more parts.
const maxNamed = 20

// named is one thing that the pull request names as its spec.
type named struct {
	what  string // "issue #12"
	state state
	link  check.Link
	why   string // why it does not count, or could not be read
	fix   string

	issue *pull.Issue        // where it is an issue that was read
	doc   *markdown.Document // its text, where it was read and is Markdown
	here  string             // what the pull request does to the file, "added" or "changed"; empty for nothing
}

// finding says what was named, why it does not count, and what puts it right.
func (n *named) finding() check.Finding {
	message := fmt.Sprintf("%s %s.", n.what, n.why)
	if rest, ok := strings.CutPrefix(message, "issue "); ok {
		message = "Issue " + rest
	}
	return check.Finding{Message: message, Fix: n.fix}
}

type state int

const (
	bad state = iota
	good
	unread
	barred // whatever else is named: it must not be done so
)

func wants(r *pull.Request, o Options) pull.Needs {
	var needs pull.Needs
	text := read(r)
	if o.uses(FromIssue) {
		needs.Facts |= pull.WithIssues
		if o.Fresh != Off {
			needs.Facts |= pull.WithCommits
		}
		if o.Criteria != Off {
			needs.Facts |= pull.WithFiles | pull.WithPatches
		}
		for _, ref := range text.issues(r) {
			if ref.named && !itself(r, ref.IssueRef) {
				needs.Issues = append(needs.Issues, ref.IssueRef)
			}
		}
	}
	if o.uses(FromPath) {
		needs.Facts |= pull.WithDocuments | pull.WithFiles | pull.WithPatches
		needs.Documents = text.paths(r, o.Path)
	}
	return needs
}

func run(in *check.Input, o Options) check.Verdict {
	r, text := in.Pull, read(in.Pull)
	var all []named
	var missing pull.Facts // what nothing is known of
	if o.uses(FromIssue) {
		all = append(all, fromIssues(r, text, o)...)
		missing |= pull.WithIssues
	}
	if o.uses(FromKey) {
		all = append(all, fromKeys(r, text, o)...)
	}
	if o.uses(FromPath) {
		all = append(all, fromPaths(r, text, o)...)
		missing |= pull.WithFiles
	}
	if o.uses(FromURL) {
		all = append(all, fromURLs(text, o.URL)...)
	}
	missing &^= r.Known
	if v, ok := stopped(all); ok {
		return v
	}
	if v, ok := passed(all); ok {
		return look(in.Pull, text, all, o, v)
	}
	if missing != 0 {
		return check.NotRead(r, missing)
	}
	if v, ok := notRead(r, all); ok {
		return v
	}
	return failed(all, text.remarks(r, o), o)
}

// stopped is the verdict if an issue that is named carries a label that keeps agents off it.
func stopped(all []named) (check.Verdict, bool) {
	v := check.Verdict{Outcome: check.Fail}
	for _, n := range all {
		if n.state == barred {
			if v.Summary == "" {
				v.Summary = fmt.Sprintf("The work is not to be done so: %s %s.", n.what, n.why)
			}
			v.Findings = append(v.Findings, n.finding())
		}
	}
	return v, len(v.Findings) > 0
}

// passed is the verdict if anything that is named counts: one good spec is enough.
func passed(all []named) (check.Verdict, bool) {
	v := check.Verdict{Outcome: check.Pass}
	var what []string
	for _, n := range all {
		if n.state == good && len(v.Links) < maxNamed {
			v.Links = append(v.Links, n.link)
			what = append(what, n.what)
		}
	}
	if len(what) == 0 {
		return v, false
	}
	v.Summary = fmt.Sprintf("The spec is %s.", and(what))
	return v, true
}

// notRead is the verdict if something that is named could count and was not read.
func notRead(r *pull.Request, all []named) (check.Verdict, bool) {
	v := check.Verdict{Outcome: check.Errored}
	var what []string
	for _, n := range all {
		if n.state == unread {
			what = append(what, n.what)
			v.Findings = append(v.Findings, n.finding())
		}
	}
	for _, gap := range r.Gaps {
		if gap.Facts&(pull.WithIssues|pull.WithDocuments|pull.WithPatches) != 0 && len(what) > 0 {
			v.Findings = append(v.Findings, check.Finding{Message: gap.Reason})
		}
	}
	v.Summary = fmt.Sprintf("Not judged: %s could not be read.", and(what))
	return v, len(what) > 0
}

func failed(all, remarks []named, o Options) check.Verdict {
	v := check.Verdict{Outcome: check.Fail, Summary: "The pull request names no spec."}
	for _, n := range all {
		v.Findings = append(v.Findings, n.finding())
	}
	if len(all) > 0 {
		v.Summary = fmt.Sprintf("No spec that counts: %s %s.", all[0].what, all[0].why)
		return v
	}
	for _, n := range remarks {
		v.Findings = append(v.Findings, n.finding())
	}
	if len(v.Findings) == 0 {
		v.Findings = []check.Finding{{Message: "Nothing in the pull request says what it is to do.", Fix: o.ways()}}
	}
	return v
}

func and(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
