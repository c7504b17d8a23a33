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

// headline is the verdict in a few words of ours, and the one mark that goes with it.
func headline(r *gate.Report) (mark, words string) {
	observe := r.Policy.Mode == policy.Observe
	if merging(r) {
		return mergeWords(r)
	}
	switch r.Decision {
	case gate.Open:
		if !involved(r) {
			return "✅", quiet(r)
		}
		return "✅", "Ready for review"
	case gate.Closed:
		if observe {
			return "⚪", "Observing: the gate would have been closed"
		}
		return "❌", "Not ready for review"
	case gate.Waiting:
		if observe {
			return "⚪", "Observing: it would have waited for a person"
		}
		return "✋", "Waiting for a person"
	}
	return "⏳", "Not decided yet"
}

// merging reports whether r is a merge group's, which has no number, author or change of its own.
func merging(r *gate.Report) bool {
	return r.Pull == 0 && r.URL == "" && r.Author == "" && len(r.Change)+len(r.Verdicts)+len(r.Attribution.Agents) == 0
}

func mergeWords(r *gate.Report) (mark, words string) {
	switch r.Decision {
	case gate.Open:
		return "✅", "Ready to merge"
	case gate.Closed:
		return "❌", "Not ready to merge"
	}
	return "⏳", "Not decided yet"
}

// said is the verdict in one sentence, without the decision's word before it, which the headline says.
func said(r *gate.Report) string {
	words := strings.TrimSpace(r.Summary)
	if n := len(r.Decision); n > 0 && len(words) > n && strings.EqualFold(words[:n], string(r.Decision)) && words[n] == ':' {
		words = strings.TrimSpace(words[n+1:])
	}
	return words
}

// quiet is the headline for a pull request of which nothing is asked.
func quiet(r *gate.Report) string {
	switch {
	case len(r.Attribution.Agents) == 0:
		return "No sign of an agent"
	case best(r) == agent.Weak:
		return "Only weak signs of an agent"
	}
	return "Nothing is asked of this pull request"
}

// involved reports whether an agent took part so that the gate looked: such a pull request has a digest.
func involved(r *gate.Report) bool {
	if len(r.Attribution.Agents) == 0 {
		return false
	}
	return len(r.Verdicts) > 0 || r.Decision != gate.Open && best(r).AtLeast(agent.Probable)
}

// best is the greatest confidence of the agents found.
func best(r *gate.Report) agent.Confidence {
	var best agent.Confidence
	for _, f := range r.Attribution.Agents {
		if !best.AtLeast(f.Confidence) {
			best = f.Confidence
		}
	}
	return best
}

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
	case v.Outcome == check.Pass:
		return cost{"✓", "pass"}
	case v.Outcome == check.Skip:
		return cost{"–", "skip"}
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
