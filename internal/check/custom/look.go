package custom

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
)

// looked is what an expression looks at, and what is wrong with its words beyond their types.
type looked struct {
	tree     *ast.AST
	facts    pull.Facts
	anything bool // it names a variable
	problems []misplaced
	globs    []misplaced // each in its message's place
}

// misplaced is a problem at a line, from 1, and a column, from 0, of an expression.
type misplaced struct {
	line, column int
	message      string
}

// look walks a checked expression.
func look(tree *ast.AST) *looked {
	l := &looked{tree: tree}
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(l.visit))
	return l
}

func (l *looked) visit(e ast.Expr) {
	switch e.Kind() {
	case ast.IdentKind:
		l.variable(e.AsIdent())
	case ast.SelectKind:
		s := e.AsSelect()
		l.facts |= factsOf(l.tree.GetType(s.Operand().ID()).TypeName(), s.FieldName())
	case ast.CallKind:
		l.call(e)
	}
}

func (l *looked) variable(name string) {
	for _, v := range append(slices.Clone(variables), items[EachFile], items[EachCommit]) {
		if v.name == name {
			l.anything = true
			l.facts |= v.facts
		}
	}
}

func (l *looked) call(e ast.Expr) {
	call := e.AsCall()
	args := call.Args()
	if call.IsMemberFunction() {
		args = append([]ast.Expr{call.Target()}, args...)
	}
	switch name := call.FunctionName(); {
	case name == "dyn":
		l.problem(e, "dyn is not taken: without types, a misspelt field would be found only on a pull request")
	case name == "format":
		l.problem(e, "format is not taken: an expression has no text to show; compare the parts")
	case name == "replace" && !shorter(args):
		l.problem(e, "replace takes its words written out, the new one no longer than the old: a short expression must not make a huge text")
	case name == "join" && len(args) == 2 && args[1].Kind() != ast.LiteralKind:
		l.problem(args[1], "the separator of join must be written out, in quotes")
	case len(args) < 2:
	case name == "glob":
		l.glob(args[1])
	case name == "matches":
		if args[1].Kind() != ast.LiteralKind {
			l.problem(args[1], "the pattern of matches must be written out: a pattern from the pull request would be an outsider's")
		}
	case name == "_==_" || name == "_!=_":
		l.words(args[0], args[1])
		l.words(args[1], args[0])
	case name == "@in" && args[1].Kind() == ast.ListKind:
		for _, element := range args[1].AsList().Elements() {
			l.words(args[0], element)
		}
	}
}

// shorter reports whether a call of replace cannot make its text longer.
func shorter(args []ast.Expr) bool {
	if len(args) < 3 || args[1].Kind() != ast.LiteralKind || args[2].Kind() != ast.LiteralKind {
		return false
	}
	old, _ := args[1].AsLiteral().Value().(string)
	fresh, _ := args[2].AsLiteral().Value().(string)
	return old != "" && len(fresh) <= len(old)
}

func (l *looked) problem(e ast.Expr, format string, args ...any) {
	at := l.tree.SourceInfo().GetStartLocation(e.ID())
	l.problems = append(l.problems, misplaced{max(at.Line(), 1), max(at.Column(), 0), fmt.Sprintf(format, args...)})
}

// glob judges a pattern, as the policy's own are judged.
func (l *looked) glob(e ast.Expr) {
	if e.Kind() != ast.LiteralKind {
		l.problem(e, "the pattern of glob must be written out, in quotes")
		return
	}
	switch s, _ := e.AsLiteral().Value().(string); {
	case s == "":
		l.problem(e, "an empty glob matches nothing")
	case strings.HasPrefix(s, "/"), strings.HasPrefix(s, "./"):
		l.problem(e, "%q matches nothing: paths begin at the repository's root; write %q", s, strings.TrimLeft(s, "./"))
	case strings.HasSuffix(s, "/"):
		l.problem(e, "%q matches no file; write %q for all below it", s, s+"**")
	case strings.HasPrefix(s, "!"):
		l.problem(e, "%q: a glob cannot be turned round with !; write !glob(…)", s)
	case strings.Count(s, "{") > maxBraces:
		l.problem(e, "%q has more than %d braces; write several globs", s, maxBraces)
	case !doublestar.ValidatePattern(s):
		l.problem(e, "%q is no glob: a bracket or brace is not closed", s)
	default:
		at := l.tree.SourceInfo().GetStartLocation(e.ID())
		l.globs = append(l.globs, misplaced{max(at.Line(), 1), max(at.Column(), 0), s})
	}
}

// maxBraces keeps matching cheap: alternatives are tried one after the other.
const maxBraces = 3

// wordsOf are the fields and variables that have one of a few words.
var wordsOf = map[string]struct {
	noun  string
	words []string
}{
	"custom.File.kind":        {"kind", kind.Kind("").Values()},
	"custom.File.status":      {"status", []string{"added", "removed", "modified", "renamed", "copied", "changed", "unchanged"}},
	"custom.Agent.confidence": {"confidence", agent.Confidence("").Values()},
	"custom.Issue.state":      {"state", []string{"open", "closed", "merged"}},
	"custom.Review.state":     {"state of a review", []string{"approved", "changes_requested", "commented", "dismissed"}},
	"authorship":              {"authorship", agent.Authorship("").Values()},
}

// words finds a word that what is compared can never be.
func (l *looked) words(of, word ast.Expr) {
	var name string
	switch of.Kind() {
	case ast.IdentKind:
		name = of.AsIdent()
	case ast.SelectKind:
		name = l.tree.GetType(of.AsSelect().Operand().ID()).TypeName() + "." + of.AsSelect().FieldName()
	}
	few, ok := wordsOf[name]
	if !ok || word.Kind() != ast.LiteralKind {
		return
	}
	s, isString := word.AsLiteral().(types.String)
	if !isString || slices.Contains(few.words, string(s)) {
		return
	}
	p := strict.Unknown(nil, few.noun, string(s), few.words)
	l.problem(word, "%s", p.Message)
}
