package dependencies

import "strings"

// composerScripts run by themselves when packages are installed.
var composerScripts = []string{
	"pre-install-cmd", "post-install-cmd", "pre-update-cmd", "post-update-cmd", "pre-autoload-dump", "post-autoload-dump",
	"post-root-package-install", "post-create-project-cmd", "pre-operations-exec", "pre-package-install", "post-package-install",
	"pre-package-update", "post-package-update", "pre-package-uninstall", "post-package-uninstall", "init", "command",
	"pre-file-download", "post-file-download", "pre-command-run", "pre-pool-create",
}

func composerJSON(text string) (*listing, error) {
	o, err := fromJSON(text)
	if err != nil {
		return nil, err
	}
	l := &listing{own: o.text("name")}
	for _, group := range []string{"require", "require-dev"} {
		for _, name := range o.object(group).keys() {
			l.add(entry{name: strings.ToLower(name), shown: name, version: o.object(group).text(name), unlocked: platform(name)})
		}
	}
	for _, name := range composerScripts {
		l.set(script, "scripts."+name, strings.Join(o.object("scripts").texts(name), " && "))
	}
	switch plugins := o.object("config")["allow-plugins"].(type) {
	case bool:
		if plugins {
			l.set(script, "config.allow-plugins", "true")
		}
	case map[string]any:
		for _, name := range object(plugins).keys() {
			if object(plugins).bool(name) {
				l.set(script, "config.allow-plugins", name)
			}
		}
	}
	repositories := o["repositories"]
	for _, r := range asList(repositories) {
		composerRepository(l, asObject(r))
	}
	for _, name := range asObject(repositories).keys() {
		composerRepository(l, asObject(asObject(repositories)[name]))
	}
	return l, nil
}

// composerRepository keeps the address alone: its place in the list says nothing.
func composerRepository(l *listing, r object) {
	if r["packagist.org"] == false || r["packagist"] == false {
		return
	}
	kind := r.text("type")
	if kind == "package" {
		l.set(registry, "repositories package "+r.object("package").text("name"), r.object("package", "dist").text("url")+r.object("package", "source").text("url"))
		return
	}
	l.set(registry, "repositories "+kind, r.text("url"))
}

// platform reports whether a requirement is of PHP itself, an extension or a library of the system.
func platform(name string) bool {
	name = strings.ToLower(name)
	return !strings.Contains(name, "/")
}

func composerLock(text string) (*listing, error) {
	o, err := fromJSON(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, group := range []string{"packages", "packages-dev"} {
		for _, p := range o.objects(group) {
			name := p.text("name")
			e := entry{name: strings.ToLower(name), shown: name, version: p.text("version"), hashes: map[string]string{}}
			e.script = p.text("type") == "composer-plugin"
			e.source = composerSource(p)
			if !strings.HasPrefix(e.version, "dev-") && !strings.HasSuffix(e.version, "-dev") {
				for _, part := range []string{"dist", "source"} {
					keep(e.hashes, part+" reference", p.object(part).text("reference"))
					keep(e.hashes, part+" shasum", p.object(part).text("shasum"))
					keep(e.hashes, part+" address", repositoryOf(p.object(part).text("url")))
				}
			}
			l.add(e)
		}
	}
	return l, nil
}

func keep(m map[string]string, key, value string) {
	if value != "" {
		m[key] = value
	}
}

// repositoryOf is the place of a package's repository or archive; a commit or a file's name in it is left out.
func repositoryOf(address string) string {
	if address == "" {
		return ""
	}
	return urlAt(strings.TrimSuffix(address, ".git")).where
}

// composerSource is the registry that announced the package. Packagist leaves the files themselves to code hosts.
func composerSource(p object) source {
	if host, _ := place(p.text("notification-url")); host != "" {
		return registryAt(p.text("notification-url"))
	}
	if address := p.object("source").text("url"); address != "" {
		return gitAt(address)
	}
	address := p.object("dist").text("url")
	if address == "" {
		return source{}
	}
	if p.object("dist").text("type") == "path" {
		return pathAt(address)
	}
	return urlAt(address)
}
