package policy

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// DefaultCheckName is the name of the gate's check run for a base branch, where no policy names another.
func DefaultCheckName(base string) string { return checkName("sluice: {base}", base) }

// checkName is the name of the gate's check run for a base branch. One that would be too long ends in a digest of the
// whole, so that two long branches never share a name.
func checkName(name, base string) string {
	name = strings.ReplaceAll(name, "{base}", base)
	runes := []rune(name)
	if len(runes) <= longestCheckName {
		return name
	}
	sum := fmt.Sprintf("~%x", sha256.Sum256([]byte(name)))[:13]
	return string(runes[:longestCheckName-len(sum)]) + sum
}
