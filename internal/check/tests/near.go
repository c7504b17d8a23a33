package tests

import (
	"path"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
)

// What is compared of a path is bounded: so many directories, the last ones, and words of a name, and so many bytes of each.
const (
	maxDepth = 8
	maxName  = 64
)

// tests that changed, found by what they are near to. The page says in words what near is.
type nearness map[string]bool

// index lays out the tests by every name under which code may ask for them, so that asking takes no search.
func index(tests []place) nearness {
	n := nearness{}
	for _, t := range tests {
		n["itself\x00"+t.path] = true
		lang := family(t.path)
		dirs := home(t.path)
		n[tag("package", lang, "", dirs)] = true
		if dir, _, ok := strings.Cut("/"+t.path, "/testdata/"); ok {
			n["testdata\x00"+strings.TrimPrefix(dir, "/")] = true
		}
		for _, subject := range beginnings(kind.Subject(t.path)) {
			n[tag("mirror", lang, subject, dirs)] = true
			for i := range dirs {
				n[tag("below", lang, subject, dirs[:i])] = true
			}
		}
	}
	return n
}

// has reports whether a test is near the code at p.
func (n nearness) has(p string) bool {
	found := false
	questions(p, func(name string) bool {
		found = n[name]
		return !found
	})
	return found
}

// questions calls ask with the names under which code at p asks for tests, until it says no.
func questions(p string, ask func(name string) bool) {
	dir := strings.TrimSuffix(path.Dir(p), ".")
	if !ask("itself\x00"+p) || !ask("testdata\x00"+dir) {
		return
	}
	lang, dirs := family(p), home(p)
	// In these a directory is the unit that is tested.
	if (lang == "Go" || lang == "Terraform") && !ask(tag("package", lang, "", dirs)) {
		return
	}
	for _, subject := range subjects(p) {
		for _, l := range []string{lang, ""} { // a fixture has no language
			for i := 0; i <= len(dirs); i++ {
				if !ask(tag("mirror", l, subject, dirs[i:])) {
					return
				}
			}
			if !ask(tag("below", l, subject, dirs)) {
				return
			}
		}
	}
}

func tag(how, lang, subject string, dirs []string) string {
	return how + "\x00" + lang + "\x00" + subject + "\x00" + strings.Join(dirs, "/")
}

// families are languages that test each other.
var families = map[string]string{
	"TypeScript": "JavaScript", "Vue": "JavaScript", "Svelte": "JavaScript", "Astro": "JavaScript", "CoffeeScript": "JavaScript",
	"Kotlin": "Java", "Groovy": "Java", "Scala": "Java", "C++": "C", "Objective-C": "Swift", "F#": "C#", "Visual Basic": "C#",
}

func family(p string) string {
	lang := kind.Language(p)
	if f, ok := families[lang]; ok {
		return f
	}
	return lang
}

// neutral are directories that say where tests and code are kept and not what they are about.
var neutral = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`src source sources main lib app test tests __tests__ spec specs java kotlin scala groovy
		python swift php unit integration e2e functional feature it testdata fixtures __fixtures__ __snapshots__ cypress testing
		androidtest commonmain commontest jvmmain jvmtest include t`) {
		neutral[w] = true
	}
}

// home is the directories of p that say what it is about, in lower case: the same ones for
// "src/main/java/acme/Foo.java" and "src/test/java/acme/FooTest.java".
func home(p string) []string {
	var dirs []string
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		dir = strings.ToLower(dir)
		if dir == "." || dir == "" || neutral[dir] {
			continue
		}
		for _, suffix := range []string{".unittests", ".integrationtests", ".tests", ".test", "-tests", "_tests", "-test", "_test", "tests"} {
			if cut, ok := strings.CutSuffix(dir, suffix); ok && cut != "" {
				dir = cut
				break
			}
		}
		if dirs = append(dirs, dir[:min(len(dir), maxName)]); len(dirs) > maxDepth {
			dirs = dirs[1:]
		}
	}
	return dirs
}

// subjects are the names under which code at p is tested: its own, or its directory's where its own says nothing.
func subjects(p string) []string {
	own := plain(kind.Subject(p))
	switch own {
	case "index", "mod", "init", "lib", "main":
		if dir := path.Base(path.Dir(p)); dir != "." {
			return []string{own, plain(dir)}
		}
	}
	return []string{own}
}

// beginnings are a test's subject and what it begins with: "parse_errors_test.go" is about "parse" too.
func beginnings(subject string) []string {
	words := strings.FieldsFunc(subject[:min(len(subject), maxName)], separator)
	if len(words) > maxDepth {
		words = words[:maxDepth]
	}
	out := make([]string, 0, len(words))
	for i := range words {
		out = append(out, strings.ToLower(strings.Join(words[:i+1], "")))
	}
	return out
}

func plain(name string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(name[:min(len(name), maxName)], separator), ""))
}

func separator(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' }
