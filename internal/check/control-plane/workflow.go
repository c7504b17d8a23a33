package controlplane

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixTrigger  = "Use pull_request, which runs without secrets, or have a person who answers for it add the trigger."
	fixCode     = "Check out the base, or do with pull_request what needs the head's code."
	fixRunner   = "Use GitHub's runners, or have a person who answers for the machine add it."
	fixGuard    = "Put the condition back."
	fixEnvScope = "Set it in the step that needs it."
)

// workflow compares what a workflow or an action may do; what stood there before is not said.
func (c *change) workflow() {
	base, err := flowOf(&c.base, c.surface == workflow)
	if err != nil {
		c.blindly()
		base = &flow{tree: &value{kind: mapping}}
	}
	head, err := flowOf(&c.head, c.surface == workflow)
	if err != nil {
		c.unreadable(err)
		return
	}
	x := &flows{c: c, base: base, head: head}
	x.scanners()
	if !c.head.there {
		c.tell(check.Medium, 0, "", nil, "%s is gone", c.surface)
		return
	}
	if head.fault != "" && base.fault == "" {
		c.tell(check.Low, 0, "", nil, "a part of the workflow may not be read as GitHub reads it: %s", short(head.fault))
	}
	if c.surface == workflow {
		x.triggers()
		x.permissions()
		x.headCode()
		x.runners()
		x.environments()
	} else {
		x.entryPoints()
	}
	x.secrets()
	x.pins()
	x.injections()
	x.checkouts()
	x.switches()
	c.newDangers(c.base.lines, c.head.lines)
	x.merges()
	if strings.HasPrefix(path.Base(strings.ToLower(c.path)), "copilot-setup-steps.") {
		if n := c.code(); n > 0 {
			c.tell(check.Medium, n, "", c.said(n), "sets up what GitHub's agent runs in")
		}
	}
}

// flows are both sides of one workflow.
type flows struct {
	c          *change
	base, head *flow
	unsaid     bool // that a new workflow does not say its rights was said
}

// was is what a job was before: the job of its name, else one whose name is gone and with which it shares half of its steps.
func (x *flows) was(j *actionlint.Job) *actionlint.Job {
	if old := x.base.job(j.ID.Value); old != nil {
		return old
	}
	mine := x.head.doings(j.ID.Value)
	for _, old := range x.base.jobs {
		if x.head.job(old.ID.Value) != nil {
			continue
		}
		theirs := x.base.doings(old.ID.Value)
		if same := len(theirs) - len(missing(theirs, mine)); same > 0 && same*2 >= len(theirs) {
			return old
		}
	}
	return nil
}

// doings are what a job's steps run and use, without versions.
func (f *flow) doings(job string) []string {
	var out []string
	for i := range f.steps {
		if s := &f.steps[i]; s.job == job {
			name, _ := splitUses(s.uses)
			if strings.HasPrefix(name, "actions/") {
				continue // every job checks out
			}
			out = append(out, name+strings.TrimSpace(s.run))
		}
	}
	return out
}

// triggers says what newly starts the workflow, and what starts it more often.
func (x *flows) triggers() {
	c := x.c
	rich := x.head.exposed() != "" && (len(x.head.named) > 0 || x.head.writes())
	for _, e := range x.head.w.On {
		name := e.EventName()
		n := x.eventLine(e)
		was := x.base.event(name)
		switch {
		case was == nil && name == "pull_request_target":
			c.loosens(check.High, n, fixTrigger, c.said(n), "runs on pull_request_target: with the secrets and the rights of the base, for anyone's pull request")
		case was == nil && slices.Contains(outsiders, name) && rich:
			c.loosens(check.Medium, n, fixTrigger, c.said(n), "runs on %s, which outsiders can cause, with secrets or the right to write", name)
		case was == nil && c.base.there:
			c.tell(check.Low, n, "", c.said(n), "now runs on %s too", name)
		case was != nil:
			x.filters(name, was, e, n)
		}
	}
}

func (x *flows) eventLine(e actionlint.Event) int {
	switch e := e.(type) {
	case *actionlint.WebhookEvent:
		return e.Pos.Line
	case *actionlint.ScheduledEvent:
		return e.Pos.Line
	case *actionlint.WorkflowDispatchEvent:
		return e.Pos.Line
	case *actionlint.RepositoryDispatchEvent:
		return e.Pos.Line
	case *actionlint.WorkflowCallEvent:
		return e.Pos.Line
	}
	return 0
}

// filters compares which branches and paths an event is limited to.
func (x *flows) filters(name string, was, now actionlint.Event, n int) {
	a, ok := was.(*actionlint.WebhookEvent)
	b, same := now.(*actionlint.WebhookEvent)
	if !ok || !same {
		return
	}
	dear := slices.Contains(outsiders, name) || name == "push" && (len(x.head.named) > 0 || x.head.writes() || x.head.deploys())
	for _, f := range []struct {
		what     string
		old, new *actionlint.WebhookEventFilter
	}{{"branches", a.Branches, b.Branches}, {"branches-ignore", a.BranchesIgnore, b.BranchesIgnore}, {"tags", a.Tags, b.Tags}} {
		if f.old.IsEmpty() || !f.new.IsEmpty() {
			continue
		}
		if other := map[string]*actionlint.WebhookEventFilter{"branches": b.BranchesIgnore, "branches-ignore": b.Branches, "tags": b.Branches}[f.what]; !other.IsEmpty() {
			continue
		}
		quote := x.c.stood(f.old.Name.Pos.Line)
		if dear {
			x.c.loosens(check.Medium, n, fixGuard, quote, "%s is no longer limited by %s, and the workflow has rights to lose", name, f.what)
		} else {
			x.c.tell(check.Low, n, "", quote, "%s is no longer limited by %s", name, f.what)
		}
	}
}

func (f *flow) deploys() bool {
	return slices.ContainsFunc(f.jobs, func(j *actionlint.Job) bool { return j.Environment != nil })
}

var (
	headRef = regexp.MustCompile(`(?i)github\.event\.pull_request\.(?:head|merge_commit_sha)|github\.head_ref|github\.event\.workflow_run\.(?:head_|pull_requests)|refs/pull/|pull/\$\{\{|github\.event\.number\b.*(?:merge|head)|github\.event\.issue\.pull_request|outputs\.(?:head|pr|pull)[\w-]*(?:sha|ref|branch|head)?\b`)
	gitHead = regexp.MustCompile(`(?i)\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|checkout|pull|clone|switch)\b[^\n]*(?:pull/|head_ref|head\.(?:sha|ref)|PR_(?:SHA|REF|NUMBER)|HEAD_(?:SHA|REF))|\bhub\s+pr\s+checkout\b`)
)

// headCode says that code of a pull request newly runs with the rights of the base.
func (x *flows) headCode() {
	before := map[string]int{}
	if x.base.exposed() != "" {
		for _, s := range x.base.steps {
			if ref := checksOutHead(&s); ref.text != "" {
				before[ref.text]++
			}
		}
	}
	trigger := x.head.exposed()
	if trigger == "" || trigger == "issues" && x.head.event("issue_comment") == nil {
		return
	}
	for i := range x.head.steps {
		s := &x.head.steps[i]
		ref := checksOutHead(s)
		if ref.text == "" {
			continue
		}
		if before[ref.text]--; before[ref.text] >= 0 {
			continue
		}
		n := x.c.lineIn(ref.n, ref.text)
		x.c.loosens(check.High, n, fixCode, x.c.said(n), "checks out the pull request's code on %s, where it runs with the secrets and the rights of the base", trigger)
	}
}

// checksOutHead is where a step gets the head's code, empty where it does not.
func checksOutHead(s *step) word {
	if strings.HasPrefix(strings.ToLower(s.uses), "actions/checkout@") {
		for _, in := range []string{"ref", "repository"} {
			if w := s.with[in]; headRef.MatchString(w.text) {
				return w
			}
		}
		return word{}
	}
	if s.run != "" {
		if at := gitHead.FindString(s.run); at != "" {
			return word{at, s.runLine}
		}
	}
	return word{}
}

// runners says that a machine of one's own is newly used.
func (x *flows) runners() {
	hosted := func(v *value) (bool, int) {
		found, n := false, 0
		v.walk(func(names []string, s *value) {
			if !found && strings.EqualFold(s.text, "self-hosted") {
				found, n = true, s.line
			}
		})
		return found, n
	}
	jobs := x.head.tree.get("jobs")
	if jobs == nil || jobs.kind != mapping {
		return
	}
	already := false
	if b := x.base.tree.get("jobs"); isMapping(b) {
		for _, id := range b.keys {
			on, _ := hosted(b.get(id, "runs-on"))
			in, _ := hosted(b.get(id, "strategy", "matrix"))
			already = already || on || in
		}
	}
	if already {
		return
	}
	for _, id := range jobs.keys {
		for _, v := range []*value{jobs.get(id, "runs-on"), jobs.get(id, "strategy", "matrix")} {
			if on, n := hosted(v); on {
				n = max(n, v.line)
				x.c.loosens(check.Medium, n, fixRunner, x.c.said(n), "the job %s runs on a machine of your own, which keeps what a job leaves there", short(id))
				return
			}
		}
	}
}

var guard = regexp.MustCompile(`author_association|github\.actor\b|triggering_actor|\.fork\b|head\.repo\.full_name|github\.repository(?:_owner)?\b|\.sender\.|\.user\.login|github\.ref(?:_name|_protected)?\b|label\.name|labels\.\*`)

// environments says that a job lost its environment, or the condition that let only some cause it.
func (x *flows) environments() {
	for _, j := range x.head.jobs {
		old := x.was(j)
		if old == nil {
			continue
		}
		was, now := environmentOf(old), environmentOf(j)
		switch {
		case was != "" && now == "":
			x.c.loosens(check.High, j.Pos.Line, "Put the environment back.", x.c.stood(old.Environment.Pos.Line), "the job %s no longer runs in the environment %q, and whoever protects it is no longer asked", short(j.ID.Value), short(was))
		case was != "" && was != now:
			n := j.Environment.Pos.Line
			x.c.tell(check.Medium, n, "", x.c.both(old.Environment.Pos.Line, n), "the job %s now runs in the environment %q; it was %q", short(j.ID.Value), short(now), short(was))
		}
		if old.If != nil && guard.MatchString(old.If.Value) && (j.If == nil || !guard.MatchString(j.If.Value)) {
			x.c.loosens(check.Medium, j.Pos.Line, fixGuard, x.c.stood(old.If.Pos.Line), "the job %s no longer has the condition that says who or what can start it", short(j.ID.Value))
		}
	}
}

func environmentOf(j *actionlint.Job) string {
	if j.Environment == nil || j.Environment.Name == nil {
		return ""
	}
	return j.Environment.Name.Value
}

var mergesItself = regexp.MustCompile(`(?i)\bgh\s+pr\s+merge\b|\bgh\s+pr\s+review\b.*(?:--approve|\s-a\b)|pulls/[^\s/]+/(?:merge\b|reviews\b.*APPROVE)|\.pulls\.merge\(|enablePullRequestAutoMerge|uses:\s*["']?(?:hmarr/auto-approve-action|pascalgn/automerge-action|peter-evans/enable-pull-request-automerge|fastify/github-action-merge-dependabot|juliangruber/approve-pull-request-action)`)

// merges says that CI newly approves or merges pull requests.
func (x *flows) merges() {
	for _, n := range x.c.addedLines() {
		if s := x.c.added[n]; mergesItself.MatchString(s) && !strings.HasPrefix(strings.TrimSpace(s), "#") {
			x.c.loosens(check.High, n, "Leave approving and merging to people.", x.c.said(n), "CI now approves or merges pull requests by itself")
		}
	}
}

// entryPoints compares what an action runs.
func (x *flows) entryPoints() {
	for _, key := range []string{"main", "pre", "post", "image", "entrypoint", "pre-entrypoint", "post-entrypoint"} {
		a, b := x.base.tree.get("runs", key), x.head.tree.get("runs", key)
		if b != nil && !a.equal(b) && x.c.base.there {
			x.c.tell(check.Medium, b.line, "", x.c.both(a.at(), b.line), "the action's %s is now %q", key, short(b.form()))
		}
	}
}

// checkouts says that a job's checkouts newly leave the token on disk.
func (x *flows) checkouts() {
	left := func(f *flow) map[string][]step {
		out := map[string][]step{}
		for _, s := range f.steps {
			if strings.HasPrefix(strings.ToLower(s.uses), "actions/checkout@") {
				out[s.job] = append(out[s.job], s)
			}
		}
		return out
	}
	before, now := left(x.base), left(x.head)
	for _, j := range x.head.jobs {
		id := j.ID.Value
		keeps := func(s step) bool {
			return !strings.EqualFold(strings.TrimSpace(s.with["persist-credentials"].text), "false")
		}
		if len(before[id]) == 0 || slices.ContainsFunc(before[id], keeps) {
			continue
		}
		if i := slices.IndexFunc(now[id], keeps); i >= 0 {
			s := now[id][i]
			x.c.loosens(check.Medium, s.useLine, "Put persist-credentials: false back.", append(x.c.stood(before[id][0].with["persist-credentials"].n), x.c.said(s.useLine)...), "the checkout of %s leaves the token on disk, where every later step finds it", short(id))
		}
	}
}

// switches looks for settings that take a guard of GitHub's or of an agent's action away.
func (x *flows) switches() {
	had := map[string]bool{}
	collect := func(tree *value, visit func(key string, v *value)) {
		tree.walk(func(names []string, v *value) {
			if len(names) == 0 {
				return
			}
			name, text := strings.ToLower(names[len(names)-1]), strings.ToLower(v.text)
			switch {
			case name == "actions_allow_unsecure_commands" && text == "true",
				(name == "allowed_non_write_users" || name == "allowed_bots" || name == "allow-users" || name == "allow_users") && strings.Contains(text, "*"),
				name == "safety-strategy" && text == "unsafe", name == "sandbox" && text == "danger-full-access":
				visit(name+"="+text, v)
			}
			for _, flag := range []string{"--dangerously-skip-permissions", "--dangerously-bypass-approvals-and-sandbox", "bypasspermissions", "--yolo"} {
				if strings.Contains(text, flag) {
					visit(flag, v)
				}
			}
		})
	}
	collect(x.base.tree, func(key string, _ *value) { had[key] = true })
	collect(x.head.tree, func(key string, v *value) {
		if had[key] {
			return
		}
		n := v.line
		if strings.HasPrefix(key, "--") {
			n = x.c.lineIn(n, key)
		}
		x.c.loosens(check.High, n, fixSetting, x.c.said(n), "takes a guard away: %s", short(key))
	})
}
