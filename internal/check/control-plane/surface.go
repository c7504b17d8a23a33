package controlplane

import (
	"path"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// surface is what a control file is, by its path: how it is read.
type surface string

const (
	none           surface = ""
	instructions   surface = "an instruction file"
	settings       surface = "settings of agents"
	sharedSettings surface = "settings of an editor" // agents' settings among others
	script         surface = "a script of hooks or agents"
	container      surface = "a dev container"
	tasks          surface = "tasks of an editor"
	owners         surface = "CODEOWNERS"
	gatePolicy     surface = "the gate's policy"
	updates        surface = "settings of dependency updates"
	protection     surface = "settings of the repository"
	commitHooks    surface = "commit hooks"
	ignoreList     surface = "a list of what agents don't read"
	workflow       surface = "a workflow"
	action         surface = "an action"
	other          surface = "a file of agents" // steers agents in a form that is not read here
)

// surfaces are what the file is and what it was: they differ where a rename makes a control file of it, or ends one.
func surfaces(f *pull.File) (now, was surface) {
	now = surfaceOf(f.Path)
	was = now
	if f.Status == pull.Renamed {
		was = surfaceOf(f.Previous)
	}
	if f.Status == pull.Removed {
		now = none
	}
	return now, was
}

// atRoot are control files at one place each.
var atRoot = map[string]surface{
	".github/sluice.yml": gatePolicy, ".vscode/settings.json": sharedSettings, ".zed/settings.json": sharedSettings,
	".vscode/tasks.json": tasks, ".github/dependabot.yml": updates, ".github/dependabot.yaml": updates, "renovate.json": updates,
	"renovate.json5": updates, ".renovaterc": updates, ".renovaterc.json": updates, ".renovaterc.json5": updates,
	".github/renovate.json": updates, ".github/renovate.json5": updates, ".github/settings.yml": protection, ".github/settings.yaml": protection,
	".pre-commit-config.yaml": commitHooks, ".pre-commit-config.yml": commitHooks,
	"lefthook.yml": commitHooks, "lefthook.yaml": commitHooks, ".lefthook.yml": commitHooks, ".lefthook.yaml": commitHooks,
	"lefthook.toml": commitHooks, "lefthook.json": commitHooks, ".config/lefthook.yml": commitHooks, "lefthook-local.yml": commitHooks,
	"claude_desktop_config.json": settings, "hooks/hooks.json": settings, "cline_mcp_settings.json": settings,
}

// below are directories at the root whose files are control files.
var below = []struct {
	dir, ext string
	surface  surface
}{
	{".github/rulesets/", ".json", protection},
	{".github/safe-settings/", ".yml", protection},
	{".husky/", "", script},
	{".githooks/", "", script},
	{".git-hooks/", "", script},
}

var ignoreNames = map[string]bool{
	".claudeignore": true, ".cursorignore": true, ".cursorindexingignore": true, ".geminiignore": true, ".aiexclude": true,
	".clineignore": true, ".rooignore": true, ".codeiumignore": true, ".continueignore": true, ".gooseignore": true,
	".augmentignore": true, ".devinignore": true, ".crushignore": true, ".agentignore": true, ".aiderignore": true,
	".warpindexingignore": true, ".kilocodeignore": true, ".copilotignore": true, ".tabnineignore": true,
}

// surfaceOf is what the file at p is. Case does not count: some file systems have none, and tools then find the file.
func surfaceOf(p string) surface {
	p = strings.ToLower(p)
	base := path.Base(p)
	if s := atRoot[p]; s != none {
		return s
	}
	if strings.HasSuffix(p, ".code-workspace") && !kind.Aside(p) {
		return sharedSettings
	}
	for _, d := range below {
		if strings.HasPrefix(p, d.dir) && strings.HasSuffix(p, d.ext) && base != ".gitignore" {
			return d.surface
		}
	}
	if ignoreNames[base] && !kind.Aside(p) {
		return ignoreList
	}
	if c, ok := kind.Controlled(p); ok {
		return controlled(p, base, c)
	}
	if base == "skill.md" && !kind.Aside(p) {
		return instructions
	}
	if (base == "action.yml" || base == "action.yaml") && !kind.Aside(p) {
		return action
	}
	return none
}

// controlled tells what a file is that falls under a name of the list.
func controlled(p, base string, c kind.Control) surface {
	ext := path.Ext(base)
	switch c.Why {
	case kind.DecidesReview:
		return owners
	case kind.IsPolicy:
		return gatePolicy
	case kind.BringsIn:
		return none // what a submodule is, the scope check says
	case kind.RunsInCI:
		return inCI(p, base, ext)
	case kind.SetsUp:
		switch base {
		case "devcontainer.json", ".devcontainer.json":
			return container
		case "devcontainer-lock.json":
			return none
		default:
			return script
		}
	}
	switch ext {
	case ".md", ".mdc", ".mdx", ".txt", ".markdown", ".rst":
		return instructions
	case ".json", ".jsonc", ".json5", ".toml", ".yml", ".yaml":
		return settings
	case ".sh", ".bash", ".zsh", ".fish", ".ps1", ".cmd", ".bat", ".py", ".js", ".cjs", ".mjs", ".ts", ".rb", ".go", ".pl", ".php", ".lua":
		return script
	}
	switch {
	case base == ".roomodes":
		return settings
	case strings.Contains("/"+p, "/hooks/"):
		return script
	case c.Name == base || strings.HasSuffix(c.Name, "*") && !strings.Contains(p, "/") || strings.HasSuffix(base, "rules"):
		return instructions // ".cursorrules", ".goosehints"
	}
	return other
}

func inCI(p, base, ext string) surface {
	switch {
	case base == "action.yml" || base == "action.yaml":
		return action
	case strings.HasPrefix(p, ".github/workflows/") && (ext == ".yml" || ext == ".yaml"):
		return workflow
	case strings.HasPrefix(p, ".github/workflows/") && ext == ".md":
		return instructions // an agent's workflow
	case ext == ".sh" || ext == ".bash" || ext == ".ps1":
		return script
	}
	return none
}
