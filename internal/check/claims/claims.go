// Package claims is the check that what the description says is what the diff shows. Its page is README.md.
package claims

import (
	_ "embed" // the check's page

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It wishes for the patches: each file says for itself whether its own was read.
var Check = check.Wanting(check.New("claims", doc, pull.WithFiles|pull.WithTemplate, defaults, run), func(*pull.Request, Options) pull.Needs {
	return pull.Needs{Facts: pull.WithPatches}
})

// Bounds of what is looked at: claims, and the sentences of a description in bytes. GitHub takes descriptions of 65,536
// characters.
const (
	maxClaims = 200
	maxSaid   = 64 << 10
)

// claim is one thing that the description says and that the diff could tell.
type claim struct {
	said  *statement
	key   string // what is claimed: a claim that is made twice is judged once
	judge func(c *change) answer
}

// answer is what the diff tells of a claim.
type answer struct {
	state state
	why   string // a clause for the reader: "no test file has a new line"
	fix   string // in the imperative, where it is contradicted
	place
}

// place is where in the diff an answer stands; the zero place is none.
type place struct {
	path  string
	line  int
	quote []string
}

type state uint8

const (
	open state = iota // the diff doesn't tell
	confirmed
	contradicted
	unread // a patch that would tell was not read
)

// judged is a claim with its answer.
type judged struct {
	claim
	answer
}

func run(in *check.Input, o Options) check.Verdict {
	r := in.Pull
	body := markdown.Parse(r.Body)
	own := markdown.OwnWords(body, markdown.Parse(r.Template.Text))
	said := statements(body, own)
	if english(said) {
		said = append(titleOf(r.Title), said...)
	} else {
		return check.Verdict{Outcome: check.Skip, Summary: "The description is not in English: what it says was not held against the diff."}
	}
	c := newChange(in)
	found, cut := find(c, said)
	v := verdict{options: o, cut: cut, shortened: body.Cut, silent: len(said) == len(titleOf(r.Title))}
	c.trace()
	for _, claim := range found {
		v.claims = append(v.claims, judged{claim, claim.judge(c)})
	}
	if o.lists(Unmentioned) && !v.silent {
		v.unmentioned, v.more = c.unmentioned(r, o.Large)
	}
	return v.verdict()
}

// finders look for the claims of one statement, each for a sort of its own.
var finders = []func(c *change, s *statement) []claim{
	pathClaims, symbolClaims, testClaims, natureClaims, documentClaims, dependencyClaims, areaClaims, countClaims,
}

// find lists the claims in the order in which they are made, each once, and whether there are more.
func find(c *change, said []statement) (found []claim, cut bool) {
	seen := map[string]bool{}
	size := 0
	for i := range said {
		if size += len(said[i].said); size > maxSaid {
			return found, true
		}
		if s := &said[i]; !s.skip() {
			for _, finder := range finders {
				for _, claim := range finder(c, s) {
					if seen[claim.key] {
						continue
					}
					if len(found) == maxClaims {
						return found, true
					}
					seen[claim.key] = true
					found = append(found, claim)
				}
			}
		}
	}
	return found, false
}
