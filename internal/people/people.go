// Package people tells who is who around a pull request: which accounts are people's, who is behind the change, and who
// owns the paths that it touches by CODEOWNERS. It decides nothing.
package people

import (
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/pull"
)

// Same reports whether two accounts are one. Where both ids are known they alone count: logins change and are reused.
// Logins are compared without regard to case, as GitHub does.
func Same(a, b pull.Account) bool {
	if a.ID != 0 && b.ID != 0 {
		return a.ID == b.ID
	}
	return a.Login != "" && strings.EqualFold(a.Login, b.Login)
}

// Bot reports whether an account is no person's by its type and its name alone. GitHub gives names that end in "[bot]" to
// Apps only.
func Bot(a pull.Account) bool {
	switch a.Type {
	case pull.Bot, pull.Organization, pull.Mannequin:
		return true
	}
	return strings.HasSuffix(strings.ToLower(a.Login), "[bot]")
}

// Key is the account as a key of a map: its id where it has one, else its login in lower case. Accounts of which one has
// no id are told apart by [Same] only.
func Key(a pull.Account) string {
	if a.ID != 0 {
		return strconv.FormatInt(a.ID, 10)
	}
	return strings.ToLower(a.Login)
}

// Behind is one account behind a change, with the reason in words: "opened it".
type Behind struct {
	pull.Account
	Why string
}

// Side is everybody who brought a change: the people, and the agents' own accounts.
type Side struct {
	People []Behind // each once, with the first reason
	places index    // of People
	agents index
}

// index finds accounts in constant time: a description can name thousands.
type index struct {
	byID    map[int64]int
	byLogin map[string]int
	list    []pull.Account
}

// find is the place of an account that is the [Same], -1 where there is none.
func (x *index) find(a pull.Account) int {
	if i, ok := x.byID[a.ID]; ok && a.ID != 0 {
		return i
	}
	if i, ok := x.byLogin[strings.ToLower(a.Login)]; ok && Same(x.list[i], a) {
		return i
	}
	return -1
}

// add puts an account in, or what is new of one that is there, and returns its place.
func (x *index) add(a pull.Account) (place int, added bool) {
	if x.byID == nil {
		x.byID, x.byLogin = map[int64]int{}, map[string]int{}
	}
	i := x.find(a)
	if added = i < 0; added {
		i = len(x.list)
		x.list = append(x.list, a)
	} else if x.list[i].ID == 0 { // a principal has no id, the same account elsewhere has
		x.list[i] = a
	}
	if a.ID != 0 {
		x.byID[a.ID] = i
	}
	if a.Login != "" {
		if _, taken := x.byLogin[strings.ToLower(a.Login)]; !taken {
			x.byLogin[strings.ToLower(a.Login)] = i
		}
	}
	return i, added
}

// Of is the side that brought r: principals, the opener, and the authors and co-authors of its commits. Two kinds of commits
// don't count: merges that GitHub made with its own key, as its "Update branch" button does, and authors without an account.
func Of(r *pull.Request, a *agent.Attribution) *Side {
	s := &Side{}
	if a != nil {
		s.accountsOfAgents(r, a)
		for _, p := range a.Principals {
			s.add(pull.Account{Login: p.Login}, p.Evidence)
		}
	}
	s.add(r.Author, "opened it")
	byEmail := map[string]pull.Account{}
	for i := range r.Commits {
		for _, p := range []*pull.Person{&r.Commits[i].Author, &r.Commits[i].Committer} {
			if !p.Account.Zero() {
				byEmail[strings.ToLower(p.Email)] = p.Account
			}
		}
	}
	for i := range r.Commits {
		c := &r.Commits[i]
		if c.Merge() && byGitHub(c) {
			continue
		}
		s.add(c.Author.Account, "wrote commit "+short(c.SHA))
		if !byGitHub(c) {
			s.add(c.Committer.Account, "committed "+short(c.SHA))
		}
		for _, email := range coauthors(c.Message) {
			account, known := byEmail[email]
			if !known {
				account = fromNoreply(email)
			}
			s.add(account, "co-authored commit "+short(c.SHA))
		}
	}
	return s
}

// accountsOfAgents are the accounts that the attribution rests on.
func (s *Side) accountsOfAgents(r *pull.Request, a *agent.Attribution) {
	for _, found := range a.Agents {
		for _, e := range found.Evidence {
			if e.Signal == "account" {
				account := pull.Account{Login: e.Text}
				if Same(account, r.Author) {
					account = r.Author
				}
				s.agents.add(account)
			}
		}
	}
	own := map[string]bool{}
	for _, share := range a.Commits {
		own[share.SHA] = share.How == agent.Autonomous
	}
	for i := range r.Commits {
		if c := &r.Commits[i]; own[c.SHA] && !c.Author.Account.Zero() {
			s.agents.add(c.Author.Account)
		}
	}
}

func (s *Side) add(a pull.Account, why string) {
	if a.Zero() || !s.Person(a) {
		return
	}
	i, added := s.places.add(a)
	if added {
		s.People = append(s.People, Behind{Why: why})
	}
	s.People[i].Account = s.places.list[i]
}

// Person reports whether an account may be a person's: no bot, and none that an agent works by.
func (s *Side) Person(a pull.Account) bool {
	return !a.Zero() && !Bot(a) && s.agents.find(a) < 0
}

// Why says what an account has to do with the change, "" where it has nothing to do with it.
func (s *Side) Why(a pull.Account) string {
	if i := s.places.find(a); i >= 0 {
		return s.People[i].Why
	}
	return ""
}

// byGitHub reports whether GitHub made the commit on its pages, and signed it.
func byGitHub(c *pull.Commit) bool {
	return c.Verification.Verified && (strings.EqualFold(c.Verification.Signer.Login, "web-flow") || strings.EqualFold(c.Committer.Account.Login, "web-flow"))
}

func short(sha string) string { return sha[:min(len(sha), 7)] }

const (
	maxTrailers = 100 // of one commit: nobody writes more, and a message is an outsider's
	noreplyHost = "@users.noreply.github.com"
)

// coauthors are the addresses of a message's Co-authored-by lines, in lower case.
func coauthors(message string) []string {
	var out []string
	for line := range strings.SplitSeq(message, "\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok || !strings.EqualFold(strings.TrimSpace(key), "co-authored-by") || len(out) == maxTrailers {
			continue
		}
		open, end := strings.LastIndexByte(value, '<'), strings.LastIndexByte(value, '>')
		if open >= 0 && end > open {
			out = append(out, strings.ToLower(strings.TrimSpace(value[open+1:end])))
		}
	}
	return out
}

// fromNoreply is the account of an address that GitHub gives out, "123+ana@users.noreply.github.com"; zero for any other.
func fromNoreply(email string) pull.Account {
	local, ok := strings.CutSuffix(email, noreplyHost)
	if !ok {
		return pull.Account{}
	}
	number, login, both := strings.Cut(local, "+")
	if !both {
		return pull.Account{Login: local}
	}
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id <= 0 {
		return pull.Account{Login: login}
	}
	return pull.Account{Login: login, ID: id}
}
