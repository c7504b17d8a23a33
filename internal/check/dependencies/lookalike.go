package dependencies

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// shortest is the length from which a name that differs by one letter is no chance: "vue" and "vux" are.
const shortest = 5

// used are the names that the base's manifests of one ecosystem ask for. A name that differs in one place has either its
// beginning or its end in common with the other.
type used struct {
	byEdge map[string][]string
	byFold map[string]string
	budget int
}

// maxCompared bounds the pairs of names that are compared in one ecosystem: nobody adds names by the thousand.
const maxCompared = 2_000_000

func newUsed(names []string) *used {
	u := &used{map[string][]string{}, map[string]string{}, maxCompared}
	for _, name := range names {
		if f := folded(name); u.byFold[f] == "" {
			u.byFold[f] = name
		}
		if len(name) >= shortest {
			for _, edge := range edges(name) {
				u.byEdge[edge] = append(u.byEdge[edge], name)
			}
		}
	}
	return u
}

func edges(name string) [2]string {
	return [2]string{name[:2] + "…", "…" + name[len(name)-2:]}
}

// like is the name in use that a new name reads like; "" where there is none.
func (u *used) like(name string) string {
	if len(name) < shortest || len(name) > 200 {
		return ""
	}
	if other := u.byFold[folded(name)]; other != "" && other != name && !sameOwner(name, other) {
		return other
	}
	for _, edge := range edges(name) {
		others := u.byEdge[edge]
		if u.budget -= len(others); u.budget < 0 {
			return ""
		}
		for _, other := range others {
			if other != name && oneEdit(name, other) && !sameOwner(name, other) && !counted(name, other) {
				return other
			}
		}
	}
	return ""
}

// folded is a name without what is overlooked: case, separators, a scope's sign, letters that read like others.
func folded(name string) string { return lookAlikes.Replace(strings.ToLower(name)) }

var lookAlikes = strings.NewReplacer(
	"-", "", "_", "", ".", "", "@", "", "/", "", ":", "",
	"rn", "m", "vv", "w", "0", "o", "1", "l", "i", "l",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "х", "x", "у", "y", "і", "l", "ѕ", "s", "ј", "j", "ԁ", "d", "ո", "n", "ɡ", "g", "ο", "o", "α", "a", "ı", "l",
)

// owner is the part of a name that belongs to somebody: an npm scope, a Maven group, the first parts of a Go path.
func owner(name string) string {
	if i := strings.IndexByte(name, ':'); i > 0 {
		return name[:i]
	}
	parts := strings.Split(name, "/")
	switch {
	case len(parts) == 1:
		return ""
	case strings.Contains(parts[0], ".") && len(parts) > 2:
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// sameOwner reports whether one owner has both names: nobody else can have put one beside the other.
func sameOwner(a, b string) bool {
	o := owner(a)
	return o != "" && o == owner(b)
}

var digits = regexp.MustCompile(`[0-9]+`)

// counted reports whether two names differ by a number alone: "boto" and "boto3", "log4j" and "log4j2".
func counted(a, b string) bool {
	return digits.ReplaceAllString(a, "") == digits.ReplaceAllString(b, "")
}

// oneEdit reports whether a becomes b by one letter put in, left out or replaced, or by two neighbours swapped.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	case i == len(a):
		return false
	case a[i+1:] == b[i+1:]:
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// plain reports whether a name has only characters of ASCII, as the registries' names have.
func plain(name string) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
