package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/strict"
)

// A policy that is too large is refused as such, not cut into one that may be valid.
func TestLintReadsNoMoreThanThePolicy(t *testing.T) {
	in := strings.NewReader("version: 1\n" + strings.Repeat("#", strict.MaxText))
	layer, err := readLayer(in, policy.RepositoryLayer, "-")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := lint(&out, []policy.Layer{layer}, policy.Ground{}, false); err == nil || !strings.Contains(out.String(), "at most 1048576 are read") {
		t.Errorf("got %v and %q, want the size refused", err, out.String())
	}
}

// Every check has a page that tells its options, and every option a sentence for the schema and so for editors.
func TestEveryOptionIsExplained(t *testing.T) {
	for i := range all.Checks {
		c := &all.Checks[i]
		if c.About() == "" {
			t.Errorf("%s: the page does not begin with %q and what it looks at", c.Name, "# "+c.Name+": ")
		}
		options, err := optionsOf(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range options {
			if o.about == "" {
				t.Errorf("%s: the option %s has no comment above its Go field", c.Name, o.name)
			}
			if !strings.Contains(c.Doc, o.name) {
				t.Errorf("%s: the page does not say what the option %s is", c.Name, o.name)
			}
		}
	}
}
