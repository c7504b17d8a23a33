package tests

import "strings"

// What an assertion says: that something is there, something about it, what it is.
const (
	nothing  = 0
	presence = 1
	partial  = 2
	exact    = 3
)

// words of assertions by what they say.
var (
	saysThere = wordSet(`NotNil NotEmpty NotZero NotNull IsNotNull IsNotEmpty assertNotNull assertIsNotNone assertTrue assertNotNil assert_not_nil
		refute_nil assert_not_null assertNotEmpty toBeDefined toBeTruthy be_truthy be_present isNotNull isNotEmpty isPresent isDefined NotBeNull
		NotBeNullOrEmpty NotBeEmpty XCTAssertNotNil XCTAssertNoThrow is_some is_ok assertDoesNotThrow NotPanics isNotNil notNullValue Exist NotThrow
		NotThrowAsync DoesNotThrow ANY Anything anything nothing_raised assert_nothing_raised isNotBlank ExpectAny`)
	saysSome = wordSet(`Contains assertIn assertContains assert_includes assertStringContainsString assertStringContains ErrorContains toContain toContainEqual toContainText
		toMatch toMatchObject objectContaining stringContaining arrayContaining stringMatching Regexp match assertRegex assertRegexpMatches assert_match
		assertMatchesRegularExpression Greater GreaterOrEqual Less LessOrEqual Positive toBeGreaterThan toBeGreaterThanOrEqual toBeLessThan toBeLessThanOrEqual
		assertGreater assertGreaterEqual assertLess assertLessEqual assertGreaterThan assertLessThan isGreaterThan isGreaterThanOrEqualTo isLessThan isLessThanOrEqualTo
		isPositive Subset IsType IsInstanceOf isInstanceOf assertIsInstance assertInstanceOf instance_of be_a be_an be_kind_of be_instance_of instanceof toBeInstanceOf
		isinstance StartsWith startsWith starts_with startswith start_with EndsWith endsWith endswith HasPrefix HasSuffix containsString hasItem hasItems
		assertRaises assertRaisesRegex raises toThrow toThrowError raise_error NotEqual assertNotEqual assertNotEquals assertNotSame EXPECT_GT EXPECT_GE EXPECT_LT
		EXPECT_LE EXPECT_NE ASSERT_GT ASSERT_GE ASSERT_LT ASSERT_LE ASSERT_NE XCTAssertGreaterThan XCTAssertGreaterThanOrEqual XCTAssertLessThan XCTAssertNotEqual
		assert_ne refute_equal contains Error assertThrows XCTAssertThrowsError BeGreaterThan BeGreaterThanOrEqualTo BeLessThan BePositive BeOfType BeAssignableTo Contain
		NotBe include in not_to any all hasEntry`)
	saysExact = wordSet(`Equal Equalf EqualValues assertEqual assertEquals assertCountEqual assertListEqual assertDictEqual assertSetEqual assertTupleEqual assertSequenceEqual
		assertMultiLineEqual assertJSONEqual assertQuerysetEqual assert_equal assert_equals assert_array_equal assert_frame_equal assertSame assertEqualsCanonicalizing toBe toEqual toStrictEqual toHaveLength
		toHaveBeenCalledWith toHaveBeenCalledTimes toHaveBeenCalledOnceWith toHaveBeenLastCalledWith toHaveBeenNthCalledWith toMatchSnapshot toMatchInlineSnapshot eq eql
		equal equals deepEqual strictEqual deepStrictEqual assert_eq prop_assert_eq Same ShouldBe shouldBe shouldEqual Be BeEquivalentTo EqualTo AreEqual AreSame XCTAssertEqual
		ASSERT_EQ EXPECT_EQ EXPECT_STREQ ASSERT_STREQ CHECK_EQ isEqualTo isSameAs containsExactly containsExactlyInAnyOrder containsExactlyElementsIn hasSize JSONEq
		YAMLEq Len HasLen HaveLen HaveCount ErrorIs ElementsMatch assert_called_with assert_called_once_with assert_has_calls InDelta InEpsilon toBeCloseTo approx EXPECT_NEAR ASSERT_NEAR EXPECT_FLOAT_EQ EXPECT_DOUBLE_EQ
		assertAlmostEqual assert_allclose isCloseTo be_within closeTo DeepEqual Diff match_array contain_exactly toHaveText toHaveTextContent toHaveValue is PanicsWithValue EqualError Received
		assertCount toHaveCount assertLength assertArrayEquals assertIterableEquals assertLinesMatch have_attributes assert_output assert_line mustEqual ElementsAre BeCloseTo BeApproximately assert_in_delta assertEqualsWithDelta QCOMPARE TEST_ASSERT_EQUAL TEST_ASSERT_EQUAL_INT BOOST_CHECK_EQUAL BOOST_REQUIRE_EQUAL ck_assert_int_eq`)
	// someOnly say something about a thing even beside a word that says what it is.
	someOnly = wordSet(`toMatchObject objectContaining stringContaining arrayContaining stringMatching NotEqual assertNotEqual assertNotEquals assertIn Contains toContain
		assert_match assertRegex assertIsInstance isinstance not_to assert_ne NotBe any all`)
	thereForms = re(`\bis not None\b|\bnot\.(?:toBeNull|toBeUndefined|toBeFalsy|to\.throw)\b|\bto\.(?:exist|be\.ok)\b|!==? (?:null|undefined|nil|None|nullptr)\b|expect\.any\w*\(|mock\.Anything\b|gomock\.Any\(\)|toHaveBeenCalled\(\)|\.toThrow\(\)|toThrowError\(\)|\bassert_called(?:_once)?\(\)|raises\(\s*(?:Base)?Exception\b\s*\)|assertRaises\(\s*(?:Base)?Exception\b|assertThrows\(\s*(?:Exception|Throwable)\b|Throws\w*<Exception>|(?:throw_error|raise_error)\s*\)?\s*$|\bany\(|any\?`)
	thereHints = hints{" not None", "not.to", "to.exist", "be.ok", "!= n", "!== n", "!= N", "!= u", "!== u", "expect.any", "Anything", ".Any()", "Called()", "Throw()", "ThrowError()", "assert_called", "Exception", "throw_error", "raise_error", "any(", "any?"}
	compares   = re(`[^=<>!-]>=?[^=>]|[^=<>!]<=?[^=<]`)
)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// level is how much an assertion says.
func level(mask string, f *form) int {
	if f == goForm && strings.Contains(mask, "if ") {
		return levelOfCondition(mask)
	}
	if constantHints.in(mask) && constant.MatchString(mask) {
		return nothing
	}
	if thereHints.in(mask) && thereForms.MatchString(mask) {
		return presence
	}
	is, some, only, there := strings.Contains(mask, "=="), strings.Contains(mask, "!="), false, false
	eachWord(mask, func(w string) {
		there = there || saysThere[w]
		is = is || saysExact[w]
		some = some || saysSome[w]
		only = only || someOnly[w]
	})
	is = is || f == shellForm && strings.Contains(mask, "-eq ")
	switch {
	case there:
		return presence
	case is && f != shellForm && (valued(mask) && noValueAlone.MatchString(mask) || emptyHints.in(mask) && emptiness.MatchString(mask)):
		return presence // to be nil, or true: there is no value in it
	case is && !only && !strings.Contains(mask, "!=") && !strings.Contains(mask, "not."):
		return exact
	case is, some, strings.ContainsAny(mask, "<>") && compares.MatchString(mask):
		return partial
	}
	return presence
}

// eachWord calls visit with the words of a line.
func eachWord(text string, visit func(string)) {
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && (letter(rune(text[end])) || text[end] >= 128) {
			end++
		}
		if end > start {
			visit(text[start:end])
		}
		start = end + 1
	}
}

var emptyHints = hints{`""`, "''", "[]", "{}", " 0", "(0", ",0", "=0"}

// To be empty, or to have no items, is said in many ways.
var (
	emptiness    = re(`\b0\b.*\b(?:len|count|size|length)\b|\b(?:len|count|size|length)\b.*[=,(\s]0\b|[(,=]\s*(?:""|''|\[\]|\{\})\s*(?:[),;:]|$)`)
	noValueAlone = re(`[(,=]\s*(?:nil|null|None|undefined|true|false|True|False|nullptr)\s*(?:[),;:]|$)|\bis (?:None|True|False)\b|\s(?:nil|true|false)\s*\)?\s*$`)
)

var noThing = re(`[!=]= (?:nil|true|false)\b`)

// levelOfCondition is how much a test in Go says that fails under the condition of its line.
func levelOfCondition(mask string) int {
	switch {
	case strings.Contains(mask, "Diff("), strings.Contains(mask, "DeepEqual"):
		return exact
	case noThing.MatchString(mask) || strings.Contains(mask, "== 0 ") || strings.Contains(mask, `== "" `):
		return presence
	case strings.Contains(mask, "!="), strings.Contains(mask, ".Equal("), strings.Contains(mask, "slices.Equal"), strings.Contains(mask, "errors.Is"):
		return exact
	case strings.Contains(mask, "Contains"), strings.Contains(mask, "HasPrefix"), strings.Contains(mask, "HasSuffix"), strings.ContainsAny(mask, "<>"):
		return partial
	}
	return presence
}

// about calls visit with the words of a statement that can be what it is about.
func about(text string, visit func(string)) {
	eachWord(text, func(t string) {
		if len(t) > 1 && !digit(t[0]) && !vocabulary[t] && !asserting(t) {
			visit(t)
		}
	})
	if raisingHints.in(text) && raising.MatchString(text) {
		visit("\x00")
	}
}

var raisingHints = hints{"aises", "hrow", "raise"}

var raising = re(`\b(?:raises|assertRaises\w*|assertThrows\w*|toThrow\w*|raise_error|Throws\w*|assert_raises?)\b`)

// No assertion is about these: they are the language's words, and those of the libraries that assert.
var vocabulary = wordSet(`cmp Diff reflect DeepEqual not any all ANY pytest raises Exception BaseException ValueError len size length count
		Len require self this ok deep strictEqual equal equals eq eql eqeq to be is in if else and or nil null None true false True False Nil Empty
		NoError fmt errors strings slices Errorf Fatal Fatalf Error with as assert expect should must t tb mock undefined new let var const val await
		async return for func def fn it test that match include contain start end Verify Times Once std string String int str isinstance instanceof`)

// asserting reports whether a word is the name of an assertion.
func asserting(t string) bool {
	for _, p := range []string{"assert", "Assert", "expect", "EXPECT_", "ASSERT_", "XCT", "be_", "have_", "Equal", "equal", "contains", "Contains", "should", "Should", "Greater", "Less", "refute"} {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	for _, p := range []string{"to", "Not", "is", "Is", "has"} {
		if rest, ok := strings.CutPrefix(t, p); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return false
}
