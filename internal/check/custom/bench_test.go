package custom_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

var attribution = &agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "devin", Family: "devin", Confidence: agent.Conclusive}}}

const sample = `
rules:
- {name: titles, must: 'pull.title.matches("^[A-Z]+-[0-9]+: ")'}
- {name: no sql by hand, when: 'authorship == "autonomous"', must: '!files.exists(f, glob(f.path, "db/**/*.sql") && f.status != "removed")'}
- {name: no prints, each: file, when: 'file.kind == "code"', must: '!file.added_text.matches("(?m)^\\s*fmt\\.Print")'}
- {name: changelog, when: 'files.exists(f, f.kind == "code")', must: 'files.exists(f, f.path == "CHANGELOG.md")', level: show}
- {name: signed, each: commit, must: commit.verified || commit.merge}
`

// large is a change of n files of 33 lines each.
func large(n int) *pull.Request {
	r := &pull.Request{Title: "AB-1: x", Known: pull.AllFacts}
	var p strings.Builder
	p.WriteString("@@ -1,1 +1,34 @@ func x() {\n a\n")
	for i := range 33 {
		fmt.Fprintf(&p, "+\tif err := do(ctx, %d); err != nil {\n", i)
	}
	patch := strings.TrimSuffix(p.String(), "\n")
	for i := range n {
		r.Files = append(r.Files, pull.File{
			Path: fmt.Sprintf("services/billing/src/main/java/com/acme/billing/module%d/Invoice%d.java", i%50, i), Status: pull.Modified, Added: 33, Patch: patch,
		})
	}
	for i := range 250 {
		r.Commits = append(r.Commits, pull.Commit{SHA: strconv.Itoa(i), Message: "Do it", Verification: pull.Verification{Verified: true}})
	}
	return r
}

func BenchmarkRun(b *testing.B) {
	c := configured(b, sample)
	for _, n := range []int{300, 3000, 30000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			r := large(n)
			b.ReportAllocs()
			for b.Loop() {
				if v := c.Run(&check.Input{Pull: r, Attribution: attribution}); v.Outcome != check.Pass {
					b.Fatal(v)
				}
			}
		})
	}
}

// The dearest rule that is judged.
func BenchmarkDear(b *testing.B) {
	c := configured(b, "rules:\n- {name: a, must: 'files.all(f, files.exists(g, g.path == f.path))'}")
	r := large(3000)
	for b.Loop() {
		c.Run(&check.Input{Pull: r, Attribution: attribution})
	}
}

func BenchmarkConfigure(b *testing.B) {
	for b.Loop() {
		configured(b, sample)
	}
}
