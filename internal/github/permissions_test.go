package github

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// app.yml asks for exactly what the code handles and calls.
func TestManifest(t *testing.T) {
	text, err := os.ReadFile("../../app.yml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Permissions map[string]Access `yaml:"default_permissions"`
		Events      []string          `yaml:"default_events"`
	}
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(manifest.Events, Subscriptions()); diff != "" {
		t.Errorf("events: app.yml, code:\n%s", diff)
	}
	if diff := cmp.Diff(manifest.Permissions, Permissions()); diff != "" {
		t.Errorf("permissions: app.yml, code:\n%s", diff)
	}
}

// Each event and each query has a permission that it rests on.
func TestPermissionsCoverEventsAndQueries(t *testing.T) {
	var covered []string
	for _, p := range permissions {
		covered = append(covered, p.calls...)
	}
	for _, e := range Subscriptions() {
		if !slices.Contains(covered, "event "+e) {
			t.Errorf("no permission is named for event %s", e)
		}
	}
	for name := range queries {
		if !slices.Contains(covered, name) {
			t.Errorf("no permission is named for query %s", name)
		}
	}
}
