package spec

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// text is what a pull request says of itself, and which of its lines count.
type text struct {
	title, body *markdown.Document
	own         *markdown.Own
}

func read(r *pull.Request) *text {
	body := markdown.Parse(r.Body)
	return &text{
		title: markdown.Parse(strings.ReplaceAll(r.Title, "\n", " ")), body: body,
		own: markdown.OwnWords(body, markdown.Parse(r.Template.Text)),
	}
}

// counts reports whether a line is the author's to name something with: not the template's, not of a prompt that was
// pasted in, not beside a box that nobody ticked, and in the open.
func (t *text) counts(line *markdown.Line) bool {
	return line.Said() && line.Place&markdown.Undone == 0 && !t.own.Given(line.Number) && !t.own.Foreign(line.Number)
}

// reference is an issue that the text mentions, and whether as its spec.
type reference struct {
	pull.Reference
	named bool
}

var (
	// naming words say that the issue behind them is what the change does, or a part of it. "See #12" and "like #12" don't.
	naming = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_-])(?:refs?|references?|part of|implement(?:s|ed|ing)?|address(?:es|ed|ing)?|towards?|tracked (?:by|in)|solve[sd]?|complete[sd]?|` +
		`(?:the )?(?:linked )?(?:spec(?:ification)?|issue|ticket|task|story|requirement)s?:)(?::|\s)*(?:(?:the )?(?:issue|ticket|task|story|spec)\s+)?[(\[]?$`)
	// denial takes a naming word back.
	denial = regexp.MustCompile(`(?i)\b(?:not|never|no longer|unlike|without|instead of|cannot)\b|n['’]t\b`)
	// between are what stands between the issues of one list.
	between = regexp.MustCompile(`(?i)^[)\]]?\s*(?:,|and|&|\+|/)*\s*(?:and)?\s*[(\[]?$`)
	// specHeading is what a section is called that names the spec.
	specHeading = regexp.MustCompile(`(?i)^\W*(?:(?:the|linked|fixed|closed|closes|fixes|resolves|github|jira|tracking)\s+)*(?:spec(?:ification)?|issue|ticket|task|story|user story|requirement)(?:\(?s\)?)?(?: (?:link|number|reference|id)s?)?\W*$`)
)

// issues are the issues that the text mentions, each once, those that it names as its spec told apart from remarks. At
// most maxNamed are named.
func (t *text) issues(r *pull.Request) []reference {
	var refs []reference
	seen := map[string]int{}
	add := func(ref reference) {
		key := issueKey(ref.IssueRef)
		if i, ok := seen[key]; ok {
			refs[i].named = refs[i].named || ref.named
			return
		}
		seen[key] = len(refs)
		refs = append(refs, ref)
	}
	for _, ref := range pull.Mentions(t.title, r.Repo) {
		add(reference{ref, ref.Keyword})
	}
	lead, before := t.headings(), reference{}
	for _, m := range pull.Mentions(t.body, r.Repo) {
		line := &t.body.Lines[m.Line-1]
		if !t.counts(line) || foreignHost(m.Host, r.URL) {
			continue
		}
		ref := reference{Reference: m, named: m.Keyword || m.Alone}
		denied := denial.MatchString(m.Before)
		ref.named = ref.named || !denied && (naming.MatchString(m.Before) || lead[m.Line-1])
		// A list goes on: "Refs #1, #2 and #3".
		ref.named = ref.named || before.Line == m.Line && before.named && between.MatchString(m.Before)
		before = ref
		add(ref)
	}
	count := 0
	for i := range refs {
		if refs[i].named {
			count++
			refs[i].named = count <= maxNamed
		}
	}
	return refs
}

// headings tells for each line whether it stands below a heading that names the spec.
func (t *text) headings() []bool {
	lead := make([]bool, len(t.body.Lines))
	below := false
	for i := range t.body.Lines {
		if line := &t.body.Lines[i]; line.Said() && (line.Level > 0 || line.Bold()) {
			below = specHeading.MatchString(line.Text())
		}
		lead[i] = below
	}
	return lead
}

func issueKey(ref pull.IssueRef) string { return strings.ToLower(short(ref, "")) }

// foreignHost reports whether a link leads to another host than the pull request's own.
func foreignHost(host, pullURL string) bool {
	u, err := url.Parse(pullURL)
	if host == "" || pullURL == "" || err != nil {
		return false
	}
	return !strings.EqualFold(strings.TrimPrefix(host, "www."), u.Host)
}
