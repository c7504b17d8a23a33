package controlplane

import (
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
	"github.com/sluicegate/sluice/internal/check"
)

const (
	fixRights = "Give the token no more than it had, or have a person who answers for it widen it."
	fixAbsent = "Put the permissions back."
)

// level is what a token may do with one thing.
type level int

const (
	unsaid level = iota - 1 // the repository's default holds, which this check does not see
	nothing
	reads
	writes
)

func levelOf(s string) level {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "write", "write-all":
		return writes
	case "read", "read-all":
		return reads
	}
	return nothing
}

// of is what a permissions block says of one scope. What a block does not name it does not give.
func of(p *actionlint.Permissions, scope string) level {
	switch {
	case p == nil:
		return unsaid
	case p.All != nil:
		return levelOf(p.All.Value)
	case p.Scopes[scope] != nil && p.Scopes[scope].Value != nil:
		return levelOf(p.Scopes[scope].Value.Value)
	}
	return nothing
}

// rights are those that hold in a job.
func (f *flow) rights(j *actionlint.Job) *actionlint.Permissions {
	if j != nil && j.Permissions != nil {
		return j.Permissions
	}
	if f.w == nil {
		return nil
	}
	return f.w.Permissions
}

// writes reports whether some job's token may write, as far as the workflow says.
func (f *flow) writes() bool {
	return slices.ContainsFunc(f.jobs, func(j *actionlint.Job) bool {
		p := f.rights(j)
		if p == nil {
			return false
		}
		if p.All != nil {
			return levelOf(p.All.Value) == writes
		}
		for scope := range p.Scopes {
			if of(p, scope) == writes {
				return true
			}
		}
		return false
	})
}

// dear are the scopes with which a token changes what others run.
var dear = map[string]bool{"contents": true, "id-token": true, "actions": true, "packages": true, "deployments": true, "pages": true, "attestations": true, "pull-requests": true}

// permissions compares what the token may do, job by job.
func (x *flows) permissions() {
	for _, j := range x.head.jobs {
		now := x.head.rights(j)
		var was *actionlint.Permissions
		old := x.was(j)
		switch {
		case old != nil:
			was = x.base.rights(old)
		case x.base.w != nil:
			was = x.base.w.Permissions
		}
		if now == nil {
			x.unlimited(j, was)
			continue
		}
		x.widened(j, was, now)
	}
}

// unlimited is a job whose rights the workflow does not say.
func (x *flows) unlimited(j *actionlint.Job, was *actionlint.Permissions) {
	c := x.c
	switch {
	case was != nil:
		c.loosens(check.High, 0, fixAbsent, c.stood(was.Pos.Line), "no longer limits what the token may do; the repository's default holds, which may be to write everything")
	case !c.base.there && !x.unsaid:
		x.unsaid = true
		c.tell(check.Medium, j.Pos.Line, "Say it: permissions: {contents: read}.", nil, "does not say what the token of %s may do; the repository's default holds", short(j.ID.Value))
	}
}

func (x *flows) widened(j *actionlint.Job, was, now *actionlint.Permissions) {
	c := x.c
	if now.All != nil {
		if levelOf(now.All.Value) == writes && (was == nil || was.All == nil || levelOf(was.All.Value) != writes) {
			n := now.All.Pos.Line
			c.loosens(check.High, n, fixRights, c.said(n), "the token may now write everything%s", wasBefore(was))
		}
		return
	}
	scopes := make([]string, 0, len(now.Scopes))
	for scope := range now.Scopes {
		scopes = append(scopes, scope)
	}
	slices.Sort(scopes)
	// Where nothing was said and the whole workflow now is limited, jobs get back what they need.
	hardened := c.base.there && was == nil && x.head.w.Permissions != nil && j.Permissions != nil && !x.head.writesAtTop()
	for _, scope := range scopes {
		before := of(was, scope)
		if of(now, scope) != writes || before == writes {
			continue
		}
		n := now.Scopes[scope].Name.Pos.Line
		risk := check.Medium
		if dear[scope] {
			risk = check.High
		}
		switch {
		case scope == "security-events" && x.scans(j):
			c.tell(check.Low, n, "", c.said(n), "the token of the scan %s may write %s", short(j.ID.Value), scope)
		case before == unsaid && c.base.there && scope != "id-token" && hardened:
			c.tell(check.Medium, n, "", c.said(n), "the token of %s may write %s; before, the repository's default held", short(j.ID.Value), short(scope))
		case before == unsaid && c.base.there:
			c.loosens(check.Medium, n, fixRights, c.said(n), "the token may now write %s, whatever the repository's default is", short(scope))
		case !c.base.there:
			c.loosens(risk, n, fixRights, c.said(n), "the new workflow's token may write %s", short(scope))
		default:
			c.loosens(risk, n, fixRights, c.said(n), "the token may now write %s%s", short(scope), wasBefore(was))
		}
	}
}

// scans reports whether a job reports what a scan found.
func (x *flows) scans(j *actionlint.Job) bool {
	return slices.ContainsFunc(x.head.steps, func(s step) bool {
		return s.job == j.ID.Value && slices.ContainsFunc(scanNames, func(name string) bool {
			return strings.HasPrefix(strings.ToLower(s.uses), name) || strings.HasPrefix(strings.ToLower(s.uses), "github/codeql-action/")
		})
	})
}

func (f *flow) writesAtTop() bool {
	p := f.w.Permissions
	if p.All != nil {
		return levelOf(p.All.Value) == writes
	}
	for scope := range p.Scopes {
		if of(p, scope) == writes {
			return true
		}
	}
	return false
}

func wasBefore(p *actionlint.Permissions) string {
	if p == nil {
		return ""
	}
	return "; before, it could not"
}

// grantedToAgent compares the rights in the front matter of an agent's workflow.
func (c *change) grantedToAgent(base, head *value) {
	a, b := base.get("permissions"), head.get("permissions")
	if b != nil && b.kind == scalar && levelOf(b.str()) == writes && levelOf(a.str()) != writes {
		c.loosens(check.High, b.line, fixRights, c.said(b.line), "the agent's token may now write everything")
	}
	for _, scope := range keysOf(a, b) {
		if v := b.get(scope); v != nil && levelOf(v.str()) == writes && levelOf(a.get(scope).str()) != writes {
			c.loosens(check.High, v.line, fixRights, c.said(v.line), "the agent's token may now write %s", short(scope))
		}
	}
	if a != nil && b == nil {
		c.loosens(check.Medium, 0, fixAbsent, c.stood(a.line), "no longer limits what the agent's token may do")
	}
}
