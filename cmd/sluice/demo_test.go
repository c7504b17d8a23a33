package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/sandbox"
	"github.com/sluicegate/sluice/testdata/scenarios"
)

// describedBy is the path of GitHub's OpenAPI description, "" where there is none: what is held against it then isn't.
func describedBy() string {
	path := os.Getenv("SLUICE_OPENAPI")
	if path == "" {
		path = filepath.Join("..", "..", "..", "shared", "data", "openapi.json")
	}
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// The demo shows each sample's decision and is at peace with GitHub's description, on both databases.
func TestDemo(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		var out bytes.Buffer
		openapi := describedBy()
		err := runDemo(t.Context(), &out, demoOptions{once: true, openapi: openapi, database: url})
		if err != nil {
			t.Errorf("got %v, want exit 0", err)
		}
		samples := wanted(t)
		if len(samples) < 16 {
			t.Errorf("got %d samples, want sixteen at least", len(samples))
		}
		for _, s := range samples {
			if !says(out.String(), s.Want.Decision, demoKey(s.Repo, s.Number)) {
				t.Errorf("%s: no line says %s of %s", s.ID, s.Want.Decision, demoKey(s.Repo, s.Number))
			}
		}
		end := fmt.Sprintf("%d pull requests decided, 0 not as expected", len(samples))
		if !strings.Contains(out.String(), end) {
			t.Errorf("got no %q", end)
		}
		if openapi != "" && !strings.Contains(out.String(), "description: 0 departures") {
			t.Error("got departures from GitHub's description, or none was held against it")
		}
		if strings.Contains(out.String(), "\x1b") {
			t.Error("got colour in what is no terminal")
		}
		if t.Failed() {
			t.Log(out.String())
		}
	})
}

// wanted are the samples as their files have them.
func wanted(t *testing.T) []sandbox.Sample {
	t.Helper()
	box := sandbox.New(sandbox.Options{})
	must(t, box.LoadSamples(scenarios.Files))
	must(t, box.Close())
	return box.Samples()
}

// says reports whether a line of the demo's has the decision of a pull request.
func says(out, decision, key string) bool {
	for line := range strings.Lines(out) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == decision && words[1] == key {
			return true
		}
	}
	return false
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
