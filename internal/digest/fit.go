package digest

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
)

// shape is how much of a report is shown.
type shape struct {
	findings int  // of each check
	passing  bool // the checks that pass or don't apply
	report   int  // findings of each check in the machine-readable report; 0 leaves the report out
	list     int  // entries of any other list
	words    int  // characters of an outsider's text
}

// commentShapes goes from all that a reader wants to the least that is of use. The first one that fits is taken: the
// machine-readable report gives way first, then the checks that pass, then findings, then the length of texts.
var commentShapes = []shape{
	{10, true, math.MaxInt, 12, 400},
	{10, true, 100, 12, 400},
	{10, true, 20, 12, 400},
	{10, true, 0, 12, 400},
	{10, false, 0, 12, 400},
	{5, false, 0, 12, 300},
	{3, false, 0, 6, 200},
	{1, false, 0, 3, 100},
}

// runShapes is the same for a check run's text, which has no machine-readable report and shows what the comment leaves
// out.
var runShapes = []shape{
	{math.MaxInt, true, 0, 50, 1000},
	{500, true, 0, 50, 400},
	{200, true, 0, 50, 400},
	{200, false, 0, 50, 400},
	{100, false, 0, 20, 400},
	{50, false, 0, 20, 300},
	{20, false, 0, 12, 300},
	{5, false, 0, 6, 200},
	{1, false, 0, 3, 100},
}

// fit returns the first rendering that is at most limit bytes, and the bare one where none is.
func fit(limit int, shapes []shape, render func(shape) string, bare func() string) string {
	for _, s := range shapes {
		if text := render(s); len(text) <= limit {
			return text
		}
	}
	return bare()
}

// worth drops the shapes that cannot fit, so that ten thousand findings are not written out to be thrown away: each
// shape's text has at least the bytes that least counts.
func worth(limit int, shapes []shape, least func(shape) int) []shape {
	return slices.DeleteFunc(slices.Clone(shapes), func(s shape) bool { return least(s) > limit })
}

// leastListed is the least that the findings of verdicts take in a list, in bytes: "- x" and a line break each.
func leastListed(verdicts []gate.Verdict, s shape) int {
	n := 0
	for i := range verdicts {
		n += 4 * min(len(verdicts[i].Findings), s.findings)
	}
	return n
}

// leastReported is the least that the findings take in the machine-readable report: their texts.
func leastReported(verdicts []gate.Verdict, s shape) int {
	n := 0
	for i := range verdicts {
		findings := verdicts[i].Findings
		for _, f := range findings[:min(len(findings), s.report)] {
			n += len(f.Path) + len(f.Message) + len(f.Fix)
		}
	}
	return n
}

// some shows up to s.list entries of a list, without empty ones, and how many there are beyond.
func (s shape) some(entries []string, each func(string) string) []string {
	var out []string
	for i, e := range entries {
		if i == s.list {
			return append(out, fmt.Sprintf("and %s more", thousands(len(entries)-i)))
		}
		if shown := each(e); shown != "" { // an empty item could underline the line before it
			out = append(out, shown)
		}
	}
	return out
}

// sentence ends words with a full stop where they have no end of their own.
func sentence(words string) string {
	if words == "" || strings.ContainsAny(words[len(words)-1:], ".!?:") || strings.HasSuffix(words, "…") {
		return words
	}
	return words + "."
}
