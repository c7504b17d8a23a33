package sensitive

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// large is a pull request of n files with 33 changed lines each, of code that speaks of keys and tokens as most code does.
func large(n int) *check.Input {
	r := &pull.Request{Known: pull.AllFacts}
	for i := range n {
		var p strings.Builder
		p.WriteString("@@ -1,19 +1,19 @@ func f()\n a = 1\n")
		for j := range 17 {
			fmt.Fprintf(&p, "-    oldValue%d = call(%d, request.accessToken)\n+    newAPIKey%d := client.Lookup(ctx, keyFor(user%d), options.Auth) // verify\n", j, i, j, j)
		}
		p.WriteString(" b = 2")
		path := fmt.Sprintf("services/billing/src/module%d/invoice%d.go", i%50, i)
		if i%10 == 0 {
			path = fmt.Sprintf("services/billing/migrations/%04d_invoice.sql", i)
		}
		r.Files = append(r.Files, pull.File{Path: path, Status: pull.Modified, Added: 17, Removed: 17, Patch: p.String()})
	}
	return &check.Input{Pull: r}
}

func BenchmarkRun(b *testing.B) {
	detector()
	for _, n := range []int{300, 3000} {
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

// BenchmarkHostile has what makes the rules work hardest, within what GitHub lets in.
func BenchmarkHostile(b *testing.B) {
	words := strings.Join(detector().words, " ")
	for name, text := range map[string]string{
		"drawn": strings.Repeat("token key = secret a1b2c3d4e5f6g7h8, api password\n", 100_000),
		"words": strings.Repeat(words+"\n", 3000),
		"long":  strings.Repeat(words+" key=a1b2c3d4e5f6 ", 2000) + "\n",
		"keys":  strings.Repeat("-----BEGIN RSA PRIVATE KEY-----\n", 100_000),
		"yaml":  strings.Repeat("kind: secret data:\n", 100_000),
	} {
		b.Run(name, func(b *testing.B) {
			path := "a.go"
			if name == "yaml" {
				path = "a.yaml"
			}
			in := &check.Input{Pull: &pull.Request{Known: pull.AllFacts, Files: []pull.File{added(path, text)}}}
			for b.Loop() {
				Check.Run(in)
			}
		})
	}
}

func BenchmarkQuotes(b *testing.B) {
	text := strings.Repeat("SELECT ' \" /* $a$ ` [ DROP\n", 50_000)
	in := &check.Input{Pull: &pull.Request{Known: pull.AllFacts, Files: []pull.File{added("migrations/1.sql", text), added("migrations/001_a.py", text)}}}
	for b.Loop() {
		Check.Run(in)
	}
}
