package gate

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// world is every port at once, in memory.
type world struct {
	pull      *pull.Request
	layers    []policy.Layer
	openErr   error
	needsErr  error
	asked     []pull.Facts
	kept      []policy.Layer
	reports   map[int]*Report
	published []*Report
	members   []int
	groupErr  error
}

func (w *world) Open(context.Context, Target) (*pull.Request, []policy.Layer, error) {
	return w.pull, w.layers, w.openErr
}

func (w *world) Complete(_ context.Context, _ Target, _ *pull.Request, needs pull.Needs) error {
	w.asked = append(w.asked, needs.Facts)
	return w.needsErr
}
func (w *world) Members(context.Context, Group) ([]int, error) { return w.members, w.groupErr }

func (w *world) Publish(_ context.Context, _ Target, r *Report) error {
	w.published = append(w.published, r)
	return nil
}

func (w *world) PublishGroup(_ context.Context, _ Group, r *Report) error {
	w.published = append(w.published, r)
	return nil
}

func (w *world) Record(_ context.Context, t Target, r *Report) error {
	w.reports[t.Number] = r
	return nil
}

func (w *world) Latest(_ context.Context, _ string, number int) (*Report, error) {
	return w.reports[number], nil
}

func (w *world) AtHead(_ context.Context, _, head string, except int) (out []*Report, _ error) {
	for n, r := range w.reports {
		if n != except && r.Head == head {
			out = append(out, r)
		}
	}
	return out, nil
}

func (w *world) KeepPolicy(_ context.Context, _, _ string, layers []policy.Layer) error {
	w.kept = layers
	return nil
}

func (w *world) LastPolicy(context.Context, string, string) ([]policy.Layer, error) {
	return w.kept, nil
}

func (w *world) handler() *Handler {
	w.reports = map[int]*Report{}
	return &Handler{Reader: w, Publisher: w, Recorder: w, Checks: stubs, Now: func() time.Time { return now }}
}

func layer(text string) []policy.Layer {
	return []policy.Layer{{Name: policy.RepositoryLayer, Source: "acme/api:.github/sluice.yml@1a2b3c4", Text: text}}
}

var target = Target{Installation: 1, Repo: "acme/api", Number: 12}

// A person's pull request costs one look and gets one verdict; nothing else of it is read.
func TestHandlePerson(t *testing.T) {
	w := &world{pull: anas(), layers: layer("version: 1\nmode: enforce")}
	report, err := w.handler().Handle(t.Context(), target, 1)
	if err != nil {
		t.Fatal(err)
	}
	if report.Conclusion != Success || len(w.asked) != 0 || len(w.published) != 1 {
		t.Errorf("%s, asked for %v, published %d times", report.Conclusion, w.asked, len(w.published))
	}
}

func TestHandleReadsWhatThePolicyNeeds(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce")}
	if _, err := w.handler().Handle(t.Context(), target, 1); err != nil {
		t.Fatal(err)
	}
	if len(w.asked) == 0 || !w.asked[0].Has(pull.WithFiles) {
		t.Errorf("asked for %v, want the files first", w.asked)
	}
}

// A pull request that was closed meanwhile asks for nothing.
func TestHandleClosed(t *testing.T) {
	w := &world{pull: devins()}
	w.pull.State = pull.Merged
	report, err := w.handler().Handle(t.Context(), target, 1)
	if report != nil || err != nil || len(w.published) != 0 {
		t.Errorf("got %v, %v, published %d times", report, err, len(w.published))
	}
}

// An invalid policy neither closes nor opens: the last valid one stays in force, and where none was, nobody is sure.
func TestHandleInvalidPolicy(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enfroce")}
	h := w.handler()
	report, err := h.Handle(t.Context(), target, 1)
	if err != nil {
		t.Fatal(err)
	}
	if report.Decision != Unsure || report.Conclusion != ActionRequired || len(report.Policy.Problems) == 0 {
		t.Errorf("without a valid policy: %s, %s, %v", report.Decision, report.Conclusion, report.Policy.Problems)
	}
	if !strings.Contains(report.Policy.Problems[0], "acme/api:.github/sluice.yml@1a2b3c4:2:7") {
		t.Errorf("the problem %q has no place", report.Policy.Problems[0])
	}

	broken := w.layers
	w.layers = layer("version: 1\nmode: enforce\nchecks: {spec: {says: fail}}")
	if _, err := h.Handle(t.Context(), target, 1); err != nil {
		t.Fatal(err)
	}
	w.layers = broken
	report, err = h.Handle(t.Context(), target, 1)
	if err != nil {
		t.Fatal(err)
	}
	if report.Decision != Closed || len(report.Policy.Problems) == 0 || len(report.Policy.Notes) == 0 {
		t.Errorf("with an earlier policy: %s, problems %v, notes %v", report.Decision, report.Policy.Problems, report.Policy.Notes)
	}
}

// A passing failure is tried again quietly; from the third attempt on the pull request shows that nobody is sure.
func TestHandlePatience(t *testing.T) {
	w := &world{pull: devins(), needsErr: errors.New("502")}
	h := w.handler()
	for attempt := 1; attempt <= patience; attempt++ {
		report, err := h.Handle(t.Context(), target, attempt)
		if err == nil {
			t.Fatalf("attempt %d: no error, so nobody would try again", attempt)
		}
		if shown := len(w.published) > 0; shown != (attempt >= patience) {
			t.Errorf("attempt %d: published %d times", attempt, len(w.published))
		}
		if attempt == patience && (report.Decision != Unsure || report.Conclusion != ActionRequired) {
			t.Errorf("shown as %s, %s", report.Decision, report.Conclusion)
		}
	}
}

// denied is an error that an owner must mend.
type denied struct{}

func (denied) Error() string  { return "403" }
func (denied) Advice() string { return "An owner must grant it." }

// What only an owner can mend is shown at once: no other attempt comes.
func TestHandleRefused(t *testing.T) {
	w := &world{pull: devins(), openErr: denied{}}
	if report, err := w.handler().Handle(t.Context(), target, 1); err == nil || len(w.published) != 1 || !strings.Contains(report.Summary, "An owner must grant it.") {
		t.Errorf("opened in part: got %v and %+v, want the advice shown", err, report)
	}
	w = &world{pull: devins(), needsErr: denied{}, groupErr: denied{}}
	report, err := w.handler().Handle(t.Context(), target, 1)
	if !errors.As(err, new(denied)) || len(w.published) != 1 || report.Conclusion != ActionRequired || !strings.Contains(report.Summary, "An owner must grant it.") {
		t.Errorf("got %v and %+v, want the advice shown", err, report)
	}
	report, err = w.handler().HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "b1"}, 1)
	if !errors.As(err, new(denied)) || len(w.published) != 2 || report.Conclusion != ActionRequired || !strings.Contains(report.Summary, "An owner must grant it.") {
		t.Errorf("a group: got %v and %+v, want the advice shown", err, report)
	}
}

// A merge group whose members have no verdict yet judges them. It leaves showing and keeping to their own jobs, which
// run beside it: two that looked for a digest and found none would write one each.
func TestHandleGroup(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce"), members: []int{12}}
	report, err := w.handler().HandleGroup(t.Context(), Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if report.Decision != Open || len(w.published) != 1 || len(w.reports) != 0 {
		t.Errorf("%s, published %d times, reports %v; want only the group's shown and none kept", report.Decision, len(w.published), w.reports)
	}
}

// A member that could not be read when it was looked at by itself is read for the group: the group's own verdict would
// stay unsure when that of the member no longer is. While it can't be read, the group is tried again.
func TestHandleGroupUnsure(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce"), members: []int{12}}
	h := w.handler()
	unsure := &Report{Pull: 12, Base: "main", Decision: Unsure, Conclusion: ActionRequired}
	w.reports[12] = unsure
	group := Group{Repo: "acme/api", Base: "main", HeadSHA: "c"}
	w.needsErr = errors.New("502")
	if report, err := h.HandleGroup(t.Context(), group, 1); err == nil || report.Decision != Unsure {
		t.Errorf("got %v, %v; want unsure and another try", report, err)
	}
	w.needsErr = nil
	if report, err := h.HandleGroup(t.Context(), group, 2); err != nil || report.Decision != Open || w.reports[12] != unsure {
		t.Errorf("got %v, %v; want open, and the member's own report as it was", report, err)
	}
}

// Of two pull requests with one head commit the stricter verdict is shown, whichever is looked at last; each keeps its own.
func TestSharedHead(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce\n")}
	h := w.handler()
	closed := &Report{
		Repository: "acme/api", Pull: 8, Head: w.pull.Head.SHA, Base: "main", Decision: Closed, Conclusion: Failure, Summary: "Closed: x.",
		Policy: PolicyUsed{CheckName: "sluice: main"},
	}
	elsewhere, milder, others := *closed, *closed, *closed
	elsewhere.Policy.CheckName = "sluice: dev"
	milder.Decision, milder.Conclusion = Open, Success
	others.Head = "another"
	for _, c := range []struct {
		name  string
		other *Report
		want  Conclusion
	}{
		{"the other is closed", closed, Failure},
		{"it has another check run", &elsewhere, Success},
		{"it is open too", &milder, Success},
		{"it has another head by now", &others, Success},
	} {
		w.reports[8], w.published = c.other, nil
		report, err := h.Handle(t.Context(), target, 1)
		if err != nil || report.Conclusion != Success || w.reports[12].Conclusion != Success {
			t.Errorf("%s: got %v, %v; its own verdict is success", c.name, report, err)
		}
		if len(w.published) != 1 || w.published[0].Conclusion != c.want || c.want == Failure && !strings.Contains(w.published[0].Summary, "#8 has the same head commit") {
			t.Errorf("%s: shown %+v, want %s", c.name, w.published, c.want)
		}
	}
}

// What is decided about the other one meanwhile is found.
func TestSharedHeadMeanwhile(t *testing.T) {
	w := &world{pull: devins(), layers: layer("version: 1\nmode: enforce\n")}
	h := w.handler()
	h.Publisher = publishing{w, func() {
		w.reports[8] = &Report{Pull: 8, Head: w.pull.Head.SHA, Decision: Closed, Conclusion: Failure, Policy: PolicyUsed{CheckName: "sluice: main"}}
	}}
	if _, err := h.Handle(t.Context(), target, 1); err != nil || len(w.published) != 2 || w.published[1].Conclusion != Failure {
		t.Errorf("got %v, shown %d times", err, len(w.published))
	}
}

// publishing is a publisher beside which something happens.
type publishing struct {
	*world
	meanwhile func()
}

func (p publishing) Publish(ctx context.Context, t Target, r *Report) error {
	defer p.meanwhile()
	return p.world.Publish(ctx, t, r)
}
