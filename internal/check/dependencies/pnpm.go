package dependencies

import "strings"

// pnpmLock reads pnpm-lock.yaml, versions 5 to 9.
func pnpmLock(text string) (*listing, error) {
	o, err := fromYAML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	importers := o.object("importers")
	if importers == nil {
		importers = object{".": map[string]any(o)}
	}
	for _, dir := range importers.keys() {
		at := dir
		if at == "." {
			at = ""
		}
		l.root(at, "", "")
		importer := importers.object(dir)
		for _, group := range npmGroups[:3] {
			deps := importer.object(group)
			for name := range deps {
				spec := asObject(deps[name]).text("specifier")
				if spec == "" {
					spec = importer.object("specifiers").text(name)
				}
				l.root(at, name, spec)
			}
		}
	}
	packages := o.object("packages")
	for _, key := range packages.keys() {
		l.add(pnpmEntry(key, packages.object(key)))
	}
	return l, nil
}

// pnpmEntry reads a package by its key: "/name/1.2.3", "/name@1.2.3(peer@1)", "name@1.2.3", or an address.
func pnpmEntry(key string, p object) entry {
	id, _, _ := strings.Cut(strings.TrimPrefix(key, "/"), "(")
	if strings.HasPrefix(key, "/") {
		id, _, _ = strings.Cut(id, "_") // version 5 writes the peers so
	}
	name, version := cutFirst(id)
	if strings.HasPrefix(key, "/") && version == "" {
		if i := strings.LastIndexByte(id, '/'); i > 0 {
			name, version = id[:i], id[i+1:]
		}
	}
	if n := p.text("name"); n != "" {
		name = n
	}
	if v := p.text("version"); v != "" {
		version = v
	}
	resolution := p.object("resolution")
	e := entry{name: name, version: version, hashes: subresource(resolution.text("integrity")), script: p.bool("requiresBuild")}
	switch {
	case resolution.text("repo") != "":
		e.source = gitAt(resolution.text("repo"))
	case resolution.text("tarball") != "":
		e.source = npmResolved(name, resolution.text("tarball"))
	case resolution.text("directory") != "":
		e.source = pathAt(resolution.text("directory"))
	}
	return e
}

func pnpmWorkspace(text string) (*listing, error) {
	o, err := fromYAML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	pnpmSettings(l, o, "")
	for _, name := range o.object("catalog").keys() {
		l.add(npmEntry(name, o.object("catalog").text(name)))
	}
	for _, catalog := range o.object("catalogs").keys() {
		for _, name := range o.object("catalogs", catalog).keys() {
			l.add(npmEntry(name, o.object("catalogs", catalog).text(name)))
		}
	}
	return l, nil
}

func yarnrc(text string) (*listing, error) {
	o, err := fromYAML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	l.set(registry, "npmRegistryServer", o.text("npmRegistryServer"))
	for _, scope := range o.object("npmScopes").keys() {
		l.set(registry, "npmScopes "+scope, o.object("npmScopes", scope).text("npmRegistryServer"))
	}
	switch enabled, said := o["enableScripts"]; {
	case enabled == true:
		l.set(script, "enableScripts", "true")
	case said:
		l.set(guard, "enableScripts", "false")
	}
	for _, plugin := range o.objects("plugins") {
		l.set(script, "plugins", plugin.text("spec"))
	}
	l.set(script, "yarnPath", o.text("yarnPath"))
	return l, nil
}
