package custom

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Expression is a CEL expression that is true or false, compiled. The zero one says nothing.
type Expression struct {
	text    string
	node    *yaml.Node // where it is written
	program cel.Program
	facts   pull.Facts // what it looks at
	checked *cel.Ast
	globs   []misplaced
}

// DecodeStrict takes the text; a rule compiles its expressions when it knows what they are asked of.
func (e *Expression) DecodeStrict(node *yaml.Node) []strict.Problem {
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!str" {
		return []strict.Problem{strict.At(node, `expected a CEL expression, such as 'pull.title != ""'; put it in quotes`)}
	}
	if strings.TrimSpace(node.Value) == "" {
		return []strict.Problem{strict.At(node, "an empty expression says nothing; leave the key out")}
	}
	if !utf8.ValidString(node.Value) {
		return []strict.Problem{strict.At(node, "the expression is not UTF-8; write its characters out")}
	}
	*e = Expression{text: node.Value, node: node}
	return nil
}

// UnmarshalText takes the text; it compiles nothing.
func (e *Expression) UnmarshalText(text []byte) error {
	*e = Expression{text: string(text)}
	return nil
}

// MarshalText is the expression as it was written.
func (e Expression) MarshalText() ([]byte, error) { return []byte(strings.TrimSpace(e.text)), nil }

// String is the expression in one line.
func (e Expression) String() string { return strings.Join(strings.Fields(e.text), " ") }

// IsZero reports whether there is none.
func (e Expression) IsZero() bool { return e.text == "" }

// compile checks and plans the expression, key's value in a rule for each.
func (e *Expression) compile(key string, each Each) (problems []strict.Problem) {
	if e.IsZero() {
		return nil
	}
	// The parser is not ours and its texts are not either: should it panic, the expression is refused.
	defer func() {
		if r := recover(); r != nil {
			problems = []strict.Problem{e.at(1, 0, "%s: the expression cannot be read: %s", key, oneLine(fmt.Sprint(r)))}
		}
	}()
	env := environment(each)
	checked, issues := env.Compile(e.text)
	if issues.Err() != nil {
		return e.explain(key, each, issues.Errors())
	}
	if checked.OutputType() != cel.BoolType {
		return []strict.Problem{e.at(1, 0, "%s: the expression gives %s, and must give true or false", key, article(checked.OutputType()))}
	}
	looked := look(checked.NativeRep())
	if len(looked.problems) > 0 {
		for _, p := range looked.problems {
			problems = append(problems, e.at(p.line, p.column, "%s: %s", key, p.message))
		}
		return problems
	}
	if !looked.anything {
		return []strict.Problem{e.at(1, 0, "%s: the expression looks at nothing, so it always says the same; name what it is about, such as pull.title", key)}
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxCost))
	if err != nil {
		return []strict.Problem{e.at(1, 0, "%s: %s", key, oneLine(err.Error()))}
	}
	e.checked, e.program, e.facts, e.globs = checked, program, looked.facts, looked.globs
	return nil
}

// at is a problem at a line, from 1, and a column, from 0, of the expression: where they are in the policy, as far as
// YAML's forms let it be told.
func (e *Expression) at(line, column int, format string, args ...any) strict.Problem {
	p := strict.At(e.node, format, args...)
	if e.node == nil || e.node.Kind != yaml.ScalarNode {
		return p
	}
	before := prefix(e.text, line, column)
	switch {
	case e.node.Style&yaml.LiteralStyle != 0:
		p.Line, p.Column = e.node.Line+line, e.node.Column+column
	case e.node.Style&yaml.FoldedStyle != 0:
		p.Line++ // its lines were joined
	case e.node.Style&yaml.DoubleQuotedStyle != 0:
		p.Column += 1 + len([]rune(before)) + strings.Count(before, `"`) + strings.Count(before, `\`) + strings.Count(before, "\n") + strings.Count(before, "\t")
	case e.node.Style&yaml.SingleQuotedStyle != 0:
		p.Column += 1 + column + strings.Count(before, "'")
	default:
		p.Column += column
	}
	return p
}

// prefix is the part of a text before a place.
func prefix(text string, line, column int) string {
	lines := strings.SplitAfter(text, "\n")
	line = min(max(line, 1), len(lines))
	last := []rune(lines[line-1])
	return strings.Join(lines[:line-1], "") + string(last[:min(max(column, 0), len(last))])
}

// near quotes the beginning of what stands at a place, for the end of a message.
func (e *Expression) near(line, column int) string {
	runes := []rune(oneLine(e.text[len(prefix(e.text, line, column)):]))
	switch {
	case len(runes) == 0:
		return ""
	case len(runes) > maxExcerpt:
		return fmt.Sprintf(", at %q", string(runes[:maxExcerpt])+"…")
	}
	return fmt.Sprintf(", at %q", string(runes))
}

const maxExcerpt = 40

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// article is a type with its article: "a string", "a list".
func article(t *cel.Type) string {
	name, _, _ := strings.Cut(plainTypes(fmt.Sprint(t)), "(")
	return withArticle(name)
}

func withArticle(name string) string {
	if strings.ContainsAny(name[:1], "aeiou") {
		return "an " + name
	}
	return "a " + name
}
