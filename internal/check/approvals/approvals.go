// Package approvals is the check "approvals": people who did not bring the change have signed it. Its page is README.md.
package approvals

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/people"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It only wishes for the rest: what older approvals were given for, the change
// itself to compare them with, who may write, the owners and the teams that the policy names.
var Check = check.OfPulls(check.Wanting(check.New("approvals", doc, pull.WithReviews|pull.WithCommits, defaults, run), wants))

func wants(r *pull.Request, o Options) pull.Needs {
	needs := pull.Needs{Facts: pull.WithCollaborators}
	if slices.ContainsFunc(r.Reviews, func(v pull.Review) bool { return v.State == approved && v.SHA != r.Head.SHA }) {
		needs.Facts |= pull.WithReviewed | pull.WithFiles | pull.WithPatches
	}
	if o.owners() {
		needs.Facts |= pull.WithOwners | pull.WithFiles
	}
	if needs.Teams = teams(groups(r, o)); len(needs.Teams) > 0 {
		needs.Facts |= pull.WithTeams
	}
	return needs
}

func run(in *check.Input, o Options) check.Verdict {
	if missing := (pull.WithOwners | pull.WithFiles) &^ in.Pull.Known; o.owners() && missing != 0 {
		return check.NotRead(in.Pull, missing)
	}
	s := &signing{
		pull: in.Pull, side: people.Of(in.Pull, in.Attribution), options: o,
		groups: groups(in.Pull, o), collaborators: newSet(in.Pull.Collaborators),
	}
	s.read()
	s.count()
	return s.verdict()
}

// signing is one judgement.
type signing struct {
	pull          *pull.Request
	side          *people.Side
	options       Options
	groups        []*group // who is to sign: every group where the policy says "each", any of them else
	collaborators *set

	against []pull.Review // requests for changes that stand
	valid   []pull.Review // approvals that nothing speaks against but who may sign
	refused []check.Finding

	signed  []signature
	unsure  []pull.Review // approvals of those of whom nobody can tell whether they belong to a team
	missing []*group      // with "each": groups of which nobody has signed
}

// signature is an approval that counts, and for which groups.
type signature struct {
	pull.Review
	of []*group
}

// count sorts the valid approvals by whether their authors may sign.
func (s *signing) count() {
	for _, v := range s.valid {
		var of []*group
		unsure := false
		for _, g := range s.groups {
			switch g.has(v.Author) {
			case yes:
				of = append(of, g)
			case unknown:
				unsure = true
			}
		}
		switch {
		case len(of) > 0:
			s.signed = append(s.signed, signature{v, of})
		case unsure:
			s.unsure = append(s.unsure, v)
		default:
			s.refuse(v.Author, fmt.Sprintf("they are none of those who are to sign: %s", labels(s.groups)), "")
		}
	}
	if s.options.Each {
		for _, g := range s.groups {
			if !slices.ContainsFunc(s.signed, func(sig signature) bool { return slices.Contains(sig.of, g) }) {
				s.missing = append(s.missing, g)
			}
		}
	}
}

// enough reports whether more approvals would change nothing.
func (s *signing) enough() bool { return len(s.signed) >= s.options.Count && len(s.missing) == 0 }

// hanging reports whether the answer hangs on teams that were not read.
func (s *signing) hanging() bool {
	if s.enough() || len(s.against) > 0 {
		return false
	}
	if s.options.Each {
		// Who has signed for one group may belong to another.
		for _, v := range s.valid {
			if slices.ContainsFunc(s.missing, func(g *group) bool { return g.has(v.Author) == unknown }) {
				return true
			}
		}
	}
	return len(s.unsure) > 0 && len(s.signed)+len(s.unsure) >= s.options.Count
}

func (s *signing) verdict() check.Verdict {
	v := check.Verdict{Outcome: check.Fail, Waits: true}
	for _, r := range s.against {
		v.Findings = append(v.Findings, check.Finding{
			Message: fmt.Sprintf("%s asks for changes.", name(r.Author)),
			Fix:     fmt.Sprintf("Make the changes and ask %s to look again, or have a maintainer dismiss the review.", name(r.Author)),
		})
	}
	for _, sig := range s.signed {
		message := name(sig.Author) + " has signed"
		if len(s.options.From) > 0 {
			message += ", for " + labels(sig.of)
		}
		if sig.SHA != s.pull.Head.SHA {
			message += "; it was on " + short(sig.SHA) + ", and the change is the same since"
		}
		v.Findings = append(v.Findings, check.Finding{Message: message + "."})
	}
	v.Findings = append(v.Findings, s.refused...)
	if s.hanging() {
		return s.unread(v)
	}
	switch {
	case len(s.against) > 0:
		v.Summary = fmt.Sprintf("Changes are asked for by %s; %s.", accounts(s.against), s.tally())
	case s.enough():
		v.Outcome, v.Waits = check.Pass, false
		v.Summary = fmt.Sprintf("Signed by %s.", accounts(reviews(s.signed)))
	default:
		v.Summary = fmt.Sprintf("Waiting for a person: %s.", s.tally())
		if s.pull.Draft {
			v.Summary = fmt.Sprintf("A draft, and waiting for a person: %s.", s.tally())
		}
	}
	if !s.enough() {
		v.Findings = append(v.Findings, s.could()...)
	}
	return v
}

// tally says what there is and what is missing: "1 of 2 approvals count".
func (s *signing) tally() string {
	var parts []string
	if n := s.options.Count; len(s.signed) < n || len(s.missing) == 0 {
		parts = append(parts, fmt.Sprintf("%d of %d approvals", len(s.signed), n))
	}
	if len(s.missing) > 0 {
		parts = append(parts, "nobody has signed for "+labels(s.missing))
	}
	return strings.Join(parts, ", ")
}

// unread is the verdict where an approval counts or doesn't by a team that nobody could read.
func (s *signing) unread(v check.Verdict) check.Verdict {
	out := check.NotRead(s.pull, pull.WithTeams)
	teams := unreadTeams(s.groups)
	out.Summary = fmt.Sprintf("Not judged: whether those who approved belong to %s could not be read.", list(teams))
	for _, r := range s.unsure {
		v.Findings = append(v.Findings, check.Finding{
			Message: fmt.Sprintf("%s approves, and nobody can tell whether they belong to %s.", name(r.Author), list(teams)),
			Fix:     teamFix,
		})
	}
	out.Findings = append(v.Findings, out.Findings...)
	return out
}
