package tests

import (
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// compared sets what a run of changes takes from the tests beside what it puts in its place: assertions that became
// weaker, values that were expected, tolerances.
func (s *strength) compared(sc *scene) {
	rewritten := 0
	var first int
	for from := 0; from < len(sc.rows); from = sc.rows[from].to {
		if sc.rows[from].Op == pull.Context || sc.rows[from].to-from < 2 {
			continue
		}
		s.weaker(sc, from)
		for _, p := range sc.alike(from) {
			if s.widened(sc, p) || !sc.expects(p.now) {
				continue
			}
			if rewritten == 0 {
				first = p.now
			}
			rewritten++
		}
	}
	s.retries(sc)
	if rewritten > 0 && s.changed && s.beside(sc) {
		r := &sc.rows[first]
		message := "an expected value was rewritten beside the code that it tests"
		if rewritten > 1 {
			message = count(rewritten, "", "expected values were rewritten beside the code that they test; the first is here")
		}
		s.doubtful(sc.file, r.New, message, "Look whether the new value is what the code should give, and not only what it gives.", sc.replaced(first)...)
	}
}

// beside reports whether code near the test changed.
func (s *strength) beside(sc *scene) bool {
	if s.asked == nil {
		s.asked = map[string]bool{}
		for i := range s.vanish.code {
			questions(s.vanish.code[i].file.Path, func(name string) bool {
				s.asked[name] = true
				return true
			})
		}
	}
	for name := range index([]place{{path: sc.file.Path}}) {
		if s.asked[name] {
			return true
		}
	}
	return false
}

// expects reports whether row k has an expected value: an assertion, but no message of one, or a value by that name.
func (sc *scene) expects(k int) bool {
	mask := sc.rows[k].mask
	if sc.form == goForm && messages.MatchString(mask) {
		return false
	}
	return sc.judges(k) || wanted.MatchString(mask)
}

var (
	messages = re(`\.(?:Error|Fatal|Log|Skip)f?\(`)
	wanted   = re(`(?i)\b(?:want|expected|expect)\w*\s*(?::=|[:=])`)
)

// twins are a removed and an added row that differ in their literals alone.
type twins struct{ was, now int }

// alike pairs the rows of the run that begins at from.
func (sc *scene) alike(from int) []twins {
	var out []twins
	old := map[string][]int{}
	for k := from; k < sc.rows[from].to; k++ {
		r := &sc.rows[k]
		if r.out || r.moved || !r.wordy || !strings.ContainsAny(r.Text, "0123456789\"'`") && !literal.MatchString(r.mask) {
			continue
		}
		if r.Op == pull.Remove {
			key := skeleton(r.mask)
			old[key] = append(old[key], k)
		}
	}
	for k := from; len(old) > 0 && k < sc.rows[from].to; k++ {
		r := &sc.rows[k]
		if r.Op != pull.Add || r.out || r.moved || !r.wordy {
			continue
		}
		key := skeleton(r.mask)
		if list := old[key]; len(list) > 0 {
			old[key] = list[1:]
			out = append(out, twins{list[0], k})
		}
	}
	return out
}

var (
	number  = re(`\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?`)
	literal = re(`\b(?:\d[\w.]*|true|false|True|False|nil|null|None)\b`)
	unitOf  = re(`\b(?:[Nn]anos|[Mm]icros|[Mm]illis)?econds?\b|\b(?:[Mm]illi|[Mm]icro|[Nn]ano)?[Ss]econds?\b|\b[Mm]inutes?\b|\b[Hh]ours?\b|\bmillis\b|\bms\b`)
)

// skeleton is a blanked line without its literals and white space.
func skeleton(mask string) string {
	mask = unitOf.ReplaceAllString(literal.ReplaceAllString(mask, "0"), "u")
	return negative.Replace(strings.Map(func(r rune) rune {
		if r == blank || r == ' ' || r == '\t' || r == '\r' {
			return -1
		}
		return r
	}, mask))
}

var negative = strings.NewReplacer("(-0", "(0", ",-0", ",0", "=-0", "=0", ":-0", ":0", "[-0", "[0")

// weaker finds assertions of the run at from in whose place there is one on the same thing that says less.
func (s *strength) weaker(sc *scene, from int) {
	to := sc.rows[from].to
	// For each thing that is asserted, the most that an added line says of it.
	type best struct{ level, row int }
	says := map[string]best{}
	for k := from; k < to; k++ {
		r := &sc.rows[k]
		if r.Op != pull.Add || r.out || r.flagged || !sc.judges(k) {
			continue
		}
		text := sc.statement(k)
		l := level(text, sc.form)
		about(text, func(t string) {
			if l >= says[t].level {
				says[t] = best{l, k}
			}
		})
	}
	if len(says) == 0 {
		return
	}
	for k := from; k < to; k++ {
		r := &sc.rows[k]
		if r.Op != pull.Remove || r.out || r.moved || !sc.judges(k) {
			continue
		}
		text := sc.statement(k)
		l := level(text, sc.form)
		if l < partial {
			continue
		}
		found, most := -1, best{}
		about(text, func(t string) {
			if b, ok := says[t]; ok && (found < 0 || b.level > most.level) {
				found, most = b.row, b
			}
		})
		if found < 0 || most.level >= l || most.level == nothing || sc.rows[found].moved || s.vanish.mentioned(r.Text) {
			continue
		}
		s.weakened(sc.file, sc.rows[found].New, "an assertion says less than the one it replaces", "Assert what the old one did.", r.Line, sc.rows[found].Line)
		sc.rows[found].flagged = true
	}
}

// statement is row k with the lines that it goes on with: until its brackets are closed, and those that begin with a dot.
func (sc *scene) statement(k int) string {
	r := &sc.rows[k]
	text, depth := r.mask, brackets(r.mask)
	for j := k + 1; j < sc.near(k); j++ {
		n := &sc.rows[j]
		if n.Op != r.Op && n.Op != pull.Context {
			continue
		}
		t := strings.TrimSpace(n.mask)
		if depth <= 0 && !strings.HasPrefix(t, ".") || len(text) > maxStatement {
			break
		}
		text += " " + t
		depth += brackets(t)
	}
	return text
}

// maxStatement is how many bytes of a statement are looked at.
const maxStatement = 2000

func brackets(text string) int {
	if !strings.ContainsAny(text, "()[]") {
		return 0
	}
	return strings.Count(text, "(") + strings.Count(text, "[") - strings.Count(text, ")") - strings.Count(text, "]")
}

// about calls visit with the words of a statement that can be what it is about.
func about(text string, visit func(string)) {
	for _, t := range strings.FieldsFunc(text, func(c rune) bool { return !letter(c) }) {
		if len(t) > 1 && (t[0] < '0' || t[0] > '9') && !vocabulary[t] && !asserting.MatchString(t) {
			visit(t)
		}
	}
	if raising.MatchString(text) {
		visit("\x00")
	}
}

var raising = re(`\b(?:raises|assertRaises\w*|assertThrows\w*|toThrow\w*|raise_error|Throws\w*|assert_raises?)\b`)

// judges reports whether row k asserts, by itself or in Go by the line below it.
func (sc *scene) judges(k int) bool {
	r := &sc.rows[k]
	if r.asserts {
		return true
	}
	if sc.form != goForm || !strings.HasPrefix(strings.TrimSpace(r.mask), "if ") && !strings.Contains(r.mask, "; ") {
		return false
	}
	for j := k + 1; j < sc.near(k) && j < k+far/4; j++ {
		if sc.rows[j].Op != pull.Context && sc.rows[j].Op != r.Op || !words(sc.rows[j].mask) {
			continue
		}
		return sc.rows[j].asserts
	}
	return false
}

// No assertion is about these: they are the language's words, and those of the libraries that assert.
var vocabulary = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`cmp Diff reflect DeepEqual not any all ANY pytest raises Exception BaseException ValueError len size length count
		Len require self this ok deep strictEqual equal equals eq eql eqeq to be is in if else and or nil null None true false True False Nil Empty
		NoError fmt errors strings slices Errorf Fatal Fatalf Error with as assert expect should must t tb mock undefined new let var const val await
		async return for func def fn it test that match include contain start end Verify Times Once std string String int str isinstance instanceof`) {
		set[w] = true
	}
	return set
}()

var asserting = re(`^(?:[aA]ssert\w*|expect\w*|EXPECT_\w+|ASSERT_\w+|XCT\w+|to[A-Z]\w*|be_\w+|have_\w+|[eE]qual\w*|Not[A-Z]\w*|[iI]s[A-Z]\w*|[cC]ontains\w*|[sS]hould\w*|Greater\w*|Less\w*|has[A-Z]\w*|refute\w*)$`)

// What an assertion says: that something is there, something about it, what it is.
const (
	nothing  = 0
	presence = 1
	partial  = 2
	exact    = 3
)

var (
	saysThere = re(`\b(?:NotNil|NotEmpty|NotZero|NotNull|IsNotNull|IsNotEmpty|assertNotNull|assertIsNotNone|assertTrue|assertNotNil|assert_not_nil|refute_nil|assert_not_null|assertNotEmpty|toBeDefined|toBeTruthy|be_truthy|be_present|isNotNull|isNotEmpty|isPresent|isDefined|NotBeNull|XCTAssertNotNil|XCTAssertNoThrow|is_some|is_ok|is_ok_and|assertDoesNotThrow|NotPanics|isNotNil|isNotEmpty|notNullValue|toBeNotNull|Exist|NotThrow\w*|DoesNotThrow)\b|\bis not None\b|\bnot\.(?:toBeNull|toBeUndefined|toBeFalsy)\b|\bto\.(?:exist|be\.ok)\b|[!=]=?= (?:null|undefined|nil|None|nullptr)\b|expect\.any\w*\(|\bANY\b|\banything\(|mock\.Anything\b|gomock\.Any\(\)|toHaveBeenCalled\(\)|\.toThrow\(\)|toThrowError\(\)|\bassert_called(?:_once)?\(\)|raises\(\s*(?:Base)?Exception\b\s*\)|assertRaises\(\s*(?:Base)?Exception\b|throw_error\b\s*$|raise_error\s*\)?\s*$|\bany\(|any\?`)
	saysSome  = re(`\b(?:Contains|assertIn|assertContains|assert_includes|assertStringContainsString|ErrorContains|toContain\w*|include|toMatch|toMatchObject|objectContaining|stringContaining|arrayContaining|stringMatching|Regexp|match|assertRegex\w*|assert_match|Greater\w*|Less\w*|toBeGreaterThan\w*|toBeLessThan\w*|assertGreater\w*|assertLess\w*|isGreaterThan\w*|isLessThan\w*|Subset|IsType|IsInstanceOf\w*|isInstanceOf|assertIsInstance|assertInstanceOf|instance_of|be_a|be_an|instanceof|toBeInstanceOf|isinstance|StartsWith|startsWith|starts_with|start_with|EndsWith|HasPrefix|containsString|hasItem\w*|assertRaises\w*|raises|toThrow|toThrowError|raise_error|NotEqual|assertNotEqual\w*|EXPECT_(?:GT|GE|LT|LE|NE)|ASSERT_(?:GT|GE|LT|LE|NE)|XCTAssert(?:Greater|Less|NotEqual)\w*|assertNotEquals|assert_ne|refute_equal|contains|Error|assertThrows|XCTAssertThrowsError|BeGreaterThan|BeLessThan|BeOfType)\b|\bin\b|[^=<>!-]>=?[^=>]|[^=<>!]<=?[^=<]`)
	saysExact = re(`==|\b(?:Equal\w*|assertEquals?|assertEqual\w*|assertCountEqual|assertListEqual|assertDictEqual|assert_equal\w*|assertSame|toBe|toEqual|toStrictEqual|toHaveLength|toHaveBeenCalledWith|toHaveBeenCalledTimes|toHaveBeenCalledOnceWith|toHaveBeenLastCalledWith|toMatchSnapshot|toMatchInlineSnapshot|eq|eql|equal|equals|deepEqual|strictEqual|assert_eq|Same|ShouldBe|Be|EqualTo|AreEqual|AreSame|XCTAssertEqual|ASSERT_EQ|EXPECT_EQ|EXPECT_STREQ|ASSERT_STREQ|CHECK_EQ|isEqualTo|isSameAs|containsExactly\w*|hasSize|JSONEq|YAMLEq|Len|HasLen|ErrorIs|ElementsMatch|assert_called_with|assert_called_once_with|InDelta|toBeCloseTo|approx|EXPECT_NEAR|assertAlmostEqual|isCloseTo|be_within|DeepEqual|Diff|match_array|contain_exactly|toHaveText|toHaveTextContent|toHaveValue|is|PanicsWithValue|EqualError)\b|\beq\(|-eq\b`)
)

// To be empty, or to have no items, is said in many ways.
var (
	emptiness    = re(`\b0\b.*\b(?:len|count|size|length)\b|\b(?:len|count|size|length)\b.*[=,(\s]0\b|[(,=]\s*(?:""|''|\[\]|\{\})\s*(?:[),;:]|$)`)
	noValueAlone = re(`[(,=]\s*(?:nil|null|None|undefined|true|false|True|False|nullptr)\s*(?:[),;:]|$)|\bis (?:None|True|False)\b|\s(?:nil|true|false)\s*\)?\s*$`)
)

var noThing = re(`[!=]= (?:nil|true|false)\b`)

// level is how much an assertion says.
func level(mask string, f *form) int {
	if f == goForm && strings.Contains(mask, "if ") && !strings.Contains(mask, "cmp.Diff") {
		return levelOfCondition(mask)
	}
	switch {
	case constant.MatchString(mask):
		return nothing
	case saysThere.MatchString(mask):
		return presence
	}
	is := saysExact.MatchString(mask)
	switch {
	case is && f != shellForm && (noValueAlone.MatchString(mask) || emptiness.MatchString(mask)):
		return presence // to be nil, or true: there is no value in it
	case is && !strings.Contains(mask, "!=") && !strings.Contains(mask, "not.") && !someOnly.MatchString(mask):
		return exact
	case saysSome.MatchString(mask), strings.Contains(mask, "!="):
		return partial
	case is:
		return partial
	}
	return presence
}

// someOnly are words that say something about a thing even beside one that says what it is.
var someOnly = re(`\b(?:toMatchObject|objectContaining|stringContaining|arrayContaining|stringMatching|NotEqual|assertNotEqual\w*|assertIn|Contains|toContain\w*|assert_match|assertRegex\w*|assertIsInstance|isinstance|is_a|Greater\w*|Less\w*|not_to|assert_ne)\b`)

// levelOfCondition is how much a test in Go says that fails under the condition of its line.
func levelOfCondition(mask string) int {
	switch {
	case noThing.MatchString(mask) || strings.Contains(mask, "== 0 ") || strings.Contains(mask, `== "" `):
		return presence
	case strings.Contains(mask, "!="), strings.Contains(mask, "DeepEqual"), strings.Contains(mask, ".Equal("), strings.Contains(mask, "slices.Equal"), strings.Contains(mask, "errors.Is"):
		return exact
	case strings.Contains(mask, "Contains"), strings.Contains(mask, "HasPrefix"), strings.Contains(mask, "HasSuffix"), strings.ContainsAny(mask, "<>"):
		return partial
	}
	return presence
}
