package dependencies

import "strings"

func cargoToml(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{own: o.object("package").text("name")}
	tables := []object{o, o.object("workspace")}
	for _, target := range o.object("target").keys() {
		tables = append(tables, o.object("target", target))
	}
	for _, t := range tables {
		for _, group := range []string{"dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"} {
			cargoTable(l, t.object(group))
		}
	}
	for _, from := range o.object("patch").keys() {
		for _, name := range o.object("patch", from).keys() {
			l.set(override, "patch "+from+" "+name, cargoPlace(o.object("patch", from, name)))
		}
	}
	for _, name := range o.object("replace").keys() {
		l.set(override, "replace "+name, cargoPlace(o.object("replace", name)))
	}
	switch build := o.object("package")["build"].(type) {
	case string:
		l.set(script, "build", build)
	case bool:
		if build {
			l.set(script, "build", "build.rs")
		}
	}
	return l, nil
}

func cargoTable(l *listing, deps object) {
	for _, name := range deps.keys() {
		e := entry{name: name}
		switch v := deps[name].(type) {
		case string:
			e.version = v
		case map[string]any:
			o := object(v)
			if o.bool("workspace") {
				continue // the workspace's manifest has it
			}
			e.version, e.source = o.text("version"), tableSource(o)
			if real := o.text("package"); real != "" {
				e.name = real
			}
			if revision := o.text("rev") + o.text("tag") + o.text("branch"); revision != "" {
				e.version = revision
			}
		}
		l.add(e)
	}
}

// cargoPlace writes a replacement so that its source can be read again.
func cargoPlace(o object) string {
	for _, key := range []string{"git", "path", "version"} {
		if s := o.text(key); s != "" {
			if key == "git" {
				s = "git+" + strings.TrimPrefix(s, "git+")
			}
			if key == "path" {
				s = "file:" + s
			}
			return s
		}
	}
	return ""
}

func cargoLock(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{members: map[string]bool{}}
	for _, p := range o.objects("package") {
		e := entry{name: p.text("name"), version: p.text("version")}
		if sum := p.text("checksum"); sum != "" {
			e.hashes = map[string]string{"": sum}
		}
		switch address := p.text("source"); {
		case address == "":
			l.members[e.name] = true
		case strings.HasPrefix(address, "git+"):
			e.source = gitAt(address)
		default:
			e.source = registryAt(strings.TrimPrefix(strings.TrimPrefix(address, "registry+"), "sparse+"))
		}
		l.add(e)
	}
	return l, nil
}

// cargoConfig reads .cargo/config.toml: another registry, or one in the place of crates.io.
func cargoConfig(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, name := range o.object("source").keys() {
		s := o.object("source", name)
		l.set(registry, "source "+name, s.text("registry")+s.text("replace-with")+s.text("git")+s.text("directory")+s.text("local-registry"))
	}
	for _, name := range o.object("registries").keys() {
		l.set(registry, "registries "+name, o.object("registries", name).text("index"))
	}
	l.set(registry, "registry default", o.object("registry").text("default"))
	for _, name := range o.object("patch").keys() {
		for _, crate := range o.object("patch", name).keys() {
			l.set(override, "patch "+name+" "+crate, cargoPlace(o.object("patch", name, crate)))
		}
	}
	l.set(script, "build.rustc-wrapper", o.object("build").text("rustc-wrapper"))
	return l, nil
}
