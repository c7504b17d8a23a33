package agent

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// foreign says why the words of a commit are somebody else's, "" where they are its author's own.
func foreign(c *pull.Commit, number int, picked bool) string {
	subject := subjectOf(c)
	switch {
	case c.Merge() || strings.HasPrefix(subject, "Merge ") && mergeSubject.MatchString(subject):
		return "a merge"
	case strings.HasPrefix(subject, `Revert "`) || strings.Contains(c.Message, "\nThis reverts commit "):
		return "a revert"
	case picked:
		return "a cherry-pick"
	case squashed(c, subject, number):
		return "another pull request's squash"
	}
	return ""
}

func subjectOf(c *pull.Commit) string {
	subject, _, _ := strings.Cut(c.Message, "\n")
	return strings.TrimRight(subject, "\r ")
}

var (
	mergeSubject = regexp.MustCompile(`^Merge (?:(?:branch|branches|pull request|remote-tracking branch|tag|commit) |\S+ into \S+$)`)
	pickedLine   = regexp.MustCompile(`(?i)\n\(?cherry[- ]picked from `)
	references   = regexp.MustCompile(`(?: ?\(#\d+\))+$`)
	// What GitHub's pages write when a person takes a reviewer's suggestion, or a fix for an alert.
	suggestion = regexp.MustCompile(`^(?:Apply suggestions? from |Apply suggestion|Commit suggestion|Potential fix for (?:code scanning|pull request)|Fix code scanning alert)`)
	// What they write for a suggestion in one file, and for any edit there; people write it too.
	update = regexp.MustCompile(`^Update [^\s]+$`)
)

// pickedNeedle is what every line of a cherry-pick holds, in lower case.
const pickedNeedle = "picked from "

func picked(c *pull.Commit) bool { return pickedLine.MatchString(c.Message) }

// squashed reports whether a commit is another pull request's squash: "(#12)" ends its subject, of which one at least is
// not this pull request. Whoever commits on his own machine means an issue by it.
func squashed(c *pull.Commit, subject string, number int) bool {
	if !strings.HasSuffix(subject, ")") || c.Committer.Email != "" && strings.EqualFold(c.Committer.Email, c.Author.Email) {
		return false
	}
	for _, n := range strings.FieldsFunc(references.FindString(subject), func(r rune) bool { return r < '0' || r > '9' }) {
		if n != strconv.Itoa(number) {
			return true
		}
	}
	return false
}

// suggested reports whether a commit is a suggestion that somebody took on GitHub's pages. Where nobody told the
// committer, an edit that could be one counts as one.
func suggested(c *pull.Commit) bool {
	subject := subjectOf(c)
	if subject == "" || !strings.ContainsRune("ACFPU", rune(subject[0])) {
		return false
	}
	return suggestion.MatchString(subject) ||
		update.MatchString(subject) && (c.Committer.Email == "" || strings.EqualFold(c.Committer.Email, webFlow))
}

// webFlow is the committer of what is made on GitHub's pages and through its API, and webFlowID the account that signs it.
const (
	webFlow         = "noreply@github.com"
	webFlowID int64 = 19864447
)

// person finds whose a commit's line is. GitHub's own account for it comes first, then the account that a noreply
// address names, then the address, then patterns; known says that the account's id is.
//
// T1: "41898282+claude[bot]" has the id of GitHub Actions and the name of Claude. Where the id is an ordinary bot's and
// the login another's, the login is believed, as the text that it is.
func (c *collector) person(p *pull.Person) (found []claim, known bool) {
	email := strings.ToLower(strings.TrimSpace(p.Email))
	if p.Account.ID != 0 {
		if found = roleOf(c.ids[p.Account.ID], Author); len(found) > 0 {
			return found, true
		}
	}
	if found = c.line(p.Name, email); len(found) > 0 || p.Account.ID != 0 {
		return found, false
	}
	return c.ofLogin(p.Account.Login), false // without the id a login is text
}

// ofLogin finds whose login that is; of several with one login, those that play every role.
func (c *Catalog) ofLogin(login string) []claim {
	found := roleOf(c.logins[strings.ToLower(login)], Author)
	anyRole := slices.DeleteFunc(slices.Clone(found), func(c claim) bool { return c.account.Role != "" })
	if len(anyRole) > 0 {
		return anyRole
	}
	return found
}

// line finds whose "Name <email>" is.
func (c *Catalog) line(name, email string) []claim {
	if login, ok := strings.CutSuffix(email, noreplyHost); ok {
		id, login := noreply(login)
		byID, byLogin := roleOf(c.ids[id], Author), roleOf(c.logins[login], Author)
		switch {
		case len(byID) > 0 && byID[0].Class == Agent:
			return byID
		case len(byLogin) > 0 && strings.HasSuffix(login, "[bot]") && (len(byID) == 0 || byID[0].Class == Bot):
			return byLogin
		case len(byLogin) == 1 && len(byID) == 0 && (id == 0 || byLogin[0].account.ID == 0):
			return byLogin // an account whose id the address, or the fingerprint, does not tell
		case len(byID) > 0 && !c.agentsName(name):
			return byID
		}
	}
	if found := c.byName(name, email); len(found) > 0 {
		return found
	}
	var found []claim
	for _, id := range c.emails[email] {
		if id.identity.Name.Regexp == nil || id.identity.Name.matches(name) {
			found = append(found, id)
		}
	}
	for _, id := range c.loose {
		i := id.identity
		if (i.Match.Regexp == nil || i.Match.matches(email)) && (i.Name.Regexp == nil || i.Name.matches(name)) {
			found = append(found, id)
		}
	}
	return found
}

// byName finds whose a name is that ends in "[bot]", as no person's does: GitHub gives it to Apps alone, and tools with
// addresses of their own copy it. Beside the address of a person's account, or one that only looks like GitHub's, an
// agent's name says nothing; beside another one it is no more than probable.
func (c *Catalog) byName(name, email string) []claim {
	if !strings.HasSuffix(name, "[bot]") {
		return nil
	}
	found := roleOf(c.logins[strings.ToLower(name)], Author)
	if len(found) == 0 || found[0].Class != Agent || email == "" || strings.HasSuffix(email, "@github.com") {
		return found
	}
	local, hosted := strings.CutSuffix(email, noreplyHost)
	switch {
	case !hosted && (strings.Contains(email, "github") || strings.Contains(email, "noreply") || !ascii(email)):
		return nil
	case !hosted:
		return atMostProbable(found)
	}
	id, login := noreply(local)
	if len(c.ids[id]) > 0 || strings.TrimSuffix(login, "[bot]") == strings.TrimSuffix(strings.ToLower(name), "[bot]") {
		return found
	}
	return nil
}

// ascii reports whether nothing in s can look like another letter.
func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}

// atMostProbable are the claims of accounts, no surer than that.
func atMostProbable(claims []claim) []claim {
	out := slices.Clone(claims)
	for i := range out {
		if a := *out[i].account; a.Strength.AtLeast(Strong) {
			a.Strength, a.Forged = Probable, Trivial
			out[i].account = &a
		}
	}
	return out
}

// noreplyHost ends the addresses that GitHub gives to accounts.
const noreplyHost = "@users.noreply.github.com"

// agentsName reports whether a name is an agent's login.
func (c *Catalog) agentsName(name string) bool {
	claims := c.logins[strings.ToLower(name)]
	return strings.HasSuffix(name, "[bot]") && len(claims) > 0 && claims[0].Class == Agent
}

// noreply takes "198982749+Copilot" apart; the login comes in lower case.
func noreply(local string) (id int64, login string) {
	before, after, plus := strings.Cut(local, "+")
	if !plus {
		return 0, local
	}
	id, err := strconv.ParseInt(before, 10, 64)
	if err != nil {
		return 0, ""
	}
	return id, after
}

func roleOf(claims []claim, role Role) []claim {
	var found []claim
	for _, c := range claims {
		if c.account.Role == "" || c.account.Role == role {
			found = append(found, c)
		}
	}
	return found
}

func where(c *pull.Commit, i int) string {
	if c.SHA == "" {
		return "commit " + strconv.Itoa(i+1)
	}
	return "commit " + c.SHA[:min(len(c.SHA), 7)]
}
