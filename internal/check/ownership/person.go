package ownership

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/people"
	"github.com/sluicegate/sluice/internal/pull"
)

// vouched reports whether GitHub itself names a person: the opener, or somebody to whom it is assigned. That an agent
// works by the account is seen later.
func vouched(r *pull.Request) bool {
	return !people.Bot(r.Author) && !r.Author.Zero() || slices.ContainsFunc(r.Assignees, func(a pull.Account) bool { return !people.Bot(a) })
}

// person finds who answers for the change, and says it. Surest is who is assigned, for that is an answer to the very
// question, then who opened it. A principal who is named in text alone is somebody who may write, or nobody: text can
// name anyone.
func (j *judgement) person(a *agent.Attribution) (summary string) {
	for _, who := range j.pull.Assignees {
		if j.side.Person(who) {
			return fmt.Sprintf("a person answers for it, %s", who.Login)
		}
	}
	if j.side.Person(j.pull.Author) {
		return fmt.Sprintf("a person answers for it, %s", j.pull.Author.Login)
	}
	var strangers []string
	if a != nil {
		for _, p := range a.Principals {
			who := pull.Account{Login: p.Login}
			switch {
			case !j.side.Person(who):
			case !j.pull.Known.Has(pull.WithCollaborators):
				j.findings = append(j.findings, check.Finding{
					Message: fmt.Sprintf("%s is named (%s); whether they may write to %s could not be read.", p.Login, p.Evidence, j.pull.Repo),
					Fix:     fmt.Sprintf("Assign the pull request to %s.", p.Login),
				})
				return fmt.Sprintf("a person is named for it, %s", p.Login)
			case slices.ContainsFunc(j.pull.Collaborators, func(c pull.Account) bool { return people.Same(c, who) && !people.Bot(c) }):
				return fmt.Sprintf("a person answers for it, %s", p.Login)
			default:
				strangers = append(strangers, p.Login)
			}
		}
	}
	message := "No person answers for the change: an agent or a bot opened it, and it is assigned to no person."
	if len(strangers) > 0 {
		message = fmt.Sprintf("No person answers for the change: %s, who is named in it, may not write to %s.", strings.Join(strangers[:min(3, len(strangers))], ", "), j.pull.Repo)
	}
	j.fail(Require, false, "no person answers for the change", check.Finding{
		Message: message, Fix: "Assign the pull request to the person who asked for it.",
	})
	return ""
}
