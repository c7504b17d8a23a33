package dependencies

import "strings"

// pyproject reads pyproject.toml: PEP 621, dependency groups, build requirements, poetry, uv, pdm.
func pyproject(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{own: pypiName(o.object("project").text("name"))}
	p := &python{l: l, sources: map[string]object{}}
	for _, name := range o.object("tool", "uv", "sources").keys() {
		value := o.object("tool", "uv", "sources")[name]
		if list := asList(value); len(list) > 0 {
			value = list[0]
		}
		p.sources[pypiName(name)] = asObject(value)
	}
	for _, index := range o.object("tool", "uv").objects("index") {
		l.set(registry, "index "+index.text("name"), index.text("url"))
	}
	l.set(registry, "index-url", o.object("tool", "uv").text("index-url"))
	for _, address := range o.object("tool", "uv").texts("extra-index-url") {
		l.set(registry, "extra-index-url", address)
	}
	for _, tool := range []string{"poetry", "pdm"} {
		for _, s := range o.object("tool", tool).objects("source") {
			l.set(registry, "source "+s.text("name"), s.text("url"))
		}
	}
	p.list(o.object("project").texts("dependencies"), false)
	p.groups(o.object("project", "optional-dependencies"))
	p.groups(o.object("dependency-groups"))
	p.groups(o.object("tool", "pdm", "dev-dependencies"))
	p.list(o.object("tool", "uv").texts("dev-dependencies"), false)
	p.list(o.object("build-system").texts("requires"), true)
	for _, name := range o.object("tool", "uv").texts("override-dependencies") {
		if e, ok := pep508(name); ok {
			l.set(override, "override-dependencies "+e.name, name)
		}
	}
	poetry := o.object("tool", "poetry")
	if l.own == "" {
		l.own = pypiName(poetry.text("name"))
	}
	p.table(poetry.object("dependencies"))
	p.table(poetry.object("dev-dependencies"))
	for _, group := range poetry.object("group").keys() {
		p.table(poetry.object("group", group, "dependencies"))
	}
	l.set(script, "build-backend", o.object("build-system").text("build-backend"))
	l.set(script, "backend-path", strings.Join(o.object("build-system").texts("backend-path"), " "))
	l.set(script, "tool.poetry.build", poetryBuild(poetry))
	return l, nil
}

func poetryBuild(poetry object) string {
	if s := poetry.text("build"); s != "" {
		return s
	}
	return poetry.object("build").text("script")
}

type python struct {
	l       *listing
	sources map[string]object // uv's, by name
}

func (p *python) groups(groups object) {
	for _, group := range groups.keys() {
		p.list(groups.texts(group), false)
	}
}

func (p *python) list(requirements []string, build bool) {
	for _, r := range requirements {
		e, ok := pep508(r)
		if !ok {
			continue
		}
		e.unlocked = build
		if s := p.sources[e.name]; s != nil {
			e.source = tableSource(s)
		}
		p.l.add(e)
	}
}

// table reads poetry's and Pipfile's form: name = "^1.2", name = {version = "…", git = "…"}.
func (p *python) table(deps object) {
	for _, name := range deps.keys() {
		if name == "python" {
			continue
		}
		e := entry{name: pypiName(name), shown: name}
		value := deps[name]
		if list := asList(value); len(list) > 0 {
			value = list[0]
		}
		switch v := value.(type) {
		case string:
			e.version = v
		case map[string]any:
			o := object(v)
			e.version = o.text("version")
			e.source = tableSource(o)
			if revision := o.text("rev") + o.text("tag") + o.text("ref") + o.text("branch"); revision != "" {
				e.version = revision
			}
		}
		p.l.add(e)
	}
}

func tableSource(o object) source {
	switch {
	case o.text("git") != "":
		return gitAt(o.text("git"))
	case o.text("path") != "":
		return pathAt(o.text("path"))
	case o.text("file") != "":
		return pathAt(o.text("file"))
	case o.text("url") != "":
		return urlAt(o.text("url"))
	case o.bool("workspace"):
		return source{kind: fromWorkspace}
	}
	name := o.text("index") + o.text("source") + o.text("registry-index") + o.text("registry")
	if name == "" || strings.EqualFold(name, "pypi") || strings.EqualFold(name, "crates-io") {
		return source{}
	}
	return source{fromRegistry, name}
}

func pipfile(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, s := range o.objects("source") {
		l.set(registry, "source "+s.text("name"), s.text("url"))
	}
	p := &python{l: l}
	for _, group := range o.keys() {
		switch group {
		case "source", "requires", "scripts", "pipenv":
		default:
			p.table(o.object(group))
		}
	}
	return l, nil
}

func pipfileLock(text string) (*listing, error) {
	o, err := fromJSON(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, s := range o.object("_meta").objects("sources") {
		l.set(registry, "source "+s.text("name"), s.text("url"))
	}
	for _, group := range o.keys() {
		if group == "_meta" {
			continue
		}
		for _, name := range o.object(group).keys() {
			p := o.object(group, name)
			e := entry{name: pypiName(name), shown: name, version: p.text("version") + p.text("ref"), loose: p.texts("hashes"), source: tableSource(p)}
			if p.text("git")+p.text("path")+p.text("file") == "" {
				e.source = source{} // an index by name; the names' addresses are settings
			}
			l.add(e)
		}
	}
	return l, nil
}

// pythonLock reads poetry.lock, uv.lock and pdm.lock.
func pythonLock(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{members: map[string]bool{}}
	elsewhere := o.object("metadata", "files") // where poetry's first form has them
	for _, p := range o.objects("package") {
		e := entry{name: pypiName(p.text("name")), version: p.text("version"), hashes: map[string]string{}}
		files := append(p.objects("files"), elsewhere.objects(p.text("name"))...)
		files = append(files, p.objects("wheels")...)
		if sdist := p.object("sdist"); sdist != nil {
			files = append(files, sdist)
		}
		e.source = pythonSource(p)
		for _, f := range files {
			name := f.text("file") + f.text("url") + f.text("path")
			e.hashes[name[strings.LastIndexByte(name, '/')+1:]] = f.text("hash")
			if from := registryAt(f.text("url")); from != (source{}) && e.source == (source{}) {
				e.source = from
			}
		}
		if s := p.object("source"); s.text("virtual")+s.text("editable") != "" {
			l.members[e.name] = true
		}
		l.add(e)
	}
	return l, nil
}

func pythonSource(p object) source {
	s := p.object("source")
	switch address := s.text("url"); {
	case s.text("git") != "":
		return gitAt(s.text("git"))
	case p.text("git") != "":
		return gitAt(p.text("git"))
	case s.text("registry") != "":
		if strings.Contains(s.text("registry"), "://") {
			return registryAt(s.text("registry"))
		}
		return pathAt(s.text("registry"))
	case s.text("virtual")+s.text("editable")+s.text("directory")+s.text("path") != "":
		return pathAt(s.text("virtual") + s.text("editable") + s.text("directory") + s.text("path"))
	case s.text("type") == "git":
		return gitAt(address)
	case s.text("type") == "directory" || s.text("type") == "file":
		return pathAt(address)
	case s.text("type") == "legacy":
		return registryAt(address)
	case address != "":
		return urlAt(address)
	}
	return source{}
}

func uvToml(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, index := range o.objects("index") {
		l.set(registry, "index "+index.text("name"), index.text("url"))
	}
	l.set(registry, "index-url", o.text("index-url"))
	for _, address := range o.texts("extra-index-url") {
		l.set(registry, "extra-index-url", address)
	}
	return l, nil
}
