package github

import (
	"fmt"

	"github.com/sluicegate/sluice/internal/pull"
)

// The bounds of what is read of the head: its author chooses what is there.
const (
	maxContents     = 300
	maxContentBytes = 24 << 20 // of all of them together
)

// wholeFiles asks for the files of the head that needs names and r doesn't have.
func (a *ask) wholeFiles(r *pull.Request, needs pull.Needs) {
	for _, path := range needs.Contents {
		if _, there := r.Content(path); !there {
			a.heads = append(a.heads, path)
		}
	}
	if room := max(maxContents-len(r.Contents), 0); len(a.heads) > room {
		gap(r, pull.WithContents, fmt.Sprintf("%d files of the head are asked for; %d were read", len(r.Contents)+len(a.heads), maxContents))
		a.heads = a.heads[:room]
	}
}

// contents puts the head's files into r that were asked for by name. One that cannot be shown says why; one that GitHub
// failed to answer is a gap.
func contents(r *pull.Request, a *ask, f *found, needs pull.Needs) {
	if (needs.Facts.Has(pull.WithContents) || len(needs.Contents) > 0) && gaps(r)&pull.WithContents == 0 {
		r.Known |= pull.WithContents
	}
	size := 0
	for i := range r.Contents {
		size += len(r.Contents[i].Text)
	}
	for _, path := range a.heads {
		if f.withheld[path] {
			gap(r, pull.WithContents, path+" could not be read")
			continue
		}
		doc := f.heads[path].content(path)
		if size += len(doc.Text); size > maxContentBytes {
			gap(r, pull.WithContents, fmt.Sprintf("the files of the head that are asked for have more than %d MB", maxContentBytes>>20))
			return
		}
		r.Contents = append(r.Contents, doc)
	}
}

// content is a file of the head as a document.
func (b *blob) content(path string) pull.Document {
	doc := pull.Document{Path: path}
	switch {
	case b == nil:
		doc.Missing = true
	case b.Object == nil || b.Object.Typename != "Blob":
		doc.Unread = "it is no file but a folder or a submodule"
	case b.Object.IsBinary != nil && *b.Object.IsBinary:
		doc.Unread = "it is binary"
	case b.Object.IsTruncated:
		doc.Unread = fmt.Sprintf("it has %d KB, more than GitHub shows in one piece", b.Object.ByteSize>>10)
	case b.Object.Text == nil:
		doc.Unread = "GitHub shows no text of it"
	default:
		doc.Text = *b.Object.Text
	}
	return doc
}
