package tests

var sharpForm = &form{
	style:    style{line: []string{"//"}, block: true, long: []quotes{{`"""`, `"""`}, {`@"`, `"`}}},
	def:      re(`^\s*(?:(?:public|protected|private|internal|static|async|override|virtual|sealed)\s+)+[\w.]+(?:<[^()]*>)?(?:\[\])?\s+(\w+)\s*(?:<\w+>)?\(`),
	mark:     re(`\[(?:.*,\s*)?(?:Fact|Theory|Test|TestMethod|TestCase|TestCaseSource|DataTestMethod|SkippableFact|SkippableTheory)\b`),
	suite:    re(`^\s*(?:(?:public|internal|private|static|sealed|abstract|partial)\s+)*(?:class|record)\s+(\w+)`),
	asserts:  re(`\bAssert\w*\.\w+|\bAssert\w*\(|\.Should\w*\b|\.Verify\w*\(|\.(?:Did)?Received\w*\(|\bCheck\.\w+|\bVerify\(|\bThrows\w*[<(]|\bSnapshot\.Match`),
	cases:    re(`\[(?:InlineData|TestCase|DataRow|Arguments)\b|\byield return new`),
	skipMark: re(`^\s*\[(?:.*,\s*)?(?:Ignore|Explicit)\b|\[.*\bSkip\s*=\s*[^nN]|\[.*\bIgnore\s*=\s*["tT]`),
	skipCall: re(`\bAssert\.(?:Ignore|Inconclusive|Skip\w*)\(|\bSkip\.(?:If|IfNot)\(`),
	asks:     hints{"Assert", "Should", "Verify", "Received", "Check.", "Throws", "Snapshot"},
}

var rubyForm = &form{
	style:    style{line: []string{"#"}, single: true, heredoc: "~-"},
	def:      re(`^\s*def\s+(?:self\.)?(\w+[?!]?)`),
	named:    re(`^test_`),
	call:     re(`^\s*(?:it|specify|scenario|example|test|should|xit|fit|xspecify|fspecify|xscenario|fscenario|xexample|fexample|its)\b\s*(?:\(?\s*["':]|\{|do\b)`),
	suite:    re(`^\s*(?:RSpec\.)?(?:[fx]?describe|[fx]?context|[fx]?feature|shared_examples\w*)\b|^\s*class\s+(\w+)`),
	asserts:  re(`\bexpect\b\s*[({]|\bexpect\s+do\b|^\s*(?:assert|refute)\w*\b|\.(?:must|wont)_\w+|\.should(?:_not)?\b|\bis_expected\b|^\s*flunk\b|\bshould\s+(?:validate|belong|have)\w*`),
	skipHead: re(`^\s*(?:RSpec\.)?x(?:it|specify|scenario|example|describe|context|feature)\b|^\s*pending\b\s*\(?["'].*\bdo\b|^\s*(?:it|specify|scenario|example|describe|context|feature)\b.*(?:,\s*:(?:skip|pending)\b|,\s*(?:skip|pending):\s*[^fn ])`),
	skipCall: re(`^\s*skip(?:\s*$|\s+["'(]|\(|\s+(?:if|unless)\b)|^\s*pending(?:\s*$|\s+["']|\(|\s+(?:if|unless)\b)`),
	focus:    re(`^\s*(?:RSpec\.)?f(?:it|specify|scenario|example|describe|context|feature)\b\s*(?:\(?\s*["'A-Z:]|do\b|\{)|^\s*(?:it|specify|scenario|example|describe|context|feature)\b.*(?:,\s*:focus\b|,\s*focus:\s*true)|^\s*focus\s*$`),
	asks:     hints{"expect", "assert", "refute", "must_", "wont_", "should", "flunk"},
}

var rustForm = &form{
	style:    style{line: []string{"//"}, block: true, long: []quotes{{`r#"`, `"#`}}},
	def:      re(`^\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|const\s+|unsafe\s+)*fn\s+(\w+)`),
	mark:     re(`#\[(?:\w+::)*test\b|#\[rstest|#\[test_case|#\[wasm_bindgen_test|#\[quickcheck`),
	suite:    re(`^\s*(?:pub\s+)?mod\s+(\w+)\s*\{`),
	asserts:  re(`\b(?:debug_|prop_)?assert\w*!|\bpanic!\(|\binsta::|\bunreachable!\(`),
	cases:    re(`#\[(?:case|test_case)\b`),
	skipMark: re(`#\[ignore\b|#\[cfg_attr\(.*\bignore\b|#\[cfg\((?:any\(\)|not\(test\)|feature\b)`),
	asks:     hints{"assert", "panic!", "insta::", "unreachable!"},
}

var phpForm = &form{
	style:    style{line: []string{"//", "#"}, block: true, single: true, heredoc: "<"},
	def:      re(`^\s*(?:(?:public|protected|private|static|final|abstract)\s+)*function\s+(\w+)\s*\(`),
	named:    re(`^test`),
	mark:     re(`#\[(?:Test|DataProvider|TestWith)\b|@test\b|@dataProvider\b`),
	call:     re(`^\s*(?:it|test)\(\s*['"]`),
	suite:    re(`^\s*(?:(?:final|abstract|readonly)\s+)*class\s+(\w+)|^\s*describe\(\s*['"]`),
	asserts:  re(`(?:->|::)(?:assert|expect|fail|should)\w*\(|\bexpect\(|->(?:to[A-Z]\w*|see\w*)\(|\bassert\(`),
	cases:    re(`#\[TestWith\b|@testWith\b|^\s*(?:["'\x01]+\s*=>\s*)?\[.*\],?\s*$`),
	skipCall: re(`(?:->|::)markTest(?:Skipped|Incomplete)\(|->(?:skip|todo|skipOnWindows)\(`),
	focus:    re(`->only\(\)`),
	asks:     hints{"assert", "expect", "fail", "should", "->to", "->see"},
}

var swiftForm = &form{
	style:    style{line: []string{"//"}, block: true, long: []quotes{{`"""`, `"""`}}},
	def:      re("^\\s*(?:(?:public|private|internal|fileprivate|override|static|final|@\\w+(?:\\((?:[^()]|\\([^()]*\\))*\\))?)\\s+)*func\\s+(\\w+|`[^`]*`)\\s*[(<]"),
	named:    re(`^test`),
	mark:     re(`@Test\b`),
	suite:    re(`^\s*(?:(?:public|private|internal|final|@\w+)\s+)*(?:class|struct|extension)\s+(\w+)`),
	asserts:  re(`\bXCT(?:Assert|Fail|Unwrap)\w*\(|#(?:expect|require)\b|\bexpect\(|\bIssue\.record\(|\bassertSnapshot\w*\(`),
	skipMark: re(`@(?:Test|Suite)\(.*\.(?:disabled|enabled)\b`),
	skipCall: re(`\bXCTSkip(?:If|Unless)?\b|\bXCTExpectFailure\b|\bwithKnownIssue\b`),
	asks:     hints{"XCT", "#expect", "#require", "expect(", "Issue.", "Snapshot"},
}

const nativeTests = `^\s*(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|TEST_CASE|TEST_CASE_METHOD|SCENARIO|BOOST_AUTO_TEST_CASE|BOOST_FIXTURE_TEST_CASE|START_TEST|CTEST|DOCTEST_TEST_CASE)\s*\(`

var nativeForm = &form{
	style:    style{line: []string{"//"}, block: true, long: []quotes{{`R"(`, `)"`}}},
	def:      re(`^(?:static\s+)?(?:void|int|bool)\s+(\w+)\s*\(`),
	named:    re(`^test_|^test[A-Z]`),
	call:     re(nativeTests),
	suite:    re(`^\s*(?:TEST_SUITE|BOOST_AUTO_TEST_SUITE)\s*\(`),
	asserts:  re(`\b(?:ASSERT|EXPECT|CHECK|REQUIRE|BOOST_(?:CHECK|REQUIRE|TEST)|TEST_ASSERT|ck_assert|CU_ASSERT|g_assert|QCOMPARE|QVERIFY|TEST_FAIL|FAIL)\w*\s*\(|\b(?:static_)?assert\w*\s*\(|\bSTATIC_REQUIRE\w*\(|\bmu_assert\(|\bXCTAssert\w*\(`),
	skipHead: re(nativeTests + `.*\bDISABLED_|` + nativeTests + `.*doctest::skip`),
	skipCall: re(`\bGTEST_SKIP\b|^\s*SKIP\(|\bTEST_IGNORE\w*\(|\bQSKIP\(|\bg_test_skip\(`),
	asks:     hints{"ASSERT", "EXPECT", "CHECK", "REQUIRE", "BOOST", "TEST", "assert", "QCOMPARE", "QVERIFY", "FAIL", "XCT"},
}

var elixirForm = &form{
	style:    style{line: []string{"#"}, long: []quotes{{`"""`, `"""`}}},
	def:      re(`^\s*defp?\s+(\w+[?!]?)`),
	call:     re(`^\s*(?:test|property|feature)\s*\(?\s*"`),
	suite:    re(`^\s*describe\s*\(?\s*"|^\s*defmodule\s+([\w.]+)`),
	asserts:  re(`\b(?:assert|refute)\w*\b|\bflunk\b`),
	skipMark: re(`@(?:tag|moduletag|describetag)\s+(?::skip\b|skip:|:pending\b|:exclude\b)`),
	asks:     hints{"assert", "refute", "flunk"},
}

var dartForm = &form{
	style:    style{line: []string{"//"}, block: true, single: true, long: []quotes{{`"""`, `"""`}, {`'''`, `'''`}}},
	def:      re(`^\s*(?:Future<\w+>|void|Future)\s+(\w+)\s*\(`),
	call:     re(`^\s*(?:test|testWidgets|blocTest|testGoldens|patrolTest)(?:<[^>]*>)?\(`),
	suite:    re(`^\s*group\(`),
	asserts:  re(`\bexpect\w*\(|\bverify\w*\(|\bfail\(|\bassert\(`),
	skipMark: re(`@Skip\(`),
	skipCall: re(`\bskip:\s*(?:true|['"])|^\s*markTestSkipped\(`),
	focus:    re(`\bsolo:\s*true`),
	asks:     hints{"expect", "verify", "fail(", "assert("},
}

var shellForm = &form{
	style:    style{line: []string{"#"}, single: true, heredoc: "- "},
	def:      re(`^\s*(?:function\s+)?(\w+)\s*\(\)`),
	named:    re(`^test`),
	call:     re(`^\s*@test\s`),
	asserts:  re(`^\s*!?\s*\[\[?\s|\b(?:assert|refute)\w*\b|^\s*(?:fail|flunk)\b|^\s*!?\s*test\s+-?\w*\s*["$]|^\s*test\s+["$]|^\s*(?:diff|cmp)\s|^\s*\(\(.*\)\)\s*$`),
	skipCall: re(`^\s*skip(?:\s*$|\s+["'$\w])|\bstartSkipping\b|(?:\bif\b|&&|\|\||then)\s.*\bskip(?:\s*$|\s+["'$])`),
	asks:     hints{"[", "assert", "refute", "fail", "flunk", "test ", "diff", "cmp", "(("},
}

// forms has a form for each language of package kind that is read.
var forms = map[string]*form{
	"Go": goForm, "Python": pythonForm,
	"JavaScript": scriptForm, "TypeScript": scriptForm, "Vue": scriptForm, "Svelte": scriptForm, "CoffeeScript": nil,
	"Java": javaForm, "Groovy": javaForm, "Kotlin": kotlinForm, "Scala": scalaForm,
	"C#": sharpForm, "Ruby": rubyForm, "Rust": rustForm, "PHP": phpForm, "Swift": swiftForm,
	"C": nativeForm, "C++": nativeForm, "Objective-C": nativeForm,
	"Elixir": elixirForm, "Dart": dartForm, "Shell": shellForm,
}
