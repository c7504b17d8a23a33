package agent

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// Signal is one sign that was looked at: one that counts, or one that does not, with the reason.
type Signal struct {
	Agent    string     `json:"agent"` // the slug of the fingerprint
	Class    Class      `json:"class"`
	Kind     string     `json:"signal"` // "account", "commit", "trailer", "message", "body", "branch", "label"
	Where    string     `json:"where"`
	Text     string     `json:"text"` // as it stands: an outsider's words
	Strength Confidence `json:"strength"`
	Forged   Forged     `json:"forged"`
	How      Authorship `json:"how"`
	Rejected string     `json:"rejected,omitempty"` // why it does not count

	commit    int  // its place among the commits, -1 for none
	denies    bool // it says that no AI took part
	suggested bool // by an agent's account, in a suggestion that a person took
}

// taken is why the words of a suggestion don't count.
const taken = "a suggestion that somebody took on GitHub's pages"

// maxQuote bounds a quoted text, in bytes.
const maxQuote = 300

// collector gathers the signals of one pull request.
type collector struct {
	*Catalog
	pull    *pull.Request
	body    string // of the description, what is read of it
	lower   string // the body in lower case, letter for letter
	signals []Signal
	bot     string    // the ordinary bot that opened it
	carrier bool      // that bot carries what others wrote, and nothing of its own says more
	owners  [][]claim // of each commit: whose its author line is

	trailerLines [][]trailerLine // of each commit
	agents       []*Signal       // those of agents that count, once merge has named them

	// What was found already: 250 commits are of few people and have few trailers.
	lines  map[lineKey][]claim
	values map[valueKey][]claim
}

// collect looks for every sign in r.
func (c *Catalog) collect(r *pull.Request) *collector {
	found := &collector{Catalog: c, pull: r, body: r.Body[:min(len(r.Body), markdown.MaxText)]}
	found.lower = lowered(found.body)
	found.opener()
	found.commits()
	found.description()
	found.branch()
	for _, label := range r.Labels {
		for _, claim := range c.labels[strings.ToLower(label)] {
			found.add(claim, &claim.label.Sign, "label", "labels", label, -1)
		}
	}
	return found
}

// add notes a sign and returns it, to be changed.
func (c *collector) add(of claim, sign *Sign, kind, where, text string, commit int) *Signal {
	if len(text) > maxQuote {
		text = strings.ToValidUTF8(text[:maxQuote], "") + "…"
	}
	c.signals = append(c.signals, Signal{
		Agent: of.Slug, Class: of.Class, Kind: kind, Where: where, Text: strings.ToValidUTF8(text, "�"),
		Strength: sign.Strength, Forged: sign.Forged, How: sign.How, commit: commit,
	})
	return &c.signals[len(c.signals)-1]
}

// text makes of a sign what it is where it stands in a text, which anybody can write: no more than strong.
func (s *Signal) text() {
	if s.Strength == Conclusive {
		s.Strength, s.Forged = Strong, Trivial
	}
}

// mergedInto is a merge's subject that names the branch it was made on.
var mergedInto = regexp.MustCompile(`^Merge .* into '?([^\s']+)'?$`)

// head is the head branch's name, and where it stands. Where nobody told it, as in a history, a merge of the base into
// it may.
func (c *collector) head() (name, where string) {
	if c.pull.Head.Name != "" {
		return c.pull.Head.Name, "head branch"
	}
	for i := range c.pull.Commits {
		subject, _, _ := strings.Cut(c.pull.Commits[i].Message, "\n")
		if m := mergedInto.FindStringSubmatch(strings.TrimSpace(subject)); m != nil {
			name, where = m[1], "head branch, by a merge"
		}
	}
	return name, where
}

// branch looks at the head's name.
func (c *collector) branch() {
	name, where := c.head()
	for _, claim := range c.branches {
		if claim.pattern.found(name) {
			c.add(claim, &claim.pattern.Sign, "branch", where, name, -1)
		}
	}
}

// commits looks at each commit: whose its author line is, the trailers, the lines of its message.
func (c *collector) commits() {
	c.owners = make([][]claim, len(c.pull.Commits))
	c.trailerLines = make([][]trailerLine, len(c.pull.Commits))
	c.lines, c.values = map[lineKey][]claim{}, map[valueKey][]claim{}
	for i := range c.pull.Commits {
		commit := &c.pull.Commits[i]
		c.trailerLines[i] = trailersOf(commit.Message)
		if c.pull.Number > 0 && strings.HasSuffix(subjectOf(commit), "(#"+strconv.Itoa(c.pull.Number)+")") {
			c.trailerLines[i] = withSquashed(c.trailerLines[i], commit.Message)
		}
		holds := c.inMessages.in(commit.Message)
		picked := holds[c.inMessages.index(pickedNeedle)] && picked(commit)
		c.author(i, commit, picked)
		why := foreign(commit, c.pull.Number, picked)
		if why == "" && suggested(commit) && !c.own(i) {
			why = taken
		}
		if why == "" && len(c.owners[i]) > 0 && c.owners[i][0].Class == Bot && !c.owners[i][0].Hosts {
			why = "an ordinary bot's commit"
		}
		c.trailersOf(i, commit, why)
		c.linesOf(i, commit, holds, why)
	}
	// Where nobody told who opened it, the one who wrote the first commit did.
	if c.pull.Author.Zero() && len(c.owners) > 0 && len(c.owners[0]) > 0 && c.owners[0][0].Class == Bot {
		c.bot = c.owners[0][0].Slug
	}
}

func (c claim) sign() *Sign {
	switch {
	case c.account != nil:
		return &c.account.Sign
	case c.identity != nil:
		return &c.identity.Sign
	case c.trailer != nil:
		return &c.trailer.Sign
	case c.label != nil:
		return &c.label.Sign
	}
	return &c.pattern.Sign
}

// trailersOf looks at the trailers of a commit; why says that they are somebody else's.
func (c *collector) trailersOf(i int, commit *pull.Commit, why string) {
	for _, t := range c.trailerLines[i] {
		found := c.trailerOf(t)
		if len(found) == 0 {
			c.lookAlikeTrailer(i, commit, t)
		}
		for _, claim := range found {
			s := c.add(claim, claim.sign(), "trailer", where(commit, i), t.line, i)
			s.How = Assisted
			s.text()
			if claim.Class != Reviewer {
				s.Rejected = why
			}
			s.suggested = claim.Class == Agent && claim.account != nil && why == taken && !c.carrier
		}
	}
}

type (
	lineKey  struct{ name, email string }
	valueKey struct{ key, value string }
)

// trailerOf is trailer, which is asked once for each value.
func (c *collector) trailerOf(t trailerLine) []claim {
	if t.key != "co-authored-by" && len(c.trailers[t.key]) == 0 {
		return nil
	}
	key := valueKey{t.key, t.value}
	found, asked := c.values[key]
	if !asked {
		found = c.trailer(t)
		c.values[key] = found
	}
	return found
}

// line is the catalog's, which is asked once for each line.
func (c *collector) line(name, email string) []claim {
	key := lineKey{name, email}
	found, asked := c.lines[key]
	if !asked {
		found = c.Catalog.line(name, email)
		c.lines[key] = found
	}
	return found
}

// trailer finds whose a trailer is. The address decides: a name beside another's address says nothing.
func (c *Catalog) trailer(t trailerLine) []claim {
	name, email := address(t.value)
	var found []claim
	for _, claim := range c.trailers[t.key] {
		w := claim.trailer
		if len(found) > 0 && found[len(found)-1].Slug == claim.Slug {
			continue // one line is one sign
		}
		if (w.Email == "" || w.Email == email) && (w.Value.Regexp == nil || w.Value.matches(t.value)) && !w.Not.matches(t.value) {
			found = append(found, claim)
		}
	}
	if len(found) > 0 || t.key != "co-authored-by" {
		return found
	}
	for _, claim := range c.line(name, email) {
		if claim.account != nil || claim.identity.Email != "" {
			found = append(found, claim)
		}
	}
	return found
}

// linesOf looks at the lines of a commit's message that tools write besides trailers.
func (c *collector) linesOf(i int, commit *pull.Commit, holds []bool, why string) {
	for n, claim := range c.messages {
		if !holds[c.messagesNeedles[n]] {
			continue
		}
		for line := range strings.SplitSeq(commit.Message, "\n") {
			if line = strings.TrimSpace(line); claim.pattern.found(line) {
				c.add(claim, &claim.pattern.Sign, "message", where(commit, i), line, i).Rejected = why
				break
			}
		}
	}
}

// lowered is s with its ASCII letters in lower case, byte for byte: what is looked for in it has no others.
func lowered(s string) string {
	out := []byte(s)
	for i, c := range out {
		out[i] = asciiLower[c]
	}
	return string(out)
}
