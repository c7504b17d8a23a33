package kind

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// testDirs hold tests, whatever the files are named; exact spelling in lower case.
	testDirs = set(`test tests __tests__ __test__ __mocks__ spec specs e2e cypress playwright testing integration_test
		integration_tests integration-test integration-tests integrationtest integrationtests unit_tests unit-tests unittests functional-tests
		functional_tests acceptance-tests acceptance_tests androidtest testutil testutils test-utils test_utils
		testhelper testhelpers test-helpers test_helpers test-support test_support testfixtures testsuite testenv
		step_definitions benches xctest`)
	// fixtureDirs hold what tests are fed with and compared to.
	fixtureDirs = set(`testdata test-data test_data fixtures __fixtures__ __snapshots__ test-fixtures test_fixtures`)
	// narrowDirs are test directories by name that mean other things as well: only code that a test could be counts.
	narrowDirs = map[string][]string{
		"spec":    {"Ruby", "JavaScript", "TypeScript", "CoffeeScript", "PHP", "Lua", "Crystal", "Shell", "Groovy"},
		"specs":   {"Ruby", "JavaScript", "TypeScript", "CoffeeScript", "C#"},
		"testing": {"Python", "JavaScript", "TypeScript", "Go"},
		"benches": {"Rust"},
	}
	// fixtureExts are the forms of test cases and of expected output.
	fixtureExts = set(".snap .ambr .golden .txtar .feature .robot .bats .phpt .t .pg .storyshot .tftest.hcl .tftest.json .tofutest.hcl")
	// testDirSuffixes end the name of a whole test project: "Acme.Tests", "acme-e2e", "AppUITests".
	testDirSuffixes = []string{".tests", ".test", ".unittests", ".integrationtests", ".specs", "-tests", "_tests", "-test", "_test", "-e2e", "_e2e"}
)

// fixture reports whether the file is in a directory of fixtures, which holds even files that look like other kinds.
func (f *file) fixture() bool {
	return !f.shipped() && f.within(func(dir string) bool { return fixtureDirs[strings.ToLower(dir)] })
}

func (f *file) test() bool {
	if f.shipped() {
		return false
	}
	if documentationExts[f.ext] || f.lang == "" && documentationBases[strings.ToLower(f.stem)] {
		return false // tests/README.md tells of tests and is none
	}
	if fixtureExts[f.ext] || hasSuffix(f.lower, []string{".approved.txt", ".verified.txt"}) {
		return true
	}
	if f.lang != "" && f.shape() >= 0 || testBases[f.lower] {
		return true
	}
	if f.project() || strings.HasPrefix(f.base, ".") || documentationTops[strings.ToLower(f.top())] {
		return false
	}
	return f.within(f.testDir) || f.lang == "SQL" && f.within(func(dir string) bool { return dir == "t" })
}

// shipped reports whether the build's own convention says that the file is no test: Maven and Gradle run nothing there.
func (f *file) shipped() bool {
	return strings.HasPrefix(f.dir, "src/main/") || strings.Contains(f.dir, "/src/main/")
}

func (f *file) testDir(dir string) bool {
	lower := strings.ToLower(dir)
	if testDirs[lower] {
		langs, narrow := narrowDirs[lower]
		return !narrow || slices.Contains(langs, f.lang)
	}
	if hasSuffix(lower, testDirSuffixes) {
		return f.lang != "" || f.ext != ""
	}
	// "AppTests", "commonTest": a capital that begins a word.
	return camelSuffix(dir, "Tests") || f.lang != "" && camelSuffix(dir, "Test")
}

// testBases are names that only a test's helper has.
var testBases = set(`conftest.py spec_helper.rb rails_helper.rb test_helper.rb test_helper.exs testcase.php pest.php setuptests.ts
	setuptests.js jest.setup.js jest.setup.ts vitest.setup.ts vitest.setup.js jest-setup.js jest-setup.ts test-setup.ts
	vitest-setup.ts karma-test-shim.js runtests.jl tests.py test.py tests.rs testutil.go testutils.py test_utils.py
	test-utils.ts test-utils.tsx testutils.ts test-utils.js `)

// shape is how a language's tests are named: the stem of what is tested with something around it.
type shape struct {
	prefix, suffix string
	camel          bool // the addition begins with a capital, which must begin a word
}

func words(prefixes, suffixes string) []shape {
	var shapes []shape
	for _, p := range strings.Fields(prefixes) {
		shapes = append(shapes, shape{prefix: p})
	}
	for _, s := range strings.Fields(suffixes) {
		shapes = append(shapes, shape{suffix: s})
	}
	return shapes
}

func camels(prefixes, suffixes string) []shape {
	shapes := words(prefixes, suffixes)
	for i := range shapes {
		shapes[i].camel = true
	}
	return shapes
}

var (
	scriptShapes = words("", ".test .tests .spec .specs .e2e .e2e-spec .cy .pw .test-d _test _spec")
	// A class that ends with Spec is as often no test in Java (KeySpec) and Swift; Groovy and Scala mean one.
	jvmShapes    = camels("Test", "Test Tests TestCase IT ITCase")
	groovyShapes = camels("Test", "Test Tests TestCase IT ITCase Spec Specs")
	dotnetShapes = camels("", "Test Tests Specs")
	nativeShapes = append(words("test_ test- tst_", "_test _tests _unittest _unittests _gtest .test .t"), camels("", "Test Tests")...)
	appleShapes  = camels("", "Test Tests TestCase")
)

// shapes are the languages' conventions: what each test runner finds by itself, and what its users write.
var shapes = map[string][]shape{
	"Go":         words("", "_test"),
	"Python":     words("test_", "_test _tests"),
	"JavaScript": scriptShapes, "TypeScript": scriptShapes, "Vue": scriptShapes, "Svelte": scriptShapes, "CoffeeScript": scriptShapes,
	"Java": jvmShapes, "Kotlin": jvmShapes, "Groovy": groovyShapes, "Scala": append(camels("", "Suite"), groovyShapes...),
	"C#": dotnetShapes, "F#": dotnetShapes, "Visual Basic": dotnetShapes,
	"C": nativeShapes, "C++": nativeShapes,
	"Objective-C": appleShapes, "Swift": appleShapes,
	"Rust":       words("test_", "_test _tests"),
	"Ruby":       words("test_", "_spec _test"),
	"PHP":        camels("", "Test Tests Cest Cept"),
	"Elixir":     words("", "_test"),
	"Erlang":     words("prop_", "_SUITE _tests _test"),
	"Gleam":      words("", "_test"),
	"Dart":       words("", "_test"),
	"Shell":      words("test_", "_test _tests .test _spec"),
	"PowerShell": words("", ".Tests"),
	"SQL":        words("test_", ".test _test _tests .spec"),
	"Terraform":  words("", "_test"),
	"Haskell":    camels("", "Spec Test Tests"),
	"Clojure":    words("", "_test"),
	"Lua":        words("test_", "_spec _test"),
	"R":          words("test- test_", ""),
	"Julia":      words("test_", "_test _tests"),
	"Crystal":    words("", "_spec"),
	"Rego":       words("", "_test"),
	"Solidity":   words("", ".t"),
	"Zig":        words("", "_test"),
	"Nim":        words("t_ test_", "_test"),
	"OCaml":      words("test_", "_test"),
}

// shape is the index of the convention by which the stem is a test's, -1 where it is none.
func (f *file) shape() int {
	for i, s := range shapes[f.lang] {
		if s.fits(f.stem) {
			return i
		}
	}
	return -1
}

func (s shape) fits(stem string) bool {
	if s.prefix != "" {
		rest, ok := strings.CutPrefix(stem, s.prefix)
		return ok && rest != "" && (!s.camel || upper(rest))
	}
	rest, ok := strings.CutSuffix(stem, s.suffix)
	// "FooIT" is Foo's integration test, "AUDIT" is a word.
	return ok && rest != "" && (!s.camel || !upper(s.suffix[1:]) || !endsUpper(rest))
}

func upper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return !unicode.IsLower(r)
}

func endsUpper(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsUpper(r)
}

// camelSuffix reports whether name ends with the word suffix, which begins with a capital.
func camelSuffix(name, suffix string) bool { return shape{suffix: suffix, camel: true}.fits(name) }

// Subject is the stem of what the file at path is about: of a test the name without what makes it a test's, of other
// files the name without its extension. "src/parse_test.go" and "src/parse.go" have the one subject "parse".
func Subject(p string) string {
	f := split(p)
	i := f.shape()
	if i < 0 {
		return f.stem
	}
	s := shapes[f.lang][i]
	return strings.TrimSuffix(strings.TrimPrefix(f.stem, s.prefix), s.suffix)
}
