package tests

import "strings"

// rustTests follows the lines of a Rust file and knows which of them are in a test. It trusts rustfmt's layout: a block
// ends with a brace below the first letter of the line that opened it.
type rustTests struct {
	off    bool
	inside bool
	marked bool   // the line before says that what follows is a test
	end    string // the line that ends the block
}

// enter starts a hunk. Git's section is the nearest line above that begins in the first column.
func (r *rustTests) enter(section string) {
	if r.off {
		return
	}
	*r = rustTests{inside: testModule(section), end: "}"}
}

// line reads one line of the head's file.
func (r *rustTests) line(text string) {
	if r.off {
		return
	}
	trimmed := strings.TrimSpace(text)
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	if r.inside {
		// The closing line is still the test's: the next one looks.
		if r.end == "" {
			r.inside = false
		} else {
			if strings.TrimRight(text, " \t\r") == r.end {
				r.end = ""
			}
			return
		}
	}
	switch {
	case strings.HasPrefix(trimmed, "#[test]"), strings.HasPrefix(trimmed, "#[") && strings.Contains(trimmed, "::test"), testModule(trimmed):
		r.inside, r.end = true, indent+"}"
	case trimmed == "#[cfg(test)]":
		r.marked = true
		return
	case r.marked && strings.Contains(trimmed, "mod ") && strings.HasSuffix(trimmed, "{"):
		r.inside, r.end = true, indent+"}"
	case strings.HasPrefix(trimmed, "#["):
		return // a further attribute
	}
	r.marked = false
}

// testModule reports whether a line opens a module of tests by its name. "mod tests;" only names another file.
func testModule(line string) bool {
	line = strings.TrimPrefix(line, "pub ")
	return strings.HasPrefix(line, "mod test") && strings.HasSuffix(line, "{")
}
