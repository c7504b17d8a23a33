package size

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestSameTokens(t *testing.T) {
	for _, c := range []struct {
		was, is  string
		indented bool
		want     bool
	}{
		{"a(b, c)", "a(\n  b,\n  c,\n)", false, true},
		{"a(b, c)", "a(b, c, d)", false, false},
		{"return x", "returnx", false, false},
		{"x  =  1", "x = 1", false, true},
		{"x=1", "x = 1", false, true},
		{"if a:\n    b", "if a:\n  b", true, false},
		{"x  =  1", "x = 1", true, true},
		{"  x = f(1)", "  x = f( 1 )", true, true},
		{"", "\n\n", false, true},
		{"a\x00b", "a\x00c", false, false},
		{"ä b", "ä  b", false, true},
		{"a b\nc", "a\nb c", false, true},
		{"a,", "a", false, false},
	} {
		var lines []pull.Line
		for l := range strings.SplitSeq(c.was, "\n") {
			lines = append(lines, pull.Line{Op: pull.Remove, Text: l})
		}
		for l := range strings.SplitSeq(c.is, "\n") {
			lines = append(lines, pull.Line{Op: pull.Add, Text: l})
		}
		if got := sameTokens(lines, c.indented); got != c.want {
			t.Errorf("%q, %q: got %v, want %v", c.was, c.is, got, c.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1930: "1,930", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Lines that are all the same, in both directions, take no more than linear time; nor do commas before white space.
func TestHostile(t *testing.T) {
	const n = 100_000
	for name, line := range map[string]string{"same": "the same line", "commas": "a,", "blank": "a,\u00a0"} {
		var removed, added strings.Builder
		fmt.Fprintf(&removed, "@@ -1,%d +0,0 @@\n", n)
		fmt.Fprintf(&added, "@@ -0,0 +1,%d @@\n", n)
		for range n {
			removed.WriteString("-" + line + "\n")
			added.WriteString("+" + line + "\n")
		}
		r := &pull.Request{Known: pull.AllFacts, Files: []pull.File{
			{Path: "a.go", Status: pull.Removed, Removed: n, Patch: removed.String()},
			{Path: "b.go", Status: pull.Added, Added: n, Patch: added.String()},
			{Path: "c.go", Status: pull.Added, Added: 1, Patch: "@@ -0,0 +1 @@\n+" + strings.Repeat("a,", n) + strings.Repeat("\u00a0", n)},
		}}
		start := time.Now()
		v := Check.Run(&check.Input{Pull: r})
		if v.Outcome != check.Pass || time.Since(start) > 5*time.Second {
			t.Errorf("%s: got %s %q after %s, want a pass at once", name, v.Outcome, v.Summary, time.Since(start))
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add("-a\n-b\n-c\n-d\n-e\n", "+a\n+b\n+c\n+d\n+e\n", "a.py")
	f.Add("-import a\n+import b\n", "+import a,\n", "x/y.go")
	f.Fuzz(func(t *testing.T, one, two, path string) {
		r := &pull.Request{Known: pull.AllFacts}
		for i, body := range []string{one, two} {
			file := pull.File{Path: fmt.Sprint(i, path), Status: pull.Modified}
			var patch strings.Builder
			for l := range strings.SplitSeq(body, "\n") {
				switch {
				case strings.HasPrefix(l, "+"):
					file.Added++
				case strings.HasPrefix(l, "-"):
					file.Removed++
				default:
					continue
				}
				patch.WriteString("\n" + l)
			}
			file.Patch = fmt.Sprintf("@@ -%d,%d +%d,%d @@", min(file.Removed, 1), file.Removed, min(file.Added, 1), file.Added) + patch.String()
			r.Files = append(r.Files, file)
		}
		in := &check.Input{Pull: r}
		o := Options{MaxLines: 1}
		if v := run(in, o); fmt.Sprint(v) != fmt.Sprint(run(in, o)) {
			t.Errorf("two runs differ")
		}
		if m := measure(in, &o); m.read > m.changed || m.read < 0 {
			t.Errorf("%d of %d lines to read", m.read, m.changed)
		}
	})
}
