package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/rig"
)

// toll is what was found at the end, a line each.
type toll struct{ lost, doubled, wrong []string }

func (t *toll) clean() bool { return len(t.lost)+len(t.doubled)+len(t.wrong) == 0 }

// reckon waits until all is right and all is done, and says how it went.
func (s *scene) reckon(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	late := s.until(ctx, func() bool { t := s.count(); return len(t.lost)+len(t.wrong) == 0 })
	right := time.Since(s.departure)
	if late == nil {
		late = errors.Join(s.box.Settle(ctx), s.until(ctx, func() bool { return s.idle(ctx) }))
	}
	idle := time.Since(s.departure)
	t := s.count() // what came after may have spoilt it
	s.tell(out, right, idle)
	fmt.Fprintf(out, "%d lost, %d doubled, %d wrong\n", len(t.lost), len(t.doubled), len(t.wrong))
	var err error
	if !t.clean() {
		err = errors.New(strings.Join(slices.Concat(t.lost, t.doubled, t.wrong), "\n"))
	}
	if late != nil {
		err = errors.Join(err, fmt.Errorf("after %s: %w", s.patience, late))
	}
	return errors.Join(err, s.ledger(context.WithoutCancel(ctx), out))
}

func (*scene) until(ctx context.Context, is func() bool) error {
	for !is() {
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// idle reports whether no job is left; in brief, none that begins now.
func (s *scene) idle(ctx context.Context) bool {
	m, err := s.servers[0].Metrics(ctx)
	return err == nil && m["sluice_jobs_ready"] == 0 && m["sluice_jobs_running"] == 0 && (s.brief || m["sluice_jobs_later"] == 0)
}

// tell prints what really happened.
func (s *scene) tell(out io.Writer, right, idle time.Duration) {
	sent := s.box.Deliveries()
	refused := 0
	for i := range sent {
		if sent[i].StatusCode >= 300 {
			refused++
		}
	}
	fmt.Fprintf(out, "acts %d, deliveries %d: of them sent again %d, in reversed order %d, not taken %d\n", s.crowd.acts, len(sent), s.crowd.repeated, s.crowd.reversed, refused)
	fmt.Fprintf(out, "servers killed %d; calls during the API's outage %d; deliveries that found no server %d; requests that failed for the database %d\n",
		s.kills, s.apiGone, s.door.Closed.Load(), len(s.log.Lines(`"delivery not stored"`)))
	counts := s.box.Faults()
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(out, "fault %-11s %5d\n", kind, counts[kind])
	}
	fmt.Fprintf(out, "all right %.1f s after the storm, nothing left to do after %.1f s\n", right.Seconds(), idle.Seconds())
}

// count compares what GitHub shows with what it should.
func (s *scene) count() *toll {
	t := &toll{}
	for _, p := range s.crowd.subjects {
		name := fmt.Sprintf("%s#%d", p.repo, p.number)
		s.digests(t, name, p)
		if p.open {
			s.runs(t, name, p, s.box.Head(p.repo, p.number))
		}
		if p.queued != "" {
			s.runs(t, name+" in the merge queue", p, p.queued)
		}
	}
	return t
}

// runs looks at the check runs on a commit.
func (s *scene) runs(t *toll, name string, p *subject, head string) {
	gate := "sluice: " + p.base
	switch run := s.box.CheckRun(p.repo, head, gate); {
	case run.ID == 0 || run.Status != "completed":
		t.lost = append(t.lost, fmt.Sprintf("%s: no verdict on %.7s", name, head))
	case run.Conclusion != p.want():
		t.wrong = append(t.wrong, fmt.Sprintf("%s: %s (%s) on %.7s, want %s", name, run.Conclusion, run.Title, head, p.want()))
	}
	seen := map[string]int{}
	for _, run := range s.box.CheckRuns(p.repo, head) {
		if seen[run.Name]++; seen[run.Name] == 2 {
			t.doubled = append(t.doubled, fmt.Sprintf("%s: two check runs %q on %.7s", name, run.Name, head))
		}
		// The verdict for another base must not let it pass.
		if strings.HasPrefix(run.Name, "sluice: ") && run.Name != gate && run.Conclusion == "success" {
			t.wrong = append(t.wrong, fmt.Sprintf("%s: %q still lets it pass on %.7s", name, run.Name, head))
		}
	}
}

// digests looks at the App's comments.
func (s *scene) digests(t *toll, name string, p *subject) {
	digests := 0
	answers := map[string]bool{}
	for _, c := range s.box.Comments(p.repo, p.number) {
		switch {
		case !c.App:
		case !strings.Contains(c.Body, "<!-- sluice answer to "):
			digests++
		case answers[c.Body]:
			t.doubled = append(t.doubled, name+": one answer twice")
		default:
			answers[c.Body] = true
		}
	}
	switch {
	case digests > 1:
		t.doubled = append(t.doubled, fmt.Sprintf("%s: %d digests", name, digests))
	case digests == 0 && p.agent && p.open:
		t.lost = append(t.lost, name+": no digest")
	case digests == 1 && !p.agent:
		t.wrong = append(t.wrong, name+": a digest on a person's pull request")
	}
}

// ledger has the record verified.
func (s *scene) ledger(ctx context.Context, out io.Writer) error {
	cmd := exec.CommandContext(ctx, s.binary, "ledger", "verify") //nolint:gosec // our own binary
	cmd.Env = append(os.Environ(), rig.Environment(s.box, s.database.URL)...)
	said, err := cmd.CombinedOutput()
	fmt.Fprintf(out, "ledger: %s\n", strings.TrimSpace(string(said)))
	if err != nil {
		return fmt.Errorf("ledger verify: %w", err)
	}
	return nil
}
