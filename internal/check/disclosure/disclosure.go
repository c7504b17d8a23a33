// Package disclosure is the check that the template's statement on the use of AI is answered. Its page is README.md.
package disclosure

import (
	_ "embed" // the check's page
	"errors"
	"fmt"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Options are what a policy can say of this check.
type Options struct {
	// Statement are words by which a question on the use of AI is known beside those that are built in: of its heading,
	// its check box, or what stands before its colon.
	Statement []string `yaml:"statement" json:"statement"`
	// Without is what happens where the base's template asks nothing.
	Without Without `yaml:"without" json:"without"`
}

// Without is what happens where the base's template asks nothing.
type Without string

// Skip leaves such a pull request alone; Ask wants the built-in question answered.
const (
	Skip Without = "skip"
	Ask  Without = "ask"
)

// Values lists them.
func (Without) Values() []string { return []string{string(Skip), string(Ask)} }

// Validate reports each mistake under the name of its option.
func (o Options) Validate() map[string]error {
	for _, words := range o.Statement {
		if normal(words) == "" {
			return map[string]error{"statement": fmt.Errorf("%q has no word that a question could hold", words)}
		}
	}
	if len(o.Statement) > maxStatements {
		return map[string]error{"statement": errors.New("name at most 20")}
	}
	return nil
}

const maxStatements = 20

// Check is the check.
var Check = check.New("disclosure", doc, pull.WithTemplate, Options{Statement: []string{}, Without: Skip}, run)

func run(in *check.Input, o Options) check.Verdict {
	body, template := markdown.Parse(in.Pull.Body), markdown.Parse(in.Pull.Template.Text)
	if body.Cut {
		return unread(fmt.Sprintf("Only the first %d KiB of the description were read.", markdown.MaxText>>10))
	}
	words := wordsOf(o.Statement)
	questions, _ := statementsOf(template, words, nil)
	if len(questions) == 0 && o.Without == Skip {
		return check.Verdict{Outcome: check.Skip, Summary: "The pull request template asks nothing about the use of AI."}
	}
	given := markdown.OwnWords(body, template)
	found, cut := statementsOf(body, words.and(questions), given)
	answers := answersOf(found, given, labelsOf(template))
	if cut && len(answers) == 0 {
		return unread(fmt.Sprintf("Only the first %d headings, boxes and labels of the description were looked at.", maxLines))
	}
	return judge(in, questions, answers)
}

func unread(why string) check.Verdict {
	return check.Verdict{
		Outcome: check.Errored, Summary: "Not judged: the description is longer than what is read.",
		Findings: []check.Finding{{Message: why, Fix: "Shorten the description."}},
	}
}

// judge holds the description's answers against the questions and the signs of agents.
func judge(in *check.Input, questions []statement, answers []answer) check.Verdict {
	if len(answers) == 0 {
		return unanswered(in.Pull, questions)
	}
	used, unused := first(answers, use), first(answers, none)
	agents := surely(in.Attribution)
	switch {
	case used != nil && unused != nil && used.box && unused.box:
		return check.Verdict{Outcome: check.Fail, Summary: "The description states both that AI took part and that it didn't.", Findings: []check.Finding{{
			Message: fmt.Sprintf("The description ticks %q (line %d) and %q (line %d): one of them cannot be true.", short(used.text), used.line, short(unused.text), unused.line),
			Fix:     "Leave only the box ticked that is true.",
		}}}
	case unused != nil && used == nil && len(agents) > 0:
		return contradicted(unused, agents)
	case unused != nil && used == nil:
		return check.Verdict{Outcome: check.Pass, Summary: "The description says that no AI took part."}
	case used != nil && (unused == nil || used.box): // details in words take nothing back of a box
		return check.Verdict{Outcome: check.Pass, Summary: "The description says that AI took part."}
	}
	return check.Verdict{Outcome: check.Pass, Summary: "The description answers the statement on the use of AI."}
}

// first is the first answer that says so, nil where none does.
func first(answers []answer, what says) *answer {
	for i := range answers {
		if answers[i].says == what {
			return &answers[i]
		}
	}
	return nil
}
