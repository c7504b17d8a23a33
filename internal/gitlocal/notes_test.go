package gitlocal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

const note = `a.txt
  abcd1234abcd1234 1-2
---
{"schema_version": "authorship/3.0.0", "base_commit_sha": "7734793b756b3921c88db5375a8c156e9532447b", "prompts": {
  "abcd1234abcd1234": {"agent_id": {"tool": "cursor", "id": "1", "model": "claude-4.5-opus"}, "messages": [{"type": "user", "text": "--- add it"}], "total_additions": 2}}}`

// The notes of git-ai come with the commits that they are of, whatever the clone's settings say of notes, and no others.
func TestNotes(t *testing.T) {
	r := newRepo(t)
	base := r.commit("base")
	r.write("a.txt", "one\ntwo\n")
	noted := r.commit("Add a\n\nIt is short.")
	r.git("notes", "--ref=ai", "add", "-m", note, noted)
	r.git("notes", "add", "-m", "seen by Ana", noted)
	plain := r.commit("Nothing")
	r.git("config", "notes.displayRef", "refs/notes/*")
	want := []pull.Session{{Standard: "git-ai", Tool: "cursor", Model: "claude-4.5-opus"}}
	got := r.read(base, "HEAD")
	if diff := cmp.Diff(got.Commits[0].Sessions, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	if c := got.Commits[0]; c.Message != "Add a\n\nIt is short." {
		t.Errorf("the message is %q: a note is no part of it", c.Message)
	}
	if c := got.Commits[1]; c.SHA != plain || c.Sessions != nil {
		t.Errorf("%s has %v, want nothing", c.Message, c.Sessions)
	}
	clone, err := Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	landed, err := clone.Landed(t.Context(), "HEAD", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(landed[1].Commits[0].Sessions, want); diff != "" {
		t.Errorf("landed (-got +want)\n%s", diff)
	}
}

// A record that is committed is read from the change.
func TestTraceInTheChange(t *testing.T) {
	r := newRepo(t)
	base := r.commit("base")
	r.write(".agent-trace/1.json", `{"version": "0.1.0", "tool": {"name": "cursor"}, "files": []}`)
	r.commit("Trace")
	if got := r.read(base, "HEAD").Files; len(got) != 1 || got[0].Patch == "" {
		t.Errorf("got %+v, want the record with its patch", got)
	}
}
