package controlplane

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

var (
	lifecycle = []string{"initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand"}
	breakout  = regexp.MustCompile(`(?i)--privileged\b|--cap-add[= ]?(?:all|sys_\w+|net_admin)|seccomp[=:]unconfined|apparmor[=:]unconfined|label[=:]disable|docker\.sock|containerd\.sock|podman\.sock|--(?:network|net|pid|ipc|uts|userns)[= ]host|source=/(?:,|$)|^/:|--device\b|\$\{localEnv:HOME\}(?:,|:|$)|/\.ssh\b|/\.aws\b|/\.gnupg\b|/\.docker\b|/\.kube\b|/\.config/gh\b|/\.claude\b|\.netrc`)
	hostMount = regexp.MustCompile(`(?i)type=bind|^/|\$\{localEnv:|\$\{localWorkspaceFolder\}/\.\.`)
	secretish = regexp.MustCompile(`(?i)\$\{localEnv:\w*(?:TOKEN|SECRET|KEY|PASSWORD|CREDENTIAL)\w*|SSH_AUTH_SOCK`)
)

// container compares a dev container: what runs by itself, and what it may reach of the machine that it runs on.
func (c *change) container() {
	base, head, ok := c.trees()
	if !ok {
		return
	}
	if !c.head.there {
		c.tell(check.Low, 0, "", nil, "the dev container is gone")
		return
	}
	for _, key := range lifecycle {
		c.lifecycle(key, base.get(key), head.get(key))
	}
	if isOn(head.get("privileged")) && !isOn(base.get("privileged")) {
		n := head.get("privileged").line
		c.loosens(check.High, n, fixSetting, c.said(n), "the dev container is now privileged: it can reach everything of the machine that it runs on")
	}
	for _, key := range []string{"runArgs", "mounts", "capAdd", "securityOpt", "workspaceMount", "appPort"} {
		c.reaches(key, base.get(key), head.get(key))
	}
	for _, key := range []string{"remoteEnv", "containerEnv"} {
		c.containerEnv(base.get(key), head.get(key))
	}
	for _, key := range keysOf(base.get("features"), head.get("features")) {
		if v := head.get("features", key); v != nil && base.get("features", key) == nil {
			c.tell(check.Low, v.line, "", c.said(v.line), "the dev container has the new feature %q", short(key))
		}
	}
	for _, key := range []string{"image", "dockerFile", "dockerComposeFile", "build", "remoteUser", "containerUser", "service"} {
		if a, b := base.get(key), head.get(key); !a.equal(b) && b != nil && c.base.there {
			c.tell(check.Low, b.line, "", c.both(a.at(), b.line), "the dev container's %s is now %q", key, short(b.form()))
		}
	}
	w := settingsWalk{c: c, base: base, head: head}
	w.compare([]string{"customizations"}, base.get("customizations"), head.get("customizations"))
}

func (c *change) lifecycle(key string, a, b *value) {
	if b == nil || a.equal(b) || b.form() == "" {
		return
	}
	quote := c.both(a.at(), b.line)
	what, risk := dangerous(b.form())
	switch {
	case what != "":
		c.loosens(risk, b.line, fixDangerous, quote, "%s %s", key, what)
	case key == "initializeCommand":
		c.loosens(check.High, b.line, fixRuns, quote, "%s now runs %q by itself, outside of the container", key, short(b.form()))
	case a == nil && c.base.there:
		c.loosens(check.Medium, b.line, fixRuns, quote, "%s now runs %q by itself", key, short(b.form()))
	default:
		c.tell(check.Medium, b.line, "", quote, "%s now runs %q", key, short(b.form()))
	}
}

// reaches compares lists of what the container gets of its machine.
func (c *change) reaches(key string, a, b *value) {
	before := entries(a)
	for _, e := range containerEntries(b) {
		if slices.ContainsFunc(before, func(o entry) bool { return o.text == e.text }) || slices.ContainsFunc(containerEntries(a), func(o entry) bool { return o.text == e.text }) {
			continue
		}
		switch {
		case breakout.MatchString(e.text) || key == "capAdd":
			c.loosens(check.High, e.line, fixSetting, c.said(e.line), "%s now has %q: the container can reach the machine that it runs on", key, short(e.text))
		case (key == "mounts" || key == "workspaceMount") && hostMount.MatchString(e.text):
			c.loosens(check.Medium, e.line, fixSetting, c.said(e.line), "%s now has %q, a directory of the machine that it runs on", key, short(e.text))
		case key == "securityOpt":
			c.loosens(check.Medium, e.line, fixSetting, c.said(e.line), "%s now has %q", key, short(e.text))
		default:
			c.tell(check.Low, e.line, "", c.said(e.line), "%s now has %q", key, short(e.text))
		}
	}
}

// containerEntries joins a flag with the value that follows it: "--network", "host".
func containerEntries(v *value) []entry {
	if v != nil && v.kind == scalar {
		return []entry{{v.str(), v.line}}
	}
	var out []entry
	for _, e := range entries(v) {
		if n := len(out) - 1; n >= 0 && strings.HasPrefix(out[n].text, "--") && !strings.Contains(out[n].text, "=") && !strings.Contains(out[n].text, " ") && !strings.HasPrefix(e.text, "-") {
			out[n].text += " " + e.text
			continue
		}
		out = append(out, e)
	}
	return out
}

func (c *change) containerEnv(a, b *value) {
	if b == nil {
		return
	}
	for _, name := range b.keys {
		v := b.get(name)
		switch {
		case a.get(name).equal(v):
		case secretish.MatchString(v.str()):
			c.loosens(check.Medium, v.line, fixSetting, c.said(v.line), "the container is now given %s, a secret of the machine that it runs on", short(name))
		case redirects(strings.ToLower(name)) && name != "PATH" && a.get(name) == nil:
			c.loosens(check.High, v.line, fixSetting, c.said(v.line), "the container now has %s, which decides where traffic goes or what code it loads", short(name))
		}
	}
}

// tasks compares an editor's tasks: those that run when the folder is opened run unasked.
func (c *change) tasks() {
	base, head, ok := c.trees()
	if !ok {
		return
	}
	before := map[string]*value{}
	for _, t := range base.get("tasks").list() {
		if runsOnOpen(t) {
			before[t.get("label").str()+t.get("taskName").str()] = t
		}
	}
	for _, t := range head.get("tasks").list() {
		label := t.get("label").str() + t.get("taskName").str()
		old := before[label]
		if !runsOnOpen(t) || old != nil && old.get("command").equal(t.get("command")) && old.get("args").equal(t.get("args")) {
			continue
		}
		n := t.get("command").at()
		if n == 0 {
			n = t.line
		}
		c.loosens(check.High, n, fixRuns, c.both(old.get("command").at(), n), "the task %q runs %q as soon as the folder is opened", short(label), short(strings.TrimSpace(t.get("command").form()+" "+t.get("args").form())))
	}
}

func runsOnOpen(t *value) bool {
	return strings.EqualFold(t.get("runOptions", "runOn").str(), "folderOpen")
}

func (v *value) list() []*value {
	if v == nil {
		return nil
	}
	return v.items
}
