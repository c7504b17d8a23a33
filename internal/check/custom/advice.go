package custom

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/cost"
	"github.com/sluicegate/sluice/internal/strict"
)

// What a large change has, for the estimate: as many files and commits as GitHub lists, 100,000 lines among them.
const (
	manyFiles   = 3000
	manyCommits = 250
	manyItems   = 20 // of anything else: labels, issues, reviews
	longBody    = 10_000
	longLine    = 100
	longPatch   = 2000 // characters of one file's added or removed lines
)

// Dear is a rule that may cost too much.
type Dear struct { //nolint:errname // a warning in a list
	strict.Problem        // at its expression
	Rule           string // its name
}

// Dear are the rules that a large change would make cost more than a rule may: they would not be judged then.
func (o Options) Dear() []Dear {
	var dear []Dear
	for i := range o.Rules {
		rule := &o.Rules[i]
		total := uint64(0)
		for _, e := range []*Expression{&rule.When, &rule.Must} {
			if !e.IsZero() && e.checked != nil {
				total = cost.SafeAdd(total, e.most(rule.Each))
			}
		}
		if total > maxCost && rule.Level != Off {
			dear = append(dear, Dear{Rule: rule.Name, Problem: rule.Must.at(1, 0, "rule %q may cost %s on a change of %d files, of %s that a rule may; it would not be judged then",
				rule.Name, units(total), manyFiles, units(maxCost))})
		}
	}
	return dear
}

// Globbed is a glob that a rule looks for.
type Globbed struct { //nolint:errname // a place in a list
	strict.Problem        // the place alone
	Rule           string // its name
	Glob           string
}

// Globs are the globs of the rules, for whoever knows what files there are.
func (o Options) Globs() []Globbed {
	var all []Globbed
	for i := range o.Rules {
		rule := &o.Rules[i]
		for _, e := range []*Expression{&rule.When, &rule.Must} {
			for _, g := range e.globs {
				all = append(all, Globbed{Rule: rule.Name, Glob: g.message, Problem: e.at(g.line, g.column, "")})
			}
		}
	}
	return all
}

// units are costs as people can read them.
func units(n uint64) string {
	if n > 1_000_000_000 {
		return "more than 1,000 million"
	}
	return fmt.Sprintf("%.1f million", float64(n)/1e6)
}

// most is what the expression costs at most on a large change.
func (e *Expression) most(each Each) uint64 {
	estimate, err := environment(each).EstimateCost(e.checked, sizes{})
	if err != nil {
		return 0 // it says nothing of the rule
	}
	times := map[Each]uint64{"": 1, EachFile: manyFiles, EachCommit: manyCommits}[each]
	return cost.SafeMultiply(estimate.Max, times)
}

// sizes tells how long a text and how many items a list has at most.
type sizes struct{}

// EstimateCallCost leaves it to the library.
func (sizes) EstimateCallCost(_, _ string, _ *cost.AstNode, _ []cost.AstNode) *cost.CallEstimate {
	return nil
}

// EstimateSize knows texts and lists by their names.
func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	path := slices.DeleteFunc(slices.Clone(node.Path()), func(s string) bool { return strings.HasPrefix(s, "@") && len(node.Path()) > 1 && s != "@items" })
	if len(path) == 0 {
		return nil
	}
	most := uint64(manyItems)
	switch last := path[len(path)-1]; {
	case len(path) == 1 && last == "files":
		most = manyFiles
	case len(path) == 1 && last == "commits":
		most = manyCommits
	case last == "body":
		most = longBody
	case last == "added_text" || last == "removed_text":
		most = longPatch
	case last == "paths":
		most = 2
	case node.Type() != nil && node.Type().TypeName() == "string":
		most = longLine
	}
	return &cost.SizeEstimate{Min: 0, Max: most}
}
