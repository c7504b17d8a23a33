package controlplane

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

// governance compares settings that say how changes get in: the gate's policy, dependency updates, the repository's rules.
func (c *change) governance() {
	base, head, ok := c.trees()
	if !ok {
		return
	}
	if c.surface == gatePolicy {
		c.policy(base, head)
		return
	}
	if !c.head.there && c.surface == protection {
		c.loosens(check.High, 0, fixSetting, nil, "the rules of the repository are gone from here")
		return
	}
	g := governed{c: c}
	g.compare(nil, base, head)
	if g.quiet > 0 {
		c.tell(check.Low, g.first, "", c.said(g.first), "changes %s in ways that loosen nothing known here", count(g.quiet, "other setting", "other settings"))
	}
}

// policy: a change of the gate's own policy is for people, whichever way it goes, unless it only says the same otherwise.
func (c *change) policy(base, head *value) {
	if base.equal(head) && c.head.there {
		return
	}
	if !c.head.there {
		c.loosens(check.High, 0, fixSetting, nil, "Sluice's policy is gone")
		return
	}
	if a, b := base.get("mode").str(), head.get("mode").str(); a == "enforce" && b != "enforce" {
		n := head.get("mode").at()
		c.loosens(check.High, n, fixSetting, c.both(base.get("mode").line, n), "the gate no longer enforces its policy")
	}
	levels := map[string]int{"off": 1, "warn": 2, "require": 3}
	for _, key := range keysOf(base.get("checks"), head.get("checks")) {
		a, b := base.get("checks", key, "level"), head.get("checks", key, "level")
		if x, y := levels[a.str()], levels[b.str()]; x > 0 && y < x {
			c.loosens(check.High, b.at(), fixSetting, c.both(a.line, b.at()), "the check %s is now %q; it was %q", short(key), orNothing(b.str()), a.str())
		}
	}
	if len(c.notes) > 0 {
		return
	}
	for _, key := range keysOf(base, head) {
		if a, b := base.get(key), head.get(key); !a.equal(b) {
			c.loosens(check.Medium, b.at(), fixSetting, c.both(a.at(), b.at()), "changes Sluice's own policy: %s", short(key))
		}
	}
}

func orNothing(s string) string {
	if s == "" {
		return "not set"
	}
	return s
}

// governed goes through both sides of such settings.
type governed struct {
	c     *change
	quiet int
	first int
}

// Names of settings, in lower case: those that loosen when they are on, those that loosen when they are not, numbers that
// loosen when they fall, and lists that loosen when they get shorter.
var (
	onNames  = words("automerge platformautomerge allow_force_pushes allow_deletions allow_bypass dismissal_restrictions_off bypass ignoretests allow_auto_merge insecure")
	offNames = words(`enforce_admins dismiss_stale_reviews require_code_owner_reviews require_code_owner_review require_last_push_approval
		required_linear_history required_signatures required_conversation_resolution strict strict_required_status_checks_policy
		dismiss_stale_reviews_on_push required_review_thread_resolution vulnerabilityalerts enable_vulnerability_alerts enable_automated_security_fixes
		prcreation dependencydashboardapproval internalchecksfilter`)
	numbers = words("required_approving_review_count minimumreleaseage stabilitydays default-days semver-major-days semver-minor-days semver-patch-days wait_timer")
	lists   = words("contexts checks required_status_checks reviewers rules require_code_owners conditions branches")
	opened  = words("bypass_actors bypass_pull_request_allowances bypass_mode apps_bypass ignore ignoredeps ignorepaths")
)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

func (g *governed) compare(names []string, a, b *value) {
	for _, key := range keysOf(a, b) {
		x, y := a.get(key), b.get(key)
		if !x.equal(y) {
			g.one(append(slices.Clip(names), key), x, y)
		}
	}
}

func (g *governed) one(names []string, a, b *value) {
	c, last := g.c, strings.ToLower(names[len(names)-1])
	quote := c.both(a.at(), b.at())
	switch {
	case last == "insecure-external-code-execution":
		if b.str() == "allow" {
			c.loosens(check.High, b.line, fixSetting, quote, "dependency updates may run code that they fetch")
		}
	case onNames[last] && !isMapping(a) && !isMapping(b):
		if isOn(b) && !isOn(a) {
			c.loosens(check.High, b.line, fixSetting, quote, "%s is now %s", name(names), short(b.str()))
		}
	case last == "enforcement":
		if a.str() == "active" && b.str() != "active" {
			c.loosens(check.High, b.at(), fixSetting, quote, "the rules are no longer enforced")
		}
	case offNames[last] && !isMapping(a) && !isMapping(b):
		if isOn(a) && !isOn(b) {
			c.loosens(check.High, b.at(), fixSetting, quote, "%s is no longer on", name(names))
		}
	case numbers[last]:
		if x, y := number(a), number(b); y < x {
			c.loosens(check.High, b.at(), fixSetting, quote, "%s is now %s; it was %s", name(names), orNothing(b.str()), short(a.str()))
		}
	case opened[last] && b != nil && b.kind == sequence && (c.base.there || c.surface == protection):
		for _, e := range missingEntries(entries(b), entries(a)) {
			c.loosens(check.Medium, e.line, fixSetting, c.said(e.line), "%s now has %q", name(names), short(e.text))
		}
	case lists[last] && a != nil && a.kind == sequence:
		g.shorter(names, a, b)
	case isMapping(a) || isMapping(b):
		if b == nil && c.surface == protection {
			c.loosens(check.High, 0, fixSetting, c.stood(a.line), "%s is gone", name(names))
			return
		}
		if b != nil && b.kind != mapping && (b.str() == "" || b.str() == "false") && c.surface == protection {
			c.loosens(check.High, b.line, fixSetting, quote, "%s is now off", name(names))
			return
		}
		g.compare(names, a, b)
	case a != nil && b != nil && a.kind == sequence && b.kind == sequence:
		g.sequences(names, a, b)
	case a == nil && b.kind == sequence:
		for _, item := range b.list() {
			g.compare(names, nil, item)
		}
		g.other(b)
	default:
		g.other(b)
	}
}

func (g *governed) other(b *value) {
	if g.quiet++; g.first == 0 {
		g.first = b.at()
	}
}

// shorter compares lists of what must hold.
func (g *governed) shorter(names []string, a, b *value) {
	for _, e := range missingEntries(entries(a), entries(b)) {
		if strings.Contains(e.text, "name=") || strings.Contains(e.text, "type=") {
			g.sequences(names, a, b) // items of many settings: one that changed is not gone
			return
		}
		g.c.loosens(check.High, b.at(), fixSetting, g.c.stood(e.line), "%s no longer has %q", name(names), short(e.text))
	}
}

// sequences pairs the items of two lists by what names them, and by their place where nothing does.
func (g *governed) sequences(names []string, a, b *value) {
	id := func(v *value, i int) string {
		for _, key := range []string{"name", "type", "id", "package-ecosystem", "context", "repo", "matchPackageNames", "description"} {
			if s := v.get(key); s != nil {
				return strings.TrimSpace(key + " " + s.form() + " " + v.get("directory").form())
			}
		}
		return strconv.Itoa(i)
	}
	before := map[string]*value{}
	for i, item := range a.list() {
		before[id(item, i)] = item
	}
	for i, item := range b.list() {
		key := id(item, i)
		old := before[key]
		delete(before, key)
		if !old.equal(item) {
			g.compare(names, old, item)
		}
	}
	if g.c.surface != protection {
		return
	}
	for i, item := range a.list() {
		if before[id(item, i)] != nil {
			g.c.loosens(check.High, 0, fixSetting, g.c.stood(item.line), "%s no longer has %q", name(names), short(id(item, i)))
		}
	}
}

func missingEntries(from, in []entry) []entry {
	has := map[string]bool{}
	for _, e := range in {
		has[e.text] = true
	}
	var out []entry
	for _, e := range from {
		if !has[e.text] {
			out = append(out, e)
		}
	}
	return out
}

// number is the first number of a value: 3 of "3 days"; 0 where there is none.
func number(v *value) float64 {
	s := strings.TrimLeft(v.str(), " ")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
		end++
	}
	f, err := strconv.ParseFloat(s[:end], 64)
	if err != nil {
		return 0
	}
	return f
}
