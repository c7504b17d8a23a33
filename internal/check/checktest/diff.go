package checktest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"github.com/sluicegate/sluice/internal/pull"
)

// changed reads git's form of a diff into files, as GitHub would list them.
func changed(data []byte) ([]pull.File, error) {
	parsed, preamble, err := gitdiff.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(preamble) != "" || len(parsed) == 0 {
		return nil, errors.New(`a file begins with "diff --git a/PATH b/PATH"`)
	}
	files := make([]pull.File, len(parsed))
	for i, p := range parsed {
		f := &files[i]
		f.Path, f.Status = p.NewName, pull.Modified
		f.PreviousMode, f.Mode = mode(p.OldMode), mode(p.NewMode)
		switch {
		case p.IsNew:
			f.Status, f.PreviousMode = pull.Added, ""
			f.Mode = or(f.Mode)
		case p.IsDelete:
			f.Path, f.Status, f.Mode = p.OldName, pull.Removed, ""
			f.PreviousMode = or(f.PreviousMode)
		case p.IsRename:
			f.Status, f.Previous = pull.Renamed, p.OldName
		case p.IsCopy:
			f.Status, f.Previous = pull.Copied, p.OldName
		}
		if f.Status != pull.Added && f.Status != pull.Removed {
			f.PreviousMode = or(f.PreviousMode)
			if f.Mode == "" {
				f.Mode = f.PreviousMode
			}
		}
		var patch strings.Builder
		for _, fragment := range p.TextFragments {
			patch.WriteString(fragment.String())
			f.Added += int(fragment.LinesAdded)
			f.Removed += int(fragment.LinesDeleted)
		}
		f.Patch = strings.TrimSuffix(patch.String(), "\n")
		switch {
		case p.IsBinary:
			f.NoPatch = pull.Binary
		case f.Patch == "":
			f.NoPatch = pull.SameContent
		}
	}
	return files, nil
}

// mode is git's octal form of what gitdiff reads: "100755", as text in the type of a file's permissions.
func mode(m os.FileMode) pull.Mode {
	if m == 0 {
		return ""
	}
	return pull.Mode(fmt.Sprintf("%06o", uint32(m)))
}

func or(m pull.Mode) pull.Mode {
	if m == "" {
		return pull.Regular
	}
	return m
}
