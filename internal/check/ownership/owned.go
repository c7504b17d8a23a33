package ownership

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/people"
	"github.com/sluicegate/sluice/internal/pull"
)

// path is a touched path without an owner.
type path struct {
	name string
	file string // the path of its file; another one for the old name of a rename
	line int    // of CODEOWNERS, which takes the owner away; 0 where no line names the path
}

// ownedBy is a line of CODEOWNERS that decides on touched paths.
type ownedBy struct {
	people.OwnerLine
	first string // the first of its paths
	paths int
}

func (l *ownedBy) teams() []string {
	var out []string
	for _, o := range l.Owners {
		if o.Kind == people.OwnerTeam {
			out = append(out, o.Name)
		}
	}
	return out
}

func (l *ownedBy) owners() string {
	var out []string
	for _, o := range l.Owners[:min(len(l.Owners), maxShown)] {
		out = append(out, o.String())
	}
	return strings.Join(out, ", ")
}

func (j *judgement) hasOwners() bool { return j.pull.Owners.Path != "" && !j.pull.Owners.Missing }

// own finds the line that decides on each touched path, both names of a rename.
func (j *judgement) own() {
	if !j.hasOwners() || j.options.Owners == Off && j.options.Asked == Off {
		return
	}
	owners := people.ReadOwners(j.pull.Owners.Text)
	j.broken = owners.Problems
	lines := map[int]*ownedBy{}
	for i := range j.pull.Files {
		f := &j.pull.Files[i]
		for _, name := range f.Paths() {
			line, named := owners.Of(name)
			switch {
			case j.options.ignored(name):
			case !named || len(line.Owners) == 0:
				j.unowned = append(j.unowned, path{name, f.Path, line.Line})
			case lines[line.Line] == nil:
				lines[line.Line] = &ownedBy{OwnerLine: line, first: name}
				j.lines = append(j.lines, lines[line.Line])
				fallthrough
			default:
				lines[line.Line].paths++
			}
		}
	}
	slices.SortFunc(j.lines, func(a, b *ownedBy) int { return cmp.Compare(a.Line, b.Line) })
}

// maxShown is how many findings of one kind are shown: nobody reads more.
const maxShown = 10

// owned says which paths have no owner.
func (j *judgement) owned() {
	if !j.hasOwners() {
		j.fail(j.options.File, false, "the base has no CODEOWNERS", check.Finding{
			Message: "The base has no CODEOWNERS, so no path has an owner.",
			Fix:     "Have a person add .github/CODEOWNERS to " + j.base() + " in a pull request of their own.",
		})
		return
	}
	var findings []check.Finding
	for _, p := range j.unowned[:min(len(j.unowned), maxShown)] {
		f := check.Finding{Path: p.file, Message: "Nobody owns this path: no line of CODEOWNERS names it.", Fix: "Have a person add a line with an owner to " + j.pull.Owners.Path + "."}
		if p.line > 0 {
			f.Message = fmt.Sprintf("Nobody owns this path: line %d of CODEOWNERS has no owner.", p.line)
		}
		if p.name != p.file {
			f.Message = strings.Replace(f.Message, "this path", "its old path "+p.name, 1)
		}
		findings = append(findings, f)
	}
	if more := len(j.unowned) - len(findings); more > 0 {
		findings = append(findings, check.Finding{Message: fmt.Sprintf("%s without an owner.", count(more, "more path is", "more paths are"))})
	}
	j.fail(j.options.Owners, false, count(len(j.unowned), "path has no owner", "paths have no owner"), findings...)
	if j.options.Owners != Off && len(j.unowned) > 0 {
		j.skipped()
	}
}

// skipped shows the lines of CODEOWNERS that GitHub cannot read, where a path may lack its owner for them.
func (j *judgement) skipped() {
	for _, p := range j.broken[:min(len(j.broken), maxShown)] {
		message := "GitHub does not load this file: " + p.Why + "."
		if p.Line > 0 {
			message = fmt.Sprintf("GitHub skips line %d of CODEOWNERS: %s.", p.Line, p.Why)
		}
		j.findings = append(j.findings, check.Finding{Message: message, Fix: "Have a person put it right on " + j.base() + "."})
	}
}

func (j *judgement) base() string {
	if j.pull.Base.Name == "" {
		return "the base branch"
	}
	return j.pull.Base.Name
}

// asked says which owners know nothing of the change.
func (j *judgement) asked() {
	if j.options.Asked == Off || len(j.lines) == 0 {
		return
	}
	if j.pull.Draft {
		j.findings = append(j.findings, check.Finding{Message: "It is a draft, for which GitHub asks no owner; the owners are looked at once it is ready."})
		return
	}
	var findings []check.Finding
	for _, l := range j.lines {
		switch knows, open := j.knows(l); {
		case knows:
		case open != "":
			j.findings = append(j.findings, check.Finding{Message: fmt.Sprintf("Whether an owner of %s has answered could not be told: %s.", l.Pattern, open)})
		default:
			what := l.first
			if l.paths > 1 {
				what = fmt.Sprintf("%s and %s", l.first, count(l.paths-1, "more", "more"))
			}
			findings = append(findings, check.Finding{
				Message: fmt.Sprintf("No owner of %s was asked: %s (CODEOWNERS line %d) for %s.", l.Pattern, l.owners(), l.Line, what),
				Fix:     fmt.Sprintf("Ask %s for a review. If GitHub does not let you, they lack write access to %s.", l.owners(), j.pull.Repo),
			})
		}
	}
	n := len(findings)
	if n > maxShown {
		findings = append(findings[:maxShown], check.Finding{Message: fmt.Sprintf("%d more groups of owners were not asked.", n-maxShown)})
	}
	j.fail(j.options.Asked, true, count(n, "group of owners was not asked for a review", "groups of owners were not asked for a review"), findings...)
}

// knows reports whether an owner of a line was asked, has answered, or brought the change themselves. open says why nobody
// can tell.
func (j *judgement) knows(l *ownedBy) (knows bool, open string) {
	for _, o := range l.Owners {
		switch o.Kind {
		case people.OwnerUser:
			who := pull.Account{Login: o.Name}
			if j.side.Why(who) != "" || among(j.pull.Reviewers, who) || j.answered([]pull.Account{who}) {
				return true, ""
			}
		case people.OwnerTeam:
			if slices.ContainsFunc(j.pull.ReviewingTeams, func(t string) bool { return strings.EqualFold(t, o.Name) }) {
				return true, ""
			}
			members, read := j.members(o.Name)
			switch {
			case read && (j.answered(members) || slices.ContainsFunc(j.pull.Reviewers, func(a pull.Account) bool { return among(members, a) })):
				return true, ""
			case !read && (len(j.pull.Reviews) > 0 || len(j.pull.Reviewers) > 0):
				open = "who belongs to @" + o.Name + " could not be read"
			}
		case people.OwnerEmail:
			if open == "" {
				open = "whose " + o.Name + " is, GitHub does not tell"
			}
		}
	}
	return false, open
}

// members are those of a team, where they were read.
func (j *judgement) members(name string) ([]pull.Account, bool) {
	i := slices.IndexFunc(j.pull.Teams, func(t pull.Team) bool { return strings.EqualFold(t.Name, name) })
	if i < 0 || j.pull.Teams[i].Missing || !j.pull.Known.Has(pull.WithTeams) {
		return nil, false
	}
	return j.pull.Teams[i].Members, true
}

// answered reports whether one of accounts has submitted a review, whatever it says.
func (j *judgement) answered(accounts []pull.Account) bool {
	return slices.ContainsFunc(j.pull.Reviews, func(v pull.Review) bool { return among(accounts, v.Author) })
}

func among(accounts []pull.Account, who pull.Account) bool {
	return slices.ContainsFunc(accounts, func(a pull.Account) bool { return people.Same(a, who) })
}
