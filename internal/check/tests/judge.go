package tests

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// Severity is what a finding of the tests' strength comes to.
type Severity string

// The severities.
const (
	Fails Severity = "fail" // the check fails
	Shown Severity = "show" // the finding is shown, and the outcome is what it is without it
	Off   Severity = "off"
)

// Values lists the severities.
func (Severity) Values() []string { return []string{string(Fails), string(Shown), string(Off)} }

// most is how many findings of strength a verdict has of each sort.
const most = 60

// strengthOf measures what the change does to the strength of its tests. Files under allow are left out.
func strengthOf(c *change, files []pull.File, kinds []kind.Kind, o Options) *strength {
	s := &strength{vanish: &vanished{}, changed: len(c.code) > 0, allowed: map[string]bool{}}
	var plans []*plan
	recorded := recordings{}
	for i := range files {
		f := &files[i]
		if ignored(o.Ignore, f.Path) {
			continue
		}
		hunks := c.hunks[i]
		if kinds[i] == kind.Code {
			s.vanish.code = append(s.vanish.code, source{f, hunks, c.parts[i]})
		}
		if ignored(o.Allow, f.Path) {
			s.allowed[f.Path] = true
		}
		rust := kinds[i] == kind.Code && kind.Language(f.Path) == "Rust"
		switch {
		case kinds[i] == kind.Test && recording(f.Path) && !s.allowed[f.Path]:
			recorded.add(f, hunks)
		case kinds[i] == kind.Test && !fixture(f.Path) || rust:
			if sc := sceneOf(f, hunks, rust); sc != nil && len(sc.rows) > 0 {
				s.scenes = append(s.scenes, sc)
			}
		}
		if p := planFile(f, hunks, kinds[i]); p != nil {
			plans = append(plans, p)
		}
	}
	s.measure()
	s.plans(plans)
	s.files(files, kinds, c, o)
	recorded.tell(s)
	inOrder(s.weak)
	inOrder(s.look)
	return s
}

// inOrder sorts findings by file and line, in the order of the files' first ones.
func inOrder(list []check.Finding) {
	order := map[string]int{}
	for i := range list {
		if _, ok := order[list[i].Path]; !ok {
			order[list[i].Path] = i
		}
	}
	slices.SortStableFunc(list, func(a, b check.Finding) int {
		return cmp.Or(order[a.Path]-order[b.Path], a.Line-b.Line)
	})
}

// planFile lays out a file that says how tests are run; nil where it is none, or nothing in it was read.
func planFile(f *pull.File, hunks []pull.Hunk, k kind.Kind) *plan {
	steer := steeringOf(f.Path)
	if steer == noSteering && f.Previous != "" {
		steer = steeringOf(f.Previous)
	}
	if steer == noSteering || k == kind.Vendored || k == kind.Generated || k == kind.Lock || fixture(f.Path) {
		return nil
	}
	if hunks == nil {
		read, err := f.Hunks()
		if err != nil {
			return nil // what it does to the tests is not known; who may change it is for others to say
		}
		hunks = read
	}
	if len(hunks) == 0 {
		return nil
	}
	return planOf(f, hunks, steer)
}

// fixture reports whether a path is of what tests are fed with: it looks like a test and is run by nobody.
func fixture(p string) bool {
	for _, dir := range []string{"testdata/", "fixtures/", "__fixtures__/", "test-data/", "test_data/", "test-fixtures/", "test_fixtures/"} {
		if strings.HasPrefix(p, dir) || strings.Contains(p, "/"+dir) {
			return true
		}
	}
	return false
}

// files looks at test files as wholes: those that nothing runs any more, and removed ones that could not be read.
func (s *strength) files(files []pull.File, kinds []kind.Kind, c *change, o Options) {
	for i := range files {
		f := &files[i]
		if ignored(o.Ignore, f.Path) {
			continue
		}
		switch {
		case f.Status == pull.Renamed && (kinds[i] != kind.Test && hiddenTest(f) || leftOut(f)):
			s.weakened(f, 0, fmt.Sprintf("was the test %s, and nothing runs it under this name", f.Previous), "Give it back the name of a test.")
		case f.Status == pull.Removed && kinds[i] == kind.Test && c.unread[i] && formOf(kind.Language(f.Path)) != nil && !s.vanish.removes(f.Path):
			s.weakened(f, 0, "was removed, and the code that it tests stays", restore)
		case f.Status == pull.Removed && kinds[i] == kind.Test && caseFile(f.Path):
			s.doubtful(f, 0, "is a case of a test, and was removed", "Look whether what it shows still holds.")
		}
	}
}

// removes reports whether code that is named like the test's subject was removed.
func (v *vanished) removes(p string) bool {
	if v.names == nil {
		v.collect()
	}
	return v.names["\x00"+plain(kind.Subject(p))]
}

// hiddenTest reports whether a renamed file had the name of a test and has one that only hides it: the same stem in the
// same place, or no language any more.
func hiddenTest(f *pull.File) bool {
	was := path.Base(f.Previous)
	lang := kind.Language(f.Previous)
	if formOf(lang) == nil || kind.Of(was) != kind.Test || fixture(f.Previous) {
		return false
	}
	stem := strings.TrimSuffix(was, path.Ext(was))
	return kind.Language(f.Path) != lang && strings.Contains(f.Path, stem) || path.Dir(f.Path) == path.Dir(f.Previous) && kind.Of(path.Base(f.Path)) != kind.Test
}

// leftOut reports whether a test in Go was renamed to a name that the go command passes over.
func leftOut(f *pull.File) bool {
	was, now := path.Base(f.Previous), path.Base(f.Path)
	return strings.HasSuffix(was, "_test.go") && strings.HasSuffix(now, ".go") && (now[0] == '_' || now[0] == '.') && was[0] != '_' && was[0] != '.'
}

func caseFile(p string) bool {
	switch path.Ext(p) {
	case ".txtar", ".feature", ".robot", ".phpt":
		return true
	}
	return false
}

// judge adds what the strength comes to, to the verdict on presence. It makes no verdict better.
func (s *strength) judge(v check.Verdict, c *change, o Options) check.Verdict {
	if v.Outcome != check.Errored {
		if v.Outcome == check.Skip && len(s.weak) > 0 && o.Weakened == Fails {
			v.Summary = "The tests notice less than they did."
		}
		v.Summary = strings.TrimSuffix(v.Summary, ".")
		if d := s.delta.String(); d != "" {
			v.Summary += "; " + d
		}
		if n := len(s.weak); n > 0 && o.Weakened != Off {
			v.Summary += fmt.Sprintf("; %d weakened", n)
		}
		if n := len(s.look); n > 0 && o.Doubtful != Off {
			v.Summary += fmt.Sprintf("; %d to look at", n)
		}
		v.Summary += "."
	}
	for _, part := range []struct {
		found    []check.Finding
		severity Severity
		before   bool
	}{{s.weak, o.Weakened, true}, {s.look, o.Doubtful, false}} {
		if len(part.found) == 0 || part.severity == Off {
			continue
		}
		if part.severity == Fails && v.Outcome != check.Fail {
			if v.Outcome == check.Errored {
				v.Summary = count(len(part.found), "weakening of the tests was found.", "weakenings of the tests were found.")
			}
			v.Outcome = check.Fail
		}
		found := part.found
		if len(found) > most {
			found = append(found[:most:most], check.Finding{Message: fmt.Sprintf("and %d more of the kind", len(part.found)-most)})
		}
		if part.before {
			v.Findings = append(slices.Clone(found), untold(v.Findings, found)...)
		} else {
			v.Findings = append(v.Findings, found...)
		}
	}
	return s.unread(v, c, o)
}

// untold are the findings of presence without those that only say again what became of a whole file.
func untold(presence, told []check.Finding) []check.Finding {
	whole := map[string]bool{}
	for i := range told {
		whole[told[i].Path] = whole[told[i].Path] || told[i].Line == 0
	}
	return slices.DeleteFunc(slices.Clone(presence), func(f check.Finding) bool {
		return f.Line == 0 && f.Fix == "" && whole[f.Path] && strings.HasPrefix(f.Message, noNew)
	})
}

// unread makes a verdict that would pass one that is not judged, where a test changed and nobody saw how.
func (s *strength) unread(v check.Verdict, c *change, o Options) check.Verdict {
	if o.Weakened != Fails || v.Outcome != check.Pass && v.Outcome != check.Skip {
		return v
	}
	var list []check.Finding
	for _, t := range c.unreadTests {
		if t.changed && !ignored(o.Allow, t.path) {
			list = append(list, unreadFinding(t.path, t.why))
		}
	}
	if len(list) == 0 {
		return v
	}
	return check.Verdict{Outcome: check.Errored, Summary: "Not judged: a test changed and its change could not be read, so it may have been weakened.", Findings: list}
}
