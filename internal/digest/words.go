package digest

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/policy"
)

// sureness says in words how sure a confidence is. It stands behind an agent's name.
func sureness(c agent.Confidence) string {
	switch c {
	case agent.Conclusive:
		return "conclusive: GitHub vouches for it"
	case agent.Strong:
		return "strong: by text that the tool itself writes"
	case agent.Probable:
		return "probable: by a sign that hardly anything else makes"
	}
	return "weak: by a sign that means other things too"
}

// part says how an agent took part: the verb stands before its name, how behind it.
func part(a agent.Authorship, c agent.Confidence) (verb, how string) {
	if c == agent.Weak {
		return "perhaps by", ""
	}
	switch a {
	case agent.Autonomous:
		return "written by", "on its own"
	case agent.Assisted:
		return "written with", ""
	case agent.Mixed:
		return "written by", "with other commits beside its own"
	}
	return "written by", ""
}

// unspecified says why nothing is shown that the pull request is to do, "" where nobody asked.
func unspecified(r *gate.Report) string {
	for _, v := range r.Verdicts {
		switch {
		case v.Check != "spec":
		case v.Outcome == check.Errored:
			return "unknown: what it names could not be read"
		case v.Outcome == check.Fail:
			return "unknown: no issue or document that counts is named"
		}
	}
	return ""
}

// called is an agent's name as people know it, made from its slug where it has none. It is our catalog's, or a
// snapshot's: escape it.
func called(f agent.Found) string {
	if f.Name != "" {
		return f.Name
	}
	words := strings.FieldsFunc(f.Agent, func(r rune) bool { return r == '-' || r == '_' })
	for i, w := range words {
		switch w {
		case "cli", "ide", "ai", "swe", "qa", "gh":
			words[i] = strings.ToUpper(w)
		case "github":
			words[i] = "GitHub"
		default:
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// cost is what a verdict is to a reader: its mark and its word.
type cost struct{ mark, word string }

func costOf(v *gate.Verdict) cost {
	switch {
	case v.Waived != nil:
		return cost{"~", "waived"}
	case v.Outcome == check.Pass:
		return cost{"✓", "pass"}
	case v.Outcome == check.Skip:
		return cost{"–", "skip"}
	case v.Outcome == check.Fail && v.Level == policy.Require && v.Waits:
		return cost{"✋", "waits"}
	case v.Outcome == check.Fail && v.Level == policy.Require:
		return cost{"✗", "fail"}
	case v.Outcome == check.Fail:
		return cost{"!", "warn"}
	}
	return cost{"?", "error"}
}

// needsWork reports whether a reader has to look at the verdict.
func needsWork(v *gate.Verdict) bool { return v.Outcome != check.Pass && v.Outcome != check.Skip }

// verdictWords says what a verdict that needs work means for the pull request.
func verdictWords(v *gate.Verdict) string {
	switch costOf(v).word {
	case "fail":
		return "required"
	case "warn":
		return "a warning, closes nothing"
	case "waits":
		return "required, waits for a person"
	case "waived":
		return "waived"
	}
	return "could not judge"
}

// kindWords is a kind of file in the plural.
func kindWords(k kind.Kind) string {
	switch k {
	case kind.Test:
		return "tests"
	case kind.Lock:
		return "lock files"
	}
	return string(k)
}

// counted is "1 file", "2 files", "10,000 files".
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + one + "s"
}

// thousands is n with a comma between each three digits.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// abbreviated is a commit as people name it.
func abbreviated(sha string) string {
	if hexadecimal.MatchString(sha) {
		return sha[:7]
	}
	return clean(sha, 12)
}
