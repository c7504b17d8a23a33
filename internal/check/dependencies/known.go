package dependencies

import (
	"slices"
	"strings"
)

// learn notes what the base already uses, so that what is new can be told from what is elsewhere.
func (b *book) learn() {
	head := map[ecosystem]map[string]bool{}
	for _, f := range b.sorted() {
		k := b.known[f.eco]
		if k == nil {
			k = &known{
				names: map[string][]*entry{}, where: map[string]string{}, places: map[string]bool{}, own: map[string]bool{},
				gone: map[string]bool{}, moved: map[string]bool{}, asked: map[string][]*entry{}, over: map[string]bool{},
			}
			b.known[f.eco] = k
			head[f.eco] = map[string]bool{}
		}
		if f.before != nil {
			k.learn(f)
		}
		if f.after != nil && f.role == manifest {
			for i := range f.after.entries {
				e := &f.after.entries[i]
				head[f.eco][e.name] = true
				k.asked[e.name] = append(k.asked[e.name], e)
			}
		}
		if f.after != nil {
			for _, s := range f.after.settings {
				if s.kind == override {
					of, _ := overridden(f.eco, s)
					k.over[of] = true
				}
			}
		}
		// The base's names alone: a change could call its own package as one that it replaces.
		if f.before != nil && f.before.own != "" && f.role == manifest {
			k.own[f.before.own] = true
			if f.eco == goModules {
				k.own[goRepository(f.before.own)] = true
			}
		}
	}
	for eco, k := range b.known {
		for name := range k.names {
			if !head[eco][name] {
				k.gone[name] = true
			}
		}
		slices.Sort(k.direct)
		k.direct = slices.Compact(k.direct)
		k.used = newUsed(k.direct)
	}
}

// sorted are all files that were read, in the order of their paths.
func (b *book) sorted() []*file {
	out := make([]*file, 0, len(b.byPath))
	for _, f := range b.byPath {
		out = append(out, f)
	}
	slices.SortFunc(out, func(x, y *file) int { return strings.Compare(x.path, y.path) })
	return out
}

func (k *known) learn(f *file) {
	for i := range f.before.entries {
		e := &f.before.entries[i]
		if f.role == manifest && (f.after == nil || len(f.after.find(e.name)) == 0) {
			k.moved[e.name] = true
		}
		if e.source.kind != "" && e.source.kind != fromPath {
			k.places[e.source.owner()] = true
		}
		if f.role != manifest {
			continue
		}
		k.names[e.name] = append(k.names[e.name], e)
		if k.where[e.name] == "" {
			k.where[e.name] = f.path
		}
		if !e.indirect {
			k.direct = append(k.direct, e.name)
		}
	}
	for _, s := range f.before.settings {
		if s.kind == registry {
			k.places[registryAt(s.value).where] = true
			k.places[lastWord(s.key)] = true // pyproject names an index, and its packages name it again
		}
	}
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// from reports whether the base already takes packages of the ecosystem from there.
func (k *known) from(s source) bool { return k.places[s.owner()] }

// elsewhere is the file of the base that already asks for the very same.
func (k *known) elsewhere(e *entry) string {
	for _, other := range k.names[e.name] {
		if other.version == e.version && other.source == e.source {
			return k.where[e.name]
		}
	}
	return ""
}

// ours reports whether a package is the repository's own, by its name.
func (b *book) ours(eco ecosystem, name string) bool {
	own := b.known[eco].own
	if eco != goModules {
		return own[name]
	}
	repository := goRepository(name)
	return own[name] || own[repository] || strings.EqualFold(repository, "github.com/"+b.r.Repo)
}

// goRepository is the repository of a module: host, owner and name, or the first part where that is no host.
func goRepository(module string) string {
	parts := strings.Split(module, "/")
	if !strings.Contains(parts[0], ".") {
		return parts[0]
	}
	return strings.Join(parts[:min(len(parts), 3)], "/")
}
