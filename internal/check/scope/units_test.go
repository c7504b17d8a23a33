package scope

import (
	"strings"
	"testing"
	"unicode"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestNames(t *testing.T) {
	cases := []struct {
		glob, path string
		want       bool
	}{
		{".github/workflows/lint.yml", ".github/workflows/lint.yml", true},
		{".github/workflows/*.yml", ".github/workflows/lint.yml", true},
		{".github/workflows/**", ".github/workflows/a/b.yml", true},
		{".github/**", ".github/workflows/lint.yml", false},
		{".github/work*/**", ".github/workflows/lint.yml", false},
		{".github/{workflows,actions}/**", ".github/workflows/lint.yml", false},
		{"**/workflows/*.yml", ".github/workflows/lint.yml", false},
		{"**/.github/workflows/*", ".github/workflows/lint.yml", false}, // it is protected at the root only
		{"**", "CLAUDE.md", false},
		{"*.md", "CLAUDE.md", false},
		{"CLAUDE.md", "CLAUDE.md", true},
		{"**/CLAUDE.md", "CLAUDE.md", true},
		{"**/CLAUDE.md", "a/b/CLAUDE.md", true},
		{"CLAUDE.md", "a/CLAUDE.md", false}, // named, and not there
		{"docs/CLAUDE.md", "CLAUDE.md", false},
		{"[C]LAUDE.md", "CLAUDE.md", false},
		{"claude.md", "CLAUDE.md", false},
		{".claude/**", ".claude/settings.json", true},
		{"**/.claude/settings.json", "web/.claude/settings.json", true},
		{".aider*", ".aider.conf.yml", true},
		{".aider.conf.yml", ".aider.conf.yml", true},
		{".a*", ".aider.conf.yml", false},
		{"CODEOWNERS", "CODEOWNERS", true},
		{"**/CODEOWNERS", "docs/CODEOWNERS", false},
		{"docs/CODEOWNERS", "docs/CODEOWNERS", true},
	}
	for _, c := range cases {
		p, exact := protectedBy(c.path)
		if p == nil || !exact {
			t.Errorf("%s: got nothing that protects it", c.path)
			continue
		}
		r := rules{allow: globs([]string{c.glob})}
		if got := r.place(c.path) == nil; got != c.want {
			t.Errorf("allow %s: %s is open: got %v, want %v", c.glob, c.path, got, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	for path, want := range map[string]string{
		"src/a.go": "src/a.go", "SRC/A.go": "src/a.go", "src./a.go .": "src/a.go", "../a": "../a", "./a": "./a", "...": "...",
		"СLАUDЕ.md": "claude.md", "ＣＬＡＵＤＥ.md": "claude.md", "cla\u200bude.md": "claude.md", "src\u2215a": "src/a", "ﬁ": "fi",
		"docs/Привет": "docs/пpивeт", "straße": "straße", "é": "é", "e\u0301": "é", "\u212a": "k", "ı": "i",
	} {
		if got := fold(path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
	for glob, want := range map[string]string{"SRC/**/*.Go": "src/**/*.go", "Ѕrc/{А,b}/＊": "src/{a,b}/＊", "a\u2215*": "a\u2215*"} {
		if got := foldGlob(glob); got != want {
			t.Errorf("%q: got %q, want %q", glob, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, bad := range []string{"", "src/", "/src/**", "./src/**", "!src/**", "src/[", "{a"} {
		for name, o := range map[string]Options{
			"allow": {Allow: []string{"src/**", bad}}, "deny": {Deny: []string{bad}}, "agents": {Agents: map[string]Paths{"devin": {Deny: []string{bad}}}},
		} {
			if got := o.Validate(); len(got) != 1 || got[name] == nil {
				t.Errorf("%s %q: got %v, want one problem", name, bad, got)
			}
		}
	}
	o := Options{Allow: []string{"**", "src/**/*.{go,md}", "[a-c]/**"}, Agents: map[string]Paths{"devin": {Allow: []string{"x"}}}}
	if got := o.Validate(); len(got) != 0 {
		t.Errorf("got %v, want nothing", got)
	}
}

func TestLongPaths(t *testing.T) {
	r := &pull.Request{Known: pull.AllFacts}
	for _, p := range []string{strings.Repeat("a/", 3000), strings.Repeat(".claude/", 500) + "x", strings.Repeat("а", 2000), ""} {
		r.Files = append(r.Files, pull.File{Path: p})
	}
	v := run(&check.Input{Pull: r}, Options{Allow: []string{"**/a/**/a/**/b"}})
	if v.Outcome != check.Fail || len(v.Findings) < len(r.Files) {
		t.Errorf("got %s with %d findings, want every path to fail", v.Outcome, len(v.Findings))
	}
}

func FuzzRun(f *testing.F) {
	for _, seed := range []string{"src/a.go", "../x", "CLAUDE.md", "cl\u0430ude.MD", ".git/x", "a\u202eb", "\xff", "ａ/．", "src /x.", ""} {
		f.Add(seed, "", "100644", "")
		f.Add("x", seed, "120000", "@@ -0,0 +1 @@\n+"+seed)
	}
	o := Options{Allow: []string{"src/**", "**/AGENTS.md"}, Deny: []string{"src/billing/**"}, Agents: map[string]Paths{"devin": {Deny: []string{"a"}}}}
	f.Fuzz(func(t *testing.T, path, previous, mode, patch string) {
		file := pull.File{Path: path, Previous: previous, Status: pull.Renamed, Mode: pull.Mode(mode), PreviousMode: pull.Regular, Patch: patch}
		in := &check.Input{Pull: &pull.Request{Known: pull.AllFacts, Files: []pull.File{file}}}
		v := run(in, o)
		if (v.Outcome == check.Pass) != (len(v.Findings) == 0) {
			t.Fatalf("%s with %d findings", v.Outcome, len(v.Findings))
		}
		if v.Outcome == check.Pass && !strings.HasPrefix(path, "src/") && !strings.HasSuffix(path, "AGENTS.md") {
			t.Fatalf("%q passed", path)
		}
		for _, finding := range v.Findings {
			for _, r := range finding.Message + finding.Fix {
				if invisible(r) || r > unicode.MaxASCII {
					t.Fatalf("%q can hide something", finding.Message)
				}
			}
		}
	})
}
