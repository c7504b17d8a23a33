package gate

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/sluicegate/sluice/internal/policy"
)

// A policy is loaded once for the layers that it is made of, and another one for others, however often and by however
// many at once.
func TestPoliciesAreKept(t *testing.T) {
	h := &Handler{Checks: stubs}
	layer := func(source, text string) []policy.Layer {
		return []policy.Layer{{Name: policy.RepositoryLayer, Source: source, Text: text}}
	}
	const enforce, observe = "version: 1\nmode: enforce\n", "version: 1\nmode: observe\n"
	first, problems := h.load(layer("a", enforce))
	if first == nil || len(problems) > 0 {
		t.Fatalf("got %v, %v", first, problems)
	}
	if again, _ := h.load(layer("a", enforce)); again != first {
		t.Error("the same layers were loaded twice")
	}
	for name, layers := range map[string][]policy.Layer{
		"another text":   layer("a", observe),
		"another source": layer("b", enforce),
	} {
		if other, _ := h.load(layers); other == nil || other == first {
			t.Errorf("%s: got %p, want another policy", name, other)
		}
	}
	for range 2 {
		if p, problems := h.load(layer("a", "version: 1\nmodus: x\n")); p != nil || !strings.Contains(fmt.Sprint(problems), "modus") {
			t.Errorf("got %v, %v; want the mistake each time", p, problems)
		}
	}
	var all sync.WaitGroup
	for i := range 3 * mostPolicies {
		all.Go(func() {
			if p, _ := h.load(layer(fmt.Sprint(i%(2*mostPolicies)), enforce)); p == nil || p.Settings().Sources[1] != fmt.Sprint(i%(2*mostPolicies)) {
				t.Errorf("%d: got %v", i, p)
			}
		})
	}
	all.Wait()
	if n := len(h.policies.kept); n > mostPolicies {
		t.Errorf("%d are kept, want %d at most", n, mostPolicies)
	}
}
