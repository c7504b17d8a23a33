package controlplane

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/rhysd/actionlint"
)

// flow is one side of a workflow or of an action, as far as it is compared.
type flow struct {
	w     *actionlint.Workflow // nil for an action, and where there is no such side
	tree  *value
	steps []step
	named map[string]bool   // the secrets that it names
	jobs  []*actionlint.Job // in the order of the file
	fault string            // what the parser takes exception to; it reads the rest
}

// step is a step of a job or of an action.
type step struct {
	job     string // "" for an action's
	n       int
	run     string // the script
	runLine int
	uses    string
	useLine int
	with    map[string]word // by name in lower case
	env     map[string]word
	cond    string
}

// word is a text with its line.
type word struct {
	text string
	n    int
}

// flowOf parses one side. The generic tree comes first: it bounds nesting and what aliases stand for.
func flowOf(t *text, isWorkflow bool) (*flow, error) {
	f := &flow{tree: &value{kind: mapping}}
	if !t.there {
		return f, nil
	}
	tree, err := parseYAML(t.whole)
	if err != nil {
		return nil, err
	}
	f.tree, f.named = tree, secretNames(tree)
	if !isWorkflow {
		f.actionSteps()
		return f, nil
	}
	w, problems, err := parseWorkflow(t.whole)
	if err != nil {
		return nil, err
	}
	f.w = w
	if len(problems) > 0 {
		f.fault = fmt.Sprintf("line %d: %s", problems[0].Line, problems[0].Message)
	}
	for _, j := range w.Jobs {
		f.jobs = append(f.jobs, j)
	}
	sort.Slice(f.jobs, func(i, j int) bool {
		a, b := f.jobs[i], f.jobs[j]
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line < b.Pos.Line
		}
		return a.ID.Value < b.ID.Value
	})
	for _, j := range f.jobs {
		f.jobSteps(j)
	}
	return f, nil
}

// parseWorkflow calls actionlint's parser, which is made for files that one trusts: a panic in it is an error of the file here.
func parseWorkflow(s string) (w *actionlint.Workflow, problems []*actionlint.Error, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser of workflows gave up: %v", r)
		}
	}()
	w, problems = actionlint.Parse([]byte(s))
	if w == nil {
		err = errors.New("it is no workflow")
		if len(problems) > 0 {
			err = errors.New(problems[0].Message)
		}
	}
	return w, problems, err
}

func (f *flow) jobSteps(j *actionlint.Job) {
	id := j.ID.Value
	if call := j.WorkflowCall; call != nil && call.Uses != nil {
		s := step{job: id, n: j.Pos.Line, uses: call.Uses.Value, useLine: call.Uses.Pos.Line, with: map[string]word{}}
		for name, in := range call.Inputs {
			s.with[strings.ToLower(name)] = wordOf(in.Value)
		}
		for name, secret := range call.Secrets {
			s.with["secrets."+strings.ToLower(name)] = wordOf(secret.Value)
		}
		f.steps = append(f.steps, s)
	}
	for _, st := range j.Steps {
		if st == nil || st.Pos == nil {
			continue
		}
		s := step{job: id, n: st.Pos.Line, env: envOf(st.Env), with: map[string]word{}}
		if st.If != nil {
			s.cond = st.If.Value
		}
		switch e := st.Exec.(type) {
		case *actionlint.ExecRun:
			if e.Run != nil {
				s.run, s.runLine = e.Run.Value, e.Run.Pos.Line
			}
		case *actionlint.ExecAction:
			if e.Uses != nil {
				s.uses, s.useLine = e.Uses.Value, e.Uses.Pos.Line
			}
			for name, in := range e.Inputs {
				s.with[strings.ToLower(name)] = wordOf(in.Value)
			}
		}
		f.steps = append(f.steps, s)
	}
}

func wordOf(s *actionlint.String) word {
	if s == nil {
		return word{}
	}
	return word{s.Value, s.Pos.Line}
}

func envOf(e *actionlint.Env) map[string]word {
	out := map[string]word{}
	if e == nil {
		return out
	}
	for _, v := range e.Vars {
		if v.Name != nil {
			out[strings.ToLower(v.Name.Value)] = wordOf(v.Value)
		}
	}
	return out
}

// actionSteps reads a composite action's steps.
func (f *flow) actionSteps() {
	for _, st := range f.tree.get("runs", "steps").list() {
		s := step{n: st.line, run: st.get("run").str(), runLine: st.get("run").at(), uses: st.get("uses").str(), useLine: st.get("uses").at(), cond: st.get("if").str()}
		s.with, s.env = wordsOf(st.get("with")), wordsOf(st.get("env"))
		f.steps = append(f.steps, s)
	}
}

func wordsOf(v *value) map[string]word {
	out := map[string]word{}
	if v != nil {
		for _, key := range v.keys {
			out[strings.ToLower(key)] = word{v.get(key).str(), v.get(key).at()}
		}
	}
	return out
}

// event finds a trigger by name.
func (f *flow) event(name string) actionlint.Event {
	if f.w == nil {
		return nil
	}
	i := slices.IndexFunc(f.w.On, func(e actionlint.Event) bool { return e.EventName() == name })
	if i < 0 {
		return nil
	}
	return f.w.On[i]
}

func (f *flow) job(id string) *actionlint.Job {
	i := slices.IndexFunc(f.jobs, func(j *actionlint.Job) bool { return strings.EqualFold(j.ID.Value, id) })
	if i < 0 {
		return nil
	}
	return f.jobs[i]
}

// outsiders are the events that people without rights can cause and that run with the rights of the base.
var outsiders = []string{"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment", "fork", "watch", "gollum", "pull_request_review_comment", "pull_request_review"}

// exposed is the first trigger that outsiders can cause, "" where there is none.
func (f *flow) exposed() string {
	for _, name := range outsiders[:7] {
		if f.event(name) != nil {
			return name
		}
	}
	return ""
}

// lineIn is the line of the head, from n on, that has the text.
func (c *change) lineIn(n int, s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	if s = strings.TrimSpace(s); s == "" {
		return n
	}
	if len(c.notes) >= maxKept {
		return n // nobody reads that far, and each costs a walk over the file
	}
	for i := max(n-1, 0); i < len(c.head.lines); i++ {
		if strings.Contains(c.head.lines[i].text, s) {
			return c.head.lines[i].n
		}
	}
	return n
}
