package controlplane

import (
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

// commitHooks compares what runs before commits: pre-commit's list and lefthook's tree.
func (c *change) commitHooks() {
	base, head, ok := c.trees()
	if !ok {
		return
	}
	if !c.head.there {
		c.loosens(check.Medium, 0, fixDeny, nil, "the commit hooks are gone")
		return
	}
	if strings.Contains(strings.ToLower(c.path), "lefthook") {
		c.compareHooks(lefthook(base), lefthook(head))
		return
	}
	c.compareHooks(preCommit(base), preCommit(head))
	if !c.base.there {
		return
	}
	for _, e := range missingEntries(entries(head.get("ci", "skip")), entries(base.get("ci", "skip"))) {
		c.loosens(check.Medium, e.line, fixSetting, c.said(e.line), "the hook %q is now left out in CI", short(e.text))
	}
	if a, b := base.get("exclude"), head.get("exclude"); b != nil && !a.equal(b) {
		c.tell(check.Medium, b.line, "", c.both(a.at(), b.line), "the hooks now leave out the files %q", short(b.str()))
	}
}

// commitHook is a hook by its name, what it runs, and what keeps it from running.
type commitHook struct {
	name, runs, origin string
	off                string // "skip: true", "stages: manual"
	leaves             string // the files that it leaves out
	line               int
}

func preCommit(v *value) []commitHook {
	var out []commitHook
	for _, repo := range v.get("repos").list() {
		origin := repo.get("repo").str()
		for _, h := range repo.get("hooks").list() {
			hook := commitHook{name: h.get("id").str(), runs: strings.TrimSpace(h.get("entry").str() + " " + h.get("args").form()), origin: origin, leaves: h.get("exclude").str(), line: h.line}
			if n := h.get("id").at(); n > 0 {
				hook.line = n
			}
			if stages := h.get("stages").strings(); len(stages) == 1 && stages[0] == "manual" {
				hook.off = "stages: manual"
			}
			out = append(out, hook)
		}
	}
	return out
}

func lefthook(v *value) []commitHook {
	var out []commitHook
	if v == nil {
		return nil
	}
	add := func(event, key string, h *value) {
		hook := commitHook{name: event + " " + key, runs: h.get("run").str(), leaves: h.get("exclude").form(), line: h.line}
		if hook.runs == "" {
			hook.runs = h.get("runner").str()
		}
		if skip := h.get("skip"); isOn(skip) {
			hook.off = "skip: " + short(skip.form())
		}
		out = append(out, hook)
	}
	for _, event := range v.keys {
		e := v.get(event)
		for _, group := range []string{"commands", "scripts"} {
			if g := e.get(group); isMapping(g) {
				for _, key := range g.keys {
					add(event, key, g.get(key))
				}
			}
		}
		for _, job := range e.get("jobs").list() {
			key := job.get("name").str()
			if key == "" {
				key = job.get("run").str()
			}
			add(event, key, job)
		}
		if skip := e.get("skip"); isOn(skip) {
			out = append(out, commitHook{name: event, off: "skip: " + short(skip.form()), line: skip.line})
		}
	}
	return out
}

func (c *change) compareHooks(base, head []commitHook) {
	base, head = base[:min(len(base), maxHooks)], head[:min(len(head), maxHooks)]
	find := func(list []commitHook, h commitHook) int {
		return slices.IndexFunc(list, func(o commitHook) bool { return o.name == h.name })
	}
	for _, h := range base {
		if find(head, h) >= 0 || h.runs == "" && h.origin == "" {
			continue
		}
		// One that does the same under another name, as when a tool is replaced by its successor's id.
		if h.runs != "" && slices.ContainsFunc(head, func(o commitHook) bool { return o.runs == h.runs }) {
			continue
		}
		c.loosens(check.Medium, 0, fixDeny, c.stood(h.line), "the commit hook %q is gone", short(h.name))
	}
	for _, h := range head {
		i := find(base, h)
		var old commitHook
		if i >= 0 {
			old = base[i]
		}
		what, risk := dangerous(h.runs)
		switch {
		case what != "" && h.runs != old.runs:
			c.loosens(risk, h.line, fixDangerous, c.said(h.line), "the commit hook %q %s", short(h.name), what)
		case h.off != "" && old.off == "" && i >= 0, h.off != "" && h.runs == "" && i < 0:
			c.loosens(check.Medium, h.line, fixSetting, c.said(h.line), "the commit hook %q no longer runs (%s)", short(h.name), h.off)
		case i < 0 && h.origin != "" && h.origin != "local" && h.origin != "meta":
			c.tell(check.Low, h.line, "", c.said(h.line), "adds the commit hook %q of %s", short(h.name), short(h.origin))
		case i < 0:
			c.tell(check.Medium, h.line, "", c.said(h.line), "adds the commit hook %q, which runs %q", short(h.name), short(h.runs))
		case h.origin != old.origin:
			c.tell(check.Medium, h.line, "", c.said(h.line), "the commit hook %q now comes from %s", short(h.name), short(h.origin))
		case h.runs != old.runs:
			c.tell(check.Medium, h.line, "", c.both(old.line, h.line), "the commit hook %q now runs %q", short(h.name), short(h.runs))
		case h.leaves != old.leaves && h.leaves != "":
			c.tell(check.Medium, h.line, "", c.said(h.line), "the commit hook %q now leaves out %q", short(h.name), short(h.leaves))
		}
	}
}
