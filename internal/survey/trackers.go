package survey

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// key is one of another tracker: PAY-12.
var key = regexp.MustCompile(`\b([A-Z][A-Z0-9]{1,9})-[1-9][0-9]{0,6}\b`)

// noKeys look like keys and are names of standards and machines.
var noKeys = []string{"UTF", "SHA", "ISO", "RFC", "CVE", "GPT", "COVID", "X86", "IEEE", "HTTP", "TLS", "AES", "MD", "CWE", "GHSA", "PEP", "ES", "H", "V", "WCAG", "FIPS", "RSA", "UCS", "BASE", "ARM", "IPV", "EC", "PR", "GH", "MP", "CP", "WIN", "LATIN", "KOI8", "SSE", "AVX"}

const (
	leastKeys  = 3  // subjects with a key before it is one
	leastShare = 10 // of a hundred subjects
	maxKeys    = 4
)

// keys counts the subjects that have a key, by its first part.
func (f *Findings) keys(subjects []string) {
	counts := map[string]int{}
	for _, s := range subjects {
		seen := map[string]bool{}
		for _, m := range key.FindAllStringSubmatch(s, 8) {
			if !seen[m[1]] && !slices.Contains(noKeys, m[1]) {
				seen[m[1]] = true
				counts[m[1]]++
			}
		}
	}
	for _, c := range most(counts) {
		if c.N >= leastKeys && c.N*100 >= leastShare*len(subjects) && len(f.Keys) < maxKeys {
			f.Keys = append(f.Keys, c)
		}
	}
}

// specDirs are folders of what is to be done, by the ends of their paths.
var specDirs = []string{"docs/specs", "docs/spec", "specs", "docs/rfcs", "docs/rfc", "rfcs", "docs/adr", "docs/adrs", "adr", "docs/decisions", "docs/design", "docs/proposals", "proposals", ".kiro/specs"}

// specs are the folders with specifications in them, as globs of the texts.
func specs(paths []string) []string {
	var globs []string
	for _, dir := range specDirs {
		for _, ext := range []string{".md", ".rst", ".adoc"} {
			if slices.ContainsFunc(paths, func(p string) bool {
				return strings.HasPrefix(p, dir+"/") && strings.ToLower(path.Ext(p)) == ext
			}) {
				globs = append(globs, dir+"/**/*"+ext)
			}
		}
	}
	return globs
}

// sectionWords tell what a heading of a template asks for.
var sectionWords = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(what|summary|description|changes?|overview)\b`),
	regexp.MustCompile(`(?i)\b(why|motivation|context|background|reason|problem)\b`),
	regexp.MustCompile(`(?i)\b(tests?|tested|testing|verification|verify|validation|qa)\b`),
}

var heading = regexp.MustCompile(`^#{1,4}\s+(.+?)\s*#*\s*$`)

// template takes the sections of the pull request template that ask for what, why and how it was tested: all three, or
// none.
func (f *Findings) template(c *Clone) {
	if f.Template == "" || c.Text == nil {
		return
	}
	found := make([]string, len(sectionWords))
	for line := range strings.Lines(c.Text(f.Template)) {
		m := heading.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil || !plain(strings.NewReplacer("?", "", "/", "").Replace(m[1])) || len(m[1]) > 60 || strings.ContainsAny(m[1], "<>:#`") {
			continue
		}
		for i, words := range sectionWords {
			if found[i] == "" && words.MatchString(m[1]) && !slices.Contains(found, m[1]) {
				found[i] = m[1]
				break
			}
		}
	}
	if !slices.Contains(found, "") {
		f.Sections = found
	}
}
