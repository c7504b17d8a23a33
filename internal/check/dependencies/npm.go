package dependencies

import (
	"regexp"
	"strings"
)

// npmGroups are the parts of package.json that name packages; what stands in the first three is in the lock file.
var npmGroups = []string{"dependencies", "devDependencies", "optionalDependencies", "peerDependencies"}

// npmScripts run when the package, or a clone of the repository, is installed.
var npmScripts = []string{"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish"}

func packageJSON(text string) (*listing, error) {
	o, err := fromJSON(text)
	if err != nil {
		return nil, err
	}
	l := &listing{own: o.text("name")}
	seen := map[string]bool{}
	for _, group := range npmGroups {
		deps := o.object(group)
		for _, name := range deps.keys() {
			spec, ok := deps[name].(string)
			if !ok || group == "peerDependencies" && seen[name] {
				continue
			}
			seen[name] = true
			e := npmEntry(name, spec)
			e.unlocked = group == "peerDependencies"
			l.add(e)
		}
	}
	for _, name := range npmScripts {
		l.set(script, "scripts."+name, o.object("scripts").text(name))
	}
	for _, name := range o.texts("trustedDependencies") {
		l.set(script, "trustedDependencies", name)
	}
	if tool := o.text("packageManager"); strings.Contains(tool, "://") {
		l.set(script, "packageManager", tool)
	}
	l.workspace = o["workspaces"] != nil
	pnpmSettings(l, o.object("pnpm"), "pnpm.")
	overrides(l, "overrides", o.object("overrides"), 0)
	overrides(l, "resolutions", o.object("resolutions"), 0)
	return l, nil
}

// pnpmSettings are those of package.json's "pnpm" and of pnpm-workspace.yaml.
func pnpmSettings(l *listing, o object, prefix string) {
	for _, name := range o.texts("onlyBuiltDependencies") {
		l.set(script, prefix+"onlyBuiltDependencies", name)
	}
	if o.bool("dangerouslyAllowAllBuilds") {
		l.set(script, prefix+"dangerouslyAllowAllBuilds", "true")
	}
	for _, name := range o.object("allowBuilds").keys() {
		if o.object("allowBuilds").bool(name) {
			l.set(script, prefix+"allowBuilds", name)
		}
	}
	overrides(l, prefix+"overrides", o.object("overrides"), 0)
}

// overrides reads npm's nested and the others' flat form.
func overrides(l *listing, key string, o object, depth int) {
	for _, name := range o.keys() {
		if spec, ok := o[name].(string); ok {
			l.set(override, key+" "+name, spec)
		} else if depth < 20 {
			overrides(l, key+" "+name, asObject(o[name]), depth+1)
		}
	}
}

var hosted = regexp.MustCompile(`^(github:|gitlab:|bitbucket:|gist:)?([\w.-]+/[\w.-]+)(#.*)?$`)

// npmEntry is a requirement as package.json writes it. Its version stays as it is written: a lock file quotes it.
func npmEntry(name, spec string) entry {
	e := entry{name: name, version: spec}
	e.source = npmSource(spec)
	return e
}

func npmSource(spec string) source {
	spec = strings.TrimSpace(spec)
	switch {
	case strings.HasPrefix(spec, "workspace:"):
		return source{kind: fromWorkspace}
	case strings.HasPrefix(spec, "catalog:"):
		return source{}
	case strings.HasPrefix(spec, "npm:"), strings.HasPrefix(spec, "jsr:"):
		if real, _ := cutVersion(spec[4:]); real != "" && !isRange(spec[4:]) {
			return source{fromAlias, spec[:4] + real}
		}
		return source{}
	case strings.HasPrefix(spec, "patch:"):
		return source{}
	case hasAnyPrefix(spec, "file:", "link:", "portal:", "./", "../", "/", "~/"):
		_, p, ok := strings.Cut(spec, ":")
		if !ok {
			p = spec
		}
		return pathAt(p)
	case isGit(spec):
		return gitAt(spec)
	case hasAnyPrefix(spec, "http://", "https://"):
		return urlAt(spec)
	}
	if m := hosted.FindStringSubmatch(spec); m != nil {
		host := "github.com/"
		if h := strings.TrimSuffix(m[1], ":"); h == "gitlab" || h == "bitbucket" {
			host = map[string]string{"gitlab": "gitlab.com/", "bitbucket": "bitbucket.org/"}[h]
		}
		return source{fromGit, host + strings.ToLower(strings.TrimSuffix(m[2], ".git"))}
	}
	return source{}
}

// isGit reports whether an address is one of a git repository.
func isGit(address string) bool {
	if hasAnyPrefix(address, "git+", "git://", "git@", "ssh://") {
		return true
	}
	address, _, _ = strings.Cut(address, "#")
	return hasAnyPrefix(address, "http://", "https://") && strings.HasSuffix(address, ".git")
}

// cutVersion takes "name@range" apart; a scope's @ begins a name.
func cutVersion(s string) (name, version string) {
	if i := strings.LastIndexByte(s, '@'); i > 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

func isRange(s string) bool { return s == "" || strings.IndexAny(s, "0123456789^~<>=*") == 0 }

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func packageLock(text string) (*listing, error) {
	o, err := fromJSON(text)
	if err != nil {
		return nil, err
	}
	l := &listing{own: o.text("name"), members: map[string]bool{}}
	packages := o.object("packages")
	if packages == nil {
		l.silent = true
		npmTree(l, o.object("dependencies"), 0)
		return l, nil
	}
	for _, at := range packages.keys() {
		p := asObject(packages[at])
		i := strings.LastIndex("/"+at, "/node_modules/")
		if i < 0 { // the root, or a member of the workspace
			l.root(at, "", "")
			for _, group := range npmGroups[:3] {
				deps := p.object(group)
				for name := range deps {
					l.root(at, name, deps.text(name))
				}
			}
			continue
		}
		if !p.bool("link") {
			l.add(npmLocked(("/" + at)[i+len("/node_modules/"):], p))
		}
	}
	return l, nil
}

// npmTree reads the nested form of npm 6.
func npmTree(l *listing, deps object, depth int) {
	for _, name := range deps.keys() {
		p := asObject(deps[name])
		l.add(npmLocked(name, p))
		if depth < 200 {
			npmTree(l, p.object("dependencies"), depth+1)
		}
	}
}

func npmLocked(name string, p object) entry {
	e := entry{name: name, version: p.text("version"), hashes: subresource(p.text("integrity")), script: p.bool("hasInstallScript")}
	real := name
	if n := p.text("name"); n != "" {
		real = n
	}
	resolved := p.text("resolved")
	// npm 6 has the address, or the package that the name stands for, in the place of the version.
	if alias, ok := strings.CutPrefix(e.version, "npm:"); ok {
		real, e.version = cutVersion(alias)
	} else if resolved == "" && strings.Contains(e.version, ":") {
		resolved = e.version
	}
	e.source, e.nowhere = npmResolved(real, resolved), resolved == ""
	return e
}

// npmResolved is the source of a locked package by the address of its file. A file of the registry that is another
// package's is no file of the registry.
func npmResolved(name, resolved string) source {
	switch {
	case resolved == "":
		return source{}
	case isGit(resolved):
		return gitAt(resolved)
	case !hasAnyPrefix(resolved, "http://", "https://"):
		return pathAt(strings.TrimPrefix(resolved, "file:"))
	}
	host, rest := place(resolved)
	if codeHost(host) {
		return urlAt(resolved)
	}
	if owner, _, ok := strings.Cut(rest, "/-/"); ok && usual[host] && !strings.EqualFold(strings.ReplaceAll(owner, "%2f", "/"), name) {
		return source{fromAlias, "npm:" + owner}
	}
	return registryAt(resolved)
}

// subresource takes "sha512-… sha1-…" apart by algorithm.
func subresource(integrity string) map[string]string {
	var out map[string]string
	for _, part := range strings.Fields(integrity) {
		if algorithm, hash, ok := strings.Cut(part, "-"); ok {
			if out == nil {
				out = map[string]string{}
			}
			out[algorithm] = hash
		}
	}
	return out
}
