package dependencies

import (
	"regexp"
	"strings"
	"unicode"
)

// pypiName is a name as Python's index compares it.
func pypiName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if !strings.ContainsAny(name, "_.") && !strings.Contains(name, "--") {
		return name
	}
	return separators.ReplaceAllString(name, "-")
}

var (
	separators = regexp.MustCompile(`[-_.]+`)
	hashOption = regexp.MustCompile(`--hash[= ](\S+)`)
)

// requirements reads requirements.txt and constraints.txt. Files that it includes are not followed: they stand in the
// repository by their own names.
func requirements(text string) (*listing, error) {
	l := &listing{}
	compiled := strings.Contains(text[:min(len(text), 1000)], "pip-compile") || strings.Contains(text[:min(len(text), 1000)], "uv pip compile")
	var joined []string // the parts of a line that goes on
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			if compiled && len(l.entries) > 0 && (strings.HasPrefix(line, "# via") || strings.HasPrefix(line, "#   ")) {
				via(&l.entries[len(l.entries)-1], line)
			}
			continue
		}
		if before, more := strings.CutSuffix(line, `\`); more {
			joined = append(joined, before)
			continue
		}
		if joined != nil {
			line, joined = strings.Join(append(joined, line), " "), nil
		}
		comment := ""
		if i := strings.Index(line, " #"); i >= 0 {
			line, comment = strings.TrimSpace(line[:i]), line[i+1:]
		}
		if requirementLine(l, line) && compiled {
			l.entries[len(l.entries)-1].indirect = true
			via(&l.entries[len(l.entries)-1], comment)
		}
	}
	if joined != nil {
		requirementLine(l, strings.TrimSpace(strings.Join(joined, " ")))
	}
	return l, nil
}

// via reads what a compiled file says of who asked for a package: a file, or another package.
func via(e *entry, comment string) {
	asked := strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(comment, "# "), "via"))
	if strings.HasPrefix(asked, "-r ") || strings.HasSuffix(asked, "pyproject.toml)") || strings.HasSuffix(asked, "setup.py)") {
		e.indirect = false
	}
}

// requirementLine reports whether the line asks for a package.
func requirementLine(l *listing, line string) bool {
	if line == "" {
		return false
	}
	if line[0] == '-' && indexOptions(l, line) {
		return false
	}
	editable := false
	for _, option := range []string{"-e ", "--editable ", "--editable="} {
		if rest, ok := strings.CutPrefix(line, option); ok {
			line, editable = strings.TrimSpace(rest), true
		}
	}
	if strings.HasPrefix(line, "-") {
		return false
	}
	e, ok := pep508(line)
	if !ok || e.name == "" {
		e = entry{source: pipSource(strings.Fields(line)[0])}
		e.name = eggName(line)
	}
	if editable && e.source == (source{}) {
		e.source = pathAt(line)
	}
	l.add(e)
	return e.name != ""
}

// indexOptions reads a line of options that say where packages come from, and reports whether it is one.
func indexOptions(l *listing, line string) bool {
	fields, found := strings.Fields(line), false
	for i := 0; i < len(fields); i++ {
		option, value, joined := strings.Cut(fields[i], "=")
		switch option {
		case "-i", "--index-url", "--extra-index-url", "--find-links", "-f", "--trusted-host":
			if !joined && i+1 < len(fields) {
				i++
				value = fields[i]
			}
			l.set(registry, option, value)
			found = true
		case "--pre", "--no-index", "--prefer-binary", "--require-hashes", "--no-binary", "--only-binary", "--use-feature":
			found = true
		}
	}
	return found
}

var egg = regexp.MustCompile(`[#&]egg=([\w.-]+)`)

// eggName is the name that an address gives itself, or else the last part of the address.
func eggName(line string) string {
	if m := egg.FindStringSubmatch(line); m != nil {
		return pypiName(m[1])
	}
	first := strings.Fields(line)[0]
	first, _, _ = strings.Cut(first, "#")
	first, _, _ = strings.Cut(first, "@")
	first = strings.TrimSuffix(strings.TrimRight(first, "/"), ".git")
	return first[strings.LastIndexByte(first, '/')+1:]
}

// pep508 reads "name[extra] >=1.2 ; marker" and "name @ address".
func pep508(line string) (entry, bool) {
	line = strings.TrimSpace(line)
	if hasAnyPrefix(line, "git+", "hg+", "svn+", "bzr+", "http:", "https:", "file:", ".", "/") {
		return entry{}, false
	}
	end := strings.IndexFunc(line, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	})
	if end < 0 {
		end = len(line)
	}
	if end == 0 || line[0] == '-' {
		return entry{}, false
	}
	rest := strings.TrimSpace(line[end:])
	if strings.HasPrefix(rest, "[") { // extras
		_, after, closed := strings.Cut(rest, "]")
		if !closed {
			return entry{}, false
		}
		rest = strings.TrimSpace(after)
	}
	e := entry{name: pypiName(line[:end]), shown: line[:end]}
	if strings.Contains(rest, "--hash") {
		for _, hash := range hashOption.FindAllStringSubmatch(rest, -1) {
			e.loose = append(e.loose, hash[1])
		}
		rest = strings.TrimSpace(hashOption.ReplaceAllString(rest, ""))
	}
	if address, ok := strings.CutPrefix(rest, "@"); ok {
		address, _, _ = strings.Cut(strings.TrimSpace(address), " ")
		e.source, e.version = pipSource(address), pipRevision(address)
		return e, true
	}
	rest, _, _ = strings.Cut(rest, ";")
	rest, _, _ = strings.Cut(rest, " --")
	e.version = strings.Trim(strings.ReplaceAll(rest, " ", ""), "()")
	return e, e.version == "" || strings.ContainsAny(e.version[:1], "=<>!~")
}

func pipSource(address string) source {
	if hasAnyPrefix(address, "git+", "hg+", "svn+", "bzr+", "git@", "ssh://") {
		address, _, _ = strings.Cut(address, "#")
		if i := strings.LastIndexByte(address, '@'); i > strings.LastIndexByte(address, '/') {
			address = address[:i]
		}
		return gitAt(address)
	}
	if hasAnyPrefix(address, "http://", "https://") {
		address, _, _ = strings.Cut(address, "#")
		return urlAt(address)
	}
	return pathAt(strings.TrimPrefix(strings.TrimPrefix(address, "file://"), "file:"))
}

func pipRevision(address string) string {
	address, _, _ = strings.Cut(address, "#")
	if i := strings.LastIndexByte(address, '@'); i > strings.LastIndexByte(address, '/') {
		return address[i+1:]
	}
	return ""
}

// pipConf reads pip.conf and pip.ini, and the like of .npmrc: "key = value" lines.
func pipConf(text string) (*listing, error) {
	l := &listing{}
	last := ""
	eachSetting(text, func(section, key, value string) {
		switch key {
		case "index-url", "extra-index-url", "find-links", "trusted-host", "index", "index_url", "extra_index_url":
			last = key
			for _, v := range strings.Fields(value) {
				l.set(registry, key, v)
			}
		case "":
			for _, v := range strings.Fields(value) {
				if last != "" {
					l.set(registry, last, v)
				}
			}
		default:
			last = ""
		}
	})
	return l, nil
}

// eachSetting reads the lines of an ini file. A line that goes on from the one before has no key.
func eachSetting(text string, see func(section, key, value string)) {
	section := ""
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			section = strings.ToLower(strings.TrimSpace(trimmed[1 : len(trimmed)-1]))
		case line[0] == ' ' || line[0] == '\t':
			if key, value, ok := strings.Cut(trimmed, "="); ok && isKey(key) {
				see(section, strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value))
			} else {
				see(section, "", trimmed)
			}
		default:
			key, value, ok := strings.Cut(trimmed, "=")
			if !ok {
				key, value, _ = strings.Cut(trimmed, " ")
			}
			see(section, strings.ToLower(strings.TrimSpace(key)), strings.Trim(strings.TrimSpace(value), `"'`))
		}
	}
}

// isKey tells a setting that is indented from a requirement with "==".
func isKey(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && !strings.ContainsAny(s, " <>!~=[:/") && strings.ToLower(s) == s && strings.Contains(s, "-")
}
