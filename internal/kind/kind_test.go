package kind

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// paths are what each kind takes, and beside them the near misses that it must leave.
var paths = map[Kind]string{
	Code: `
		main.go latest.go src/testdata.go internal/attest/attest.go pkg/contest/run.go cmd/testify.go internal/key_gen.go
		contest.py acme/attestation.py acme/testing_tools.py app/protest.py acme/testimonials.py conf/conf.py acme/tasks.py
		src/attestation.ts src/testimonials.tsx src/latest.ts src/ab-test.ts src/openapi-spec.ts src/spec.ts src/App.vue
		web/src/fastest.js src/index.mjs src/src.js packages/ui/src/testimonials/List.tsx
		src/main/java/com/acme/Testimonial.java src/main/java/com/acme/Latest.java src/main/java/com/acme/LoadTest.java
		src/main/java/com/acme/test/Fake.java src/main/kotlin/Contest.kt src/Audit.java src/AUDIT.java src/KeySpec.java
		app/src/main/java/com/acme/TestDrive.java Test.java
		src/Acme/Contest.cs Acme.Testimonials/View.cs src/Acme.Contest/Run.cs
		src/contest.cpp include/attest.h src/latest.c src/lib.rs crates/attest/src/main.rs src/testing.rs
		app/models/contest.rb lib/onboarding_steps.rb lib/spec.rb app/Http/Contest.php src/Latest.php
		Sources/App/Latest.swift Sources/Layout/LayoutSpec.swift src/main/scala/Suite.scala lib/acme/contest.ex lib/latest.dart
		scripts/deploy.sh run-test.sh bin/deploy script/setup db/migrate/001_contest.sql schema/latest.sql main.tf modules/vpc/main.tf
		internal/config/config.go app/config/loader.rb src/vendor/form.ts app/vendor/list.rb internal/vendor/vendor.go
		internal/snapshots/store.go pkg/pods/pod.go internal/doc/doc.go src/features/cart.ts src/acceptance/order.py
		.github/scripts/release.py lib/dist.go internal/lock/lock.go docsite/index.ts build.rs notebooks/explore.ipynb cmd/dist/build.go internal/backtest/run.go
		"dir with space/a.go" "ünïcode/ä.go"`,
	Test: `
		main_test.go internal/a/b_test.go internal/a/testdata/case.txt testdata/x.txtar internal/testutil/db.go
		tests/test_invoice.py acme/invoice_test.py conftest.py acme/conftest.py app/tests.py tests/helpers.py tests/data.json
		src/a.test.ts src/a.spec.tsx src/a.test.mjs src/__tests__/a.js src/__mocks__/fs.js src/__snapshots__/a.test.js.snap
		cypress/e2e/login.cy.ts e2e/login.ts test/helpers.js src/app.e2e-spec.ts a_test.ts src/setupTests.ts jest.setup.js
		src/test/java/com/acme/Fixture.java src/test/resources/app.yml src/FooTest.java src/FooTests.java src/FooIT.java
		src/FooTestCase.java src/TestFoo.java src/integrationTest/java/Foo.java app/src/androidTest/java/Foo.kt
		src/FooTest.kt src/commonTest/kotlin/Foo.kt src/jvmTest/kotlin/Foo.kt src/test/kotlin/Foo.kt
		FooTests.cs tests/Acme.Tests/Foo.cs src/Acme.UnitTests/Helper.cs src/Acme.IntegrationTests/appsettings.json Foo.Tests/Bar.cs
		test_foo.c foo_test.cc src/foo_unittest.cc src/FooTest.cpp tests/foo.cpp tst_widget.cpp src/foo.test.cpp
		tests/cli.rs crates/a/tests/cli.rs src/tests.rs src/parser/parse_test.rs crates/cli-tests/src/main.rs benches/b.rs
		spec/models/user_spec.rb test/user_test.rb test/test_user.rb spec/spec_helper.rb spec/factories/user.rb features/login.feature
		features/step_definitions/login.rb
		tests/Unit/FooTest.php tests/TestCase.php tests/Pest.php src/FooTest.php tests/a.phpt
		Tests/FooTests.swift Tests/AppTests/Helper.swift AppUITests/LoginUITests.swift MyAppTests/Mock.swift MyAppTests/FooTests.m
		src/test/scala/FooSpec.scala FooSpec.scala FooSuite.scala FooTest.scala src/test/groovy/FooSpec.groovy FooSpec.groovy
		test/foo_test.exs test/test_helper.exs test/support/conn_case.ex apps/web/test/foo_test.exs
		test/foo_test.dart integration_test/app_test.dart
		test/deploy.bats deploy.bats deploy_test.sh tests/run.sh lib/a.test.sh
		t/001_basic.sql t/basic.t tests/basic.sql users.test.sql users_test.sql test/users.pg
		main.tftest.hcl tests/vpc.tftest.hcl tests/main.tf vpc.tftest.json vpc_test.go
		Module.Tests.ps1 policy_test.rego test/Token.t.sol core_test.clj tests/testthat/test-a.R test/runtests.jl Foo_SUITE.erl
		src/fixtures/users.json __fixtures__/a.html testdata/README.md testdata/go.mod/x testdata/AGENTS.md
		src/contest_test.go src/latest.test.ts testdata/go.sum testdata/vendor/a/a.go testdata/a.pb.go internal/testenv/env.go`,
	Documentation: `
		README.md testing.md TESTING.md docs/testing.md docs/index.html docs/examples/main.go docs/img/a.png doc/api.txt
		tests/README.md test/CHANGELOG.md guide.mdx manual.rst LICENSE LICENSE-MIT LICENSE.txt COPYING NOTICE AUTHORS
		CHANGELOG CONTRIBUTING.md SECURITY.md .github/CONTRIBUTING.md .github/README.md specs/feature.md docs/specs/0001.md
		docs/agents.md docs/tests/howto.adoc docs/conf.py`,
	Configuration: `
		.github/workflows/test.yml .github/workflows/x.yml .github/dependabot.yml .github/CODEOWNERS CODEOWNERS docs/CODEOWNERS
		.github/copilot-instructions.md AGENTS.md src/AGENTS.md CLAUDE.md .cursor/rules/a.mdc .claude/settings.json .mcp.json .github/workflows/vendor/x.yml
		package.json tsconfig.json go.mod Cargo.toml pom.xml build.gradle build.gradle.kts Makefile Dockerfile Dockerfile.dev
		.gitignore .env .env.local .eslintrc.js jest.config.ts vitest.config.mts webpack.config.js tests/jest.config.js
		pyproject.toml setup.py setup.cfg requirements.txt requirements-dev.txt tox.ini pytest.ini tests/pytest.ini mix.exs config/config.exs
		config/routes.rb config/app.php Gemfile Acme.csproj tests/Acme.Tests/Acme.Tests.csproj Directory.Build.props src/locale/en.json
		prod.tfvars deploy/values.yaml openapi/spec/api.yaml tests/.gitkeep Package.swift BUILD CMakeLists.txt test/CMakeLists.txt
		docs/mkdocs.yml .golangci.yml .devcontainer/start.sh`,
	Generated: `
		api/v1/a.pb.go api/a_grpc.pb.go a_pb2.py a_pb2_grpc.py web/a_pb.js lib/a.g.dart lib/a.freezed.dart Forms/Main.Designer.cs a.g.cs
		zz_generated.deepcopy.go internal/wire_gen.go graph/generated.go graph/models_gen.go src/__generated__/a.ts src/generated/client.ts
		dist/index.js public/app.min.js public/app.min.css dist/a.js.map a.generated.ts db/schema.rb db/structure.sql gradlew`,
	Vendored: `
		vendor/github.com/a/b/b.go vendor/github.com/a/b/b_test.go vendor/modules.txt web/node_modules/a/index.js third_party/a/a.cc
		vendor/bundle/x.rb ios/Pods/A/a.m Carthage/Build/a.h .yarn/releases/yarn.cjs tools/vendor/a/package-lock.json
		vendor/a/README.md vendor/a/go.sum services/a/vendor/b/c.go node_modules/a/CLAUDE.md vendor/a/testdata/a.txt`,
	Lock: `
		go.sum package-lock.json web/yarn.lock pnpm-lock.yaml bun.lockb Cargo.lock Gemfile.lock composer.lock poetry.lock uv.lock
		Pipfile.lock packages.lock.json Podfile.lock Package.resolved pubspec.lock mix.lock gradle.lockfile .terraform.lock.hcl
		flake.lock deno.lock tests/package-lock.json docs/yarn.lock`,
	Other: `
		logo.png public/index.html src/style.css src/app.scss api/a.proto schema.graphql data/x.csv a.lock assets/font.woff2 notes.txt
		templates/mail.html.erb index lib/deploy`,
}

// fields splits at white space outside of double quotes.
func fields(s string) []string {
	quoted := false
	parts := strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && strings.ContainsRune(" \t\n", r)
	})
	for i := range parts {
		parts[i] = strings.Trim(parts[i], `"`)
	}
	return parts
}

func TestOf(t *testing.T) {
	for want, list := range paths {
		for _, p := range fields(list) {
			if got := Of(p); got != want {
				t.Errorf("%s: got %s, want %s", p, got, want)
			}
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, p := range []string{"", "/", "//", ".", "..", "a/", "/a.go", "../a_test.go", "\xff\xfe.go", "a\x00b.go", "İ.go", "Ⱥ.GO", strings.Repeat("a/", 400) + "x", ".\xe3", "a.TFTEST.hcl"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if got := Of(p); !slices.Contains(All, got) {
			t.Errorf("%q: got %q, which is no kind", p, got)
		}
		if len(Subject(p)) > len(p) {
			t.Errorf("%q: got %q, which is not in it", p, Subject(p))
		}
		Language(p)
	})
}

func TestLanguage(t *testing.T) {
	for p, want := range map[string]string{
		"a.go": "Go", "a.PY": "Python", "a.tsx": "TypeScript", "a.cjs": "JavaScript", "A.java": "Java", "a.kts": "Kotlin", "a.cs": "C#",
		"a.h": "C", "a.hpp": "C++", "a.rs": "Rust", "a.rb": "Ruby", "a.php": "PHP", "a.swift": "Swift", "a.scala": "Scala",
		"a.exs": "Elixir", "a.dart": "Dart", "a.bats": "Shell", "a.sql": "SQL", "a.tf": "Terraform", "a.md": "", "Makefile": "", ".go": "",
	} {
		if got := Language(p); got != want {
			t.Errorf("%s: got %q, want %q", p, got, want)
		}
	}
}

func TestSubject(t *testing.T) {
	for p, want := range map[string]string{
		"src/parse.go": "parse", "src/parse_test.go": "parse", "test_invoice.py": "invoice", "invoice_test.py": "invoice",
		"a/Button.test.tsx": "Button", "a/Button.tsx": "Button", "app.component.spec.ts": "app.component", "FooTest.java": "Foo",
		"TestFoo.java": "Foo", "FooIT.java": "Foo", "FooTestCase.java": "Foo", "FooTests.cs": "Foo", "foo_unittest.cc": "foo",
		"user_spec.rb": "user", "FooTest.php": "Foo", "FooTests.swift": "Foo", "FooSpec.scala": "Foo", "foo_test.exs": "foo",
		"foo_test.dart": "foo", "deploy.bats": "deploy", "vpc.tftest.hcl": "vpc", "users.test.sql": "users", "latest.go": "latest",
		"Contest.java": "Contest", "README.md": "README", ".env": ".env",
	} {
		if got := Subject(p); got != want {
			t.Errorf("%s: got %q, want %q", p, got, want)
		}
	}
}

func TestWith(t *testing.T) {
	table, err := Default.With(map[Kind][]string{
		Test: {"qa/**", "gen/**"}, Code: {"**/*.mustache", "third_party/ours/**"}, Generated: {"gen/**"}, Other: {"*.go"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]Kind{
		"qa/a.go": Test, "qa.go": Other, "web/a.mustache": Code, "third_party/ours/a.go": Code, "third_party/a.go": Vendored,
		"gen/a.go": Generated, "cmd/a.go": Code,
	} {
		if got := table.Of(p); got != want {
			t.Errorf("%s: got %s, want %s", p, got, want)
		}
		if got := Default.Of(p); got != Of(p) {
			t.Errorf("%s: the default table changed to %s", p, got)
		}
	}
	again, err := table.With(map[Kind][]string{Documentation: {"qa/**"}})
	if err != nil || again.Of("qa/a.go") != Documentation || table.Of("qa/a.go") != Test {
		t.Errorf("what is added later wins, and changes no other table: %v", err)
	}
	if _, err := Default.With(map[Kind][]string{"tests": {"a"}}); err == nil || !strings.Contains(err.Error(), "documentation") {
		t.Errorf("got %v, want an error that lists the kinds", err)
	}
	if _, err := Default.With(map[Kind][]string{Test: {"a[", "b"}}); err == nil || !strings.Contains(err.Error(), `"a["`) {
		t.Errorf("got %v, want an error that names the glob", err)
	}
}

func BenchmarkOf(b *testing.B) {
	var list []string
	for i := range 3000 {
		list = append(list, fmt.Sprintf("services/billing/src/main/java/com/acme/billing/module%d/Invoice%d.java", i%50, i))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range list {
			Of(p)
		}
	}
}

func TestControlled(t *testing.T) {
	for p, want := range map[string]string{
		"AGENTS.md": "agents.md", "web/claude.MD": "claude.md", ".claude/settings.json": ".claude", "a/.cursor/rules/x.mdc": ".cursor",
		".clinerules-architect/x.md": ".clinerules*", ".github/workflows/a.yml": ".github/workflows", ".github/copilot-instructions.md": ".github/copilot-instructions.md",
		"CODEOWNERS": "codeowners", ".devcontainer/a/devcontainer.json": ".devcontainer", ".vscode/mcp.json": ".vscode/mcp.json",
		"web/.github/workflows/a.yml": "", "src/CODEOWNERS": "", "testdata/AGENTS.md": "", "vendor.go": "", "node_modules/a/CLAUDE.md": "", "AGENTS.md.txt": "", "": "",
		".github/CONTRIBUTING.md": "", "tests/AGENTS.md": "agents.md",
	} {
		if c, ok := Controlled(p); c.Name != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", p, c.Name, ok, want)
		}
	}
}
