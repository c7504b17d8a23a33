package controlplane

import (
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

// allowList is what agents may do unasked: each entry more is a permission more.
func allowList(w *settingsWalk, names []string, base, head *value) {
	if on := head.str(); on == "true" || on == "false" || len(keysOf(base, head)) > 0 { // some tools have a switch of this name
		if isMapping(base) || isMapping(head) {
			switches(w, names, base, head)
			return
		}
		onLoosens(w, names, base, head)
		return
	}
	before := entries(base)
	for _, e := range entries(head) {
		if slices.ContainsFunc(before, func(b entry) bool { return covers(b.text, e.text) }) {
			continue
		}
		risk, note := check.Medium, ""
		if sweeping(e.text) {
			risk, note = check.High, ", which leaves hardly anything to ask for"
		}
		w.c.loosens(risk, e.line, fixAllow, w.c.said(e.line), "%s now has %q%s", name(names), short(e.text), note)
	}
}

// denyList is what agents may not do, or not unasked: each entry less is a permission more.
func denyList(w *settingsWalk, names []string, base, head *value) {
	now := entries(head)
	if strings.EqualFold(names[len(names)-1], "ask") {
		now = append(now, entries(w.head.get("permissions", "deny"))...)
	}
	for _, e := range entries(base) {
		if slices.ContainsFunc(now, func(b entry) bool { return covers(b.text, e.text) }) {
			continue
		}
		risk := check.Medium
		if strings.EqualFold(names[len(names)-1], "deny") || sweeping(e.text) {
			risk = check.High
		}
		w.c.loosens(risk, 0, fixDeny, w.c.stood(e.line), "%s no longer has %q", name(names), short(e.text))
	}
	for _, e := range entries(head) {
		if !slices.ContainsFunc(entries(base), func(b entry) bool { return b.text == e.text }) {
			w.c.tell(check.Low, e.line, "", w.c.said(e.line), "%s now has %q too", name(names), short(e.text))
		}
	}
}

type entry struct {
	text string
	line int
}

// entries are a list's words; a text is a list with commas, as a skill's "allowed-tools" is.
func entries(v *value) []entry {
	if v == nil {
		return nil
	}
	var out []entry
	if v.kind == scalar {
		for _, s := range splitList(v.str()) {
			out = append(out, entry{s, v.line})
		}
		return out
	}
	for _, item := range v.items {
		if item.kind == scalar {
			if s := strings.TrimSpace(item.str()); s != "" {
				out = append(out, entry{s, item.line})
			}
		} else {
			out = append(out, entry{item.form(), item.line})
		}
	}
	return out
}

// splitList splits at commas and, where there are none, at blanks, but not inside of brackets.
func splitList(s string) []string {
	depth, commas := 0, strings.Contains(s, ",")
	parts := strings.FieldsFunc(s, func(r rune) bool {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		return depth == 0 && (r == ',' || !commas && r == ' ')
	})
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// covers reports whether a rule takes in another: "Bash(npm run:*)" does "Bash(npm run test)", and "Bash" every "Bash(…)".
func covers(rule, other string) bool {
	if rule == other || rule == "*" || strings.HasPrefix(other, rule+"(") {
		return true
	}
	head, ok := strings.CutSuffix(rule, "*)")
	if !ok {
		head, ok = strings.CutSuffix(rule, "*")
	}
	head = strings.TrimSuffix(head, ":")
	return ok && strings.HasPrefix(other, strings.TrimSuffix(head, "*"))
}

var sweepingCommands = []string{"sudo", "rm", "curl", "wget", "git push", "git", "bash", "sh", "zsh", "eval", "python", "python3", "node", "npx", "uvx", "gh", "docker", "kubectl", "aws", "gcloud", "terraform", "ssh", "chmod", "dd", "env", "xargs", "find", "gh pr merge", "npm publish", "powershell", "pwsh", "git push --force", "gh api", "deno", "ruby", "perl"}

// sweeping reports whether an entry permits nearly everything: a tool that runs commands or writes files without a limit,
// or a command that runs others, deletes, sends or publishes with any arguments.
func sweeping(e string) bool {
	tool, rest, limited := strings.Cut(strings.ToLower(strings.TrimSpace(e)), "(")
	rest = strings.TrimSuffix(rest, ")")
	rest = strings.TrimRight(rest, ":* ")
	switch tool {
	case "*", "all", ".*", "mcp__*", "/", "~", "~/", "..":
		return true
	case "bash", "shell", "run_shell_command", "execute", "execute_command", "terminal", "write", "edit", "multiedit", "webfetch", "execute_bash", "shelltool", "powershell", "read":
		if !limited || rest == "" || rest == "/" || rest == "domain" || strings.Trim(rest, "*/") == "" {
			return tool != "read" || limited && rest == "/"
		}
		return slices.Contains(sweepingCommands, rest) && strings.Contains(e, "*")
	}
	return slices.Contains(sweepingCommands, strings.TrimRight(tool, ":* "))
}
