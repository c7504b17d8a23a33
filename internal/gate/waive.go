package gate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// Waived says that a person signed an exception from a verdict.
type Waived struct {
	By     string    `json:"by"`     // login
	Reason string    `json:"reason"` // their words
	At     time.Time `json:"at,omitzero"`
	Until  time.Time `json:"until,omitzero"` // zero for this head commit alone
	URL    string    `json:"url,omitempty"`
}

// waive lays the waivers of r over the verdicts that failed or could not be judged. The newest that holds counts; where
// none does any more, the verdict says why the last one ended.
func waive(r *pull.Request, verdicts []Verdict, now time.Time) {
	for i := range verdicts {
		v := &verdicts[i]
		if !waivable(v) {
			continue
		}
		for _, w := range slices.Backward(r.Waivers) {
			if w.Check != v.Check {
				continue
			}
			ended := ended(&w, v, r.Head.SHA, now)
			if ended == "" {
				v.Waived, v.Lapsed = &Waived{By: w.By, Reason: w.Reason, At: w.At, Until: w.Until, URL: w.URL}, ""
				break
			}
			if v.Lapsed == "" {
				v.Lapsed = fmt.Sprintf("The waiver by %s ended: %s.", w.By, ended)
			}
		}
	}
}

// waivable reports whether there is anything to waive.
func waivable(v *Verdict) bool { return v.Outcome == check.Fail || v.Outcome == check.Errored }

// ended says why a waiver does not hold, nothing where it does.
func ended(w *pull.Waiver, v *Verdict, head string, now time.Time) string {
	switch {
	case w.Until.IsZero() && w.Head != head:
		return "it was for an earlier commit"
	case !w.Until.IsZero() && !now.Before(w.Until):
		return "it lasted until " + w.Until.UTC().Format(time.DateOnly)
	}
	for _, mark := range marks(v) {
		if !slices.Contains(w.Marks, mark) {
			return "the check says something that was not waived"
		}
	}
	return ""
}

// marks tell apart what a verdict says: one for each finding, by its file and words. Lines move, so they do not count.
func marks(v *Verdict) []string {
	if len(v.Findings) == 0 {
		return []string{mark("", v.Summary)}
	}
	var out []string
	for _, f := range v.Findings {
		out = append(out, mark(f.Path, f.Message))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func mark(path, words string) string {
	sum := sha256.Sum256([]byte(path + "\x00" + words))
	return hex.EncodeToString(sum[:8])
}

// settleWaivers judges what was asked of waivers by the report that was made without it. It reports whether anything was
// settled: then r has other waivers than the report knew.
func (h *Handler) settleWaivers(ctx context.Context, t Target, r *pull.Request, p *policy.Policy, report *Report, asked []Asked) (bool, error) {
	for i := range asked {
		s := &Settled{Asked: asked[i], Head: r.Head.SHA, Refused: asked[i].Wrong}
		if s.Refused == "" && !s.Withdraw {
			if err := h.judgeWaiver(ctx, t, r, p, report, s); err != nil {
				return false, err
			}
		}
		if err := h.settle(ctx, t, s); err != nil {
			return false, err
		}
	}
	if len(asked) == 0 {
		return false, nil
	}
	var err error
	r.Waivers, err = h.Desk.Waivers(ctx, t.Repo, t.Number)
	return true, err
}

// judgeWaiver says why a waiver, or its end, is not taken; where it is, what it waives.
func (h *Handler) judgeWaiver(ctx context.Context, t Target, r *pull.Request, p *policy.Policy, report *Report, s *Settled) error {
	by := p.Settings().Waivers
	if s.Verb == Unwaive {
		if !slices.ContainsFunc(r.Waivers, func(w pull.Waiver) bool { return w.Check == s.Check }) {
			s.Refused = fmt.Sprintf("no waiver of %q stands", s.Check)
			return nil
		}
	} else if s.Refused = unwaivable(report, &by, s, h.Now()); s.Refused != "" {
		return nil
	}
	if s.By.Type != pull.User {
		s.Refused = "not a person"
		return nil
	}
	// Taking an exception back makes the gate stricter, so whoever is behind the pull request may do that.
	if s.Verb == Waive && concerned(r, &report.Attribution, s.By) {
		s.Refused = "behind the pull request themselves"
		return nil
	}
	may, err := h.maySign(ctx, t, r, &by, s)
	if err != nil {
		return err
	}
	if !may {
		s.Refused = "not among those who may waive here: " + signers(&by)
		return nil
	}
	if s.Verb == Waive {
		i := slices.IndexFunc(report.Verdicts, func(v Verdict) bool { return v.Check == s.Check })
		s.Marks = marks(&report.Verdicts[i])
	}
	return nil
}

// unwaivable says why a check cannot be waived so, nothing where it can.
func unwaivable(report *Report, by *policy.Waivers, s *Settled, now time.Time) string {
	i := slices.IndexFunc(report.Verdicts, func(v Verdict) bool { return v.Check == s.Check })
	longest := now.AddDate(0, 0, by.Days)
	switch {
	case i < 0:
		return fmt.Sprintf("no check %q ran on this pull request", s.Check)
	case !by.Waivable(s.Check):
		return fmt.Sprintf("the policy lets nobody waive %s", s.Check)
	case !waivable(&report.Verdicts[i]):
		return fmt.Sprintf("there is nothing to waive: %s did not fail", s.Check)
	case strings.TrimSpace(s.Reason) == "":
		return "a waiver needs a reason: because …"
	case !s.Until.IsZero() && !s.Until.After(now):
		return fmt.Sprintf("%s is over", s.Until.UTC().Format(time.DateOnly))
	case s.Until.After(longest):
		return fmt.Sprintf("a waiver lasts %d days at most, until %s", by.Days, longest.UTC().Format(time.DateOnly))
	}
	return ""
}

// maySign reports whether the policy lets who asked sign an exception.
func (h *Handler) maySign(ctx context.Context, t Target, r *pull.Request, by *policy.Waivers, s *Settled) (bool, error) {
	var teams []string
	maintainers := s.Verb == Unwaive
	for _, name := range by.By {
		plain := strings.TrimPrefix(name, "@")
		switch {
		case name == policy.Maintainers:
			maintainers = true
		case strings.Contains(plain, "/"):
			teams = append(teams, plain)
		case strings.EqualFold(plain, s.By.Login):
			return true, nil
		}
	}
	if maintainers {
		if may, err := h.Maintainers.Maintains(ctx, t, s.By); err != nil || may {
			return may, err
		}
	}
	if len(teams) == 0 {
		return false, nil
	}
	if err := h.Reader.Complete(ctx, t, r, pull.Needs{Facts: pull.WithTeams, Teams: teams}); err != nil {
		return false, err
	}
	return slices.ContainsFunc(r.Teams, func(team pull.Team) bool {
		return slices.ContainsFunc(teams, func(name string) bool { return strings.EqualFold(name, team.Name) }) &&
			slices.ContainsFunc(team.Members, func(a pull.Account) bool { return a.ID != 0 && a.ID == s.By.ID })
	}), nil
}

// signers names those who may waive.
func signers(by *policy.Waivers) string {
	if len(by.By) == 0 {
		return "nobody"
	}
	return list(by.By)
}
