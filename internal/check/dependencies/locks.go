package dependencies

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixHash  = "Take the lock file of the base and let the package manager write it again. Do not merge before somebody knows why the content of a published version differs."
	fixPlace = "Let the package manager write the lock file again, with the registries of the base."
)

// compareLock says what changed in a lock file without a word of the manifest: places, hashes, scripts, and versions of
// what the manifest asks for.
func (b *book) compareLock(f *file) {
	if f.after == nil {
		b.lockRemoved(f)
		return
	}
	before, after := names(f.before), names(f.after)
	g := &grouped{b: b, f: f, moved: map[[2]source][]string{}}
	for _, name := range union(before, after) {
		was, is := before[name], after[name]
		if len(is) == 0 {
			continue
		}
		g.scripts(was, is)
		if len(was) == 0 {
			g.fresh(is)
			continue
		}
		g.hashes(was, is)
		for _, e := range is {
			if e.nowhere || was[0].nowhere {
				continue
			}
			if from, moved := movedSource(was, e); moved {
				g.move(from, e)
				break
			}
		}
		b.lockedVersion(f, name, was, is)
	}
	g.say()
}

// lockedVersion says that the lock file has another version of what the manifest asks for as before.
func (b *book) lockedVersion(f *file, name string, was, is []*entry) {
	if f.partly || f.eco == goModules {
		return
	}
	asked := false
	for _, m := range madeFrom[strings.ToLower(path.Base(f.path))] {
		manifest := b.byPath[path.Join(f.dir(), m)]
		if manifest == nil || manifest.before == nil || manifest.after == nil {
			continue
		}
		x, y := direct(manifest.before.find(name)), direct(manifest.after.find(name))
		if x == nil || y == nil || x.version != y.version || x.source != y.source {
			return // the manifest says it
		}
		asked = true
	}
	old, now := onlyIn(was, is), onlyIn(is, was)
	if asked && len(old) == 1 && len(now) == 1 {
		b.version(f, is[0], old[0], now[0], " in the lock file")
	}
}

// grouped are the changes of one lock file: a registry that moves takes hundreds of packages with it, and is one finding.
type grouped struct {
	b      *book
	f      *file
	rehash []string // "name version"
	lost   []string // those that have no hash any more
	hash   []string // of the first of them: the new one, the old one
	script []string
	moved  map[[2]source][]string // from, to
	order  [][2]source
}

// unsaid stands for the source of a package that was not there.
var unsaid = source{kind: "none"}

func (g *grouped) move(from source, e *entry) {
	key := [2]source{from, e.source}
	if g.moved[key] == nil {
		g.order = append(g.order, key)
	}
	if !slices.Contains(g.moved[key], e.name) {
		g.moved[key] = append(g.moved[key], e.name)
	}
}

// fresh looks at a package that the lock file did not have.
func (g *grouped) fresh(is []*entry) {
	for _, e := range is {
		switch e.source.kind {
		case "", fromWorkspace, fromPath:
		default:
			if !g.b.known[g.f.eco].from(e.source) {
				g.move(unsaid, e)
			}
		}
	}
}

// asked reports whether a manifest of the head asks for the package from there: then the manifest's finding says it.
func (b *book) asked(eco ecosystem, e *entry) bool {
	for _, m := range b.known[eco].asked[e.name] {
		switch {
		case m.source.kind == fromRegistry && e.source.kind == fromRegistry && m.source.owner() == e.source.owner():
			return true
		case e.source.where != "" && m.source.where == e.source.where:
			return true
		}
	}
	return false
}

// hashes finds another hash for a version that was locked before.
func (g *grouped) hashes(was, is []*entry) {
	for _, e := range is {
		for _, old := range was {
			if old.version != e.version || old.source != e.source {
				continue
			}
			if len(old.hashes) > 0 && len(e.hashes) == 0 && e.source.kind != fromGit {
				g.lost = append(g.lost, e.label()+" "+e.version)
				return
			}
			if now, then := differs(old, e); now != "" {
				g.rehash = append(g.rehash, e.label()+" "+e.version)
				if g.hash == nil {
					g.hash = []string{now, then, e.label()}
				}
				return
			}
		}
	}
}

// differs is the hash that is another one for the same artifact, and what it was; empty where there is none.
func differs(a, b *entry) (now, then string) {
	artifacts := slices.Sorted(maps.Keys(a.hashes))
	for _, artifact := range artifacts {
		then, now = a.hashes[artifact], b.hashes[artifact]
		if then != now && then != "" && now != "" {
			return now, then
		}
	}
	if len(a.loose) > 0 && len(b.loose) > 0 && !slices.ContainsFunc(a.loose, func(h string) bool { return slices.Contains(b.loose, h) }) {
		return b.loose[0], a.loose[0]
	}
	return "", ""
}

func (g *grouped) scripts(was, is []*entry) {
	ran := func(e *entry) bool { return e.script }
	if slices.ContainsFunc(is, ran) && !slices.ContainsFunc(was, ran) && g.f.before != nil && !g.f.before.silent {
		g.script = append(g.script, is[0].label())
	}
}

func (g *grouped) say() {
	b, f := g.b, g.f
	if len(g.rehash) > 0 {
		x := b.say(f, rehashed, check.High, fmt.Sprintf("the hash of %s changed, and the version did not", some(g.rehash)), fixHash, g.hash...)
		x.count = len(g.rehash)
	}
	if len(g.lost) > 0 {
		x := b.say(f, rehashed, check.Medium, fmt.Sprintf("%s no hash any more", have(g.lost)), "Let the package manager write the lock file again.", first(g.lost))
		x.count = len(g.lost)
	}
	for _, key := range g.order {
		from, to, names := key[0], key[1], g.moved[key]
		names = slices.DeleteFunc(names, func(name string) bool { return b.asked(f.eco, &entry{name: name, source: to}) })
		if len(names) == 0 {
			continue // the manifest says it
		}
		message := fmt.Sprintf("%s now from %s, and came from %s", comes(names), to, from)
		if from == unsaid {
			message = fmt.Sprintf("%s from %s, which the base takes nothing from", comes(names), to)
		}
		x := b.say(f, resourced, check.High, message, fixPlace, names[0], to.where)
		x.count = len(names)
		e := &entry{name: names[0], source: to}
		x.quiet = b.harmless(f, e, from) || f.before == nil && to.kind == fromRegistry && !strings.HasPrefix(to.where, "http://")
		if x.quiet {
			x.Risk, x.Fix = check.Medium, ""
		}
	}
	asked := slices.DeleteFunc(g.script, func(name string) bool { return matches(b.o.Allow, name) })
	if len(asked) > 0 {
		x := b.say(f, runs, check.High, fmt.Sprintf("%s a program when installed, and did not before", run1(asked)),
			"Look at what it runs. If it is meant, somebody who may change the policy puts the name under allow.", asked[0])
		x.count = len(asked)
	}
}

func comes(names []string) string {
	if len(names) == 1 {
		return some(names) + " comes"
	}
	return some(names) + " come"
}

func have(names []string) string {
	if len(names) == 1 {
		return some(names) + " has"
	}
	return some(names) + " have"
}

// first is the name alone of "name version".
func first(labels []string) string {
	name, _, _ := strings.Cut(labels[0], " ")
	return name
}

func run1(names []string) string {
	if len(names) == 1 {
		return some(names) + " runs"
	}
	return some(names) + " run"
}

// some names up to five.
func some(names []string) string {
	const most = 5
	quoted := make([]string, 0, most)
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, q(name))
	}
	s := strings.Join(quoted, ", ")
	if more := len(names) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
