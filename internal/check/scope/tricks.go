package scope

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/pull"
	"golang.org/x/text/unicode/norm"
)

// maxPath is longer than a path that Linux opens.
const maxPath = 4096

const anotherName = "Give the file a name of plain characters."

// impossible says what no path of a repository has unless somebody means to deceive. No policy permits it.
func impossible(p string) []problem {
	var out []problem
	add := func(format string, args ...any) {
		out = append(out, problem{fmt.Sprintf(format, args...), anotherName})
	}
	if p == "" || len(p) > maxPath {
		add("has a path of %d bytes, which no system opens", len(p))
		return out
	}
	// GitHub's API and snapshots are JSON, which has the replacement character in place of such bytes.
	if !utf8.ValidString(p) || strings.ContainsRune(p, utf8.RuneError) {
		add("has a path that is no text in UTF-8")
	}
	if strings.ContainsRune(p, '\\') {
		add(`has a backslash in its path, which some systems take for a slash`)
	}
	if unseen := runes(p, invisible); unseen != "" {
		add("has characters in its path that cannot be seen: %s", unseen)
	}
	dots, empty, git := false, false, false
	for part := range strings.SplitSeq(p, "/") {
		dots = dots || part == "." || part == ".."
		empty = empty || part == ""
		git = git || gitDirectory(part)
	}
	if dots {
		add(`has "." or ".." as a part of its path`)
	}
	if empty {
		add("has an empty part in its path, or begins or ends with a slash")
	}
	if git {
		add("lies in git's own directory")
	}
	return out
}

// gitDirectory reports whether some system takes a name for ".git". NTFS knows it by a short name too.
func gitDirectory(part string) bool {
	if len(part) > 64 {
		return false
	}
	part, _, _ = strings.Cut(fold(part), ":")
	return part == ".git" || part == "git~1"
}

// disguised says what makes a path read like another one. A policy that has the whole path under allow permits it.
func disguised(p string) []problem {
	var out []problem
	for part := range strings.SplitSeq(p, "/") {
		if part != strings.TrimRight(part, ". ") && part != "." && part != ".." {
			out = append(out, problem{"has a part that ends with a dot or a blank, which Windows leaves out", anotherName})
			break
		}
	}
	if ascii(p) {
		return out
	}
	if forms := runes(p, standsForASCII); forms != "" {
		out = append(out, problem{"has characters that stand for plain ones: " + forms, anotherName})
	}
	if letters := mixed(p); letters != "" {
		out = append(out, problem{"mixes Latin letters with look-alikes in one word: " + letters, anotherName})
	}
	return out
}

// standsForASCII reports whether normalisation, or the eye, makes a part of a plain path of a character: "ﬁ", "．", "∕".
func standsForASCII(r rune) bool {
	if r < utf8.RuneSelf || invisible(r) {
		return false
	}
	if l := lookAlike[r]; l == '/' || l == '\\' || l == '.' {
		return true
	}
	form := norm.NFKC.String(string(r))
	return form != string(r) && strings.ContainsFunc(form, func(r rune) bool {
		return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(`./\-_~:`, r))
	})
}

// mixed finds the look-alikes of other scripts that stand in one word with Latin letters. A word of one script is a word.
func mixed(p string) string {
	found := ""
	for word := range strings.FieldsFuncSeq(p, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		if !latin || ascii(word) {
			continue
		}
		if list := runes(word, func(r rune) bool { return lookAlike[r] != 0 && !unicode.Is(unicode.Latin, r) }); list != "" && found == "" {
			found = list
		}
	}
	return found
}

// runes lists the characters of s that are as ok says, "U+0455, U+200B", five at most.
func runes(s string, ok func(rune) bool) string {
	var list []string
	for _, r := range s {
		if !ok(r) || r == utf8.RuneError {
			continue
		}
		if name := fmt.Sprintf("%U", r); !slices.Contains(list, name) {
			if list = append(list, name); len(list) == 5 {
				break
			}
		}
	}
	return strings.Join(list, ", ")
}

// quote writes a path so that nothing in it can hide.
func quote(p string) string {
	if len(p) > 200 {
		p = p[:200]
	}
	return fmt.Sprintf("%+q", p)
}

// form says what is wrong with what kind of file it is. A policy that has the whole path under allow permits it.
func (r *rules) form(f *pull.File) []problem {
	if f.Status == pull.Removed || r.spells(f.Path) {
		return nil
	}
	if f.Mode == pull.Regular || f.Mode == "" || f.Mode == pull.Executable && f.PreviousMode == pull.Executable && f.Status != pull.Copied {
		return nil
	}
	permit := fmt.Sprintf(" To permit it, write %+q into allow of the scope check.", f.Path)
	switch f.Mode {
	case pull.Symlink:
		return []problem{{r.link(f), "Put the file itself there." + permit}}
	case pull.Submodule:
		return []problem{{"is a submodule: it brings in code of another repository that nobody sees here", "Leave submodules as they are." + permit}}
	case pull.Executable:
		return []problem{{"has a new executable bit", "Run git update-index --chmod=-x on it." + permit}}
	default:
		return []problem{{"has a file mode that git does not have: " + quote(string(f.Mode)), "Commit it as an ordinary file."}}
	}
}

// link says where a symbolic link leads, as far as its patch tells.
func (r *rules) link(f *pull.File) string {
	const is = "is a symbolic link"
	target, ok := target(f)
	if !ok {
		return is + "; where it leads was not read"
	}
	switch to := path.Join(path.Dir(f.Path), target); {
	case path.IsAbs(target), strings.ContainsAny(target, `\:`), to == "..", strings.HasPrefix(to, "../"):
		return fmt.Sprintf("%s to %s, out of the repository", is, quote(target))
	case len(impossible(to)) > 0:
		return fmt.Sprintf("%s to %s, which is no path of a repository", is, quote(target))
	default:
		if p := r.place(to); p != nil {
			return fmt.Sprintf("%s to %s, which %s", is, quote(target), p.what)
		}
		return fmt.Sprintf("%s to %s", is, quote(target))
	}
}

// target is what a link holds at the head: its only line.
func target(f *pull.File) (string, bool) {
	hunks, err := f.Hunks()
	if err != nil {
		return "", false
	}
	for _, h := range hunks {
		for _, l := range h.Lines {
			if l.Op != pull.Remove && l.New == 1 {
				return l.Text, true
			}
		}
	}
	return "", false
}
