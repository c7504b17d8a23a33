package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Glob is a pattern of paths or branches: "*" stays within a directory, "**" does not, "{a,b}" is either, "[a-z]" a
// character, and the rest stands for itself, capitals included. It matches whole paths from the repository's root.
type Glob string

// The bounds of a glob keep matching cheap: alternatives are tried one after the other.
const (
	longestGlob = 256
	mostForms   = 64
)

// UnmarshalText takes a pattern that can match something.
func (g *Glob) UnmarshalText(text []byte) error {
	s := string(text)
	switch {
	case s == "":
		return errors.New("an empty glob matches nothing")
	case len(s) > longestGlob:
		return fmt.Errorf("a glob has at most %d bytes", longestGlob)
	case forms(s) > mostForms:
		return fmt.Errorf("%q: the braces have more than %d forms; write several globs", s, mostForms)
	case strings.HasPrefix(s, "!"):
		return fmt.Errorf("%q: a glob cannot be turned round with a leading !, so name what is meant", s)
	case strings.HasPrefix(s, "/"):
		return fmt.Errorf("%q matches nothing: paths begin without /; write %q", s, strings.TrimLeft(s, "/"))
	case strings.HasPrefix(s, "./"):
		return fmt.Errorf("%q matches nothing: paths begin without ./; write %q", s, s[2:])
	case strings.HasSuffix(s, "/"):
		return fmt.Errorf("%q matches no file; write %q for all below it", s, s+"**")
	case !doublestar.ValidatePattern(s):
		return fmt.Errorf("%q is no glob: a bracket or brace is not closed", s)
	}
	*g = Glob(s)
	return nil
}

// forms is how many patterns without braces s could stand for, or more; beyond [mostForms] it is not exact.
func forms(s string) int {
	product := 1
	var open []int // the alternatives of each brace that is open
	for _, r := range s {
		switch {
		case r == '{':
			open = append(open, 1)
		case r == ',' && len(open) > 0:
			open[len(open)-1]++
		case r == '}' && len(open) > 0:
			product = min(product*open[len(open)-1], mostForms+1)
			open = open[:len(open)-1]
		}
	}
	return product
}

// Match reports whether the whole of path is what g means.
func (g Glob) Match(path string) bool { return doublestar.MatchUnvalidated(string(g), path) }

func matchAny(globs []Glob, path string) bool {
	for _, g := range globs {
		if g.Match(path) {
			return true
		}
	}
	return false
}
