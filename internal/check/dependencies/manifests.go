package dependencies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixNew    = "Do without it, or have somebody who may change the policy look at who maintains it and put it under allow."
	fixSource = "Take it from where it came from before, or have somebody who may change the policy put the place under sources."
	fixLower  = "Keep the version of the base, or say in the description why it must be lower."
	fixLike   = "Check the name letter by letter against the registry. If it is meant, somebody who may change the policy puts it under allow."
)

// compareManifest says what one manifest asks for and did not before, and what it asks for no more.
func (b *book) compareManifest(f *file) {
	before, after := names(f.before), names(f.after)
	for _, name := range union(before, after) {
		was, is := before[name], after[name]
		switch {
		case len(was) == 0:
			b.added(f, is)
		case len(is) == 0:
			b.removed(f, was)
		default:
			b.modified(f, was, is)
		}
	}
}

func names(l *listing) map[string][]*entry {
	if l == nil {
		return nil
	}
	return l.names()
}

func union(a, b map[string][]*entry) []string {
	out := make([]string, 0, len(a)+len(b))
	for name := range a {
		out = append(out, name)
	}
	for name := range b {
		if a[name] == nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// direct is the first entry that somebody asked for by name, nil where there is none.
func direct(entries []*entry) *entry {
	for _, e := range entries {
		if !e.indirect {
			return e
		}
	}
	return nil
}

// directs are the entries that somebody asked for by name.
func directs(entries []*entry) []*entry {
	var out []*entry
	for _, e := range entries {
		if !e.indirect {
			out = append(out, e)
		}
	}
	return out
}

func (b *book) added(f *file, is []*entry) {
	e := direct(is)
	if e == nil {
		return
	}
	k := b.known[f.eco]
	if other := k.elsewhere(e); other != "" {
		if !k.gone[e.name] && other != f.path && !k.moved[e.name] {
			x := b.say(f, added, check.Low, fmt.Sprintf("adds %s%s, which %s asks for already", q(e.label()), at(e), q(other)), "", e.label())
			x.quiet = true
		}
		return
	}
	if unversioned(e) && slices.ContainsFunc(k.asked[e.name], func(other *entry) bool { return !unversioned(other) }) {
		return // the file that names the version says it
	}
	if old := k.names[e.name]; len(old) > 0 {
		b.modified(f, old, is)
		return
	}
	if like := b.likeness(f, e); like != "" {
		b.say(f, lookAlike, check.High, like, fixLike, e.label(), e.name).quiet = matches(b.o.Allow, e.label(), e.name)
	}
	if b.foreign(f, e) {
		x := b.say(f, resourced, check.High, fmt.Sprintf("adds %s from %s", q(e.label()), e.source), fixSource, e.label(), e.source.where)
		x.quiet = e.source.trusted(b.o.Sources)
		return
	}
	message := fmt.Sprintf("adds the dependency %s%s", q(e.label()), at(e))
	if e.source.kind != "" {
		message += " from " + e.source.String()
	}
	x := b.say(f, added, check.Medium, message, fixNew, e.label(), e.name)
	x.quiet = matches(b.o.Allow, e.label(), e.name) || e.source.kind == fromWorkspace || b.ours(f.eco, e.name)
	if x.quiet {
		x.Risk = check.Low
	}
	if x.quiet || b.o.New == List {
		x.Fix = "" // it says what there is, and nothing is to be put right
	}
}

// unversioned reports whether a requirement leaves its version to another file.
func unversioned(e *entry) bool {
	return e.source == (source{}) && (e.version == "" || strings.HasPrefix(e.version, "catalog:"))
}

func at(e *entry) string {
	if e.version == "" {
		return ""
	}
	if strings.ContainsAny(e.version[:1], "=<>!~^*") {
		return " " + e.version[:min(len(e.version), 60)]
	}
	return " at " + e.version[:min(len(e.version), 60)]
}

// foreign reports whether a new package comes from a place that the base takes nothing of its kind from.
func (b *book) foreign(f *file, e *entry) bool {
	switch e.source.kind {
	case "", fromWorkspace:
		return false
	case fromPath:
		return e.source.outside(f.dir()) && !b.ours(f.eco, e.name)
	case fromAlias:
		return true
	case fromRegistry, fromGit, fromURL:
		return !b.known[f.eco].from(e.source)
	}
	return true
}

// likeness says which name in use a new one reads like; "" where there is none.
func (b *book) likeness(f *file, e *entry) string {
	if b.ours(f.eco, e.name) {
		return ""
	}
	if !plain(e.name) {
		return fmt.Sprintf("%+q has letters that no registry's names have; they read like others", e.label())
	}
	k := b.known[f.eco]
	other := k.used.like(e.name)
	if other == "" || owner(e.name) != "" && owner(other) == "" && k.gone[other] {
		return ""
	}
	return fmt.Sprintf("%s reads like %s, which this repository uses", q(e.label()), q(k.names[other][0].label()))
}

func (b *book) removed(f *file, was []*entry) {
	e := direct(was)
	if e == nil || !b.known[f.eco].gone[e.name] {
		return
	}
	b.say(f, removed, check.Low, fmt.Sprintf("removes the dependency %s", q(e.label())), "", e.label(), e.name)
}

// modified compares a package that was asked for before.
func (b *book) modified(f *file, was, is []*entry) {
	e := direct(is)
	for _, now := range is {
		if from, moved := movedSource(was, now); moved {
			b.resource(f, now, from)
			return
		}
	}
	g := &grouped{b: b, f: f}
	g.hashes(was, is)
	g.say()
	was, is = directs(was), directs(is)
	if len(was) == 0 || len(is) == 0 {
		return
	}
	if b.ours(f.eco, e.name) {
		return // a release of the repository's own packages
	}
	old, now := onlyIn(was, is), onlyIn(is, was)
	for _, x := range is { // of two major versions, the one that changed
		if len(now) > 0 && x.version == now[0] {
			e = x
			break
		}
	}
	switch {
	case len(now) == 0 || slices.Equal(old, now):
	case len(old) == 0:
		b.say(f, raised, check.Low, fmt.Sprintf("asks for %s at %s too", q(e.label()), q(now[0])), "", now[0], e.label()).quiet = matches(b.o.Allow, e.label(), e.name)
	default:
		b.version(f, e, old[0], now[0], "")
	}
}

// onlyIn are the versions of a that b has not.
func onlyIn(a, b []*entry) []string {
	var out []string
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y *entry) bool { return y.version == x.version }) && !slices.Contains(out, x.version) {
			out = append(out, x.version)
		}
	}
	slices.Sort(out)
	return out
}

// version says that a package is asked for, or locked, at another version.
func (b *book) version(f *file, e *entry, old, now, where string) {
	words := []string{e.label(), e.name, now}
	from, to := q(old), q(now)
	switch {
	case now == "" || now == "*" || now == "latest":
		b.say(f, raised, check.Medium, fmt.Sprintf("%s is no longer held at a version: it was %s%s", q(e.label()), from, where), "Name a version.", words...)
		return
	case old == "" || old == "*":
		b.say(f, raised, check.Low, fmt.Sprintf("%s is held at %s%s", q(e.label()), to, where), "", words...).quiet = true
		return
	}
	way := direction(old, now)
	if e.source.kind == fromGit || e.source.kind == fromURL {
		way = 0
	}
	switch {
	case way < 0:
		x := b.say(f, lowered, check.Medium, fmt.Sprintf("%s is lowered from %s to %s%s", q(e.label()), from, to, where), fixLower, words...)
		x.quiet = b.named(e)
	case way > 0:
		risk, step := check.Low, "raised"
		if major(old) != major(now) {
			risk, step = check.Medium, "raised to another major version,"
		}
		b.say(f, raised, risk, fmt.Sprintf("%s is %s from %s to %s%s", q(e.label()), step, from, to, where), "", words...).quiet = matches(b.o.Allow, e.label(), e.name)
	default:
		b.say(f, raised, check.Low, fmt.Sprintf("%s is changed from %s to %s%s", q(e.label()), from, to, where), "", words...).quiet = matches(b.o.Allow, e.label(), e.name)
	}
}

// named reports whether the pull request's own words name the package.
func (b *book) named(e *entry) bool {
	for _, text := range []string{b.r.Title, b.r.Body} {
		text = strings.ToLower(text)
		if strings.Contains(text, strings.ToLower(e.label())) || strings.Contains(text, strings.ToLower(e.name)) {
			return true
		}
	}
	return false
}

// movedSource is where a package came from, if none of what was has the source that it has now.
func movedSource(was []*entry, now *entry) (source, bool) {
	for _, e := range was {
		if e.source == now.source {
			return source{}, false
		}
	}
	return was[0].source, true
}

// resource says that a package comes from another place than before.
func (b *book) resource(f *file, e *entry, from source) {
	x := b.say(f, resourced, check.High, fmt.Sprintf("%s now comes from %s, and came from %s", q(e.label()), e.source, from), fixSource, e.label(), e.source.where, e.name)
	x.quiet = b.harmless(f, e, from)
	if x.quiet {
		x.Risk, x.Fix = check.Medium, ""
	}
}

// harmless reports whether a package may come from its new place: the workspace, the repository's own, a trusted place,
// or back from one's own copy to the public registry.
func (b *book) harmless(f *file, e *entry, from source) bool {
	switch e.source.kind {
	case "":
		return from.kind != fromRegistry && from.kind != fromAlias || strings.HasPrefix(from.where, "http://")
	case fromWorkspace:
		return true
	case fromPath:
		return !e.source.outside(f.dir()) && b.ours(f.eco, e.name)
	}
	return e.source.trusted(b.o.Sources) || e.source.kind == fromRegistry && from == source{fromRegistry, "http://" + e.source.where}
}
