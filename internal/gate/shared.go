package gate

import (
	"context"
	"fmt"
	"slices"
)

// strictness orders conclusions: of two verdicts on one commit the later in this list counts.
var strictness = []Conclusion{Success, Neutral, ActionRequired, Failure}

// showings bounds how often one report is shown anew because another pull request's changed meanwhile.
const showings = 3

// show shows r, or where another open pull request has the same head commit and the same check run and its verdict is
// stricter, that one in its place: branch protection looks at the commit, and must not find the milder one.
//
// Two that are judged at the same time may each miss the other, so what counts is looked up again afterwards.
func (h *Handler) show(ctx context.Context, t Target, r *Report) error {
	var last []*Report
	for i := range showings {
		others, err := h.Recorder.AtHead(ctx, t.Repo, r.Head, t.Number)
		if err != nil {
			return err
		}
		if i > 0 && slices.EqualFunc(last, others, sameReport) {
			return nil
		}
		now := *strictest(r, others)
		now.Beside = others
		if err := h.Publisher.Publish(ctx, t, &now); err != nil {
			return err
		}
		last = others
	}
	return nil
}

// sameReport reports whether a and b are one report: there is a new one only where it says something else.
func sameReport(a, b *Report) bool {
	return a.Pull == b.Pull && a.At.Equal(b.At) && a.Decision == b.Decision && a.Conclusion == b.Conclusion
}

// strictest is r, or r with the decision of the strictest of the others where that is stricter.
func strictest(r *Report, others []*Report) *Report {
	var by *Report
	for _, o := range others {
		if o.Policy.CheckName != r.Policy.CheckName || o.Head != r.Head || !stricter(o.Conclusion, r.Conclusion) {
			continue
		}
		if by == nil || stricter(o.Conclusion, by.Conclusion) || o.Conclusion == by.Conclusion && o.Pull < by.Pull {
			by = o
		}
	}
	if by == nil {
		return r
	}
	out := *r
	out.Decision, out.Conclusion = by.Decision, by.Conclusion
	out.Summary = fmt.Sprintf("%s: #%d has the same head commit, and one check run can't say two things. This pull request by itself: %s", word(by.Decision), by.Pull, lower(r.Summary))
	return &out
}

func stricter(a, b Conclusion) bool { return slices.Index(strictness, a) > slices.Index(strictness, b) }

// word is how a summary begins.
func word(d Decision) string {
	switch d {
	case Closed:
		return "Closed"
	case Waiting:
		return "Waiting"
	case Unsure:
		return "Unsure"
	}
	return "Open"
}
