package tests

import (
	"regexp"
	"strings"
)

// form is how tests are written in a language. The patterns are asked of lines whose strings and comments are blanked.
type form struct {
	style style
	// def is a function, its name in the first group that matched. It is a test where named says so, or a line above
	// matched mark.
	def   *regexp.Regexp
	named *regexp.Regexp
	mark  *regexp.Regexp
	// call is a test as a call, with its name in quotes.
	call *regexp.Regexp
	// suite holds tests: a skip or a focus there is one of all of them.
	suite *regexp.Regexp

	asserts *regexp.Regexp
	cases   *regexp.Regexp // a case of a test with several

	skipHead *regexp.Regexp // in the line that opens a test or a suite
	skipMark *regexp.Regexp // on a line above it
	skipCall *regexp.Regexp // in its body, or after it
	skipFile *regexp.Regexp // of a whole file
	focus    *regexp.Regexp

	asks hints // words without which asserts does not match
	// ended says that a block ends where the indentation does, not with a brace or a word.
	ended bool
}

type hints []string

func (h hints) in(text string) bool {
	for _, word := range h {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

func re(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

// formOf is the form of a language, nil where tests are only counted as files.
func formOf(lang string) *form { return forms[lang] }

var goForm = &form{
	style:    style{line: []string{"//"}, block: true, long: []quotes{{"`", "`"}}},
	def:      re(`^func\s+(?:\([^)]*\)\s*)?(\w+)\s*[\[(]`),
	named:    re(`^(?:Test|Fuzz|Benchmark|Example)(?:$|[^a-z])`),
	call:     re(`^\s*(?:It|DescribeTable|FIt|PIt|XIt|Specify|FSpecify|PSpecify|XSpecify)\(`),
	suite:    re(`^\s*[FPX]?(?:Describe|Context|When)\(`),
	asserts:  re(`\b(?:t|tb|b|f|tt|c|st|s\.T\(\))\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Assert|Check)\(|\b(?:assert|require|must|is|qt|check|expect|cupaloy|snaps)\.\w+\(|\bs\.(?:Equal|No|Error|True|False|Nil|Not|Contains|Len|Require|Assert)\w*\(|\b(?:Expect|Eventually|Consistently|Ω)\(|\bassert\w*\(`),
	cases:    re(`\bt\.Run\(|^\s*\{.*\},?\s*$|\bEntry\(`),
	skipHead: re(`^\s*[PX](?:It|Describe|Context|When|Specify|Entry|DescribeTable)\(`),
	skipCall: re(`\b(?:t|tb|b|f|tt|c|st|s\.T\(\))\.(?:Skip|Skipf|SkipNow)\(|^\s*Skip\(\s*"`),
	skipFile: re(`^(?://go:build|// \+build) `),
	focus:    re(`^\s*F(?:It|Describe|Context|When|Specify|Entry|DescribeTable)\(\s*["\w]|^\s*Focus,|,\s*Focus[,)]`),
	asks:     hints{".Error", ".Fatal", ".Fail", "assert", "require", "must.", "is.", "qt.", "check.", "expect.", "Expect(", "ventually(", "onsistently(", "cupaloy", "snaps.", "Ω(", "s.Equal", "s.No", "s.True", "s.False", "s.Nil", "s.Contains", "s.Len", "s.Require", "s.Assert", ".Assert(", ".Check("},
}

var pythonForm = &form{
	style:    style{line: []string{"#"}, single: true, long: []quotes{{`"""`, `"""`}, {`'''`, `'''`}}},
	def:      re(`^\s*(?:async\s+)?def\s+(\w+)`),
	named:    re(`^_*test`),
	suite:    re(`^class\s+(\w+)`),
	asserts:  re(`^\s*assert\b|\b(?:self|cls|case|tc)\.(?:assert\w+|fail\w*)\(|\bpytest\.(?:raises|warns|fail)\b|\bassert_\w+\(|\bexpect\(|\.should\b`),
	cases:    re(`\bpytest\.param\(|^\s*\(.*\),?\s*$|\bself\.subTest\(`),
	skipMark: re(`^\s*@(?:pytest\.)?(?:mark\.)?(?:skip|skipif|xfail)\b|^\s*@(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b`),
	skipCall: re(`\bpytest\.(?:skip|xfail|importorskip)\(|\bself\.skipTest\(|\braise\s+(?:unittest\.)?SkipTest\b|marks\s*=\s*\[?\s*pytest\.mark\.(?:skip|xfail)|\badd_marker\(\s*(?:pytest\.mark\.)?(?:skip|xfail)`),
	skipFile: re(`^pytestmark\s*=.*\b(?:skip|skipif|xfail)\b|^\s*__test__\s*=\s*False|^collect_ignore(?:_glob)?\b`),
	asks:     hints{"assert", "fail", "pytest.", "expect(", "should"},
	ended:    true,
}

const scriptTests = `(?:it|test|specify|fit|xit|ftest|xtest|xspecify|fspecify)`

var scriptForm = &form{
	style:    style{line: []string{"//"}, block: true, single: true, long: []quotes{{"`", "`"}}},
	call:     re(`^\s*(?:await\s+)?(?:\w+\.)?` + scriptTests + `(?:\.(?:only|skip|concurrent|each|failing|fails|fixme|serial|todo|sequential|skipIf|runIf|extend))*\s*(?:\(|` + "`)"),
	suite:    re(`^\s*(?:\w+\.)?(?:[fx]?describe|[fx]?context|suite)(?:\.\w+)*\s*(?:\(|` + "`)"),
	asserts:  re(`\bexpect\w*\s*[(.]|\bassert\w*\s*[(.]|\.should\b|\bt\.(?:is|not|deepEqual|equal|equals|same|true|false|ok|truthy|falsy|throws|throwsAsync|like|regex|snapshot|pass|fail|strictEqual|notOk|end)\(|\bcy\.contains\(`),
	cases:    re(`\.each\s*[(` + "`" + `]|^\s*\[.*\],?\s*$|^\s*\{.*\},?\s*$`),
	skipHead: re(`^\s*(?:\w+\.)?(?:it|test|describe|context|suite|specify)(?:\.\w+)*\.(?:skip|todo|fixme|failing|fails|skipIf|runIf)\b|^\s*(?:xit|xtest|xdescribe|xcontext|xspecify|xsuite)\b`),
	skipCall: re(`\bthis\.skip\(\)|^\s*(?:t|ctx|context|test|testInfo)\.(?:skip|fixme)\(\s*(?:\)|["'\w!(])|\bskip:\s*(?:true|['"])|^\s*pending\(`),
	focus:    re(`^\s*(?:\w+\.)?(?:it|test|describe|context|suite|specify)(?:\.\w+)*\.only\b|^\s*(?:fit|ftest|fdescribe|fcontext|fspecify)\s*[(.` + "`]"),
	asks:     hints{"expect", "assert", "should", "t.", "cy.contains"},
}

const (
	jvmMark = `@(?:Test|ParameterizedTest|RepeatedTest|RetryingTest|RepeatedIfExceptionsTest|CartesianTest|FuzzTest|ArchTest|TestFactory|TestTemplate|Property|Theory)\b`
	jvmSkip = `@(?:Disabled\w*|Ignore\b|EnabledIf\w*|EnabledOn\w*|IgnoredTest)|@Test\b.*\benabled\s*=\s*false`
)

const jvmAsserts = `\bassert\w*\s*[({]|\bassert\b|\b(?:Assert\w*|Assertions|Truth|Assume)\.\w+\(|\bverify\w*\s*[({]|\bfail\(|\bexpect\w*\(|\bshould\w*\b|\bthen\w*\(`

var javaForm = &form{
	style:    style{line: []string{"//"}, block: true, long: []quotes{{`"""`, `"""`}}},
	def:      re(`^\s*(?:(?:public|protected|private|static|final|abstract|synchronized|default)\s+)*(?:<[^>]+>\s*)?(?:void|[A-Z]\w*(?:<[^()]*>)?(?:\[\])?|int|long|boolean)\s+(\w+)\s*\(`),
	named:    re(`^test[A-Z_0-9]`),
	mark:     re(jvmMark),
	suite:    re(`^\s*(?:(?:public|protected|private|static|final|abstract|sealed|open|internal)\s+)*class\s+(\w+)`),
	asserts:  re(jvmAsserts),
	cases:    re(`@(?:CsvSource|ValueSource|MethodSource|EnumSource|TestCase|Example)\b|\bArguments\.of\(|\barguments\(`),
	skipMark: re(jvmSkip),
	skipCall: re(`\bassum(?:e|ing)\w*\(|\bthrow\s+new\s+(?:\w+\.)?(?:SkipException|TestAbortedException|AssumptionViolatedException)\b|\bAbstractTestNG`),
	asks:     hints{"ssert", "ssum", "verify", "fail(", "expect", "should", "then", "Truth."},
}

var kotlinForm = &form{
	style:    javaForm.style,
	def:      re("^\\s*(?:(?:public|private|internal|override|suspend|protected|open|final)\\s+)*fun\\s+(?:<[^>]+>\\s*)?(\\w+|`[^`]*`)\\s*\\("),
	named:    re(`^test[A-Z_0-9]`),
	mark:     re(jvmMark),
	call:     re(`^\s*x?(?:test|it|should|expect)\(\s*"`),
	suite:    re(`^\s*(?:(?:public|private|internal|open|abstract|sealed)\s+)*(?:class|object)\s+(\w+)|^\s*x?(?:describe|context|given|feature)\(\s*"`),
	asserts:  re(jvmAsserts),
	cases:    javaForm.cases,
	skipHead: re(`^\s*x(?:test|it|should|expect|describe|context|given|feature)\(\s*"`),
	skipMark: re(jvmSkip),
	skipCall: re(`\bassum(?:e|ing)\w*\(|\bthrow\s+(?:\w+\.)?(?:SkipException|TestAbortedException|AssumptionViolatedException)\b|\.config\(.*\benabled\s*=\s*false`),
	focus:    re(`^\s*f(?:test|it|should|expect|describe|context)\(\s*"`),
	asks:     javaForm.asks,
}

var scalaForm = &form{
	style:    javaForm.style,
	def:      re(`^\s*(?:(?:override|private|protected|final)\s+)*def\s+(\w+)`),
	named:    re(`^test[A-Z_0-9]`),
	mark:     re(jvmMark),
	call:     re(`^\s*(?:test|it|ignore|property|scenario)\(\s*"|^\s*(?:"[^"]*"|it|they|behavior of "[^"]*")\s+(?:should|must|can|in|when)\b`),
	suite:    re(`^\s*(?:(?:final|abstract|sealed|private)\s+)*(?:class|object)\s+(\w+)`),
	asserts:  re(jvmAsserts + `|\bmust\w*\b|\bintercept\[`),
	skipHead: re(`^\s*ignore\s*\(\s*"|\bignore\s+should\b|"\s*\.ignore\b|"\s+ignore\s*\{|"\s+in\s+pending\b`),
	skipMark: re(`@Ignore\b|@Disabled\b`),
	skipCall: re(`^\s*pending\s*$|^\s*cancel\(|^\s*assume\(`),
	focus:    re(`"\s*\.only\b`),
	asks:     hints{"ssert", "ssum", "verify", "fail(", "expect", "should", "then", "Truth.", "must", "intercept"},
}
