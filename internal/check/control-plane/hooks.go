package controlplane

import (
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

// hook is a command that an agent's tool runs at an event.
type hook struct {
	event, matcher, command string
	line                    int
}

// hooksRole compares hooks by what they run and when. Their order does not count.
func hooksRole(w *settingsWalk, _ []string, base, head *value) {
	before, now := w.hooksOf(base), w.hooksOf(head)
	lost := hooksMissing(before, now)
	won := hooksMissing(now, before)
	for _, h := range won {
		i := slices.IndexFunc(lost, func(o hook) bool { return o.event == h.event && (o.command == h.command || o.matcher == h.matcher) })
		if i < 0 {
			w.c.loosens(check.High, h.line, fixRuns, w.c.said(h.line), "adds a hook: at %s%s it runs %q by itself", short(h.event), forTools(h.matcher), short(h.command))
			continue
		}
		o := lost[i]
		lost = slices.Delete(lost, i, i+1)
		switch {
		case o.command == h.command:
			w.c.loosens(check.Medium, h.line, fixSetting, w.c.both(o.line, h.line), "the hook at %s that runs %q now does so%s; it was%s", short(h.event), short(h.command), forTools(h.matcher), forTools(o.matcher))
		case w.c.r.renamed(o.command, h.command):
			w.c.tell(check.Low, h.line, "", w.c.both(o.line, h.line), "the hook at %s runs the same script under its new name", short(h.event))
		default:
			w.c.loosens(check.High, h.line, fixRuns, w.c.both(o.line, h.line), "the hook at %s%s now runs %q; it was %q", short(h.event), forTools(h.matcher), short(h.command), short(o.command))
		}
	}
	for _, h := range lost {
		if guards(h.event) {
			w.c.loosens(check.Medium, 0, fixDeny, w.c.stood(h.line), "removes a hook: at %s%s it no longer runs %q", short(h.event), forTools(h.matcher), short(h.command))
		} else {
			w.c.tell(check.Low, 0, "", w.c.stood(h.line), "the hook at %s that ran %q is gone", short(h.event), short(h.command))
		}
	}
}

func forTools(matcher string) string {
	if matcher == "" || matcher == "*" {
		return " for every tool"
	}
	return " for " + short(matcher)
}

// guards reports whether hooks of an event can keep an agent from something.
func guards(event string) bool {
	e := strings.ToLower(event)
	return strings.HasPrefix(e, "pre") || strings.HasPrefix(e, "before") || e == "stop" || e == "subagentstop" || e == "userpromptsubmit" || e == "permissionrequest" || e == "userpromptsubmitted"
}

func hooksMissing(from, in []hook) []hook {
	var out []hook
	for _, h := range from {
		if !slices.ContainsFunc(in, func(o hook) bool { return o.event == h.event && o.matcher == h.matcher && o.command == h.command }) {
			out = append(out, h)
		}
	}
	return out
}

const maxHooks = 300 // of one side; they are compared with one another

// hooksOf lists the hooks of a value in the forms that tools have: {event: [{matcher, hooks: [{command}]}]}, {event: [{command}]}.
func (w *settingsWalk) hooksOf(v *value) []hook {
	var out []hook
	if v == nil {
		return nil
	}
	add := func(event, matcher string, item *value) {
		h := hook{event: event, matcher: matcher, line: item.at()}
		for _, field := range []string{"command", "bash", "powershell", "run", "prompt", "url", "script"} {
			if f := item.get(field); f != nil && f.form() != "" {
				h.command, h.line = f.form(), f.line
				break
			}
		}
		if h.command == "" {
			h.command = item.form()
		}
		if h.command != "" && len(out) < maxHooks {
			out = append(out, h)
		}
	}
	for _, event := range v.keys {
		groups := v.get(event)
		items := groups.items
		if groups.kind != sequence {
			items = []*value{groups}
		}
		for _, item := range items {
			inner := item.get("hooks")
			if inner == nil {
				add(event, item.get("matcher").str(), item)
				continue
			}
			for _, h := range inner.items {
				add(event, item.get("matcher").str(), h)
			}
		}
	}
	return out
}

// renamed reports whether a command became another by nothing but a rename that is part of the change.
func (r *report) renamed(from, to string) bool {
	for i := range r.in.Pull.Files {
		f := &r.in.Pull.Files[i]
		if f.Previous == "" {
			continue
		}
		if old, now := path.Base(f.Previous), path.Base(f.Path); strings.Contains(from, old) && strings.ReplaceAll(from, old, now) == to {
			return true
		}
		if strings.Contains(from, f.Previous) && strings.ReplaceAll(from, f.Previous, f.Path) == to {
			return true
		}
	}
	return false
}
