package controlplane

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixSecret  = "Take the reference out, or have a person who answers for the secret add it."
	fixInherit = "Pass the secrets that it needs by name."
)

var (
	secretRef = regexp.MustCompile(`(?i)\bsecrets\s*(?:\.\s*([a-z_]\w*)|\[\s*'([^']+)'\s*\])`)
	allOfThem = regexp.MustCompile(`(?i)\btojson\(\s*secrets\s*\)|\bsecrets\s*\[\s*[^'\s]|\bsecrets\.\*`)
)

// secretUse is where a secret is named.
type secretUse struct {
	name  string // in upper case; "*" for all of them
	n     int
	names []string
}

// secretsIn lists what a workflow's expressions name of its secrets, in the order of the file.
func secretsIn(tree *value) []secretUse {
	var out []secretUse
	tree.walk(func(names []string, v *value) {
		if !strings.Contains(strings.ToLower(v.text), "secrets") || !strings.Contains(v.text, "${{") && (len(names) == 0 || names[len(names)-1] != "if") {
			return
		}
		if allOfThem.MatchString(v.text) {
			out = append(out, secretUse{"*", v.line, names})
		}
		for _, m := range secretRef.FindAllStringSubmatch(v.text, -1) {
			if name := strings.ToUpper(m[1] + m[2]); name != "GITHUB_TOKEN" {
				out = append(out, secretUse{name, v.line, names})
			}
		}
	})
	return out
}

func secretNames(tree *value) map[string]bool {
	out := map[string]bool{}
	for _, u := range secretsIn(tree) {
		out[u.name] = true
	}
	return out
}

// secrets says which secrets the workflow newly names, hands on or spreads.
func (x *flows) secrets() {
	c := x.c
	before, wide, seen := x.base.named, map[string]bool{}, map[string]bool{}
	for _, u := range secretsIn(x.base.tree) {
		if len(u.names) > 0 && u.names[0] == "env" {
			wide[u.name] = true
		}
	}
	trigger := x.head.exposed()
	for _, u := range secretsIn(x.head.tree) {
		isWide := len(u.names) > 0 && u.names[0] == "env"
		if seen[u.name] {
			continue
		}
		n := c.lineIn(u.n, secretText(u.name))
		switch {
		case before[u.name] && isWide && !wide[u.name]:
			c.loosens(check.Medium, n, fixEnvScope, c.said(n), "the secret %s is now in the environment of every step", short(u.name))
		case before[u.name]:
			continue
		case u.name == "*":
			c.loosens(check.High, u.n, fixSecret, c.said(u.n), "takes every secret at once, or one whose name is made up at run time")
		case c.r.moved["secrets."+strings.ToLower(u.name)] && trigger == "":
			c.tell(check.Low, n, "", c.said(n), "uses the secret %s, which another workflow of the change gave up", short(u.name))
		case trigger != "":
			c.loosens(check.High, n, fixSecret, c.said(n), "uses the secret %s on %s, which outsiders can cause", short(u.name), trigger)
		default:
			c.loosens(check.Medium, n, fixSecret, c.said(n), "uses the secret %s, which it did not before", short(u.name))
		}
		seen[u.name] = true
	}
	x.inherited()
	x.handedOn(before)
}

func secretText(name string) string {
	if name == "*" {
		return ""
	}
	return name
}

// inherited says that a called workflow newly gets every secret.
func (x *flows) inherited() {
	inherits := func(f *flow) map[string]int {
		out := map[string]int{}
		for _, j := range f.jobs {
			if j.WorkflowCall != nil && j.WorkflowCall.InheritSecrets && j.WorkflowCall.Uses != nil {
				name, _ := splitUses(j.WorkflowCall.Uses.Value)
				out[name] = j.WorkflowCall.Uses.Pos.Line
			}
		}
		return out
	}
	before, now := inherits(x.base), inherits(x.head)
	for _, s := range x.head.steps {
		name, _ := splitUses(s.uses)
		n := now[name]
		if n == 0 || n != s.useLine || before[name] != 0 {
			continue
		}
		risk := check.Medium
		if !x.trusted(name) {
			risk = check.High
		}
		x.c.loosens(risk, n, fixInherit, append(x.c.said(n), x.c.said(x.c.lineIn(n, "inherit"))...), "hands every secret to %s", short(name))
	}
}

// handedOn says that somebody else's action newly gets a secret that the workflow had before.
func (x *flows) handedOn(before map[string]bool) {
	pairs := func(f *flow) map[string]int {
		out := map[string]int{}
		for i := range f.steps {
			s := &f.steps[i]
			name, _ := splitUses(s.uses)
			if s.uses == "" || x.trusted(name) {
				continue
			}
			for _, in := range []map[string]word{s.with, s.env} {
				for _, w := range in {
					for _, m := range secretRef.FindAllStringSubmatch(w.text, -1) {
						if secret := strings.ToUpper(m[1] + m[2]); before[secret] {
							out[secret+" "+name] = w.n
						}
					}
				}
			}
		}
		return out
	}
	old, now := pairs(x.base), pairs(x.head)
	keys := make([]string, 0, len(now))
	for key := range now {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if old[key] != 0 || now[key] == 0 {
			continue
		}
		secret, to, _ := strings.Cut(key, " ")
		x.c.loosens(check.Medium, now[key], fixSecret, x.c.said(now[key]), "the secret %s now goes to %s too", short(secret), short(to))
	}
}
