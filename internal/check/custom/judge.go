package custom

import (
	"errors"
	"fmt"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxFindings bounds the findings of one rule for each item.
const maxFindings = 20

// world is what the rules of one run look at. What no rule looks at is never made.
type world struct {
	in     *check.Input
	values map[string]any
	files  []File
	unread map[int]bool // files whose patch nobody has read
	texts  bool         // files have their text
	spent  uint64       // of maxTotal, by all rules
	rule   uint64       // of maxCost, by the rule at hand
}

func newWorld(in *check.Input) *world { return &world{in: in, values: map[string]any{}} }

// result is what one rule came to.
type result struct {
	outcome  check.Outcome
	findings []check.Finding
	missing  pull.Facts
}

// errTooDear is the answer where a rule costs more than is spent on one.
var errTooDear = errors.New("it costs more than a rule may: let \"when\" or a glob leave out what it need not look at, and loop once")

// errPatch is the answer where the text of a file that a rule looks at was not read.
var errPatch = errors.New("the patch of a file was not read")

// judge asks one rule.
func (w *world) judge(rule *Rule) result {
	facts := rule.When.facts | rule.Must.facts
	w.fill(facts)
	w.rule = 0
	if rule.Each == "" {
		return w.whole(rule)
	}
	if missing := items[rule.Each].facts &^ w.in.Pull.Known; missing != 0 {
		return unread(rule, missing)
	}
	var all []result
	n := len(w.in.Pull.Commits)
	if rule.Each == EachFile {
		n = len(w.files)
	}
	for i := range n {
		if rule.Each == EachFile {
			w.values["file"] = w.native(w.files[i])
		} else {
			w.values["commit"] = w.native(commitsOf(&pull.Request{Commits: w.in.Pull.Commits[i : i+1]})[0])
		}
		got := w.ask(rule, w.unread[i] && rule.Each == EachFile)
		all = append(all, w.placed(rule, i, got))
		if w.exhausted() {
			break
		}
	}
	return together(rule, all)
}

// whole asks a rule of the pull request as a whole.
func (w *world) whole(rule *Rule) result {
	return w.ask(rule, len(w.unread) > 0)
}

// ask evaluates a rule once. Where patches are missing, an expression that looks at text is not asked.
func (w *world) ask(rule *Rule, unreadText bool) result {
	for _, e := range []*Expression{&rule.When, &rule.Must} {
		if e.IsZero() {
			continue
		}
		if missing := e.facts &^ w.in.Pull.Known; missing != 0 {
			return unread(rule, missing)
		}
		if unreadText && e.facts.Has(pull.WithPatches) {
			return unjudged(rule, fmt.Errorf("%w: %s", errPatch, w.firstUnread()))
		}
		holds, err := w.eval(e)
		switch {
		case err != nil:
			return unjudged(rule, err)
		case !holds && e == &rule.When:
			return result{outcome: check.Skip}
		case !holds:
			return result{outcome: check.Fail, findings: []check.Finding{{Message: message(rule), Fix: rule.Fix, Risk: rule.Risk}}}
		}
	}
	return result{outcome: check.Pass}
}

// firstUnread is the first of the files whose patch nobody has read.
func (w *world) firstUnread() string {
	for i := range w.files {
		if w.unread[i] {
			return w.files[i].Path
		}
	}
	return ""
}

func (w *world) eval(e *Expression) (bool, error) {
	if w.exhausted() {
		return false, errTooDear
	}
	out, details, err := e.program.Eval(w.values)
	var cost uint64
	if details != nil && details.ActualCost() != nil {
		cost = *details.ActualCost()
	}
	var cancelled interpreter.EvalCancelledError
	tooDear := errors.As(err, &cancelled)
	if tooDear {
		cost = maxCost
	}
	w.spent, w.rule = w.spent+cost, w.rule+cost
	switch {
	case tooDear:
		return false, errTooDear
	case err != nil:
		return false, errors.New(oneLine(err.Error()))
	}
	holds, ok := out.(types.Bool)
	if !ok {
		return false, fmt.Errorf("it gave %s", out.Type().TypeName())
	}
	return bool(holds), nil
}

// exhausted reports whether the rule, or all of them together, has cost what may be spent.
func (w *world) exhausted() bool { return w.rule >= maxCost || w.spent >= maxTotal }

func message(rule *Rule) string {
	if rule.Message != "" {
		return rule.Name + ": " + rule.Message
	}
	return fmt.Sprintf("%s: this is not so: %s", rule.Name, rule.Must)
}

func unread(rule *Rule, missing pull.Facts) result {
	return result{outcome: check.Errored, missing: missing, findings: []check.Finding{{
		Message: fmt.Sprintf("%s: not judged, since %s could not be read.", rule.Name, missing),
	}}}
}

func unjudged(rule *Rule, err error) result {
	r := result{outcome: check.Errored, findings: []check.Finding{{Message: fmt.Sprintf("%s: not judged: %v.", rule.Name, err)}}}
	if errors.Is(err, errPatch) {
		r.missing = pull.WithPatches
	}
	return r
}

// placed says of which item a result is.
func (w *world) placed(rule *Rule, i int, got result) result {
	for j := range got.findings {
		if rule.Each == EachFile {
			got.findings[j].Path = w.files[i].Path
		} else {
			got.findings[j].Message += fmt.Sprintf(" (commit %.7s)", w.in.Pull.Commits[i].SHA)
		}
	}
	return got
}

// together is what a rule's answers for each item come to: one that does not hold settles it, then one that was not
// judged.
func together(rule *Rule, all []result) result {
	order := []check.Outcome{check.Skip, check.Pass, check.Errored, check.Fail}
	out := result{outcome: check.Skip}
	for _, got := range all {
		if slices.Index(order, got.outcome) > slices.Index(order, out.outcome) {
			out.outcome = got.outcome
		}
		out.missing |= got.missing
		out.findings = append(out.findings, got.findings...)
	}
	if more := len(out.findings) - maxFindings; more > 0 {
		out.findings = append(out.findings[:maxFindings:maxFindings], check.Finding{Message: fmt.Sprintf("%s: and %d more.", rule.Name, more)})
	}
	return out
}

// fill makes the values that an expression with these facts could look at.
func (w *world) fill(facts pull.Facts) {
	r, a := w.in.Pull, w.in.Attribution
	if a == nil {
		a = &agent.Attribution{}
	}
	if _, made := w.values["pull"]; !made {
		w.values["pull"] = w.native(pullOf(r))
		w.values["agents"], w.values["authorship"], w.values["principals"] = w.native(agentsOf(a)), string(a.Authorship), w.native(principalsOf(a))
		properties := r.Properties
		if properties == nil {
			properties = map[string][]string{}
		}
		w.values["properties"] = w.native(properties)
	}
	if text := facts.Has(pull.WithPatches); facts.Has(pull.WithFiles) && (w.files == nil || text && !w.texts) {
		w.files, w.unread = filesOf(w.in, text)
		w.texts = text
		w.values["files"] = w.native(w.files)
	}
	if facts.Has(pull.WithCommits) && w.values["commits"] == nil {
		w.values["commits"] = w.native(commitsOf(r))
	}
	if facts.Has(pull.WithIssues) && w.values["issues"] == nil {
		w.values["issues"] = w.native(issuesOf(r))
	}
	if facts.Has(pull.WithReviews) && w.values["reviews"] == nil {
		w.values["reviews"] = w.native(reviewsOf(r))
	}
}

// native is a Go value as CEL sees it, so that it is turned once.
func (w *world) native(v any) ref.Val { return environment("").CELTypeAdapter().NativeToValue(v) }
