package sandbox

import (
	"regexp"
	"slices"
	"strconv"
)

var (
	unseen = regexp.MustCompile("(?s)<!--.*?-->|```.*?```|~~~.*?~~~|`[^`\n]*`|(?m:^>.*$)")
	closes = regexp.MustCompile(`(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+/[\w.-]+)?#(\d{1,9})|https?://[^/\s]+/([\w.-]+/[\w.-]+)/issues/(\d{1,9}))\b`)
)

// closing are the issues that merging p closes: named in its text after a closing word, or linked by hand. GitHub looks
// at the words only where the pull request goes to the default branch (docs, "Linking a pull request to an issue").
func (s *Sandbox) closing(p *pullRequest) []*issue {
	var out []*issue
	add := func(full, number string) {
		r := p.repo
		if full != "" {
			r = s.repos[lower(full)]
		}
		n, _ := strconv.Atoi(number)
		if r == nil || r.issues[n] == nil || r.issues[n].pull != nil || slices.Contains(out, r.issues[n]) {
			return
		}
		out = append(out, r.issues[n])
	}
	if p.baseName == p.repo.main {
		for _, m := range closes.FindAllStringSubmatch(unseen.ReplaceAllString(p.body, " "), -1) {
			add(m[1]+m[3], m[2]+m[4])
		}
	}
	for _, n := range p.linked {
		add("", strconv.Itoa(n))
	}
	return out
}
