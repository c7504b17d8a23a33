package controlplane

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// BenchmarkRun is an ordinary large change: a control file among a hundred.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{300, 3000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			r := &pull.Request{Known: pull.AllFacts}
			for i := range n {
				path := fmt.Sprintf("services/billing/module%d/invoice%d.py", i%50, i)
				was, is := strings.Repeat("a = 1\n", 15), strings.Repeat("a = 2\n", 15)
				switch i % 300 {
				case 0:
					path, was, is = fmt.Sprintf(".github/workflows/w%d.yml", i), someWorkflow("v1"), someWorkflow("v2")
				case 100:
					path, was, is = fmt.Sprintf("module%d/AGENTS.md", i), someRules("main"), someRules("master")
				case 200:
					path, was, is = fmt.Sprintf("module%d/.mcp.json", i), `{"mcpServers": {}}`, `{"mcpServers": {"a": {"command": "npx", "args": ["a"]}}}`
				}
				one := turned(path, was, is)
				r.Files, r.Contents = append(r.Files, one.Files...), append(r.Contents, one.Contents...)
			}
			bench(b, r)
		})
	}
}

// BenchmarkHostile is files as large as are read, made to cost as much as they can.
func BenchmarkHostile(b *testing.B) {
	var rules, other strings.Builder
	for i := range 8000 {
		fmt.Fprintf(&rules, "- Never push rule%d of set%d to main.\n", i, i%97)
		fmt.Fprintf(&other, "- Feel free to read part%d of set%d in main.\n", i, i%97)
	}
	var owners, fewer strings.Builder
	for i := range 300 {
		fmt.Fprintf(&owners, "/a%d/**/*b*/**/c* @acme/t%d\n", i, i)
		fmt.Fprintf(&fewer, "/a%d/**/*b*/**/d* @acme/t%d\n", i, i)
	}
	var table strings.Builder
	for i := range 15000 {
		fmt.Fprintf(&table, "[t%d]\na%d = 1\n", i, i)
	}
	steps := strings.Builder{}
	steps.WriteString("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n")
	for i := range 6000 {
		fmt.Fprintf(&steps, "      - run: echo ${{ github.event.issue.title }} %d ${{ secrets.A%d }}\n", i, i)
	}
	for name, r := range map[string]*pull.Request{
		"rules": turned("AGENTS.md", rules.String(), other.String()), "owners": turned("CODEOWNERS", owners.String(), fewer.String()),
		"table": turned(".codex/config.toml", "", table.String()), "steps": turned(".github/workflows/a.yml", "on: push\njobs: {}\n", steps.String()),
		"deep": turned(".mcp.json", "{}", strings.Repeat("[", 500_000)), "flow": turned(".github/workflows/a.yml", "on: push", strings.Repeat("[", 500_000)),
		"expr": turned(".github/workflows/a.yml", "on: push", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: "+strings.Repeat("${{ ", 100_000)+"\n"),
		"line": turned("AGENTS.md", "a", strings.Repeat("never without asking skip ", 19_000)), "scalars": turned(".aider.conf.yml", "a: 1", strings.Repeat("- a: b\n", 70_000)),
	} {
		b.Run(name, func(b *testing.B) { bench(b, r) })
	}
}

func bench(b *testing.B, r *pull.Request) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if v := run(&check.Input{Pull: r}, Options{}); v.Outcome == check.Skip {
			b.Fatal(v.Summary)
		}
	}
}

func someWorkflow(version string) string {
	return "on: [push]\npermissions: {contents: read}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n" +
		strings.Repeat("      - uses: actions/checkout@"+version+"\n      - run: make test ${{ matrix.go }}\n", 20)
}

func someRules(branch string) string {
	return "# Rules\n\n" + strings.Repeat("- Run the tests.\n- Write short sentences about what you did.\n", 20) + "- Never push to " + branch + ".\n"
}
