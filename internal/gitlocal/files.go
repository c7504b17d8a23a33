package gitlocal

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// diff are the arguments that every diff here has: GitHub's own shows renames from half the lines on.
var diff = []string{"diff", "-M50%", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "-O/dev/null", "--src-prefix=a/", "--dst-prefix=b/"}

// files lists what changed between two commits, with modes, counts and patches. The three forms of one diff come in one
// order, so they are laid side by side.
func (c *Clone) files(ctx context.Context, from, to string) ([]pull.File, error) {
	raw, err := c.git(ctx, append(diff, "--raw", "-z", from, to)...)
	if err != nil {
		return nil, err
	}
	files, err := rawFiles(fields(raw))
	if err != nil {
		return nil, err
	}
	numstat, err := c.git(ctx, append(diff, "--numstat", "-z", from, to)...)
	if err != nil {
		return nil, err
	}
	if err := count(files, fields(numstat)); err != nil {
		return nil, err
	}
	patch, err := c.git(ctx, append(diff, "-p", from, to)...)
	if err != nil {
		return nil, err
	}
	lay(files, string(patch))
	return files, c.uncover(ctx, from, to, files)
}

// rawFiles reads "git diff --raw -z": ":<old mode> <new mode> <old> <new> <status>", a path, and a second for a rename.
func rawFiles(values []string) ([]pull.File, error) {
	var files []pull.File
	for len(values) >= 2 {
		head := strings.Fields(strings.TrimPrefix(values[0], ":"))
		if len(head) != 5 {
			return nil, fmt.Errorf("git diff --raw: %q is no entry", values[0])
		}
		f := pull.File{Path: values[1], PreviousMode: mode(head[0]), Mode: mode(head[1])}
		values = values[2:]
		switch head[4][0] {
		case 'A':
			f.Status = pull.Added
		case 'D':
			f.Status = pull.Removed
		case 'M':
			f.Status = pull.Modified
		case 'T':
			f.Status = pull.Changed
		case 'R', 'C':
			if len(values) == 0 {
				return nil, fmt.Errorf("git diff --raw: the rename of %q has no second path", f.Path)
			}
			f.Status, f.Previous, f.Path = pull.Renamed, f.Path, values[0]
			values = values[1:]
		default:
			return nil, fmt.Errorf("git diff --raw: no status is named %q", head[4])
		}
		files = append(files, f)
	}
	return files, nil
}

func mode(s string) pull.Mode {
	if s == "000000" {
		return ""
	}
	return pull.Mode(s)
}

// count puts the numbers of "git diff --numstat -z" on the files; "-" stands for a binary file.
func count(files []pull.File, values []string) error {
	for i := range files {
		if len(values) == 0 {
			return fmt.Errorf("git diff --numstat: nothing for %q", files[i].Path)
		}
		n := strings.SplitN(values[0], "\t", 3)
		if len(n) != 3 {
			return fmt.Errorf("git diff --numstat: %q is no entry", values[0])
		}
		values = values[1:]
		if n[2] == "" { // a rename: both paths follow
			if len(values) < 2 {
				return fmt.Errorf("git diff --numstat: the rename to %q has no paths", files[i].Path)
			}
			values = values[2:]
		}
		if n[0] == "-" {
			files[i].NoPatch = pull.Binary
			continue
		}
		files[i].Added, _ = strconv.Atoi(n[0])
		files[i].Removed, _ = strconv.Atoi(n[1])
	}
	return nil
}

// lay cuts a patch into its files and keeps of each what GitHub shows: from the first hunk on.
func lay(files []pull.File, patch string) {
	sections := strings.Split("\n"+patch, "\ndiff --git ")[1:]
	i := 0
	for j, s := range sections {
		if i >= len(files) {
			return
		}
		// A change of type is shown as a removal and an addition; the file is not a text that changed.
		if files[i].Status == pull.Changed && j+1 < len(sections) && strings.Contains(header(s), "deleted file mode") {
			continue
		}
		if at := strings.Index(s, "\n@@ "); at >= 0 {
			files[i].Patch = strings.TrimSuffix(s[at+1:], "\n")
		} else if files[i].NoPatch == "" {
			files[i].NoPatch = pull.SameContent
		}
		i++
	}
}

func header(section string) string {
	h, _, _ := strings.Cut(section, "\n@@ ")
	return h
}

// uncover reads the patch of files that only an attribute ("*.go -diff" in .gitattributes) calls binary. The head could
// hide its change so.
func (c *Clone) uncover(ctx context.Context, from, to string, files []pull.File) error {
	for i := range files {
		f := &files[i]
		if f.NoPatch != pull.Binary {
			continue
		}
		args := append([]string{}, diff...)
		args = append(args, "--text", "-p", from, to, "--")
		out, err := c.git(ctx, append(args, f.Paths()...)...)
		if err != nil {
			return err
		}
		if strings.ContainsRune(string(out), 0) {
			continue // binary indeed
		}
		f.NoPatch = ""
		one := []pull.File{*f}
		lay(one, string(out))
		*f = one[0]
		f.Added, f.Removed = lines(f.Patch)
	}
	return nil
}

func lines(patch string) (added, removed int) {
	for line := range strings.SplitSeq(patch, "\n") {
		switch {
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, "-"):
			removed++
		}
	}
	return added, removed
}
