package claims

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// one is the change of a single file, from the lines of one hunk that begins at a line.
func one(path string, begins int, lines string) *change {
	f := pull.File{Path: path, Status: pull.Modified}
	before, after := 0, 0
	for _, line := range strings.Split(lines, "\n") {
		switch line[:1] {
		case "+":
			after++
			f.Added++
		case "-":
			before++
			f.Removed++
		default:
			before++
			after++
		}
	}
	start := func(n int) int {
		if n == 0 {
			return 0
		}
		return begins
	}
	f.Patch = fmt.Sprintf("@@ -%d,%d +%d,%d @@\n%s", start(before), before, start(after), after, lines)
	return newChange(&check.Input{Pull: &pull.Request{Files: []pull.File{f}}})
}

func TestRuns(t *testing.T) {
	cases := []struct {
		name, path, lines, want string
	}{
		{"Go", "a.go", " func f() {\n-\treturn g()\n+\treturn h()\n }", "\treturn h()"},
		{"Go's comment", "a.go", " func f() {\n-\t// old words\n+\t// new words\n }", ""},
		{"a comment behind", "a.go", "-\tx := f() // old\n+\tx := f() // new", ""},
		{"white space", "a.go", "-if x {y()}\n+if x {\n+\ty()\n+}", ""},
		{"a block comment", "a.ts", " /*\n-  if (a) { b(); }\n+  if (c) { d(); }\n  */", ""},
		{"within one that began above", "a.ts", "-  if (a) { b(); }\n+  if (c) { d(); }\n  */\n x();", ""},
		{"a documented comment", "a.java", " /**\n- * See foo();\n+ * See bar();\n  */", ""},
		{"TypeScript", "a.ts", " const a = 1;\n-const b = f(a);\n+const b = g(a);", "const b = g(a);"},
		{"Python", "a.py", " import os\n-x = f()\n+x = g()", "x = g()"},
		{"Python's function", "a.py", " def f():\n     a = 1\n-    return b(a)\n+    return c(a)", "    return c(a)"},
		{"Python's text", "a.py", " def f():\n     \"\"\"Do it.\n \n-    return a\n+    return b\n     \"\"\"\n     x = 1", ""},
		{"within a text that began above", "a.py", " Example:\n \n-    x = f(1)\n+    x = g(1)\n \n     more words\n     \"\"\"", ""},
		{"Python's comment", "a.py", " import os\n-# x = f()\n+# x = g()", ""},
		{"Ruby", "a.rb", " require 'set'\n-LIMIT = f(3)\n+LIMIT = g(3)", "LIMIT = g(3)"},
		{"a moved line", "a.go", "-\tx := f()\n \ty := g()\n+\tx := f()", ""},
		{"sorted imports", "a.py", "-import b\n-import a\n+import a\n+import b", ""},
		{"a language without marks for comments", "a.vue", "-const b = f(a);\n+const b = g(a);", ""},
		{"prose", "a.go", "-Some words of a text\n+Other words of it", ""},
	}
	for _, c := range cases {
		line, _ := one(c.path, 10, c.lines).runs(0)
		if diff := cmp.Diff(line.Text, c.want); diff != "" {
			t.Errorf("%s (-got +want)\n%s", c.name, diff)
		}
	}
}

func TestOtherValue(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    bool
	}{
		{"const maxRetries = 3", "const maxRetries = 5", true},
		{"    timeout = 30", "    timeout = 60", true},
		{"ENABLED = True", "ENABLED = False", true},
		{"var limit int = 1_000;", "var limit int = 2000;", true},
		{"timeout := 5 * time.Second", "timeout := 9 * time.Second", true},
		{"limit = 1_000", "limit = 1000", false},
		{"rate = 1.50", "rate = 1.5", false},
		{"a = 3", "b = 5", false},
		{"version = 3", "version = 4", false},
		{"copyright_year = 2025", "copyright_year = 2026", false},
		{`name = "a"`, `name = "b"`, false},
		{"x = y", "x = z", false},
		{"timeout = 5 * time.Second", "timeout = 5000 * time.Millisecond", false},
		{"if a == 3 {", "if a == 4 {", false},
		{"f(3)", "f(4)", false},
	} {
		if got := otherValue(c.was, c.is); got != c.want {
			t.Errorf("%q to %q: got %v, want %v", c.was, c.is, got, c.want)
		}
	}
}

func TestNewDependencies(t *testing.T) {
	cases := []struct {
		name, path string
		begins     int
		lines      string
		want       string // names, "?" for a doubtful one
	}{
		{"Go", "go.mod", 3, " require (\n \tgithub.com/a/b v1.0.0\n+\tgithub.com/c/d v1.2.0\n )", "github.com/c/d"},
		{"Go, indirect", "go.mod", 3, " require (\n+\tgithub.com/c/d v1.2.0 // indirect\n )", ""},
		{"Go, raised", "go.mod", 3, " require (\n-\tgithub.com/c/d v1.2.0\n+\tgithub.com/c/d v1.3.0\n )", ""},
		{"Go, raised and another one", "go.mod", 3, " require (\n-\tgithub.com/c/d v1.2.0\n+\tgithub.com/c/d v1.3.0\n+\tgithub.com/e/f v1.3.0\n )", "github.com/e/f"},
		{"Go, alone", "go.mod", 3, "+require github.com/c/d v1.2.0", "github.com/c/d"},
		{"Go, now direct", "go.mod", 3, " require (\n-\tgithub.com/c/d v1.2.0 // indirect\n+\tgithub.com/c/d v1.2.0\n )", ""},
		{"Go, replaced", "go.mod", 3, "+replace github.com/c/d => ../d", ""},
		{"Go, excluded", "go.mod", 3, " exclude (\n+\tgithub.com/c/d v1.2.0\n )", ""},
		{"npm", "web/package.json", 5, "   \"dependencies\": {\n+    \"@a/b\": \"^1.0.0\",\n     \"c\": \"1\"\n   }", "@a/b"},
		{"npm for development", "package.json", 5, "   \"devDependencies\": {\n+    \"b\": \"^1.0.0\",\n     \"c\": \"1\"\n   }", "b (not shipped)"},
		{"npm, section unseen", "package.json", 30, "     \"a\": \"^1.0.0\",\n+    \"b\": \"^1.0.0\",\n     \"c\": \"1\"", "?"},
		{"npm, a script", "package.json", 5, "   \"scripts\": {\n+    \"b\": \"node b2.js\",\n     \"c\": \"1\"\n   }", ""},
		{"npm, the version", "package.json", 1, " {\n-  \"version\": \"1.0.0\",\n+  \"version\": \"1.0.1\",", ""},
		{"npm, engines", "package.json", 5, "   \"engines\": {\n+    \"node\": \">=20\"\n   }", ""},
		{"npm, a workspace's own", "package.json", 5, "   \"dependencies\": {\n+    \"@a/b\": \"workspace:*\",\n     \"c\": \"1\"\n   }", ""},
		{"Cargo", "Cargo.toml", 5, " [dependencies]\n+serde = { version = \"1\", features = [\"derive\"] }", "serde"},
		{"Cargo for development", "Cargo.toml", 5, " [dev-dependencies]\n+serde = \"1\"", "serde (not shipped)"},
		{"Cargo, a path", "Cargo.toml", 5, " [dependencies]\n+mine = { path = \"../mine2\" }", ""},
		{"Cargo, the version", "Cargo.toml", 1, " [package]\n-version = \"1.0.0\"\n+version = \"1.1.0\"", ""},
		{"pyproject", "pyproject.toml", 5, " dependencies = [\n+  \"httpx>=0.27\",\n   \"rich\",\n ]", "httpx"},
		{"pyproject, classifiers", "pyproject.toml", 5, " classifiers = [\n+  \"Framework\",\n ]", ""},
		{"poetry", "pyproject.toml", 5, " [tool.poetry.dependencies]\n+httpx = \"^0.27\"", "httpx"},
		{"requirements", "requirements.txt", 1, " a==1\n+httpx[http2]==0.27", "httpx"},
		{"requirements, another spelling", "requirements.txt", 1, "-my_lib==1\n+my-lib==2", ""},
		{"requirements, an option", "requirements.txt", 1, "+-r base.txt\n+# a comment\n+--hash=x", ""},
		{"Gemfile", "Gemfile", 5, "+gem \"rails\", \"~> 7\"", "rails"},
		{".NET", "src/App.csproj", 5, "+    <PackageReference Include=\"Serilog\" Version=\"3.0\" />", "Serilog"},
		{"Composer", "composer.json", 5, "     \"require\": {\n+        \"a/b\": \"^1.0\"\n     }", "a/b"},
		{"Composer, PHP itself", "composer.json", 5, "     \"require\": {\n+        \"php\": \"^8.2\",\n+        \"ext-json\": \"*\"\n     }", ""},
		{"Gradle", "app/build.gradle.kts", 5, "+    implementation(\"com.a:b:1.0\")", "com.a:b"},
		{"Gradle for tests", "build.gradle", 5, "+    testImplementation 'com.a:b:1.0'", "com.a:b (not shipped)"},
		{"Maven", "pom.xml", 5, "+    <dependency>\n+      <groupId>a</groupId>\n+      <artifactId>b</artifactId>\n+    </dependency>", "b"},
		{"Maven, a plugin", "pom.xml", 5, "+    <plugin>\n+      <artifactId>b</artifactId>\n+    </plugin>", ""},
		{"a fixture", "testdata/go.mod", 3, "+require github.com/c/d v1.2.0", ""},
		{"no manifest", "main.go", 3, "+require github.com/c/d v1.2.0", ""},
	}
	for _, c := range cases {
		deps := one(c.path, c.begins, c.lines).newDependencies()
		var got []string
		for _, d := range deps.added {
			if !d.shipped {
				d.name += " (not shipped)"
			}
			got = append(got, d.name)
		}
		if deps.doubtful != nil && len(got) == 0 {
			got = append(got, "?")
		}
		if diff := cmp.Diff(strings.Join(got, ", "), c.want); diff != "" {
			t.Errorf("%s (-got +want)\n%s", c.name, diff)
		}
	}
}

func TestMatching(t *testing.T) {
	r := &pull.Request{Files: []pull.File{
		{Path: "src/web/Index.tsx"}, {Path: "src/api/index.tsx"}, {Path: "src/new/name.go", Previous: "src/old/name2.go", Status: pull.Renamed}, {Path: "app/[slug]/page.tsx"},
	}}
	c := newChange(&check.Input{Pull: r})
	for path, want := range map[string]int{
		"src/web/index.tsx": 1, "web/index.tsx": 1, "index.tsx": 2, "other/index.tsx": 2, "src/": 3, "web/": 1, "eb/": 0, "name2.go": 1, "old/": 1,
		"*.tsx": 3, "src/**/*.{go,ts}": 1, "none.go": 0, "ndex.tsx": 0, "app/[slug]/page.tsx": 1, "{": 0, "**/**/**/**/**": 0,
	} {
		if got := len(c.matching(path)); got != want {
			t.Errorf("%s: got %d files, want %d", path, got, want)
		}
	}
}

func TestEnglish(t *testing.T) {
	for text, want := range map[string]bool{
		"Adds tests for the parser.": true, "Retry": true, "": true, "Fixes `größe` in the parser": true,
		"Fügt Tests für den Parser hinzu und ist nicht fertig.": false,
		"Ajoute des tests pour le parser et la documentation.":  false,
		"Añade pruebas para el analizador y los documentos.":    false,
		"パーサーのテストを追加":                                           false, "Добавляет тесты для разбора": false, "添加解析器的测试": false,
		"Adiciona testes para o analisador e não muda os documentos": false,
	} {
		if got := english(titleOf(text)); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestWordsOf(t *testing.T) {
	for name, want := range map[string]string{
		"retryOnHTTP2_max": "retry on http max", "getInvoiceTotal": "get invoice total", "MAX_SIZE": "max size", "x": "", "": "", "HTTPServer": "http server",
	} {
		if got := strings.Join(wordsOf(name), " "); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
