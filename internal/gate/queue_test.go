package gate

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/pull"
)

// A merge group whose members have no verdict yet judges them. It leaves showing and keeping to their own jobs, which
// run beside it: two that looked for a digest and found none would write one each.
func TestHandleGroup(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce"), members: []Member{{Number: 12}}}
	report, err := w.handler().HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if report.Decision != Open || len(w.published) != 1 || len(w.reports) != 0 {
		t.Errorf("%s, published %d times, reports %v; want only the group's shown and none kept", report.Decision, len(w.published), w.reports)
	}
}

// A member's report decides while it is of what GitHub has now. Otherwise the member is judged, and where it is closed by
// then its report for this very commit still counts.
func TestHandleGroupByReports(t *testing.T) {
	head, tip := strings.Repeat("a", 40), strings.Repeat("b", 40) // as devins() is
	now := Member{Number: 12, Head: head, Base: "main", BaseSHA: tip}
	kept := Report{Pull: 12, Head: head, Base: "main", BaseSHA: tip, Decision: Closed, Conclusion: Failure, Policy: PolicyUsed{Mode: "enforce", CheckName: "sluice: main"}}
	for _, c := range []struct {
		why    string
		change func(m *Member, r *Report, p *pull.Request)
		want   Decision // empty for nothing shown
		judged bool
	}{
		{"of the same commits", func(*Member, *Report, *pull.Request) {}, Closed, false},
		{"of another head", func(_ *Member, r *Report, _ *pull.Request) { r.Head = "old" }, Open, true},
		{"for another base", func(_ *Member, r *Report, _ *pull.Request) { r.Base = "dev" }, Open, true},
		{"from before the base moved", func(_ *Member, r *Report, _ *pull.Request) { r.BaseSHA = "old" }, Open, true},
		{"that was unsure", func(_ *Member, r *Report, _ *pull.Request) { r.Decision = Unsure }, Open, true},
		{"and it is merged by now", func(_ *Member, r *Report, p *pull.Request) { r.BaseSHA, p.State = "old", pull.Merged }, Closed, true},
		{"of another head, and it is closed by now", func(_ *Member, r *Report, p *pull.Request) { r.Head, p.State = "old", pull.Closed }, "", true},
		{"for another base, to which it goes now", func(m *Member, r *Report, p *pull.Request) {
			m.Base, r.Base, p.Base.Name = "dev", "dev", "dev"
		}, Unsure, true},
	} {
		m, r, p := now, kept, devins()
		c.change(&m, &r, p)
		w := &world{pull: p, layers: layer("version: 1\nmode: enforce"), members: []Member{m}}
		h := w.handler()
		w.reports[12] = &r
		report, err := h.HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}, 1)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		}
		if got := report; got == nil && c.want != "" || got != nil && got.Decision != c.want || (got != nil) != (len(w.published) == 1) {
			t.Errorf("%s: got %+v, shown %d times; want %q", c.why, got, len(w.published), c.want)
		}
		if judged := w.opened > 0; judged != c.judged || len(w.grouped) != 1 {
			t.Errorf("%s: judged %t, want %t; kept %v", c.why, judged, c.judged, w.grouped)
		}
	}
}

// Of a member and another pull request with the same head commit, the stricter verdict counts for the group too.
func TestHandleGroupSharedHead(t *testing.T) {
	m := Member{Number: 12, Head: "h", Base: "main", BaseSHA: "b"}
	w := &world{members: []Member{m}}
	h := w.handler()
	used := PolicyUsed{Mode: "enforce", CheckName: "sluice"}
	w.reports[12] = &Report{Pull: 12, Head: "h", Base: "main", BaseSHA: "b", Decision: Open, Conclusion: Success, Summary: "Open: x.", Policy: used}
	w.reports[13] = &Report{Pull: 13, Head: "h", Base: "next", Decision: Closed, Conclusion: Failure, Policy: used}
	report, err := h.HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}, 1)
	if err != nil || report.Decision != Closed || report.Policy.CheckName != "sluice" {
		t.Errorf("got %+v, %v; want it closed", report, err)
	}
}

type limited struct{}

func (limited) Error() string      { return "429" }
func (limited) RetryAt() time.Time { return now.Add(time.Minute) }

// gone is an error that no other try mends.
type gone struct{}

func (gone) Error() string   { return "404" }
func (gone) Permanent() bool { return true }

// A queue throws out what it is told not to merge: what may be over soon is tried again before anything is shown, under
// the name that the policy gives, and nothing stays without a check run.
func TestHandleGroupPatience(t *testing.T) {
	for _, c := range []struct {
		why     string
		world   world
		attempt int
		shown   bool
	}{
		{"a member that cannot be read at once", world{needsErr: errors.New("502")}, 1, false},
		{"nor later", world{needsErr: errors.New("502")}, patience, true},
		{"GitHub names no members at once", world{groupErr: errors.New("502")}, 1, false},
		{"nor later", world{groupErr: errors.New("502")}, patience, true},
		{"a limit", world{needsErr: limited{}}, patience, false},
		{"nothing that another try mends", world{openErr: gone{}}, 1, true},
	} {
		w := c.world
		w.pull, w.layers, w.kept = devins(), layer("version: 1\ncheck_run: {name: gate}\n"), layer("version: 1\ncheck_run: {name: gate}\n")
		w.members = []Member{{Number: 12, Head: devins().Head.SHA, Base: "main"}}
		report, err := w.handler().HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}, c.attempt)
		if err == nil {
			t.Errorf("%s: no error, so nobody would try again", c.why)
		}
		if shown := len(w.published) == 1; shown != c.shown || shown != (report != nil) {
			t.Errorf("%s: shown %t, want %t", c.why, shown, c.shown)
		}
		if report != nil && report.Policy.CheckName != "gate" {
			t.Errorf("%s: got the check run %q, want the policy's", c.why, report.Policy.CheckName)
		}
		if report != nil && (report.Decision != Unsure || report.Conclusion != ActionRequired) {
			t.Errorf("%s: got %s, %s", c.why, report.Decision, report.Conclusion)
		}
	}
}

// Where no report says how the check run is called, the last valid policy does.
func TestHandleGroupName(t *testing.T) {
	w := &world{groupErr: denied{}, kept: layer("version: 1\ncheck_run: {name: \"gate of {base}\"}\n")}
	report, err := w.handler().HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}, 1)
	if err == nil || report == nil || report.Policy.CheckName != "gate of main" {
		t.Errorf("got %+v, %v; want the policy's name", report, err)
	}
}

// Two looks at one pull request never agree on a head that changes between them: the group is looked at again.
func TestHandleGroupMoved(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce"), members: []Member{{Number: 12, Head: "next", Base: "main"}}}
	if report, err := w.handler().HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}, 1); err == nil || report != nil {
		t.Errorf("got %+v, %v; want another try", report, err)
	}
}
