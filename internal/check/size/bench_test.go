package size

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// large is a pull request of n files with 33 changed lines each. In every third file a block went to the next one.
func large(n int) *check.Input {
	r := &pull.Request{Known: pull.AllFacts}
	for i := range n {
		var p strings.Builder
		p.WriteString("@@ -1,18 +1,17 @@ def f():\n     a = 1\n")
		for j := range 16 {
			k := i
			if i%3 == 1 {
				k = i - 1
			}
			fmt.Fprintf(&p, "-    value_%d = call(%d, %d)\n", j, i, j)
			if j < 15 {
				fmt.Fprintf(&p, "+    value_%d = call(%d, %d)\n", j, k, j)
			}
		}
		p.WriteString("-    last = 1\n+    last  =  2\n     b = 2")
		patch := strings.Replace(p.String(), "-1,18 +1,17", "-1,19 +1,18", 1)
		name := fmt.Sprintf("services/billing/src/module%d/invoice%d.py", i%50, i)
		r.Files = append(r.Files, pull.File{Path: name, Status: pull.Modified, Added: 16, Removed: 17, Patch: patch})
	}
	return &check.Input{Pull: r}
}

func BenchmarkRun(b *testing.B) {
	for _, n := range []int{300, 3000, 30000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			in := large(n)
			b.ReportAllocs()
			for b.Loop() {
				if v := Check.Run(in); v.Outcome != check.Fail {
					b.Fatal(v.Summary)
				}
			}
		})
	}
}
