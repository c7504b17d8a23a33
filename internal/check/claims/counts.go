package claims

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

const numeral = `(\d{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)`

var numerals = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}

// countEnd ends a count of all of the change.
const countEnd = `(?:$|[.,;:!)*_]| (?:-|in total|total|in all|with|and|to|so)\b)`

var (
	filesCount    = regexp.MustCompile(`(?:^|[\s(*_])(~|about |around |over |more than |at least |nearly |almost |roughly |approximately |up to )?` + numeral + `(\+)? (?:changed files|files? (?:(?:were |are |have been )?(?:changed|modified|touched|updated)))` + countEnd)
	filesTouched  = regexp.MustCompile(`\b(?:changes|changed|touches|touched|modifies|modified) (~|about |around |over |more than |at least |nearly |almost |roughly |approximately |up to )?` + numeral + `(\+)? files?` + countEnd)
	newFilesCount = regexp.MustCompile(`\b(?:` + addVerbs + `) (~|about |around |over |more than |at least |nearly |roughly |up to )?` + numeral + `(\+)? new files?` + countEnd)
	testsCount    = regexp.MustCompile(`\b(?:` + addVerbs + `|wrote|writes) (~|about |around |over |more than |at least |nearly |roughly |up to )?` + numeral + `(\+)? (?:new |more |additional |unit |integration |regression |e2e |end-to-end )*(?:tests|test cases)` + countEnd)
	endpointCount = regexp.MustCompile(`\b(?:` + addVerbs + `) (~|about |around |over |more than |at least |nearly |roughly |up to )?` + numeral + `(\+)? (?:new |more |additional |rest |api |http )*(?:endpoints|routes)\b`)
)

func countClaims(_ *change, s *statement) []claim {
	if s.nested {
		return nil
	}
	var found []claim
	for _, sort := range []struct {
		shape *regexp.Regexp
		name  string
		acts  bool
		judge func(c *change, n int, rough bool) answer
	}{
		{filesCount, "files", false, (*change).judgeFiles},
		{filesTouched, "files", true, (*change).judgeFiles},
		{newFilesCount, "new files", true, (*change).judgeNewFiles},
		{testsCount, "tests", true, (*change).judgeTestCount},
		{endpointCount, "endpoints", true, (*change).judgeEndpoints},
	} {
		m := sort.shape.FindStringSubmatchIndex(s.text)
		if m == nil || denied(s.text[:m[0]]) || sort.acts && !s.acts(m[0]) || !sort.acts && strings.Trim(s.text[:m[0]], "-*+_ ") != "" && !subject.MatchString(strings.TrimSpace(s.text[:m[0]])) {
			continue
		}
		n, known := numerals[s.text[m[4]:m[5]]]
		if !known {
			n, _ = strconv.Atoi(s.text[m[4]:m[5]])
		}
		rough := m[2] >= 0 || m[6] >= 0
		found = append(found, claim{said: s, key: fmt.Sprintf("count of %s", sort.name), judge: func(c *change) answer { return sort.judge(c, n, rough) }})
	}
	return found
}

// counted judges a number of which the diff has n at the most: to say fewer may be said of a part of it.
func counted(said, n int, rough bool, one, many string) answer {
	why := fmt.Sprintf("the diff has %s", plural(n, one, many))
	switch {
	case said == n, rough && said <= n+n/5 && said >= n-n/5:
		return answer{state: confirmed, why: why}
	case said > n && (!rough || said > n+n/2+1):
		return answer{state: contradicted, why: why, fix: "Correct the number, or commit what is missing."}
	}
	return answer{why: why}
}

func (c *change) judgeFiles(n int, rough bool) answer {
	return counted(n, len(c.files), rough, "changed file", "changed files")
}

func (c *change) judgeNewFiles(n int, rough bool) answer {
	added := 0
	for i := range c.files {
		if s := c.files[i].Status; s == pull.Added || s == pull.Copied || s == pull.Renamed {
			added++
		}
	}
	return counted(n, added, rough, "new file", "new files")
}

// judgeTestCount never contradicts: a table or a parameter makes many tests of one. That there is none at all is another
// claim's to say.
func (c *change) judgeTestCount(n int, _ bool) answer {
	found := 0
	var first place
	for i := range c.files {
		for _, h := range c.hunks(i) {
			for _, l := range h.Lines {
				if l.Op == pull.Add && len(l.Text) < 500 && mayBeginTest(l.Text) && testLine.MatchString(l.Text) && !strings.Contains(l.Text, "describe") {
					if found++; found == 1 {
						first = c.at(i, l)
					}
				}
			}
		}
	}
	a := answer{why: fmt.Sprintf("the diff has %s that begin a test", plural(found, "new line", "new lines")), place: first}
	if found >= n {
		a.state = confirmed
	}
	return a
}

// route is a line that registers an endpoint, in the usual frameworks; in lower case.
var route = regexp.MustCompile(`@\w*(?:app|router|route|blueprint|bp|api|get|post|put|patch|delete|request)\w*(?:\.(?:get|post|put|patch|delete|route))?(?:mapping)?\(|\.(?:get|post|put|patch|delete|handlefunc|handle|map(?:get|post|put|patch|delete))\(\s*["'\x60/]|^\s*(?:get|post|put|patch|delete|resources?) ["':]|\[http(?:get|post|put|patch|delete)|^export (?:async )?(?:const|function) (?:get|post|put|patch|delete)\b|^\s*path\(\s*["']`)

// mayRoute is a quick look at a line before [route].
func mayRoute(text string) bool {
	return len(text) < 500 && (strings.ContainsAny(text, "\"'`@") || strings.Contains(text, "[Http") || strings.HasPrefix(text, "export "))
}

func (c *change) judgeEndpoints(n int, _ bool) answer {
	found := 0
	var first place
	for i := range c.files {
		for _, h := range c.hunks(i) {
			for _, l := range h.Lines {
				if l.Op == pull.Add && mayRoute(l.Text) && route.MatchString(strings.ToLower(l.Text)) {
					if found++; found == 1 {
						first = c.at(i, l)
					}
				}
			}
		}
	}
	a := answer{why: fmt.Sprintf("the diff has %s that look like a route", plural(found, "new line", "new lines")), place: first}
	if found >= n {
		a.state = confirmed
	}
	return a
}
