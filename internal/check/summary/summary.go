// Package summary is the check that the description says what changed, why, and how it was tested. Its page is
// README.md.
package summary

import (
	_ "embed" // the check's page
	"errors"
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Options are what a policy can say of this check.
type Options struct {
	// Sections are the names of the sections that a description must have, in the order in which a finding lists them.
	Sections []string `yaml:"sections" json:"sections"`
	// MinWords is how many different words of the author's own each section must say.
	MinWords int `yaml:"min_words" json:"min_words"`
}

// Validate reports each mistake under the name of its option.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	if len(o.Sections) == 0 {
		problems["sections"] = errors.New("name at least one section, or set the check's level to off")
	}
	seen := map[string]string{}
	for _, name := range o.Sections {
		key := reduce(name)
		switch other, twice := seen[key]; {
		case key == "":
			problems["sections"] = fmt.Errorf("%q has no words that a heading could show", name)
		case twice:
			problems["sections"] = fmt.Errorf("%q and %q are the same heading", other, name)
		}
		seen[key] = name
	}
	if o.MinWords < 1 {
		problems["min_words"] = errors.New("must be at least 1; a section that may be empty need not be named")
	}
	return problems
}

// Check is the check.
var Check = check.New("summary", doc, pull.WithTemplate,
	Options{Sections: []string{"What", "Why", "How it was tested"}, MinWords: 3}, run)

func run(in *check.Input, o Options) check.Verdict {
	body := markdown.Parse(in.Pull.Body)
	template := markdown.Parse(in.Pull.Template.Text)
	own := markdown.OwnWords(body, template)
	if body.Cut {
		return check.Verdict{
			Outcome: check.Errored, Summary: "Not judged: the description is longer than what is read.",
			Findings: []check.Finding{{
				Message: fmt.Sprintf("Only the first %d KiB of the description were read.", markdown.MaxText>>10), Fix: "Shorten the description.",
			}},
		}
	}
	if strings.TrimSpace(in.Pull.Body) == "" {
		return check.Verdict{
			Outcome: check.Fail, Summary: "The description is empty.",
			Findings: []check.Finding{{
				Message: "The description is empty.",
				Fix:     fmt.Sprintf("Write a description with the headings %s, and a sentence of your own below each.", headings(o.Sections)),
			}},
		}
	}
	return judge(sectionsOf(body, own, matcherOf(o.Sections)), body, own, o)
}

// judge looks at each section that the policy names.
func judge(found []section, body *markdown.Document, own *markdown.Own, o Options) check.Verdict {
	v := check.Verdict{Outcome: check.Pass}
	var missing, thin []string
	for _, name := range o.Sections {
		finding, there := look(name, found, body, own, o.MinWords)
		if finding == nil {
			continue
		}
		if there {
			thin = append(thin, name)
		} else {
			missing = append(missing, name)
		}
		v.Findings = append(v.Findings, *finding)
	}
	if len(v.Findings) == 0 {
		v.Summary = fmt.Sprintf("The description says %s.", list(o.Sections, "and"))
		return v
	}
	v.Outcome = check.Fail
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, "has no section "+list(missing, "or"))
	}
	if len(thin) > 0 {
		parts = append(parts, "says too little in "+list(thin, "and"))
	}
	v.Summary = "The description " + strings.Join(parts, ", and ") + "."
	return v
}

// look returns what is wrong with one section, nil where nothing is, and whether there is such a section at all.
func look(name string, found []section, body *markdown.Document, own *markdown.Own, minWords int) (*check.Finding, bool) {
	var words markdown.Counter
	var first *section
	for i := range found {
		s := &found[i]
		if !s.answers(name) {
			continue
		}
		if first == nil || first.heading == "" {
			first = s
		}
		words.Add(s.rest)
		for n := s.first; n <= s.last; n++ {
			words.Add(own.Line(n))
		}
	}
	switch n := words.Count(); {
	case n >= minWords:
		return nil, true
	case first == nil || first.heading == "":
		return &check.Finding{
			Message: fmt.Sprintf("The description has no section %q.", name),
			Fix:     fmt.Sprintf("Add the heading %q and say below it, in a sentence of your own, %s.", "## "+name, asks(name)),
		}, false
	default:
		return &check.Finding{
			Message: fmt.Sprintf("The section %q (line %d of the description) says %s of its own, %d wanted%s.",
				first.heading, first.line, plural(n, "word"), minWords, instead(*first, body, own)),
			Fix: fmt.Sprintf("Say below that heading, in a sentence of your own, %s.", asks(name)),
		}, true
	}
}

// instead says what stands in a section in place of words, so that its author sees what is not counted.
func instead(s section, body *markdown.Document, own *markdown.Own) string {
	seen := map[string]bool{}
	for n := s.first; n <= s.last; n++ {
		line := &body.Lines[n-1]
		for _, p := range []struct {
			place markdown.Place
			name  string
		}{{markdown.Code, code}, {markdown.Quote, quotes}, {markdown.Comment, comments}, {markdown.Undone, boxes}} {
			if line.Place&p.place != 0 {
				seen[p.name] = true
			}
		}
		for _, span := range line.Spans {
			seen[code] = seen[code] || span.Kind == markdown.CodeSpan
			seen[pictures] = seen[pictures] || span.Kind == markdown.Image
		}
		if line.Place&(markdown.Code|markdown.Quote|markdown.Undone) == 0 && line.Level == 0 && line.Prose() != "" && own.Line(n) == "" {
			seen[boilerplate] = true
		}
	}
	var parts []string
	for _, name := range []string{code, quotes, comments, boxes, pictures, boilerplate} {
		if seen[name] {
			parts = append(parts, name)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + join(parts, "and") + " are not counted"
}

// What a section may hold in place of words.
const (
	code        = "code and commands"
	quotes      = "quotes"
	comments    = "comments"
	boxes       = "boxes that are not ticked"
	pictures    = "pictures"
	boilerplate = "the template's words, placeholders and tools' footers"
)

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func list(names []string, last string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return join(quoted, last)
}

func headings(names []string) string {
	marked := make([]string, len(names))
	for i, name := range names {
		marked[i] = "## " + name
	}
	return list(marked, "and")
}

// join is "a, b and c".
func join(parts []string, last string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " " + last + " " + parts[len(parts)-1]
}
