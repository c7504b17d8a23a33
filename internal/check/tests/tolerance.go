package tests

import (
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

var (
	// Where a number gives how far a value may be off: behind these labels, or as the last one of these calls.
	labels  = re(`\b(?:abs|rel|atol|rtol|abs_tol|rel_tol|delta|epsilon|eps|tolerance|accuracy|maxDiffPixels|maxDiffPixelRatio|threshold|margin)\s*[=:]\s*$|\b(?:be_within|within|[Ww]ithin|offset|Offset\.offset|withPrecision)\(\s*$`)
	lastOf  = re(`\b(?:InDelta\w*|InEpsilon\w*|EXPECT_NEAR|ASSERT_NEAR|closeTo|isCloseTo|WithinDuration|assertEqualsWithDelta|assert_in_delta|assert_in_epsilon|BeApproximately|BeCloseTo|BOOST_CHECK_CLOSE|moreOrLessEquals|assertEqualWithAccuracy|QCOMPARE_NEAR)\b`)
	third   = re(`\b(?:assertEquals|AreEqual|XCTAssertEqual|assertArrayEquals)\(`)
	digits  = re(`\b(?:toBeCloseTo|assertAlmostEqual|assertNotAlmostEqual|assert_almost_equal|assert_array_almost_equal|assert_approx_equal)\(`)
	places  = re(`\b(?:places|decimal|precision|numDigits|significant)\s*[=:]\s*$`)
	waits   = re(`(?i)timeout|deadline|\beventually\b|time\.After\(|\bwait:|\bwaitFor\w*\(|max_?wait|atMost\(|within_timeout`)
	repeats = re(`(?i)\bretr(?:y|ies)\w*|flaky|\breruns\b|max_runs|\battempts\b|retryTimes|RetryingTest|maxAttempts|max_attempts`)
	sleeps  = re(`(?i)\bsleep\w*\s*[( ]|\bdelay\(|pump\(|thread\.sleep|(?:^|[^.\w])setTimeout\(`)
)

// wideHints are in every line that gives a tolerance, a time or a number of tries.
var wideHints = hints{
	"elta", "psilon", "NEAR", "lose", "imeout", "IMEOUT", "ithin", "ccuracy", "rror", "ptions", "pprox", "abs", "rel", "tol", "eps", "hreshold", "axDiff", "argin", "recision",
	"ffset", "Equal", "lmost", "places", "decimal", "igits", "ignificant", "eadline", "ventually", "After", "wait", "Wait", "atMost", "etr", "RETR", "laky", "reruns", "max_runs", "ttempts", "leep", "delay", "pump(",
}

// figure is a number of a line, and where it stands.
type figure struct {
	value      float64
	start, end int
}

var scales = map[string]float64{
	"nanosecond": 1e-9, "microsecond": 1e-6, "millisecond": 1e-3, "millis": 1e-3, "ms": 1e-3, "second": 1, "s": 1, "sec": 1,
	"minute": 60, "m": 60, "min": 60, "hour": 3600, "h": 3600,
}

var behindNumber = re(`^\s*(?:\*\s*)?\.?(?:time\.|TimeUnit\.)?([A-Za-z]+)`)

// figures are the numbers of a line; those in front of a unit of time in seconds.
func figures(text string) []figure {
	var out []figure
	for _, at := range number.FindAllStringIndex(text, 16) {
		v, err := strconv.ParseFloat(strings.ReplaceAll(text[at[0]:at[1]], "_", ""), 64)
		if err != nil {
			continue
		}
		if m := behindNumber.FindStringSubmatch(text[at[1]:]); m != nil {
			unit := strings.ToLower(m[1])
			scale, ok := scales[unit]
			if !ok {
				scale, ok = scales[strings.TrimSuffix(unit, "s")]
			}
			if ok {
				v *= scale
			}
		}
		out = append(out, figure{v, at[0], at[1]})
	}
	return out
}

// widened tells of a tolerance, a timeout or a number of tries that grew, and reports whether it is why the lines differ.
func (s *strength) widened(sc *scene, p twins) bool {
	old, now := &sc.rows[p.was], &sc.rows[p.now]
	if !wideHints.in(now.Text) {
		return false
	}
	was, is := figures(old.Text), figures(now.Text)
	if len(was) != len(is) || len(was) == 0 {
		return false
	}
	what, fix := "", "Keep it as it was, or say in the description why it must be wider."
	for i := range was {
		if was[i].value == is[i].value {
			continue
		}
		grew, last := is[i].value > was[i].value, i == len(is)-1
		before := now.Text[:is[i].start]
		switch {
		case labels.MatchString(before), last && i > 0 && lastOf.MatchString(now.mask), last && i > 0 && third.MatchString(now.mask) && strings.Count(now.mask, ",") >= 2 && numeric(now.Text[is[i].end:]):
			if grew {
				what = "a tolerance was widened"
			}
		case places.MatchString(before), last && i > 0 && digits.MatchString(now.mask) && strings.HasSuffix(strings.TrimSpace(before), ","):
			if !grew {
				what = "a tolerance was widened: fewer digits are compared"
			}
		case repeats.MatchString(now.mask) && grew:
			what = "a test may be tried more often"
		case sleeps.MatchString(now.mask) && !waits.MatchString(strings.ReplaceAll(now.mask, "setTimeout", "")):
			if grew {
				s.doubtful(sc.file, now.New, "a test sleeps longer", "Wait for what it waits for, not for a time.", old.Line, now.Line)
			}
			return true
		case waits.MatchString(now.mask) && grew:
			what = "a timeout was raised"
		case waits.MatchString(now.mask):
		default:
			continue
		}
		if what != "" {
			now.flagged = true
			s.weakened(sc.file, now.New, what, fix, old.Line, now.Line)
		}
		return true
	}
	return false
}

// numeric reports whether nothing but the end of a call is left of a line, so that its last number is its last argument.
func numeric(rest string) bool { return strings.Trim(rest, " \t\r);fFdD") == "" }

var again = re(`@(?:pytest\.mark\.)?flaky\b|@(?:RetryingTest|Retry\w*|RepeatedIfExceptionsTest|Flaky\w*|retry)\b|\bjest\.retryTimes\(\s*[1-9]|\bthis\.retries\(\s*[1-9]|\[Retry\w*\(|\bretr(?:y|ies):\s*[1-9]|\bvi\.retry|\bflaky:\s*true|@tag\s+:?flaky`)

var againHints = hints{"laky", "etry", "etries", "epeatedIf"}

// retries finds tests that are tried again now when they fail.
func (s *strength) retries(sc *scene) {
	for k := range sc.rows {
		r := &sc.rows[k]
		if r.Op != pull.Add || r.moved || r.out || r.flagged || !againHints.in(r.mask) || !again.MatchString(r.mask) || sc.traded(k, again) {
			continue
		}
		u := sc.marked(k)
		if u == nil {
			u = sc.unitOf(r)
		}
		if sc.freshUnit(u) || sc.file.Status == pull.Added || u == nil && !sc.amidOld(k) {
			continue
		}
		s.weakened(sc.file, r.New, naming(u)+" is tried again now when it fails", "Find out why it fails, and take this away.", sc.replaced(k)...)
	}
}
