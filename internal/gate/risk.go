package gate

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// maxReasons is how many reasons of a risk are told.
const maxReasons = 5

// apply lays the policy over r and runs the checks: first as if nobody knew the risk, then with the rules that go by the
// risk which the first round came to. A check runs again only where those rules changed it. Nothing runs where the gate
// does not apply.
func apply(r *pull.Request, p *policy.Policy, a *agent.Attribution) (*policy.Applied, []Verdict, Risk) {
	applied := p.For(r, a)
	if !applied.Gated {
		return applied, []Verdict{}, weigh(applied, nil)
	}
	in := &check.Input{Pull: r, Attribution: a, Kinds: applied.Kinds}
	verdicts := judge(in, applied.Checks, nil)
	risk := weigh(applied, verdicts)
	if !p.ByRisk() {
		return applied, verdicts, risk
	}
	final := p.ForRisk(r, a, risk.Level)
	return final, rejudge(in, applied, final, verdicts), risk
}

// weigh is the risk: the rules' level, raised by what the checks saw, with the reasons for the level that stands.
func weigh(applied *policy.Applied, verdicts []Verdict) Risk {
	risk := Risk{Level: applied.Risk, Reasons: slices.Clone(applied.RiskReasons)}
	if risk.Reasons == nil {
		risk.Reasons = []string{}
	}
	more := 0
	for _, v := range verdicts {
		for _, f := range v.Findings {
			if f.Risk.Below(risk.Level) || f.Risk == "" || f.Risk == check.Low {
				continue
			}
			if risk.Level.Below(f.Risk) {
				risk.Level, risk.Reasons, more = f.Risk, []string{}, 0
			}
			if len(risk.Reasons) == maxReasons {
				more++
				continue
			}
			risk.Reasons = append(risk.Reasons, reason(v.Check, &f))
		}
	}
	if more > 0 {
		risk.Reasons = append(risk.Reasons, fmt.Sprintf("and %d more", more))
	}
	return risk
}

func reason(name string, f *check.Finding) string {
	if f.Path == "" {
		return fmt.Sprintf("%s: %s", name, f.Message)
	}
	return fmt.Sprintf("%s: %s: %s", name, f.Path, f.Message)
}

// rejudge is the verdicts after the rules that go by the risk: those of checks that they left alone stay.
func rejudge(in *check.Input, before, after *policy.Applied, verdicts []Verdict) []Verdict {
	return judge(in, after.Checks, func(i int) *check.Verdict {
		c := after.Checks[i].Check
		v := slices.IndexFunc(verdicts, func(v Verdict) bool { return v.Check == c.Name })
		if v < 0 || !reflect.DeepEqual(before.Checks[i].Check.Options(), c.Options()) {
			return nil
		}
		return &verdicts[v].Verdict
	})
}
