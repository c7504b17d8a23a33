package github

import (
	"regexp"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/gate"
)

var checkName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

// waives reads "waive CHECK because REASON until DATE", the date before the reason or behind it or not at all, and
// "unwaive CHECK".
func waives(a *gate.Asked, c Command) {
	a.Verb = gate.Verb(c.Name)
	name, rest, _ := strings.Cut(c.Rest, " ")
	if a.Check = strings.ToLower(name); !checkName.MatchString(a.Check) {
		a.Check, a.Wrong = "", "it names no check: /sluice "+c.Name+" CHECK"
		return
	}
	if a.Verb == gate.Unwaive {
		return
	}
	words := strings.Fields(rest)
	date, words, dated := cutDate(words)
	if dated {
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			a.Wrong = "the date is no YYYY-MM-DD"
			return
		}
		a.Until = day.AddDate(0, 0, 1).Add(-time.Second) // to the end of that day, UTC
	}
	if len(words) < 2 || !strings.EqualFold(words[0], "because") {
		a.Wrong = "a waiver needs a reason: /sluice waive " + a.Check + " because REASON"
		return
	}
	a.Reason = bounded(strings.Join(words[1:], " "))
}

// cutDate takes "until DATE" from the beginning or the end of words. Within the reason it is the reason's.
func cutDate(words []string) (date string, rest []string, found bool) {
	n := len(words)
	switch {
	case n >= 2 && strings.EqualFold(words[0], "until"):
		return words[1], words[2:], true
	case n >= 2 && strings.EqualFold(words[n-2], "until") && words[n-1] != "" && words[n-1][0] >= '0' && words[n-1][0] <= '9':
		return words[n-1], words[:n-2], true
	}
	return "", words, false
}
