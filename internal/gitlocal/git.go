// Package gitlocal is a range of a local clone as a pull.Request, as GitHub would show it to Sluice.
//
// It runs git with fixed argument lists and nothing else: no shell, no hook, no external diff, no setting of the clone or
// of its user that changes what git prints.
package gitlocal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Clone is a git repository on this machine.
type Clone struct {
	dir string // its top level
}

// ErrNoGit is returned by [Open] where no git can be run.
var ErrNoGit = errors.New("git is not installed, or not in PATH")

// Open finds the clone around dir.
func Open(ctx context.Context, dir string) (*Clone, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, ErrNoGit
	}
	c := &Clone{dir: dir}
	top, err := c.git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		// A bare clone has no work tree and serves as well.
		if _, bare := c.git(ctx, "rev-parse", "--git-dir"); bare != nil {
			return nil, fmt.Errorf("%s is not a git clone: run this inside one", dir)
		}
		return c, nil
	}
	return &Clone{dir: strings.TrimRight(string(top), "\n")}, nil
}

// settings make git print the same whatever the clone or its user has configured, and start no other program.
var settings = []string{
	"core.quotePath=false", "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat",
	"diff.renames=true", "diff.renameLimit=1000", "diff.algorithm=myers", "diff.context=3",
	"diff.interHunkContext=0", "diff.mnemonicPrefix=false", "diff.noprefix=false", "diff.suppressBlankEmpty=false",
	"diff.submodule=short", "diff.ignoreSubmodules=none", "diff.indentHeuristic=true",
	"log.showSignature=false", "log.mailmap=false", "i18n.logOutputEncoding=UTF-8", "color.ui=false",
	"protocol.allow=never",
}

// git runs one git command and returns what it prints. Arguments that come from outside stand behind --end-of-options
// or are full object names.
func (c *Clone) git(ctx context.Context, args ...string) ([]byte, error) {
	return c.gitWith(ctx, "", args...)
}

// gitWith is git with something to read.
func (c *Clone) gitWith(ctx context.Context, stdin string, args ...string) ([]byte, error) {
	all := []string{"-C", c.dir, "--no-pager", "--literal-pathspecs"}
	for _, s := range settings {
		all = append(all, "-c", s)
	}
	cmd := exec.CommandContext(ctx, "git", append(all, args...)...) //nolint:gosec // fixed lists; what comes from outside stands where git takes it for a name
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_PAGER=cat", "LC_ALL=C")
	if stdin != "" {
		cmd.Stdin = strings.NewReader(stdin)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		message := strings.TrimPrefix(strings.TrimSpace(stderr.String()), "fatal: ")
		if message == "" {
			message = err.Error()
		}
		return nil, fmt.Errorf("git %s: %s", args[0], message)
	}
	return stdout.Bytes(), nil
}

// commit is the full name of the commit that ref names.
func (c *Clone) commit(ctx context.Context, ref string) (string, error) {
	out, err := c.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("this clone has no commit %q; fetch it, or name another", ref)
	}
	return strings.TrimSpace(string(out)), nil
}

// fields cuts NUL-terminated fields.
func fields(out []byte) []string {
	s := strings.TrimSuffix(string(out), "\x00")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\x00")
}
