package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/kind"
)

const (
	maxAttributes = 20 // files of attributes that are read
	maxGlobs      = 20 // of one kind
)

// attributes reads what .gitattributes says of generated and vendored files: GitHub's docs, "Customizing how changed
// files appear on GitHub". What the usual conventions know, and what matches no file, is left out.
func (f *Findings) attributes(c *Clone, paths []string) {
	if c.Text == nil {
		return
	}
	read := 0
	for _, p := range paths {
		if path.Base(p) != ".gitattributes" || read == maxAttributes {
			continue
		}
		read++
		for line := range strings.Lines(c.Text(p)) {
			fields := strings.Fields(line)
			if len(fields) < 2 || strings.HasPrefix(fields[0], "#") {
				continue
			}
			glob, ok := globOf(path.Dir(p), fields[0])
			if !ok {
				continue
			}
			f.Generated = with(f.Generated, glob, kind.Generated, set(fields[1:], "linguist-generated"), paths)
			f.Vendored = with(f.Vendored, glob, kind.Vendored, set(fields[1:], "linguist-vendored"), paths)
		}
	}
}

// set reports whether an attribute is set; the last word counts.
func set(attributes []string, name string) bool {
	on := false
	for _, a := range attributes {
		switch a {
		case name, name + "=true":
			on = true
		case "-" + name, "!" + name, name + "=false":
			on = false
		}
	}
	return on
}

func with(globs []string, glob string, k kind.Kind, on bool, paths []string) []string {
	if !on || slices.Contains(globs, glob) || len(globs) == maxGlobs {
		return globs
	}
	if !slices.ContainsFunc(paths, func(p string) bool { return doublestar.MatchUnvalidated(glob, p) && kind.Of(p) != k }) {
		return globs
	}
	return append(globs, glob)
}

// globOf is a pattern of attributes as a glob of the policy. One without a slash is for names in any folder, and one of a
// folder is for nothing in git. Those that mean more than a glob can say are left out.
func globOf(dir, pattern string) (string, bool) {
	if strings.ContainsAny(pattern, `\"![]{}`) || strings.HasSuffix(pattern, "/") {
		return "", false
	}
	anywhere := !strings.Contains(pattern, "/")
	pattern = strings.TrimPrefix(pattern, "/")
	if anywhere {
		pattern = "**/" + pattern
	}
	if dir != "." {
		pattern = dir + "/" + pattern
	}
	if !doublestar.ValidatePattern(pattern) || !plain(strings.NewReplacer("*", "x", "?", "x").Replace(pattern)) || len(pattern) > 200 {
		return "", false
	}
	return pattern, true
}
