package dependencies

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

var errBroken = errors.New("its form is broken")

// book is everything that was read of one pull request.
type book struct {
	o        *Options
	kinds    kind.Table
	r        *pull.Request
	files    []*file
	byPath   map[string]*file
	contents map[string]*pull.Document

	known map[ecosystem]*known
	said  map[string]bool // registries that were named once

	findings []found
	unread   []check.Finding
}

// file is one manifest, lock file or configuration: one that changed, or one that such a file is held against.
type file struct {
	*format
	path    string
	changed *pull.File // nil where it stays as it was
	before  *listing   // nil where there was none
	after   *listing   // nil where there is none
	partly  bool       // before is of the base's branch, which may have moved on
	places  *places
}

func (f *file) dir() string { return path.Dir(f.path) }

// found is one thing seen, before the policy's levels.
type found struct {
	change
	check.Finding
	at    int  // of the file, in the pull request's order
	quiet bool // it is said, and fails nothing
	count int
}

// known is what the base's files of one ecosystem already use.
type known struct {
	names  map[string][]*entry
	where  map[string]string // in which file a name stands
	direct []string
	places map[string]bool // owners of places, and names of registries
	own    map[string]bool // the repository's own packages
	used   *used
	gone   map[string]bool     // names that no manifest of the head that was read has
	moved  map[string]bool     // names that one manifest has no more
	asked  map[string][]*entry // what the head's manifests ask for
	over   map[string]bool     // names that the head's manifests override
}

func newBook(in *check.Input, o *Options) *book {
	b := &book{o: o, kinds: in.Kinds, r: in.Pull, byPath: map[string]*file{}, contents: map[string]*pull.Document{}, known: map[ecosystem]*known{}, said: map[string]bool{}}
	for i := range b.r.Contents {
		b.contents[b.r.Contents[i].Path] = &b.r.Contents[i]
	}
	for i := range b.r.Files {
		p := &b.r.Files[i]
		if f := formatOf(p.Path); f != nil && !leftOut(in.Kinds, o, p.Path) && p.Status != pull.Unchanged && p.Mode != pull.Submodule {
			b.files = append(b.files, &file{format: f, path: p.Path, changed: p})
		}
	}
	return b
}

// read reads both sides of each file.
func (b *book) read() {
	if len(b.files) > maxFiles {
		b.gap(b.files[maxFiles], fmt.Sprintf("only %d manifests and lock files are read, and %d changed", maxFiles, len(b.files)), "Split the pull request.")
		b.files = b.files[:maxFiles]
	}
	for _, f := range b.files {
		b.byPath[f.path] = f
		b.side(f)
	}
	for _, f := range slices.Clone(b.files) {
		for _, p := range neighbours(f.path, f.format) {
			b.neighbour(p)
		}
	}
}

// neighbour reads a file that the pull request leaves alone.
func (b *book) neighbour(p string) {
	doc := b.contents[p]
	if b.byPath[p] != nil || doc == nil || doc.Missing || doc.Unread != "" {
		return
	}
	f := &file{format: formatOf(p), path: p}
	if l, err := f.read(doc.Text); err == nil {
		f.before, f.after = l, l
		b.byPath[p] = f
	}
}

func (b *book) side(f *file) {
	if f.changed.Mode == pull.Symlink {
		return
	}
	if f.changed.Status != pull.Removed {
		doc := b.contents[f.path]
		switch {
		case doc == nil && f.changed.Status == pull.Added && b.whole(f):
			return
		case doc == nil || doc.Missing:
			b.gap(f, "its content could not be read", "Run the checks again; if this stays, ask whoever runs Sluice.")
			return
		case doc.Unread != "":
			b.gap(f, "its content could not be read: "+doc.Unread, "Split the change, or put the file under ignore in the policy.")
			return
		}
		l, err := f.read(doc.Text)
		if err != nil {
			b.gap(f, "it could not be read: "+short(err), "Put the file right: its own package manager should read it.")
			return
		}
		f.after = l
	}
	b.base(f)
}

// whole reads a new file from its patch, which has all of it.
func (b *book) whole(f *file) bool {
	hunks, err := f.changed.Hunks()
	if err != nil || len(hunks) != 1 {
		return false
	}
	var text strings.Builder
	for _, l := range hunks[0].Lines {
		text.WriteString(l.Text)
		text.WriteByte('\n')
	}
	l, err := f.read(text.String())
	f.after = l
	return err == nil
}

// base reads how the file was. Where the patch is missing, the base's branch must do: what is said then does not hang on
// where that stands.
func (b *book) base(f *file) {
	if f.changed.Status == pull.Added || f.changed.Status == pull.Copied {
		return
	}
	doc, err := b.r.Before(f.path)
	if err != nil {
		doc, err = b.document(f.changed.Paths()[0]), nil
		f.partly = true
	}
	if doc.Missing || doc.Unread != "" || err != nil {
		b.gap(f, "its change could not be read: GitHub shows no patch of it", "Split the change so that GitHub shows this file's diff, or put the file under ignore in the policy.")
		f.after = nil
		return
	}
	was := f.format
	if f.changed.Status == pull.Renamed {
		if was = formatOf(f.changed.Previous); was == nil {
			return
		}
	}
	// A file that was broken before is as good as new.
	if l, err := was.read(doc.Text); err == nil {
		f.before = l
	}
}

func (b *book) document(p string) pull.Document {
	for _, d := range b.r.Documents {
		if d.Path == p {
			return d
		}
	}
	return pull.Document{Missing: true}
}

func (b *book) gap(f *file, why, fix string) {
	b.unread = append(b.unread, check.Finding{Path: f.path, Message: why, Fix: fix})
}

// short is an error in one line.
func short(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return q(s)
}

// q quotes an outsider's words, and no more than a line of them.
func q(s string) string {
	const most = 120
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
