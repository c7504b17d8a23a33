package controlplane

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// seeds adds the files of the cases whose name ends so.
func seeds(f *testing.F, suffixes ...string) {
	f.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			for _, s := range suffixes {
				if strings.HasSuffix(part.Name, s) && !bytes.HasPrefix([]byte(part.Name), []byte("pull")) {
					f.Add(string(part.Data))
				}
			}
		}
	}
}

// turned is a request in which one file turned from was into is.
func turned(path, was, is string) *pull.Request {
	lines := func(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }
	old, now := lines(was), lines(is)
	var b strings.Builder
	fmt.Fprintf(&b, "@@ -1,%d +1,%d @@\n", len(old), len(now))
	for _, l := range old {
		b.WriteString("-" + l + "\n")
	}
	for _, l := range now {
		b.WriteString("+" + l + "\n")
	}
	return &pull.Request{
		Known: pull.AllFacts, Base: pull.Branch{Repo: "acme/api"},
		Files:    []pull.File{{Path: path, Status: pull.Modified, Added: len(now), Removed: len(old), Patch: b.String()}},
		Contents: []pull.Document{{Path: path, Text: is}},
	}
}

// sound holds what holds for every verdict: it is one, and nothing in it can hide.
func sound(t *testing.T, v check.Verdict) {
	t.Helper()
	switch v.Outcome {
	case check.Pass, check.Fail, check.Skip, check.Errored:
	default:
		t.Fatalf("got the outcome %q", v.Outcome)
	}
	if len(v.Findings) > maxTold+10 {
		t.Fatalf("got %d findings", len(v.Findings))
	}
	for _, f := range v.Findings {
		for _, s := range append([]string{f.Message}, f.Quote...) {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return conceals(r) && r != 0xfe0f }) {
				t.Fatalf("%q can hide something", s)
			}
		}
	}
}

func both(t *testing.T, path, a, b string) {
	t.Helper()
	sound(t, run(&check.Input{Pull: turned(path, a, b)}, Options{}))
	sound(t, run(&check.Input{Pull: turned(path, b, a)}, Options{}))
	if v := run(&check.Input{Pull: turned(path, b, b)}, Options{}); v.Outcome == check.Fail && !strings.Contains(fmt.Sprint(v.Findings), "cannot be read") && !strings.Contains(fmt.Sprint(v.Findings), "nobody sees") {
		t.Fatalf("a file that stays as it is fails: %v", v.Findings)
	}
}

func FuzzJSONC(f *testing.F) {
	seeds(f, ".json")
	for _, s := range []string{"", "{", `{"a": [1, tru`, `{"a":1,}`, "[,]", `{a: 'b'}`, "/*", "//", `"\u12`, strings.Repeat("[", 200), `{"a": "\ud83d\ude00"}`, "\ufeff{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parseJSON(s)
		if err == nil {
			v.walk(func([]string, *value) {})
		}
		var std any
		if json.Unmarshal([]byte(s), &std) == nil && err != nil && !strings.Contains(err.Error(), errDeep.Error()) {
			t.Fatalf("%q is JSON, and got %v", s, err)
		}
	})
}

func FuzzSettings(f *testing.F) {
	seeds(f, ".json", ".toml", ".yml", ".yaml")
	const base = `{"permissions": {"allow": ["A"], "deny": ["B"]}, "mcpServers": {"a": {"command": "npx", "args": ["b@1.0.0"]}}, "hooks": {"PreToolUse": [{"matcher": "x", "hooks": [{"command": "y"}]}]}}`
	f.Fuzz(func(t *testing.T, s string) {
		for _, path := range []string{".claude/settings.json", ".codex/config.toml", ".aider.conf.yml", ".devcontainer/devcontainer.json", ".vscode/tasks.json", ".github/settings.yml", ".pre-commit-config.yaml", "lefthook.yml", ".github/sluice.yml", "renovate.json"} {
			both(t, path, base, s)
		}
	})
}

func FuzzWorkflow(f *testing.F) {
	seeds(f, ".yml")
	for _, s := range []string{"on: push\njobs: {a: {steps: [{run: '${{ a", "on: [push]\njobs:\n  a: *x\n", "a: &a [*a]", "on: {push: {branches: [a]}}\npermissions: x\njobs: {a: null}", "jobs: {a: {steps: [null, {uses: '@'}]}}"} {
		f.Add(s)
	}
	const base = "on: push\npermissions: {contents: read}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: echo\n"
	f.Fuzz(func(t *testing.T, s string) {
		both(t, ".github/workflows/a.yml", base, s)
		both(t, "action.yml", base, s)
	})
}

func FuzzInstructions(f *testing.F) {
	seeds(f, ".md", ".cursorrules")
	for _, s := range []string{"---\n", "---\na: [\n---\n", "```\n", "<!--", "> > - 1. # a:", "- \n-\n", "。。", "never\xff\u202e", "@", "@~/a.md", strings.Repeat("never push to main ", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		both(t, "AGENTS.md", "# Rules\n\n- Never push to main.\n- Always ask.\n", s)
		both(t, ".husky/pre-commit", "npm test\n", s)
		both(t, ".cursorignore", ".env\n", s)
		both(t, "CODEOWNERS", "* @a/b\n/src @c\n", s)
	})
}
