package kind

import "strings"

// foreign are directories of other people's code, spelt as the tools spell them: "Pods" is CocoaPods', "pods" may be ours.
var foreign = set(`node_modules bower_components jspm_packages third_party thirdparty third-party 3rdparty Pods Carthage
	.yarn site-packages .venv venv virtualenv .bundle`)

// ownRoots are directories of one's own code: a "vendor" right below them is the trade's word as often as the tools'.
var ownRoots = set("src app lib internal pkg cmd components pages models services domain features routes api")

func (f *file) vendored() bool {
	above := ""
	for dir := range strings.SplitSeq(f.dir, "/") {
		if foreign[dir] || dir == "vendor" && !ownRoots[above] {
			return true
		}
		if fixtureDirs[dir] {
			return false // a case of the tests may have a vendor directory
		}
		above = dir
	}
	return false
}

var locks = set(`package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock go.sum
	go.work.sum cargo.lock gemfile.lock gems.locked composer.lock symfony.lock poetry.lock pipfile.lock uv.lock pdm.lock
	pixi.lock pylock.toml conda-lock.yml requirements.lock requirements-dev.lock packages.lock.json paket.lock
	podfile.lock package.resolved cartfile.resolved pubspec.lock mix.lock rebar.lock gradle.lockfile
	buildscript-gradle.lockfile verification-metadata.xml .terraform.lock.hcl flake.lock chart.lock conan.lock
	vcpkg-lock.json stack.yaml.lock cabal.project.freeze module.bazel.lock shard.lock renv.lock
	brewfile.lock.json devcontainer-lock.json .pnp.cjs .pnp.loader.mjs`)

func (f *file) lock() bool { return locks[f.lower] }

var (
	generatedDirs  = set("generated __generated__ .generated __pycache__ .next .nuxt .dart_tool .openapi-generator")
	generatedBases = set(`wire_gen.go models_gen.go bindata.go generated.go generated_plugin_registrant.cc
		generated_plugin_registrant.h generatedpluginregistrant.swift generatedpluginregistrant.java gradlew gradlew.bat
		mvnw mvnw.cmd`)
	generatedSuffixes = []string{
		".pb.go", ".pb.gw.go", ".pb.validate.go", ".connect.go", ".twirp.go", "_grpc.pb.go", "_vtproto.pb.go",
		".pb.cc", ".pb.h", ".pb.c", "_pb2.py", "_pb2_grpc.py", "_pb2.pyi", "_pb.js", "_pb.d.ts", "_pb.ts", "_grpc_pb.js",
		"_pb.rb", ".pb.swift", ".grpc.swift", ".pb.dart", ".pbenum.dart", ".pbjson.dart", ".pbgrpc.dart", ".pbserver.dart",
		".g.dart", ".freezed.dart", ".gr.dart", ".mocks.dart", ".g.cs", ".g.i.cs", ".designer.cs", ".designer.vb",
		".gen.go", "_generated.go", ".generated.go", "_easyjson.go", "_ffjson.go", "_templ.go", ".sql.go",
		".gen.ts", ".gen.js", ".gen.dart", ".gen.cs",
		".generated.ts", ".generated.tsx", ".generated.js", ".generated.cs", ".generated.swift", ".generated.dart",
		".generated.rs", ".generated.py", ".generated.java", ".generated.kt",
		".min.js", ".min.css", ".min.mjs", ".bundle.js", ".js.map", ".css.map", ".mjs.map", ".d.ts.map", ".tsbuildinfo",
	}
)

func (f *file) generated() bool {
	if f.lower == "schema.rb" || f.lower == "structure.sql" { // Rails writes them
		return f.dir == "db" || strings.HasSuffix(f.dir, "/db")
	}
	return f.within(func(dir string) bool { return generatedDirs[dir] || dir == "dist" && f.bundled() }) || generatedBases[f.lower] ||
		strings.HasPrefix(f.lower, "zz_generated") || hasSuffix(f.lower, generatedSuffixes)
}

// bundled reports whether the file could be what a bundler writes: "dist" is a name for other things too.
func (f *file) bundled() bool {
	return f.lang == "" || f.lang == "JavaScript" || strings.HasSuffix(f.lower, ".d.ts")
}

// steeringBases and steeringDirs steer agents and tools, whatever their form: Markdown here is no documentation.
var (
	steeringBases = set(`AGENTS.md AGENTS.override.md AGENT.md CLAUDE.md CLAUDE.local.md GEMINI.md QWEN.md WARP.md CRUSH.md
		copilot-instructions.md .cursorrules .windsurfrules .clinerules .goosehints .roomodes .mcp.json CODEOWNERS`)
	steeringDirs = set(".github .gitlab .circleci .claude .cursor .codex .gemini .windsurf .clinerules .roo .kiro .junie .continue .opencode .devcontainer .vscode .idea")
	// githubProse are the files of .github that people read.
	githubProse = set("contributing.md code_of_conduct.md security.md support.md governance.md readme.md funding.md")
)

func (f *file) steering() bool {
	if steeringBases[f.base] && !f.within(func(dir string) bool { return fixtureDirs[dir] || foreign[dir] }) {
		return true
	}
	top := strings.ToLower(f.top())
	return steeringDirs[top] && (top != ".github" || !githubProse[f.lower] && f.lang == "")
}

var (
	configurationExts = set(`.yml .yaml .toml .ini .cfg .conf .properties .json .json5 .jsonc .xml .plist .env .editorconfig
		.hcl .tfvars .nix .gradle .cmake .mk .bzl .bazel .csproj .fsproj .vbproj .vcxproj .sln .slnx .props .targets .gemspec
		.podspec .cabal .nuspec .pbxproj .xcconfig .entitlements .xcscheme .service .dockerfile .cue .dhall .jsonnet
		.libsonnet .kdl .ron .webmanifest .neon`)
	configurationBases = set(`dockerfile containerfile makefile gnumakefile cmakelists.txt go.mod go.work gemfile rakefile
		guardfile podfile fastfile appfile brewfile cartfile jenkinsfile vagrantfile procfile justfile taskfile tiltfile
		earthfile pipfile meson.build meson_options.txt requirements.txt constraints.txt setup.py noxfile.py mix.exs
		rebar.config build.sbt package.swift gulpfile.js gruntfile.js build.zig manifest.in config.ru robots.txt runtime.txt
		package.json tsconfig.json`)
	configurationSuffixes = []string{
		".config.js", ".config.cjs", ".config.mjs", ".config.ts", ".config.mts", ".config.cts", ".conf.js", ".conf.ts",
		".workspace.ts", ".workspace.js", ".gradle.kts",
	}
	// configurationTops are top directories in which a framework keeps its configuration as code.
	configurationTops = map[string]string{"Ruby": "config", "PHP": "config", "Elixir": "config"}
)

func (f *file) configuration() bool {
	if f.project() || strings.HasPrefix(f.lower, "requirements") && f.ext == ".txt" || strings.HasPrefix(f.lower, "dockerfile.") || strings.HasPrefix(f.lower, ".env") {
		return true
	}
	if f.lang != "" {
		return configurationTops[f.lang] != "" && configurationTops[f.lang] == f.top()
	}
	return configurationExts[f.ext] || strings.HasPrefix(f.base, ".")
}

// projectExts are the forms of whole projects.
var projectExts = set(".csproj .fsproj .vbproj .vcxproj .props .targets .sln .slnx .cmake .mk .bzl .gradle .pbxproj .ini")

// project reports whether the file configures a tool or a build, wherever it stands: beside tests too.
func (f *file) project() bool {
	return configurationBases[f.lower] || projectExts[f.ext] || f.base == "BUILD" || f.base == "WORKSPACE" ||
		hasSuffix(f.lower, configurationSuffixes) || strings.HasPrefix(f.base, ".") && strings.Contains(f.lower, "rc")
}

var (
	documentationExts  = set(".md .mdx .markdown .mdown .rst .adoc .asciidoc .org .rdoc .textile .pod .tex .pdf .docx .odt")
	documentationTops  = set("doc docs documentation")
	documentationBases = set(`license licence copying copyright notice authors contributors maintainers readme changelog changes
		history news contributing security code_of_conduct install todo credits patents thanks upgrading unlicense`)
)

func (f *file) documentation() bool {
	name, _, _ := strings.Cut(strings.ToLower(f.stem), "-") // LICENSE-MIT
	return documentationExts[f.ext] || documentationTops[strings.ToLower(f.top())] ||
		documentationBases[name] && f.lang == "" && (f.ext == "" || f.ext == ".txt" || f.ext == ".html")
}

// scriptDirs are directories in which a file without an extension is a script.
var scriptDirs = set("bin script scripts sbin libexec")

func (f *file) code() bool {
	if f.lang != "" {
		return true
	}
	last := f.dir[strings.LastIndexByte(f.dir, '/')+1:]
	return f.ext == "" && scriptDirs[strings.ToLower(last)]
}
