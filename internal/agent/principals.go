package agent

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// principals are the people behind an agent's pull request, each once, with the first evidence for them. A bot is nobody.
func (c *collector) principals() []Principal {
	p := &principals{seen: map[string]bool{}}
	if r := c.pull; c.isPerson(r.Author) {
		p.add(r.Author.Login, "opened it")
	}
	c.requesters(p)
	helped := make([]bool, len(c.pull.Commits))
	for _, s := range c.counted() {
		if s.commit >= 0 {
			helped[s.commit] = true
		}
	}
	for i := range c.pull.Commits {
		c.behind(p, i, helped[i])
	}
	for _, a := range c.pull.Assignees {
		if c.isPerson(a) {
			p.add(a.Login, "is assigned to it")
		}
	}
	c.assigners(p, c.pull.Assigned, "it")
	for _, issue := range c.pull.Issues {
		if issue.Closes {
			c.assigners(p, issue.Assigned, fmt.Sprintf("issue %s#%d", issue.Repo, issue.Number))
		}
		if issue.Closes && c.agentsAssigned(issue) && c.isPerson(issue.Author) {
			p.add(issue.Author.Login, fmt.Sprintf("wrote issue %s#%d, which the agent was given", issue.Repo, issue.Number))
		}
	}
	return p.list
}

type principals struct {
	list []Principal
	seen map[string]bool
}

func (p *principals) add(login, evidence string) {
	key := strings.ToLower(login)
	if login == "" || p.seen[key] || strings.HasSuffix(key, "[bot]") || len(p.list) >= maxPrincipals {
		return
	}
	p.seen[key] = true
	p.list = append(p.list, Principal{Login: login, Evidence: evidence})
}

// maxPrincipals bounds what a description full of names can bring.
const maxPrincipals = 50

// isPerson reports whether an account is a person's, as far as the catalog knows.
func (c *collector) isPerson(a pull.Account) bool {
	a = asApp(a)
	if a.Login == "" || a.Type == pull.Bot || a.Type == pull.Organization || len(c.ids[a.ID]) > 0 {
		return false
	}
	return a.ID != 0 || len(c.logins[strings.ToLower(a.Login)]) == 0
}

func (c *collector) agentsAssigned(issue pull.Issue) bool {
	return slices.ContainsFunc(issue.Assignees, func(a pull.Account) bool { return c.agentOf(a) != "" })
}

// assigners adds who assigned an agent to the pull request or to an issue that it closes.
func (c *collector) assigners(p *principals, list []pull.Assignment, to string) {
	for _, a := range list {
		if name := c.agentOf(a.To); name != "" && c.isPerson(a.By) {
			p.add(a.By.Login, "assigned "+name+" to "+to)
		}
	}
}

// agentOf is the name of the agent whose account a is, "" where it is none's.
func (c *collector) agentOf(a pull.Account) string {
	a = asApp(a)
	// An account that can be assigned is one that opens pull requests, not one of commits alone.
	claims := roleOf(c.ids[a.ID], Opener)
	if a.ID == 0 || len(claims) == 0 && a.Type == pull.Bot {
		claims = roleOf(c.logins[strings.ToLower(a.Login)], Opener)
	}
	for _, claim := range claims {
		if claim.Class == Agent && (a.ID == 0 || claim.account.ID == 0 || claim.account.ID == a.ID) {
			return claim.Name
		}
	}
	return ""
}

// requests are the lines in which agents name who asked: "Requested by: @ana", "… started by @ana".
var requests = regexp.MustCompile(`(?i)(?:^\W*requested by:?|\bstarted by) (?:\[)?@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))`)

// requesters reads them where the description holds an agent's own mark: elsewhere they are anybody's words.
func (c *collector) requesters(p *principals) {
	marked := false
	for _, s := range c.counted() {
		marked = marked || s.Kind == "body" || s.Kind == "account"
	}
	if !marked || !strings.Contains(c.lower, "requested by") && !strings.Contains(c.lower, "started by") {
		return
	}
	for line := range strings.SplitSeq(c.body, "\n") {
		if m := requests.FindStringSubmatch(line); m != nil {
			p.add(m[1], "asked for it, as the agent says")
		}
	}
}

// behind adds the people of one commit: the co-authors of an agent's own, and who committed with an agent's help.
func (c *collector) behind(p *principals, i int, helped bool) {
	commit := &c.pull.Commits[i]
	if !c.own(i) {
		if helped {
			p.add(c.login(&commit.Author), "wrote "+where(commit, i)+" with it")
		}
		return
	}
	for _, t := range c.trailerLines[i] {
		if t.key != "co-authored-by" {
			continue
		}
		name, email := address(t.value)
		if len(c.line(name, email)) == 0 && len(c.trailer(t)) == 0 {
			p.add(c.login(&pull.Person{Name: name, Email: written(t.value)}), "co-authored the agent's "+where(commit, i))
		}
	}
}

// login is the account of a commit's line, "" where nobody knows it.
func (c *collector) login(p *pull.Person) string {
	if p.Account.Login != "" {
		if !c.isPerson(p.Account) {
			return ""
		}
		return p.Account.Login
	}
	if at := len(p.Email) - len(noreplyHost); at > 0 && strings.EqualFold(p.Email[at:], noreplyHost) {
		_, login := noreply(p.Email[:at])
		return login
	}
	return ""
}

// written is the address of a trailer as it stands, not in lower case.
func written(value string) string {
	open, end := strings.LastIndexByte(value, '<'), strings.LastIndexByte(value, '>')
	if open < 0 || end < open {
		return ""
	}
	return strings.TrimSpace(value[open+1 : end])
}
