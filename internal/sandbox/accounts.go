package sandbox

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// account is a person, a bot or an organisation.
type account struct {
	id    int64
	login string // as REST has it, "dependabot[bot]"
	kind  pull.AccountType
	name  string
	email string // the address that its commits carry, beside the no-reply one
}

// node is the account's login as GraphQL has it: without "[bot]", and with the App's slug for Copilot's agent.
func (a *account) node() string {
	if a.id == copilotAgent {
		return "copilot-swe-agent"
	}
	return strings.TrimSuffix(a.login, "[bot]")
}

// git is the account's line in a commit.
func (a *account) git() Signature {
	s := Signature{Name: a.name, Email: a.email}
	if s.Name == "" {
		s.Name = a.login
	}
	if s.Email == "" {
		s.Email = fmt.Sprintf("%d+%s@users.noreply.github.com", a.id, a.login)
	}
	return s
}

const copilotAgent = 198982749

// webFlow is the account whose key signs what is made on GitHub's pages and through its API.
const webFlow = "web-flow"

// bots are accounts of real tools: their ids are how they are recognised (counted over public pull requests).
var bots = []account{
	{id: copilotAgent, login: "Copilot", kind: pull.Bot, name: "copilot-swe-agent[bot]", email: "198982749+Copilot@users.noreply.github.com"},
	{id: 158243242, login: "devin-ai-integration[bot]", kind: pull.Bot, name: "Devin AI"},
	{id: 161369871, login: "google-labs-jules[bot]", kind: pull.Bot},
	{id: 206951365, login: "cursor[bot]", kind: pull.Bot},
	{id: 209825114, login: "claude[bot]", kind: pull.Bot},
	{id: 157164994, login: "seer-by-sentry[bot]", kind: pull.Bot},
	{id: 136622811, login: "coderabbitai[bot]", kind: pull.Bot},
	{id: 49699333, login: "dependabot[bot]", kind: pull.Bot},
	{id: 29139614, login: "renovate[bot]", kind: pull.Bot},
	{id: 41898282, login: "github-actions[bot]", kind: pull.Bot},
	{id: 19864447, login: webFlow, kind: pull.User, name: "GitHub", email: "noreply@github.com"},
}

// account finds or makes the account of a login. A login that ends in "[bot]" is a bot's; others are people's.
func (s *Sandbox) account(login string) *account {
	key := strings.ToLower(login)
	if a := s.accounts[key]; a != nil {
		return a
	}
	a := &account{id: s.id(), login: login, kind: pull.User}
	if strings.HasSuffix(login, "[bot]") {
		a.kind = pull.Bot
	}
	s.accounts[key] = a
	return a
}

// byEmail finds the account that GitHub shows for a commit's address: its own address, or a no-reply address with its
// id (or its login, in the old form). Nil where the address belongs to nobody.
func (s *Sandbox) byEmail(email string) *account {
	email = strings.ToLower(email)
	if local, ok := strings.CutSuffix(email, "@users.noreply.github.com"); ok {
		number, _, both := strings.Cut(local, "+")
		if !both {
			return s.accounts[local]
		}
		id, _ := strconv.ParseInt(number, 10, 64)
		for _, a := range s.accounts {
			if a.id == id {
				return a
			}
		}
		return nil
	}
	for _, a := range s.accounts {
		if a.email != "" && strings.ToLower(a.email) == email {
			return a
		}
	}
	return nil
}
