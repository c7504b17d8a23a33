package agent

import (
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// opener looks at the account that opened the pull request, and at the App that it was opened through.
func (c *collector) opener() {
	a := asApp(c.pull.Author)
	claims, byName := roleOf(c.ids[a.ID], Opener), false
	if a.ID == 0 || len(claims) == 0 {
		claims, byName = roleOf(c.logins[strings.ToLower(a.Login)], Opener), true
	}
	if a.Type == pull.Bot {
		c.bot = strings.TrimSuffix(a.Login, "[bot]") // unless it is known better
	}
	for _, claim := range claims {
		s := c.add(claim, &claim.account.Sign, "account", "opener", a.Login, -1)
		switch {
		case !byName:
		case a.ID != 0 && claim.account.ID != 0 && a.ID != claim.account.ID:
			s.Rejected = "another account has that name"
			continue
		case a.Type == pull.Bot && strings.HasSuffix(strings.ToLower(a.Login), "[bot]") && s.Strength.AtLeast(Strong):
			s.Strength, s.Forged = Conclusive, Unforgeable // GitHub gives such a name to one App alone
		case s.Strength == Conclusive:
			s.Strength, s.Forged = Strong, Trivial // a login is text
		}
		switch {
		case claim.Class != Agent:
			c.bot, c.carrier = claim.Slug, claim.Class == Bot && !claim.Hosts
		case s.Strength.AtLeast(Probable):
			c.bot = ""
		}
	}
	c.through()
}

// asApp is an account with an App's login as GitHub's REST API has it. Others write it without the "[bot]", or "app/name";
// no person's login can have either form.
func asApp(a pull.Account) pull.Account {
	name, app := strings.CutPrefix(a.Login, "app/")
	switch {
	case strings.HasSuffix(strings.ToLower(a.Login), "[bot]"):
		if a.Type == "" {
			a.Type = pull.Bot
		}
	case a.Type != "" && a.Type != pull.Bot:
	case app && name != "", a.Type == pull.Bot && a.Login != "" && a.ID == 0 && !strings.EqualFold(a.Login, "copilot"):
		a.Login, a.Type = name+"[bot]", pull.Bot
	}
	return a
}

// through looks at the App that the pull request was opened through.
func (c *collector) through() {
	if c.pull.App == "" {
		return
	}
	for _, claim := range roleOf(c.logins[strings.ToLower(c.pull.App)+"[bot]"], Opener) {
		if s := c.add(claim, &claim.account.Sign, "app", "opened through", c.pull.App, -1); s.Strength.AtLeast(Strong) {
			s.Strength, s.Forged = Conclusive, Unforgeable
		}
	}
}
