package summary

import (
	"strings"
	"unicode"
)

// names are what people call the three sections, each reduced by [reduce]. A name that a policy gives and that stands
// here is answered by every name of its row; another one only by itself.
var names = map[string][]string{
	"what changed": {
		"what", "what changed", "whats changed", "whats new", "what new", "what changes proposed", "summary", "summary changes", "change summary", "change description",
		"pr summary", "change", "changes", "changes made", "changes introduced", "key changes", "main changes", "proposed changes", "proposed change",
		"description", "description changes", "overview", "tl dr", "tldr", "abstract", "implementation", "implementation details", "solution",
		"fix", "proposed solution", "proposal", "approach", "details", "technical details", "changelog", "list changes", "modifications", "work done",
	},
	"why it changed": {
		"why", "why change", "why changed", "why changes", "why needed", "why change needed", "why changes needed", "why important", "why need", "motivation", "background", "context",
		"problem", "problem statement", "problem solved", "what problem solve", "what problem solving", "what problem address", "what address",
		"reason", "reason change", "reasons", "reasoning", "rationale", "purpose", "goal", "goals", "intent", "issue", "root cause", "cause", "justification",
		"use case", "need", "value", "why now", "user story",
	},
	"how it was tested": {
		"how tested", "how test", "how test change", "how test changes", "how tested change", "how tested changes", "how verified", "how verify", "how validated", "how validate", "test", "tests", "tested", "testing", "testing done", "testing performed", "test plan", "test plans",
		"testing plan", "testing notes", "testing instructions", "test instructions", "testing steps", "test steps", "steps test", "steps verify",
		"test strategy", "testing strategy", "test results", "test result", "test evidence", "test coverage", "tests run", "tests added", "what tested", "verification", "verification steps",
		"verification plan", "verified", "validation", "validation steps", "qa", "qa steps", "qa notes", "qa instructions", "quality assurance", "manual test", "manual tests", "manual testing",
		"automated tests", "unit tests", "checks run", "checks", "proof", "evidence", "how reproduce verify",
	},
}

// rows is the row of each name.
var rows = func() map[string]string {
	index := map[string]string{}
	for row, all := range names {
		for _, name := range all {
			index[name] = row
		}
	}
	return index
}()

// rowOf finds the row that a reduced name stands in, empty where it stands in none.
func rowOf(reduced string) string { return rows[reduced] }

// asks says what belongs into a section.
func asks(name string) string {
	if row := rowOf(reduce(name)); row != "" {
		return row
	}
	return "what belongs there"
}

// fillers are words that headings have or leave out without meaning something else.
var fillers = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`a an the this that these those your my our its it i we you was were is are be been being has have had ` +
		`did do does can could should of for to in on by with pr pull request behind from`) {
		set[w] = true
	}
	return set
}()

// reduce is a heading without numbers, signs, pictures, case and words that don't matter: "2. How has this been
// tested? 🧪" is "how tested".
func reduce(heading string) string {
	words := strings.FieldsFunc(strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(heading)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
	})
	kept := words[:0:0]
	for _, w := range words {
		if !fillers[w] && !number(w) {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return strings.Join(words, " ")
	}
	return strings.Join(kept, " ")
}

func number(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return !unicode.IsNumber(r) }) < 0
}
