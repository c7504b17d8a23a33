package tests

import (
	"path"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// vanished knows what the change took out of the code: a test of it goes with it.
type vanished struct {
	code     []source
	names    map[string]bool // made when asked for
	goneDirs []string
}

// source is a changed file of code.
type source struct {
	file  *pull.File
	hunks []pull.Hunk
	parts []part // its own: what is in Rust's tests is left out
}

var (
	defined = re(`\b(?:func|fun|def|defp|defmacro|class|function|fn|interface|struct|enum|trait|type|module|protocol|record|object|extension|mod|val|const|let|var|static)\s+(?:\([^)]*\)\s*)?(\w+)`)
	// A method of the languages that open it with a type, and a field.
	method    = re(`^\s*(?:[\w<>\[\],?&*:~.]+\s+){1,6}(\w+)\s*\([^;]*$`)
	bare      = re(`^\s*(?:async\s+|static\s+|get\s+|set\s+|\*)*(\w+)\s*\([^;]*\)\s*(?::[^{;]*)?\{`)
	field     = re(`^\s+(?:(?:public|private|readonly|protected)\s+)*(\w+)\??(?:\s*:\s*[\w<>\[\]|. ]+[;,]?|\s+[\w.*\[\]]+(?:\s+\x60[^\x60]*\x60)?,?)\s*$`)
	addresses = re(`["'\x60](-{1,2}[\w-]{2,}|/[\w/:{}.-]{3,})["'\x60]`)
)

// no definition begins with these words.
var statements = re(`^\s*(?:return|throw|raise|await|yield|if|else|elif|for|while|switch|case|new|delete|import|from|use|using|package|assert)\b`)

// in reports whether the test is about something that is gone.
func (v *vanished) in(sc *scene, u *unit) bool {
	if v.names == nil {
		v.collect()
	}
	if len(v.names) == 0 {
		return false
	}
	for r := range sc.rowsOf(u) {
		if v.mentioned(r.Text) {
			return true
		}
	}
	return sc.file.Status == pull.Removed && v.names["\x00"+plain(kind.Subject(sc.file.Path))]
}

// mentioned reports whether a line names something that is gone.
func (v *vanished) mentioned(text string) bool {
	if v.names == nil {
		v.collect()
	}
	found := false
	if len(v.names) > 0 {
		tokens(text, func(t string) { found = found || v.names[t] })
		for _, m := range addresses.FindAllStringSubmatch(text, -1) {
			found = found || v.names[m[1]]
		}
	}
	return found
}

func (v *vanished) collect() {
	v.names = map[string]bool{}
	for i := range v.code {
		c := &v.code[i]
		if c.file.Status == pull.Removed {
			v.names["\x00"+plain(kind.Subject(c.file.Path))] = true
			if stem := strings.TrimSuffix(path.Base(c.file.Path), path.Ext(c.file.Path)); len(stem) > 3 {
				v.names[stem] = true
			}
		}
		for _, p := range c.parts {
			for k := range p.lines {
				if l := &p.lines[k]; !p.test && l.Op == pull.Remove {
					v.definition(l.Text)
				}
			}
		}
	}
	if len(v.names) == 0 {
		return
	}
	// What is named in code that stays is not gone.
	for i := range v.code {
		for j := range v.code[i].hunks {
			for k := range v.code[i].hunks[j].Lines {
				if l := &v.code[i].hunks[j].Lines[k]; l.Op != pull.Remove {
					tokens(l.Text, func(t string) { delete(v.names, t) })
					for _, m := range addresses.FindAllStringSubmatch(l.Text, -1) {
						delete(v.names, m[1])
					}
				}
			}
		}
	}
}

// definition notes what a removed line of code defined.
func (v *vanished) definition(text string) {
	note := func(m []string) {
		if m != nil && len(m[1]) > 2 && !commonplace[m[1]] {
			v.names[m[1]] = true
		}
	}
	note(defined.FindStringSubmatch(text))
	for _, m := range addresses.FindAllStringSubmatch(text, -1) {
		v.names[m[1]] = true
	}
	if statements.MatchString(text) {
		return
	}
	if strings.Contains(text, "(") {
		note(method.FindStringSubmatch(text))
		note(bare.FindStringSubmatch(text))
	} else {
		note(field.FindStringSubmatch(text))
	}
}
