package dependencies

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestDirection(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    int
	}{
		{"1.2.3", "1.2.4", 1},
		{"v1.9.3", "v1.10.0", 1},
		{"^4.17.20", "^4.17.21", 1},
		{"==4.2.11", "==4.2.2", -1},
		{">=1,<2", ">=1,<3", 1},
		{"^1.2", "~1.1", -1},
		{"1.0.0", "1.0.0-rc.1", -1},
		{"2.0rc1", "2.0", 1},
		{"2.0rc1", "2.0rc2", 1},
		{"31.1-jre", "32.0-jre", 1},
		{"31.1-jre", "31.1-android", 0},
		{"1.2.3.4", "1.2.3.10", 1},
		{"^1.2.3", "1.2.3", 0},
		{"main", "dev", 0},
		{"1.0", "1.0.0", 0},
		{"v0.0.0-20240101000000-aaaaaaaaaaaa", "v0.0.0-20230101000000-bbbbbbbbbbbb", -1},
		{"", "1", 0},
		{"99999999999999999999999999.1", "99999999999999999999999999.2", 1},
		{"1.0.0-SNAPSHOT", "1.0.0", 1},
	} {
		if got := direction(c.was, c.is); got != c.want {
			t.Errorf("%s to %s: got %d, want %d", c.was, c.is, got, c.want)
		}
	}
}

func TestLike(t *testing.T) {
	u := newUsed([]string{
		"lodash", "requests", "@acme/billing-client", "@types/node", "boto", "express", "github.com/sirupsen/logrus", "vue",
		"newtonsoft.json", "serde_json", "colors", "com.google.guava:guava", "symfony/console", "react-router", "python-dateutil",
	})
	for name, want := range map[string]string{
		"lodahs": "lodash", "1odash": "lodash", "lodsh": "lodash", "loodash": "lodash", "lodassh": "lodash", "reqeusts": "requests",
		"request": "requests", "acme-billing-client": "@acme/billing-client", "@acrne/billing-client": "@acme/billing-client",
		"github.com/sirupsem/logrus": "github.com/sirupsen/logrus", "newtonsoft-json": "newtonsoft.json", "serde-json": "serde_json",
		"serdejson": "serde_json", "co1ors": "colors", "com.goog1e.guava:guava": "com.google.guava:guava", "symfony-console": "symfony/console",
		"lodаsh": "lodash", "python-dateutils": "python-dateutil", "reactrouter": "react-router",

		"vux": "", "boto3": "", "@acme/lodash": "", "@types/nodes": "", "express5": "", "github.com/sirupsen/logru": "", "lodash": "",
		"lodash-es": "", "com.google.guava:guavas": "", "symfony/consoles": "", "underscore": "", "react-router-dom": "", "": "",
	} {
		if got := u.like(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestSources(t *testing.T) {
	for spec, want := range map[string]source{
		"^1.2.3": {}, "latest": {}, "1.x || 2.x": {}, "": {}, "*": {}, "npm:^1.2": {}, "catalog:": {}, "workspace:^": {kind: fromWorkspace},
		"npm:other@^1": {fromAlias, "npm:other"}, "npm:@a/b@1": {fromAlias, "npm:@a/b"},
		"github:Someone/Tool#semver:^1": {fromGit, "github.com/someone/tool"}, "someone/tool": {fromGit, "github.com/someone/tool"},
		"git+ssh://git@github.com/someone/tool.git#v1": {fromGit, "github.com/someone/tool"},
		"git@gitlab.example:a/b.git":                   {fromGit, "gitlab.example/a/b"},
		"https://github.com/a/b.git":                   {fromGit, "github.com/a/b"},
		"https://user:secret@cdn.example/x.tgz":        {fromURL, "cdn.example"},
		"http://cdn.example/x.tgz":                     {fromURL, "http://cdn.example"},
		"https://github.com/a/b/archive/v1.tar.gz":     {fromURL, "github.com/a/b"},
		"file:../x": {fromPath, "../x"}, "../x": {fromPath, "../x"}, "link:./y": {fromPath, "./y"},
	} {
		if got := npmSource(spec); got != want {
			t.Errorf("%s: got %v, want %v", spec, got, want)
		}
	}
	for p, want := range map[string]bool{"../x": false, "../../x": true, "/x": true, "~/x": true, `C:\x`: true, "./x": false, "$HOME/x": true, `..\..\x`: true} {
		if got := (source{fromPath, p}).outside("packages"); got != want {
			t.Errorf("%s: got %v, want %v", p, got, want)
		}
	}
}

// Files that are nested, long or doubled without end are answered, and soon.
func TestHostile(t *testing.T) {
	const n = 100_000
	for name, text := range map[string]string{
		"package.json":        strings.Repeat(`{"overrides":`, n),
		"package-lock.json":   strings.Repeat(`{"dependencies":{"a":`, 3000) + "1" + strings.Repeat("}}", 3000),
		"pnpm-lock.yaml":      "a: &a [x]\n" + strings.Repeat("b: [*a, *a, *a]\n", 100),
		"pnpm-workspace.yaml": strings.Repeat("[", n),
		"yarn.lock":           strings.Repeat("\"", n) + ":\n" + strings.Repeat("a@1, ", n) + ":\n  version \"1\"\n",
		"bun.lock":            strings.Repeat(`["`, n) + strings.Repeat(",", n) + strings.Repeat("/", n),
		"Cargo.toml":          "a = " + strings.Repeat("[", 9_000),
		"Cargo.lock":          strings.Repeat("[[package]]\n", n/10),
		"pyproject.toml":      "a = " + strings.Repeat("{a=", 9_000),
		"uv.lock":             strings.Repeat("a.", 9_000) + "a = 1",
		"poetry.lock":         "[" + strings.Repeat("a.", 900) + "a]\n",
		"requirements.txt":    strings.Repeat("a \\\n", n),
		"setup.py":            strings.Repeat("install_requires=[", n),
		"setup.cfg":           "[options]\ninstall_requires=\n" + strings.Repeat(" a==1\n", n),
		"pom.xml":             strings.Repeat("<a>", n),
		"a.csproj":            "<a>" + strings.Repeat("<!-- -->", n),
		"build.gradle":        strings.Repeat("publishing {", n),
		"gradle.lockfile":     strings.Repeat("a:b:c=d\n", n),
		"Gemfile":             strings.Repeat("gem 'a', '1', '2', ", n),
		"Gemfile.lock":        "GEM\n" + strings.Repeat("    a (1)\n", n),
		"composer.json":       `{"repositories":` + strings.Repeat("[", n),
		"go.mod":              strings.Repeat("require (", n),
		"go.sum":              strings.Repeat("a v1 h1:x\n", n),
		".npmrc":              strings.Repeat("registry=https://a.example\n", n),
	} {
		start := time.Now()
		Check.Run(&check.Input{Pull: replaced(name, "", text)})
		Check.Run(&check.Input{Pull: replaced(name, text, "")})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
	}
}

// large is a pull request in which n packages of a workspace each get a dependency, and their lock file too.
func large(manifests, perManifest int) *check.Input {
	r := &pull.Request{Repo: "acme/api", Known: pull.AllFacts}
	var lock strings.Builder
	lock.WriteString("# yarn lockfile v1\n\n")
	for i := range manifests {
		var deps strings.Builder
		for j := range perManifest {
			fmt.Fprintf(&deps, "    \"package-%d-%d\": \"^1.%d.0\",\n", i, j, j)
			fmt.Fprintf(&lock, "package-%d-%d@^1.%d.0:\n  version \"1.%d.0\"\n  resolved \"https://registry.yarnpkg.com/package-%d-%d/-/x.tgz#aa\"\n  integrity sha512-x\n\n", i, j, j, j, i, j)
		}
		text := "{\n  \"dependencies\": {\n" + deps.String() + "    \"z\": \"^1.0.0\"\n  }\n}\n"
		p := fmt.Sprintf("packages/p%d/package.json", i)
		r.Files = append(r.Files, pull.File{
			Path: p, Status: pull.Modified, Added: 1, Removed: 1,
			Patch: "@@ -3 +3 @@\n-    \"old-package\": \"^1.0.0\",\n+    \"package-" + fmt.Sprint(i) + "-0\": \"^1.0.0\",",
		})
		r.Contents = append(r.Contents, pull.Document{Path: p, Text: text})
	}
	r.Files = append(r.Files, pull.File{Path: "yarn.lock", Status: pull.Modified, Added: 1, Removed: 1, Patch: "@@ -1 +1 @@\n-# yarn lockfile v0\n+# yarn lockfile v1"})
	r.Contents = append(r.Contents, pull.Document{Path: "yarn.lock", Text: lock.String()})
	return &check.Input{Pull: r}
}

func BenchmarkRun(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			in := large(n-1, 20)
			b.ReportAllocs()
			for b.Loop() {
				Check.Run(in)
			}
		})
	}
}

// What is asked for is what changed, and what that is held against.
func TestWants(t *testing.T) {
	needs := Check.Needs(&pull.Request{Files: []pull.File{
		{Path: "web/app/package.json", Status: pull.Modified},
		{Path: "go.sum", Status: pull.Modified, NoPatch: pull.TooLarge},
		{Path: "crate/build.rs", Status: pull.Added},
		{Path: "testdata/x/package.json", Status: pull.Modified},
		{Path: "node_modules/x/package.json", Status: pull.Modified},
		{Path: "main.go", Status: pull.Modified},
	}})
	for _, path := range []string{"web/app/package.json", "web/app/yarn.lock", "web/pnpm-lock.yaml", "package-lock.json", "package.json", "go.mod", "go.sum", "crate/Cargo.toml"} {
		if !slices.Contains(needs.Contents, path) {
			t.Errorf("%s is not asked for", path)
		}
	}
	if slices.Contains(needs.Contents, "main.go") {
		t.Error("main.go is asked for")
	}
	if !slices.Equal(needs.Documents, []string{"go.sum"}) || !needs.Facts.Has(pull.WithContents|pull.WithDocuments|pull.WithPatches) {
		t.Errorf("got %v of %s", needs.Documents, needs.Facts)
	}
	if needs := Check.Needs(&pull.Request{Files: []pull.File{{Path: "main.go"}}}); needs.Facts.Has(pull.WithContents) {
		t.Errorf("a change without manifests asks for contents: %v", needs)
	}
}
