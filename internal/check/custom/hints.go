package custom

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/strict"
)

// functions are what an expression can call.
var functions = []string{
	"glob", "size", "has", "all", "exists", "exists_one", "filter", "map", "matches", "contains", "startsWith", "endsWith", "lowerAscii", "upperAscii",
	"trim", "split", "join", "replace", "substring", "indexOf", "lastIndexOf", "charAt", "reverse", "int", "string", "double", "timestamp", "duration",
}

// otherWords are what other languages call a thing, by what CEL calls it.
var otherWords = map[string]string{
	"any": "exists", "some": "exists", "every": "all", "len": "size", "length": "size", "count": "size", "includes": "contains", "has_prefix": "startsWith",
	"starts_with": "startsWith", "ends_with": "endsWith", "lower": "lowerAscii", "tolower": "lowerAscii", "tolowercase": "lowerAscii", "upper": "upperAscii",
	"touppercase": "upperAscii", "match": "matches", "test": "matches", "regex": "matches", "find": "exists", "fnmatch": "glob",
}

// unknownFunction says what a function may have been.
func unknownFunction(name string) string {
	near := otherWords[strings.ToLower(name)]
	if near == "" {
		near = strict.Nearest(name, functions)
	}
	if near != "" {
		return fmt.Sprintf("no function is named %q; did you mean %q?", name, near)
	}
	return fmt.Sprintf("no function is named %q; the page of the check lists them: sluice explain custom", name)
}

// otherOperators are those of other languages, each with CEL's.
var otherOperators = []struct{ wrong, right string }{
	{"===", "write == to compare"},
	{"!==", "write != to compare"},
	{"=~", "write TEXT.matches(\"PATTERN\")"},
	{"=>", "a loop is LIST.all(x, …)"},
	{"and ", "write && for and"},
	{"or ", "write || for or"},
	{"not ", "write ! for not"},
	{"<>", "write != to compare"},
	{"= ", "a single = says nothing; write == to compare"},
	{"=", "write == to compare"},
}

// operatorAt is what to write for another language's operator at a place, "" where there is none. A word that stands
// before the place, as "not" does, counts too.
func (e *Expression) operatorAt(line, column int) string {
	before := prefix(e.text, line, column)
	rest := e.text[len(before):]
	if strings.HasSuffix(before, "==") || strings.HasSuffix(before, "!=") {
		rest = before[len(before)-2:] + rest
	}
	for _, o := range otherOperators {
		if strings.HasPrefix(rest, o.wrong) || o.wrong == "not " && strings.HasSuffix(before, o.wrong) {
			return o.right
		}
	}
	return ""
}
