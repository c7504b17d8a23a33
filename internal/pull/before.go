package pull

import (
	"fmt"
	"slices"
	"strings"
)

// Content is the file at path as the pull request leaves it. It is false where nobody asked for it.
func (r *Request) Content(path string) (Document, bool) {
	i := slices.IndexFunc(r.Contents, func(d Document) bool { return d.Path == path })
	if i < 0 {
		return Document{}, false
	}
	return r.Contents[i], true
}

// Before is the file at path as it was where the pull request began: its content at the head with the patch taken back.
// A file that the pull request leaves alone is as it was; one that it adds was missing, and a removed one is read from
// its patch. The path is the head's; the document's is the one that the file had.
//
// The error wraps [ErrNoPatch] where the change was not read. Any other error is of a patch that does not fit.
func (r *Request) Before(path string) (Document, error) {
	i := slices.IndexFunc(r.Files, func(f File) bool { return f.Path == path })
	after, read := r.Content(path)
	switch {
	case i < 0 && read:
		return after, nil
	case i < 0:
		return Document{}, fmt.Errorf("%q: its content was not read", path)
	}
	f := &r.Files[i]
	if f.Status == Added {
		return Document{Path: path, Missing: true}, nil
	}
	was := Document{Path: f.Paths()[0]}
	if f.Status != Removed {
		if !read || after.Missing || after.Unread != "" {
			return Document{}, fmt.Errorf("%q: its content was not read", path)
		}
	} else {
		after = Document{}
	}
	hunks, err := f.Hunks()
	if err != nil {
		return Document{}, err
	}
	if was.Text, err = unapply(after.Text, hunks); err != nil {
		return Document{}, fmt.Errorf("patch of %q: %w", path, err)
	}
	return was, nil
}

// unapply takes hunks back from the text that they led to. Whether a text ended in a line feed before is not kept.
func unapply(text string, hunks []Hunk) (string, error) {
	if len(hunks) == 0 {
		return text, nil
	}
	var lines []string
	if text != "" {
		lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	}
	var out strings.Builder
	write := func(line string) { out.WriteString(line); out.WriteByte('\n') }
	next := 0 // index of the first line that is not written
	for _, h := range hunks {
		// A hunk that only removes stands after the line that it names.
		start := h.NewStart - 1
		if h.NewLines == 0 {
			start = h.NewStart
		}
		if start < next || start+h.NewLines > len(lines) {
			return "", fmt.Errorf("it does not fit a text of %d lines", len(lines))
		}
		for ; next < start; next++ {
			write(lines[next])
		}
		for _, l := range h.Lines {
			if l.Op != Remove {
				if lines[next] != l.Text {
					return "", fmt.Errorf("line %d is not the one of the text", next+1)
				}
				next++
			}
			if l.Op != Add {
				write(l.Text)
			}
		}
	}
	for ; next < len(lines); next++ {
		write(lines[next])
	}
	return out.String(), nil
}
