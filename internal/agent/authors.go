package agent

import (
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// author looks whose a commit's author line is, or its committer line where the author is nobody's. picked says that it
// is a cherry-pick.
func (c *collector) author(i int, commit *pull.Commit, picked bool) {
	claims, known := c.person(&commit.Author)
	if len(claims) == 0 {
		claims, known = c.committer(&commit.Committer)
	}
	if len(claims) == 0 {
		c.lookAlikeLine(i, commit)
	}
	brought := picked && !c.ownedBy(&commit.Committer, claims)
	for _, claim := range claims {
		sign := claim.sign()
		s := c.add(claim, sign, "commit", where(commit, i), commit.Author.Name+" <"+commit.Author.Email+">", i)
		switch {
		case claim.Class == Agent && known && c.signed(commit, claims):
			s.Strength, s.Forged = Conclusive, Unforgeable
		default:
			s.text() // an author line
		}
		if claim.Class == Agent && brought {
			s.Rejected = "a cherry-pick, which keeps its author"
		}
	}
	if !brought {
		c.owners[i] = claims
	}
}

// signed reports whether a verified signature vouches for a line of an agent's: GitHub's own, or the agent's. Anybody can
// write an agent's address into the author line and sign as the committer.
func (c *collector) signed(commit *pull.Commit, agents []claim) bool {
	by := commit.Verification.Signer
	if by.Zero() {
		by = commit.Committer.Account
	}
	switch {
	case !commit.Verification.Verified:
		return false
	case by.ID == webFlowID:
		return true
	case by.ID != 0:
		return sameHand(c.ids[by.ID], agents)
	}
	return commit.Committer.Email == "" || strings.EqualFold(commit.Committer.Email, webFlow) || c.ownedBy(&commit.Committer, agents)
}

// ownedBy reports whether a commit's line is that of one of the agents.
func (c *collector) ownedBy(p *pull.Person, agents []claim) bool {
	found, _ := c.person(p)
	return sameHand(found, agents)
}

func sameHand(a, b []claim) bool {
	return slices.ContainsFunc(a, func(c claim) bool { return claimed(b, c.Fingerprint) })
}

// committer finds a commit's agent by its committer line. Bots commit what people wrote; agents commit their own.
func (c *collector) committer(p *pull.Person) ([]claim, bool) {
	claims, vouched := c.person(p)
	for _, claim := range claims {
		if claim.Class != Agent {
			return nil, false
		}
	}
	return claims, vouched
}

// own reports whether a commit is an agent's own.
func (c *collector) own(i int) bool {
	for _, claim := range c.owners[i] {
		if claim.Class == Agent && claim.sign().How == Autonomous {
			return true
		}
	}
	return false
}
