package gate

import (
	"strings"
	"sync"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/strict"
)

// mostPolicies bounds what is kept: a layer is a file of a repository, so a policy is a few kilobytes.
const mostPolicies = 200

// policies are those that were loaded, by what they were loaded from: a repository's pull requests share one, and to load
// it takes longer than most checks do. The zero value is ready.
type policies struct {
	mu   sync.Mutex
	kept map[string]loadedPolicy
}

type loadedPolicy struct {
	policy   *policy.Policy
	problems []strict.Problem
}

// load is what h's checks make of layers. Nobody changes it.
func (h *Handler) load(layers []policy.Layer) (*policy.Policy, []strict.Problem) {
	var key strings.Builder
	for _, l := range layers {
		for _, part := range []string{string(l.Name), l.Source, l.Text} {
			key.WriteString(part)
			key.WriteByte(0) // YAML knows no such character, nor does a path
		}
	}
	p := &h.policies
	p.mu.Lock()
	one, known := p.kept[key.String()]
	p.mu.Unlock()
	if known {
		return one.policy, one.problems
	}
	one.policy, one.problems = policy.Load(h.Checks, agent.BuiltIn().Names(), layers...)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil || len(p.kept) >= mostPolicies {
		p.kept = map[string]loadedPolicy{}
	}
	p.kept[key.String()] = one
	return one.policy, one.problems
}
