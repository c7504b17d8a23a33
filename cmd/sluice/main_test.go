package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the wants of the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sluice": main})
}

// The commands as a user types them; -update writes the wants of "cmp" anew.
func TestCLI(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/cli",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			env.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
			env.Setenv("GIT_AUTHOR_NAME", "Ana")
			env.Setenv("GIT_AUTHOR_EMAIL", "ana@acme.example")
			env.Setenv("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
			env.Setenv("GIT_COMMITTER_NAME", "Ana")
			env.Setenv("GIT_COMMITTER_EMAIL", "ana@acme.example")
			env.Setenv("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
			return nil
		},
	})
}
