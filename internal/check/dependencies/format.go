package dependencies

import (
	"path"
	"strings"
)

// ecosystem is a language's world of packages.
type ecosystem string

const (
	goModules ecosystem = "Go"
	npm       ecosystem = "npm"
	pypi      ecosystem = "Python"
	cargo     ecosystem = "Rust"
	jvm       ecosystem = "Java"
	rubygems  ecosystem = "Ruby"
	nuget     ecosystem = ".NET"
	composer  ecosystem = "PHP"
)

type role int

const (
	manifest role = iota // what people ask for
	lock                 // what they get
	settings             // where it comes from
)

// format is one kind of file that is read.
type format struct {
	eco   ecosystem
	role  role
	parse func(text string) (*listing, error)
	locks []string // of a manifest: the names of its lock files, beside it or above
	// code is a program, of which only the shape of its lines is read: nothing in it is a mistake.
	code bool
}

var (
	npmLocks = []string{"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"}
	// formats are by name in lower case.
	formats = map[string]*format{
		"go.mod":      {eco: goModules, role: manifest, parse: goMod, locks: []string{"go.sum"}},
		"go.work":     {eco: goModules, role: manifest, parse: goWork},
		"go.sum":      {eco: goModules, role: lock, parse: goSum},
		"go.work.sum": {eco: goModules, role: lock, parse: goSum},

		"package.json":        {eco: npm, role: manifest, parse: packageJSON, locks: npmLocks},
		"pnpm-workspace.yaml": {eco: npm, role: manifest, parse: pnpmWorkspace},
		"package-lock.json":   {eco: npm, role: lock, parse: packageLock},
		"npm-shrinkwrap.json": {eco: npm, role: lock, parse: packageLock},
		"yarn.lock":           {eco: npm, role: lock, parse: yarnLock},
		"pnpm-lock.yaml":      {eco: npm, role: lock, parse: pnpmLock},
		"bun.lock":            {eco: npm, role: lock, parse: bunLock},
		".npmrc":              {eco: npm, role: settings, parse: npmrc},
		".yarnrc":             {eco: npm, role: settings, parse: npmrc},
		"bunfig.toml":         {eco: npm, role: settings, parse: npmrc},
		".yarnrc.yml":         {eco: npm, role: settings, parse: yarnrc},

		"pyproject.toml": {eco: pypi, role: manifest, parse: pyproject, locks: []string{"uv.lock", "poetry.lock", "pdm.lock"}},
		"pipfile":        {eco: pypi, role: manifest, parse: pipfile, locks: []string{"Pipfile.lock"}},
		"setup.cfg":      {eco: pypi, role: manifest, parse: setupCfg},
		"setup.py":       {eco: pypi, role: manifest, parse: setupPy, code: true},
		"pipfile.lock":   {eco: pypi, role: lock, parse: pipfileLock},
		"poetry.lock":    {eco: pypi, role: lock, parse: pythonLock},
		"uv.lock":        {eco: pypi, role: lock, parse: pythonLock},
		"pdm.lock":       {eco: pypi, role: lock, parse: pythonLock},
		"pip.conf":       {eco: pypi, role: settings, parse: pipConf},
		"pip.ini":        {eco: pypi, role: settings, parse: pipConf},
		".pypirc":        {eco: pypi, role: settings, parse: pipConf},
		"uv.toml":        {eco: pypi, role: settings, parse: uvToml},

		"cargo.toml": {eco: cargo, role: manifest, parse: cargoToml, locks: []string{"Cargo.lock"}},
		"cargo.lock": {eco: cargo, role: lock, parse: cargoLock},

		"pom.xml":             {eco: jvm, role: manifest, parse: pomXML},
		"build.gradle":        {eco: jvm, role: manifest, parse: gradle, code: true, locks: []string{"gradle.lockfile"}},
		"build.gradle.kts":    {eco: jvm, role: manifest, parse: gradle, code: true, locks: []string{"gradle.lockfile"}},
		"settings.gradle":     {eco: jvm, role: manifest, parse: gradle, code: true},
		"settings.gradle.kts": {eco: jvm, role: manifest, parse: gradle, code: true},
		"libs.versions.toml":  {eco: jvm, role: manifest, parse: versionCatalog},
		"gradle.lockfile":     {eco: jvm, role: lock, parse: gradleLock},

		"gemfile":      {eco: rubygems, role: manifest, parse: gemfile, code: true, locks: []string{"Gemfile.lock"}},
		"gems.rb":      {eco: rubygems, role: manifest, parse: gemfile, code: true, locks: []string{"gems.locked"}},
		"gemfile.lock": {eco: rubygems, role: lock, parse: gemfileLock},
		"gems.locked":  {eco: rubygems, role: lock, parse: gemfileLock},

		"directory.packages.props": {eco: nuget, role: manifest, parse: msbuild},
		"directory.build.props":    {eco: nuget, role: manifest, parse: msbuild},
		"packages.config":          {eco: nuget, role: manifest, parse: packagesConfig},
		"packages.lock.json":       {eco: nuget, role: lock, parse: packagesLock},
		"paket.dependencies":       {eco: nuget, role: manifest, parse: paket, code: true, locks: []string{"paket.lock"}},
		"paket.lock":               {eco: nuget, role: lock, parse: paketLock},
		"nuget.config":             {eco: nuget, role: settings, parse: nugetConfig},

		"composer.json": {eco: composer, role: manifest, parse: composerJSON, locks: []string{"composer.lock"}},
		"composer.lock": {eco: composer, role: lock, parse: composerLock},
	}
	requirementsFile = &format{eco: pypi, role: manifest, parse: requirements}
	gemspecFile      = &format{eco: rubygems, role: manifest, parse: gemfile, code: true}
	projectFile      = &format{eco: nuget, role: manifest, parse: msbuild, locks: []string{"packages.lock.json"}}
	cargoSettings    = &format{eco: cargo, role: settings, parse: cargoConfig}
	mavenSettings    = &format{eco: jvm, role: settings, parse: pomXML}
	gradleScript     = &format{eco: jvm, role: manifest, parse: gradle, code: true}
)

// formatOf is how the file at p is read; nil where it is none of these.
func formatOf(p string) *format {
	dir, base := path.Split(p)
	lower := strings.ToLower(base)
	if f := formats[lower]; f != nil {
		return f
	}
	parent := strings.ToLower(path.Base(dir))
	switch ext := path.Ext(lower); {
	case ext == ".txt" || ext == ".in":
		stem := strings.TrimSuffix(lower, ext)
		if strings.Contains(stem, "requirements") || strings.Contains(stem, "constraints") || parent == "requirements" {
			return requirementsFile
		}
	case ext == ".gemspec":
		return gemspecFile
	case ext == ".csproj" || ext == ".fsproj" || ext == ".vbproj":
		return projectFile
	case parent == ".cargo" && (lower == "config.toml" || lower == "config"):
		return cargoSettings
	case lower == "settings.xml" && parent == ".mvn":
		return mavenSettings
	case strings.HasSuffix(lower, ".gradle") || strings.HasSuffix(lower, ".gradle.kts"):
		return gradleScript
	case strings.HasSuffix(lower, ".versions.toml"):
		return formats["libs.versions.toml"]
	}
	return nil
}

// read parses a text, and answers an error where a parser of a library panics: a file of an outsider must not stop the
// gate.
func (f *format) read(text string) (l *listing, err error) {
	defer func() {
		if recover() != nil {
			l, err = nil, errBroken
		}
	}()
	if text == "" && (f.code || f.role == lock) {
		return &listing{}, nil
	}
	l, err = f.parse(text)
	if err != nil && f.code {
		return &listing{}, nil
	}
	return l, err
}
