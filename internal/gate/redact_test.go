package gate

import (
	"testing"

	"github.com/sluicegate/sluice/internal/check"
)

// A line that holds a credential is quoted by nobody; the line beside it is.
func TestRedact(t *testing.T) {
	quoted := func(path string, line int) check.Finding {
		return check.Finding{Path: path, Line: line, Message: "m", Quote: []string{"+key"}}
	}
	verdicts := []Verdict{
		{Check: "sensitive", Verdict: check.Verdict{Findings: []check.Finding{
			{Path: "a.go", Line: 3, Message: "a credential", Risk: check.High}, {Path: "a.go", Line: 9, Risk: check.High, Quote: []string{"+verify = false"}},
		}}},
		{Check: "tests", Verdict: check.Verdict{Findings: []check.Finding{quoted("a.go", 3), quoted("a.go", 4), quoted("b.go", 3), quoted("a.go", 9)}}},
	}
	shared := verdicts[1].Findings
	redact(verdicts)
	for i, want := range []int{0, 1, 1, 1} {
		if got := len(verdicts[1].Findings[i].Quote); got != want {
			t.Errorf("finding %d: got %d quotes, want %d", i, got, want)
		}
	}
	if len(shared[0].Quote) != 1 {
		t.Error("the first round's finding was changed in place")
	}
}
