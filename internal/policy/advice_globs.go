package policy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// globs looks at the globs of a list; what is where they stand, one or a list.
func (a *adviser) globs(f *layerFile, what string, node *yaml.Node, globs []Glob) {
	if node == nil {
		return
	}
	for i, g := range globs {
		at := item(node, i)
		for j, other := range globs {
			if j != i && covers(other, g) && (other != g || j < i) {
				a.advise(f, at, "delete it", "%s: %q adds nothing to %q", what, g, other)
				break
			}
		}
		if a.form(f, at, what, string(g)) && f.Name == RepositoryLayer {
			a.inTree(f, at, what, string(g))
		}
	}
}

var (
	// "**" means any number of folders only as a whole part of a path.
	stuckAfter  = regexp.MustCompile(`(^|/)\*\*([^/*][^/]*)`)
	stuckBefore = regexp.MustCompile(`([^/*{},]+)\*\*(/|$)`)
)

// form finds what a glob's form says and its writer hardly meant. It is false where something was found.
func (a *adviser) form(f *layerFile, at *yaml.Node, what, g string) bool {
	fix := func(better string) string { return fmt.Sprintf("write %q", better) }
	switch {
	case strings.Contains(g, `\`):
		a.advise(f, at, fix(strings.ReplaceAll(g, `\`, "/")), `%s: %q has a \, which takes the meaning from the next character; paths are written with /`, what, g)
	case strings.TrimSpace(g) != g:
		a.advise(f, at, fix(strings.TrimSpace(g)), "%s: %q has a blank at an end, which no path has", what, g)
	case strings.Contains(g, "//"):
		a.advise(f, at, fix(regexp.MustCompile(`/+`).ReplaceAllString(g, "/")), "%s: %q matches nothing: no path has an empty part", what, g)
	case slices.Contains(strings.Split(g, "/"), "..") || slices.Contains(strings.Split(g, "/"), "."):
		a.advise(f, at, fix(path.Clean(g)), "%s: %q matches nothing: no path has . or .. as a part", what, g)
	case stuckAfter.MatchString(g):
		a.advise(f, at, fix(stuckAfter.ReplaceAllString(g, "$1**/*$2")), "%s: in %q the ** stays within one folder, since it is no whole part of the path", what, g)
	case stuckBefore.MatchString(g):
		a.advise(f, at, fix(stuckBefore.ReplaceAllString(g, "$1/**$2")), "%s: in %q the ** stays within one folder, since it is no whole part of the path", what, g)
	default:
		return true
	}
	return false
}

// inTree finds globs that match no file of the clone. One for a name in any folder may wait for what is to come.
func (a *adviser) inTree(f *layerFile, at *yaml.Node, what, g string) {
	if a.ground.Tree == nil || a.matched(g) {
		return
	}
	base, rest := doublestar.SplitPattern(g)
	switch {
	case a.dirs[g]:
		a.advise(f, at, fmt.Sprintf("write %q", g+"/**"), "%s: %q is a folder of this clone, and matches none of the files in it", what, g)
	case base == "." && !strings.Contains(g, "/"):
		if a.matched("**/" + g) {
			a.advise(f, at, fmt.Sprintf("write %q", "**/"+g), "%s: %q matches files at the root alone, and this clone has none there", what, g)
		} else if !strings.ContainsAny(g, "*?[{") {
			a.missing(f, at, what, g, g, "")
		}
	case base == ".":
	case rest == "" || !strings.ContainsAny(g, "*?[{"):
		a.missing(f, at, what, g, g, "")
	default:
		a.missing(f, at, what, g, base, "/"+rest)
	}
}

// missing says that there is nothing at base, and what may have been meant.
func (a *adviser) missing(f *layerFile, at *yaml.Node, what, g, base, rest string) {
	fix := "correct the path, or delete the glob"
	if near := a.nearest(base); near != "" {
		fix = fmt.Sprintf("write %q", near+rest)
	}
	a.advise(f, at, fix, "%s: %q matches no file of this clone", what, g)
}

// nearest is the path of the tree that was most likely meant by one that is not there, "" where none is near. The first
// part that is missing is compared with what is beside it.
func (a *adviser) nearest(missing string) string {
	parts := strings.Split(missing, "/")
	for i := range parts {
		parent := path.Join(parts[:i]...)
		if a.dirs[path.Join(parent, parts[i])] {
			continue
		}
		near := strict.Nearest(parts[i], a.children(parent))
		if near == "" || near == parts[i] {
			return ""
		}
		whole := path.Join(slices.Concat(parts[:i], []string{near}, parts[i+1:])...)
		if a.dirs[whole] || slices.Contains(a.ground.Tree, whole) {
			return whole
		}
		return ""
	}
	return ""
}

// children are the names within a folder of the tree; "" is the root.
func (a *adviser) children(dir string) []string {
	var names []string
	for _, p := range a.ground.Tree {
		if rest, ok := strings.CutPrefix(p, dir); ok && (dir == "" || strings.HasPrefix(rest, "/")) {
			name, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (a *adviser) matched(g string) bool {
	return slices.ContainsFunc(a.ground.Tree, func(p string) bool { return Glob(g).Match(p) })
}

// directories are all folders of a tree.
func directories(tree []string) map[string]bool {
	dirs := map[string]bool{}
	for _, p := range tree {
		for dir := path.Dir(p); dir != "." && !dirs[dir]; dir = path.Dir(dir) {
			dirs[dir] = true
		}
	}
	return dirs
}

// covers reports whether wide surely matches all that narrow does; false where that is not plain.
func covers(wide, narrow Glob) bool {
	if wide == narrow || wide == "**" {
		return true
	}
	if base, ok := strings.CutSuffix(string(wide), "/**"); ok && !strings.ContainsAny(base, `*?[{\`) {
		return strings.HasPrefix(string(narrow), base+"/")
	}
	return !strings.ContainsAny(string(narrow), `*?[{\`) && wide.Match(string(narrow))
}

// apart reports whether surely no path matches both.
func apart(a, b Glob) bool {
	x, _ := doublestar.SplitPattern(string(a))
	y, _ := doublestar.SplitPattern(string(b))
	if x == "." || y == "." || strings.ContainsAny(x+y, `\`) {
		return false
	}
	return x != y && !strings.HasPrefix(x, y+"/") && !strings.HasPrefix(y, x+"/")
}

// options looks at what a check's options have of globs and teams, by the form of their words: a text with a wildcard and
// a slash, or with "**", is a glob.
func (a *adviser) options(f *layerFile, s *Setting) {
	if s.Options == nil {
		return
	}
	for i := 0; i+1 < len(s.Options.Content); i += 2 {
		key, value := s.Options.Content[i].Value, s.Options.Content[i+1]
		if s.Check == "custom" {
			continue // its globs are judged as part of its expressions
		}
		a.words(f, s.Check+"."+key, value)
		if s.Check == "approvals" {
			a.teams(f, s.Check+"."+key, value)
		}
	}
}

func (a *adviser) words(f *layerFile, what string, node *yaml.Node) {
	if node.Kind == yaml.ScalarNode {
		g := node.Value
		if strings.Contains(g, "**") || strings.Contains(g, "/") && strings.Contains(g, "*") {
			if glob := Glob(""); glob.UnmarshalText([]byte(g)) == nil {
				a.globs(f, what, node, []Glob{glob})
			}
		}
		return
	}
	for i, child := range node.Content {
		if node.Kind == yaml.SequenceNode || i%2 == 1 {
			a.words(f, what, child)
		}
	}
}

// teams finds teams of another organisation than the repository's: nobody of them can be asked. A name that CODEOWNERS
// doesn't have, and that is nearly one which it has, is taken for a slip of the pen; others may exist all the same.
func (a *adviser) teams(f *layerFile, what string, node *yaml.Node) {
	if node == nil || a.ground.Owner == "" {
		return
	}
	if node.Kind != yaml.ScalarNode {
		for _, child := range node.Content {
			a.teams(f, what, child)
		}
		return
	}
	owner, team, ok := strings.Cut(strings.TrimPrefix(node.Value, "@"), "/")
	if ok && strings.HasPrefix(node.Value, "@") && !strings.EqualFold(owner, a.ground.Owner) {
		a.advise(f, node, fmt.Sprintf("write %q", "@"+a.ground.Owner+"/"+team), "%s: %s is a team of another organisation than this clone's, %s", what, node.Value, a.ground.Owner)
		return
	}
	same := func(known string) bool { return strings.EqualFold(known, node.Value) }
	if !ok || slices.ContainsFunc(a.ground.Teams, same) {
		return
	}
	if near := strict.Nearest(node.Value, a.ground.Teams); near != "" {
		a.advise(f, node, fmt.Sprintf("write %q", near), "%s: CODEOWNERS knows no team %s", what, node.Value)
	}
}
