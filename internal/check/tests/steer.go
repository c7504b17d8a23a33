package tests

import (
	"path"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// What a file says about how tests are run.
type steering int

const (
	noSteering steering = iota
	runsCI              // a pipeline
	runsBuild           // what a pipeline calls: a Makefile, scripts, the configuration of a test runner
)

var (
	ciFiles    = re(`^(?:\.github/(?:workflows|actions)/.*\.ya?ml|(?:.*/)?\.gitlab-ci[^/]*\.ya?ml|\.gitlab/.*\.ya?ml|\.circleci/.*\.ya?ml|(?:.*/)?azure-pipelines[^/]*\.ya?ml|\.azure[^/]*/.*\.ya?ml|(?:.*/)?Jenkinsfile[^/]*|bitbucket-pipelines\.ya?ml|\.travis\.ya?ml|\.drone\.ya?ml|\.woodpecker(?:/.*)?\.ya?ml|\.woodpecker/.*|\.buildkite/.*|\.semaphore/.*\.ya?ml|\.?appveyor\.ya?ml|cloudbuild\.ya?ml|\.ci/.*|ci/.*|\.cirrus\.ya?ml|\.forgejo/workflows/.*|\.gitea/workflows/.*|\.husky/.*|(?:.*/)?\.pre-commit-config\.ya?ml|lefthook\.ya?ml)$`)
	buildBases = re(`^(?:(?:GNU)?[Mm]akefile|.*\.mk|[Jj]ustfile|Taskfile\.ya?ml|package\.json|composer\.json|Rakefile|noxfile\.py|tox\.ini|pytest\.ini|setup\.cfg|pyproject\.toml|\.coveragerc|(?:jest|vitest|vite|karma|ava|playwright|cypress|wdio|nyc|c8|web-test-runner)[.\w-]*\.(?:c|m)?[jt]s(?:on)?|\.mocharc.*|phpunit\.xml.*|build\.gradle(?:\.kts)?|pom\.xml|build\.sbt|mix\.exs|coveralls\.json|\.nycrc.*|\.?codecov\.ya?ml|\.simplecov|spec_helper\.rb|test_helper\.rb|test_helper\.exs|rails_helper\.rb|.*\.csproj|Directory\.Build\.(?:props|targets)|.*\.runsettings|tarpaulin\.toml|\.rspec|dart_test\.yaml|conftest\.py|\.testcoverage\.ya?ml|coverlet.*\.json|nextest\.toml|Earthfile|Dockerfile.*|(?:run|ci|test|check|cover|coverage|build|verify)[\w-]*\.(?:sh|bash|ps1))$`)
)

func steeringOf(p string) steering {
	switch {
	case !steerHints.in(p):
		return noSteering
	case ciFiles.MatchString(p):
		return runsCI
	case buildBases.MatchString(path.Base(p)):
		return runsBuild
	}
	return noSteering
}

// steerHints are in the path of every such file.
var steerHints = hints{
	".yml", ".yaml", "ci", "ake", "file", "hooks", ".husky", ".mk", ".json", "config", "setup", "toml", ".ini", ".cfg", ".coveragerc", "karma", "ava.", "mocharc", "phpunit", "gradle",
	"pom.xml", "build", "mix.exs", "nyc", "simplecov", "_helper", "csproj", "Directory.", "runsettings", ".rspec", "conftest", "noxfile", ".sh", ".bash", ".ps1", "jest", "vite", "wdio", "c8", "runner", "cypress", "playwright",
}

// runners are the programs that run tests, each in a group of its own, and last what calls them by a name of the project's.
var runners = re(`\b(?:(go test|gotestsum|ginkgo)|(pytest|py\.test|unittest|nosetests|tox|nox)|(jest|vitest|mocha|karma|ava|jasmine|playwright test|cypress run|wdio|node --test|deno test|bun test)|(cargo (?:\+\w+ )?(?:test|nextest)|tarpaulin)|(mvnw? (?:[\w.:=-]+ )*(?:test|verify|install|package)|mvnw (?:[\w.:=-]+ )*(?:test|verify|install|package)|(?:gradlew|gradle) (?:[\w.:=-]+ )*(?:test|check|build)\b|sbt (?:[\w.:"-]+ )*test)|(dotnet test|vstest)|(rspec|rake (?:test|spec)|rails test|minitest|bin/test)|(phpunit|pest|paratest|artisan test)|(swift test|xcodebuild (?:.* )?test)|(ctest|meson test|bazel test)|(mix test)|(flutter test|dart test)|(bats)|((?:npm|yarn|pnpm|bun)(?: run)?(?: -s| --silent)? (?:test|t\b|coverage|e2e)[\w:-]*|npm t\b|(?:make|just|task|rake|composer|poe|hatch run|poetry run|invoke|inv)(?: -[\w-]+)* [\w:-]*(?:test|check|verify|ci)\w*|[\w./-]*/(?:run[-_])?(?:test|tests|check|ci)[\w-]*\.sh|[\w./-]*(?:run-tests|run_tests|runtests)[\w.-]*))(?:[\s"'\x60;|&)}\]]|$)`)

// linters are other programs that hold a change back.
var linters = re(`\b(?:golangci-lint|go vet|staticcheck|eslint|tsc|ruff|flake8|pylint|mypy|pyright|black --check|isort --check|rubocop|cargo clippy|cargo fmt|clippy|checkstyle|spotbugs|ktlint|detekt|phpstan|psalm|swiftlint|shellcheck|actionlint|hadolint|credo|dialyzer|dart analyze|flutter analyze|prettier --check|biome|govulncheck|gosec|semgrep|bandit|npm run lint|yarn lint|make lint|pre-commit run)\b`)

// installs are lines that name a runner and don't run it.
var installs = re(`(?i)\b(?:pip3?|pipx|uv|poetry|npm|yarn|pnpm|bun|gem|bundle|go|cargo|apt|apt-get|brew|dotnet|composer|conda|choco)\s+(?:-\S+\s+)*(?:install|add|get|require|i|ci|sync|update)\b|^\s*-?\s*(?:uses|name|image|id|key|path|description|cache|needs|if|working-directory|with|env)\s*:|^\s*["'](?:jest|vitest|mocha|pytest|ava|karma|phpunit/phpunit|nox|tox|playwright)["']\s*(?:[:=,]|$)|^ *(?:jest|vitest|mocha|pytest|ava|karma|nox|tox|playwright)\s*(?:[:=<>~^{,\[]|$)|^\s*\.PHONY|^\s*["']@?[\w/-]+["']\s*:\s*["'][\^~]?\d|^\s*[\w.-]+\s*:(?:\s*[\w.-]+)*\s*$|^\s*\[|\becho\b|^\s*(?:from|import|export|require)\b|require\(|^\s*COPY\b`)

// runnerOf is the group of the runner that a line calls, 0 where it calls none, and last the one of calls by name.
func runnerOf(line string) int {
	if !hasRunner.in(line) {
		return 0
	}
	at := runners.FindStringSubmatchIndex(line)
	if at == nil || installs.MatchString(line) {
		return 0
	}
	for g := 1; 2*g < len(at); g++ {
		if at[2*g] >= 0 {
			return g
		}
	}
	return 0
}

// byName is the group of runners that are called by a name of the project's.
var byName = runners.NumSubexp()

var hasRunner = hints{"test", "check", "verify", "spec", "tox", "nox", "mocha", "karma", "ava", "jasmine", "cypress", "wdio", "ginkgo", "tarpaulin", "mvn", "gradle", "pest", "bats", "coverage", "e2e", "npm t", " ci", "phpunit"}

func checks(line string) bool { return runnerOf(line) > 0 || linters.MatchString(line) }

// plan is a changed file that says how tests are run.
type plan struct {
	*scene
	kind steering
	kept map[string]bool // names of thresholds in lines that the head has, made when asked for
}

// planOf lays out such a file. Of its lines only comments are blanked: commands stand in quotes.
func planOf(f *pull.File, hunks []pull.Hunk, kind steering) *plan {
	p := &plan{scene: &scene{file: f}, kind: kind}
	for i := range hunks {
		for _, l := range hunks[i].Lines {
			r := row{Line: l, hunk: i, mask: uncomment(l.Text), oldUnit: -1, newUnit: -1}
			if r.cut(); l.Op != pull.Context {
				r.runner = runnerOf(r.mask)
			}
			p.rows = append(p.rows, r)
		}
	}
	p.runs()
	return p
}

func uncomment(text string) string {
	t := strings.TrimSpace(text)
	if strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") || strings.HasPrefix(t, "<!--") || strings.HasPrefix(t, "* ") || strings.HasPrefix(t, "/*") {
		return ""
	}
	if at := strings.Index(text, " #"); at >= 0 && !strings.ContainsAny(text[at:], "\"'") {
		return text[:at]
	}
	return text
}

func countOf(text string, p *regexp.Regexp) int { return len(p.FindAllStringIndex(text, 8)) }
