package controlplane

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// byItself reports whether something runs the script unasked: a hook of git or of an agent, or what sets up a container.
func byItself(p string) bool {
	p = "/" + strings.ToLower(p)
	return strings.Contains(p, "/hooks/") || strings.Contains(p, "/.husky/") || strings.Contains(p, "/.githooks/") || strings.Contains(p, "/.git-hooks/")
}

var (
	blocks   = regexp.MustCompile(`(?i)\bexit\s+[1-9]\d*\b|\bsys\.exit\(\s*[1-9]|process\.exit\(\s*[1-9]|"(?:permissionDecision|decision)"\s*:\s*"(?:deny|block|ask)"|\b(?:deny|block)\b`)
	endsWell = regexp.MustCompile(`^\s*(?:exit(?:\s+0)?|return(?:\s+0)?|sys\.exit\(\s*0?\s*\)|process\.exit\(\s*0?\s*\);?)\s*$`)
	spared   = regexp.MustCompile(`(?i)\|\|\s*(?:true|:|exit\s+0)\s*$|\bset\s+\+e\b|--no-verify\b|\bHUSKY=0\b|core\.hooksPath|\bSKIP=`)
)

// script compares the lines of a script that something runs by itself.
func (c *change) script() {
	runs := byItself(c.file.Path) || byItself(c.file.Paths()[0])
	switch {
	case !c.head.there && runs:
		c.loosens(check.Medium, 0, fixDeny, nil, "the hook is gone; what it kept out it keeps out no longer")
		return
	case !c.head.there:
		c.tell(check.Low, 0, "", nil, "%s is gone", c.surface)
		return
	}
	c.newDangers(c.base.lines, c.head.lines)
	c.compose()
	if runs && c.file.PreviousMode == pull.Executable && c.file.Mode == pull.Regular {
		c.loosens(check.Medium, 0, "Run git update-index --chmod=+x on it.", nil, "the hook lost its executable bit, so git no longer runs it")
	}
	if !c.base.there {
		c.tell(check.Medium, 0, "", c.firstWords(), "is new: %s", c.surface)
		return
	}
	if len(c.added) == 0 && len(c.removed) == 0 {
		return
	}
	n := c.code()
	switch {
	case runs:
		c.weakened()
		if n > 0 {
			c.tell(check.Medium, n, "", c.said(n), "the hook changed; whether it still keeps out what it did is not judged here")
		}
	case n > 0:
		c.tell(check.Medium, n, "", c.said(n), "%s changed; what it does is not judged here", c.surface)
	}
}

var composeOpens = regexp.MustCompile(`(?i)^-?\s*(?:privileged:\s*true|(?:network_mode|pid|ipc|userns_mode):\s*["']?host|-?\s*seccomp[:=]unconfined|.*docker\.sock)`)

// compose looks at what a container's compose file lets it reach.
func (c *change) compose() {
	p := strings.ToLower(c.path)
	if !strings.HasSuffix(p, ".yml") && !strings.HasSuffix(p, ".yaml") {
		return
	}
	for _, n := range c.addedLines() {
		if composeOpens.MatchString(strings.TrimSpace(c.added[n])) {
			c.loosens(check.High, n, fixSetting, c.said(n), "the container can now reach the machine that it runs on")
		}
	}
}

// code is the number of the first added line that is no comment, 0 where there is none.
func (c *change) code() int {
	for _, n := range c.addedLines() {
		if s := strings.TrimSpace(c.added[n]); s != "" && !strings.HasPrefix(s, "#") && !strings.HasPrefix(s, "//") {
			return n
		}
	}
	return 0
}

func (c *change) firstWords() []string {
	if n := c.code(); n > 0 {
		return c.said(n)
	}
	return nil
}

// weakened looks for what makes a hook let through what it held: a way out at its beginning, a command whose failure no
// longer counts, a refusal or a command that is gone.
func (c *change) weakened() {
	var now []string
	for _, n := range c.addedLines() {
		s := strings.TrimSpace(c.added[n])
		if strings.HasPrefix(s, "#") {
			continue
		}
		now = append(now, s)
		switch {
		case spared.MatchString(s):
			c.loosens(check.Medium, n, fixSetting, c.said(n), "the hook lets through what fails")
		case endsWell.MatchString(c.added[n]) && c.early(n):
			c.loosens(check.High, n, fixSetting, c.said(n), "the hook ends before it looks at anything")
		}
	}
	for _, n := range c.removedLines() {
		s := strings.TrimSpace(c.removed[n])
		if s == "" || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "//") || kept(s, now) {
			continue
		}
		if blocks.MatchString(s) && !anyMatch(blocks, now) {
			c.loosens(check.Medium, 0, fixDeny, c.stood(n), "the hook no longer refuses here")
		} else if commandLike(s) && c.shell() {
			c.loosens(check.Medium, 0, fixDeny, c.stood(n), "the hook no longer runs %q", short(s))
		}
	}
}

// early reports whether only comments and settings of the shell stand before line n.
func (c *change) early(n int) bool {
	for _, l := range c.head.lines {
		if l.n >= n {
			return true
		}
		s := strings.TrimSpace(l.text)
		if s == "" || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "set -") || strings.HasPrefix(s, "import ") || strings.HasPrefix(s, ". ") || strings.HasPrefix(s, "source ") {
			continue
		}
		return false
	}
	return false
}

// shell reports whether the script's lines are commands.
func (c *change) shell() bool {
	p := strings.ToLower(c.path)
	return strings.HasSuffix(p, ".sh") || !strings.Contains(p[strings.LastIndexByte(p, '/')+1:], ".")
}

var keyword = regexp.MustCompile(`^(?:if|then|else|elif|fi|for|do|done|while|case|esac|function|local|export|set|echo|printf|return|exit|cd|source|\.|\{|\}|\)|[\w]+=|[\w]+\(\)|[\w*|"'-]+\)|;;|\[|\[\[)(?:\s|;|$)|^\w+=`)

func commandLike(s string) bool { return !keyword.MatchString(s) }

// kept reports whether a line stands for the removed one: it has at least half of its words.
func kept(s string, now []string) bool {
	words := strings.Fields(s)
	for _, other := range now {
		has := map[string]bool{}
		for _, w := range strings.Fields(other) {
			has[w] = true
		}
		same := 0
		for _, w := range words {
			if has[w] {
				same++
			}
		}
		if same*2 >= len(words) && same > 0 {
			return true
		}
	}
	return false
}

func anyMatch(re *regexp.Regexp, list []string) bool {
	for _, s := range list {
		if re.MatchString(s) {
			return true
		}
	}
	return false
}

// ignoreList compares the patterns of what agents do not read.
func (c *change) ignoreList() {
	if !c.head.there {
		c.loosens(check.Medium, 0, fixDeny, nil, "the list is gone; agents may read everything that it kept from them")
		return
	}
	now := map[string]bool{}
	var patterns []string
	for _, l := range c.head.lines {
		s := strings.TrimSpace(l.text)
		now[s] = true
		if s != "" && !strings.HasPrefix(s, "#") && len(patterns) < 500 {
			patterns = append(patterns, s)
		}
	}
	for _, l := range c.base.lines {
		s := strings.TrimSpace(l.text)
		if _, gone := c.removed[l.n]; !gone || s == "" || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "!") || now[s] || widened(s, patterns) {
			continue
		}
		c.loosens(check.Medium, 0, fixDeny, c.stood(l.n), "agents may now read %q", short(s))
	}
	for _, n := range c.addedLines() {
		if s := strings.TrimSpace(c.added[n]); strings.HasPrefix(s, "!") {
			c.loosens(check.Medium, n, fixDeny, c.said(n), "agents may now read %q", short(s[1:]))
		}
	}
}

// widened reports whether a pattern that is gone is taken in by another: ".env" by ".env*", "secrets/" by "**/secrets/".
func widened(s string, patterns []string) bool {
	plain := strings.Trim(strings.TrimPrefix(s, "**/"), "/*")
	for _, p := range patterns {
		if q := strings.Trim(strings.TrimPrefix(p, "**/"), "/*"); q == plain && !strings.HasPrefix(p, "!") || covers(p, s) {
			return true
		}
	}
	return false
}

// other is a file of agents in a form that nothing here reads.
func (c *change) other() {
	c.tell(check.Low, 0, "", nil, "%s changed, in a form that is not read here", c.surface)
}

// moved says of a rename what the new name does.
func (c *change) moved() {
	f := c.file
	if f.Status != pull.Renamed {
		return
	}
	switch {
	case c.now == none && c.surface != instructions && c.surface != script && c.surface != ignoreList:
		c.tell(check.Medium, 0, "", nil, "is no longer %s: it was %s", c.was, short(f.Previous))
	case c.was == none:
		c.tell(check.Medium, 0, "", nil, "is now %s: it was %s", c.now, short(f.Previous))
	case c.now != none && len(c.added) == 0 && len(c.removed) == 0:
		c.tell(check.Low, 0, "", nil, "has a new name; it was %s", short(f.Previous))
	}
}
