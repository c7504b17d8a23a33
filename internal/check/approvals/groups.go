package approvals

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/people"
	"github.com/sluicegate/sluice/internal/pull"
)

// group is who may sign by one word of the policy, or by one line of CODEOWNERS.
type group struct {
	label  string // "@acme/payments", "the owners of /src/ (CODEOWNERS line 3)"
	anyone bool
	users  *set
	teams  []string // "org/team", those that were read among users
	unread []string // teams whose members are not known
	gone   []string // teams that GitHub does not show
	emails []string // owners by address: whose it is nobody can tell, so it counts for nobody
}

// membership says whether an account is in a group.
type membership int

const (
	no membership = iota
	yes
	unknown
)

func (g *group) has(a pull.Account) membership {
	switch {
	case g.anyone, g.users.has(a):
		return yes
	case len(g.unread)+len(g.gone) > 0:
		return unknown
	}
	return no
}

// groups are those of the policy, with the members of their teams as far as they were read.
func groups(r *pull.Request, o Options) []*group {
	if len(o.From) == 0 {
		return []*group{{label: "anyone who may write", anyone: true}}
	}
	var out []*group
	for _, from := range o.From {
		switch name := strings.TrimPrefix(from, "@"); {
		case from == codeOwners:
			out = append(out, ownerGroups(r)...)
		case strings.Contains(name, "/"):
			out = append(out, (&group{label: "@" + name}).of(r, people.Owner{Name: name, Kind: people.OwnerTeam}))
		default:
			out = append(out, (&group{label: "@" + name}).of(r, people.Owner{Name: name, Kind: people.OwnerUser}))
		}
	}
	return out
}

// ownerGroups are the lines of CODEOWNERS that decide on a touched path, in their order. Lines without an owner ask nobody.
func ownerGroups(r *pull.Request) []*group {
	if r.Owners.Path == "" || r.Owners.Missing {
		return nil
	}
	owners := people.ReadOwners(r.Owners.Text)
	lines := map[int]people.OwnerLine{}
	for i := range r.Files {
		for _, path := range r.Files[i].Paths() {
			if line, ok := owners.Of(path); ok && len(line.Owners) > 0 {
				lines[line.Line] = line
			}
		}
	}
	var out []*group
	for _, n := range slices.Sorted(maps.Keys(lines)) {
		line := lines[n]
		g := &group{label: fmt.Sprintf("the owners of %s (CODEOWNERS line %d)", line.Pattern, n)}
		for _, owner := range line.Owners {
			g.of(r, owner)
		}
		out = append(out, g)
	}
	return out
}

// of adds an owner to the group.
func (g *group) of(r *pull.Request, owner people.Owner) *group {
	if g.users == nil {
		g.users = newSet(nil)
	}
	switch owner.Kind {
	case people.OwnerUser:
		g.users.add(pull.Account{Login: owner.Name})
	case people.OwnerTeam:
		g.teams = append(g.teams, owner.Name)
		g.team(r, owner.Name)
	case people.OwnerEmail:
		g.emails = append(g.emails, owner.Name)
	}
	return g
}

func (g *group) team(r *pull.Request, name string) {
	i := slices.IndexFunc(r.Teams, func(t pull.Team) bool { return strings.EqualFold(t.Name, name) })
	switch {
	case i < 0 || !r.Known.Has(pull.WithTeams):
		g.unread = append(g.unread, name)
	case r.Teams[i].Missing:
		g.gone = append(g.gone, name)
	default:
		for _, m := range r.Teams[i].Members {
			g.users.add(m)
		}
	}
}

// teams are all that groups name, each once and in order.
func teams(groups []*group) []string {
	var out []string
	for _, g := range groups {
		out = append(out, g.teams...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unreadTeams are those of groups whose members are not known, as people write them.
func unreadTeams(groups []*group) []string {
	var out []string
	for _, g := range groups {
		for _, t := range slices.Concat(g.unread, g.gone) {
			out = append(out, "@"+t)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// set is a set of accounts in which one is found in constant time.
type set struct {
	list   []pull.Account
	ids    map[int64]bool
	logins map[string]pull.Account
}

func newSet(list []pull.Account) *set {
	s := &set{ids: map[int64]bool{}, logins: map[string]pull.Account{}}
	for _, a := range list {
		s.add(a)
	}
	return s
}

func (s *set) add(a pull.Account) {
	if s.has(a) || a.Zero() {
		return
	}
	s.list = append(s.list, a)
	if a.ID != 0 {
		s.ids[a.ID] = true
	}
	s.logins[strings.ToLower(a.Login)] = a
}

// has is [people.Same] with one of the set.
func (s *set) has(a pull.Account) bool {
	if a.ID != 0 && s.ids[a.ID] {
		return true
	}
	other, ok := s.logins[strings.ToLower(a.Login)]
	return ok && people.Same(a, other)
}
