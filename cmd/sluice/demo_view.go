package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// demoView prints a line for each verdict and holds it against what its sample says.
type demoView struct {
	out    io.Writer
	screen screen
	box    *sandbox.Sandbox
	server *server

	mu      sync.Mutex
	samples []sandbox.Sample
	reports map[string]*gate.Report // the newest, by "owner/name#number"
	change  chan struct{}           // something was decided
}

func newDemoView(out io.Writer, box *sandbox.Sandbox) *demoView {
	return &demoView{
		out: out, screen: screenOf(out), box: box, samples: box.Samples(),
		reports: map[string]*gate.Report{}, change: make(chan struct{}, 1),
	}
}

// decided is told of every report that was published.
func (v *demoView) decided(t gate.Target, r *gate.Report) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key := demoKey(t.Repo, t.Number)
	if t.Number == 0 {
		key = demoKey(t.Repo, 0) + r.Head
	}
	before := v.reports[key]
	v.reports[key] = r
	if before == nil || before.Decision != r.Decision || before.Base != r.Base {
		v.line(t, r)
	}
	select {
	case v.change <- struct{}{}:
	default:
	}
}

func demoKey(repo string, number int) string { return fmt.Sprintf("%s#%d", repo, number) }

// line prints one verdict: what was decided, where, who wrote it, why.
func (v *demoView) line(t gate.Target, r *gate.Report) {
	where := demoKey(t.Repo, t.Number)
	if t.Number == 0 {
		where = t.Repo + " merge group"
	}
	who := "no agent"
	if r.Attribution.Bot != "" {
		who = r.Attribution.Bot
	}
	if len(r.Attribution.Agents) > 0 {
		who = r.Attribution.Agents[0].Agent + ", " + string(r.Attribution.Authorship)
	}
	if t.Number == 0 {
		who = ""
	}
	decision := fmt.Sprintf("%-8s", r.Decision)
	if v.screen.color {
		decision = colorOf(r.Decision).Sprint(decision)
	}
	_, summary, _ := strings.Cut(r.Summary, ": ")
	place, name := 22, 34
	if v.screen.width > 0 && v.screen.width < 110 { // the reason matters more than how the agent took part
		who, _, _ = strings.Cut(who, ",")
		place, name = 18, 20
	}
	line := fmt.Sprintf("%s %-*s %-*s %s", decision, place, where, name, who, summary)
	if v.screen.width > 0 {
		line = text.Snip(line, v.screen.width, "…")
	}
	fmt.Fprintln(v.out, strings.TrimRight(line, " "))
}

func colorOf(d gate.Decision) text.Colors {
	switch d {
	case gate.Open:
		return text.Colors{text.FgGreen}
	case gate.Closed:
		return text.Colors{text.FgRed}
	}
	return text.Colors{text.FgYellow}
}

// wait returns when every sample is decided as it should be, or when nothing more is to be done and something is wrong.
func (v *demoView) wait(ctx context.Context) error {
	for {
		if err := v.box.Settle(ctx); err != nil {
			return fmt.Errorf("the sandbox still has deliveries to send: %w", err)
		}
		if err := v.server.queue.Idle(ctx); err != nil {
			return fmt.Errorf("the queue still works: %w", err)
		}
		if len(v.wrong()) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil // close says what is wrong
		case <-v.change:
		case <-time.After(2 * time.Second):
			return nil
		}
	}
}

// wrong lists the samples that are not decided as they should be, a line each.
func (v *demoView) wrong() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var wrong []string
	for _, s := range v.samples {
		for _, what := range v.compare(&s) {
			wrong = append(wrong, s.ID+": "+what)
		}
	}
	return wrong
}

// compare holds what was posted for a sample against what it wants: the report, the check run on GitHub, the digest.
func (v *demoView) compare(s *sandbox.Sample) (wrong []string) {
	differs := func(what, got, want string) {
		if want != "" && got != want {
			wrong = append(wrong, fmt.Sprintf("%s is %q, should be %q", what, got, want))
		}
	}
	r := v.reports[demoKey(s.Repo, s.Number)]
	if r == nil {
		return []string{"not decided"}
	}
	differs("the decision", string(r.Decision), s.Want.Decision)
	differs("the authorship", string(r.Attribution.Authorship), s.Want.Authorship)
	differs("the bot", r.Attribution.Bot, s.Want.Bot)
	if s.Want.Agents != nil {
		var agents []string
		for _, f := range r.Attribution.Agents {
			agents = append(agents, f.Agent)
		}
		slices.Sort(agents)
		differs("the agents", strings.Join(agents, " "), strings.Join(slices.Sorted(slices.Values(s.Want.Agents)), " "))
	}
	for _, verdict := range r.Verdicts {
		differs("check "+verdict.Check, string(verdict.Outcome), s.Want.Verdicts[verdict.Check])
	}
	if notes := strings.Join(r.Policy.Notes, " "); !strings.Contains(notes, s.Want.Notes) {
		wrong = append(wrong, fmt.Sprintf("the notes %q do not say %q", notes, s.Want.Notes))
	}
	run := v.box.CheckRun(s.Repo, v.box.Head(s.Repo, s.Number), r.Policy.CheckName)
	differs("the check run", run.Conclusion, s.Want.Conclusion)
	if s.Want.Comment != nil {
		differs("the digest", strconv.Itoa(v.digests(s)), map[bool]string{true: "1", false: "0"}[*s.Want.Comment])
	}
	if s.Want.Group != "" {
		conclusions := map[string]bool{}
		for _, head := range v.box.Groups(s.Repo) {
			conclusions[v.box.CheckRun(s.Repo, head, r.Policy.CheckName).Conclusion] = true
		}
		if !conclusions[s.Want.Group] {
			wrong = append(wrong, fmt.Sprintf("no merge group has the conclusion %q", s.Want.Group))
		}
	}
	return wrong
}

// digests counts the App's own comments.
func (v *demoView) digests(s *sandbox.Sample) int {
	n := 0
	for _, c := range v.box.Comments(s.Repo, s.Number) {
		if c.App {
			n++
		}
	}
	return n
}

// close says how it went, and answers how many samples are not as they should be.
func (v *demoView) close() int {
	wrong := v.wrong()
	for _, line := range wrong {
		fmt.Fprintln(v.out, "unexpected:", line)
	}
	calls := 0
	for _, n := range v.box.Calls() {
		calls += n
	}
	fmt.Fprintf(v.out, "\n%s decided, %d not as expected; %s to the API", plural(len(v.samples), "pull request"), len(wrong), plural(calls, "request"))
	if why := v.box.Unchecked(); why != "" {
		fmt.Fprintf(v.out, "; %s\n", why)
		return len(wrong)
	}
	departures := v.box.Departures()
	fmt.Fprintf(v.out, ", held against GitHub's description: %s\n", plural(len(departures), "departure"))
	for _, d := range departures {
		fmt.Fprintln(v.out, "departure:", d)
	}
	return len(wrong) + len(departures)
}

func (v *demoView) whereToLook() {
	fmt.Fprintf(v.out, "\nLook at %s/ for the pull requests, their check runs and digests. Ctrl-C ends it.\n", strings.TrimSuffix(v.box.WebURL(), "/"))
}
