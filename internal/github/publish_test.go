package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/digest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// board is where the fake keeps check runs and comments.
type board struct {
	*fake
	acts     sync.Mutex // one request at a time
	runs     []*fakeRun
	comments []*fakeComment
	lose     int      // how many answers to writes are lost after the write was done
	fail     []int    // statuses for the next writes, 0 for none
	headers  []string // of a failure
}

type fakeRun struct {
	id                      int64
	app                     int64
	name, sha, conclusion   string
	title, external, detail string
	text                    *string
	annotations             []string
}

type fakeComment struct {
	id      int64
	app     int64
	kind    string
	body    string
	deleted bool
}

func newBoard(t *testing.T) (*board, *Publisher) {
	f, c := newFake(t)
	b := &board{fake: f}
	f.routes["POST /repos/acme/api/check-runs"] = b.write(b.postRun)
	f.routes["POST /repos/acme/api/issues/7/comments"] = b.write(b.postComment)
	f.routes["GET /repos/acme/api/issues/7/comments"] = b.listComments
	for _, sha := range []string{headSHA, baseSHA} {
		f.routes["GET /repos/acme/api/commits/"+sha+"/check-runs"] = b.listRuns
	}
	for id := 1; id <= 20; id++ {
		f.routes[fmt.Sprintf("PATCH /repos/acme/api/check-runs/%d", id)] = b.write(b.patchRun)
		f.routes[fmt.Sprintf("PATCH /repos/acme/api/issues/comments/%d", id)] = b.write(b.patchComment)
	}
	return b, b.publisher(c, memory{})
}

func (b *board) publisher(c *Client, m Memory) *Publisher {
	p, err := NewPublisher(c, m, "https://sluice.example.com", zerolog.Nop())
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// write does a write, unless it is to fail, and answers it, unless the answer is to be lost.
func (b *board) write(do func(r *http.Request) (int, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.acts.Lock()
		defer b.acts.Unlock()
		if len(b.fail) > 0 {
			status := b.fail[0]
			b.fail = b.fail[1:]
			if status != 0 {
				for i := 0; i < len(b.headers); i += 2 {
					w.Header().Set(b.headers[i], b.headers[i+1])
				}
				w.WriteHeader(status)
				io.WriteString(w, `{"message":"no"}`)
				return
			}
		}
		status, text := do(r)
		if b.lose > 0 {
			b.lose--
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		io.WriteString(w, text)
	}
}

type runBody struct {
	Name       string
	HeadSHA    string `json:"head_sha"`
	Conclusion string
	ExternalID string `json:"external_id"`
	DetailsURL string `json:"details_url"`
	Output     struct {
		Title       string
		Text        *string
		Annotations []struct{ Message string }
	}
}

func (b *board) change(run *fakeRun, r *http.Request) (int, string) {
	var in runBody
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		b.t.Error(err)
	}
	run.name, run.conclusion, run.title, run.external, run.detail = in.Name, in.Conclusion, in.Output.Title, in.ExternalID, in.DetailsURL
	if in.Output.Text != nil {
		run.text = in.Output.Text
	}
	if in.HeadSHA != "" {
		run.sha = in.HeadSHA
	}
	for _, a := range in.Output.Annotations {
		run.annotations = append(run.annotations, a.Message)
	}
	return 201, b.runJSON(run)
}

func (b *board) runJSON(run *fakeRun) string {
	return fmt.Sprintf(`{"id":%d,"name":%q,"head_sha":%q,"app":{"id":%d},"output":{"annotations_count":%d}}`, run.id, run.name, run.sha, run.app, len(run.annotations))
}

func (b *board) postRun(r *http.Request) (int, string) {
	run := &fakeRun{id: int64(len(b.runs) + 1), app: testApp}
	b.runs = append(b.runs, run)
	return b.change(run, r)
}

func last(path string) int64 {
	n, _ := strconv.ParseInt(path[strings.LastIndex(path, "/")+1:], 10, 64)
	return n
}

func (b *board) patchRun(r *http.Request) (int, string) {
	for _, run := range b.runs {
		if run.id == last(r.URL.Path) {
			return b.change(run, r)
		}
	}
	return 404, `{"message":"Not Found"}`
}

func (b *board) listRuns(w http.ResponseWriter, r *http.Request) {
	b.acts.Lock()
	defer b.acts.Unlock()
	var out []string
	for _, run := range b.runs {
		if strings.Contains(r.URL.Path, run.sha) && run.name == r.URL.Query().Get("check_name") {
			out = append(out, b.runJSON(run))
		}
	}
	fmt.Fprintf(w, `{"total_count":%d,"check_runs":[%s]}`, len(out), strings.Join(out, ","))
}

func (b *board) postComment(r *http.Request) (int, string) {
	c := &fakeComment{id: int64(len(b.comments) + 1), app: testApp, kind: "Bot"}
	b.comments = append(b.comments, c)
	return b.changeComment(c, r)
}

func (b *board) changeComment(c *fakeComment, r *http.Request) (int, string) {
	var in struct{ Body string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		b.t.Error(err)
	}
	c.body = in.Body
	return 201, c.json()
}

func (c *fakeComment) json() string {
	app := "null"
	if c.app != 0 {
		app = fmt.Sprintf(`{"id":%d}`, c.app)
	}
	body, _ := json.Marshal(c.body)
	return fmt.Sprintf(`{"id":%d,"body":%s,"user":{"type":%q},"performed_via_github_app":%s}`, c.id, body, c.kind, app)
}

func (b *board) patchComment(r *http.Request) (int, string) {
	for _, c := range b.comments {
		if c.id == last(r.URL.Path) && !c.deleted {
			return b.changeComment(c, r)
		}
	}
	return 404, `{"message":"Not Found"}`
}

func (b *board) listComments(w http.ResponseWriter, r *http.Request) {
	b.acts.Lock()
	defer b.acts.Unlock()
	var live []*fakeComment
	for _, c := range b.comments {
		if !c.deleted {
			live = append(live, c)
		}
	}
	page(w, r, len(live), func(i int) string { return live[i].json() })
}

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
	for _, call := range calls {
		if !strings.HasPrefix(call, "PATCH ") {
			t.Errorf("a changed report: got %s, want edits alone", call)
		}
	}
	if len(b.runs) != 5 || len(b.comments) != 1 || b.runs[1].conclusion != "success" {
		t.Errorf("got %q and %d comments", b.shown(), len(b.comments))
	}
	if slices.Contains(calls, "PATCH /repos/acme/api/check-runs/4") {
		t.Error("wrote to a check run that did not change")
	}
}

func TestPublishIsQuietOnPeoples(t *testing.T) {
	b, p := newBoard(t)
	if calls := b.publish(p, peoples()); !cmp.Equal(calls, []string{"POST /repos/acme/api/check-runs"}) {
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

// A write was done and its answer lost: the next try finds what came of it.
func TestPublishAfterLostAnswers(t *testing.T) {
	for writes := 1; writes <= 6; writes++ {
		b, p := newBoard(t)
		// The first writes-1 come back, then one is lost.
		b.fail = nil
		b.loseAfter(writes)
		_ = p.Publish(context.Background(), target, agents())
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
	if err := p.memory.Remember(context.Background(), runKey("acme/api", headSHA, "sluice: main"), []byte("{}")); err != nil {
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
	b.loseAfter(6)
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

// loseAfter loses the answer to the nth write from now.
func (b *board) loseAfter(n int) {
	for name, route := range b.routes {
		if strings.HasPrefix(name, "GET ") {
			continue
		}
		b.routes[name] = func(w http.ResponseWriter, r *http.Request) {
			b.acts.Lock()
			if n--; n == 0 {
				b.lose = 1
			}
			b.acts.Unlock()
			route(w, r)
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
	if b.runs[1].text == nil || *b.runs[1].text == "" {
		t.Fatal("the check's run has no text to begin with")
	}
	b.publish(p, peoples()) // retires it
	if got := *b.runs[1].text; got != "" {
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

func TestAnnotationsGoInBatches(t *testing.T) {
	b, p := newBoard(t)
	b.fail = []int{0, 0, 502} // the gate's, the first batch, then GitHub is down
	err := p.Publish(context.Background(), target, withFindings(120))
	var temporary *Temporary
	if !errors.As(err, &temporary) || len(b.runs[1].annotations) != 50 {
		t.Fatalf("got %v and %d annotations, want Temporary and 50", err, len(b.runs[1].annotations))
	}
	calls := b.publish(p, withFindings(120))
	if got := b.runs[1].annotations; len(got) != 120 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 120 {
		t.Errorf("got %d annotations, want 120, each once", len(got))
	}
	if want := []string{"PATCH /repos/acme/api/check-runs/2", "PATCH /repos/acme/api/check-runs/2"}; !cmp.Equal(calls, want) {
		t.Errorf("calls: got %q, want %q", calls, want)
	}
	if calls := b.publish(p, withFindings(120)); len(calls) != 0 {
		t.Errorf("again: got %q, want no call", calls)
	}
	// One more finding is one more annotation.
	b.publish(p, withFindings(121))
	if got := len(b.runs[1].annotations); got != 121 {
		t.Errorf("got %d annotations, want 121", got)
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
