package controlplane

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

// scanNames are actions that look for what is dangerous, by the beginning of their name.
var scanNames = []string{
	"github/codeql-action/analyze", "actions/dependency-review-action", "aquasecurity/trivy-action", "gitleaks/gitleaks-action",
	"trufflesecurity/trufflehog", "snyk/actions", "anchore/scan-action", "securego/gosec", "ossf/scorecard-action", "step-security/harden-runner",
	"returntocorp/semgrep", "semgrep/semgrep", "google/osv-scanner", "sonarsource/", "zizmorcore/zizmor-action", "bridgecrewio/checkov-action",
	"golang/govulncheck-action", "pypa/gh-action-pip-audit", "docker/scout-action", "actions/attest-build-provenance", "sigstore/cosign-installer",
	"slsa-framework/slsa-verifier", "rhysd/actionlint", "raven-actions/actionlint", "github/advanced-security", "cycodehq", "kics",
}

func scansIn(s string) map[string]bool {
	s = strings.ToLower(s)
	out := map[string]bool{}
	for _, name := range scanNames {
		if strings.Contains(s, "uses: "+name) || strings.Contains(s, `uses: "`+name) || strings.Contains(s, "uses: '"+name) {
			out[name] = true
		}
	}
	return out
}

func (r *report) gatherScans(changes []*change) {
	r.scans, r.moved = map[string]bool{}, map[string]bool{}
	for _, c := range changes {
		if c.surface != workflow && c.surface != action {
			continue
		}
		for name := range scansIn(c.head.whole) {
			r.scans[name] = true
		}
		for _, m := range nameable.FindAllString(c.base.whole, -1) {
			if !strings.Contains(c.head.whole, m) {
				r.moved[strings.ToLower(m)] = true
			}
		}
	}
}

// nameable is what a workflow can take along into another file: a secret's name, an action at a version.
var nameable = regexp.MustCompile(`secrets\.\w+|[\w.-]+/[\w./-]+@[\w./-]+`)

// scanners says that a scan is gone, and in no other workflow of the change.
func (x *flows) scanners() {
	for _, s := range x.base.steps {
		for _, name := range scanNames {
			if strings.HasPrefix(strings.ToLower(s.uses), name) && !x.c.r.scans[name] {
				x.c.loosens(check.Medium, 0, "Put the scan back, or have a person who answers for it take it out.", x.c.stood(s.useLine), "no longer runs the scan %s", short(s.uses))
			}
		}
	}
}
