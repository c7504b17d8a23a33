package claims

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// what a change does to a file or a symbol.
type deed uint8

const (
	changes deed = iota
	adds
	removes
	renames
)

func (d deed) String() string { return [...]string{"changes", "adds", "removes", "renames"}[d] }

const (
	obj     = `[\x{e000}-\x{f76f}]`
	objList = obj + `(?:(?:,? and |, ?| & | \+ | )(?:the |a |an |new |also )?` + obj + `){0,40}`
	// modifiers may stand between a verb and what it governs, without changing what is claimed.
	modifiers = `(?:(?:the|a|an|new|our|existing|additional|missing|another|public|private|internal|exported|simple|small|optional|static|async|abstract|generic|reusable|dedicated|shared|obsolete|unused|dead|deprecated|old|legacy|stale|redundant|duplicate|unnecessary|` +
		`helper|utility|function|functions|method|methods|class|classes|struct|type|types|interface|interfaces|field|fields|property|properties|option|options|flag|flags|parameter|parameters|param|params|argument|arguments|constant|constants|variable|variables|enum|` +
		`module|package|command|hook|component|components|column|columns|table|setting|file|files|script|test|tests|unit|integration|workflow|page|template|migration|following) ){0,6}`
	addVerbs    = `add|adds|added|adding|introduce|introduces|introduced|introducing|create|creates|created|creating`
	removeVerbs = `remove|removes|removed|removing|delete|deletes|deleted|deleting|drop|drops|dropped|dropping`
	changeVerbs = `update|updates|updated|updating|modify|modifies|modified|modifying|change|changes|changed|changing|edit|edits|edited|refactor|refactors|refactored|refactoring|rewrite|rewrites|rewrote|rework|reworks|reworked|` +
		`adjust|adjusts|adjusted|tweak|tweaks|tweaked|simplify|simplifies|simplified|clean up|cleans up|cleaned up`
	renameVerbs = `rename|renames|renamed|renaming|move|moves|moved|moving`
)

var (
	governs = regexp.MustCompile(`\b(?:(` + addVerbs + `)|(` + removeVerbs + `)|(` + changeVerbs + `))[*_]*:?[*_]* ` + modifiers + `(` + objList + `)`)
	renamed = regexp.MustCompile(`\b(?:` + renameVerbs + `) ` + modifiers + `(` + obj + `)(?: (?:function|method|class|field|property|option|flag|parameter|variable|file|module|package|column|table))?(?: from ` + obj + `)? ?(?:to|into|as|->|=>) (?:the |be )?(` + obj + `)`)
	// told begins an item with a file and says behind it what was done.
	told = regexp.MustCompile(`^[\W_]*(` + objList + `)[*_]*(?: \((?:new|modified|updated|added|deleted|removed)(?: file)?\))?[*_]*(?::| -)[*_]* *(?:` + addVerbs + `|` + removeVerbs + `|` + changeVerbs + `|` + renameVerbs + `|fix|fixes|fixed|extended|improved|moved|replaced|replaces|implemented|implements)\b`)
	// within names the file in which something was done.
	within = regexp.MustCompile(`^[\W_]*(?:` + addVerbs + `|` + removeVerbs + `|update|updates|updated|modify|modifies|modified|implement|implements|implemented) [^,;:()` + "\ue000-\uf76f" + `]{0,60}` + obj + `?[^,;:()` + "\ue000-\uf76f" + `]{0,40} in (?:the )?(` + obj + `)[.!]?$`)
	// pointing says that a file only tells of something.
	pointing = regexp.MustCompile(`\b(?:described|documented|defined|specified|shown|discussed|outlined|used|found|mentioned|declared|listed|explained|seen|is|are|was|were)\b`)
	// passive says what was done to a file, or in one.
	passive   = regexp.MustCompile(`^[\W_]*(?:the )?(` + objList + `)(?: (?:file|script|module|component|workflow|class|files))? (?:was|were|has been|have been) (?:(?:also|now) )?(updated|modified|changed|refactored|rewritten|extended|adjusted|(?:newly )?(?:added|created|introduced)|removed|deleted)(?:$|[.,;:]| (?:to|so|with|and|for|accordingly|by|-))|^[\W_]*(` + objList + `) (updated|modified|added|removed|deleted)[.!]?$`)
	passiveIn = regexp.MustCompile(`\b(?:was|were|has been|have been) (?:updated|modified|added|refactored|extended|implemented|created) (?:to|in|into|within|inside) (?:the )?(` + obj + `)(?:$|[.,;:)]| (?:to|so|with|and|for|by|-)\b)`)
	history   = regexp.MustCompile(`\b(?:bugs?|issues?|errors?|regressions?|problems?|broke|broken|ago|when|was that|root)\b`)
	// newThing opens a sentence with what is new.
	newThing = regexp.MustCompile(`^[\W_]*(?:a )?new ` + modifiers + `(` + objList + `)`)
	// onlyFiles are all files that a change is said to touch.
	onlyFiles = regexp.MustCompile(`^[\W_]*(?:` + thisChange + ` )?only (?:touches|changes|modifies|affects|updates|edits) (?:the )?(?:files? )?(` + objList + `)`)
	// filesInline is a list of files in one line.
	filesInline = regexp.MustCompile(`^[\W_]*(?:(?:the|all|key|main|source) ){0,2}(?:(modified|changed|updated|touched|edited)|(added|new|created)|(removed|deleted)) files?[*_]*:[*_]* (` + objList + `)[.*_]*$|^[\W_]*files? (?:(modified|changed|updated|touched|edited)|(added|created)|(removed|deleted))[*_]*:[*_]* (` + objList + `)[.*_]*$`)
	// filesLead opens a list of files.
	filesLead = regexp.MustCompile(`^[\W_]*(?:(?:the|all|key|main|list of|following|source|test) ){0,3}(?:(modified|changed|updated|touched|edited)|(added|new|created)|(removed|deleted)) files?(?: \(\d+\))?[\W_]*$|^[\W_]*files? (?:(modified|changed|updated|touched|edited)|(added|created)|(removed|deleted))(?: \(\d+\))?[\W_]*$`)
	bare      = regexp.MustCompile(`^[\W_]*(` + obj + `)(?:$|[\W_]* ?(?:[(:]|- |$))`)
	unsaid    = regexp.MustCompile(`\b(?:unchanged|untouched|no changes?|not (?:changed|modified|touched)|for reference|read[- ]only|see|as is|as-is)\b`)
	// listed follows a file that is added to something, and not to the repository.
	listed = regexp.MustCompile(`^ (?:to|into|in|as) (?:the|our|a|an|its|all|every|` + obj + `)`)
	// fileEnd is what may follow a file that is governed by a verb.
	fileEnd = regexp.MustCompile(`^(?:$|[,.;:()!*_]| \(| -| (?:to|into|in|for|with|so|and|as|on|when|via|by|using|file|files|script|module|class|component|page|workflow|tests?|template|accordingly|which|where|because|since)\b)`)
)

func pathClaims(_ *change, s *statement) []claim {
	if !strings.ContainsFunc(s.text, isObject) {
		return nil
	}
	var found []claim
	add := func(objs string, d deed) {
		for _, r := range objs {
			if !isObject(r) {
				continue
			}
			if o := s.object(r); o.path() != "" && len(found) < maxClaims {
				found = append(found, pathClaim(s, o, d))
			}
		}
	}
	for _, m := range governs.FindAllStringSubmatchIndex(s.text, -1) {
		d := deedOf(m)
		rest := s.text[m[1]:]
		// "Removes x from y" says nothing of the file x.
		if !s.acts(m[0]) || !fileEnd.MatchString(rest) || d == removes && strings.HasPrefix(rest, " from") || d == adds && listed.MatchString(rest) {
			continue
		}
		add(s.text[m[8]:m[9]], d)
	}
	if m := told.FindStringSubmatch(s.text); m != nil && !unsaid.MatchString(s.text) {
		add(m[1], changes)
	}
	if m := within.FindStringSubmatch(s.text); m != nil && !denied(s.text) && !pointing.MatchString(s.text) {
		add(m[1], changes)
	}
	if m := renamed.FindStringSubmatchIndex(s.text); m != nil && s.acts(m[0]) {
		add(s.text[m[2]:m[3]], renames)
		add(s.text[m[4]:m[5]], renames)
	}
	if m := passive.FindStringSubmatch(s.text); m != nil && !s.testing {
		d := changes
		if verb := m[2] + m[4]; strings.HasPrefix(verb, "removed") || strings.HasPrefix(verb, "deleted") {
			d = removes
		}
		add(m[1]+m[3], d)
	}
	if m := passiveIn.FindStringSubmatchIndex(s.text); m != nil && !denied(s.text[:m[0]]) && !history.MatchString(s.text) {
		add(s.text[m[2]:m[3]], changes)
	}
	if m := newThing.FindStringSubmatchIndex(s.text); m != nil && fileEnd.MatchString(s.text[m[1]:]) && !listed.MatchString(s.text[m[1]:]) {
		add(s.text[m[2]:m[3]], adds)
	}
	if m := onlyFiles.FindStringSubmatchIndex(s.text); m != nil && !s.nested && !narrowed.MatchString(s.text) && fileEnd.MatchString(s.text[m[1]:]) {
		found = append(found, s.only(s.text[m[2]:m[3]])...)
	}
	if m := filesInline.FindStringSubmatch(s.text); m != nil {
		add(m[4]+m[8], []deed{changes, adds, removes}[slices.IndexFunc(append(m[1:4:4], m[5:8]...), func(g string) bool { return g != "" })%3])
	}
	if m := bare.FindStringSubmatch(s.text); m != nil && !unsaid.MatchString(s.text) {
		for _, above := range []string{s.lead, s.heading} {
			if lead := filesLead.FindStringSubmatch(above); lead != nil {
				add(m[1], []deed{changes, adds, removes}[slices.IndexFunc(lead[1:], func(g string) bool { return g != "" })%3])
				break
			}
		}
	}
	return found
}

// deedOf is the deed of a match of governs.
func deedOf(m []int) deed {
	switch {
	case m[2] >= 0:
		return adds
	case m[4] >= 0:
		return removes
	}
	return changes
}

// only is the claim that nothing but the files of a list changed; none where something else is on it.
func (s *statement) only(objs string) []claim {
	var paths []string
	for _, r := range objs {
		if isObject(r) {
			o := s.object(r)
			if !o.explicit() {
				return nil
			}
			paths = append(paths, o.path())
		}
	}
	return []claim{{said: s, key: "only files", judge: func(c *change) answer { return c.judgeOnly(paths) }}}
}

func (c *change) judgeOnly(paths []string) answer {
	meant := map[int]bool{}
	for _, p := range paths[:min(len(paths), maxGlobs)] {
		for _, i := range c.matching(p) {
			meant[i] = true
		}
	}
	var others []int
	for i := range c.files {
		if meant[i] {
			continue
		}
		if c.kinds[i] == kind.Code && len(paths) <= maxGlobs && !looksLikeTest(c.files[i].Path) && !illustrates(c.files[i].Path) {
			return answer{
				state: contradicted, why: fmt.Sprintf("the diff changes %s, too", c.files[i].Path), place: place{path: c.files[i].Path},
				fix: "Say in the description what else changes, or take that change out.",
			}
		}
		others = append(others, i)
	}
	if len(others) > 0 {
		return answer{why: fmt.Sprintf("the diff changes %s, too", c.some(others)), place: place{path: c.files[others[0]].Path}}
	}
	return answer{state: confirmed, why: "nothing else is in the diff"}
}

func pathClaim(s *statement, o object, d deed) claim {
	p := o.path()
	return claim{said: s, key: fmt.Sprintf("path %s %s", d, strings.ToLower(p)), judge: func(c *change) answer { return c.judgePath(o, p, d) }}
}

func (c *change) judgePath(o object, p string, d deed) answer {
	at := c.matching(p)
	if len(at) == 0 {
		switch {
		case !o.explicit():
			return answer{why: fmt.Sprintf("%s is no file of this change", p)}
		case c.nearName(p):
			return answer{why: fmt.Sprintf("no changed file is %s, though one has a name like it", p)}
		case c.says(p, d):
			return answer{why: fmt.Sprintf("no changed file is %s, though lines of the diff name it", p)}
		case d == adds:
			return answer{
				state: contradicted, why: fmt.Sprintf("%s is not in the diff", p),
				fix: fmt.Sprintf("Commit %s, or take it out of the description.", p),
			}
		default:
			return answer{
				state: contradicted, why: fmt.Sprintf("no changed file is %s", p),
				fix: fmt.Sprintf("Commit the change of %s, or take it out of the description.", p),
			}
		}
	}
	f := &c.files[at[0]]
	if d == removes && !isDir(p) {
		i := slices.IndexFunc(at, func(i int) bool { return c.gone(i, p) })
		if i >= 0 {
			return answer{state: confirmed, why: fmt.Sprintf("%s is gone", p), place: place{path: c.files[at[i]].Path}}
		}
		if o.explicit() && strings.EqualFold(f.Path, p) && f.Mode != pull.Submodule {
			return answer{
				state: contradicted, why: fmt.Sprintf("%s is still there", p), place: place{path: f.Path},
				fix: fmt.Sprintf("Delete %s, or say what was taken out of it.", p),
			}
		}
		return answer{why: fmt.Sprintf("%s is changed and not removed", f.Path), place: place{path: f.Path}}
	}
	a := answer{state: confirmed, why: fmt.Sprintf("%s is in the diff", f.Path), place: place{path: f.Path}}
	if strings.Contains(p, "/") && !isDir(p) && !strings.ContainsAny(p, "*{") && c.fit(at[0], strings.ToLower(p)) == 1 {
		return answer{why: fmt.Sprintf("the diff has %s, in another directory", f.Path), place: place{path: f.Path}}
	}
	if hunks := c.hunks(at[0]); len(hunks) > 0 && f.Status != pull.Removed {
		a.line = max(hunks[0].NewStart, 1)
	}
	return a
}

// nearName reports whether a changed file has the name of p but for its extension, its number or its case.
func (c *change) nearName(p string) bool {
	if c.stems == nil {
		c.stems = map[string]bool{}
		for _, names := range c.lower {
			for _, name := range names {
				c.stems[stem(name)] = true
			}
		}
	}
	return !strings.HasSuffix(p, "/") && c.stems[stem(p)]
}

// stem is the folded name of a file without its extension and a plural's ending.
func stem(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return strings.TrimSuffix(fold(name), "s")
}

// says reports whether a line of the diff has a path that no changed file has: it was added to a list, or removed from
// one. Where the search was made too often, it is taken to be there.
func (c *change) says(p string, d deed) bool {
	p = strings.TrimSuffix(strings.ToLower(p), "/")
	if d != changes {
		p = p[strings.LastIndexByte(p, '/')+1:]
	}
	if c.proofs == maxProofs {
		return true
	}
	c.proofs++
	return strings.Contains(c.text(), p)
}

// gone reports whether a changed file no longer has the name p.
func (c *change) gone(i int, p string) bool {
	f := &c.files[i]
	return f.Status == pull.Removed || f.Status == pull.Renamed && ends(f.Previous, p)
}

// maxGlobs bounds how many patterns are held against all files; a pattern never contradicts.
const maxGlobs = 20

// matching are the changed files that a path may mean: that file, one in a deeper directory with the same end, any below
// a directory, any that a pattern fits.
func (c *change) matching(p string) []int {
	lower := strings.ToLower(p)
	var at []int
	if strings.ContainsAny(lower, "*{") {
		lower = "**/" + strings.TrimSuffix(lower, "/")
		if !doublestar.ValidatePattern(lower) || strings.Count(lower, "{") > 2 || strings.Count(lower, "*") > 6 || c.globs == maxGlobs {
			return nil
		}
		c.globs++
		for i := range c.files {
			if len(c.lower[i][0]) <= longestPath && doublestar.MatchUnvalidated(lower, c.lower[i][0]) {
				at = append(at, i)
			}
		}
		return at
	}
	if dir := strings.TrimSuffix(lower, "/"); dir != lower {
		for i := range c.files {
			if slices.ContainsFunc(c.lower[i], func(name string) bool { return strings.HasPrefix(name, dir+"/") || strings.Contains(name, "/"+dir+"/") }) {
				at = append(at, i)
			}
		}
		return at
	}
	// The name alone may be meant from another directory: "a/b.go" for "src/b.go". Only the best fits are kept.
	best := 0
	for _, i := range c.names[lower[strings.LastIndexByte(lower, '/')+1:]] {
		fit := c.fit(i, lower)
		if fit > best {
			at, best = at[:0], fit
		}
		if fit == best {
			at = append(at, i)
		}
	}
	return at
}

// fit is how well a changed file answers to a path: 3 as it stands, 2 by the end, 1 by the name.
func (c *change) fit(i int, lower string) int {
	best := 1
	for _, name := range c.lower[i] {
		switch {
		case name == lower:
			best = 3
		case strings.HasSuffix(name, lower) && strings.HasSuffix(name, "/"+lower):
			best = max(best, 2)
		}
	}
	return best
}

// ends reports whether path ends with the names of end, whatever their case.
func ends(path, end string) bool {
	path, end = strings.ToLower(path), strings.ToLower(end)
	return path == end || strings.HasSuffix(path, "/"+end)
}
