package dependencies

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// disagreements holds each manifest against its lock file, where one of the two changed. What did not fit before is not
// the change's doing.
func (b *book) disagreements() {
	for _, f := range b.sorted() {
		if f.role != manifest || f.after == nil || len(f.locks) == 0 {
			continue
		}
		locks := b.locksOf(f)
		var wrong map[string]string
		for i, l := range locks {
			if f.changed == nil && l.changed == nil {
				wrong = nil
				break
			}
			these := b.fresh(f, l)
			if i == 0 {
				wrong = these
				continue
			}
			for name := range wrong { // where there are two lock files, one that fits is enough
				if these[name] == "" {
					delete(wrong, name)
				}
			}
		}
		b.sayDisagreements(f, locks, wrong)
	}
}

// locksOf are the lock files in the nearest directory that has one.
func (b *book) locksOf(f *file) []*file {
	dir := f.dir()
	for range maxAbove {
		var out []*file
		for _, name := range f.locks {
			if l := b.byPath[path.Join(dir, name)]; l != nil && l.after != nil {
				out = append(out, l)
			}
		}
		if len(out) > 0 || dir == "." || f.eco == goModules {
			return out
		}
		dir = path.Dir(dir)
	}
	return nil
}

// fresh is what does not fit at the head and did at the base, by name.
func (b *book) fresh(f, l *file) map[string]string {
	at := strings.TrimPrefix(strings.TrimPrefix(f.dir(), l.dir()), "/")
	if l.dir() == "." && at == "." || f.dir() == l.dir() {
		at = ""
	} else if l.dir() == "." {
		at = f.dir()
	}
	top := b.byPath[path.Join(l.dir(), "package.json")]
	workspace := at != "" || f.after.workspace || top != nil && top.after != nil && top.after.workspace
	now := b.misfits(f.eco, f.after, l.after, at, workspace)
	if at != "" && !member(f, l, at) {
		return nil
	}
	if f.before == nil {
		return now
	}
	if l.before == nil || l.partly {
		for name := range now {
			if same(f.before.find(name), f.after.find(name)) {
				delete(now, name)
			}
		}
		return now
	}
	for name, why := range b.misfits(f.eco, f.before, l.before, at, workspace) {
		if now[name] == why {
			delete(now, name)
		}
	}
	return now
}

func same(a, b []*entry) bool {
	return slices.EqualFunc(a, b, func(x, y *entry) bool { return x.version == y.version && x.source == y.source })
}

// member reports whether a lock file above a manifest is also the manifest's.
func member(f, l *file, at string) bool {
	if l.after.roots != nil {
		return l.after.roots[at] != nil
	}
	if l.after.members[f.after.own] {
		return true
	}
	if len(l.after.members) > 0 && f.eco != npm || f.before == nil {
		return false
	}
	// Nothing says so. If the lock file had all that the manifest asked for, it is.
	wanted := 0
	for i := range f.before.entries {
		if e := &f.before.entries[i]; !e.unlocked && e.source == (source{}) {
			if l.before == nil || len(l.before.find(e.name)) == 0 {
				return false
			}
			wanted++
		}
	}
	return wanted >= 3
}

// misfits is what a manifest asks for and a lock file does not have, or has for another requirement: by name, why.
func (b *book) misfits(eco ecosystem, m, l *listing, at string, workspace bool) map[string]string {
	out := map[string]string{}
	if m == nil || l == nil {
		return out
	}
	root := l.roots[at]
	over := b.known[eco].over
	asked := map[string]bool{}
	for i := range m.entries {
		e := &m.entries[i]
		asked[e.name] = true
		if e.unlocked || e.source.kind == fromPath || e.source.kind == fromWorkspace || b.ours(eco, e.name) && e.name != "" {
			continue
		}
		if why := misfit(eco, e, l, root, over[e.name] || over[e.label()], workspace); why != "" {
			out[e.name] = why
		}
	}
	for name, requirement := range root {
		if !asked[name] && requirement != "" {
			out[name] = "still has " + q(name)
		}
	}
	return out
}

// misfit says what one requirement does not find in the lock file. In a workspace, yarn's lock file says nothing of the
// packages that stand in it.
func misfit(eco ecosystem, e *entry, l *listing, root map[string]string, overridden, workspace bool) string {
	switch {
	case root != nil:
		spec, ok := root[e.name]
		if !ok {
			return fmt.Sprintf("does not have %s", q(e.name))
		}
		if spec != "" && spec != e.version && !overridden {
			return fmt.Sprintf("was made for %s %s", q(e.name), q(spec))
		}
	case eco == goModules:
		if e.version != "" && !l.requests[e.shown+"@"+e.version] {
			return fmt.Sprintf("does not have %s %s", q(e.label()), e.version)
		}
	case l.requests != nil && !overridden && !strings.ContainsAny(e.version, ":/"):
		if !l.requests[e.name+"@"+e.version] && (!workspace || len(l.find(e.name)) > 0) {
			return fmt.Sprintf("does not answer %s %s", q(e.name), q(e.version))
		}
	case len(l.find(e.name)) == 0 && !overridden:
		return fmt.Sprintf("does not have %s", q(e.label()))
	}
	return ""
}

var update = map[ecosystem]string{
	goModules: "go mod tidy", npm: "the package manager's install", pypi: "the package manager's lock", cargo: "cargo update --workspace",
	jvm: "gradle dependencies --write-locks", rubygems: "bundle lock", nuget: "dotnet restore --force-evaluate", composer: "composer update --lock",
}

func (b *book) sayDisagreements(f *file, locks []*file, wrong map[string]string) {
	if len(wrong) == 0 {
		return
	}
	at := slices.IndexFunc(b.files, func(x *file) bool { return x == f })
	where := f
	if f.changed == nil {
		where = locks[0]
		at = slices.Index(b.files, locks[0])
	}
	sorted := make([]string, 0, len(wrong))
	for name := range wrong {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for _, name := range sorted {
		message := fmt.Sprintf("%s %s, as %s asks", q(locks[0].path), wrong[name], q(f.path))
		if strings.HasPrefix(wrong[name], "still") || strings.HasPrefix(wrong[name], "was made") {
			message = fmt.Sprintf("%s %s, and %s does not ask for that", q(locks[0].path), wrong[name], q(f.path))
		}
		label := name
		if e := f.after.find(name); len(e) > 0 {
			label = e[0].label()
		}
		b.say(where, unlocked, check.Medium, message, "Run "+update[f.eco]+" and commit the lock file with the manifest.", label, name)
		b.findings[len(b.findings)-1].at = at
	}
}

// lockRemoved says that nothing holds the versions any more.
func (b *book) lockRemoved(f *file) {
	if f.before == nil || f.changed.Status != pull.Removed {
		return
	}
	for _, m := range b.byPath {
		if m.role == manifest && m.eco == f.eco && m.dir() == f.dir() && m.after != nil && len(b.locksOf(m)) == 0 && len(m.after.entries) > 0 {
			b.say(f, unlocked, check.Medium, "the lock file is removed, and nothing holds the versions any more", "Keep the lock file, or put another package manager's beside the manifest.")
			return
		}
	}
}

// builds are the programs that cargo runs by their name: those that the change adds beside a manifest.
func builds(r *pull.Request) []*pull.File {
	var out []*pull.File
	for i := range r.Files {
		if f := &r.Files[i]; f.Status != pull.Removed && f.Status != pull.Modified && path.Base(f.Path) == "build.rs" {
			out = append(out, f)
		}
	}
	return out
}

func (b *book) buildScripts() {
	for _, p := range builds(b.r) {
		doc := b.contents[path.Join(path.Dir(p.Path), "Cargo.toml")]
		if doc == nil || doc.Missing || leftOut(b.kinds, b.o, p.Path) || p.Status == pull.Renamed && path.Base(p.Previous) == "build.rs" {
			continue
		}
		x := b.say(&file{path: p.Path, changed: p}, runs, check.High, "cargo runs it before it compiles the package", fixScript)
		x.at = len(b.files)
	}
}
