package controlplane

import (
	"path"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	fixDropped = "Put the rule back, or have a person who answers for it take it out in a pull request of their own."
	fixGrant   = "Take the sentence out, or have a person who answers for it write it in a pull request of their own."
	fixComment = "Write in the open what agents are to do, and leave it out of comments."
	fixFetched = "Put the instructions themselves into the repository, where they are reviewed."
)

// elsewhere is what the instruction files of the change say at the head, so that a rule that moved is found again.
type elsewhere struct {
	pool  []pooled
	index map[string][]int // by word
	hits  []int            // how many words each has in common with the one at hand
	moved map[string]bool  // secrets and actions that a workflow of the change no longer names
	scans map[string]bool  // the scanners that some workflow of the change runs at the head
}

type pooled struct {
	path string
	new  bool // it did not stand there before

	excepts bool // it makes an exception
	inverts bool // it turns what it forbids around: "never hesitate"
	statement
}

const maxPostings = 400 // statements with one word; a word that more have tells nothing

// gather reads the statements of all instruction files, and what else the judging of one file needs of the others.
func (r *report) gather(changes []*change) {
	r.index = map[string][]int{}
	for _, c := range changes {
		if c.surface != instructions {
			continue
		}
		old := map[string]bool{}
		c.before = statements(c.base.lines)
		for i := range c.before {
			old[c.before[i].norm] = true
		}
		if !c.link {
			c.after = statements(c.head.lines)
		}
		for i := range c.after {
			r.pooled(c.path, !old[c.after[i].norm], &c.after[i])
		}
		for _, p := range takenIn(c.file) {
			if doc, ok := r.in.Pull.Content(p); ok && len(doc.Text) <= maxFile && !doc.Missing {
				for _, s := range statements(whole(doc.Text).lines) {
					r.pooled(p, true, &s)
				}
			}
		}
	}
	r.hits = make([]int, len(r.pool))
	r.gatherScans(changes)
}

func (r *report) pooled(p string, isNew bool, s *statement) {
	if s.comment {
		return
	}
	for _, w := range s.words {
		if len(r.index[w]) < maxPostings {
			r.index[w] = append(r.index[w], len(r.pool))
		}
	}
	r.pool = append(r.pool, pooled{path: p, new: isNew, excepts: exceptions.MatchString(s.norm), inverts: inverts.MatchString(s.norm), statement: *s})
}

var importLine = regexp.MustCompile(`(?:^|[\s(])@((?:~|\.{0,2})/?[\w.~-][\w./~ -]*\.(?:md|mdc|mdx|txt|markdown)|(?:~|\.\.)/[\w./~-]+|/[\w./~-]+)`)

// takenIn are the files that the added lines of an instruction file take in, by "@path" or as a link's target.
func takenIn(f *pull.File) []string {
	var out []string
	hunks, _ := f.Hunks() // where they cannot be read, nothing is known to be taken in
	for i := range hunks {
		for _, l := range hunks[i].Lines {
			if l.Op != pull.Add || len(out) >= 10 {
				continue
			}
			target := ""
			if f.Mode == pull.Symlink {
				target = l.Text
			} else if m := importLine.FindStringSubmatch(l.Text); m != nil {
				target = m[1]
			} else if m := seeFile.FindStringSubmatch(l.Text); m != nil {
				target = m[1]
			}
			if p := path.Join(path.Dir(f.Path), target); target != "" && !path.IsAbs(target) && !strings.HasPrefix(target, "~") && !strings.HasPrefix(p, "../") && len(p) < 300 {
				out = append(out, p)
			}
		}
	}
	return out
}

// seeFile is a line that sends agents to another file of the repository: "Read AGENTS.md".
var seeFile = regexp.MustCompile("(?i)\\b(?:see|read|follow|refer to|in|moved to)\\b[^.]{0,40}?[\\[`( ]((?:[\\w-]+/)*[\\w-]+\\.md)\\b")

// instructions compares what an instruction file tells agents, sentence by sentence.
func (c *change) instructions() {
	dropped := c.dropped()
	if !c.head.there {
		c.gone(dropped)
		return
	}
	for _, d := range dropped {
		c.drop(d)
	}
	old := map[string]int{}
	for i := range c.before {
		old[c.before[i].norm] = max(old[c.before[i].norm], 1+c.before[i].holds())
	}
	fresh, first := 0, 0
	for i := range c.after {
		s := &c.after[i]
		if old[s.norm] > 0 {
			continue
		}
		if fresh++; first == 0 {
			first = s.n
		}
		c.fresh(s)
	}
	c.matter()
	switch {
	case !c.base.there:
		c.tell(check.Medium, 0, "", nil, "is new and steers agents")
	case fresh > 0:
		c.tell(check.Low, first, "", c.said(first), "%s for agents came or changed", count(fresh, "instruction", "instructions"))
	}
}

// loss is a prohibition of the base that the head does not have.
type loss struct {
	was *statement
	now *pooled // what stands in its place; nil where nothing does
}

// dropped are the prohibitions that the head no longer has, or has in weaker words.
func (c *change) dropped() []loss {
	now := map[string]int{}
	for i := range c.after {
		now[c.after[i].norm] = max(now[c.after[i].norm], 1+c.after[i].holds())
	}
	var out []loss
	seen := map[string]bool{}
	for i := range c.before {
		s := &c.before[i]
		if s.holds() == 0 || len(s.words) == 0 || s.code || s.comment || seen[s.norm] || now[s.norm]-1 >= s.holds() {
			continue
		}
		seen[s.norm] = true
		if kept, instead := c.r.keeps(c.path, s); !kept {
			out = append(out, loss{s, instead})
		}
	}
	return out
}

// keeps looks for a statement that stands for one that is gone: with enough of its words, and no weaker. Where there are only
// weaker ones, it returns the nearest.
func (r *report) keeps(p string, s *statement) (bool, *pooled) {
	var touched []int
	for _, w := range s.words {
		for _, i := range r.index[w] {
			if r.hits[i] == 0 {
				touched = append(touched, i)
			}
			r.hits[i]++
		}
	}
	kept, excepts := false, exceptions.MatchString(s.norm)
	var nearest *pooled
	best := 0.0
	for _, i := range touched {
		o := &r.pool[i]
		force := r.forceAround(i)
		shared := float64(r.hits[i])
		r.hits[i] = 0
		small, large := float64(min(len(s.words), len(o.words))), float64(max(len(s.words), len(o.words)))
		near := max(shared/float64(len(s.words)), shared/large)
		if shared < 2 && small > 1 || near < 0.5 || small == 0 || !o.new && near < 0.75 && o.path == p {
			continue
		}
		if o.norm == s.norm && o.path == p {
			if near = 2; o.holds() >= s.holds() {
				kept = true
			}
		}
		if force >= s.holds() && (!o.excepts || excepts || o.norm == s.norm) && !o.inverts {
			kept = true
		}
		if near > best {
			nearest, best = o, near
		}
	}
	return kept, nearest
}

// forceAround is the force of a statement, or of one beside it in the same paragraph: "It has none by design. Do not add any."
func (r *report) forceAround(i int) int {
	o := &r.pool[i]
	force := o.holds()
	for _, j := range []int{i - 1, i + 1} {
		if j < 0 || j >= len(r.pool) || o.par == 0 {
			continue
		}
		if n := &r.pool[j]; n.path == o.path && n.par == o.par {
			force = max(force, n.force)
		}
	}
	return force
}

// drop says that one prohibition is gone or weaker.
func (c *change) drop(d loss) {
	s := d.was
	risk, loosens := s.price()
	listed := ""
	if s.force < s.lead {
		listed = ", which was listed as forbidden"
	}
	if d.now != nil && d.now.path == c.path {
		quote := append(c.stood(s.n), c.said(d.now.n)...)
		switch {
		case loosens && d.now.norm == s.norm:
			c.loosens(risk, d.now.n, fixDropped, c.said(d.now.n), "softens a rule: %q is no longer listed as forbidden", short(s.text))
		case loosens && (risk != check.Low || d.now.holds() == 0):
			c.loosens(risk, d.now.n, fixDropped, quote, "softens a rule: %q is now %q", short(s.text), short(d.now.text))
		default:
			c.tell(check.Low, d.now.n, "", quote, "a rule is put more softly")
		}
		return
	}
	if loosens {
		c.loosens(risk, 0, fixDropped, c.stood(s.n), "drops a rule: %q%s", short(s.text), listed)
	} else if risk != "" {
		c.tell(check.Low, 0, "", c.stood(s.n), "drops the advice %q", short(s.text))
	}
}

// price is what dropping a prohibition costs, and whether that loosens control: rules of style may go.
func (s *statement) price() (check.Risk, bool) {
	serious := s.serious()
	switch {
	case s.holds() >= 3 && serious:
		return check.High, true
	case s.holds() >= 3 && (firm.MatchString(s.norm) || forbidsElsewhere.MatchString(s.norm)):
		return check.Low, true
	case s.holds() == 2 && serious && s.force == 2 && demands.MatchString(s.norm):
		return check.Medium, true
	case s.holds() >= 1 && serious, s.holds() >= 2:
		return check.Low, false
	}
	return "", false
}

// gone says what went with a file.
func (c *change) gone(dropped []loss) {
	n, risk := 0, check.Low
	var quote []string
	for _, d := range dropped {
		cost, loosens := d.was.price()
		if !loosens {
			continue
		}
		n++
		if risk.Below(cost) {
			risk = cost
		}
		if len(quote) < 4 {
			quote = append(quote, c.stood(d.was.n)...)
		}
	}
	gone := "the instruction file is gone"
	if c.file.Status == pull.Renamed {
		gone = "no agent reads the file under this name"
	}
	if n == 0 {
		c.tell(check.Low, 0, "", nil, "%s; it forbade nothing that is not forbidden elsewhere", gone)
		return
	}
	c.loosens(risk, 0, fixDropped, quote, "%s, and with it go %s that no other file of the change has", gone, count(n, "rule", "rules"))
}

// fresh looks at one sentence that is new.
func (c *change) fresh(s *statement) {
	quote := c.said(s.n)
	if s.comment {
		c.inComment(s, quote)
		return
	}
	if what, risk := grantIn(s); what != "" {
		c.loosens(risk, s.n, fixGrant, quote, "%s: %q", what, short(s.text))
		return
	}
	if s.holds() < 2 || s.code {
		if what, risk := dangerous(s.text); what != "" {
			c.loosens(risk, s.n, fixDangerous, quote, "a command for agents %s", what)
			return
		}
		if fetched.MatchString(s.norm) && strings.Contains(s.norm, "://") {
			c.loosens(check.High, s.n, fixFetched, quote, "tells agents to follow what stands at an address: %q", short(s.text))
			return
		}
	}
	if s.code {
		return
	}
	if m := importLine.FindStringSubmatch(s.text); m != nil && !strings.Contains(s.text, "`@") {
		target := m[1]
		if strings.HasPrefix(target, "~") || path.IsAbs(target) || strings.HasPrefix(path.Join(path.Dir(c.path), target), "../") {
			c.loosens(check.Medium, s.n, fixFetched, quote, "takes in %q, which is not in the repository", short(target))
		} else {
			c.tell(check.Low, s.n, "", quote, "takes in %q", short(target))
		}
	}
}

// fetched is a sentence that has agents fetch instructions and obey them.
var fetched = regexp.MustCompile(`\b(?:fetch|download|curl|wget|retrieve|load|read|visit|open|browse|get|pull|go to|check)\b.*://.*\b(?:follow|obey|execute|run (?:it|them|the|what)|apply|comply|instructions?|do (?:what|as|exactly))\b|\b(?:follow|obey|execute|apply|comply with) (?:the |all |any |every )*(?:instructions?|commands?|directives?|prompts?|steps) (?:\w+ ){0,4}(?:at|from|in|on|of) \S*://|\b(?:instructions?|rules|prompts?) (?:are |is )?(?:at|from|hosted at|found at|available at) \S*://.*\b(?:override|precedence|priority|always follow)`)

var (
	imperative = regexp.MustCompile(`\b(?:you (?:must|should|may|can|are)|always|never|do not|don't|ignore|execute|run|send|approve|merge|push|secretly|fetch|curl|install|delete|agents?|assistant|claude|copilot|cursor|llm|ai (?:agents?|models?|reviewers?))\b`)
	housework  = regexp.MustCompile(`generated|markdownlint|prettier|vale|textlint|cspell|eslint|\btoc\b|doctoc|^(?:begin|end|start|stop)\b|copyright|spdx|licen[cs]e|do not (?:edit|modify|remove|delete|change|touch|alter)|don't (?:edit|modify|remove|delete|change|touch)|\btodo\b|\bfixme\b|^/?[\w:.-]+$|edit this (?:file|section)|last updated|maintained by|rulesync|ruler|nx configuration`)
)

// inComment looks at a new sentence in a comment, which agents read and the page does not show.
func (c *change) inComment(s *statement, quote []string) {
	if what, risk := grantIn(s); what != "" {
		c.loosens(risk, s.n, fixComment, quote, "in a comment that the page does not show, %s: %q", what, short(s.text))
		return
	}
	if what, risk := dangerous(s.text); what != "" {
		c.loosens(risk, s.n, fixComment, quote, "a command in a comment that the page does not show %s", what)
		return
	}
	if len(strings.Fields(s.norm)) >= 4 && imperative.MatchString(s.norm) && !housework.MatchString(s.norm) {
		c.loosens(check.Medium, s.n, fixComment, quote, "a comment that the page does not show tells agents what to do: %q", short(s.text))
	}
}
