package kind

import "strings"

// Control is a name of what steers agents, CI or review, as tools look for it.
type Control struct {
	Name     string // ".github/workflows"; its last part may end in "*", which stands for any end
	Why      string // "steers agents"
	Anywhere bool   // tools read it in every directory; otherwise at the repository's root only
}

// What control files do, as [Control.Why] has it.
const (
	SteersAgents  = "steers agents"
	RunsInCI      = "runs in CI"
	DecidesReview = "decides who must review"
	IsPolicy      = "is Sluice's own policy"
	BringsIn      = "brings in other repositories"
	SetsUp        = "sets up what agents and people run in"
)

// controlsAtRoot hold from the repository's root on, files and everything below directories. GitHub reads CODEOWNERS in
// three places: docs, "About code owners".
var controlsAtRoot = map[string]string{
	IsPolicy:      ".github/sluice.yml",
	DecidesReview: "CODEOWNERS docs/CODEOWNERS .github/CODEOWNERS",
	RunsInCI:      ".github/workflows .github/actions",
	BringsIn:      ".gitmodules",
	SteersAgents: `.github/copilot .github/instructions .github/prompts .github/chatmodes
		.github/agents .github/skills .github/hooks .github/mcp.json .github/aw .vscode/mcp.json .vscode/settings.json
		.idx/airules.md .zed/settings.json .rules replit.md`,
}

// controlsAnywhere hold wherever they are: many tools read them next to the files at hand. A name that no tool reads
// there costs an agent nothing, and one that is missing costs the gate.
var controlsAnywhere = map[string]string{
	SteersAgents: `AGENTS.md AGENTS.override.md AGENT.md .agents .agent .agentignore
		CLAUDE.md CLAUDE.local.md .claude .claude.json .claudeignore .mcp.json mcp.json
		GEMINI.md .gemini .geminiignore .aiexclude QWEN.md .qwen JULES.md
		.cursor .cursorrules .cursorignore .cursorindexingignore
		.codex .windsurf .windsurfrules .codeium .codeiumignore .clinerules* .clineignore .aider*
		.kiro .junie .opencode opencode.json opencode.jsonc .roo .roorules* .roomodes .rooignore .kilocode*
		.continue .continuerules .continueignore .goose .goosehints .gooseignore .amazonq .augment .augment-guidelines
		.augmentignore .trae .openhands .openhands_instructions .devin .devinignore .factory .droid.yaml .amp .warp WARP.md
		.warpindexingignore CRUSH.md .crush .crush.json crush.json .crushignore .codebuff .letta .tabnine .cody .sourcegraph
		.coderabbit.yaml .coderabbit.yml .pr_agent.toml greptile.json ellipsis.yaml sweep.yaml .bolt .lovable .rulesync
		.ruler .copilot .claude-plugin .github/copilot-instructions.md`,
	SetsUp: ".devcontainer .devcontainer.json",
}

// Controls lists the names, in no order. The list is the caller's own.
func Controls() []Control {
	var out []Control
	for anywhere, lists := range map[bool]map[string]string{false: controlsAtRoot, true: controlsAnywhere} {
		for why, names := range lists {
			for _, name := range strings.Fields(names) {
				out = append(out, Control{name, why, anywhere})
			}
		}
	}
	return out
}

// controls are the names by their first part in lower case; those that begin with a wildcard's stem stand apart.
var (
	controlsByName = map[string][]Control{}
	controlsByHead []Control
)

func init() {
	for _, c := range Controls() {
		c.Name = strings.ToLower(c.Name)
		first, _, _ := strings.Cut(c.Name, "/")
		if strings.HasSuffix(first, "*") {
			controlsByHead = append(controlsByHead, c)
			continue
		}
		controlsByName[first] = append(controlsByName[first], c)
	}
}

// Controlled finds the control name that the file at p falls under; without regard to case, since some file systems have
// none. Its Name is in lower case. A path in a directory of fixtures or of other people's code has none but those that hold
// at the root.
func Controlled(p string) (Control, bool) {
	parts := strings.Split(strings.ToLower(p), "/")
	for i, part := range parts {
		for _, c := range controlsByName[part] {
			if (c.Anywhere || i == 0) && under(strings.Split(c.Name, "/"), parts[i:]) {
				return c, true
			}
		}
		for _, c := range controlsByHead {
			if strings.HasPrefix(part, strings.TrimSuffix(c.Name, "*")) {
				return c, true
			}
		}
		if fixtureDirs[part] || foreign[part] {
			break
		}
	}
	return Control{}, false
}

func under(name, parts []string) bool {
	if len(parts) < len(name) {
		return false
	}
	for i, s := range name {
		if parts[i] != s {
			return false
		}
	}
	return true
}

// Aside reports whether the file at p is in a directory of fixtures or of other people's code: what has a name there that
// tools look for is seldom theirs.
func Aside(p string) bool {
	f := split(p)
	return f.within(func(dir string) bool { return fixtureDirs[strings.ToLower(dir)] || foreign[dir] })
}
