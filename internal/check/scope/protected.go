package scope

import "strings"

// protected is a name that no agent may touch unless the policy names it.
type protected struct {
	text     string   // as people know it, ".github/workflows"
	why      string   // "steers agents"
	segments []string // the name's parts; one that ends in "*" is a beginning
	folded   []string
	anywhere bool // in every directory; otherwise at the root only
}

// Sluice's own policy; policy.Path, which a test compares.
const policyPath = ".github/sluice.yml"

// atRoot are protected from the repository's root on, files and everything below directories. GitHub reads CODEOWNERS in
// three places: docs, "About code owners".
var atRoot = map[string]string{
	"is Sluice's own policy":       policyPath,
	"decides who must review":      "CODEOWNERS docs/CODEOWNERS .github/CODEOWNERS",
	"runs in CI":                   ".github/workflows .github/actions",
	"brings in other repositories": ".gitmodules",
	"steers agents": `.github/copilot .github/instructions .github/prompts .github/chatmodes
		.github/agents .github/skills .github/hooks .github/mcp.json .github/aw .vscode/mcp.json .vscode/settings.json
		.idx/airules.md .zed/settings.json .rules replit.md`,
}

// inAnyDirectory are protected wherever they are: many tools read them next to the files at hand. A name that no tool
// reads there costs an agent nothing, and one that is missing costs the gate.
var inAnyDirectory = map[string]string{
	"steers agents": `AGENTS.md AGENTS.override.md AGENT.md .agents .agent .agentignore
		CLAUDE.md CLAUDE.local.md .claude .claude.json .claudeignore .mcp.json mcp.json
		GEMINI.md .gemini .geminiignore .aiexclude QWEN.md .qwen JULES.md
		.cursor .cursorrules .cursorignore .cursorindexingignore
		.codex .windsurf .windsurfrules .codeium .codeiumignore .clinerules* .clineignore .aider*
		.kiro .junie .opencode opencode.json opencode.jsonc .roo .roorules* .roomodes .rooignore .kilocode*
		.continue .continuerules .continueignore .goose .goosehints .gooseignore .amazonq .augment .augment-guidelines
		.augmentignore .trae .openhands .openhands_instructions .devin .devinignore .factory .droid.yaml .amp .warp WARP.md
		.warpindexingignore CRUSH.md .crush .crush.json crush.json .crushignore .codebuff .letta .tabnine .cody .sourcegraph
		.coderabbit.yaml .coderabbit.yml .pr_agent.toml greptile.json ellipsis.yaml sweep.yaml .bolt .lovable .rulesync
		.ruler .github/copilot-instructions.md`,
	"sets up what agents and people run in": ".devcontainer .devcontainer.json",
}

// The names by their first part as it reads, so that a path is looked up and not searched for; beginnings stand apart.
var (
	protectedByName = map[string][]*protected{}
	protectedByHead []*protected
)

func init() {
	add := func(lists map[string]string, anywhere bool) {
		for why, names := range lists {
			for _, text := range strings.Fields(names) {
				p := &protected{text: text, why: why, segments: strings.Split(text, "/"), anywhere: anywhere}
				for _, s := range p.segments {
					p.folded = append(p.folded, fold(s))
				}
				if strings.HasSuffix(p.folded[0], "*") {
					protectedByHead = append(protectedByHead, p)
				} else {
					protectedByName[p.folded[0]] = append(protectedByName[p.folded[0]], p)
				}
			}
		}
	}
	add(atRoot, false)
	add(inAnyDirectory, true)
}

// protectedBy finds the protected name that path has, or reads as if it had: exact tells which. A name that it has wins.
func protectedBy(path string) (p *protected, exact bool) {
	read := strings.Split(fold(path), "/")
	parts := strings.Split(path, "/")
	var like *protected
	try := func(p *protected, i int) bool {
		if !p.anywhere && i > 0 || !matches(p.folded, read[i:]) {
			return false
		}
		// Folding can make two parts of one: then it is a disguise.
		if len(parts) == len(read) && matches(p.segments, parts[i:]) {
			return true
		}
		if like == nil || p.text < like.text {
			like = p
		}
		return false
	}
	for i := range read {
		for _, p := range protectedByName[read[i]] {
			if try(p, i) {
				return p, true
			}
		}
		for _, p := range protectedByHead {
			if try(p, i) {
				return p, true
			}
		}
	}
	return like, false
}

// matches reports whether a path's parts begin with a name's.
func matches(name, parts []string) bool {
	if len(parts) < len(name) {
		return false
	}
	for i, s := range name {
		if head, ok := strings.CutSuffix(s, "*"); ok && strings.HasPrefix(parts[i], head) {
			continue
		}
		if parts[i] != s {
			return false
		}
	}
	return true
}

// spelledIn reports whether a glob has the protected name's parts one after the other, letter by letter. A wildcard
// spells nothing: "**", ".github/**" and "*.md" name no protected path.
func (p *protected) spelledIn(glob string) bool {
	parts := strings.Split(glob, "/")
	for i := range parts {
		if i > 0 && !p.anywhere {
			return false
		}
		if matches(p.segments, parts[i:]) {
			return true
		}
	}
	return false
}
