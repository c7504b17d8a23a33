// Package strict decodes YAML into Go values and misses nothing: every mistake at once, each with its line and column
// and, for a misspelt name, the nearest right one.
//
// It is used for whatever people write by hand: policies, a check's options, an agent's fingerprints.
package strict

import (
	"cmp"
	"fmt"
	"slices"
)

// Problem is one mistake in a file.
type Problem struct { //nolint:errname // a mistake in a list first, and an error where one is wanted
	Source  string // the file, as its reader knows it; may be empty
	Line    int    // from 1; 0 where the mistake has no place
	Column  int    // from 1, in characters
	Message string // says what is wrong and what to do: `no check is named "summry"; did you mean "summary"?`
}

// Error is the problem in one line, "policy.yml:4:3: …".
func (p Problem) Error() string {
	place := p.Source
	if p.Line > 0 {
		if place != "" {
			place += ":"
		}
		place += fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
	if place == "" {
		return p.Message
	}
	return place + ": " + p.Message
}

// In returns problems with their Source set to source, sorted by place. It changes them in their place.
func In(source string, problems []Problem) []Problem {
	for i := range problems {
		problems[i].Source = source
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return problems
}
