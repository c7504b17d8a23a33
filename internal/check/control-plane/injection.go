package controlplane

import (
	"regexp"
	"strings"

	"github.com/rhysd/actionlint"
	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixScript = "Put the expression into env and use the variable in quotes, as in \"$TITLE\"."
	fixPrompt = "Let the agent read it as data, with tools that can do no harm, and not in its prompt."
	maxExpr   = 4000 // bytes of an expression that are parsed
)

// scriptInputs are inputs of actions that are run as code.
var scriptInputs = map[string][]string{
	"actions/github-script": {"script"}, "azure/cli": {"inlinescript"}, "azure/powershell": {"inlinescript"}, "amadevus/pwsh-script": {"script"},
	"appleboy/ssh-action": {"script"}, "nick-fields/retry": {"command"}, "nick-invision/retry": {"command"}, "addnab/docker-run-action": {"run"},
	"jannekem/run-python-script-action": {"script"}, "cardinalby/js-eval-action": {"expression"}, "mikefarah/yq": {"cmd"},
}

// promptInputs are inputs of actions that an agent takes for its orders.
var promptInputs = map[string][]string{
	"anthropics/claude-code-action": {"prompt", "direct_prompt", "custom_instructions", "override_prompt", "claude_args"}, "anthropics/claude-code-base-action": {"prompt", "system_prompt"},
	"google-github-actions/run-gemini-cli": {"prompt"}, "google-gemini/gemini-cli-action": {"prompt"}, "openai/codex-action": {"prompt"},
	"actions/ai-inference": {"prompt", "system-prompt"}, "augmentcode/augment-agent": {"instruction"}, "warpdotdev/oz-agent-action": {"prompt"},
}

// roots are the parts of an event that outsiders write: actionlint's list and what GitHub's advice has besides.
var roots = outsidersWords()

func outsidersWords() actionlint.UntrustedInputSearchRoots {
	m := actionlint.NewUntrustedInputMap
	person := func() []*actionlint.UntrustedInputMap {
		return []*actionlint.UntrustedInputMap{m("message"), m("author", m("email"), m("name")), m("committer", m("email"), m("name"))}
	}
	said := func(name string) *actionlint.UntrustedInputMap { return m(name, m("title"), m("body")) }
	head := m("head", m("ref"), m("label"), m("repo", m("default_branch"), m("description"), m("homepage")))
	roots := actionlint.UntrustedInputSearchRoots{}
	roots.AddRoot(m("github",
		m("head_ref"),
		m("event",
			said("issue"), said("discussion"), m("pull_request", m("title"), m("body"), head),
			m("comment", m("body")), m("review", m("body")), m("review_comment", m("body")),
			m("pages", m("*", m("page_name"))), m("commits", m("*", person()...)), m("head_commit", person()...),
			m("workflow_run", m("head_branch"), m("display_title"), m("head_commit", person()...), m("head_repository", m("description")),
				m("pull_requests", m("*", m("head", m("ref"))))),
			m("changes", m("title", m("from")), m("body", m("from"))),
		)))
	return roots
}

// outsidersIn lists what outsiders write of what the expressions of a text name, "github.event.issue.title".
func outsidersIn(s string, env func(name string) string) []string {
	var out []string
	for rest := s; ; {
		_, after, found := strings.Cut(rest, "${{")
		if !found {
			return out
		}
		rest = after
		lexer := actionlint.NewExprLexer(after[:min(len(after), maxExpr)])
		expr, err := actionlint.NewExprParser().Parse(lexer)
		if err != nil {
			continue
		}
		checker := actionlint.NewUntrustedInputChecker(roots)
		checker.Init()
		actionlint.VisitExprNode(expr, func(n, _ actionlint.ExprNode, entering bool) {
			if entering {
				checker.OnVisitNodeEnter(n)
			} else {
				checker.OnVisitNodeLeave(n)
			}
		})
		checker.OnVisitEnd()
		for _, e := range checker.Errs() {
			for _, q := range quotedName.FindAllStringSubmatch(e.Message, 10) {
				out = append(out, q[1])
			}
		}
		if env == nil {
			continue
		}
		if d, ok := expr.(*actionlint.ObjectDerefNode); ok {
			if v, ok := d.Receiver.(*actionlint.VariableNode); ok && v.Name == "env" {
				for range outsidersIn(env(d.Property), nil) {
					out = append(out, "env."+d.Property)
					break
				}
			}
		}
	}
}

var quotedName = regexp.MustCompile(`"(github\.[\w.*]+)"`)

// injected is one place where outsiders' words get into code.
type injected struct {
	what string
	line string // of the script, trimmed
	n    int
	into string // "" for a script, else what kind of input
}

// injectedIn lists them over a whole flow.
func (f *flow) injectedIn() []injected {
	var out []injected
	for i := range f.steps {
		s := &f.steps[i]
		env := f.envAt(s)
		look := func(script string, n int, into string) {
			if !strings.Contains(script, "${{") {
				return
			}
			for l := range strings.SplitSeq(script, "\n") {
				if !strings.Contains(l, "${{") {
					continue
				}
				for _, what := range outsidersIn(l, env) {
					out = append(out, injected{what, strings.TrimSpace(l), n, into})
				}
			}
		}
		if s.run != "" {
			look(s.run, s.runLine, "")
		}
		name, _ := splitUses(s.uses)
		for _, in := range scriptInputs[name] {
			look(s.with[in].text, s.with[in].n, "")
		}
		for _, in := range promptInputs[name] {
			look(s.with[in].text, s.with[in].n, "an agent's prompt")
		}
	}
	return out
}

// envAt finds a variable as a step sees it.
func (f *flow) envAt(s *step) func(name string) string {
	return func(name string) string {
		name = strings.ToLower(name)
		if w, ok := s.env[name]; ok {
			return w.text
		}
		if j := f.job(s.job); j != nil && f.w != nil {
			if w, ok := envOf(j.Env)[name]; ok {
				return w.text
			}
			return envOf(f.w.Env)[name].text
		}
		return ""
	}
}

// injections says where outsiders' words newly get into code.
func (x *flows) injections() {
	count, lines := map[string]int{}, map[string]int{}
	for _, i := range x.base.injectedIn() {
		count[i.into+i.what]++
		lines[i.what+"\n"+i.line]++
	}
	all := x.head.injectedIn()
	risk := check.Medium
	if x.head.exposed() != "" || x.head.w != nil && (x.head.writes() || len(x.head.named) > 0) {
		risk = check.High
	}
	more := map[string]int{}
	for _, i := range all {
		more[i.into+i.what]++
	}
	for _, i := range all {
		key := i.into + i.what
		if lines[i.what+"\n"+i.line]--; lines[i.what+"\n"+i.line] >= 0 || more[key] <= count[key] {
			continue
		}
		n := x.c.lineIn(i.n, i.line)
		if i.into != "" {
			x.c.loosens(check.Medium, n, fixPrompt, x.c.said(n), "puts %s, which outsiders write, into %s", i.what, i.into)
			continue
		}
		x.c.loosens(risk, n, fixScript, x.c.said(n), "puts %s, which outsiders write, into a script", i.what)
	}
}
