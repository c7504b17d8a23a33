package dependencies

import (
	"fmt"
	"strings"
)

// bunLock reads bun.lock, which is JSON with commas before closing brackets.
func bunLock(text string) (*listing, error) {
	o, err := fromJSON(relaxed(text))
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, dir := range o.object("workspaces").keys() {
		l.root(dir, "", "")
		for _, group := range npmGroups[:3] {
			deps := o.object("workspaces", dir, group)
			for name := range deps {
				l.root(dir, name, deps.text(name))
			}
		}
	}
	packages := o.object("packages")
	for _, at := range packages.keys() {
		if e, err := bunEntry(asList(packages[at])); err == nil {
			l.add(e)
		}
	}
	return l, nil
}

// bunEntry reads ["name@version", "registry", {…}, "sha512-…"]; a package from elsewhere has its address as the version.
func bunEntry(fields []any) (entry, error) {
	if len(fields) == 0 {
		return entry{}, fmt.Errorf("it is empty")
	}
	id, _ := fields[0].(string)
	i := strings.IndexByte(strings.TrimPrefix(id, "@"), '@')
	if i < 0 {
		return entry{}, fmt.Errorf("%q is no package", id)
	}
	i += len(id) - len(strings.TrimPrefix(id, "@"))
	e := entry{name: id[:i], version: id[i+1:]}
	if strings.ContainsAny(e.version, ":/") {
		e.source = npmSource(e.version)
	} else if len(fields) > 1 {
		if address, _ := fields[1].(string); address != "" {
			e.source = npmResolved(e.name, address)
		}
	}
	if last, ok := fields[len(fields)-1].(string); ok {
		e.hashes = subresource(last)
	}
	return e, nil
}

// relaxed is JSON without the comments and the last commas that some tools permit.
func relaxed(text string) string {
	out := make([]byte, 0, len(text))
	comma := -1 // where out has a comma that only white space follows
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			end := endOfString(text, i)
			out = append(out, text[i:end]...)
			i, comma = end-1, -1
			continue
		case c == '/' && strings.HasPrefix(text[i:], "//"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return string(out)
			}
			i += end - 1
			continue
		case (c == '}' || c == ']') && comma >= 0:
			out[comma] = ' '
		}
		if c == ',' {
			comma = len(out)
		} else if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			comma = -1
		}
		out = append(out, c)
	}
	return string(out)
}

// endOfString is the index after the closing quote of the string that begins at i.
func endOfString(text string, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}
