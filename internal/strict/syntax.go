package strict

import (
	"regexp"
	"strconv"
	"strings"
)

var syntaxError = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

// hints say in plain words what the parser's commonest complaints mean.
var hints = []struct{ complaint, hint string }{
	{"found character that cannot start any token", "a value cannot begin with this character; put it in quotes"},
	{"found a tab character that violates indentation", "a tab cannot indent; use spaces"},
	{"did not find expected alphabetic or numeric character", `a value that begins with "*", "&" or "!" must be in quotes`},
	{"unknown anchor", `a value that begins with "*" must be in quotes`},
	{"mapping values are not allowed in this context", `there is a second ": " in one value; put the value in quotes, or look at the indentation`},
	{"did not find expected key", "here or below, the indentation is uneven or a quote or bracket is not closed"},
	{"did not find expected node content", "a value is missing, or a bracket is not closed"},
	{"did not find expected '-' indicator", "here or below, the list's items are not indented alike, or a quote is not closed"},
	{"did not find expected ',' or ']'", "the list's [ is not closed, or a comma is missing"},
	{"did not find expected ',' or '}'", "the mapping's { is not closed, or a comma is missing"},
	{"found unexpected end of stream", "a quote is not closed"},
	{"could not find expected ':'", `a key has no ": " after it, or a quote is not closed`},
	{"found unknown escape character", `"\" means something within double quotes; use single quotes`},
	{"exceeded max depth", "this is nested too deep"},
}

// syntax turns the parser's error into a problem at its line.
func syntax(text []byte, err error) Problem {
	m := syntaxError.FindStringSubmatch(err.Error())
	if m == nil {
		return Problem{Message: "this is not YAML: " + err.Error()}
	}
	complaint := m[2]
	number := lineOf(text, m[1], complaint)
	line := strings.Split(string(text), "\n")[number-1]
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	p := Problem{Line: number, Column: indent + 1, Message: "this is not YAML: " + complaint}
	for _, h := range hints {
		if strings.HasPrefix(complaint, h.complaint) {
			p.Message = "this is not YAML: " + h.hint
			break
		}
	}
	if strings.Contains(line[:indent], "\t") {
		p.Message = "this is not YAML: a tab cannot indent; use spaces"
	}
	return p
}

// lineOf is where the parser complains, from 1. It names no line where it means the first one, counts from 0 in what its
// grammar finds and from 1 in what its scanner finds, and has no place at all for an unknown anchor.
func lineOf(text []byte, written, complaint string) int {
	if name, ok := strings.CutPrefix(complaint, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		before, _, _ := strings.Cut(string(text), "*"+name)
		return strings.Count(before, "\n") + 1
	}
	n, _ := strconv.Atoi(written)
	grammar := strings.HasPrefix(complaint, "did not find expected") && !strings.HasPrefix(complaint, "did not find expected alphabetic")
	if n == 0 || grammar {
		n++
	}
	return min(n, strings.Count(string(text), "\n")+1)
}
