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

// calm waits after the storm until all is right.
func (s *scene) calm(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if err := s.until(ctx, s.right); err != nil {
		return fmt.Errorf("%s after the storm: %w", s.patience, err)
	}
	s.calmed = time.Since(s.departure)
	return nil
}

func (s *scene) right() bool {
	t := s.count()
	return len(t.lost)+len(t.wrong) == 0
}

// reckon waits until all is right and all is done after the dark, and says how it went. late is what was not in time
// before.
func (s *scene) reckon(ctx context.Context, out io.Writer, late error) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if late == nil {
		late = errors.Join(s.until(ctx, func() bool { return s.seen() && s.right() }), s.box.Settle(ctx), s.until(ctx, func() bool { return s.idle(ctx) }))
	}
	idle := time.Since(s.back)
	t := s.count() // what came after may have spoilt it
	s.tell(out)
	if late == nil {
		late = s.tellDark(out, idle)
	}
	fmt.Fprintf(out, "%d lost, %d doubled, %d wrong\n", len(t.lost), len(t.doubled), len(t.wrong))
	err := late
	if !t.clean() {
		err = errors.Join(errors.New(strings.Join(slices.Concat(t.lost, t.doubled, t.wrong), "\n")), late)
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

// seen notes which of the head commits that came in the dark have their check run, and reports whether all do.
func (s *scene) seen() bool {
	all := true
	for p, after := range s.dark {
		if after > 0 {
			continue
		}
		if s.box.CheckRun(p.repo, s.box.Head(p.repo, p.number), gateOf(p.base)).Status == "completed" {
			s.dark[p] = time.Since(s.back)
		} else {
			all = false
		}
	}
	return all
}

// idle reports whether no job is left; in brief, none that begins now.
func (s *scene) idle(ctx context.Context) bool {
	m, err := s.servers[0].Metrics(ctx)
	return err == nil && m["sluice_jobs_ready"] == 0 && m["sluice_jobs_running"] == 0 && (s.brief || m["sluice_jobs_later"] == 0)
}

// tell prints what really happened.
func (s *scene) tell(out io.Writer) {
	sent := s.box.Deliveries()
	refused := 0
	for i := range sent {
		if sent[i].StatusCode >= 300 {
			refused++
		}
	}
	c := s.crowd
	shared := 0
	for _, p := range c.subjects {
		if p.open && len(c.sharing(p.repo, s.box.Head(p.repo, p.number), "")) > 1 {
			shared++
		}
	}
	fmt.Fprintf(out, "acts %d, deliveries %d: of them sent again %d, in reversed order %d, not taken %d, lost altogether %d\n",
		c.acts, len(sent), c.repeated, c.reversed, refused, s.box.Lost())
	fmt.Fprintf(out, "pull requests opened with the head commit of another %d; open with a shared one at the end %d\n", c.twins, shared)
	fmt.Fprintf(out, "servers killed %d; calls during the API's outage %d; deliveries that found no server %d; requests that failed for the database %d\n",
		s.kills, s.apiGone, s.door.Closed.Load(), len(s.log.Lines(`"delivery not stored"`)))
	if s.engine == "sqlite" {
		fmt.Fprintf(out, "disk full for %s: deliveries refused with 503 %d, taken later %d\n", s.outage, len(s.full), s.takenLater())
	} else {
		fmt.Fprintln(out, "disk full: on SQLite alone, for the Postgres server and its disk are not ours to fill")
	}
	counts := s.box.Faults()
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(out, "fault %-11s %5d\n", kind, counts[kind])
	}
	if s.calmed > 0 {
		fmt.Fprintf(out, "all right %.1f s after the storm\n", s.calmed.Seconds())
	}
}

// takenLater counts the deliveries that a full disk refused and that were taken when they came again.
func (s *scene) takenLater() int {
	failed := s.failed()
	n := 0
	for guid := range s.full {
		if !failed[guid] {
			n++
		}
	}
	return n
}

// tellDark prints how long what happened in the dark stayed unseen.
func (s *scene) tellDark(out io.Writer, idle time.Duration) error {
	var last time.Duration
	for _, after := range s.dark {
		last = max(last, after)
	}
	fmt.Fprintf(out, "head commits that came with every server dead and every delivery lost %d in the storm, %d after it: each of these had its check run within %.1f s of the servers' return\n",
		s.unseen-len(s.dark), len(s.dark), last.Seconds())
	fmt.Fprintf(out, "nothing left to do %.1f s after their return\n", idle.Seconds())
	if last > s.soon {
		return fmt.Errorf("a head commit that came in the dark had its check run %.1f s after the servers' return, want %s at most", last.Seconds(), s.soon)
	}
	return nil
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
