package check_test

import (
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

type none struct{}

// What only a pull request has is not missed in a range of a clone, and is missed in a pull request.
func TestOfPulls(t *testing.T) {
	plain := check.New("x", "", pull.WithReviews, none{}, func(*check.Input, none) check.Verdict { return check.Verdict{Outcome: check.Pass} })
	for _, c := range []struct {
		name   string
		check  check.Check
		number int
		known  pull.Facts
		want   check.Outcome
	}{
		{"a range", check.OfPulls(plain), 0, 0, check.Skip},
		{"a pull request whose reviews were not read", check.OfPulls(plain), 7, 0, check.Errored},
		{"a pull request", check.OfPulls(plain), 7, pull.AllFacts, check.Pass},
		{"a range, for another check", plain, 0, 0, check.Errored},
	} {
		if got := c.check.Run(&check.Input{Pull: &pull.Request{Number: c.number, Known: c.known}}); got.Outcome != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got.Outcome, c.want)
		}
	}
}
