package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// A spec of many criteria, a long description and a large diff.
func BenchmarkRun(b *testing.B) {
	r := &pull.Request{Repo: "acme/api", Number: 12, Known: pull.AllFacts, Body: "Fixes #7\n"}
	issue := pull.Issue{IssueRef: pull.IssueRef{Repo: "acme/api", Number: 7}, State: pull.Open, Closes: true, Body: "Retry what fails, as the criteria say.\n"}
	for i := range 2000 {
		r.Body += fmt.Sprintf("The upload number %d is tried again. AC%d\n", i, i)
		issue.Body += fmt.Sprintf("- [ ] `retryUpload%d` tries the upload with the number %d again\n", i, i)
	}
	r.Issues = []pull.Issue{issue}
	patch := "@@ -1,17 +1,17 @@\n" + strings.Repeat("-    old_value = call(1, 2)\n+    new_value = call(1, 2)\n", 17)
	for i := range 3000 {
		r.Files = append(r.Files, pull.File{Path: fmt.Sprintf("src/module%d/file%d.py", i%50, i), Status: pull.Modified, Added: 17, Removed: 17, Patch: patch})
	}
	in := &check.Input{Pull: r}
	for b.Loop() {
		if v := Check.Run(in); v.Outcome != check.Pass {
			b.Fatal(v.Summary)
		}
	}
}
