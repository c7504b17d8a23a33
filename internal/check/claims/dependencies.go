package claims

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

var (
	noDependencies = regexp.MustCompile(`(?:\bwithout(?: any)?|` + opening + `(?:no|zero|(?:does not|doesn't|did not|didn't|do not|don't) (?:add|introduce|require)(?: any)?)) (?:(?:new|additional|extra|added|third[- ]party|external|runtime|production|npm|python|go|rust|package) ){1,3}(?:dependency|dependencies|deps|packages|libraries)(?: (?:are |were |is |was |have been )?(?:added|introduced|needed|required|used|installed))?` + whole + `|` +
		opening + `no (?:dependency|dependencies)(?: changes?| (?:are |were |was |have been )?(?:added|introduced|changed))` + whole + `|` +
		`^[\W_]*(?:new |additional |added )dependencies[*_]*:[*_]* (?:no|none|no new)\b`)
	newDependency = "Say in the description what it is for, or take it out."
)

func dependencyClaims(_ *change, s *statement) []claim {
	m := noDependencies.FindStringIndex(s.text)
	if m == nil || s.nested || wishes.MatchString(s.text[:m[0]]) || narrowed.MatchString(s.text) || strings.ContainsAny(s.heading, "/_`") {
		return nil
	}
	shippedOnly := strings.Contains(s.text, "runtime") || strings.Contains(s.text, "production")
	return []claim{{said: s, key: "no new dependencies", judge: func(c *change) answer { return c.judgeDependencies(shippedOnly) }}}
}

func (c *change) judgeDependencies(shippedOnly bool) answer {
	deps := c.newDependencies()
	for _, d := range deps.added {
		if d.certain && (d.shipped || !shippedOnly) {
			return answer{state: contradicted, why: fmt.Sprintf("%s is new in %s", d.name, d.path), place: d.place, fix: newDependency}
		}
	}
	switch {
	case deps.unread != "":
		return answer{state: unread, why: fmt.Sprintf("the patch of %s was not read", deps.unread), place: place{path: deps.unread}}
	case len(deps.added) > 0:
		return answer{why: fmt.Sprintf("%s is new in %s, and whether that is meant is not told by the diff alone", deps.added[0].name, deps.added[0].path), place: deps.added[0].place}
	case deps.doubtful != nil:
		return answer{why: fmt.Sprintf("%s has a new line that may be one", deps.doubtful.path), place: *deps.doubtful}
	}
	return answer{state: confirmed, why: "no manifest names a new one"}
}

// dependencies are what the manifests of the change gain.
type dependencies struct {
	added    []dependency
	doubtful *place // a line that may name one, where the patch does not show enough
	unread   string // a manifest whose patch was not read
}

type dependency struct {
	name    string
	shipped bool // the running program has it
	certain bool // no other part of the repository can have had it
	place
}

// manifest reads the entries of one form of manifest, line by line.
type manifest struct {
	is func(base string) bool
	// entry is the dependency that a line names, "" for none; sure says that the section above it is one of dependencies,
	// shipped that it is one of the running program's.
	entry func(section, line string) (name string, sure, shipped bool)
	// section is the section that a line opens, and whether it opens or closes one.
	section func(line string) (name string, turns bool)
}

func named(names ...string) func(string) bool {
	return func(base string) bool {
		for _, name := range names {
			if base == name || strings.HasPrefix(name, ".") && strings.HasSuffix(base, name) {
				return true
			}
		}
		return false
	}
}

var manifests = []manifest{
	{is: named("go.mod"), entry: goEntry, section: goSection},
	{is: named("package.json"), entry: jsonEntry("dependencies", "peerDependencies", "optionalDependencies"), section: jsonSection},
	{is: named("composer.json"), entry: jsonEntry("require"), section: jsonSection},
	{is: named("cargo.toml"), entry: tomlEntry, section: tomlSection},
	{is: named("pyproject.toml", "pipfile"), entry: pythonEntry, section: tomlSection},
	{is: func(base string) bool {
		return strings.HasPrefix(base, "requirements") && strings.HasSuffix(base, ".txt")
	}, entry: requirement},
	{is: named("gemfile", ".gemspec"), entry: matching(`^\s*(?:gem|\w+\.add_(?:runtime_)?dependency)[ (]+["']([\w.-]+)["']`)},
	{is: named(".csproj", ".fsproj", "directory.packages.props"), entry: matching(`<Package(?:Reference|Version)\s+Include="([\w.-]+)"`)},
	{is: named("build.gradle", "build.gradle.kts"), entry: matching(`^\s*(?:implementation|api|compileOnly|runtimeOnly|testImplementation|kapt|ksp|annotationProcessor)[ (]+["']([\w.-]+:[\w.-]+)(?::[^"']*)?["']`)},
	{is: named("pom.xml"), entry: pomEntry, section: pomSection},
}

func manifestOf(p string) *manifest {
	base := strings.ToLower(path.Base(p))
	for i := range manifests {
		if manifests[i].is(base) {
			return &manifests[i]
		}
	}
	return nil
}

// newDependencies finds the entries that a manifest gains and that no manifest of the change had before.
func (c *change) newDependencies() dependencies {
	var deps dependencies
	before := map[string]bool{}
	var found []dependency
	for i := range c.files {
		f := &c.files[i]
		m := manifestOf(f.Path)
		if m == nil || f.Status == pull.Removed || strings.Contains("/"+f.Path, "/testdata/") || strings.Contains("/"+f.Path, "/fixtures/") || illustrates(f.Path) || strings.Contains("/"+f.Path, "/node_modules/") {
			continue
		}
		if !c.read(i) {
			deps.unread = f.Path
			continue
		}
		for _, h := range c.hunks(i) {
			section, known := "", m.section == nil || h.NewStart <= 1
			if m.section != nil && h.Section != "" {
				if name, turns := m.section(h.Section); turns {
					section, known = name, true
				}
			}
			for _, l := range h.Lines {
				if m.section != nil {
					if name, turns := m.section(l.Text); turns {
						section, known = name, true
					}
				}
				name, sure, shipped := m.entry(section, l.Text)
				switch {
				case name == "":
				case l.Op != pull.Add:
					before[strings.ToLower(name)] = true
				case sure:
					found = append(found, dependency{name, shipped && f.Status != pull.Added && !aside.MatchString(c.lower[i][0]), false, c.at(i, l)})
				case !known && deps.doubtful == nil:
					at := c.at(i, l)
					deps.doubtful = &at
				}
			}
		}
	}
	for _, d := range found {
		if !before[strings.ToLower(d.name)] {
			// One package of many may take what another one has: a lock file tells.
			d.certain = !strings.Contains(d.path, "/") || len(deps.added) < maxLocked && c.locked(d.name)
			deps.added = append(deps.added, d)
		}
	}
	return deps
}

// aside are manifests of what is not shipped.
var aside = regexp.MustCompile(`dev|test|lint|docs|ci\b|tools`)

// maxLocked bounds how many new entries are looked for in the lock files, and in the code.
const maxLocked = 5

// locked reports whether a lock file of the change gained an entry for a package, and had none.
func (c *change) locked(name string) bool {
	entry := regexp.MustCompile(`^\s*(?:"node_modules/` + regexp.QuoteMeta(name) + `": \{|["'/]*` + regexp.QuoteMeta(name) + `@|-? ?"?name"? ?[=:] "` + regexp.QuoteMeta(name) + `"|` + regexp.QuoteMeta(name) + ` (?:\(|v\d))`)
	gained := false
	for i := range c.files {
		if c.kinds[i] != kind.Lock {
			continue
		}
		for _, h := range c.hunks(i) {
			for _, l := range h.Lines {
				if strings.Contains(l.Text, name) && entry.MatchString(l.Text) {
					if l.Op != pull.Add {
						return false
					}
					gained = true
				}
			}
		}
	}
	return gained
}

// used reports whether a line that was added to code besides tests names a package.
func (c *change) used(name string) bool {
	for i := range c.files {
		if c.kinds[i] != kind.Code || looksLikeTest(c.files[i].Path) {
			continue
		}
		for _, h := range c.hunks(i) {
			for _, l := range h.Lines {
				if l.Op == pull.Add && strings.Contains(l.Text, name) {
					return true
				}
			}
		}
	}
	return false
}

// entries reports whether a file is a manifest in which an entry was added, removed or changed.
func (c *change) entries(i int) bool {
	m := manifestOf(c.files[i].Path)
	if m == nil {
		return false
	}
	if !c.read(i) || c.files[i].Status == pull.Added || c.files[i].Status == pull.Removed {
		return true
	}
	for _, h := range c.hunks(i) {
		section := ""
		for _, l := range h.Lines {
			if m.section != nil {
				if name, turns := m.section(l.Text); turns {
					section = name
				}
			}
			if l.Op != pull.Context {
				if name, sure, _ := m.entry(section, l.Text); name != "" && (sure || section == "") {
					return true
				}
			}
		}
	}
	return false
}

var goRequire = regexp.MustCompile(`^\s*(?:require\s+)?([\w.~-]+\.[\w.~-]+(?:/[\w.~-]+)*) v\d\S*\s*(// indirect)?\s*$`)

func goEntry(section, line string) (string, bool, bool) {
	m := goRequire.FindStringSubmatch(line)
	if m == nil {
		return "", false, false
	}
	return m[1], m[2] == "" && (section == "require" || strings.HasPrefix(line, "require")), true
}

func goSection(line string) (string, bool) {
	if name, ok := strings.CutSuffix(strings.TrimSpace(line), " ("); ok && !strings.Contains(name, " ") {
		return name, true
	}
	return "", strings.TrimSpace(line) == ")"
}

var jsonPair = regexp.MustCompile(`^\s*"(@?[\w.-]+(?:/[\w.-]+)?)"\s*:\s*"([^"]*)"`)

// jsonEntry reads `"name": "^1.0.0"` below the sections that hold dependencies; those for development end in "dev".
func jsonEntry(shipped ...string) func(section, line string) (string, bool, bool) {
	return func(section, line string) (string, bool, bool) {
		m := jsonPair.FindStringSubmatch(line)
		if m == nil || m[1] == "version" || m[1] == "php" || strings.HasPrefix(m[1], "ext-") || !strings.ContainsAny(m[2], "0123456789*") || strings.HasPrefix(m[2], "workspace:") {
			return "", false, false
		}
		for _, name := range shipped {
			if section == name {
				return m[1], true, true
			}
		}
		return m[1], section == "devDependencies" || section == "require-dev", false
	}
}

var jsonOpen = regexp.MustCompile(`^\s*"([\w-]+)"\s*:\s*\{\s*$`)

func jsonSection(line string) (string, bool) {
	if m := jsonOpen.FindStringSubmatch(line); m != nil {
		return m[1], true
	}
	return "", strings.HasPrefix(strings.TrimSpace(line), "}")
}

var (
	tomlPair = regexp.MustCompile(`^\s*([\w-]+)\s*=\s*(?:"[^"]*\d[^"]*"|"\*"|\{.*\})\s*(?:#.*)?$`)
	tomlHead = regexp.MustCompile(`^\s*\[+([^\]]+)\]+\s*(?:#.*)?$`)
)

func tomlSection(line string) (string, bool) {
	if m := tomlHead.FindStringSubmatch(line); m != nil {
		return strings.TrimSpace(m[1]), true
	}
	if list := tomlList.FindStringSubmatch(line); list != nil {
		return "list " + list[1], true
	}
	if strings.TrimSpace(line) == "]" {
		return "", true
	}
	return "", false
}

var tomlList = regexp.MustCompile(`^\s*([\w-]+)\s*=\s*\[\s*(?:#.*)?$`)

func tomlEntry(section, line string) (string, bool, bool) {
	m := tomlPair.FindStringSubmatch(line)
	if m == nil || strings.Contains(line, "path =") || strings.Contains(line, "workspace = true") {
		return "", false, false
	}
	if section == "package" || section == "workspace.package" {
		return "", false, false
	}
	return m[1], strings.HasSuffix(section, "dependencies"), section == "dependencies" || section == "workspace.dependencies"
}

var pythonQuoted = regexp.MustCompile(`^\s*["']([A-Za-z][\w.-]*)(?:\[[\w,\s-]*\])?\s*(?:[<>=~!;@][^"']*)?["'],?\s*(?:#.*)?$`)

func pythonEntry(section, line string) (string, bool, bool) {
	if m := pythonQuoted.FindStringSubmatch(line); m != nil {
		return m[1], section == "list dependencies", section == "list dependencies"
	}
	m := tomlPair.FindStringSubmatch(line)
	if m == nil || m[1] == "python" || section == "project" || section == "build-system" {
		return "", false, false
	}
	shipped := section == "tool.poetry.dependencies" || section == "packages"
	return m[1], shipped || section == "dev-packages" || strings.HasPrefix(section, "tool.poetry.") && strings.HasSuffix(section, "dependencies"), shipped
}

var requirementLine = regexp.MustCompile(`^([A-Za-z][\w.-]*)(?:\[[\w,\s-]*\])?\s*(?:$|[<>=~!;@ #])`)

func requirement(_, line string) (string, bool, bool) {
	m := requirementLine.FindStringSubmatch(line)
	if m == nil {
		return "", false, false
	}
	return strings.ReplaceAll(m[1], "_", "-"), true, true
}

func matching(pattern string) func(section, line string) (string, bool, bool) {
	re := regexp.MustCompile(pattern)
	return func(_, line string) (string, bool, bool) {
		m := re.FindStringSubmatch(line)
		if m == nil {
			return "", false, false
		}
		return m[1], true, !strings.Contains(line, "test")
	}
}

var artifact = regexp.MustCompile(`^\s*<artifactId>([\w.-]+)</artifactId>`)

func pomSection(line string) (string, bool) {
	switch text := strings.TrimSpace(line); text {
	case "<dependency>", "<plugin>", "<parent>", "<exclusion>":
		return text, true
	case "</dependency>", "</plugin>", "</parent>", "</exclusion>":
		return "", true
	}
	return "", false
}

func pomEntry(section, line string) (string, bool, bool) {
	m := artifact.FindStringSubmatch(line)
	if m == nil {
		return "", false, false
	}
	return m[1], section == "<dependency>", true
}
