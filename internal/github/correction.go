package github

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// NotAgent is the label by which a maintainer says that no agent wrote a pull request.
const NotAgent = "sluice: not-agent"

// longestReason bounds the words of a correction, in characters.
const longestReason = 500

var (
	agentName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	// login is what GitHub allows: letters, digits and hyphens; the underscore is that of managed accounts.
	login = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
)

// corrects reads a command that corrects who wrote a pull request, "not-agent because …" or "agent devin because …". Any
// person may ask; whether they may correct is found out when the command is worked on, for a payload's word on who belongs
// to a repository is not GitHub's on who may write to it.
func corrects(a *gate.Asked, c Command) {
	a.Verb = gate.Correct
	rest := c.Rest
	if c.Name == "agent" {
		a.Agent, rest, _ = strings.Cut(rest, " ")
		if a.Agent = strings.ToLower(a.Agent); !agentName.MatchString(a.Agent) {
			a.Agent, a.Wrong = "", "it names no agent: /sluice agent NAME because REASON"
			return
		}
	}
	word, reason, _ := strings.Cut(rest, " ")
	if word != "" && !strings.EqualFold(word, "because") {
		a.Wrong = "the reason begins with \"because\""
		return
	}
	a.Reason = bounded(reason)
}

// bounded is a reason as it is kept.
func bounded(reason string) string {
	runes := []rune(strings.ToValidUTF8(strings.TrimSpace(reason), "\uFFFD"))
	return string(runes[:min(len(runes), longestReason)])
}

// theLabel is a label that was set or taken away; one of them corrects who wrote the pull request.
func theLabel(h *translator, p *payload) (gate.Work, error) {
	w, err := thePull(h, p)
	if err != nil || w.Empty() || p.Label == nil || p.Sender == nil || !strings.EqualFold(p.Label.Name, NotAgent) {
		return w, err
	}
	a := gate.Asked{Verb: gate.Correct, Repo: w.Pulls[0].Repo, Number: w.Pulls[0].Number, By: p.Sender.account(), Via: gate.ByLabel, Withdraw: p.Action == "unlabeled"}
	if a.Withdraw || p.Sender.person() {
		w.Asked = append(w.Asked, a)
	}
	return w, nil
}

func (u *payloadUser) account() pull.Account {
	return pull.Account{Login: u.Login, ID: u.ID, Type: pull.AccountType(u.Type)}
}

// person reports whether the account is a person's, as far as a payload tells.
func (u *payloadUser) person() bool {
	return u != nil && u.Type == "User" && u.ID > 0 && login.MatchString(u.Login)
}
