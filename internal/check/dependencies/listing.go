package dependencies

// listing is what one manifest, lock file or configuration of a package manager says.
type listing struct {
	entries  []entry
	settings []setting
	// roots are the requirements that a lock file was made for, where it records them: by the directory of the manifest
	// from the lock file's own ("" for beside it), then by name.
	roots map[string]map[string]string
	// members are the repository's own packages that a lock file names.
	members map[string]bool
	// requests are the "name@requirement" that a lock file answers, where it records them so.
	requests map[string]bool
	// own is the name of the package that a manifest describes.
	own string
	// silent means that a lock file's form does not say which packages run scripts.
	silent bool
	// workspace means that a manifest has others below it, which may stand for packages.
	workspace bool

	byName map[string][]*entry
}

// entry is one requirement of a manifest, or one package of a lock file.
type entry struct {
	name    string // as its ecosystem compares names
	shown   string // as it is written; empty where that is name
	version string // the requirement, or the version of a lock file
	source  source
	// hashes are by artifact or algorithm: two for the same one must be equal.
	hashes map[string]string
	// loose are hashes that don't say what they are of: two sets must have one in common.
	loose    []string
	script   bool // it runs a program when it is installed
	indirect bool // nobody asked for it by name
	nowhere  bool // a lock file does not say where it comes from
	unlocked bool // no lock file has it: a build requirement, a peer
}

func (e *entry) label() string {
	if e.shown != "" {
		return e.shown
	}
	return e.name
}

// setting is a line of configuration that decides where packages come from or what runs.
type setting struct {
	kind  settingKind
	key   string
	value string
}

type settingKind int

const (
	registry settingKind = iota // where packages come from
	script                      // a program that runs when the package is installed
	override                    // one package in place of another, or of its version
	guard                       // what keeps such programs from running
)

// set keeps a setting, unless it says nothing.
func (l *listing) set(kind settingKind, key, value string) {
	if value != "" {
		l.settings = append(l.settings, setting{kind, key, value})
	}
}

func (l *listing) add(e entry) {
	if e.name != "" {
		l.entries = append(l.entries, e)
	}
}

// root keeps a requirement that the lock file was made for.
func (l *listing) root(dir, name, requirement string) {
	if l.roots == nil {
		l.roots = map[string]map[string]string{}
	}
	if l.roots[dir] == nil {
		l.roots[dir] = map[string]string{}
	}
	if name != "" {
		l.roots[dir][name] = requirement
	}
}

// names are the entries by name; a name may stand more than once.
func (l *listing) names() map[string][]*entry {
	out := make(map[string][]*entry, len(l.entries))
	for i := range l.entries {
		e := &l.entries[i]
		out[e.name] = append(out[e.name], e)
	}
	return out
}

// find are the entries of one name.
func (l *listing) find(name string) []*entry {
	if l.byName == nil {
		l.byName = l.names()
	}
	return l.byName[name]
}
