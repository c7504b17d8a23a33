package tests

import (
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

const sure = "Assert what the code does."

var (
	trueValue = `(?:true|True|TRUE|1|!false|not False|not false)`
	// An assertion of a constant: assert True, expect(true).toBe(true), assert.True(t, true), [ 1 -eq 1 ].
	constant = re(`(?:^|[^\w.])(?:` +
		`assert\s+` + trueValue + `\s*(?:$|,|;|#)` +
		`|(?:assert!?|assertTrue|assert_true|debug_assert!)\s*\(\s*` + trueValue + `\s*(?:\)|,\s*["\'])` +
		`|(?:self|this|Assert\w*|Assertions|assert|require|\$this|static)(?:\.|->|::)(?:assert|ok|[Ii]sTrue|True|assertTrue|AssertTrue|That|assertThat)\(\s*(?:\w+,\s*)?` + trueValue + `\s*(?:\)|,\s*(?:Is\.True|is\(true\)|equalTo\(true\)|["\x01]))` +
		`|(?:XCTAssert|XCTAssertTrue|ASSERT_TRUE|EXPECT_TRUE|CHECK|REQUIRE|TEST_ASSERT_TRUE|TEST_ASSERT|QVERIFY|BOOST_CHECK|BOOST_TEST|#expect)\s*\(\s*` + trueValue + `\s*\)` +
		`|expect\(\s*` + trueValue + `\s*\)\s*(?:\.|->)\s*(?:toBe\(\s*true\s*\)|toEqual\(\s*true\s*\)|toStrictEqual\(\s*true\s*\)|toBeTruthy\(\)|toBeTrue\(\)|to\.be\.true\b|to\.equal\(\s*true\s*\)|to\.be\.ok\b|to\s+(?:be|eq|be_truthy|be\(true\)|eq\(true\)|eq\s+true|be\s+true)|to\(?\s*(?:be|eq))` +
		`|expect\(\s*true\s*,\s*(?:isTrue|true|equals\(true\))\s*\)` +
		`|assert\s+true\s*$|assert_equal\s*\(?\s*true,\s*true\b|assert_true\s+true\b|true\.should\b|Assert\.Pass\(|Expect\(true\)\.To\(|` +
		`\[\[?\s+1\s+-eq\s+1\s+\]|\[\s+true\s+\]` +
		`)`)
	// The end of an assertion that holds whatever came before.
	orTrue = re(`(?:\|\||\bor\b)\s*(?:true|True|1)\s*(?:\)|$|;|,|\{)|[(\s](?:true|True)\s*(?:\|\||\bor\b)`)
	falsy  = re(`\bif\s*\(?\s*false\s*&&|&&\s*false\s*\)?\s*\{?\s*$|\band\s+False\b`)
)

// always finds assertions that hold whatever the code does.
func (s *strength) always(sc *scene) {
	for k := range sc.rows {
		r := &sc.rows[k]
		if r.out || !r.added() || r.moved {
			continue
		}
		u := sc.unitOf(r)
		switch {
		case r.asserts && s.constant(sc, r, u):
			r.flagged = true
			s.delta.assertions[0]--
			s.weakened(sc.file, r.New, "this assertion always holds", sure, sc.insteadOf(k)...)
		case sc.form == goForm && strings.Contains(r.mask, "false") && falsy.MatchString(r.mask) && u != nil && u.test:
			s.weakened(sc.file, r.New, "this condition never holds, so the test cannot fail here", sure, sc.replaced(k)...)
		case sc.form == shellForm && strings.Contains(r.mask, "true") && lenient.MatchString(r.mask) && assertsShell(sc, r):
			s.weakened(sc.file, r.New, "this assertion always holds", sure, sc.replaced(k)...)
		case sc.form == goForm && u != nil && u.name == "TestMain" && strings.Contains(r.mask, "os.Exit(0)"):
			s.weakened(sc.file, r.New, "the tests of this package pass now whatever they come to", "Exit with what m.Run gives.", sc.replaced(k)...)
		case strings.Contains(r.mask, "return") && outright.MatchString(r.mask) && !sc.freshUnit(u) && u != nil:
			s.weakened(sc.file, r.New, naming(u)+" ends here now, and what stands below is not reached", letRun, r.Line)
		case returns[strings.TrimSpace(r.mask)] && !sc.freshUnit(u) && u != nil && sc.unreached(k):
			s.weakened(sc.file, r.New, naming(u)+" ends here now, and what stands below is not reached", letRun, r.Line)
		case strings.Contains(r.mask, "catch") || strings.Contains(r.mask, "except") || strings.Contains(r.mask, "rescue"):
			if from := sc.swallows(k); from >= 0 {
				s.weakened(sc.file, r.New, "this catches what a failed assertion throws, and does nothing with it", "Catch what the code throws, and not the assertions.", sc.rows[from].Line, r.Line)
			}
		}
	}
}

// insteadOf is row k behind the assertion that it took the place of.
func (sc *scene) insteadOf(k int) []pull.Line {
	if sc.counterpart(k) != nil {
		return sc.replaced(k)
	}
	for j := k - 1; j >= max(sc.rows[k].from, k-far); j-- {
		if r := &sc.rows[j]; r.Op == pull.Remove && !r.moved && sc.judges(j) {
			return []pull.Line{r.Line, sc.rows[k].Line}
		}
	}
	return []pull.Line{sc.rows[k].Line}
}

func assertsShell(sc *scene, r *row) bool { return sc.form.asserts.MatchString(r.mask) }

// constant reports whether an assertion compares a thing with itself, or asserts what is true in itself.
func (s *strength) constant(sc *scene, r *row, u *unit) bool {
	if constantHints.in(r.mask) && constant.MatchString(r.mask) {
		return !sc.reached(r, u)
	}
	if (strings.Contains(r.mask, "||") || strings.Contains(r.mask, "or")) && orTrue.MatchString(r.mask) {
		return true
	}
	return doubled(r.Text) && itself(r.mask, r.Text) && !alike(u)
}

// constantHints are in every constant assertion.
var constantHints = hints{"rue", "TRUE", "ssert 1", "(1)", "(1,", "-eq 1", "not F", "!f", "Pass("}

// doubled reports whether a line has a word, or a number, twice.
func doubled(text string) bool {
	var seen [16]string
	n, found := 0, false
	eachWord(text, func(w string) {
		for _, s := range seen[:n] {
			found = found || s == w
		}
		if n < len(seen) {
			seen[n] = w
			n++
		}
	})
	return found || strings.Contains(text, "\"")
}

// reached reports whether a constant assertion only says that a line was reached, beside others in a new test.
func (sc *scene) reached(r *row, u *unit) bool {
	if u == nil || !sc.freshUnit(u) {
		return false
	}
	for other := range sc.rowsOf(u) {
		if other != r && other.asserts && other.Op != pull.Remove && !constant.MatchString(other.mask) {
			return true
		}
		if t := strings.TrimSpace(other.mask); strings.Contains(t, "catch") || strings.HasPrefix(t, "except") || strings.HasPrefix(t, "rescue") {
			return true
		}
	}
	return false
}

// alike reports whether a test is about things that are equal to themselves.
func alike(u *unit) bool {
	if u == nil {
		return true
	}
	name := strings.ToLower(u.name)
	for _, w := range []string{"eq", "same", "ident", "reflex", "hash", "self", "compar", "ident", "copy", "clone"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// itself reports whether an assertion of equality has the same simple thing on both sides. Calls don't count: a call may
// give something else the second time.
func itself(mask, text string) bool {
	if strings.Contains(mask, "NaN") || !strings.ContainsAny(mask, ",=(") {
		return false
	}
	if at := pairs.FindStringSubmatchIndex(mask); at != nil {
		a, b := strings.TrimSpace(text[at[2]:at[3]]), strings.TrimSpace(text[at[4]:at[5]])
		return a == b && a != ""
	}
	if at := expected.FindStringSubmatchIndex(mask); at != nil {
		return strings.TrimSpace(text[at[2]:at[3]]) == strings.TrimSpace(text[at[4]:at[5]])
	}
	if at := equality.FindStringSubmatchIndex(mask); at != nil {
		return strings.TrimSpace(text[at[2]:at[3]]) == strings.TrimSpace(text[at[4]:at[5]])
	}
	return false
}

const simple = `[\w.$@"'` + "`" + `\x01\[\]-]+`

var (
	pairs = re(`(?:assert_?[eE]quals?|assertSame|assert_?eq!?|assert_eq!|prop_assert_eq!|assertEquals|[.>:](?:Equal|Equals|AreEqual|EqualValues|Same|strictEqual|deepEqual|equal)|XCTAssertEqual|(?:ASSERT|EXPECT|CHECK|REQUIRE)_EQ|assert_equal)[ (]\s*` +
		`(?:(?:t|tb|s\.T\(\)),\s*)?(` + simple + `)\s*,\s*(` + simple + `)\s*(?:\)|,\s*["'\x60]|$)`)
	expected = re(`expect\(\s*(` + simple + `)\s*\)\s*\.\s*(?:toBe|toEqual|toStrictEqual|to\.equal|to\.eql|to\.deep\.equal|to eq|to\(eq)[( ]\s*(` + simple + `)\s*\)`)
	equality = re(`^\s*(?:assert|#expect\(|XCTAssert\(|assert\()\s*(` + simple + `)\s*===?\s*(` + simple + `)\s*(?:\)|,\s*["']|$|;)`)
)

var returns = map[string]bool{"return": true, "return;": true, "return None": true, "return nil": true, "return true;": true, "return 0": true, "pass; return": true, "return 0;": true}

var outright = re(`^\s*if\s*\(?\s*(?:true|True|1)\s*\)?\s*[:{]?\s*return\b`)

// unreached reports whether a line that stays follows row k, a return, in the same block.
func (sc *scene) unreached(k int) bool {
	in := width(sc.rows[k].Text)
	for j := k - 1; j >= max(0, k-far) && sc.rows[j].hunk == sc.rows[k].hunk; j-- {
		if r := &sc.rows[j]; r.Op != pull.Remove && words(r.mask) {
			if t := strings.TrimSpace(r.mask); width(r.Text) == in && (strings.HasPrefix(t, "if") || strings.HasPrefix(t, "else")) && !strings.HasSuffix(t, "}") {
				return false
			}
			break
		}
	}
	for j := k + 1; j < sc.near(k); j++ {
		r := &sc.rows[j]
		if t := strings.TrimSpace(r.mask); r.Op != pull.Remove && t != "" {
			if strings.HasPrefix(t, "case ") || strings.HasPrefix(t, "default") || strings.HasPrefix(t, "#") || strings.HasSuffix(t, ":") && !sc.form.ended || t[0] == '}' || t[0] == ')' {
				return false
			}
			return r.Op == pull.Context && width(r.Text) == in && r.newUnit == sc.rows[k].newUnit
		}
	}
	return false
}

var catchAll = re(`^\s*except(?:\s+(?:Exception|BaseException|AssertionError)\b[^:]*|\s*\([^)]*(?:Exception|AssertionError)\b[^)]*\)[^:]*)?\s*:|\}?\s*catch\s*(?:\(\s*(?:final\s+)?(?:\w+|(?:\\?Throwable|AssertionError|Error|java\.lang\.\w+)\s+[\w$]+|\w+\s*:\s*(?:Throwable|AssertionError))\s*\)\s*)?\{|^\s*rescue\s*(?:Exception\b.*|=>.*|Minitest::Assertion.*)?$`)

// swallows is the row of an assertion that stands in the block whose failures row k catches and drops; -1 where it does not.
func (sc *scene) swallows(k int) int {
	r := &sc.rows[k]
	if !catchAll.MatchString(r.mask) || sc.form == sharpForm && strings.Contains(r.mask, "(") || sc.form == javaForm && !thrown.MatchString(r.mask) {
		return -1
	}
	in := width(r.Text)
	body := strings.TrimSpace(r.mask[strings.LastIndexAny(r.mask, "{:")+1:])
	if body != "" && body != "}" && body != "pass" && strings.ContainsAny(r.mask, "{:") {
		return -1
	}
	for j := k + 1; j < sc.near(k) && body == ""; j++ {
		n := &sc.rows[j]
		t := strings.TrimSpace(n.mask)
		if n.Op == pull.Remove || t == "" || t == "pass" || t == "..." {
			continue
		}
		if width(n.Text) > in {
			return -1 // something is done
		}
		break
	}
	for j := k - 1; j >= max(0, k-far) && sc.rows[j].hunk == r.hunk; j-- {
		b := &sc.rows[j]
		if b.Op == pull.Remove || !words(b.mask) {
			continue
		}
		if width(b.Text) <= in {
			return -1
		}
		if b.asserts && !failing.MatchString(b.mask) {
			return j
		}
	}
	return -1
}

var (
	thrown  = re(`Throwable|AssertionError|\bError\b`)
	failing = re(`\bfail(?:NotEqual)?\w*\(|\bFail\(|\bflunk\b`)
)
