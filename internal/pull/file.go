package pull

// File is one changed file.
type File struct {
	Path     string `json:"path"`
	Previous string `json:"previous,omitempty"` // the old path of a rename or a copy
	Status   Status `json:"status"`

	// Mode and PreviousMode are git's file modes at the head and at the base, "" where there is no such side or the
	// mode was not read.
	Mode         Mode `json:"mode,omitempty"`
	PreviousMode Mode `json:"previous_mode,omitempty"`

	Added   int `json:"added"`   // lines
	Removed int `json:"removed"` // lines

	// Patch holds the hunks as GitHub's REST API gives them: from the first "@@" on, without a file header.
	Patch string `json:"patch,omitempty"`
	// NoPatch says why Patch is empty; "" where there is a patch.
	NoPatch NoPatch `json:"no_patch,omitempty"`
}

// Status is how a file changed, in GitHub's words ("diff-entry" of its REST description).
type Status string

// The statuses of a changed file. A removed file is never called "deleted".
const (
	Added     Status = "added"
	Removed   Status = "removed"
	Modified  Status = "modified"
	Renamed   Status = "renamed"
	Copied    Status = "copied"
	Changed   Status = "changed" // the type changed: a file became a link, or the like
	Unchanged Status = "unchanged"
)

// Mode is a git file mode in its octal form.
type Mode string

// The modes that git has.
const (
	Regular    Mode = "100644"
	Executable Mode = "100755"
	Symlink    Mode = "120000"
	Submodule  Mode = "160000"
)

// NoPatch is why a file has no patch.
type NoPatch string

// The reasons for a file without a patch. TooLarge and NotRead are gaps: something changed that nobody has seen.
const (
	Binary      NoPatch = "binary"
	TooLarge    NoPatch = "too large"    // GitHub leaves the patch out
	SameContent NoPatch = "same content" // a pure rename, a change of mode, or an empty file
	NotRead     NoPatch = "not read"     // nobody asked for it
)

// Paths are the names that the file had and has: one, or two for a rename. A copy leaves its source alone.
func (f *File) Paths() []string {
	if f.Status == Renamed && f.Previous != "" {
		return []string{f.Previous, f.Path}
	}
	return []string{f.Path}
}
