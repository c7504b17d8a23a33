package controlplane

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

const fixAction = "Write the full commit id, with the version in a comment: uses: owner/name@<40 digits> # v1.2.3."

// splitUses takes "owner/name/path@ref" apart; an image's name is with its digest's sign cut too.
func splitUses(uses string) (name, ref string) {
	uses = strings.TrimSpace(uses)
	if i := strings.LastIndexByte(uses, '@'); i > 0 {
		return strings.ToLower(uses[:i]), uses[i+1:]
	}
	if image, ok := strings.CutPrefix(uses, "docker://"); ok {
		if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
			return "docker://" + strings.ToLower(image[:i]), image[i+1:]
		}
	}
	return strings.ToLower(uses), ""
}

var (
	commitID = regexp.MustCompile(`^[0-9a-fA-F]{40}$|^[0-9a-fA-F]{64}$|^sha256:[0-9a-fA-F]{64}$`)
	version  = regexp.MustCompile(`^v?\d+(?:[.\w-]*)$`)
)

// trusted reports whether an action is of an owner who may move its tags: the policy's, or the repository's own.
func (x *flows) trusted(name string) bool {
	if strings.HasPrefix(name, "./") {
		return true
	}
	owner, _, _ := strings.Cut(name, "/")
	own, _, _ := strings.Cut(x.c.r.in.Pull.Base.Repo, "/")
	if own == "" {
		own, _, _ = strings.Cut(x.c.r.in.Pull.Repo, "/")
	}
	return own != "" && strings.EqualFold(owner, own) || slices.ContainsFunc(x.c.r.o.Trusted, func(t string) bool { return strings.EqualFold(t, owner) })
}

// pins compares which actions are used, and whether what they are can change behind one's back.
func (x *flows) pins() {
	before := map[string][]string{}
	lines := map[string]int{}
	for _, s := range x.base.steps {
		if s.uses != "" {
			name, ref := splitUses(s.uses)
			before[name] = append(before[name], ref)
			lines[name] = s.useLine
		}
	}
	for i := range x.head.steps {
		s := &x.head.steps[i]
		name, ref := splitUses(s.uses)
		if s.uses == "" || strings.HasPrefix(name, "./") || slices.Contains(before[name], ref) {
			continue
		}
		x.pin(s, name, ref, before[name], lines[name])
	}
}

func (x *flows) pin(s *step, name, ref string, before []string, was int) {
	c, n := x.c, s.useLine
	pinned := commitID.MatchString(ref)
	unpinnedBefore := slices.IndexFunc(before, func(r string) bool { return !commitID.MatchString(r) })
	image := strings.HasPrefix(name, "docker://")
	switch {
	case pinned && len(before) == 0:
		c.tell(check.Low, n, "", c.said(n), "uses %s, which is new here", short(name))
	case pinned:
		// Pinned now, or pinned to another commit.
		if unpinnedBefore < 0 {
			c.tell(check.Low, n, "", c.both(was, n), "uses another commit of %s", short(name))
		}
	case len(before) > 0 && unpinnedBefore < 0:
		c.loosens(check.High, n, fixAction, c.both(was, n), "%s is no longer pinned to a commit", short(name))
	case len(before) > 0 && version.MatchString(before[unpinnedBefore]) && !version.MatchString(ref) && !image:
		c.loosens(check.Medium, n, fixAction, c.both(was, n), "%s follows %q, which changes with every push to it; it was at %q", short(name), short(ref), short(before[unpinnedBefore]))
	case len(before) > 0:
		c.tell(check.Low, n, "", c.both(was, n), "uses another version of %s", short(name))
	case c.r.moved[strings.ToLower(strings.TrimSpace(s.uses))]:
		c.tell(check.Low, n, "", c.said(n), "uses %s, which another file of the change gave up", short(name))
	case image:
		c.loosens(check.Medium, n, "Write the image's digest: docker://name@sha256:….", c.said(n), "runs the image %s, which is not pinned to a digest", short(name))
	case x.trusted(name):
		c.tell(check.Low, n, "", c.said(n), "uses %s, which is new here", short(name))
	default:
		c.loosens(check.Medium, n, fixAction, c.said(n), "uses %s at %q, which its owner can move", short(name), short(ref))
	}
}
