package dependencies

import (
	"regexp"
	"strings"

	"golang.org/x/mod/semver"
)

// number is a version inside a requirement: "1.2.3-rc.1" of "^1.2.3-rc.1".
var number = regexp.MustCompile(`[vV]?\d+(?:\.\d+)*(?:[-.+]?[0-9A-Za-z]+)*`)

// direction compares two requirements, or two versions: -1 where b is lower than a, 1 where it is higher, 0 where that
// cannot be told.
func direction(a, b string) int {
	x, y := number.FindAllString(cut(a), 8), number.FindAllString(cut(b), 8)
	for i := range min(len(x), len(y)) {
		if c := compareVersions(y[i], x[i]); c != 0 {
			return c
		}
	}
	return 0
}

// cut bounds what is compared.
func cut(s string) string { return s[:min(len(s), 200)] }

// compareVersions is semver's order where both are semantic versions; otherwise numbers are compared part by part, and a
// word after the numbers, as in "2.0rc1", comes before none.
func compareVersions(a, b string) int {
	a, b = strings.TrimLeft(a, "vV"), strings.TrimLeft(b, "vV")
	if semver.IsValid("v"+a) && semver.IsValid("v"+b) {
		return semver.Compare("v"+a, "v"+b)
	}
	x, restA := numbers(a)
	y, restB := numbers(b)
	for i := range max(len(x), len(y)) {
		var p, q string
		if i < len(x) {
			p = x[i]
		}
		if i < len(y) {
			q = y[i]
		}
		if c := compareNumbers(p, q); c != 0 {
			return c
		}
	}
	switch {
	case restA == restB:
		return 0
	case earlier(restA) && restB == "":
		return -1
	case earlier(restB) && restA == "":
		return 1
	case earlier(restA) && earlier(restB):
		return strings.Compare(restA, restB)
	}
	return 0
}

// earlier reports whether the word after a version's numbers says that it comes before the version.
func earlier(word string) bool {
	return hasAnyPrefix(strings.ToLower(strings.TrimLeft(word, "-._")), "a", "b", "rc", "dev", "pre", "preview", "snapshot", "m", "cr", "next", "canary")
}

// numbers splits "1.2.3rc1" into its numbers and what follows them.
func numbers(v string) (parts []string, rest string) {
	for {
		i := 0
		for i < len(v) && v[i] >= '0' && v[i] <= '9' {
			i++
		}
		if i == 0 {
			return parts, v
		}
		parts = append(parts, v[:i])
		v = v[i:]
		if len(v) < 2 || v[0] != '.' || v[1] < '0' || v[1] > '9' {
			return parts, v
		}
		v = v[1:]
	}
}

func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		if len(a) < len(b) {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// major is the first number of a requirement; "" where it has none.
func major(s string) string {
	parts, _ := numbers(strings.TrimLeft(number.FindString(cut(s)), "vV"))
	if len(parts) == 0 {
		return ""
	}
	return parts[0]
}
