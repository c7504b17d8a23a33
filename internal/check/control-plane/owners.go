package controlplane

import (
	"errors"
	"slices"
	"strings"

	"github.com/hmarr/codeowners"
	"github.com/sluicegate/sluice/internal/check"
)

const fixOwners = "Put the owners back, or have one of them make the change in a pull request of their own."

// ownership is a CODEOWNERS file. GitHub skips lines that it cannot read, so each is parsed for itself.
type ownership struct {
	rules []codeowners.Rule
	lines []int
}

func ownershipOf(lines []line) ownership {
	var o ownership
	for _, l := range lines {
		s := strings.TrimSpace(l.text)
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		rules, err := codeowners.ParseFile(strings.NewReader(s))
		if err != nil || len(rules) != 1 {
			continue
		}
		o.rules = append(o.rules, rules[0])
		o.lines = append(o.lines, l.n)
	}
	return o
}

// match finds who owns a path: the last rule that matches. It is -1 where nobody does.
func (o *ownership) match(p string) int {
	for i := len(o.rules) - 1; i >= 0; i-- {
		if ok, err := o.rules[i].Match(p); err == nil && ok {
			return i
		}
	}
	return -1
}

func (o *ownership) owners(i int) []string {
	if i < 0 {
		return nil
	}
	var out []string
	for _, owner := range o.rules[i].Owners {
		out = append(out, strings.ToLower(owner.String()))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxMatches bounds how often a pattern is held against a path.
const maxMatches = 400_000

// owners compares who must review what: for each rule of either side a path that it is for.
func (c *change) owners() {
	base, head := ownershipOf(c.base.lines), ownershipOf(c.head.lines)
	if !c.head.there {
		c.loosens(check.High, 0, fixOwners, nil, "CODEOWNERS is gone; nobody has to review any more")
		return
	}
	if before := c.r.in.Pull.Owners; !c.base.there && before.Text != "" && before.Path != c.path && len(before.Text) <= maxFile && precedence(c.path) >= 0 && precedence(c.path) < precedence(before.Path) {
		base = ownershipOf(whole(before.Text).lines)
		c.tell(check.Medium, 0, "", nil, "GitHub reads this file now, and no longer %s", before.Path)
	} else if !c.base.there {
		c.tell(check.Medium, 0, "", nil, "CODEOWNERS is new here; GitHub reads one of them, the one in .github before the others")
		return
	}
	work := (len(base.rules) + len(head.rules)) * (len(base.rules) + len(head.rules))
	same := slices.EqualFunc(base.rules, head.rules, func(a, b codeowners.Rule) bool {
		return a.RawPattern() == b.RawPattern() && slices.Equal(a.Owners, b.Owners)
	})
	if same {
		return
	}
	if work > maxMatches {
		c.r.notRead(c.path, errors.New("it has more rules than are compared here"))
		return
	}
	said := map[string]bool{}
	for _, side := range []*ownership{&base, &head} {
		for i := range side.rules {
			pattern := side.rules[i].RawPattern()
			if said[pattern] {
				continue
			}
			said[pattern] = true
			p := sample(pattern)
			c.handedOver(pattern, &base, base.match(p), &head, head.match(p))
		}
	}
}

// precedence is the order in which GitHub looks for the file; it reads the first that there is.
func precedence(p string) int {
	return slices.Index([]string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}, p)
}

// handedOver says how the owners of one pattern's paths changed.
func (c *change) handedOver(pattern string, base *ownership, i int, head *ownership, j int) {
	before, now := base.owners(i), head.owners(j)
	lost, won := missing(before, now), missing(now, before)
	n, was := 0, 0
	if j >= 0 {
		n = head.lines[j]
	}
	if i >= 0 {
		was = base.lines[i]
		if !c.base.there {
			was = 0 // it is a line of another file
		}
	}
	author := "@" + strings.ToLower(c.r.in.Pull.Author.Login)
	switch {
	case len(before) > 0 && len(now) == 0:
		c.loosens(check.High, n, fixOwners, c.both(was, n), "%s has no owner any more; it was owned by %s", short(pattern), short(strings.Join(before, ", ")))
	case slices.Contains(won, author):
		c.loosens(check.High, n, fixOwners, c.both(was, n), "%s is now owned by %s, who opened this pull request", short(pattern), author)
	case len(lost) > 0 && len(won) > 0:
		c.loosens(check.Medium, n, fixOwners, c.both(was, n), "%s is now owned by %s; it was by %s", short(pattern), short(strings.Join(now, ", ")), short(strings.Join(before, ", ")))
	case len(lost) > 0:
		c.loosens(check.Medium, n, fixOwners, c.both(was, n), "%s is no longer owned by %s", short(pattern), short(strings.Join(lost, ", ")))
	case len(won) > 0 && len(before) > 0:
		c.tell(check.Medium, n, "", c.both(was, n), "%s may now be approved by %s too", short(pattern), short(strings.Join(won, ", ")))
	case len(won) > 0:
		c.tell(check.Low, n, "", c.said(n), "%s has an owner now: %s", short(pattern), short(strings.Join(won, ", ")))
	}
}

// sample is a path that a pattern is for.
func sample(pattern string) string {
	p := strings.TrimPrefix(strings.ReplaceAll(pattern, `\`, ""), "/")
	p = strings.ReplaceAll(p, "**/", "")
	p = strings.ReplaceAll(p, "**", "zz")
	p = strings.ReplaceAll(p, "*", "zz")
	p = strings.ReplaceAll(p, "?", "z")
	if strings.HasSuffix(p, "/") || p == "" {
		p += "zz"
	}
	return p
}
