package controlplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

// onLoosens are settings that loosen when they are on.
func onLoosens(w *settingsWalk, names []string, base, head *value) {
	if isMapping(base) || isMapping(head) {
		switches(w, names, base, head)
		return
	}
	if head != nil && head.kind == sequence || base != nil && base.kind == sequence {
		allowList(w, names, base, head)
		return
	}
	if isOn(head) && !isOn(base) {
		w.c.loosens(check.High, head.line, fixSetting, w.c.said(head.line), "%s is now %s", name(names), short(head.str()))
	}
}

func isOn(v *value) bool {
	s := strings.ToLower(v.str())
	return s != "" && s != "false" && s != "off" && s != "no" && s != "0" && s != "none" && s != "never"
}

// offLoosens are settings that loosen when they are off, as they are where nothing is said.
func offLoosens(w *settingsWalk, names []string, base, head *value) {
	if isMapping(base) || isMapping(head) {
		w.compare(names, base, head)
		return
	}
	if isOn(base) && !isOn(head) {
		w.off(names, base, head)
	}
}

// offLoosensByDefault are settings that are on where nothing is said.
func offLoosensByDefault(w *settingsWalk, names []string, base, head *value) {
	if isMapping(base) || isMapping(head) {
		w.compare(names, base, head)
		return
	}
	if head != nil && !isOn(head) && (base == nil || isOn(base)) {
		w.off(names, base, head)
	}
}

func (w *settingsWalk) off(names []string, base, head *value) {
	if head == nil {
		w.c.loosens(check.High, 0, fixSetting, w.c.stood(base.line), "%s was %s and is no longer set", name(names), short(base.str()))
		return
	}
	w.c.loosens(check.High, head.line, fixSetting, w.c.both(base.at(), head.line), "%s is now %s", name(names), short(head.str()))
}

// scale is a setting whose words go from strict to loose.
func scale(words ...string) role {
	rank := func(v *value) int { return slices.Index(words, strings.ToLower(v.str())) }
	return func(w *settingsWalk, names []string, base, head *value) {
		a, b := rank(base), rank(head)
		switch {
		case head != nil && head.kind != scalar:
			w.c.tell(check.Medium, head.line, "", w.c.said(head.line), "%s is now set in detail; which way is not judged here", name(names))
		case head != nil && b < 0 && head.str() != "":
			w.c.loosens(check.Medium, head.line, fixSetting, w.c.both(base.at(), head.line), "%s is now %q, which is not known here", name(names), short(head.str()))
		case head != nil && b > max(a, len(words)/3):
			risk := check.Medium
			if b == len(words)-1 {
				risk = check.High
			}
			w.c.loosens(risk, head.line, fixSetting, w.c.both(base.at(), head.line), "%s is now %s%s", name(names), short(head.str()), before(base))
		case head == nil && a == 0:
			w.c.loosens(check.Medium, 0, fixSetting, w.c.stood(base.line), "%s was %s and is no longer set", name(names), short(base.str()))
		}
	}
}

func before(v *value) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("; it was %s", short(v.str()))
}

// switches are commands or the like, each on or off.
func switches(w *settingsWalk, names []string, base, head *value) {
	if !isMapping(base) && !isMapping(head) {
		onLoosens(w, names, base, head)
		return
	}
	on := func(v *value) bool { return isOn(v) || isMapping(v) && isOn(v.get("approve")) }
	for _, key := range keysOf(base, head) {
		x, y := base.get(key), head.get(key)
		p := name(append(slices.Clip(names), key))
		switch {
		case y != nil && on(y) && (x == nil || !on(x)):
			w.c.loosens(riskOf(key), y.line, fixAllow, w.c.both(x.at(), y.line), "%s is now approved without asking", p)
		case y == nil && x != nil && !on(x):
			w.c.loosens(check.Medium, 0, fixDeny, w.c.stood(x.line), "%s is no longer kept from being approved", p)
		}
	}
}

func riskOf(entry string) check.Risk {
	if sweeping(entry) || strings.Trim(entry, "/.*^$") == "" {
		return check.High
	}
	return check.Medium
}

// permissionTree is opencode's: deny, ask or allow, for a tool or for a command of it.
func permissionTree(w *settingsWalk, names []string, base, head *value) {
	rank := map[string]int{"deny": 1, "ask": 2, "allow": 3}
	if isMapping(base) || isMapping(head) {
		for _, key := range keysOf(base, head) {
			if x, y := base.get(key), head.get(key); !x.equal(y) {
				permissionTree(w, append(slices.Clip(names), key), x, y)
			}
		}
		return
	}
	a, b := rank[base.str()], rank[head.str()]
	last := names[len(names)-1]
	switch {
	case head == nil && a > 0 && a < 3:
		w.c.loosens(check.High, 0, fixDeny, w.c.stood(base.line), "%s was %q and is no longer set", name(names), base.str())
	case b == 3 && a != 3:
		risk := check.Medium
		if last == "*" || last == "bash" || last == "edit" || last == "permission" || sweeping(last) {
			risk = check.High
		}
		w.c.loosens(risk, head.line, fixAllow, w.c.both(base.at(), head.line), "%s is now %q", name(names), "allow")
	case b > a && a > 0:
		w.c.loosens(check.Medium, head.line, fixDeny, w.c.both(base.at(), head.line), "%s is now %q; it was %q", name(names), short(head.str()), base.str())
	}
}

// ruleList is a list of rules with an action each; what matters is which came and which went.
func ruleList(w *settingsWalk, names []string, base, head *value) {
	before, now := entries(base), entries(head)
	has := func(list []entry, e entry) bool {
		return slices.ContainsFunc(list, func(o entry) bool { return o.text == e.text })
	}
	for _, e := range now {
		if !has(before, e) && strings.Contains(e.text, "=allow") {
			w.c.loosens(check.Medium, e.line, fixAllow, w.c.said(e.line), "%s has a new rule that allows: %s", name(names), short(e.text))
		}
	}
	for _, e := range before {
		if !has(now, e) && !strings.Contains(e.text, "=allow") {
			w.c.loosens(check.Medium, 0, fixDeny, w.c.stood(e.line), "%s no longer has the rule %s", name(names), short(e.text))
		}
	}
}

// toolList is the tools of one agent: a list limits it, and none is no limit.
func toolList(w *settingsWalk, names []string, base, head *value) {
	if isMapping(base) || isMapping(head) {
		w.compare(names, base, head)
		return
	}
	if base != nil && head == nil && w.c.head.there {
		w.c.loosens(check.Medium, 0, fixDeny, w.c.stood(base.line), "%s no longer limits the agent's tools", name(names))
		return
	}
	if base == nil {
		return // a new limit
	}
	allowList(w, names, base, head)
}

func alwaysApplied(w *settingsWalk, names []string, base, head *value) {
	if isOn(base) && !isOn(head) {
		w.c.tell(check.Medium, head.at(), "", w.c.both(base.at(), head.at()), "the rule is no longer always applied")
	}
}

// runsByItself is a command that a tool runs unasked.
func runsByItself(w *settingsWalk, names []string, base, head *value) {
	if head == nil || head.form() == "" || head.str() == "false" {
		return
	}
	w.c.loosens(check.High, head.line, fixRuns, w.c.both(base.at(), head.line), "%s now runs %q by itself", name(names), short(head.form()))
}

// sources are the files and addresses that agents take their instructions from.
func sources(w *settingsWalk, names []string, base, head *value) {
	for _, e := range missingEntries(entries(head), entries(base)) {
		if strings.Contains(e.text, "://") || strings.HasPrefix(e.text, "~") || strings.HasPrefix(e.text, "/") || strings.HasPrefix(e.text, "../") {
			w.c.loosens(check.High, e.line, fixFetched, w.c.said(e.line), "%s now has %q, which is not in the repository", name(names), short(e.text))
		} else {
			w.c.tell(check.Medium, e.line, "", w.c.said(e.line), "%s now has %q: agents take instructions from it", name(names), short(e.text))
		}
	}
	for _, e := range missingEntries(entries(base), entries(head)) {
		w.c.tell(check.Medium, 0, "", w.c.stood(e.line), "%s no longer has %q: agents took instructions from it", name(names), short(e.text))
	}
}

// environmentCommand is a command that sets up where an agent in the cloud works.
func environmentCommand(w *settingsWalk, names []string, base, head *value) {
	w.c.lifecycle(names[len(names)-1], base, head)
}

// plugins bring in servers, hooks and commands of others.
func plugins(w *settingsWalk, names []string, base, head *value) {
	if !isMapping(base) && !isMapping(head) {
		allowList(w, names, base, head)
		return
	}
	for _, key := range keysOf(base, head) {
		x, y := base.get(key), head.get(key)
		if x.equal(y) || y == nil || y.str() == "false" {
			continue
		}
		w.c.loosens(check.High, y.line, fixRuns, w.c.both(x.at(), y.line), "%s now has %q, which can bring in servers, hooks and commands", name(names), short(key))
	}
}

// attribution is the sign by which an agent's work is known.
func attribution(w *settingsWalk, names []string, base, head *value) {
	if head != nil && head.kind == scalar && !isOn(head) && (base == nil || isOn(base)) {
		w.c.loosens(check.Medium, head.line, fixSetting, w.c.both(base.at(), head.line), "%s is off: the agent's commits no longer say whose they are", name(names))
	}
}

// variable is an environment variable, or the address that a tool sends to.
func variable(w *settingsWalk, names []string, base, head *value) {
	last := names[len(names)-1]
	switch {
	case head == nil:
	case redirects(strings.ToLower(last)):
		w.c.loosens(check.High, head.line, fixSetting, w.c.both(base.at(), head.line), "%s is now %q: it decides where an agent's words go or what code it loads", name(names), short(head.form()))
	default:
		w.c.tell(check.Low, head.line, "", w.c.both(base.at(), head.line), "%s is set", name(names))
	}
}

// redirects reports whether a variable, in lower case, decides where traffic goes or what code is loaded.
func redirects(name string) bool {
	switch name {
	case "node_options", "ld_preload", "ld_library_path", "pythonpath", "pythonstartup", "path", "node_tls_reject_unauthorized", "bash_env",
		"git_ssh_command", "git_ssl_no_verify", "perl5opt", "rubyopt", "java_tool_options", "npm_config_registry", "pip_index_url", "uv_index_url",
		"http_proxy", "https_proxy", "all_proxy", "node_extra_ca_certs", "openai-api-base", "apibase", "api_base":
		return true
	}
	return strings.HasPrefix(name, "dyld_") || strings.HasSuffix(name, "_base_url") || strings.HasSuffix(name, "_api_base") || name == "base_url" || name == "baseurl"
}
