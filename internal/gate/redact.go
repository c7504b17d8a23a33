package gate

import "github.com/sluicegate/sluice/internal/check"

// redact takes the quotes out of findings on the lines where "sensitive" found a credential: what that check does not show,
// no other one shows in its place. Elsewhere the verdicts stay as they are.
func redact(verdicts []Verdict) {
	type place struct {
		path string
		line int
	}
	secret := map[place]bool{}
	for i := range verdicts {
		if verdicts[i].Check != "sensitive" {
			continue
		}
		for _, f := range verdicts[i].Findings {
			if f.Risk == check.High && len(f.Quote) == 0 && f.Line > 0 {
				secret[place{f.Path, f.Line}] = true
			}
		}
	}
	if len(secret) == 0 {
		return
	}
	for i := range verdicts {
		for j := range verdicts[i].Findings {
			// The verdict may be shared with the first round's, so its findings are not changed in place.
			if f := verdicts[i].Findings[j]; len(f.Quote) > 0 && secret[place{f.Path, f.Line}] {
				verdicts[i].Findings = append([]check.Finding{}, verdicts[i].Findings...)
				verdicts[i].Findings[j].Quote = nil
			}
		}
	}
}
