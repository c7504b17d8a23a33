package survey

import (
	"path"
	"slices"
	"strings"
)

// Area is folders where a wrong change costs much.
type Area struct {
	Name    string   // "payments"
	Why     string   // a reason for the policy's comment
	Folders []string // globs of what is in them
}

// sensitive are the areas by the names of their folders.
var sensitive = []struct {
	name, why string
	folders   []string
}{
	{"payments", "a mistake here costs money", []string{"billing", "payments", "payment", "checkout", "invoicing", "invoices", "ledger", "payouts"}},
	{"sign-in and keys", "a mistake here opens a door", []string{"auth", "authn", "authz", "authentication", "authorization", "oauth", "sso", "iam", "crypto", "security", "secrets", "permissions"}},
	{"migrations", "a migration that went wrong cannot be taken back by a revert", []string{"migrations", "migration", "migrate"}},
	{"infrastructure", "a mistake here is a mistake in production", []string{"infra", "infrastructure", "terraform", "deploy", "deployment", "deployments", "k8s", "kubernetes", "helm", "charts", "ansible", "pulumi"}},
}

const maxFolders = 8 // of one area

// areas finds the folders, the outermost of each.
func areas(paths []string) []Area {
	var all []Area
	for _, s := range sensitive {
		var dirs []string
		for _, p := range paths {
			if dir := folder(p, s.folders); dir != "" && !aside(p) {
				dirs = append(dirs, dir)
			}
		}
		slices.Sort(dirs)
		dirs = slices.Compact(dirs)
		if len(dirs) == 0 {
			continue
		}
		if len(dirs) > maxFolders { // as many are no list: by their names, wherever they are
			dirs = names(dirs)
		}
		for i := range dirs {
			dirs[i] += "/**"
		}
		all = append(all, Area{s.name, s.why, dirs})
	}
	return all
}

// folder is the outermost folder above p with one of the names, "" where there is none.
func folder(p string, names []string) string {
	parts := strings.Split(path.Dir(p), "/")
	for i, part := range parts {
		if slices.Contains(names, strings.ToLower(part)) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// names are the globs of folders by their last parts.
func names(dirs []string) []string {
	var out []string
	for _, dir := range dirs {
		out = append(out, "**/"+path.Base(dir))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
