// Package sensitive is the check "sensitive": what would cost much if it were wrong. Its page is README.md.
package sensitive

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed README.md
var doc string

// Check is the check with its defaults.
var Check = check.New("sensitive", doc, pull.WithFiles|pull.WithPatches, Options{}, run)

// seen is one thing that the check saw.
type seen struct {
	rule  string // by which a policy allows it: "drop-table", "aws-access-token"
	class class
	fails bool
	check.Finding
}

func run(in *check.Input, o Options) check.Verdict {
	if len(in.Pull.Files) == 0 {
		return check.Verdict{Outcome: check.Skip, Summary: "The change touches no file."}
	}
	l := look{input: in, options: o, scan: newScan(in.Pull)}
	for i := range in.Pull.Files {
		l.file(&in.Pull.Files[i])
	}
	return l.verdict()
}

// look is one look at a pull request.
type look struct {
	input   *check.Input
	options Options
	scan    *scan
	seen    []seen
	places  places
	unread  []check.Finding
}

func (l *look) file(p *pull.File) {
	if l.options.ignored(p) {
		return
	}
	risk, word := l.options.risk(p)
	if word != "" {
		l.add(seen{rule: "path", class: policyPath, Finding: check.Finding{
			Path: p.Path, Risk: risk, Message: fmt.Sprintf("The policy calls this path sensitive, by %q.", word),
		}})
	}
	f := &file{File: p, kind: l.input.Kinds.Of(p.Path), path: split(p.Path)}
	l.places.note(f)
	hunks, err := p.Hunks()
	if err != nil {
		l.unread = append(l.unread, check.Finding{Path: p.Path, Message: "What changed in this file could not be read."})
		return
	}
	f.hunks = hunks
	l.add(l.scan.credentials(f)...)
	l.add(l.scan.lines(f)...)
	l.add(migration(f)...)
	l.add(contract(f)...)
	l.add(licence(f)...)
}

// add notes what is seen, but what the policy allows.
func (l *look) add(list ...seen) {
	for _, s := range list {
		if !slices.Contains(l.options.Allow, s.rule) {
			l.seen = append(l.seen, s)
		}
	}
}

// maxShown bounds the findings of one class: nobody reads more.
const maxShown = 20

func (l *look) verdict() check.Verdict {
	for _, s := range l.places.seen() {
		l.add(s)
	}
	l.scan.redact(l.seen)
	// What fails goes first, then what costs most.
	slices.SortStableFunc(l.seen, func(a, b seen) int {
		switch {
		case a.fails != b.fails && a.fails, a.fails == b.fails && b.Risk.Below(a.Risk):
			return -1
		case a.fails != b.fails || a.Risk.Below(b.Risk):
			return 1
		}
		return 0
	})
	var v check.Verdict
	count, failed := map[class]int{}, map[class]int{}
	for _, s := range l.seen {
		count[s.class]++
		if s.fails {
			failed[s.class]++
		}
		if count[s.class] <= maxShown {
			v.Findings = append(v.Findings, s.Finding)
		}
	}
	for _, c := range classes {
		if more := count[c] - maxShown; more > 0 {
			v.Findings = append(v.Findings, check.Finding{Message: fmt.Sprintf("%d more of the same kind: %s.", more, c)})
		}
	}
	v.Findings = append(v.Findings, l.unread[:min(len(l.unread), maxShown)]...)
	switch {
	case len(failed) > 0:
		v.Outcome, v.Summary = check.Fail, sentence("Needs another look before it goes on", failed)
	case len(l.unread) > 0:
		v.Outcome, v.Summary = check.Errored, fmt.Sprintf("Not judged: the change of %d of %d files could not be read.", len(l.unread), len(l.input.Pull.Files))
	case l.scan.spent:
		v.Outcome, v.Summary = check.Errored, "Not judged: more lines look sensitive than are looked at."
		v.Findings = append(v.Findings, check.Finding{Message: "Some of the many lines that look like credentials, or speak of security, were not looked at.", Fix: "Split the change, or have the policy ignore data that looks like credentials."})
	case len(count) > 0:
		v.Outcome, v.Summary = check.Pass, sentence("Touches what is sensitive", count)
	default:
		v.Outcome, v.Summary = check.Pass, "Nothing sensitive is touched."
	}
	return v
}

// class is a kind of sensitive thing, as the summary names it.
type class string

const (
	credential     class = "credentials"
	destruction    class = "a migration that destroys"
	unverified     class = "verification switched off"
	authentication class = "authentication and cryptography"
	database       class = "the database's shape"
	contracts      class = "public API and schema"
	infrastructure class = "infrastructure and deployment"
	licences       class = "licences"
	policyPath     class = "paths that the policy names"
)

var classes = []class{credential, destruction, unverified, authentication, database, contracts, infrastructure, licences, policyPath}

// sentence lists the classes that there are, in their order.
func sentence(begin string, count map[class]int) string {
	var words []string
	for _, c := range classes {
		if count[c] > 0 {
			words = append(words, string(c))
		}
	}
	return begin + ": " + strings.Join(words, ", ") + "."
}
