package policy

import (
	"regexp"
	"slices"

	"github.com/sluicegate/sluice/internal/strict"
)

// Maintainers is the word of [Waivers] for those who may write to the repository.
const Maintainers = "maintainers"

// signer is who can be named to waive: a login or a team.
var signer = regexp.MustCompile(`^(?:@?[A-Za-z0-9][A-Za-z0-9_-]{0,99}|@[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9][A-Za-z0-9_-]{0,99})$`)

// Waivable reports whether a check can be waived.
func (w *Waivers) Waivable(check string) bool {
	return len(w.Checks) == 0 || slices.Contains(w.Checks, check)
}

func (l *loading) judgeWaivers(w *Waivers) {
	for i, name := range w.By {
		if !signer.MatchString(name) {
			l.problem(item(l.node("waivers", "by"), i), "%q is nobody who can sign; write %q, a login or \"@org/team\"", name, Maintainers)
		}
	}
	for i, name := range w.Checks {
		if !slices.Contains(l.names, name) {
			l.found = append(l.found, strict.Unknown(item(l.node("waivers", "checks"), i), "check", name, l.names))
		}
	}
	if node := strict.Field(l.root, "waivers"); node != nil && (w.Days < 1 || w.Days > 366) {
		l.problem(l.node("waivers", "days"), "a waiver lasts from 1 to 366 days")
	}
}
