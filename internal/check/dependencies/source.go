package dependencies

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// source is where a package comes from. The zero source is the ecosystem's own registry.
type source struct {
	kind  sourceKind
	where string // "npm.acme.com", "github.com/acme/tool", "../tool"
}

type sourceKind string

const (
	fromRegistry  sourceKind = "registry"
	fromGit       sourceKind = "git"
	fromURL       sourceKind = "address"
	fromPath      sourceKind = "path"
	fromWorkspace sourceKind = "workspace"
	fromAlias     sourceKind = "package" // another package under this name
)

func (s source) String() string {
	switch s.kind {
	case "":
		return "the public registry"
	case fromWorkspace:
		return "the workspace"
	case fromRegistry:
		return "the registry " + q(s.where)
	case fromGit:
		return "the git repository " + q(s.where)
	}
	return "the " + string(s.kind) + " " + q(s.where)
}

// usual are the hosts of each ecosystem's own registry.
var usual = map[string]bool{
	"registry.npmjs.org": true, "registry.yarnpkg.com": true, "registry.npmjs.com": true,
	"pypi.org": true, "files.pythonhosted.org": true, "pypi.python.org": true,
	"crates.io": true, "index.crates.io": true, "static.crates.io": true, "github.com/rust-lang/crates.io-index": true,
	"rubygems.org": true, "index.rubygems.org": true,
	"api.nuget.org": true, "www.nuget.org": true, "nuget.org": true,
	"repo.maven.apache.org": true, "repo1.maven.org": true, "central.sonatype.com": true, "plugins.gradle.org": true,
	"dl.google.com": true, "maven.google.com": true,
	"packagist.org": true, "repo.packagist.org": true,
	"proxy.golang.org": true,
}

// registryAt is the source of a registry's address, or of a file that a registry serves.
func registryAt(address string) source {
	host, rest := place(address)
	if host == "" || usual[host] || usual[host+"/"+rest] {
		if strings.HasPrefix(address, "http://") && host != "" {
			return source{fromRegistry, "http://" + host}
		}
		return source{}
	}
	if codeHost(host) {
		host = urlAt(address).where // anybody's page: its owner tells it
	} else if strings.HasPrefix(address, "http://") {
		host = "http://" + host
	}
	return source{fromRegistry, host}
}

// place is the host and the path of an address, without user, port 443, query and fragment.
func place(address string) (host, rest string) {
	for _, prefix := range []string{"registry+", "sparse+", "git+", "scm:"} {
		address = strings.TrimPrefix(address, prefix)
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return "", ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Host), ":443"), strings.Trim(u.Path, "/")
}

var scp = regexp.MustCompile(`^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):([^/\\][^\\]*)$`)

// gitAt is the source of a git repository's address, without the commit, tag or branch that it names.
func gitAt(address string) source {
	address = strings.TrimPrefix(strings.TrimSpace(address), "git+")
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	host, rest := place(address)
	if host == "" {
		if m := scp.FindStringSubmatch(address); m != nil {
			host, rest = strings.ToLower(m[1]), m[2]
		} else {
			return pathAt(address)
		}
	}
	if strings.HasPrefix(address, "http://") {
		host = "http://" + host
	}
	where := strings.TrimSuffix(host+"/"+rest, ".git")
	if strings.HasSuffix(host, "github.com") {
		where = strings.ToLower(where)
	}
	return source{fromGit, where}
}

// urlAt is the source of a file that is fetched by its address. Its host tells it: the rest has the version.
func urlAt(address string) source {
	host, rest := place(address)
	if host == "" {
		return pathAt(strings.TrimPrefix(address, "file://"))
	}
	if host == "api.github.com" {
		rest = strings.TrimPrefix(rest, "repos/")
	}
	if parts := strings.Split(rest, "/"); codeHost(host) && len(parts) >= 2 {
		if strings.HasSuffix(host, "github.com") || host == "raw.githubusercontent.com" {
			host = "github.com" // the names under which GitHub serves one repository's files
		}
		host += "/" + strings.ToLower(parts[0]+"/"+strings.TrimSuffix(parts[1], ".git"))
	}
	if strings.HasPrefix(address, "http://") {
		host = "http://" + host
	}
	return source{fromURL, host}
}

// codeHost reports whether anybody can have a page of their own at the host.
func codeHost(host string) bool {
	switch host {
	case "github.com", "codeload.github.com", "raw.githubusercontent.com", "gitlab.com", "bitbucket.org", "api.github.com", "codeberg.org":
		return true
	}
	return false
}

func pathAt(p string) source { return source{fromPath, p} }

// outside reports whether a path source, as a manifest in dir has it, leaves the repository.
func (s source) outside(dir string) bool {
	p := strings.ReplaceAll(s.where, `\`, "/")
	if path.IsAbs(p) || strings.HasPrefix(p, "~") || len(p) > 1 && p[1] == ':' || strings.Contains(p, "$") {
		return true
	}
	p = path.Join(dir, p)
	return p == ".." || strings.HasPrefix(p, "../")
}

// trusted reports whether one of the globs takes the place. A glob takes all below it: "github.com/acme".
func (s source) trusted(globs []string) bool {
	for _, glob := range globs {
		if doublestar.MatchUnvalidated(glob, s.where) || doublestar.MatchUnvalidated(strings.TrimSuffix(glob, "/")+"/**", s.where) {
			return true
		}
	}
	return false
}

// owner is the part of a place that one owner has: the host and the first directory, the host alone of a registry.
func (s source) owner() string {
	if s.kind == fromRegistry {
		return s.where
	}
	scheme := ""
	where := s.where
	if rest, ok := strings.CutPrefix(where, "http://"); ok {
		scheme, where = "http://", rest
	}
	parts := strings.SplitN(where, "/", 3)
	if len(parts) < 2 || !codeHost(parts[0]) {
		return scheme + parts[0]
	}
	return scheme + parts[0] + "/" + parts[1]
}
