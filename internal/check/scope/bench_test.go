package scope

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

func BenchmarkRun(b *testing.B) {
	for _, n := range []int{300, 3000, 30000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			r := &pull.Request{Known: pull.AllFacts}
			for i := range n {
				r.Files = append(r.Files, pull.File{
					Path:   fmt.Sprintf("services/billing/src/main/java/com/acme/billing/module%d/Invoice%d.java", i%50, i),
					Status: pull.Modified, Mode: pull.Regular, PreviousMode: pull.Regular,
				})
			}
			o := Options{Allow: []string{"docs/**", "web/**/*.ts", "**/*.go", "services/**"}, Deny: []string{"services/payments/**", "**/*.sql", "**/secrets/**"}}
			b.ReportAllocs()
			for b.Loop() {
				if v := run(&check.Input{Pull: r}, o); v.Outcome != check.Pass {
					b.Fatal(v.Summary)
				}
			}
		})
	}
}
