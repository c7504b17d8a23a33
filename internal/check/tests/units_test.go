package tests

import (
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

func TestNear(t *testing.T) {
	cases := []struct {
		code, test string
		want       bool
	}{
		{"a/x.go", "a/y_test.go", true},
		{"a/x.go", "a/b/y_test.go", false},
		{"a/x.go", "b/x_test.go", false},
		{"a/x.go", "a/testdata/c/d.txt", true},
		{"a/x.go", "b/testdata/c.txt", false},
		{"modules/vpc/main.tf", "modules/vpc/tests/any.tftest.hcl", true},
		{"src/acme/x.py", "tests/test_x.py", true},
		{"src/acme/x.py", "tests/acme/test_x.py", true},
		{"src/acme/x.py", "tests/unit/acme/x_test.py", true},
		{"src/acme/x.py", "tests/acme/test_y.py", false},
		{"src/acme/x.py", "tests/other/test_x.py", false},
		{"src/acme/x.py", "tests/acme/test_x_more.py", true},
		{"src/acme/x.py", "tests/acme/test_xmore.py", false},
		{"acme/__init__.py", "tests/test_acme.py", true},
		{"src/Button.tsx", "src/Button.test.ts", true},
		{"src/Button.tsx", "src/__tests__/button.spec.js", true},
		{"src/Button.tsx", "src/Modal.test.ts", false},
		{"packages/ui/src/Button.tsx", "packages/ui/test/parts/Button.test.tsx", true},
		{"packages/ui/src/Button.tsx", "packages/web/test/Button.test.tsx", false},
		{"src/components/card/index.ts", "src/components/card/card.test.ts", true},
		{"src/main/java/com/acme/Foo.java", "src/test/java/com/acme/FooTest.java", true},
		{"src/main/java/com/acme/Foo.java", "src/test/kotlin/com/acme/FooTest.kt", true},
		{"src/main/java/com/acme/Foo.java", "src/test/java/com/other/FooTest.java", false},
		{"src/Acme.Billing/Invoice.cs", "tests/Acme.Billing.Tests/InvoiceTests.cs", true},
		{"Sources/App/Foo.swift", "Tests/AppTests/FooTests.swift", true},
		{"app/models/user.rb", "spec/models/user_spec.rb", true},
		{"app/models/user.rb", "spec/requests/user_spec.rb", false},
		{"src/Billing/Invoice.php", "tests/Unit/Billing/InvoiceTest.php", true},
		{"lib/acme/x.ex", "test/acme/x_test.exs", true},
		{"lib/x.dart", "test/x_test.dart", true},
		{"src/x.rs", "tests/x.rs", true},
		{"src/x.cc", "src/x_unittest.cpp", true},
		{"include/acme/x.hpp", "tests/acme/x_test.cpp", true},
		{"x.sh", "test/x.bats", true},
		{"sql/users.sql", "sql/tests/users.test.sql", true},
		{"src/x.py", "src/x.test.ts", false},
		{"x.py", "a/test_x.py", true}, // deeper below the code's directory
	}
	for _, c := range cases {
		if got := index([]place{{path: c.test}}).has(c.code); got != c.want {
			t.Errorf("%s near %s: got %v, want %v", c.test, c.code, got, c.want)
		}
		if kind.Of(c.test) != kind.Test {
			t.Errorf("%s is %s", c.test, kind.Of(c.test))
		}
	}
}

func TestSplitRust(t *testing.T) {
	cases := []struct{ name, section, lines, want string }{
		{"no test", "fn a() {", "+x", "code"},
		{"in the module", "mod tests {", "+x", "test"},
		{"the module is opened", "", "+fn a() {}|+#[cfg(test)]|+mod tests {|+    fn b() {}|+}", "code test"},
		{"a module of another name", "", "+#[cfg(test)]|+mod checks {|+    fn b() {}|+}", "code test"},
		{"further attributes", "", " #[cfg(test)]| #[allow(x)]| mod checks {|+    fn b() {}", "test"},
		{"the module is closed", "mod tests {", "+    x| }|+fn a() {}", "test code"},
		{"the closing line is the test's", "mod tests {", "+    x|+}|+fn a() {}", "test code"},
		{"a function alone", "", "+#[test]|+fn b() {|+    x|+}|+fn c() {}", "test code"},
		{"an attribute of a crate", "impl A {", "+    #[tokio::test]|+    async fn b() {|+    }|+    fn c() {}", "test code"},
		{"a module in another file", "", "+#[cfg(test)]|+mod tests;|+fn a() {}", "code"},
		{"an attribute on one item", "", "+#[cfg(test)]|+use a::b;|+fn a() {}", "code"},
		{"removed lines open nothing", "", "-mod tests {|+fn a() {}", "code"},
		{"testimony is no test", "mod testimony;", "+x", "code"},
	}
	for _, c := range cases {
		hunk := pull.Hunk{Section: c.section}
		for _, l := range strings.Split(c.lines, "|") {
			hunk.Lines = append(hunk.Lines, pull.Line{Op: pull.Op(l[0]), Text: l[1:]})
		}
		var got []string
		for _, p := range split([]pull.Hunk{hunk}, "Rust", false) {
			word := map[bool]string{true: "test", false: "code"}[p.test]
			if len(got) == 0 || got[len(got)-1] != word {
				got = append(got, word)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
	}
}

func TestRuns(t *testing.T) {
	cases := []struct {
		lang, old, new string
		want           bool
	}{
		{"Go", "a := 1", "a  :=\t1", false},
		{"Go", "a := 1", "\ta := 1", false},
		{"Python", "a = 1", "    a = 1", true},
		{"Python", "    a = 1  ", "    a = 1", false},
		{"Go", "a := 1", "a := 12", true},
		{"Go", "return x", "returnx", true},
		{"Go", "// a", "// b", false},
		{"Go", "// a", "", false},
		{"Go", "x() // a", "x() // b", true}, // a line's end is not looked at
		{"Go", "/* a */", "/* b */", false},
		{"Go", "/* a */ x()", "/* a */ y()", true},
		{"Go", "*p = 1", "*p = 2", true},
		{"Go", "//go:build a", "//go:build b", true},
		{"C", "#define A 1", "#define A 2", true},
		{"C#", "#if A", "#if B", true},
		{"PHP", "# a", "# b", false},
		{"PHP", "#[A]", "#[B]", true},
		{"Shell", "#!/bin/sh", "#!/bin/bash", true},
		{"SQL", "-- a", "-- b", false},
		{"Ruby", "# a", "# b", false},
		{"", "# a", "# b", true},
		{"Go", "a|b", "b|a", true},
		{"Go", "a|b", "a||b", false},
		{"Go", "a", "a|", false},
	}
	for _, c := range cases {
		p := part{}
		for _, l := range strings.Split(c.old, "|") {
			p.lines = append(p.lines, pull.Line{Op: pull.Remove, Text: l})
		}
		for _, l := range strings.Split(c.new, "|") {
			p.lines = append(p.lines, pull.Line{Op: pull.Add, Text: l})
		}
		if got := p.runs(c.lang); got != c.want {
			t.Errorf("%s: %q to %q: got %v, want %v", c.lang, c.old, c.new, got, c.want)
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add("src/a.rs", "@@ -1 +1,2 @@ mod tests {\n-a\n+#[test]\n+b", "tests/a.rs", "@@ -0,0 +1 @@\n+x", true)
	f.Add("a.py", "@@ -1 +1 @@\n-a\n+\t\xff", "test_a.py", "@@ -1 +1 @@\n-x  y\n+x y", false)
	f.Add("", "", "a_test.go", "@@ -1 +0,0 @@\n-a", true)
	f.Fuzz(func(t *testing.T, path, patch, path2, patch2 string, each bool) {
		in := &check.Input{Pull: &pull.Request{Known: pull.AllFacts, Files: []pull.File{
			{Path: path, Status: pull.Modified, Patch: patch}, {Path: path2, Status: pull.Modified, Patch: patch2},
		}}}
		v := run(in, Options{Each: each})
		if v.Summary == "" || v.Outcome == check.Fail && len(v.Findings) == 0 {
			t.Fatalf("%s without a reason", v.Outcome)
		}
	})
}

func TestOptions(t *testing.T) {
	cases := []struct{ text, want string }{
		{"each: true\nignore: [scripts/**]", ""},
		{"each: true\nignored: [a]", `2:1: no key is named "ignored"; did you mean "ignore"?`},
		{"ignore: ['{a']", `1:9: ignore: "{a" is no glob`},
	}
	for _, c := range cases {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(c.text), &node); err != nil {
			t.Fatal(err)
		}
		_, problems := Check.Configure(node.Content...)
		var got string
		for _, p := range problems {
			got += p.Error()
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
