package tests

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// large is a pull request of n files with 33 changed lines each, half of them tests.
func large(n int) *check.Input {
	r := &pull.Request{Known: pull.AllFacts}
	for i := range n {
		name := fmt.Sprintf("services/billing/src/module%d/invoice%d.py", i%50, i/2)
		if i%2 == 1 {
			name = fmt.Sprintf("services/billing/tests/module%d/test_invoice%d.py", i%50, i/2)
		}
		var p strings.Builder
		p.WriteString("@@ -1,19 +1,19 @@ def f():\n     a = 1\n")
		for j := range 17 {
			fmt.Fprintf(&p, "-    old_value_%d = call(%d, %d)\n+    new_value_%d = call(%d, %d)\n", j, i, j, j, i, j)
		}
		p.WriteString("     b = 2")
		r.Files = append(r.Files, pull.File{Path: name, Status: pull.Modified, Added: 17, Removed: 17, Patch: p.String()})
	}
	return &check.Input{Pull: r}
}

func BenchmarkRun(b *testing.B) {
	for _, n := range []int{300, 3000, 30000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			in := large(n)
			b.ReportAllocs()
			for b.Loop() {
				if v := Check.Run(in); v.Outcome != check.Pass {
					b.Fatal(v.Summary)
				}
			}
		})
	}
}

// realistic is a pull request of n files of tests and code with assertions, skips and comments that changed.
func realistic(n int) *check.Input {
	r := &pull.Request{Known: pull.AllFacts}
	for i := range n {
		name, body := fmt.Sprintf("billing/invoice%d.go", i/2), "-\treturn total(%d, %d) // old\n+\treturn total(%d, %d) + 1\n"
		if i%2 == 1 {
			name, body = fmt.Sprintf("billing/invoice%d_test.go", i/2), "-\tassert.Equal(t, %d, total(%d))\n+\tassert.Equal(t, %d, sum(%d))\n"
		}
		var p strings.Builder
		p.WriteString("@@ -1,19 +1,19 @@ func TestTotal(t *testing.T) {\n \tt.Parallel()\n")
		for j := range 17 {
			fmt.Fprintf(&p, body, i, j, i+1, j)
		}
		p.WriteString(" }")
		r.Files = append(r.Files, pull.File{Path: name, Status: pull.Modified, Added: 17, Removed: 17, Patch: p.String()})
	}
	return &check.Input{Pull: r}
}

func BenchmarkStrength(b *testing.B) {
	for _, n := range []int{300, 3000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			in := realistic(n)
			b.ReportAllocs()
			for b.Loop() {
				Check.Run(in)
			}
		})
	}
}
