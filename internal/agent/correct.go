package agent

import "github.com/sluicegate/sluice/internal/pull"

// Corrected says that an attribution is a maintainer's word, and what the signs say.
type Corrected struct {
	By     string      `json:"by"`               // login
	Agent  string      `json:"agent"`            // slug or family; empty for no agent
	Reason string      `json:"reason,omitempty"` // their words
	Was    Attribution `json:"was"`
}

// Correct puts the correction of r, if it has one, in the place of a, which was found in r. One that names no agent of the
// catalog is left out: what was found stands, and Corrected is nil.
//
// Where a says how agents took part and who is behind it, that stays. Where no sign was found, the agent is taken to have
// written all of it for whoever opened the pull request: that is the strictest reading.
func (c *Catalog) Correct(r *pull.Request, a Attribution) Attribution {
	by := r.Correction
	if by == nil {
		return a
	}
	out := Attribution{
		Authorship: None, Bot: a.Bot, Agents: []Found{}, Principals: []Principal{}, Reviewers: a.Reviewers, Declared: a.Declared,
		Corrected: &Corrected{By: by.By, Agent: by.Agent, Reason: by.Reason, Was: a},
	}
	if by.Agent == "" {
		return out
	}
	found, known := c.named(by.Agent)
	if !known {
		return a
	}
	// GitHub vouches for who said it, and the policy must not be able to leave it out.
	found.Confidence = Conclusive
	found.Evidence = []Evidence{{Signal: "correction", Where: by.By, Text: by.Reason}}
	out.Bot, out.Agents = "", []Found{found}
	out.Authorship, out.Principals = a.Authorship, a.Principals
	if len(a.Agents) == 0 {
		out.Authorship = Autonomous
		if r.Author.Type == pull.User {
			out.Principals = []Principal{{Login: r.Author.Login, Evidence: "opened it"}}
		}
	}
	return out
}

// Knows reports whether a correction can name an agent, or a family, so.
func (c *Catalog) Knows(name string) bool {
	_, known := c.named(name)
	return known
}

func (c *Catalog) named(name string) (found Found, known bool) {
	for _, f := range c.Find(name) {
		switch {
		case f.Class != Agent:
		case f.Slug == name:
			return Found{Agent: f.Slug, Family: f.Family, Name: f.Name}, true
		default:
			found, known = Found{Agent: name, Family: name}, true
		}
	}
	return found, known
}
