package dependencies

import (
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"
)

func goMod(text string) (*listing, error) {
	f, err := modfile.Parse("go.mod", []byte(text), nil)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	if f.Module != nil {
		l.own = f.Module.Mod.Path
	}
	replaced := map[string]*modfile.Replace{}
	for _, r := range f.Replace {
		replaced[r.Old.Path] = r
		goReplace(l, r)
	}
	for _, r := range f.Require {
		e := entry{name: goKey(r.Mod.Path), shown: r.Mod.Path, version: r.Mod.Version, indirect: r.Indirect}
		e.unlocked = replaced[r.Mod.Path] != nil
		l.add(e)
	}
	return l, nil
}

func goWork(text string) (*listing, error) {
	f, err := modfile.ParseWork("go.work", []byte(text), nil)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, r := range f.Replace {
		goReplace(l, r)
	}
	return l, nil
}

// goReplace keeps a replacement as an override: "example.com/a v1.2.3" or a path in the place of the module.
func goReplace(l *listing, r *modfile.Replace) {
	key := "replace " + r.Old.Path
	if r.Old.Version != "" {
		key += " " + r.Old.Version
	}
	l.set(override, key, strings.TrimSpace(r.New.Path+" "+r.New.Version))
}

var majorVersion = regexp.MustCompile(`(/v[0-9]+|\.v[0-9]+)$`)

// goKey is a module's path without its major version: another one is the same module raised.
func goKey(path string) string {
	if short := majorVersion.ReplaceAllString(path, ""); short != "" {
		return short
	}
	return path
}

// goSum reads go.sum and go.work.sum. The hash of a module and that of its go.mod are two.
func goSum(text string) (*listing, error) {
	l := &listing{requests: map[string]bool{}}
	at := map[string]int{}
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		path, version, hash := fields[0], fields[1], fields[2]
		version, gomod := strings.CutSuffix(version, "/go.mod")
		kind := "module"
		if gomod {
			kind = "go.mod"
		}
		l.requests[path+"@"+version] = true
		i, seen := at[path+"@"+version]
		if !seen {
			i = len(l.entries)
			at[path+"@"+version] = i
			l.add(entry{name: goKey(path), shown: path, version: version, hashes: map[string]string{}})
		}
		algorithm, _, _ := strings.Cut(hash, ":")
		if i < len(l.entries) {
			l.entries[i].hashes[kind+" "+algorithm] = hash
		}
	}
	return l, nil
}
