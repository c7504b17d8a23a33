package survey

import (
	"fmt"
	"slices"
	"strings"
)

const schemaLine = "# yaml-language-server: $schema=https://raw.githubusercontent.com/sluicegate/sluice/main/config/schema.json"

// Policy is a first policy for what was found, with the reason of each choice. It observes. Only the checks that are
// named are in it.
func (f *Findings) Policy(checks []string) string {
	w := &writer{known: checks}
	w.line("%s", schemaLine)
	w.line("#")
	w.because("", "Written by \"sluice init\" from what it found here. Change what does not fit; \"sluice lint\" checks the result, and \"sluice explain CHECK\" shows what a check looks at.")
	w.line("version: 1")
	w.line("")
	w.line("# Every verdict is shown and nothing is blocked. Look at the verdicts for some weeks, then write \"enforce\".")
	w.line("mode: observe")
	f.writeKinds(w)
	w.line("")
	w.line("checks:")
	f.writeSpec(w)
	f.writeTests(w)
	f.writeScope(w)
	f.writeSummary(w)
	f.writeMore(w)
	f.writeRules(w)
	return w.text.String()
}

// writer writes lines of a policy.
type writer struct {
	known []string
	text  strings.Builder
}

func (w *writer) line(format string, args ...any) {
	w.text.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " "))
	w.text.WriteByte('\n')
}

// because writes a comment in lines that fit a screen.
func (w *writer) because(indent, format string, args ...any) {
	const width = 110
	line := indent + "#"
	for _, word := range strings.Fields(fmt.Sprintf(format, args...)) {
		if len(line)+1+len(word) > width && line != indent+"#" {
			w.line("%s", line)
			line = indent + "#"
		}
		line += " " + word
	}
	w.line("%s", line)
}

// check writes a check where it is known, after its reason.
func (w *writer) check(name, settings, format string, args ...any) {
	if slices.Contains(w.known, name) {
		w.because("  ", format, args...)
		w.line("  %s: {%s}", name, settings)
	}
}

func (f *Findings) writeKinds(w *writer) {
	if len(f.Generated)+len(f.Vendored)+len(f.MoreTests) == 0 {
		return
	}
	w.line("")
	w.because("", "What files are, beyond the usual conventions.")
	w.line("kinds:")
	for _, k := range []struct {
		kind, why string
		globs     []string
	}{
		{"generated", ".gitattributes says linguist-generated", f.Generated},
		{"vendored", ".gitattributes says linguist-vendored", f.Vendored},
		{"test", "tests, by the folder's name", f.MoreTests},
	} {
		if len(k.globs) > 0 {
			w.because("  ", "%s:", k.why)
			w.line("  %s: %s", k.kind, globs(k.globs))
		}
	}
}

func (f *Findings) writeSpec(w *writer) {
	var sources, options, why []string
	if f.Issues {
		why = append(why, "there are templates of issues")
	}
	sources = append(sources, "issue")
	if len(f.Specs) > 0 {
		sources, options = append(sources, "path"), append(options, "path: "+globs(f.Specs))
		why = append(why, "specifications stand in "+dirs(f.Specs))
	}
	if len(f.Keys) > 0 {
		n := 0
		var names []string
		for _, k := range f.Keys {
			names = append(names, k.Name)
			n += k.N
		}
		sources, options = append(sources, "key"), append(options, fmt.Sprintf("key: %q", keyPattern(names)))
		why = append(why, fmt.Sprintf("%d of the last %d commits name a key such as %s-12 (add key_url to make links of them)", min(n, f.Subjects), f.Subjects, names[0]))
	}
	settings := "level: require"
	if len(options) > 0 {
		settings += fmt.Sprintf(", sources: [%s], %s", strings.Join(sources, ", "), strings.Join(options, ", "))
	}
	reason := "What is the change to do? An issue of this repository, as long as nothing else is known of a tracker."
	if len(why) > 0 {
		reason = "What is the change to do? " + sentence(strings.Join(why, "; "))
	}
	w.check("spec", settings, "%s", reason)
}

func keyPattern(names []string) string {
	if len(names) == 1 {
		return names[0] + "-[0-9]+"
	}
	return "(?:" + strings.Join(names, "|") + ")-[0-9]+"
}

func (f *Findings) writeTests(w *writer) {
	switch {
	case f.Code == 0:
		w.check("tests", "level: warn", "Code changed, so tests changed with it. There is no code here yet; require it when there is.")
	case f.Tests == 0:
		w.check("tests", "level: warn", "Code changed, so tests changed with it. No tests were found beside %s of %s, so this only warns. If there are some, say where by kinds: {test: [\"PATH/**\"]}.",
			count(f.Code, "file"), f.languages())
	default:
		w.check("tests", "level: require", "Code changed, so tests changed with it: there are %s of %s and %s of tests, %s.",
			count(f.Code, "file"), f.languages(), count(f.Tests, "file"), f.where())
	}
}

// languages lists the languages that most files are in.
func (f *Findings) languages() string {
	var names []string
	for _, l := range f.Languages[:min(len(f.Languages), 3)] {
		names = append(names, l.Name)
	}
	if len(names) == 0 {
		return "code"
	}
	return join(names)
}

// where says in which folders most tests are.
func (f *Findings) where() string {
	var in []string
	for _, d := range f.TestsIn[:min(len(f.TestsIn), 3)] {
		if d.Name == "" {
			in = append(in, "beside the code")
		} else {
			in = append(in, "in "+d.Name)
		}
	}
	return join(in)
}

func (f *Findings) writeScope(w *writer) {
	reason := "Agents stay away from this policy, CODEOWNERS, workflows and their own instructions"
	if len(f.Instructions) > 0 {
		reason += " (here: " + join(f.Instructions[:min(len(f.Instructions), 6)]) + ")"
	}
	w.check("scope", "level: require", "%s. Add what else is not theirs: deny: [\"PATH/**\"].", reason)
}

func (f *Findings) writeSummary(w *writer) {
	switch {
	case len(f.Sections) > 0:
		var quoted []string
		for _, s := range f.Sections {
			quoted = append(quoted, fmt.Sprintf("%q", s))
		}
		w.check("summary", "level: warn, sections: ["+strings.Join(quoted, ", ")+"]", "The description says what, why, and how it was tested, under the headings of %s.", f.Template)
	case f.Template != "":
		w.check("summary", "level: warn", "The description says what, why, and how it was tested. %s has no headings for all three; name yours by sections: [What, Why, Tests].", f.Template)
	default:
		w.check("summary", "level: warn", "The description says what, why, and how it was tested. There is no pull request template; one with these headings helps agents and people.")
	}
}

// writeMore writes the checks that only some repositories have a use for.
func (f *Findings) writeMore(w *writer) {
	w.check("claims", "level: warn", "What the description says is held against the diff.")
	if f.Workflows || len(f.Instructions) > 0 {
		w.check("control-plane", "level: require", "What steers agents and CI: %s.", f.steered())
	}
	if len(f.Locks) > 0 {
		w.check("dependencies", "level: warn", "What was added, raised or re-sourced: there are %s, %s first.", count(len(f.Locks), "lock file"), f.Locks[0])
	}
	w.check("size", "level: warn", "How much a person must read.")
	w.check("sensitive", "level: warn", "Migrations that destroy, keys, public interfaces: this feeds the risk.")
	if f.Owners != "" {
		w.check("ownership", "level: warn", "Who answers for it: there is %s.", f.Owners)
	}
}

func (f *Findings) steered() string {
	var what []string
	if f.Workflows {
		what = append(what, "workflows")
	}
	return join(append(what, f.Instructions[:min(len(f.Instructions), 6)]...))
}

func (f *Findings) writeRules(w *writer) {
	if f.Docs == 0 && len(f.Sensitive) == 0 && len(f.Packages) == 0 {
		return
	}
	w.line("")
	w.because("", "What differs for some pull requests. Later rules win; what a rule does not say stays.")
	if f.Docs == 0 && len(f.Sensitive) == 0 {
		w.line("# rules:")
		f.writePackages(w)
		return
	}
	w.line("rules:")
	if f.Docs > 0 {
		w.because("  ", "%s of documentation: a change of these alone needs no tests.", count(f.Docs, "file"))
		w.line("  - name: documentation is light")
		w.line("    when: {kinds: [documentation]}")
		w.line("    checks: {tests: {level: off}, spec: {level: warn}}")
	}
	for _, a := range f.Sensitive {
		w.because("  ", "%s", sentence(a.Why))
		w.line("  - name: %s", a.Name)
		w.line("    when: {touches: %s}", globs(a.Folders))
		w.line("    risk: high")
	}
	f.writePackages(w)
}

// writePackages shows how a package gets rules of its own.
func (f *Findings) writePackages(w *writer) {
	if len(f.Packages) == 0 {
		return
	}
	shown := f.Packages[:min(len(f.Packages), 8)]
	w.because("  ", "There are %s: %s. A rule for one of them alone:", count(len(f.Packages), "package"), join(shown))
	w.line("  #   - name: %s", strings.ReplaceAll(shown[0], "/", " "))
	w.line("  #     when: {touches: %s}", globs([]string{shown[0] + "/**"}))
	w.line("  #     checks: {summary: {level: require}}")
}

// globs is a list in YAML.
func globs(all []string) string {
	var quoted []string
	for _, g := range all {
		quoted = append(quoted, fmt.Sprintf("%q", g))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// dirs lists the folders of globs.
func dirs(all []string) string {
	var out []string
	for _, g := range all {
		dir, _, _ := strings.Cut(g, "/**")
		if !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	return join(out)
}

func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
