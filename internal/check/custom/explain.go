package custom

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"github.com/sluicegate/sluice/internal/strict"
)

// maxProblems bounds what is said of one expression.
const maxProblems = 5

// explain turns CEL's errors into problems that say what to write.
func (e *Expression) explain(key string, each Each, errors []*cel.Error) []strict.Problem {
	var problems []strict.Problem
	for _, err := range errors[:min(len(errors), maxProblems)] {
		line, column := max(err.Location.Line(), 1), max(err.Location.Column(), 0)
		problems = append(problems, e.at(line, column, "%s: %s", key, e.plain(err.Message, each, line, column)))
		if strings.HasPrefix(err.Message, "Syntax error") || undeclared.MatchString(err.Message) && e.called(line, column) {
			break // what follows from it helps nobody
		}
	}
	return problems
}

var (
	undefined  = regexp.MustCompile(`^undefined field '(.*)'$`)
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	overload   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`)
	operator   = regexp.MustCompile(`^_?([^_\w]+)_$`)
	noFields   = regexp.MustCompile(`^type '(\w+).*' does not support field selection$`)
	qualified  = regexp.MustCompile(`\bcustom\.([A-Z]\w*)`)
)

// plain is one of CEL's messages as a person would put it.
func (e *Expression) plain(message string, each Each, line, column int) string {
	switch {
	case undefined.MatchString(message):
		return e.unknownField(undefined.FindStringSubmatch(message)[1], line, column)
	case undeclared.MatchString(message) && e.called(line, column):
		return unknownFunction(undeclared.FindStringSubmatch(message)[1])
	case undeclared.MatchString(message):
		return unknownName(undeclared.FindStringSubmatch(message)[1], each)
	case overload.MatchString(message):
		m := overload.FindStringSubmatch(message)
		name := m[1]
		if op := operator.FindStringSubmatch(name); op != nil {
			name = op[1]
		}
		if name == "contains" && strings.HasPrefix(m[2], "list(") {
			return "a list has no contains" + e.near(line, column) + "; write ITEM in LIST"
		}
		return fmt.Sprintf("%s does not take %s%s", strings.TrimPrefix(name, "@"), plainTypes(m[2]), e.near(line, column))
	case noFields.MatchString(message):
		of := noFields.FindStringSubmatch(message)[1]
		hint := ""
		if of == "list" {
			hint = "; it has size(), and loops: all(x, …), exists(x, …)"
		}
		return withArticle(of) + " has no fields" + e.near(line, column) + hint
	case strings.HasPrefix(message, "Syntax error: ") && e.operatorAt(line, column) != "":
		return "this is not CEL" + e.near(line, column) + ": " + e.operatorAt(line, column)
	case strings.HasPrefix(message, "Syntax error: "):
		return "this is not CEL: " + oneLine(strings.TrimPrefix(message, "Syntax error: ")) + e.near(line, column)
	case message == "invalid matches argument":
		return "this is no regular expression in RE2's syntax" + e.near(line, column)
	}
	return plainTypes(oneLine(message)) + e.near(line, column)
}

// called reports whether what stands at a place is called: the place is the name's, or that of its bracket.
func (e *Expression) called(line, column int) bool {
	rest := strings.TrimLeft(e.text[len(prefix(e.text, line, column)):], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	return strings.HasPrefix(strings.TrimSpace(rest), "(")
}

// plainTypes has CEL's types in the words of the page.
func plainTypes(s string) string {
	return qualified.ReplaceAllStringFunc(s, func(t string) string { return strings.ToLower(strings.TrimPrefix(t, "custom.")) })
}

// path finds the names before the dot that a misspelt field stands behind.
var path = regexp.MustCompile(`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*$`)

// unknownField says what the field may have been, of what stands before it where that is plain.
func (e *Expression) unknownField(name string, line, column int) string {
	of, t := "", reflect.Type(nil)
	if m := path.FindStringSubmatch(prefix(e.text, line, column)); m != nil {
		of, t = m[1], e.typeOf(m[1])
	}
	if t == nil {
		return fmt.Sprintf("no field is named %q; the page of the check lists them: sluice explain custom", name)
	}
	known := fieldsOf(t.String())
	if near := strict.Nearest(name, known); near != "" {
		return fmt.Sprintf("%s has no field %q; did you mean %q?", of, name, near)
	}
	return fmt.Sprintf("%s has no field %q; it has %s", of, name, strings.Join(known, ", "))
}

// typeOf is the type of what a path of names leads to, nil where it is no value with fields. A loop's variable is of
// its list's items: "files.all(f, …)".
func (e *Expression) typeOf(names string) reflect.Type {
	first, rest, _ := strings.Cut(names, ".")
	typeName := ""
	for _, v := range append(slices.Clone(variables), items[EachFile], items[EachCommit]) {
		switch loop := regexp.MustCompile(`\b` + v.name + `\.\w+\(\s*` + first + `\s*,`); {
		case v.name == first:
			typeName = v.is.TypeName()
		case len(v.is.Parameters()) == 1 && typeName == "" && loop.MatchString(e.text):
			typeName = v.is.Parameters()[0].TypeName()
		}
	}
	t := structs[typeName]
	for _, name := range strings.Split(rest, ".") {
		if name == "" || t == nil {
			break
		}
		i := slices.Index(fieldsOf(t.String()), name)
		if i < 0 {
			return nil
		}
		t = structs[t.Field(i).Type.String()]
	}
	return t
}

func unknownName(name string, each Each) string {
	for e, v := range items {
		if v.name == name && e != each {
			return fmt.Sprintf("%q is there in a rule for each %s; add \"each: %s\", or loop: %ss.all(%s, …)", name, name, name, name, name[:1])
		}
	}
	known := []string{"glob"}
	for _, v := range variables {
		known = append(known, v.name)
	}
	if v, ok := items[each]; ok {
		known = append(known, v.name)
	}
	if near := strict.Nearest(name, known); near != "" {
		return fmt.Sprintf("nothing is named %q; did you mean %q?", name, near)
	}
	return fmt.Sprintf("nothing is named %q; there are %s", name, strings.Join(known[1:], ", "))
}
