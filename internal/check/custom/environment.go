package custom

import (
	"reflect"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/ext"
	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/pull"
)

// The bounds of an expression. Nothing that people write by hand comes near them.
const (
	maxText    = 4096 // characters
	maxNodes   = 2000
	maxRegexp  = 1000      // instructions of a regular expression's program
	maxNesting = 2         // loops within each other
	maxCost    = 4_000_000 // of one rule, in CEL's units: about ten million a second
	maxTotal   = 2 * maxCost
)

// variable is a name that every expression can use, with the parts of the pull request that must be read for it.
type variable struct {
	name  string
	is    *cel.Type
	facts pull.Facts
}

var variables = []variable{
	{"pull", object[Pull](), 0},
	{"files", cel.ListType(object[File]()), pull.WithFiles},
	{"commits", cel.ListType(object[Commit]()), pull.WithCommits},
	{"issues", cel.ListType(object[Issue]()), pull.WithIssues},
	{"reviews", cel.ListType(object[Review]()), pull.WithReviews},
	{"agents", cel.ListType(object[Agent]()), 0},
	{"authorship", cel.StringType, 0},
	{"principals", cel.ListType(cel.StringType), 0},
	{"properties", cel.MapType(cel.StringType, cel.ListType(cel.StringType)), pull.WithProperties},
}

// items are the variables of rules for each item.
var items = map[Each]variable{
	EachFile:   {"file", object[File](), pull.WithFiles},
	EachCommit: {"commit", object[Commit](), pull.WithCommits},
}

// structs are the types by the name that CEL has for them.
var structs = map[string]reflect.Type{}

func init() {
	for _, t := range []reflect.Type{
		reflect.TypeFor[Pull](), reflect.TypeFor[Account](), reflect.TypeFor[File](), reflect.TypeFor[Commit](),
		reflect.TypeFor[Person](), reflect.TypeFor[Agent](), reflect.TypeFor[Issue](), reflect.TypeFor[Review](),
	} {
		structs[t.String()] = t
	}
}

func object[T any]() *cel.Type { return cel.ObjectType(reflect.TypeFor[T]().String()) }

// environment is what expressions are compiled in, made once for each kind of rule.
func environment(each Each) *cel.Env { return environments()[each] }

var environments = sync.OnceValue(func() map[Each]*cel.Env {
	base, err := cel.NewEnv(options()...)
	if err != nil {
		panic(err) // a mistake in the options below
	}
	all := map[Each]*cel.Env{"": base}
	for each, v := range items {
		if all[each], err = base.Extend(cel.Variable(v.name, v.is)); err != nil {
			panic(err)
		}
	}
	return all
})

func options() []cel.EnvOption {
	opts := []cel.EnvOption{
		ext.Strings(), ext.Bindings(),
		cel.ParserExpressionSizeLimit(maxText), cel.ParserRecursionLimit(64), cel.ExpressionNodeLimit(maxNodes), cel.RegexProgramSizeLimit(maxRegexp),
		cel.ASTValidators(
			cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(),
			cel.ValidateHomogeneousAggregateLiterals(), cel.ValidateComprehensionNestingLimit(maxNesting),
		),
		cel.Function("glob",
			cel.Overload("glob_string", []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType, cel.BinaryBinding(globs)),
			cel.Overload("glob_list", []*cel.Type{cel.ListType(cel.StringType), cel.StringType}, cel.BoolType, cel.BinaryBinding(globs))),
		cel.CostModel(
			cost.Overload("glob_string", cost.EvalCost(cost.Traversal(cost.Arg(0), 0.25, 0))),
			cost.Overload("glob_list", cost.EvalCost(cost.Mul(cost.Length(cost.Arg(0)), cost.Const(20)))),
		),
	}
	native := []any{ext.ParseStructTags(true)}
	for _, t := range structs {
		native = append(native, t)
	}
	opts = append(opts, ext.NativeTypes(native...))
	for _, v := range variables {
		opts = append(opts, cel.Variable(v.name, v.is))
	}
	return opts
}

// globs reports whether a path, or one of several, matches a glob. The glob was judged when the policy was read.
func globs(paths, pattern ref.Val) ref.Val {
	glob := string(pattern.(types.String))
	if path, one := paths.(types.String); one {
		return types.Bool(doublestar.MatchUnvalidated(glob, string(path)))
	}
	list := paths.(traits.Lister)
	for it := list.Iterator(); it.HasNext() == types.True; {
		if path, ok := it.Next().(types.String); ok && doublestar.MatchUnvalidated(glob, string(path)) {
			return types.True
		}
	}
	return types.False
}

// fieldsOf are the names of a type's fields, in their order.
func fieldsOf(typeName string) []string {
	t, ok := structs[typeName]
	if !ok {
		return nil
	}
	var names []string
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("cel"))
	}
	return names
}

// factsOf are the parts that must be read for a field, beyond those of its variable.
func factsOf(typeName, field string) pull.Facts {
	t, ok := structs[typeName]
	if !ok {
		return 0
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("cel") == field {
			return map[string]pull.Facts{"reviews": pull.WithReviews, "files": pull.WithFiles, "patches": pull.WithPatches}[f.Tag.Get("needs")]
		}
	}
	return 0
}
