package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var cited = regexp.MustCompile(`\[((?:Test|Fuzz)\w+)\]\(([^)]+)\)`)

// Every test that the threat model rests on is where it says.
func TestThreatModel(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../SECURITY.md")
	must(t, err)
	seen := 0
	for _, m := range cited.FindAllStringSubmatch(string(text), -1) {
		seen++
		code, err := os.ReadFile("../../" + m[2])
		if err != nil || !regexp.MustCompile(`(?m)^func `+m[1]+`\(`).Match(code) {
			t.Errorf("no %s in %s", m[1], m[2])
		}
	}
	if seen < 40 {
		t.Errorf("got %d tests", seen)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| what ") && !cited.MatchString(line) {
			t.Errorf("no test shows: %s", line)
		}
	}
}
