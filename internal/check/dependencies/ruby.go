package dependencies

import (
	"regexp"
	"strings"
)

var (
	rubyGem    = regexp.MustCompile(`^\s*gem[\s(]\s*["']([^"']+)["'](.*)$`)
	rubyDep    = regexp.MustCompile(`\.add_(?:runtime_|development_)?dependency[\s(]\s*["']([^"']+)["'](.*)$`)
	rubyWord   = regexp.MustCompile(`^\s*,\s*(?:\[\s*)?["']([^"']*)["']`)
	rubyOption = regexp.MustCompile(`\b(git|github|gitlab|bitbucket|gist|path|source)(?::\s*|["']?\s*=>\s*)["']([^"']+)["']`)
	rubySource = regexp.MustCompile(`^\s*source[\s(]+["']([^"']+)["']`)
	rubyBlock  = regexp.MustCompile(`^\s*(git|path|source)[\s(]+["']([^"']+)["'].*\bdo\b`)
	rubyNative = regexp.MustCompile(`\.extensions\s*(?:=|<<)\s*([^#]*)`)
	rubyName   = regexp.MustCompile(`\.name\s*=\s*["']([^"']+)["']`)
)

// gemfile reads the lines of a Gemfile or a gemspec that ask for gems; it runs nothing.
func gemfile(text string) (*listing, error) {
	l := &listing{}
	var block source // of the block that the line is in
	for line := range strings.SplitSeq(withoutComments(text, "#"), "\n") {
		if m := rubyBlock.FindStringSubmatch(line); m != nil {
			block = gemSource(m[1], m[2])
			if m[1] == "source" {
				l.set(registry, "source", m[2])
			}
			continue
		}
		if strings.TrimSpace(line) == "end" {
			block = source{}
		}
		if m := rubySource.FindStringSubmatch(line); m != nil {
			l.set(registry, "source", m[1])
		}
		if m := rubyNative.FindStringSubmatch(line); m != nil {
			l.set(script, "extensions", strings.TrimSpace(m[1]))
		}
		if m := rubyName.FindStringSubmatch(line); m != nil && l.own == "" {
			l.own = m[1]
		}
		m := rubyGem.FindStringSubmatch(line)
		if m == nil {
			if m = rubyDep.FindStringSubmatch(line); m == nil {
				continue
			}
		}
		e := entry{name: m[1], source: block}
		rest := m[2]
		for range 4 {
			w := rubyWord.FindStringSubmatch(rest)
			if w == nil {
				break
			}
			e.version = strings.TrimPrefix(e.version+", "+w[1], ", ")
			rest = rest[len(w[0]):]
		}
		if o := rubyOption.FindStringSubmatch(rest); o != nil {
			e.source = gemSource(o[1], o[2])
		}
		l.add(e)
	}
	return l, nil
}

func gemSource(kind, value string) source {
	switch kind {
	case "path":
		return pathAt(value)
	case "source":
		return registryAt(value)
	case "github", "gitlab", "bitbucket", "gist":
		host := map[string]string{"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com"}[kind]
		return source{fromGit, host + "/" + strings.ToLower(value)}
	}
	return gitAt(value)
}

var (
	gemLocked    = regexp.MustCompile(`^    (\S+) \(([^)]*)\)$`)
	gemChecksum  = regexp.MustCompile(`^  (\S+) \(([^)]*)\) (.+)$`)
	gemSectionOf = map[string]sourceKind{"GEM": fromRegistry, "GIT": fromGit, "PATH": fromPath, "PLUGIN SOURCE": fromURL}
)

// gemfileLock reads Gemfile.lock: sections that begin at the margin.
func gemfileLock(text string) (*listing, error) {
	l := &listing{}
	section, from := "", source{}
	at := map[string]int{}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, "\r ")
		switch {
		case line == "":
		case line[0] != ' ':
			section, from = line, source{}
		case strings.HasPrefix(line, "  remote: "):
			from = gemRemote(gemSectionOf[section], strings.TrimPrefix(line, "  remote: "))
		case section == "CHECKSUMS":
			if m := gemChecksum.FindStringSubmatch(line); m != nil {
				if i, ok := at[m[1]+" "+m[2]]; ok {
					l.entries[i].hashes = map[string]string{"": m[3]}
				}
			}
		case gemSectionOf[section] != "":
			if m := gemLocked.FindStringSubmatch(line); m != nil {
				at[m[1]+" "+m[2]] = len(l.entries)
				l.add(entry{name: m[1], version: m[2], source: from})
			}
		}
	}
	return l, nil
}

func gemRemote(kind sourceKind, address string) source {
	switch kind {
	case fromRegistry:
		return registryAt(address)
	case fromGit:
		return gitAt(address)
	case fromPath:
		return pathAt(address)
	}
	return urlAt(address)
}
