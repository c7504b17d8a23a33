package github

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

const (
	// maxNamed bounds how many issues a pull request may name: its text is an outsider's.
	maxNamed = 100
	// batch is how many things one query asks for by name: both sides of a hundred files, and as many things again.
	batch = 300
	// wholeBatch is how many files of the head one query asks for, each of which may have half a megabyte.
	wholeBatch = 60
)

const (
	listing     = pull.WithFiles | pull.WithPatches
	changeFacts = listing | pull.WithModes
)

// Complete reads into r what needs asks for and r does not know yet: changed files 100 a call, then in one call more
// whether the pull request is still where it was, the modes, and what was asked for by name: issues, documents, whole files
// of the head, teams. Who may write, the repository's properties and older approvals' changes cost calls of their own.
// What could not be read whole is a gap, and isn't read again. Where the pull request moved on meanwhile the error is a [Moved].
//
// After [Client.Open] a Complete that asks for the files alone leaves that second call to the next Complete, which is to
// follow. What belongs to a commit is kept in memory, and not asked for again by the next event on the same head.
func (c *Client) Complete(ctx context.Context, t gate.Target, r *pull.Request, needs pull.Needs) error {
	if r.Base.SHA == "" {
		return &Gone{errors.New("the base branch is gone")}
	}
	a := c.missing(r, needs)
	saw := c.saw(t, r)
	want := needs.Facts & changeFacts &^ r.Known &^ gaps(r) // what could not be read whole just now can't be the next moment
	if want != 0 && !r.Known.Has(listing) && len(r.Files) == 0 {
		if c.recallFiles(t, r, &saw) {
			count(r, saw.files)
			want &^= r.Known | gaps(r)
		} else {
			changes, err := c.changes(ctx, t)
			if err != nil {
				return err
			}
			enlist(r, changes)
			saw.unsettled = true
		}
		c.listed(t, &saw)
		if want&^listing == 0 && a.empty() && saw.head != "" {
			count(r, saw.files)
			return c.beside(ctx, t, r, needs)
		}
	}
	look := want != 0 || saw.unsettled || slices.ContainsFunc(r.Files, unseen)
	modes := want&pull.WithModes != 0
	var changes []change
	if look {
		a.pull, changes = !saw.still, changesOf(r.Files)
	}
	entries, err := c.trees(ctx, t, r, changes, modes, a)
	if err != nil {
		return err
	}
	f, err := c.lookups(ctx, t, r, a)
	if err != nil {
		return err
	}
	if look {
		if a.pull {
			if err := standsStill(t, r, f.pull); err != nil {
				r.Files, r.Known = nil, r.Known&^changeFacts // they may be another head's
				return err
			}
			saw.files = f.pull.ChangedFiles
		}
		maps.Copy(f.entries, entries)
		read(r, changes, f, modes)
		count(r, saw.files)
		saw.unsettled, saw.still = false, true
		c.listed(t, &saw)
		c.keepFiles(t, r, &saw)
	}
	named(r, a, f, needs)
	contents(r, a, f, needs)
	if err := c.teams(ctx, t, r, a, f, needs); err != nil {
		return err
	}
	return c.beside(ctx, t, r, needs)
}

// enlist puts the changed files into r as they were listed. Of some the list doesn't tell why there is no patch: they are
// not read until somebody looks.
func enlist(r *pull.Request, changes []change) {
	r.Files = make([]pull.File, 0, len(changes))
	r.Known |= listing
	for i := range changes {
		file := changes[i].File
		if changes[i].puzzling() {
			file.NoPatch = pull.NotRead
		}
		r.Files = append(r.Files, file)
	}
}

// unseen reports whether nobody has looked yet why a file has no patch.
func unseen(f pull.File) bool { return f.NoPatch == pull.NotRead }

// gaps are the parts of r that could not be read whole.
func gaps(r *pull.Request) pull.Facts {
	var out pull.Facts
	for _, g := range r.Gaps {
		out |= g.Facts
	}
	return out
}

// changesOf are files that r has already.
func changesOf(files []pull.File) []change {
	out := make([]change, len(files))
	for i, f := range files {
		if unseen(f) {
			f.NoPatch = pull.Binary // as the list alone has it
		}
		out[i] = change{File: f}
	}
	return out
}

// missing is what needs asks for by name and r doesn't have.
func (c *Client) missing(r *pull.Request, needs pull.Needs) *ask {
	a := &ask{contents: map[entry]bool{}}
	for _, ref := range needs.Issues {
		if slices.ContainsFunc(r.Issues, func(i pull.Issue) bool { return i.IssueRef == ref }) {
			continue
		}
		// The names come from an outsider's text: what can be no repository has no issues.
		if _, _, err := split(ref.Repo); err != nil || ref.Number <= 0 {
			r.Issues = append(r.Issues, pull.Issue{IssueRef: ref, Missing: true})
			continue
		}
		a.issues = append(a.issues, ref)
	}
	if len(a.issues) > maxNamed {
		gap(r, pull.WithIssues, fmt.Sprintf("it names %d issues; the first %d were looked up", len(a.issues), maxNamed))
		a.issues = a.issues[:maxNamed]
	}
	for _, path := range needs.Documents {
		if !slices.ContainsFunc(r.Documents, func(d pull.Document) bool { return d.Path == path }) {
			a.documents = append(a.documents, path)
		}
	}
	a.wholeFiles(r, needs)
	a.teamsOf(r, needs)
	return a
}

// lookups asks in as few calls as a bounded query allows.
func (c *Client) lookups(ctx context.Context, t gate.Target, r *pull.Request, a *ask) (*found, error) {
	all := newFound()
	for rest := c.recallDocuments(r, a, all); rest.pull || len(rest.issues)+len(rest.documents)+len(rest.heads)+len(rest.teams)+len(rest.entries) > 0; {
		now := ask{contents: a.contents}
		now.pull, rest.pull = rest.pull, false
		room := batch
		whole := min(room, wholeBatch)
		now.heads, rest.heads = cut(rest.heads, &whole)
		room -= len(now.heads)
		now.teams, rest.teams = cut(rest.teams, &room)
		now.issues, rest.issues = cut(rest.issues, &room)
		now.documents, rest.documents = cut(rest.documents, &room)
		now.entries, rest.entries = cut(rest.entries, &room)
		f, err := c.lookup(ctx, t, r, &now)
		if err != nil {
			return nil, err
		}
		c.keepDocuments(r, f)
		all.add(f)
	}
	return all, nil
}

func cut[T any](list []T, room *int) (now, rest []T) {
	n := min(len(list), *room)
	*room -= n
	return list[:n], list[n:]
}

func standsStill(t gate.Target, r *pull.Request, now *standing) error {
	switch {
	case now == nil:
		return &Gone{fmt.Errorf("GitHub no longer shows the pull request")}
	case now.HeadRefOID != r.Head.SHA:
		return &Moved{t.Repo, t.Number, r.Head.SHA, now.HeadRefOID}
	case now.BaseRefName != r.Base.Name:
		return &Moved{t.Repo, t.Number, r.Base.Name, now.BaseRefName}
	}
	return nil
}

// read puts the changed files into r as git's trees have them.
func read(r *pull.Request, changes []change, f *found, modes bool) {
	r.Files = make([]pull.File, 0, len(changes))
	r.Known |= listing &^ gaps(r)
	if modes {
		r.Known |= pull.WithModes
	}
	var lost int
	for i := range changes {
		file := &changes[i]
		if (modes || file.puzzling()) && !file.look(f.entries, modes) {
			lost++
		}
		r.Files = append(r.Files, file.File)
	}
	if lost > 0 && modes {
		gap(r, pull.WithModes, fmt.Sprintf("the modes of %d files could not be read", lost))
	}
}

// count says what of the changed files is not whole; total is how many GitHub counts.
func count(r *pull.Request, total int) {
	if total != len(r.Files) {
		gap(r, changeFacts, fmt.Sprintf("%d of %d files are listed", len(r.Files), total))
	}
	large := 0
	for i := range r.Files {
		if r.Files[i].NoPatch == pull.TooLarge {
			large++
		}
	}
	if large > 0 {
		gap(r, pull.WithPatches, fmt.Sprintf("GitHub leaves out the patches of %d files that are too large", large))
	}
}

// named puts the issues and documents into r that were asked for by name.
func named(r *pull.Request, a *ask, f *found, needs pull.Needs) {
	for _, ref := range a.issues {
		out := pull.Issue{IssueRef: ref, Missing: true}
		if i := f.issues[ref]; i != nil {
			out = i.issue()
			out.IssueRef = ref // as the text names it, also where the repository was renamed
		}
		r.Issues = append(r.Issues, out)
	}
	if needs.Facts.Has(pull.WithDocuments) || len(needs.Documents) > 0 {
		r.Known |= pull.WithDocuments
	}
	for _, path := range a.documents {
		b := f.documents[path]
		if f.unread[path] {
			gap(r, pull.WithDocuments, path+" could not be read")
			continue
		}
		if b == nil {
			r.Documents = append(r.Documents, pull.Document{Path: path, Missing: true})
			continue
		}
		text, whole := b.text()
		if !whole {
			gap(r, pull.WithDocuments, path+" is no text, or larger than GitHub shows in one piece")
			continue
		}
		r.Documents = append(r.Documents, pull.Document{Path: path, Text: text})
	}
}
