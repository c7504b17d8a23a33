package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/rig"
)

// TestChaos is "make chaos" in short, so that every change meets it.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the binary is built by go, which is not here")
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			if engine == "postgres" && os.Getenv(rig.Variable) == "" {
				t.Skipf("no Postgres: run the tests by .ci/postgres run go test ./..., or set %s to the URL of a server", rig.Variable)
			}
			var out strings.Builder
			err := run(t.Context(), &out, &options{
				engine: engine, pulls: 16, restarts: 3, seed: 1, storm: 15 * time.Second, outage: 2 * time.Second, patience: 4 * time.Minute,
				soon: 4 * time.Minute, brief: true, // a slow machine is no bug
			})
			t.Log(out.String())
			if err != nil {
				t.Error(err)
			}
		})
	}
}
