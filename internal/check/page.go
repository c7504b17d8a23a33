package check

import "strings"

// About is what the check looks at, in one line: the heading of its page without the check's name. A page that has
// another form gives "".
func (c Check) About() string {
	heading, _, _ := strings.Cut(c.Doc, "\n")
	about, ok := strings.CutPrefix(heading, "# "+c.Name+": ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(about)
}
