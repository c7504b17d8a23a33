package controlplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixUnread  = "Look at the file yourself, or write it so that it can be read."
	fixAllow   = "Take the entry out, or have a person who answers for it add it in a pull request of their own."
	fixDeny    = "Put the entry back, or have a person who answers for it take it out in a pull request of their own."
	fixSetting = "Put the setting back, or have a person who answers for it change it in a pull request of their own."
	fixRuns    = "Take it out, or have a person who answers for it add it in a pull request of their own."
)

// trees parses both sides. It is false where the head cannot be read, which it says.
func (c *change) trees() (base, head *value, ok bool) {
	empty := &value{kind: mapping}
	base, head = empty, empty
	var err error
	if c.head.there {
		if head, err = parse(c.file.Path, c.head.whole); err != nil {
			c.unreadable(err)
			return nil, nil, false
		}
	}
	if c.base.there {
		if base, err = parse(c.file.Paths()[0], c.base.whole); err != nil {
			c.blind, base = true, empty
		}
	}
	return base, head, true
}

// unreadable says that a side cannot be parsed. A file that nobody can read is not a file without faults.
func (c *change) unreadable(err error) {
	c.loosens(check.Medium, 0, fixUnread, nil, "%s cannot be read: %s", c.surface, short(err.Error()))
}

// settings compares what agents are configured with.
func (c *change) settings() {
	base, head, ok := c.trees()
	if !ok {
		return
	}
	w := settingsWalk{c: c, base: base, head: head}
	w.compare(nil, base, head)
	if w.quiet > 0 && c.surface != sharedSettings {
		c.tell(check.Low, w.first, "", c.said(w.first), "changes %s of agents in ways that loosen nothing known here", count(w.quiet, "setting", "settings"))
	}
}

// settingsWalk goes through both sides at once.
type settingsWalk struct {
	c          *change
	base, head *value // the roots
	quiet      int    // changes of settings that have no role
	first      int    // the line of the first of them
}

func (w *settingsWalk) compare(names []string, a, b *value) {
	for _, key := range keysOf(a, b) {
		p := append(slices.Clip(names), key)
		x, y := a.get(key), b.get(key)
		if x.equal(y) {
			continue
		}
		if role := w.role(p); role != nil {
			role(w, p, x, y)
			continue
		}
		if isMapping(x) && (y == nil || isMapping(y)) || x == nil && isMapping(y) {
			w.compare(p, x, y)
			continue
		}
		if w.quiet++; w.first == 0 {
			w.first = y.at()
		}
	}
}

func isMapping(v *value) bool { return v != nil && v.kind == mapping }

// keysOf are the names of both, those of the head in its order first.
func keysOf(a, b *value) []string {
	var out []string
	if b != nil {
		out = append(out, b.keys...)
	}
	if a != nil {
		for _, key := range a.keys {
			if b.get(key) == nil {
				out = append(out, key)
			}
		}
	}
	return out
}

// role finds what a setting does by the end of its name: "profiles.ci.approval_policy" has the role of "approval_policy".
func (w *settingsWalk) role(names []string) role {
	full := strings.ToLower(strings.Join(names, "."))
	for rest, more := full, true; more; _, rest, more = strings.Cut(rest, ".") {
		if r := roles[rest]; r != nil {
			return r
		}
	}
	last := strings.ToLower(names[len(names)-1])
	switch {
	case strings.HasSuffix(strings.ToLower(w.c.path), ".cursor/environment.json") && (last == "install" || last == "start" || last == "update"):
		return environmentCommand
	case full == "servers" && strings.HasSuffix(strings.ToLower(w.c.path), "mcp.json"):
		return serversRole
	case full == "mcp" && strings.Contains(strings.ToLower(w.c.path), "opencode"):
		return serversRole
	case len(names) > 1 && strings.ToLower(names[len(names)-2]) == "env", strings.HasPrefix(full, "shell_environment_policy.set."):
		return variable
	case redirects(last):
		return variable
	}
	return nil
}

// role says what a change of one setting means. Either side may be nil.
type role func(w *settingsWalk, names []string, base, head *value)

var roles = map[string]role{}

func init() {
	for names, r := range map[string]role{
		`mcpservers mcp_servers mcp-servers context_servers mcp.servers amp.mcpservers`: serversRole,
		`permissions.allow additionaldirectories allowedtools allowed-tools allowed_tools tools.allowed tools.core coretools mcp.allowed
		enabledmcpjsonservers allowedcommands commandallowlist commands.allowlist autoapprovedtools trustedcommands trusted_commands
		sandbox.network.alloweddomains sandbox.network.allowunixsockets
		sandbox.excludedcommands filesystem.allowwrite filesystem.allowread writable_roots includedirectories
		includetools enabled_tools trustedfolders trustedmcpservers claudemdexcludes`: allowList,
		`permissions.deny permissions.ask tools.exclude excludetools disallowedtools disallowed-tools disabledmcpjsonservers mcp.excluded
		disabled_tools deniedcommands commanddenylist commands.denylist network.denieddomains filesystem.denywrite filesystem.denyread
		requiredhooks excludedcommandsdeny`: denyList,
		`enableallprojectmcpservers autoaccept tools.autoaccept autoapprove chat.tools.autoapprove chat.tools.global.autoapprove network_access
		allowunsandboxedcommands dangerouslyallowall dangerouslyskippermissions yes-always yes_always yolo
		skipdangerousmodepermissionprompt disableallhooks alwaysallowwrite alwaysallowexecute alwaysallowmcp alwaysallowbrowser
		alwaysallowreadonlyoutsideworkspace alwaysallowwriteoutsideworkspace autoapprovalenabled
		enableweakernestedsandbox allowlocalbinding dangerously-skip-permissions autorun yolomode
		allowallunixsockets dangerously_bypass_approvals_and_sandbox
		dangerouslydisablesandbox bypasspermissions auto_approve auto-approve trustallservers trust_all_tools`: onLoosens,
		`sandbox.enabled tools.sandbox sandbox security.disableyolomode disableyolomode disablebypasspermissionsmode
		security.disablealwaysallow requireapproval require_approval confirmcommands`: offLoosens,
		`security.workspace.trust.enabled security.foldertrust.enabled foldertrust git-commit-verify`: offLoosensByDefault,
		`apikeyhelper awsauthrefresh awscredentialexport otelheadershelper statusline.command notify lint-cmd test-cmd
		filesuggestion.command tools.discoverycommand tools.callcommand discoverycommand callcommand toolcallcommand tooldiscoverycommand`: runsByItself,
		`hooks`: hooksRole,
		`chat.tools.terminal.autoapprove chat.tools.edits.autoapprove chat.tools.urls.autoapprove
		github.copilot.chat.agent.terminal.allowlist`: switches,
		`permission`:      permissionTree,
		`amp.permissions`: ruleList,
		`tools`:           toolList,
		`alwaysapply`:     alwaysApplied,
		`instructions context.filename contextfilename project_doc_fallback_filenames experimental_instructions_file model_instructions_file`: sources,
		`enabledplugins extraknownmarketplaces plugins marketplaces`:                                                                          plugins,
		`includecoauthoredby attribution.commit attribution.pr attribute-co-authored-by attribute-author attribute-committer`:                 attribution,
		`task.allowautomatictasks`: scale("off", "auto", "on"),
		`defaultmode permissionmode permission-mode initialpermissionmode`: scale("plan", "dontask", "default", "acceptedits", "auto", "bypasspermissions"),
		`approval_policy approvalpolicy`:                                   scale("untrusted", "on-request", "on-failure", "never"),
		`sandbox_mode sandboxmode`:                                         scale("read-only", "workspace-write", "danger-full-access"),
		`defaultapprovalmode approvalmode`:                                 scale("plan", "default", "auto_edit", "auto-edit", "yolo"),
		`trust_level`:                                                      scale("untrusted", "trusted"),
	} {
		for _, name := range strings.Fields(names) {
			roles[name] = r
		}
	}
}

func name(names []string) string { return short(strings.Join(names, ".")) }

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
