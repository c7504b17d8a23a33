package sensitive

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// Options are what a policy can say of it.
type Options struct {
	// High has globs of paths where a wrong change would cost much.
	High []string `yaml:"high" json:"high"`
	// Medium has globs of paths where it would cost something.
	Medium []string `yaml:"medium" json:"medium"`
	// Ignore has globs of the paths that are not looked at.
	Ignore []string `yaml:"ignore" json:"ignore"`
	// Allow has the rules whose findings are left out, "drop-table" or gitleaks' "generic-api-key".
	Allow []string `yaml:"allow" json:"allow"`
}

// Validate reports globs that can never match, and rules that don't exist.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	for name, globs := range map[string][]string{"high": o.High, "medium": o.Medium, "ignore": o.Ignore} {
		for _, glob := range globs {
			if glob == "" || strings.HasPrefix(glob, "/") || strings.HasSuffix(glob, "/") || !doublestar.ValidatePattern(glob) {
				problems[name] = fmt.Errorf(`%q matches no path; paths begin at the repository's root, and "dir/**" is everything below dir`, glob)
			}
		}
	}
	for _, rule := range o.Allow {
		if !slices.Contains(ownRules, rule) && !detector().knows(rule) {
			problems["allow"] = fmt.Errorf("no rule is named %q; the rules are %s, and those of gitleaks for credentials", rule, strings.Join(ownRules, ", "))
		}
	}
	return problems
}

// ownRules are the names of what is seen, beside the rules of gitleaks.
var ownRules = []string{
	"path", "authentication", "contract", "infrastructure", "licence", "migration",
	"drop-table", "drop-column", "drop-database", "drop-object", "truncate", "delete-all", "rename",
	"tls-verification", "signature-verification", "guard-removed", "guard-opened", "weak-cryptography",
	"contract-removed", "resource-removed", "protection-off", "open-to-all", "licence-header",
}

func (o Options) ignored(f *pull.File) bool { return match(o.Ignore, f) != "" }

// risk is what the policy says of a path, and the glob that says it.
func (o Options) risk(f *pull.File) (risk check.Risk, glob string) {
	if glob = match(o.High, f); glob != "" {
		return check.High, glob
	}
	return check.Medium, match(o.Medium, f)
}

func match(globs []string, f *pull.File) string {
	for _, glob := range globs {
		for _, path := range f.Paths() {
			if doublestar.MatchUnvalidated(glob, path) {
				return glob
			}
		}
	}
	return ""
}
