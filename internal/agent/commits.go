package agent

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// foreign says why the words of a commit are somebody else's, "" where they are its author's own.
func foreign(c *pull.Commit, number int) string {
	subject, _, _ := strings.Cut(c.Message, "\n")
	switch {
	case c.Merge() || mergeSubject.MatchString(subject):
		return "a merge"
	case strings.HasPrefix(subject, `Revert "`) || strings.Contains(c.Message, "\nThis reverts commit "):
		return "a revert"
	case strings.Contains(c.Message, "\n(cherry picked from commit "):
		return "a cherry-pick"
	}
	// "(#12)" ends the subject of a squashed pull request: another one's, unless it is this one.
	if m := squashed.FindStringSubmatch(subject); m != nil && m[1] != strconv.Itoa(number) {
		return "another pull request's squash"
	}
	return ""
}

var (
	mergeSubject = regexp.MustCompile(`^Merge (?:branch|branches|pull request|remote-tracking branch|tag|commit) `)
	squashed     = regexp.MustCompile(`\(#(\d+)\)$`)
	// What GitHub's pages write when a person takes a reviewer's suggestion, or a fix for an alert.
	suggestion = regexp.MustCompile(`^(?:Apply suggestions? from |Apply suggestion|Commit suggestion|Potential fix for (?:code scanning|pull request)|Update [^\s]+$)`)
)

// suggested reports whether a commit is a suggestion that somebody took on GitHub's pages.
func suggested(c *pull.Commit) bool {
	subject, _, _ := strings.Cut(c.Message, "\n")
	if !suggestion.MatchString(strings.TrimRight(subject, "\r ")) {
		return false
	}
	return c.Committer.Email == "" || strings.EqualFold(c.Committer.Email, webFlow) || strings.EqualFold(c.Committer.Email, c.Author.Email)
}

// webFlow is the committer of what is made on GitHub's pages and through its API.
const webFlow = "noreply@github.com"

// person finds whose a commit's line is. GitHub's own account for it comes first, then the account that a noreply
// address names, then the address, then patterns.
//
// T1: "41898282+claude[bot]" has the id of GitHub Actions and the name of Claude. Where the id is an ordinary bot's and
// the login another's, the login is believed, as the text that it is.
func (c *Catalog) person(p *pull.Person) (found []claim, vouched bool) {
	if p.Account.ID != 0 {
		if found = roleOf(c.ids[p.Account.ID], Author); len(found) > 0 {
			return found, true
		}
	} else if p.Account.Login != "" {
		if found = roleOf(c.logins[strings.ToLower(p.Account.Login)], Author); len(found) > 0 {
			return found, false // without the id a login is text
		}
	}
	return c.line(p.Name, strings.ToLower(strings.TrimSpace(p.Email))), false
}

// line finds whose "Name <email>" is.
func (c *Catalog) line(name, email string) []claim {
	if login, ok := strings.CutSuffix(email, "@users.noreply.github.com"); ok {
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
	if byName := roleOf(c.logins[strings.ToLower(name)], Author); strings.HasSuffix(name, "[bot]") && len(byName) > 0 {
		return byName
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

// agentsName reports whether a name is an agent's login. No person's name ends in "[bot]": GitHub gives it to Apps alone,
// and tools with addresses of their own copy it.
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
		return fmt.Sprintf("commit %d", i+1)
	}
	return fmt.Sprintf("commit %.7s", c.SHA)
}
