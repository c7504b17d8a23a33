package check

import (
	"strings"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/pull"
)

const (
	maxQuote     = 4   // lines of a finding
	maxQuoteLine = 160 // bytes of a line
)

// Quote is lines of a hunk as a finding quotes them: with their op, without the white space around them, long ones cut,
// and no more than four.
func Quote(lines ...pull.Line) []string {
	var out []string
	for _, l := range lines {
		if len(out) == maxQuote {
			break
		}
		out = append(out, string(l.Op)+shorten(strings.ReplaceAll(strings.TrimSpace(l.Text), "\t", " ")))
	}
	return out
}

func shorten(s string) string {
	if len(s) <= maxQuoteLine {
		return s
	}
	cut := maxQuoteLine
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
