package scope

import (
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
)

// protected is a name that no agent may touch unless the policy names it.
type protected struct {
	text     string   // as people know it, ".github/workflows"
	why      string   // "steers agents"
	segments []string // the name's parts; one that ends in "*" is a beginning
	folded   []string
	anywhere bool // in every directory; otherwise at the root only
}

// The names by their first part as it reads, so that a path is looked up and not searched for; beginnings stand apart.
var (
	protectedByName = map[string][]*protected{}
	protectedByHead []*protected
)

func init() {
	for _, c := range kind.Controls() {
		p := &protected{text: c.Name, why: c.Why, segments: strings.Split(c.Name, "/"), anywhere: c.Anywhere}
		for _, s := range p.segments {
			p.folded = append(p.folded, fold(s))
		}
		if strings.HasSuffix(p.folded[0], "*") {
			protectedByHead = append(protectedByHead, p)
		} else {
			protectedByName[p.folded[0]] = append(protectedByName[p.folded[0]], p)
		}
	}
}

// protectedBy finds the protected name that path has, or reads as if it had: exact tells which. A name that it has wins.
func protectedBy(path string) (p *protected, exact bool) {
	read := strings.Split(fold(path), "/")
	parts := strings.Split(path, "/")
	var like *protected
	try := func(p *protected, i int) bool {
		if !p.anywhere && i > 0 || !matches(p.folded, read[i:]) {
			return false
		}
		// Folding can make two parts of one: then it is a disguise.
		if len(parts) == len(read) && matches(p.segments, parts[i:]) {
			return true
		}
		if like == nil || p.text < like.text {
			like = p
		}
		return false
	}
	for i := range read {
		for _, p := range protectedByName[read[i]] {
			if try(p, i) {
				return p, true
			}
		}
		for _, p := range protectedByHead {
			if try(p, i) {
				return p, true
			}
		}
	}
	return like, false
}

// matches reports whether a path's parts begin with a name's.
func matches(name, parts []string) bool {
	if len(parts) < len(name) {
		return false
	}
	for i, s := range name {
		if head, ok := strings.CutSuffix(s, "*"); ok && strings.HasPrefix(parts[i], head) {
			continue
		}
		if parts[i] != s {
			return false
		}
	}
	return true
}

// spelledIn reports whether a glob has the protected name's parts one after the other, letter by letter. A wildcard
// spells nothing: "**", ".github/**" and "*.md" name no protected path.
func (p *protected) spelledIn(glob string) bool {
	parts := strings.Split(glob, "/")
	for i := range parts {
		if i > 0 && !p.anywhere {
			return false
		}
		if matches(p.segments, parts[i:]) {
			return true
		}
	}
	return false
}
