package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/internal/gitlocal"
	"github.com/sluicegate/sluice/internal/policy"
)

// Every kind of clone gets a policy that is valid, gets no warning for that clone, and gives its reasons. -update writes
// the wants anew.
func TestInit(t *testing.T) {
	cases, err := filepath.Glob("../../testdata/init/*.txtar")
	if err != nil || len(cases) < 6 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir, want := t.TempDir(), -1
			git(t, dir, "init", "-q", "-b", "main")
			var subjects []string
			for i, f := range archive.Files {
				switch f.Name {
				case "want":
					want = i
				case "subjects":
					subjects = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
				default:
					put(t, dir, f.Name, f.Data)
				}
			}
			for i, subject := range subjects {
				git(t, dir, "add", "-A")
				git(t, dir, "commit", "-q", "--allow-empty", "-m", subject)
				if i == 0 {
					git(t, dir, "remote", "add", "origin", "https://github.com/acme/api.git")
				}
			}
			got := initialised(t, dir)
			if *update {
				part := txtar.File{Name: "want", Data: []byte(got)}
				if want >= 0 {
					archive.Files[want] = part
				} else {
					archive.Files = append(archive.Files, part)
				}
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 {
				t.Fatal("no want; run with -update and read what it writes")
			}
			if diff := cmp.Diff(got, string(archive.Files[want].Data)); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

// initialised writes the policy and holds it to being valid and free of warnings.
func initialised(t *testing.T, dir string) string {
	t.Helper()
	var out bytes.Buffer
	if err := initialise(t.Context(), &out, dir, false, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, policy.Path))
	if err != nil {
		t.Fatal(err)
	}
	clone, err := gitlocal.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	again, p, err := surveyed(t.Context(), clone)
	if err != nil || again != string(text) {
		t.Errorf("the second time it would be another: %v\n%s", err, cmp.Diff(again, string(text)))
	}
	ground, err := groundOf(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range p.Advise(ground, policy.Layer{Name: policy.RepositoryLayer, Source: policy.Path, Text: string(text)}) {
		t.Errorf("lint warns: %v", a)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasSuffix(line, " ") || len([]rune(line)) > 110 && strings.HasPrefix(strings.TrimSpace(line), "# ") && i > 0 {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
	return string(text)
}

// A policy that is there stays, and a link leads nowhere else.
func TestInitOverwritesNothing(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	git(t, dir, "init", "-q")
	put(t, dir, policy.Path, []byte("mine\n"))
	err := initialise(t.Context(), &bytes.Buffer{}, dir, false, false)
	if err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("got %v", err)
	}
	var out bytes.Buffer
	if err := initialise(t.Context(), &out, dir, false, true); err != nil || !strings.Contains(out.String(), "\nversion: 1\n") {
		t.Errorf("--print: %v, %s", err, out.String())
	}
	if text, _ := os.ReadFile(filepath.Join(dir, policy.Path)); string(text) != "mine\n" {
		t.Errorf("it was overwritten: %s", text)
	}
	if err := initialise(t.Context(), &out, dir, true, false); err != nil {
		t.Error(err)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, policy.Path)); !strings.HasPrefix(string(text), "# yaml-language-server") {
		t.Errorf("--force: %s", text)
	}

	linked := t.TempDir()
	git(t, linked, "init", "-q")
	if err := os.Symlink(elsewhere, filepath.Join(linked, ".github")); err != nil {
		t.Fatal(err)
	}
	if err := initialise(t.Context(), &out, linked, true, false); err == nil {
		t.Error("a link led the policy out of the clone")
	}
	if files, _ := os.ReadDir(elsewhere); len(files) > 0 {
		t.Errorf("written elsewhere: %v", files)
	}
	if err := initialise(t.Context(), &out, elsewhere, false, false); err == nil || !strings.Contains(err.Error(), "not a git clone") {
		t.Errorf("got %v", err)
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=Ana", "GIT_AUTHOR_EMAIL=a@b.c", "GIT_COMMITTER_NAME=Ana", "GIT_COMMITTER_EMAIL=a@b.c")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, data, 0o644); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", name, err))
	}
}
