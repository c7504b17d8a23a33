package strict

import "strings"

// longestName bounds the names that are compared and quoted, in characters.
const longestName = 64

// Nearest is the name of known that was most likely meant by name; "" where none is near. The first of equals wins.
func Nearest(name string, known []string) string {
	if len(name) > longestName {
		return ""
	}
	plain := plainName(name)
	best, least := "", max(1, len([]rune(plain))/3)+1
	for _, k := range known {
		if d := distance(plain, plainName(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// plainName leaves out what people mix up without meaning another name.
func plainName(name string) string {
	return strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(name))
}

// distance is the number of characters to insert, delete, replace or swap with their neighbour.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
