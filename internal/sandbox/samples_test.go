package sandbox

import (
	"slices"
	"testing"

	"github.com/sluicegate/sluice/testdata/scenarios"
)

// loaded is a sandbox with all samples opened.
func loaded(t *testing.T) *Sandbox {
	t.Helper()
	s := New(Options{Description: describe(t)})
	must(t, s.Start())
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.LoadSamples(scenarios.Files))
	must(t, s.OpenSamples())
	return s
}

// Every sample opens, says why it exists and what is to become of it, in words that the product has.
func TestSamplesOpen(t *testing.T) {
	s := loaded(t)
	samples := s.Samples()
	if len(samples) < 20 {
		t.Errorf("%d samples, want at least 20", len(samples))
	}
	decisions := []string{"open", "closed", "waiting", "unsure"}
	conclusions := []string{"success", "failure", "action_required", "neutral"}
	outcomes := []string{"pass", "fail", "skip", "error"}
	for _, sample := range samples {
		if !slices.Contains(decisions, sample.Want.Decision) || !slices.Contains(conclusions, sample.Want.Conclusion) {
			t.Errorf("%s wants %q and %q", sample.ID, sample.Want.Decision, sample.Want.Conclusion)
		}
		for check, outcome := range sample.Want.Verdicts {
			if !slices.Contains(outcomes, outcome) {
				t.Errorf("%s wants %q of %s", sample.ID, outcome, check)
			}
		}
		head := s.Head(sample.Repo, sample.Number)
		if head == "" {
			t.Errorf("%s has no head", sample.ID)
			continue
		}
		s.mu.Lock()
		p, _ := s.pull(sample.Repo, sample.Number)
		files, commits := s.changed(p), s.commits(p)
		s.mu.Unlock()
		if len(files) == 0 || len(commits) == 0 {
			t.Errorf("%s changes %d files in %d commits", sample.ID, len(files), len(commits))
		}
	}
}
