// Package size is the check "size": how much of the change a person must read. Its page is README.md.
package size

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults. It wishes for the patches: without them every line counts, and the answer hangs on
// them only where that is too many.
var Check = check.Wanting(check.New("size", doc, pull.WithFiles, defaults, run), func(*pull.Request, Options) pull.Needs {
	return pull.Needs{Facts: pull.WithPatches}
})

// Options are what a policy can say of this check. A bound of 0 is none.
type Options struct {
	// MaxLines is how many changed lines a person is asked to read.
	MaxLines int `yaml:"max_lines" json:"max_lines"`
	// MaxFiles is how many files they stand in.
	MaxFiles int `yaml:"max_files" json:"max_files"`
	// MaxDirectories is how many directories the files stand in.
	MaxDirectories int `yaml:"max_directories" json:"max_directories"`
	// Ignore has globs of paths that nobody reads.
	Ignore []string `yaml:"ignore" json:"ignore"`
}

var defaults = Options{MaxLines: 800, MaxFiles: 60, MaxDirectories: 25}

// Validate reports bounds and globs that cannot be.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	for name, n := range map[string]int{"max_lines": o.MaxLines, "max_files": o.MaxFiles, "max_directories": o.MaxDirectories} {
		if n < 0 {
			problems[name] = fmt.Errorf("%d is less than nothing; 0 is no bound", n)
		}
	}
	for _, glob := range o.Ignore {
		if !doublestar.ValidatePattern(glob) {
			problems["ignore"] = fmt.Errorf("%q is no glob", glob)
		}
	}
	return problems
}

func run(in *check.Input, o Options) check.Verdict {
	if len(in.Pull.Files) == 0 {
		return check.Verdict{Outcome: check.Skip, Summary: "The change touches no file."}
	}
	t := measure(in, &o)
	over := t.over(&o, t.read)
	v := check.Verdict{Outcome: check.Pass, Summary: t.summary()}
	switch {
	case len(over) == 0:
		v.Findings = t.notes()
		return v
	case len(t.over(&o, t.read-t.unseen)) == 0 && t.unseen > 0:
		// Read as they are, the lines may be moved or formatted: nobody here has seen them.
		if missing := pull.WithPatches &^ in.Pull.Known; missing != 0 {
			v = check.NotRead(in.Pull, missing)
		} else {
			v = check.Verdict{Outcome: check.Errored, Summary: "Not judged: patches that count could not be read."}
		}
		v.Findings = append(v.Findings, t.notes()...)
		return v
	}
	v.Outcome = check.Fail
	advice := t.advice(&o)
	for i, what := range over {
		f := check.Finding{Message: what, Risk: check.Medium}
		if i == 0 {
			f.Fix = advice
		}
		v.Findings = append(v.Findings, f)
	}
	if o.MaxLines > 0 && t.read > o.MaxLines && t.files > 1 {
		v.Findings = append(v.Findings, t.largest()...)
	}
	v.Findings = append(v.Findings, t.notes()...)
	return v
}

// over says each bound that the change is over, with that many lines to read.
func (t *total) over(o *Options, lines int) []string {
	var out []string
	for _, b := range []struct {
		n, most int
		what    string
	}{{lines, o.MaxLines, "lines to read"}, {t.files, o.MaxFiles, "files to read"}, {len(t.directories), o.MaxDirectories, "directories"}} {
		if b.most > 0 && b.n > b.most {
			out = append(out, fmt.Sprintf("%s %s, %s allowed", number(b.n), b.what, number(b.most)))
		}
	}
	return out
}

// summary is "612 lines to read of 1,930 changed, 14 files in 6 directories."
func (t *total) summary() string {
	s := fmt.Sprintf("%s to read of %s changed", count(t.read, "line", "lines"), number(t.changed))
	if t.files > 0 {
		s += fmt.Sprintf(", %s in %s", count(t.files, "file", "files"), count(len(t.directories), "directory", "directories"))
	}
	var off []string
	for _, w := range whys {
		if n := t.off[w]; n > 0 {
			off = append(off, fmt.Sprintf("%s %s", number(n), w))
		}
	}
	if len(off) > 0 {
		s += " (left out: " + strings.Join(off, ", ") + ")"
	}
	return s + "."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// number is 1930 as "1,930".
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
