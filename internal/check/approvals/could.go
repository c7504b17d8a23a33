package approvals

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxNamed is how many people a sentence names.
const maxNamed = 10

// could says who may still sign, or that nobody may.
func (s *signing) could() []check.Finding {
	missing := s.missing
	if !s.options.Each || len(s.signed) < s.options.Count && len(missing) == 0 {
		missing = []*group{merged(s.groups)}
	}
	var out []check.Finding
	for _, g := range missing {
		out = append(out, s.couldFor(g))
	}
	return out
}

func (s *signing) couldFor(g *group) check.Finding {
	left := s.left(g)
	need := 1
	if !slices.Contains(s.missing, g) {
		need = max(1, s.options.Count-len(s.signed))
	}
	switch {
	case g.anyone && !s.pull.Known.Has(pull.WithCollaborators):
		return check.Finding{
			Message: "Anyone may sign who may write to " + s.pull.Repo + " and has no part in the change; who that is could not be read.",
			Fix:     "Ask one of them for a review.",
		}
	case len(g.unread)+len(g.gone) > 0:
		message := fmt.Sprintf("Who belongs to %s could not be read", list(unreadTeams([]*group{g})))
		if len(left) > 0 {
			message += "; apart from them, there could sign: " + names(left)
		}
		return check.Finding{Message: message + ".", Fix: teamFix}
	case len(left) == 0:
		message := fmt.Sprintf("Nobody who may approve is left of %s.", g.label)
		switch {
		case g.anyone:
			message = fmt.Sprintf("Nobody who may approve is left: everybody who may write to %s has signed or has a part in the change.", s.pull.Repo)
		case len(g.emails) > 0:
			message = fmt.Sprintf("Nobody who may approve is known: whose %s is, GitHub does not tell (%s).", list(g.emails), g.label)
		}
		return check.Finding{Message: message, Fix: s.remedy(g)}
	case len(left) < need:
		return check.Finding{
			Message: fmt.Sprintf("%s must sign%s, and only %s could.", more(need), g.purpose(), names(left)),
			Fix:     s.remedy(g),
		}
	}
	return check.Finding{Message: fmt.Sprintf("Could sign%s: %s.", g.purpose(), names(left)), Fix: "Ask " + first(left, need) + " for a review."}
}

const teamFix = "Check that the team exists and that the App may read the organisation's members, or name people in the policy."

func (s *signing) remedy(g *group) string {
	if len(g.emails) > 0 {
		return "Write the login in CODEOWNERS in place of the address, or waive the check."
	}
	if len(g.teams) > 0 {
		return fmt.Sprintf("Add a person with write access to @%s who has no part in the change, change the policy, or waive the check.", g.teams[0])
	}
	if g.anyone {
		return fmt.Sprintf("Give a person who has no part in the change write access to %s, or waive the check.", s.pull.Repo)
	}
	return "Name a person with write access in the policy or in CODEOWNERS who has no part in the change, or waive the check."
}

// left are the people of a group who have not signed and whose approval would count.
func (s *signing) left(g *group) []pull.Account {
	from := s.collaborators.list
	if !g.anyone {
		from = g.users.list
	}
	known := s.pull.Known.Has(pull.WithCollaborators)
	signed := newSet(nil)
	for _, sig := range s.signed {
		if !s.options.Each || slices.Contains(sig.of, g) {
			signed.add(sig.Author)
		}
	}
	var out []pull.Account
	for _, a := range from {
		if s.side.Person(a) && s.side.Why(a) == "" && !signed.has(a) && (!known || s.collaborators.has(a)) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b pull.Account) int {
		return strings.Compare(strings.ToLower(a.Login), strings.ToLower(b.Login))
	})
	return out
}

// merged is the union of groups.
func merged(groups []*group) *group {
	if len(groups) == 1 {
		return groups[0]
	}
	m := &group{label: labels(groups), users: newSet(nil)}
	for _, g := range groups {
		m.anyone = m.anyone || g.anyone
		m.teams = append(m.teams, g.teams...)
		m.unread, m.gone, m.emails = append(m.unread, g.unread...), append(m.gone, g.gone...), append(m.emails, g.emails...)
		for _, a := range g.users.list {
			m.users.add(a)
		}
	}
	return m
}

// purpose is for whom somebody signs, where the policy says so.
func (g *group) purpose() string {
	if g.anyone {
		return ""
	}
	return " for " + g.label
}

func more(n int) string {
	if n == 1 {
		return "1 more person"
	}
	return fmt.Sprintf("%d more people", n)
}

func name(a pull.Account) string { return "@" + a.Login }

func names(list []pull.Account) string {
	var out []string
	for _, a := range list[:min(len(list), maxNamed)] {
		out = append(out, name(a))
	}
	if more := len(list) - len(out); more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), more)
	}
	return and(out, "and")
}

// first names up to n people, or any of them where there are more.
func first(list []pull.Account, n int) string {
	if len(list) > n {
		if n == 1 {
			return "one of them"
		}
		return fmt.Sprintf("%d of them", n)
	}
	return names(list)
}

func reviews(signed []signature) []pull.Review {
	var out []pull.Review
	for _, sig := range signed {
		out = append(out, sig.Review)
	}
	return out
}

func accounts(reviews []pull.Review) string {
	var out []pull.Account
	for _, r := range reviews {
		out = append(out, r.Author)
	}
	return names(out)
}

func labels(groups []*group) string {
	var out []string
	for _, g := range groups {
		out = append(out, g.label)
	}
	if len(out) == 0 {
		return "the owners of the touched paths, of which there are none"
	}
	return list(out)
}

// list names the first few.
func list(words []string) string {
	if len(words) > maxNamed {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:maxNamed], ", "), len(words)-maxNamed)
	}
	return and(words, "and")
}

func and(words []string, word string) string {
	switch len(words) {
	case 0:
		return "nobody"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + word + " " + words[len(words)-1]
}
