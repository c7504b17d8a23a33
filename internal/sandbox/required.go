package sandbox

import (
	"fmt"
	"net/http"
	"slices"
)

// Require makes check runs by these names, of the App, required for merging into every branch of a repository.
func (s *Sandbox) Require(repo string, names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return err
	}
	r.required = names
	return nil
}

// Blocked says why a pull request cannot be merged now, "" where it can.
func (s *Sandbox) Blocked(repo string, number int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pull(repo, number)
	if err != nil {
		return err.Error()
	}
	return s.blocked(p)
}

// blocked looks at the newest run of each required name. A conclusion of success, neutral or skipped lets through (docs,
// "About protected branches", required status checks).
func (s *Sandbox) blocked(p *pullRequest) string {
	if p.draft {
		return "Draft pull requests cannot be merged"
	}
	for _, name := range p.repo.required {
		at := slices.IndexFunc(s.runsAt(p.repo, p.head, false), func(run *checkRun) bool { return run.Name == name && run.app == s.opts.Slug })
		if at < 0 {
			return fmt.Sprintf("Required status check %q is expected.", name)
		}
		switch run := s.runsAt(p.repo, p.head, false)[at]; run.Conclusion {
		case "success", "neutral", "skipped":
		case "":
			return fmt.Sprintf("Required status check %q is in progress.", name)
		default:
			return fmt.Sprintf("Required status check %q is failing.", name)
		}
	}
	return ""
}

// branchRules lists the rules of a branch: the required checks, where there are any.
func (s *Sandbox) branchRules(c *call) *reply {
	rules := []any{}
	if len(c.repo.required) > 0 {
		checks := []any{}
		for _, name := range c.repo.required {
			checks = append(checks, obj{"context": name, "integration_id": s.app})
		}
		rules = append(rules, obj{
			"type": "required_status_checks", "ruleset_source_type": "Repository", "ruleset_source": c.repo.full(), "ruleset_id": c.repo.id,
			"parameters": obj{"required_status_checks": checks, "strict_required_status_checks_policy": false},
		})
	}
	return ok(paged(s, c, rules))
}

// branchProtection answers that there is none: the sandbox protects branches by rules.
func (s *Sandbox) branchProtection(*call) *reply {
	return refuse(http.StatusNotFound, "Branch not protected")
}
