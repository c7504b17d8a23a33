package sandbox

import (
	"slices"
	"time"
)

// Assign assigns login to a pull request in its author's name and sends "assigned".
func (s *Sandbox) Assign(repo string, number int, login string) error {
	return s.AssignAs("", repo, number, login, true)
}

// AssignAs assigns login to an issue or a pull request as by, or takes it away where set is false, and sends "assigned"
// or "unassigned". An empty by is the author.
func (s *Sandbox) AssignAs(by, repo string, number int, login string, set bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.issue(repo, number)
	if err != nil {
		return err
	}
	sender, to, action := i.author, s.account(login), "unassigned"
	if by != "" {
		sender = s.account(by)
	}
	if set {
		action = "assigned"
		i.assign(s.id(), sender, to, s.now())
	} else {
		i.unassign(s.id(), sender, to, s.now())
	}
	i.updated = s.now()
	more := obj{"assignee": s.user(to)}
	if i.pull != nil {
		s.send(i.repo, "pull_request", action, s.pullEvent(i.pull, sender, more))
		return nil
	}
	o := s.issueEvent(i, more)
	o["sender"] = s.user(sender)
	s.send(i.repo, "issues", action, o)
	return nil
}

func (i *issue) assign(id int64, by, to *account, at time.Time) {
	i.assignees = append(i.assignees, to)
	i.assignments = append(i.assignments, assignment{id: id, by: by, to: to, at: at})
}

func (i *issue) unassign(id int64, by, to *account, at time.Time) {
	i.assignees = slices.DeleteFunc(i.assignees, func(a *account) bool { return a == to })
	i.assignments = append(i.assignments, assignment{id: id, by: by, to: to, gone: true, at: at})
}

// timeline are the assignments of an issue or a pull request: of the timeline the sandbox has no other events.
func (e *execution) timeline(i *issue, kinds []string) []*thing {
	var out []*thing
	for _, a := range i.assignments {
		kind, word := "AssignedEvent", "ASSIGNED_EVENT"
		if a.gone {
			kind, word = "UnassignedEvent", "UNASSIGNED_EVENT"
		}
		if len(kinds) == 0 || slices.Contains(kinds, word) {
			out = append(out, &thing{kind, map[string]any{
				"id": node("AE", a.id), "actor": e.s.actor(a.by, ""), "assignee": e.s.actor(a.to, ""), "createdAt": stamp(a.at),
			}})
		}
	}
	return out
}
