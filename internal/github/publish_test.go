package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/digest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// agents is the report on an agent's pull request that a check fails.
func agents() *gate.Report {
	return &gate.Report{
		Version: 1, Repository: "acme/api", Pull: 7, URL: "https://github.com/acme/api/pull/7", Title: "Add retries", Author: "copilot",
		Head: headSHA, Base: "main", BaseSHA: baseSHA, Decision: gate.Closed, Conclusion: gate.Failure, Summary: "One check fails.",
		Attribution: agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "copilot-coding-agent", Family: "copilot", Confidence: agent.Conclusive}}},
		Verdicts: []gate.Verdict{
			{Check: "spec", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Fail, Summary: "It names no issue.", Findings: []check.Finding{{Path: "a.go", Line: 3, Message: "here"}}}},
			{Check: "tests", Level: policy.Warn, Verdict: check.Verdict{Outcome: check.Fail, Summary: "No test changed."}},
			{Check: "scope", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Pass, Summary: "Inside."}},
			{Check: "summary", Level: policy.Require, Verdict: check.Verdict{Outcome: check.Errored, Summary: "Not judged."}},
		},
		Policy: gate.PolicyUsed{Mode: policy.Enforce, CheckName: "sluice: main", CheckRuns: true},
		At:     now,
	}
}

func peoples() *gate.Report {
	r := agents()
	r.Decision, r.Conclusion, r.Summary, r.Verdicts = gate.Open, gate.Success, "No sign of an agent.", nil
	r.Attribution = agent.Attribution{Authorship: agent.None}
	return r
}

// settle waits for a request whose answer was lost: nothing else says that its handler is done.
func (b *board) settle() {
	b.acts.Lock()
	defer b.acts.Unlock()
}

func (b *board) publish(p *Publisher, r *gate.Report) []string {
	b.t.Helper()
	b.take()
	b.shows()
	if err := p.Publish(context.Background(), target, r); err != nil {
		b.t.Fatal(err)
	}
	return b.take()
}

func (b *board) shown() []string {
	var out []string
	for _, r := range b.runs {
		out = append(out, r.name+" = "+r.conclusion)
	}
	return out
}

func TestPublish(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, agents())
	want := []string{"sluice: main = failure", "sluice / spec = failure", "sluice / tests = neutral", "sluice / scope = success", "sluice / summary = action_required"}
	if diff := cmp.Diff(b.shown(), want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	if len(b.comments) != 1 || !digest.Marked(b.comments[0].body, "acme/api", 7) {
		t.Errorf("comments: got %d, want the digest", len(b.comments))
	}
	if r := b.runs[0]; r.detail != "https://sluice.example.com/acme/api/pull/7" || r.external != "pull 7" || r.sha != headSHA || r.title == "" {
		t.Errorf("got %+v", r)
	}
	if got := b.runs[1].annotations; len(got) != 1 {
		t.Errorf("annotations: got %q, want the finding's", got)
	}

	again := agents()
	again.At = now.AddDate(0, 0, 1)
	if calls := b.publish(p, again); len(calls) != 0 {
		t.Errorf("the same report a day later: got %q, want no call", calls)
	}

	changed := agents()
	changed.Verdicts[0].Outcome, changed.Verdicts[0].Summary, changed.Verdicts[0].Findings = check.Pass, "It names #3.", nil
	calls := b.publish(p, changed)
	if diff := cmp.Diff(calls, []string{"graphql Publish"}); diff != "" {
		t.Errorf("a changed report: got, want:\n%s", diff)
	}
	if diff := cmp.Diff(b.shows(), []string{"updateCheckRun sluice: main", "updateCheckRun sluice / spec", "updateIssueComment "}); diff != "" {
		t.Errorf("a changed report: got, want edits alone, of what changed:\n%s", diff)
	}
	if len(b.runs) != 5 || len(b.comments) != 1 || b.runs[1].conclusion != "success" {
		t.Errorf("got %q and %d comments", b.shown(), len(b.comments))
	}
}

func TestPublishIsQuietOnPeoples(t *testing.T) {
	b, p := newBoard(t)
	p.client.note(target, b.seen(headSHA))
	if calls := b.publish(p, peoples()); !cmp.Equal(calls, []string{"graphql Publish"}) || !cmp.Equal(b.shows(), []string{"createCheckRun sluice: main"}) {
		t.Errorf("got %q, want one check run and no look for comments", calls)
	}
}

func TestPublishObserve(t *testing.T) {
	b, p := newBoard(t)
	r := agents()
	r.Policy.Mode, r.Conclusion = policy.Observe, gate.Neutral
	b.publish(p, r)
	want := []string{"sluice: main = neutral", "sluice / spec = neutral", "sluice / tests = neutral", "sluice / scope = success", "sluice / summary = neutral"}
	if diff := cmp.Diff(b.shown(), want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
}

func TestPublishWithoutCheckRuns(t *testing.T) {
	b, p := newBoard(t)
	r := agents()
	r.Policy.CheckRuns = false
	b.publish(p, r)
	if got := b.shown(); len(got) != 1 {
		t.Errorf("got %q, want the gate's alone", got)
	}
}

// A check's own check run is a commit's: of two pull requests with one head commit the stricter verdict is shown, by each of
// them alike, and neither takes back what the other shows.
func TestPublishSharedChecks(t *testing.T) {
	seven, eight := agents(), agents()
	eight.Pull, eight.Policy.CheckName = 8, "sluice: dev"
	eight.Verdicts[0].Outcome, eight.Verdicts[2].Outcome, eight.Verdicts[3].Outcome = check.Pass, check.Fail, check.Pass
	want := []string{
		"sluice: main = failure", "sluice / spec = failure pull 7", "sluice / tests = neutral pull 7", "sluice / scope = failure pull 8",
		"sluice / summary = action_required pull 7",
	}
	for _, c := range []struct{ shown, beside *gate.Report }{{seven, eight}, {eight, seven}} {
		b, p := newBoard(t)
		r := *c.shown
		r.Beside = []*gate.Report{c.beside}
		b.publish(p, &r)
		want[0] = r.Policy.CheckName + " = failure"
		got := b.shown()
		for i, run := range b.runs[1:] {
			got[i+1] += " " + run.external
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("#%d: got, want:\n%s", r.Pull, diff)
		}
	}

	b, p := newBoard(t)
	b.publish(p, seven)
	moved := agents()
	moved.Policy.CheckName, moved.Verdicts = "sluice: next", moved.Verdicts[:1]
	other := *eight
	other.Policy.CheckName, other.Verdicts = "sluice: main", other.Verdicts[1:3]
	moved.Beside = []*gate.Report{&other}
	b.publish(p, moved)
	stay := []string{"sluice: main = failure", "sluice / spec = failure", "sluice / tests = neutral", "sluice / scope = success", "sluice / summary = skipped", "sluice: next = failure"}
	if diff := cmp.Diff(b.shown(), stay); diff != "" {
		t.Errorf("got, want that nobody asks for the summary any more:\n%s", diff)
	}
}

// Two pull requests with one head commit have one check run of a name: while the one is about to make it the other waits,
// but not for one that never comes back to it.
func TestPublishBesideAnother(t *testing.T) {
	var b *board
	var p *Publisher
	begin := func(by int, at time.Time) {
		t.Helper()
		b, p = newBoard(t)
		b.shows()
		text := fmt.Sprintf(`{"at": %q, "by": %d}`, at.Format(time.RFC3339), by)
		if err := p.memory.RememberAll(t.Context(), map[string][]byte{runKey("acme/api", headSHA, "sluice / spec"): []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	begin(8, now.Add(-time.Second))
	var temporary *Temporary
	if err := p.Publish(t.Context(), target, agents()); !errors.As(err, &temporary) {
		t.Errorf("got %v, want that it is tried again", err)
	}
	want := []string{"sluice: main = failure", "sluice / tests = neutral", "sluice / scope = success", "sluice / summary = action_required"}
	if diff := cmp.Diff(b.shown(), want); diff != "" {
		t.Errorf("while #8 makes one: got, want:\n%s", diff)
	}
	for by, at := range map[int]time.Time{8: now.Add(-2 * making), 7: now} {
		begin(by, at)
		b.publish(p, agents())
		if got := b.shown(); len(got) != 5 {
			t.Errorf("begun by #%d at %s: got %v, want all", by, at, got)
		}
	}
}

// A write was done and its answer lost: the next try finds what came of it.
func TestPublishAfterLostAnswers(t *testing.T) {
	for writes := 1; writes <= 6; writes++ {
		b, p := newBoard(t)
		// The first writes-1 come back, then one is lost.
		b.lose = writes
		if err := p.Publish(context.Background(), target, agents()); err == nil {
			t.Fatal("got no error, want one of the connection")
		}
		b.settle()
		b.publish(p, agents())
		if len(b.runs) != 5 || len(b.comments) != 1 {
			t.Errorf("lost answer to write %d: got %q and %d comments, want 5 runs and 1", writes, b.shown(), len(b.comments))
		}
		if got := len(b.runs[1].annotations); got != 1 {
			t.Errorf("lost answer to write %d: %d annotations, want 1", writes, got)
		}
		if calls := b.publish(p, agents()); len(calls) != 0 {
			t.Errorf("lost answer to write %d: a third time: got %q, want no call", writes, calls)
		}
	}
}

// Another App may use the name, and of two of ours the newest counts.
func TestALostCheckRunIsTheNewestOfOurs(t *testing.T) {
	b, p := newBoard(t)
	b.runs = []*fakeRun{
		{id: 1, app: testApp, name: "sluice: main", sha: headSHA},
		{id: 9, app: testApp, name: "sluice: main", sha: headSHA},
		{id: 4, app: testApp, name: "sluice: main", sha: headSHA},
		{id: 12, app: 1, name: "sluice: main", sha: headSHA},
	}
	if err := p.memory.RememberAll(context.Background(), map[string][]byte{runKey("acme/api", headSHA, "sluice: main"): []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	b.publish(p, peoples())
	if len(b.runs) != 4 || b.runs[1].conclusion != "success" || b.runs[3].conclusion != "" {
		t.Errorf("got %q, want the second alone changed", b.shown())
	}
}

// The digest was written and the answer lost; then the agent's commits were taken out.
func TestALostDigestIsWithdrawn(t *testing.T) {
	b, p := newBoard(t)
	b.lose = 6
	err := p.Publish(context.Background(), target, agents())
	b.settle()
	if err == nil || len(b.comments) != 1 {
		t.Fatalf("got %v and %d comments", err, len(b.comments))
	}
	b.publish(p, peoples())
	if !strings.Contains(b.comments[0].body, "any more") {
		t.Errorf("got %s", b.comments[0].body)
	}
}

// A change was done and its answer lost; then the pull request is as it was before. What was written before the change is not
// what GitHub shows.
func TestALostChangeIsTakenBack(t *testing.T) {
	for lost := 1; lost <= 6; lost++ { // each check run, and the digest
		b, p := newBoard(t)
		b.publish(p, agents())
		want, digest := b.shown(), b.comments[0].body
		other := agents()
		other.Conclusion, other.Summary = gate.Success, "Open: all is well."
		for i := range other.Verdicts {
			other.Verdicts[i].Outcome, other.Verdicts[i].Summary = check.Pass, "Well."
		}
		b.lose = lost
		_ = p.Publish(context.Background(), target, other) // a change that is lost is an error, others need not be
		b.settle()
		b.publish(p, agents())
		if diff := cmp.Diff(b.shown(), want); diff != "" || b.comments[0].body != digest {
			t.Errorf("write %d lost: got, want:\n%s\n%s", lost, diff, b.comments[0].body)
		}
	}
}

func TestOnlyOurOwnCommentIsTheDigest(t *testing.T) {
	b, p := newBoard(t)
	mark := digest.MarkerOf("acme/api", 7)
	b.comments = []*fakeComment{
		{id: 1, kind: "User", body: mark + " forged by a person"},
		{id: 2, app: 15368, kind: "Bot", body: mark + " forged by another App"},
		{id: 3, app: testApp, kind: "User", body: mark + " by a person who signed in through our App"},
		{id: 4, app: testApp, kind: "Bot", body: "an answer of ours, no digest"},
	}
	b.publish(p, agents())
	if len(b.comments) != 5 || !strings.Contains(b.comments[0].body+b.comments[1].body+b.comments[2].body, "forged") {
		t.Fatalf("got %d comments, want a fifth, ours", len(b.comments))
	}
	// Another memory, as after a lost database: ours is found, behind any number of others.
	for i := range 150 {
		b.comments = slices.Insert(b.comments, 0, &fakeComment{id: int64(100 + i), kind: "User", body: "+1"})
	}
	before := len(b.comments)
	b.publish(b.publisher(p.client, memory{}), agents())
	if len(b.comments) != before {
		t.Error("a second digest was written")
	}
}

func TestDigestIsWrittenAnewWhereSomebodyDeletedIt(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, agents())
	b.comments[0].deleted = true
	r := agents()
	r.Summary = "Two checks fail."
	b.publish(p, r)
	if len(b.comments) != 2 {
		t.Errorf("got %d comments, want a new one", len(b.comments))
	}
}

// The agent's commits were taken out: the digest that stands says so, and nothing more is written.
func TestDigestIsWithdrawn(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, agents())
	b.publish(p, peoples())
	if len(b.comments) != 1 || !strings.Contains(b.comments[0].body, "any more") || !digest.Marked(b.comments[0].body, "acme/api", 7) {
		t.Errorf("got %d comments: %s", len(b.comments), b.comments[0].body)
	}
	want := []string{"sluice: main = success", "sluice / spec = skipped", "sluice / tests = skipped", "sluice / scope = skipped", "sluice / summary = skipped"}
	if diff := cmp.Diff(b.shown(), want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	if calls := b.publish(p, peoples()); len(calls) != 0 {
		t.Errorf("again: got %q, want no call", calls)
	}
}

// A digest that was about to be written and wasn't is no reason to write one on a person's pull request.
func TestDigestThatNeverWas(t *testing.T) {
	b, p := newBoard(t)
	b.fail = []int{0, 0, 0, 0, 0, 500}
	if err := p.Publish(context.Background(), target, agents()); err == nil {
		t.Fatal("got no error, want GitHub's")
	}
	b.publish(p, peoples())
	if len(b.comments) != 0 {
		t.Errorf("got %d comments, want none", len(b.comments))
	}
}

// Retargeted on one head: the old base's verdict must not wait there to be used.
func TestRetargetVoids(t *testing.T) {
	b, p := newBoard(t)
	open := peoples()
	b.publish(p, open)
	to := peoples()
	to.Base, to.Policy.CheckName = "release", "sluice: release"
	b.publish(p, to)
	if diff := cmp.Diff(b.shown(), []string{"sluice: main = action_required", "sluice: release = success"}); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	b.publish(p, open)
	if diff := cmp.Diff(b.shown(), []string{"sluice: main = success", "sluice: release = action_required"}); diff != "" {
		t.Errorf("and back: got, want:\n%s", diff)
	}
}

// A text that is left out of an edit stays as it was.
func TestAnEditTakesTheOldTextAway(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, agents())
	if b.runs[1].text == "" {
		t.Fatal("the check's run has no text to begin with")
	}
	b.publish(p, peoples()) // retires it
	if got := b.runs[1].text; got != "" {
		t.Errorf("got %q, want none", got)
	}
}

func TestAnotherHead(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, agents())
	next := agents()
	next.Head = baseSHA
	b.publish(p, next)
	if len(b.runs) != 10 || b.runs[0].conclusion != "failure" || b.runs[5].sha != baseSHA || len(b.comments) != 1 {
		t.Errorf("got %q and %d comments", b.shown(), len(b.comments))
	}
}

// withFindings is a report with n findings that have a place.
func withFindings(n int) *gate.Report {
	r := agents()
	r.Verdicts = r.Verdicts[:1]
	r.Verdicts[0].Findings = nil
	for i := range n {
		r.Verdicts[0].Findings = append(r.Verdicts[0].Findings, check.Finding{Path: "a.go", Line: i + 1, Message: fmt.Sprintf("finding %d", i)})
	}
	return r
}

// later is withFindings where the first n findings are mended and others came.
func later(n int) *gate.Report {
	r := withFindings(50)
	for i := range r.Verdicts[0].Findings {
		r.Verdicts[0].Findings[i].Line += n
		r.Verdicts[0].Findings[i].Message = fmt.Sprintf("finding %d", i+n)
	}
	return r
}

// Annotations can be added and not taken back: a later report sends those that are new, each once.
func TestAnnotationsAddUp(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, withFindings(120))
	if got := len(b.runs[1].annotations); got != 50 {
		t.Fatalf("got %d annotations, want 50: the text lists the others", got)
	}
	b.fail = []int{502}
	var temporary *Temporary
	if err := p.Publish(context.Background(), target, later(30)); !errors.As(err, &temporary) {
		t.Fatalf("got %v, want Temporary", err)
	}
	b.publish(p, later(30))
	if got := b.runs[1].annotations; len(got) != 80 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 80 {
		t.Errorf("got %d annotations, want 80, each once", len(got))
	}
	if calls := b.publish(p, later(30)); len(calls) != 0 {
		t.Errorf("again: got %q, want no call", calls)
	}
}

// The answer to a request with more annotations was lost: GitHub's count tells whether it was done.
func TestAnnotationsWhoseAnswerWasLost(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, withFindings(50))
	b.lose = 1
	if err := p.Publish(context.Background(), target, later(30)); err == nil {
		t.Fatal("got no error, want one of the connection")
	}
	b.settle()
	b.publish(p, later(30))
	if got := b.runs[1].annotations; len(got) != 80 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 80 {
		t.Errorf("got %d annotations, want 80, each once", len(got))
	}
}

// Sixteen checks with their annotations fit into one request.
func TestManyChecks(t *testing.T) {
	b, p := newBoard(t)
	r := withFindings(100)
	for i := range 13 {
		r.Verdicts = append(r.Verdicts, gate.Verdict{Check: fmt.Sprintf("check-%d", i), Level: policy.Require, Verdict: check.Verdict{Outcome: check.Pass}})
	}
	p.client.note(target, b.seen(headSHA))
	if calls := b.publish(p, r); !cmp.Equal(calls, []string{"graphql Publish"}) {
		t.Errorf("got %q, want one request", calls)
	}
	if len(b.runs) != 15 || len(b.comments) != 1 || len(b.runs[1].annotations) != 50 {
		t.Errorf("got %d runs, %d comments", len(b.runs), len(b.comments))
	}
}

// A memory of before knew things by other ids: they are found by name.
func TestAMemoryOfBefore(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, agents())
	for key := range p.memory.(memory) {
		if !strings.HasPrefix(key, "shown") {
			p.memory.(memory)[key] = `{"id": 99, "content": "old"}`
		}
	}
	b.publish(p, agents())
	if len(b.runs) != 5 || len(b.comments) != 1 {
		t.Errorf("got %q and %d comments", b.shown(), len(b.comments))
	}
}

// Lists lag: what was just written and isn't listed yet is there all the same.
func TestALaggingListDoublesNothing(t *testing.T) {
	b, p := newBoard(t)
	b.publish(p, agents())
	b.lag = true
	p.client.note(target, b.seen(headSHA))
	changed := agents()
	changed.Summary = "Two checks fail."
	b.publish(p, changed)
	p.client.note(target, b.seen(headSHA))
	if calls := b.publish(p, changed); len(calls) != 0 {
		t.Errorf("got %q, want no call", calls)
	}
	if len(b.runs) != 5 || len(b.comments) != 1 {
		t.Errorf("got %q and %d comments", b.shown(), len(b.comments))
	}
}

// What one write may not do is no reason against the others, and says what an owner must grant.
func TestAWriteThatIsForbidden(t *testing.T) {
	b, p := newBoard(t)
	b.fail = []int{0, 0, 0, 0, 0, 403}
	err := p.Publish(context.Background(), target, agents())
	if !errors.As(err, new(*Denied)) || len(b.runs) != 5 || len(b.comments) != 0 || !strings.Contains(err.Error(), "digest") {
		t.Errorf("got %v, %q and %d comments", err, b.shown(), len(b.comments))
	}
}

func TestALimitEndsThePublishing(t *testing.T) {
	b, p := newBoard(t)
	b.fail, b.headers = []int{0, 429}, []string{"Retry-After", "30"}
	err := p.Publish(context.Background(), target, agents())
	var limited *RetryAfter
	if !errors.As(err, &limited) || limited.Until != now.Add(30_000_000_000) {
		t.Errorf("got %v, want RetryAfter in 30 s", err)
	}
	if got := b.take(); len(got) != 2 {
		t.Errorf("calls: got %q, want none after the limit", got)
	}
}

// One check run that GitHub refuses doesn't keep the rest from being shown.
func TestOneRefusalIsNotAll(t *testing.T) {
	b, p := newBoard(t)
	b.fail = []int{0, 422}
	err := p.Publish(context.Background(), target, agents())
	if !errors.As(err, new(*Refused)) || len(b.runs) != 4 || len(b.comments) != 1 {
		t.Errorf("got %v, %q and %d comments", err, b.shown(), len(b.comments))
	}
}

// The caller gives up on what is permanent: not while there is something that another try may mend.
func TestARefusalDoesNotHideATemporaryFailure(t *testing.T) {
	b, p := newBoard(t)
	b.fail = []int{0, 422, 502}
	err := p.Publish(context.Background(), target, agents())
	if !errors.As(err, new(*Temporary)) || errors.As(err, new(*Refused)) {
		t.Errorf("got %v, want the temporary one alone", err)
	}
}

func TestPublishGroup(t *testing.T) {
	b, p := newBoard(t)
	r := peoples()
	r.Pull = 0
	g := gate.Group{Installation: 3, Repo: "acme/api", Base: "main", HeadSHA: baseSHA}
	for range 2 {
		if err := p.PublishGroup(context.Background(), g, r); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(b.shown(), []string{"sluice: main = success"}); diff != "" || b.runs[0].sha != baseSHA || b.runs[0].detail != "" {
		t.Errorf("got %+v", b.runs[0])
	}
}

func TestPublisherNeedsAnAddress(t *testing.T) {
	if _, err := NewPublisher(nil, memory{}, "sluice", zerolog.Nop()); err == nil {
		t.Error("got no error for an address without a host")
	}
}
