package tests

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// samples are paths of tests in every language that has a form, and of files that say how tests are run.
var samples = []string{
	"a/x_test.go", "tests/test_x.py", "src/x.test.ts", "src/test/java/XTest.java", "src/test/kotlin/XTest.kt", "src/test/scala/XSpec.scala",
	"tests/A.Tests/XTests.cs", "spec/x_spec.rb", "src/x.rs", "tests/x.rs", "tests/XTest.php", "Tests/AppTests/XTests.swift", "src/x_test.cc",
	"test/x_test.exs", "test/x_test.dart", "test/x.bats", ".github/workflows/ci.yml", "Makefile", "package.json", "jest.config.js", "codecov.yml",
	"pyproject.toml", "src/__snapshots__/x.test.ts.snap",
}

// FuzzMask holds that a blanked line has the length of the line, whatever stood before it.
func FuzzMask(f *testing.F) {
	f.Add("a := `", "it.skip(`x`) // \"")
	f.Add("/* \"", "*/ '\\'' <<EOF")
	f.Add(`x = """`, `""" + '\`)
	f.Add("r#\"", "\"# 'a 'b' \xff")
	f.Fuzz(func(t *testing.T, first, second string) {
		for lang, form := range forms {
			if form == nil {
				continue
			}
			m := masker{style: &form.style}
			for _, line := range []string{first, second} {
				if got := m.line(line); len(got) != len(line) {
					t.Fatalf("%s: %q became %q", lang, line, got)
				}
			}
		}
	})
}

// FuzzStrength reads any lines as a change of tests in every language. A finding has a message, and a line of the head
// that exists.
func FuzzStrength(f *testing.F) {
	for _, body := range []string{
		" func TestA(t *testing.T) {\n-\tif got != 1 {\n-\t\tt.Error()\n+\tt.Skip()\n }",
		" describe('a', () => {\n-  it('b', () => {\n-    expect(1).toBe(2)\n+  it.skip('b', () => {})\n })",
		" class A:\n-    def test_b(self):\n-        assert x == 1\n+    @pytest.mark.skip\n+    def test_b(self):\n+        assert True",
		"+/*\n     @Test\n     void a() { assertEquals(1, 2); }\n+*/",
		"       - run: |\n-          go test ./...\n+          go test ./... || true\n+        continue-on-error: true",
		"-  branches: 80,\n+  branches: 10,\n-fail_under = 3\n-timeout: 5\n+timeout: 9",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := &pull.Request{Known: pull.AllFacts}
		var last int
		for line := range strings.SplitSeq(body, "\n") {
			if line == "" || !strings.ContainsRune(" +-", rune(line[0])) {
				return
			}
			if line[0] != '-' {
				last++
			}
		}
		for _, p := range samples {
			file := pull.File{Path: p, Status: pull.Modified, Patch: "\n" + body}
			file.Patch = header(&file) + file.Patch
			r.Files = append(r.Files, file)
		}
		v := Check.Run(&check.Input{Pull: r})
		for _, found := range v.Findings {
			if found.Message == "" || found.Line < 0 || found.Line > last {
				t.Fatalf("%+v of %d lines", found, last)
			}
		}
	})
}

// BenchmarkHostile gives the check the worst that its searches know, and ten times as much of it.
func BenchmarkHostile(b *testing.B) {
	shapes := []string{
		"+\tt.Skip()\n", "-\tt.Skip()\n+\tt.Skip()\n", "-func TestA%d(t *testing.T) {\n-\tassert.Equal(t, a, b%d)\n-}\n",
		"+  it.skip('a%d', () => {\n", "+@pytest.mark.skip\n", "-assert x%d == (\n+assert x%d(\n", "-  fail_under = %d\n \n",
		"-\tgo test ./a%d\n \n", "+ - run: go test || true\n+   continue-on-error: true\n", "+/*\n", "+} catch (e) {}\n", "+return\n a\n",
		"-func TestA%d(t *testing.T) {\n+func testA%d(t *testing.T) {\n",
	}
	for i, shape := range shapes {
		for _, n := range []int{100, 1000} {
			r := pull.Request{Known: pull.AllFacts}
			var body strings.Builder
			for j := range n {
				body.WriteString(strings.ReplaceAll(shape, "%d", strconv.Itoa(j)))
			}
			for _, p := range samples {
				file := pull.File{Path: p, Status: pull.Modified, Patch: "\n" + strings.TrimSuffix(body.String(), "\n")}
				file.Patch = header(&file) + file.Patch
				r.Files = append(r.Files, file)
			}
			b.Run(fmt.Sprintf("%d/%d", i, n), func(b *testing.B) {
				for b.Loop() {
					Check.Run(&check.Input{Pull: &r})
				}
			})
		}
	}
}
