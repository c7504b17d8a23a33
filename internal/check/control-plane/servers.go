package controlplane

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixServer = "Take the server out, or have somebody who may change the policy put it under servers of this check."
	fixPin    = "Write the exact version, as in name@1.2.3."
)

// serversRole compares the MCP servers of both sides by name.
func serversRole(w *settingsWalk, names []string, base, head *value) {
	for _, key := range keysOf(base, head) {
		x, y := base.get(key), head.get(key)
		switch {
		case x.equal(y):
		case y == nil:
			w.c.tell(check.Low, 0, "", w.c.stood(x.line), "the MCP server %q is gone", short(key))
		case x == nil && renamedFrom(base, head, y) != "":
			w.c.tell(check.Low, y.line, "", w.c.said(y.line), "the MCP server %q is now named %q", short(renamedFrom(base, head, y)), short(key))
		case x == nil:
			w.added(key, y)
		default:
			w.changed(key, x, y)
		}
	}
}

// renamedFrom is the name under which the same server stood, where that name is free now.
func renamedFrom(base, head, server *value) string {
	if base == nil {
		return ""
	}
	for _, key := range base.keys {
		if head.get(key) == nil && base.get(key).equal(server) {
			return key
		}
	}
	return ""
}

func (w *settingsWalk) added(key string, server *value) {
	s := sourceOf(server)
	if s.name == "" && server.get("disabled") == nil && server.get("enabled") == nil {
		if server.kind == scalar || len(server.keys) == 0 {
			return
		}
	}
	if slices.ContainsFunc(w.c.r.o.Servers, func(glob string) bool { return s.name != "" && !s.shell && doublestar.MatchUnvalidated(glob, s.name) }) {
		w.c.tell(check.Low, server.line, "", w.c.said(server.line), "adds the MCP server %q (%s), which the policy permits", short(key), short(s.name))
		w.granted(key, nil, server)
		return
	}
	how := "which is " + fmt.Sprintf("%q", short(s.line))
	if !s.remote {
		how = fmt.Sprintf("which runs %q", short(s.line))
	}
	if s.unpinned {
		how += " in whatever version is newest"
	}
	if s.plain {
		how += " without encryption"
	}
	quote := w.c.said(server.line)
	for _, field := range []string{"command", "url", "serverUrl", "httpUrl", "args"} {
		if at := server.get(field).at(); at != 0 && at != server.line {
			quote = append(quote, w.c.said(at)...)
		}
	}
	w.c.loosens(check.High, server.line, fixServer, quote, "adds the MCP server %q, %s", short(key), how)
	w.granted(key, nil, server)
}

func (w *settingsWalk) changed(key string, x, y *value) {
	a, b := sourceOf(x), sourceOf(y)
	at := firstChanged(x, y)
	quote := w.c.both(x.get(at).at(), y.get(at).at())
	n := max(y.get(at).at(), y.line)
	if y.get(at) == nil {
		n = y.line
	}
	switch {
	case a.name != b.name || a.shell != b.shell || b.shell && a.line != b.line:
		w.c.loosens(check.High, n, fixServer, quote, "the MCP server %q is now %q; it was %q", short(key), short(b.line), short(a.line))
	case b.unpinned && !a.unpinned:
		w.c.loosens(check.Medium, n, fixPin, quote, "the MCP server %q is no longer pinned to a version", short(key))
	case a.version != b.version:
		w.c.tell(check.Medium, n, "", quote, "the MCP server %q is now version %q; it was %q", short(key), short(orNewest(b.version)), short(orNewest(a.version)))
	}
	w.arguments(key, a, b, n, quote)
	w.granted(key, x, y)
}

func orNewest(version string) string {
	if version == "" {
		return "latest"
	}
	return version
}

var limits = regexp.MustCompile(`(?i)read-?only|sandbox|restrict|safe|no-?write|deny|disallow|allowed`)

// arguments compares how a server is run, beside what it is.
func (w *settingsWalk) arguments(key string, a, b source, n int, quote []string) {
	if a.name != b.name {
		return
	}
	lost, won := missing(a.args, b.args), missing(b.args, a.args)
	isLimit := func(arg string) bool { return limits.MatchString(arg) }
	switch {
	case slices.ContainsFunc(lost, isLimit):
		w.c.loosens(check.High, n, fixSetting, quote, "the MCP server %q loses the argument %q", short(key), short(lost[slices.IndexFunc(lost, isLimit)]))
	case len(won) > 0 && !slices.ContainsFunc(won, func(arg string) bool { return !isLimit(arg) }):
		w.c.tell(check.Low, n, "", quote, "the MCP server %q has the further argument %q", short(key), short(won[0]))
	case len(won) > 0:
		w.c.loosens(check.Medium, n, fixSetting, quote, "the MCP server %q has the further argument %q", short(key), short(won[0]))
	case len(lost) > 0:
		w.c.loosens(check.Medium, n, fixSetting, quote, "the MCP server %q loses the argument %q", short(key), short(lost[0]))
	}
}

func missing(from, in []string) []string {
	var out []string
	for _, s := range from {
		if !slices.Contains(in, s) {
			out = append(out, s)
		}
	}
	return out
}

// granted compares what a server may do unasked, and what it is given. x is nil where the server is new.
func (w *settingsWalk) granted(key string, x, y *value) {
	server := "mcp server " + key
	for _, field := range y.keys {
		before, now := x.get(field), y.get(field)
		if before.equal(now) {
			continue
		}
		switch strings.ToLower(field) {
		case "alwaysallow", "autoapprove", "autoapprovedtools", "trustedtools", "includetools", "enabled_tools", "tools":
			if x == nil && (strings.EqualFold(field, "tools") || strings.EqualFold(field, "includetools") || strings.EqualFold(field, "enabled_tools")) {
				continue // a new server's limit
			}
			allowList(w, []string{server, field}, before, now)
		case "trust", "trusted", "autostart", "auto_approve":
			onLoosens(w, []string{server, field}, before, now)
		case "env", "environment", "headers", "env_vars", "http_headers", "env_http_headers":
			w.given(key, field, before, now)
		case "envfile":
			w.c.tell(check.Medium, now.line, "", w.c.said(now.line), "the MCP server %q is given the variables of %q", short(key), short(now.str()))
		case "cwd":
			if x != nil {
				w.c.loosens(check.Medium, now.line, fixSetting, w.c.both(before.at(), now.line), "the MCP server %q now runs in %q", short(key), short(now.str()))
			}
		case "disabled", "enabled":
			off := strings.EqualFold(field, "disabled") == isOn(before) && before != nil
			if on := strings.EqualFold(field, "disabled") != isOn(now); x != nil && off && on {
				w.c.loosens(check.Medium, now.line, fixSetting, w.c.both(before.at(), now.line), "the MCP server %q is switched on", short(key))
			}
		}
	}
	if x == nil {
		return
	}
	for _, field := range []string{"excludeTools", "disabled_tools", "disabledTools"} {
		denyList(w, []string{server, field}, x.get(field), y.get(field))
	}
	for _, field := range []string{"includeTools", "enabled_tools"} {
		if x.get(field) != nil && y.get(field) == nil {
			w.c.loosens(check.Medium, 0, fixDeny, w.c.stood(x.get(field).line), "the MCP server %q is no longer limited to some of its tools", short(key))
		}
	}
	if x.get("disabled") != nil && isOn(x.get("disabled")) && y.get("disabled") == nil {
		w.c.loosens(check.Medium, y.line, fixSetting, w.c.stood(x.get("disabled").line), "the MCP server %q is switched on", short(key))
	}
}

// given compares the variables or headers that a server gets, by name: their values are secrets or refer to them.
func (w *settingsWalk) given(key, field string, before, now *value) {
	if now.kind == sequence {
		for _, e := range entries(now) {
			if !slices.ContainsFunc(entries(before), func(o entry) bool { return o.text == e.text }) {
				w.c.tell(check.Medium, e.line, "", w.c.said(e.line), "the MCP server %q is now given %s", short(key), short(e.text))
			}
		}
		return
	}
	for _, k := range now.keys {
		v := now.get(k)
		switch {
		case before.get(k).equal(v):
		case redirects(strings.ToLower(k)):
			w.c.loosens(check.High, v.line, fixSetting, w.c.both(before.get(k).at(), v.line), "the MCP server %q now has %s, which decides where its words go or what code it loads", short(key), short(k))
		case before.get(k) == nil:
			w.c.tell(check.Medium, v.line, "", w.c.said(v.line), "the MCP server %q is now given %s %s", short(key), strings.ToLower(field), short(k))
		}
	}
}

// firstChanged is the first field of a server that differs, those that say what it is before the others.
func firstChanged(x, y *value) string {
	for _, field := range []string{"command", "args", "url", "serverUrl", "httpUrl"} {
		if !x.get(field).equal(y.get(field)) && y.get(field) != nil {
			return field
		}
	}
	for _, field := range y.keys {
		if !x.get(field).equal(y.get(field)) {
			return field
		}
	}
	return "command"
}

// source is what an MCP server is.
type source struct {
	name     string   // a URL, a package without its version, an image, or a command
	version  string   // of a package or an image
	line     string   // as it is written
	args     []string // beside what name and version say
	remote   bool
	plain    bool // over HTTP to another machine
	unpinned bool // a package or an image that is fetched in its newest version
	shell    bool // a shell's script: what runs cannot be told
}

func sourceOf(server *value) source {
	for _, field := range []string{"url", "serverUrl", "httpUrl", "serverURL", "uri", "endpoint"} {
		if address := server.get(field).str(); address != "" {
			s := source{name: address, line: address, remote: true}
			if u, err := url.Parse(address); err == nil {
				s.plain = u.Scheme == "http" && !local(u.Hostname())
			}
			return s
		}
	}
	command := server.get("command")
	words := command.strings()
	if command != nil && command.kind == mapping { // Zed's
		words = append(command.get("path").strings(), command.get("args").strings()...)
	}
	if len(words) == 1 && strings.Contains(words[0], " ") {
		words = strings.Fields(words[0])
	}
	words = append(words, server.get("args").strings()...)
	if len(words) == 0 {
		words = server.get("cmd").strings()
		words = append(words, server.get("args").strings()...)
	}
	return sourceOfCommand(words)
}

func local(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal"
}

func sourceOfCommand(words []string) source {
	s := source{line: strings.Join(words, " ")}
	if len(words) == 0 {
		return s
	}
	tool := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(path.Base(strings.ReplaceAll(words[0], `\`, "/"))), ".exe"), ".cmd")
	rest := words[1:]
	switch tool {
	case "env":
		for len(rest) > 0 && strings.Contains(rest[0], "=") {
			rest = rest[1:]
		}
		inner := sourceOfCommand(rest)
		inner.line, inner.shell = s.line, true // what it sets can change what runs
		return inner
	case "sh", "bash", "zsh", "fish", "powershell", "pwsh":
		s.name, s.shell = s.line, true
		return s
	case "cmd":
		for len(rest) > 0 && strings.HasPrefix(rest[0], "/") {
			rest = rest[1:]
		}
		inner := sourceOfCommand(rest)
		inner.line = s.line
		return inner
	case "pnpm", "yarn", "npm", "uv", "pipx", "bun":
		if len(rest) > 0 && slices.Contains([]string{"dlx", "exec", "x", "run"}, rest[0]) && (tool != "npm" && tool != "bun" && tool != "uv" || rest[0] != "run") {
			s.fetched(rest[1:], tool)
			return s
		}
		if len(rest) > 1 && rest[0] == "tool" && rest[1] == "run" {
			s.fetched(rest[2:], "uvx")
			return s
		}
	case "npx", "bunx", "pnpx", "uvx":
		s.fetched(rest, tool)
		return s
	case "docker", "podman", "nerdctl":
		s.image(tool, rest)
		return s
	}
	s.name, s.args = words[0], rest
	return s
}

// fetched takes a launcher's arguments apart: the first one that is no flag, or the one of --package or --from, is what it fetches.
func (s *source) fetched(args []string, tool string) {
	what := ""
	for i := 0; i < len(args); i++ {
		a := args[i]
		flag, val, has := strings.Cut(a, "=")
		switch {
		case slices.Contains([]string{"--package", "-p", "--from", "--spec", "--with"}, flag) && strings.HasPrefix(a, "-"):
			if !has && i+1 < len(args) {
				i++
				val = args[i]
			}
			if what == "" || flag != "--with" {
				what = val
			} else {
				s.args = append(s.args, a, val)
			}
		case strings.HasPrefix(a, "-") && what == "":
			if a != "-y" && a != "--yes" && a != "-q" && a != "--quiet" {
				s.args = append(s.args, a)
			}
		case what == "":
			what = a
		default:
			s.args = append(s.args, a)
		}
	}
	s.name, s.version = splitVersion(what)
	s.unpinned = s.name != "" && !exact.MatchString(s.version) && !strings.HasPrefix(what, ".") && !strings.HasPrefix(what, "/")
	_ = tool
}

var exact = regexp.MustCompile(`^=?=?v?\d+(\.\d+)+([-+.\w]*)$|^[0-9a-f]{40}$|^sha256:[0-9a-f]{64}$`)

// splitVersion takes "name@1.2.3", "name==1.2.3" and "git+https://host/x@ref" apart.
func splitVersion(s string) (name, version string) {
	if name, version, ok := strings.Cut(s, "=="); ok {
		return name, version
	}
	if i := strings.LastIndexByte(s, '@'); i > 0 {
		return s[:i], s[i+1:]
	}
	if i := strings.LastIndexByte(s, '#'); i > 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// valued are docker's flags that take the next argument.
var valued = []string{"-e", "--env", "-v", "--volume", "--mount", "-p", "--publish", "--name", "--network", "--net", "-u", "--user", "-w", "--workdir", "--entrypoint", "--env-file", "--add-host", "-l", "--label", "--platform", "-m", "--memory", "--cap-add", "--cap-drop", "--security-opt", "--device", "--pull"}

func (s *source) image(tool string, args []string) {
	if len(args) > 0 && args[0] == "run" {
		args = args[1:]
	}
	for i := 0; i < len(args); i++ {
		if strings.HasPrefix(args[i], "-") {
			s.args = append(s.args, args[i])
			if slices.Contains(valued, args[i]) && i+1 < len(args) {
				i++
				s.args[len(s.args)-1] += " " + args[i]
			}
			continue
		}
		if s.name == "" {
			image, digest, pinned := strings.Cut(args[i], "@")
			s.name, s.version = image, digest
			if at := strings.LastIndexByte(image, ':'); at > strings.LastIndexByte(image, '/') {
				s.name = image[:at]
				if !pinned {
					s.version = image[at+1:]
				}
			}
			s.unpinned = s.version == "" || s.version == "latest"
			continue
		}
		s.args = append(s.args, args[i])
	}
	if s.name == "" {
		s.name = tool
	}
}
