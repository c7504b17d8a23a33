package claims

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// large is a pull request of n files with 33 changed lines each, whose description makes claims of every sort.
func large(n int, body string) *check.Input {
	r := &pull.Request{Known: pull.AllFacts, Title: "Add tests for the invoices", Body: body}
	for i := range n {
		var p strings.Builder
		p.WriteString("@@ -1,19 +1,19 @@ def f():\n     a = 1\n")
		for j := range 17 {
			fmt.Fprintf(&p, "-    old_value_%d = call(%d, %d)\n+    new_value_%d = call(%d, %d)\n", j, i, j, j, i, j)
		}
		p.WriteString("     b = 2")
		r.Files = append(r.Files, pull.File{
			Path: fmt.Sprintf("services/billing/src/module%d/invoice%d.py", i%50, i/2), Status: pull.Modified, Added: 17, Removed: 17, Patch: p.String(),
		})
	}
	return &check.Input{Pull: r}
}

// everything claims something of every sort.
const everything = "Documentation only. Comments only. Tests only. No functional changes. No new dependencies. No database changes. No changes to CI. No UI changes. No test changes.\n\n" +
	"Updates the changelog. Updated the README. Updates the documentation.\n\n9000 files changed. Adds 5 tests. Adds three new endpoints.\n\n"

func BenchmarkRun(b *testing.B) {
	for _, n := range []int{300, 3000, 30000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			in := large(n, everything+"- `services/billing/a.py`: adds `newValue`\n- Removes `old_value_3`\n- Renames `oldValue4` to `new_value_4`")
			b.ReportAllocs()
			for b.Loop() {
				Check.Run(in)
			}
		})
	}
}

// Descriptions made to be slow stay within the time of plain ones, by an order.
func BenchmarkRunHostile(b *testing.B) {
	for name, line := range map[string]string{
		"symbols": "- Adds `FrobnicateUnknown%d`\n", "paths": "- Updates `src/*/{a,b}/**/x%d.go`\n", "directories": "- `services/x%d/`: updated\n", "tests": "Adds a a a a tests, (, and adds tests. %d ",
		"objects": "`a%d` ", "stops": ". %d; ", "colons": "- a%d:\n", "quotes": "\"a%d ", "no": "no no no changes %d, ",
	} {
		var body strings.Builder
		for i := 0; body.Len() < 250<<10; i++ {
			fmt.Fprintf(&body, line, i)
		}
		b.Run(name, func(b *testing.B) {
			in := large(3000, body.String())
			for b.Loop() {
				Check.Run(in)
			}
		})
	}
}
