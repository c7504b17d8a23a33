package controlplane

import (
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
			c.blindly()
			base = empty
		}
	}
	return base, head, true
}

// blindly goes on without the base: only what stands on an added line is new for certain.
func (c *change) blindly() {
	c.tell(check.Low, 0, "", nil, "what stood here before cannot be read, so only the added lines are judged")
	c.blind = true
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
