package dependencies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixRegistry = "Leave the registries as they are, or have somebody who may change the policy put the place under sources."
	fixScript   = "Take it out, and run the command where everybody sees it: in CI or by hand. It runs on every machine that installs."
)

// compareSettings says what one file newly sets, and what it sets no more.
func (b *book) compareSettings(f *file) {
	var before, after []setting
	if f.before != nil {
		before = f.before.settings
	}
	if f.after != nil {
		after = f.after.settings
	}
	was, is := values(before), values(after)
	seen := map[setting]bool{}
	for _, s := range after {
		if slices.Contains(was[id(s)], s.value) || seen[s] {
			continue
		}
		seen[s] = true
		old := ""
		if gone := gone(was[id(s)], is[id(s)]); len(gone) > 0 {
			old = gone[0]
		}
		switch s.kind {
		case registry:
			b.registry(f, s, old)
		case script:
			b.script(f, s, old)
		case override:
			b.override(f, s, old)
		}
	}
	for _, s := range before {
		if len(is[id(s)]) == 0 && !seen[s] {
			seen[s] = true
			b.unset(f, s)
		}
	}
}

type settingID struct {
	settingKind
	key string
}

func id(s setting) settingID { return settingID{s.kind, s.key} }

func values(all []setting) map[settingID][]string {
	out := map[settingID][]string{}
	for _, s := range all {
		out[id(s)] = append(out[id(s)], s.value)
	}
	return out
}

func gone(was, is []string) []string {
	return slices.DeleteFunc(slices.Clone(was), func(v string) bool { return slices.Contains(is, v) })
}

// registry says that packages come from a place that the base does not know.
func (b *book) registry(f *file, s setting, old string) {
	to := registryAt(s.value)
	if host, _ := place(s.value); host == "" {
		to = source{fromRegistry, s.value} // a variable, a directory, the name of another setting
	}
	k := b.known[f.eco]
	spelt := strings.ToLower(strings.TrimRight(s.value, "/"))
	if b.said[spelt] || f.role == lock && to == (source{}) {
		return
	}
	b.said[spelt] = true
	message := fmt.Sprintf("takes packages from %s, by %s", to, q(s.key))
	if to.kind == "" {
		message = fmt.Sprintf("takes packages from %s, by %s", q(s.value), q(s.key))
	}
	if old != "" {
		message += fmt.Sprintf(", and took them from %s", q(old))
	}
	x := b.say(f, resourced, check.High, message, fixRegistry, s.value, s.key)
	switch {
	case to.kind == "":
		x.quiet = old == "" || registryAt(old) == (source{}) || strings.HasPrefix(old, "http://")
	case to.trusted(b.o.Sources):
		x.quiet = true
	default:
		x.quiet = k.from(to) && old == "" || isPath(s.value) && !pathAt(s.value).outside(f.dir()) || strings.HasPrefix(s.key, "source ") && to.where == s.value && f.eco == cargo
	}
	if x.quiet {
		x.Risk, x.Fix = check.Low, ""
	}
}

// isPath reports whether a setting names a directory, whose content the reviewer sees.
func isPath(value string) bool {
	return hasAnyPrefix(value, "./", "../") || !strings.ContainsAny(value, ":$~{") && strings.Contains(value, "/")
}

// backends build packages by themselves, and run nothing of the repository's own.
var backends = map[string]bool{
	"setuptools.build_meta": true, "setuptools.build_meta:__legacy__": true, "hatchling.build": true, "poetry.core.masonry.api": true,
	"flit_core.buildapi": true, "pdm.backend": true, "pdm.pep517.api": true, "uv_build": true, "maturin": true, "scikit_build_core.build": true,
	"mesonpy": true,
}

func (b *book) script(f *file, s setting, old string) {
	if s.key == "build-backend" && backends[s.value] {
		return
	}
	message := fmt.Sprintf("installing now runs %s, by %s", q(s.value), q(s.key))
	if old != "" {
		message = fmt.Sprintf("installing now runs %s, by %s; it ran %s", q(s.value), q(s.key), q(old))
	}
	x := b.say(f, runs, check.High, message, fixScript, s.value, lastPart(s.key))
	x.quiet = matches(b.o.Allow, s.value) ||
		s.key == "yarnPath" && strings.HasPrefix(s.value, ".yarn/releases/") && !strings.Contains(s.value, "..") ||
		s.key == "plugins" && strings.HasPrefix(s.value, "@yarnpkg/plugin-")
	if x.quiet {
		x.Risk, x.Fix = check.Low, ""
	}
}

func lastPart(key string) string { return key[strings.LastIndexAny(key, ". ")+1:] }

// override says that one package stands for another, or for its version.
func (b *book) override(f *file, s setting, old string) {
	of, to := overridden(f.eco, s)
	message := fmt.Sprintf("puts %s in the place of %s", q(s.value), q(of))
	if old != "" {
		message = fmt.Sprintf("puts %s in the place of %s, where %s was", q(s.value), q(of), q(old))
	}
	switch to.kind {
	case "":
		x := b.say(f, raised, check.Medium, message, "", lastPart(of), of)
		if old != "" && direction(old, s.value) < 0 {
			x.change, x.Fix = lowered, fixLower
			x.quiet = b.named(&entry{name: of})
		}
	default:
		x := b.say(f, resourced, check.High, message, fixSource, s.value, to.where, of, lastPart(of))
		inside := to.kind == fromPath && !to.outside(f.dir()) && b.ours(f.eco, of)
		x.quiet = inside || to.kind == fromWorkspace || to.trusted(b.o.Sources)
		if x.quiet {
			x.Risk, x.Fix = check.Low, ""
		}
	}
}

// overridden is which package an override is of, and where the one in its place comes from.
func overridden(eco ecosystem, s setting) (string, source) {
	words := strings.Fields(s.key)
	of := words[len(words)-1]
	switch eco {
	case goModules:
		of = words[1]
		path, _, versioned := strings.Cut(s.value, " ")
		switch {
		case !versioned:
			return of, pathAt(path)
		case path == of:
			return of, source{}
		}
		return of, source{fromAlias, path}
	case pypi:
		e, _ := pep508(s.value)
		return of, e.source
	}
	if strings.HasPrefix(s.value, "$") {
		return of, source{}
	}
	return of, npmSource(s.value)
}

// unset says that a registry of one's own is given up: from then on anybody may have the name.
func (b *book) unset(f *file, s setting) {
	from := registryAt(s.value)
	switch {
	case s.kind == guard:
		b.say(f, runs, check.High, fmt.Sprintf("scripts of packages are no longer kept from running, by %s", q(s.key)), "Leave the setting as it is.", s.key)
	case s.kind == override:
		x := b.say(f, resourced, check.Low, fmt.Sprintf("no longer puts %s in the place of %s", q(s.value), q(lastWord(s.key))), "", lastWord(s.key), s.value)
		x.quiet = true
	case s.kind == registry && f.role != lock && from.kind == fromRegistry && !strings.HasPrefix(from.where, "http://"):
		x := b.say(f, resourced, check.Medium, fmt.Sprintf("no longer takes packages from %s, by %s", from, q(s.key)), fixRegistry, s.value, s.key)
		x.quiet = f.after == nil && !strings.Contains(s.key, "registry") || f.eco == jvm
	}
}
