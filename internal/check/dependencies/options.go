package dependencies

import (
	"fmt"

	"github.com/bmatcuk/doublestar/v4"
)

// Level is what a kind of change comes to.
type Level string

// The levels.
const (
	Ignore Level = "ignore" // it is not said
	List   Level = "list"   // it is said, and the check passes
	Fail   Level = "fail"   // it is said, and the check fails
)

// Values lists the levels.
func (Level) Values() []string { return []string{string(Ignore), string(List), string(Fail)} }

// Options are what a policy can say of this check.
type Options struct {
	// New is of a package that a manifest asks for and did not before.
	New Level `yaml:"new" json:"new"`
	// Raised is of another version, unless it is known to be lower.
	Raised Level `yaml:"raised" json:"raised"`
	// Lowered is of a lower version that neither title nor description names.
	Lowered Level `yaml:"lowered" json:"lowered"`
	// Removed is of a package that no manifest asks for any more.
	Removed Level `yaml:"removed" json:"removed"`
	// Source is of a package, or all of them, from another place.
	Source Level `yaml:"source" json:"source"`
	// Lock is of a manifest and a lock file that say different things.
	Lock Level `yaml:"lock" json:"lock"`
	// Scripts is of programs that run when packages are installed.
	Scripts Level `yaml:"scripts" json:"scripts"`
	// LookAlike is of a new name that reads like one in use.
	LookAlike Level `yaml:"look_alike" json:"look_alike"`
	// Integrity is of another hash for the same version.
	Integrity Level `yaml:"integrity" json:"integrity"`

	// Allow are globs of packages' names that may be new, be raised and run scripts.
	Allow []string `yaml:"allow" json:"allow"`
	// Sources are globs of the places that packages may come from.
	Sources []string `yaml:"sources" json:"sources"`
	// Ignore are globs of files that are left out.
	Ignore []string `yaml:"ignore" json:"ignore"`
}

var defaults = Options{
	New: List, Raised: List, Lowered: Fail, Removed: List,
	Source: Fail, Lock: Fail, Scripts: Fail, LookAlike: Fail, Integrity: Fail,
}

// Validate reports globs that cannot be.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	for name, globs := range map[string][]string{"allow": o.Allow, "sources": o.Sources, "ignore": o.Ignore} {
		for _, glob := range globs {
			if !doublestar.ValidatePattern(glob) {
				problems[name] = fmt.Errorf("%q is no glob", glob)
			}
		}
	}
	return problems
}

// change is a kind of change.
type change string

const (
	added     change = "new"
	raised    change = "raised"
	lowered   change = "lowered"
	removed   change = "removed"
	resourced change = "from another place"
	unlocked  change = "not as locked"
	runs      change = "run by the installation"
	lookAlike change = "a look-alike"
	rehashed  change = "with another hash"
)

var changes = []change{rehashed, resourced, runs, lookAlike, unlocked, lowered, added, raised, removed}

func (o *Options) level(k change) Level {
	switch k {
	case added:
		return o.New
	case raised:
		return o.Raised
	case lowered:
		return o.Lowered
	case removed:
		return o.Removed
	case resourced:
		return o.Source
	case unlocked:
		return o.Lock
	case runs:
		return o.Scripts
	case lookAlike:
		return o.LookAlike
	}
	return o.Integrity
}

func matches(globs []string, names ...string) bool {
	for _, glob := range globs {
		for _, name := range names {
			if doublestar.MatchUnvalidated(glob, name) {
				return true
			}
		}
	}
	return false
}
