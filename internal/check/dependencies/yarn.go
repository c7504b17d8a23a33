package dependencies

import (
	"errors"
	"strings"
)

// yarnLock reads yarn.lock of yarn 1 and of its later versions: blocks of lines, a heading with the requirements that
// the package answers, and its fields below with two blanks before them.
func yarnLock(text string) (*listing, error) {
	y := &yarn{l: &listing{requests: map[string]bool{}, members: map[string]bool{}}}
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimRight(line, "\r ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "<<<<<<<") || strings.HasPrefix(line, ">>>>>>>"):
			return nil, errors.New("a merge conflict is left in it")
		case line[0] != ' ':
			if !strings.HasSuffix(line, ":") {
				return nil, errors.New("a line is neither a heading nor a field")
			}
			y.end()
			y.heading = line[:len(line)-1]
		case y.heading != "" && strings.HasPrefix(line, "  ") && line[2] != ' ':
			y.field(line[2:])
		}
	}
	y.end()
	return y.l, nil
}

type yarn struct {
	l        *listing
	heading  string
	version  string
	resolved string
	checksum string
	hashes   map[string]string
}

// field takes "version "1.2.3"" and "version: 1.2.3" alike.
func (y *yarn) field(line string) {
	key, value, _ := strings.Cut(line, " ")
	value = strings.Trim(strings.TrimSpace(value), `"`)
	switch strings.Trim(strings.TrimSuffix(key, ":"), `"`) {
	case "version":
		y.version = value
	case "resolved", "resolution":
		y.resolved = value
	case "integrity":
		y.hashes = subresource(value)
	case "checksum":
		y.checksum = value
	}
}

func (y *yarn) end() {
	heading, e := y.heading, entry{version: y.version, hashes: y.hashes}
	resolved, checksum := y.resolved, y.checksum
	*y = yarn{l: y.l}
	if heading == "" || heading == "__metadata" {
		return
	}
	real := ""
	for request := range strings.SplitSeq(strings.ReplaceAll(heading, `"`, ""), ", ") {
		name, spec := cutFirst(strings.TrimSpace(request))
		if e.name == "" {
			e.name, real = name, name
		}
		if alias, ok := strings.CutPrefix(spec, "npm:"); ok {
			spec = alias
			if n, _ := cutFirst(alias); n != "" && !isRange(alias) && strings.Contains(alias, "@") {
				real = n
			}
		}
		y.l.requests[name+"@"+spec] = true
	}
	if checksum != "" {
		version, hash, ok := strings.Cut(checksum, "/")
		if !ok {
			version, hash = "", checksum
		}
		e.hashes = map[string]string{version: hash}
	}
	address, fragment, _ := strings.Cut(resolved, "#")
	name, reference := cutFirst(resolved)
	switch {
	case strings.Contains(resolved, "@workspace:"):
		y.l.members[e.name] = true
		return
	case strings.Contains(resolved, "@npm:"):
		e.source = berrySource(real, name, reference)
	case strings.Contains(resolved, "@patch:"):
	case hasAnyPrefix(resolved, "http://", "https://", "git", "ssh:"):
		e.source = npmResolved(real, address)
		if isGit(resolved) {
			e.source = gitAt(resolved)
		} else if fragment != "" && e.hashes == nil {
			e.hashes = map[string]string{"sha1": fragment}
		}
	case reference != "":
		e.source = npmSource(reference)
	}
	y.l.add(e)
}

// berrySource is that of "name@npm:1.2.3", which may name the file's address after "::__archiveUrl=".
func berrySource(wanted, name, reference string) source {
	_, bindings, _ := strings.Cut(reference, "::")
	if address, ok := strings.CutPrefix(bindings, "__archiveUrl="); ok {
		return npmResolved(wanted, unescape(address))
	}
	if name != wanted {
		return source{fromAlias, "npm:" + name}
	}
	return source{}
}

func unescape(address string) string {
	return strings.NewReplacer("%3A", ":", "%3a", ":", "%2F", "/", "%2f", "/", "%40", "@").Replace(address)
}

// cutFirst takes "name@anything" apart at the first @ that begins no scope.
func cutFirst(s string) (name, rest string) {
	scope := ""
	if strings.HasPrefix(s, "@") {
		scope, s = "@", s[1:]
	}
	name, rest, _ = strings.Cut(s, "@")
	return scope + name, rest
}
